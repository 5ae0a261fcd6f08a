//! `trustedExecutionConfiguration`: how far the task is isolated from others of its node.

use crate::ecs::task_definition::{IsolationMode, TrustedExecutionConfiguration};
use crate::translate::diagnostic::{Place, SecurityFault};
use crate::translate::written::written;

/// Refuses what no node is known to provide.
pub(super) fn report(configuration: &TrustedExecutionConfiguration, at: &Place<'_>) {
    let isolation = written(configuration);
    match configuration.isolation_mode {
        IsolationMode::Shared => at.say(SecurityFault::IsolationShared { isolation }),
        IsolationMode::IsolatedSandbox | IsolationMode::ConfidentialSandbox => at.say(SecurityFault::IsolationNotProvided { isolation }),
    }
}
