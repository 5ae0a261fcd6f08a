//! How a container takes part in its pod.

/// The part of a container, found from what the others wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::translate) enum Role {
    /// Starts when all before it have, and runs on; nothing waits for it.
    Regular,
    /// Starts before others, runs on, and stops after them: a native sidecar.
    Sidecar {
        /// Whether the others wait until it is healthy.
        is_awaited_healthy: bool,
    },
    /// Ends before others start: an init container.
    OneShot {
        /// Whether it must have ended with 0.
        must_succeed: bool,
    },
}
