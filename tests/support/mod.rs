//! The test bed: a real control plane, the operator as a real process, and a ledger of every request between them.
//!
//! `tools` finds or builds the binaries, `cluster` runs them, `operator` installs the chart and starts our binary
//! against it, `ledger` stands between the two, `image` writes what containers run, `load` sends them requests, and `eventually` is
//! the only thing here that waits. `moto` plays AWS, `registry` is one of images.

#![allow(dead_code, reason = "the integration tests and the example each use their part of the bed")]

pub mod cluster;
pub mod eventually;
pub mod fetch;
pub mod image;
pub mod interrupt;
pub mod ledger;
pub mod load;
#[allow(unused_imports, reason = "who uses a part of the bed may not ask AWS")]
pub mod moto;
pub mod operator;
pub mod process;
pub mod registry;
pub mod tools;

use std::fmt::Display;

pub use cluster::{Cluster, ClusterOptions};
pub use eventually::{SOON, eventually};
pub use fetch::fetch;
pub use ledger::{Fault, KillPoint, Ledger, Request, Verb};
pub use load::Load;
pub use operator::{Changes, Installation, Operator};

/// Why a step of the bed or of a test did not succeed.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// What every step of the bed and every test returns.
pub type Result<T, E = Failure> = std::result::Result<T, E>;

/// Says what was being done when something failed.
pub trait While<T> {
    /// Puts `what` before the message of the failure.
    fn during(self, what: impl Display) -> Result<T>;
}

impl<T, E: Display> While<T> for std::result::Result<T, E> {
    fn during(self, what: impl Display) -> Result<T> {
        self.map_err(|cause| format!("{what}: {cause}").into())
    }
}

/// A condition as a result: the reason is given when it does not hold.
pub fn ensure(holds: bool, reason: impl Display) -> Result<()> {
    if holds { Ok(()) } else { Err(reason.to_string().into()) }
}

/// Locks without minding that another test panicked while it held the lock: what these locks guard stays whole.
pub fn lock<T>(mutex: &std::sync::Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
