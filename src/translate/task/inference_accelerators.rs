//! `inferenceAccelerators`: Elastic Inference is no more; each device is reported.

use crate::ecs::task_definition::InferenceAccelerator;
use crate::translate::diagnostic::{Place, ResourceFault};
use crate::translate::written::written;

/// Reports each device.
pub(super) fn report(accelerators: &[InferenceAccelerator], at: &Place<'_>) {
    for (index, accelerator) in accelerators.iter().enumerate() {
        at.item(index).say(ResourceFault::InferenceAcceleratorWithoutEffect { accelerator: written(accelerator) });
    }
}
