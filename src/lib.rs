//! `ecs-operator` runs Amazon ECS specifications on Kubernetes.
//!
//! ECS documents come in ([`ecs`]), are translated without touching anything ([`translate`]), and a thin shell
//! observes, applies and reports ([`controller`]).
//!
//! # The rooms, from the top
//!
//! - [`cli`]: the command line; `run` starts the controller, the other commands only read files.
//! - [`controller`]: the only code with a client. Watches feed its cache and its queue; a reconcile takes a picture of
//!   what lives, plans, applies, and reports.
//! - [`documents`]: documents from files, with the lines that faults speak of.
//! - [`revision`]: when a revision is registered, what it holds, which are kept. Pure.
//! - [`grant`]: whether something of AWS may be had. Pure.
//! - [`translate`]: inputs to objects and diagnostics. Pure, and it never fails.
//! - [`settings`]: what the operator is configured with.
//! - [`ecs`]: the shapes that users write, and the definitions generated from them.
//! - [`k8s`], [`yaml`], [`nearest`], [`causes`]: the Kubernetes vocabulary, YAML in and out, what somebody may have meant, errors in
//!   one line.
//!
//! A room imports those below it, never those above.
//!
//! # What always holds
//!
//! - No member of an ECS document is dropped in silence: every ECS struct is taken apart in one place without `..`.
//! - What runs was rendered once, when its deployment began, and is kept in a service revision: no upgrade, setting or
//!   server version restarts a pod.
//! - A write is sent only where something differs, and says by a test of the uid which object it means.
//! - Absent in the cache means absent only after every watch has shown all there was.
//! - The value of a secret has a type that cannot be printed, and goes into a Secret and nowhere else.

pub mod causes;
pub mod cli;
#[cfg(feature = "controller")]
pub mod controller;
pub mod documents;
pub mod ecs;
pub mod grant;
pub mod k8s;
pub mod nearest;
pub mod revision;
pub mod settings;
pub mod translate;
pub mod yaml;
