//! Waiting for a condition: the only place of the test bed that sleeps.

use std::fmt::Display;
use std::time::Duration;

use tokio::time::{Instant, sleep, timeout_at};

use super::{Failure, Result};

/// How long what should happen at once may take: long, for a machine that is slow or busy. Nothing is proved by it; what is
/// promised within a time says so itself.
pub const SOON: Duration = Duration::from_mins(3);

const POLL: Duration = Duration::from_millis(25);

/// Asks again and again until the condition holds; its error says why it does not hold yet.
///
/// The failure names what was waited for, for how long, and the last reason seen.
pub async fn eventually<T>(what: impl Display, deadline: Duration, mut condition: impl AsyncFnMut() -> Result<T>) -> Result<T> {
    let end = Instant::now() + deadline;
    let mut reason = "the condition was never answered".to_owned();
    loop {
        match timeout_at(end, condition()).await {
            Ok(Ok(value)) => return Ok(value),
            Ok(Err(not_yet)) => reason = not_yet.to_string(),
            Err(_) => return Err(overdue(&what, deadline, &reason)),
        }
        if Instant::now() + POLL >= end {
            return Err(overdue(&what, deadline, &reason));
        }
        sleep(POLL).await;
    }
}

fn overdue(what: &impl Display, deadline: Duration, reason: &str) -> Failure {
    format!("waited {deadline:?} in vain: {what}; last seen: {reason}").into()
}
