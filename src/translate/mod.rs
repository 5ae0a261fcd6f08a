//! Translation: [`Inputs`] in, objects and diagnostics out. Pure: no client, no clock, no environment, no
//! randomness. It never fails: what cannot be made is not made, and a diagnostic says so.
//!
//! The path in the ECS JSON is the path in the tree: `containerDefinitions[].healthCheck` is
//! `container/health_check.rs`. Every ECS struct is destructured in one place without `..`, so that the
//! compiler finds the member that nobody thought of.

#![deny(clippy::disallowed_types, clippy::disallowed_methods)]

pub mod admission;
mod allow;
mod container;
pub mod desired;
pub mod diagnostic;
mod document;
mod external_secrets;
mod fluent_bit;
pub mod inputs;
pub mod log_collector;
pub mod names;
pub mod placement;
mod quantity;
mod references;
pub mod s3_object;
pub mod secret;
mod service;
mod service_account;
mod tags;
mod target_group;
mod task;
pub mod value_from;
pub mod version;
mod windows;
mod word;
mod written;

use diagnostic::Said;

pub use desired::{
    Desired, EnvironmentFiles, FileReference, Kind, Object, RegistryReference, RenderedPort, Rendering, SecretReference, ServiceAccountReference, Waiting,
};
pub use diagnostic::{Diagnostic, Explanation, Fault, Origin, Severity};
pub use inputs::{IngressClass, Inputs, TaskDefinitionRevision};
pub use references::{Reference, Subject, references};
pub use service_account::identities;
pub use value_from::{ValueFrom, ValueFromError};
pub use version::KubernetesVersion;

/// How pods are rendered: [`render`], or in tests another one.
pub type Render = fn(&Inputs<'_>) -> (Option<Rendering>, Vec<Diagnostic>);

/// All that becomes of a service.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Translation {
    /// The pod template of today. `None` where an error diagnostic stands in its way.
    pub rendering: Option<Rendering>,
    /// The objects around it. `None` where any error diagnostic stands in their way.
    pub desired: Option<Desired>,
    /// All that there is to say.
    pub diagnostics: Vec<Diagnostic>,
}

/// [`render`] and [`objects`] at once, for a service whose deployment is of today. All faults are found, those of
/// the service too where its pods cannot be rendered.
pub fn translate(inputs: &Inputs<'_>) -> Translation {
    let (of_pods, of_objects) = (Said::default(), Said::default());
    let rendering = task::rendering(inputs, &of_pods);
    let desired = service::desired(inputs, &rendering, &of_objects);
    let (has_pods, has_objects) = (!of_pods.has_errors(), !of_objects.has_errors());
    let diagnostics = of_pods.into_diagnostics().into_iter().chain(of_objects.into_diagnostics()).collect();
    Translation { rendering: has_pods.then_some(rendering), desired: (has_pods && has_objects).then_some(desired), diagnostics }
}

/// The pod template of today, with what goes with it. `None` where an error diagnostic stands in its way.
pub fn render(inputs: &Inputs<'_>) -> (Option<Rendering>, Vec<Diagnostic>) {
    let said = Said::default();
    let rendering = task::rendering(inputs, &said);
    ((!said.has_errors()).then_some(rendering), said.into_diagnostics())
}

/// The objects of a service whose pods are as `rendering` has them: today's rendering at a deployment, else the
/// frozen one of the running service revision.
pub fn objects(inputs: &Inputs<'_>, rendering: &Rendering) -> (Option<Desired>, Vec<Diagnostic>) {
    let said = Said::default();
    let desired = service::desired(inputs, rendering, &said);
    ((!said.has_errors()).then_some(desired), said.into_diagnostics())
}
