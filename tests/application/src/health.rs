//! Whether it is healthy: by what it was told at the start, unless it was told otherwise since.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::settings::Settings;

pub struct Health {
    start: Instant,
    healthy_after: Duration,
    unhealthy_after: Duration,
    told: Mutex<Option<bool>>,
}

impl Health {
    pub fn new(settings: &Settings) -> Self {
        let unhealthy_after = settings.unhealthy_after.unwrap_or(Duration::MAX);
        Self { start: Instant::now(), healthy_after: settings.healthy_after, unhealthy_after, told: Mutex::default() }
    }

    /// Is healthy from now on, or unhealthy.
    pub fn tell(&self, healthy: bool) {
        *self.told.lock().unwrap_or_else(PoisonError::into_inner) = Some(healthy);
    }

    pub fn is_healthy(&self) -> bool {
        let told = *self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.unwrap_or_else(|| self.at(self.start.elapsed()))
    }

    fn at(&self, age: Duration) -> bool {
        self.healthy_after <= age && age < self.unhealthy_after
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_healthy_between_two_times_unless_it_is_told_otherwise() {
        let seconds = Duration::from_secs;
        let health = Health { start: Instant::now(), healthy_after: seconds(5), unhealthy_after: seconds(9), told: Mutex::default() };
        assert_eq!([4, 5, 8, 9].map(|age| health.at(seconds(age))), [false, true, true, false]);
        assert!(!health.is_healthy());
        health.tell(true);
        assert!(health.is_healthy());
    }
}
