//! The work queue: each object at most once in it, at most one reconcile of an object at a time, the earliest first.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

/// A work queue over keys.
#[derive(Debug)]
pub struct Queue<K> {
    state: Mutex<State<K>>,
    changed: Notify,
}

#[derive(Debug)]
struct State<K> {
    due: BTreeMap<K, Instant>,
    by_time: BTreeSet<(Instant, K)>,
    running: BTreeSet<K>,
}

impl<K: Ord + Clone> Default for Queue<K> {
    fn default() -> Self {
        Self { state: Mutex::new(State { due: BTreeMap::new(), by_time: BTreeSet::new(), running: BTreeSet::new() }), changed: Notify::new() }
    }
}

impl<K: Ord + Clone> Queue<K> {
    fn state(&self) -> MutexGuard<'_, State<K>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a key, due now.
    pub fn add(&self, key: K) {
        self.add_after(key, Duration::ZERO);
    }

    /// Adds a key, due after a delay; one that is due earlier stays so.
    pub fn add_after(&self, key: K, delay: Duration) {
        let at = Instant::now() + delay;
        let mut state = self.state();
        if let Some(known) = state.due.get(&key).copied() {
            if known <= at {
                return;
            }
            state.by_time.remove(&(known, key.clone()));
        }
        state.by_time.insert((at, key.clone()));
        state.due.insert(key, at);
        drop(state);
        self.changed.notify_one();
    }

    /// The next key that is due and not being worked on; it counts as being worked on until `done`.
    pub async fn next(&self) -> K {
        loop {
            let next_due = {
                let mut state = self.state();
                let now = Instant::now();
                let ready = state.by_time.iter().take_while(|(at, _)| *at <= now).find(|(_, key)| !state.running.contains(key)).cloned();
                if let Some((at, key)) = ready {
                    state.by_time.remove(&(at, key.clone()));
                    state.due.remove(&key);
                    state.running.insert(key.clone());
                    return key;
                }
                state.by_time.iter().find(|(at, _)| *at > now).map(|(at, _)| *at)
            };
            let wait = async {
                match next_due {
                    Some(at) => sleep_until(at).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = wait => {}
                () = self.changed.notified() => {}
            }
        }
    }

    /// The work on a key is done.
    pub fn done(&self, key: &K) {
        self.state().running.remove(key);
        self.changed.notify_one();
    }

    /// How many keys wait, and how many are being worked on.
    pub fn len(&self) -> (usize, usize) {
        let state = self.state();
        (state.due.len(), state.running.len())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::{Instant, timeout};

    use super::Queue;

    #[tokio::test(start_paused = true)]
    async fn a_key_is_there_once_and_not_while_it_is_worked_on() {
        let queue = Queue::default();
        queue.add("a");
        queue.add("a");
        assert_eq!(queue.next().await, "a");
        queue.add("a");
        assert!(timeout(Duration::from_secs(1), queue.next()).await.is_err(), "it is being worked on");
        queue.done(&"a");
        assert_eq!(queue.next().await, "a");
        assert_eq!(queue.len(), (0, 1));
    }

    #[tokio::test(start_paused = true)]
    async fn the_earlier_of_two_times_holds() {
        let queue = Queue::default();
        let start = Instant::now();
        queue.add_after("a", Duration::from_mins(1));
        queue.add_after("a", Duration::from_secs(5));
        queue.add_after("a", Duration::from_secs(30));
        assert_eq!((queue.next().await, start.elapsed()), ("a", Duration::from_secs(5)));
    }
}
