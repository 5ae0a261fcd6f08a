//! The steps of the demo: each has a heading, a time, and its name in the message if it fails.

use std::time::{Duration, Instant};

use crate::screen::{Screen, seconds};
use crate::support::{Result, While};

/// What was done so far, and how long it took.
pub struct Phases<'a> {
    screen: &'a Screen,
    done: Vec<(&'static str, Duration)>,
}

impl<'a> Phases<'a> {
    /// Nothing was done so far.
    pub fn new(screen: &'a Screen) -> Self {
        Self { screen, done: Vec::new() }
    }

    /// Does the next step.
    pub async fn step<T>(&mut self, title: &'static str, step: impl AsyncFnOnce(&Screen) -> Result<T>) -> Result<T> {
        self.screen.heading(self.done.len() + 1, title);
        let start = Instant::now();
        let outcome = step(self.screen).await.during(title)?;
        self.done.push((title, start.elapsed()));
        Ok(outcome)
    }

    /// How long each step took, and all of them.
    pub fn show_times(&self) {
        self.screen.title("How long it took");
        for (title, time) in &self.done {
            self.screen.say(&format!("{:>9}  {title}", seconds(*time)));
        }
        self.screen.say(&format!("{:>9}  in all", seconds(self.done.iter().map(|(_, time)| *time).sum())));
    }
}
