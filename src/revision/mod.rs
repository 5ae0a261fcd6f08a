//! Revisions, of task definitions and of services: when one is registered, what it holds, which are kept. Pure.
//!
//! A task definition is mutable, as Git wants it; each change of it registers an immutable revision. A pod
//! template is frozen for the life of a deployment: a service revision holds it, with the specifications that it
//! was made from, and only what makes ECS start a deployment makes the next one.

pub mod service;
pub mod task_definition;

pub use service::{Cause, ServiceRevision, TaskDefinitionRecord};
pub use task_definition::RegisteredTaskDefinition;

/// How many revisions are kept beside those in use.
pub const HISTORY: usize = 10;
