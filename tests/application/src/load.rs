//! Memory and processor time that it uses because it was told to.

use std::hint::black_box;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

static KEPT: Mutex<Vec<Vec<u8>>> = Mutex::new(Vec::new());

/// Takes so many bytes, writes to each page, and keeps them.
pub fn keep_memory(bytes: usize) {
    let taken = vec![1; bytes];
    KEPT.lock().unwrap_or_else(PoisonError::into_inner).push(black_box(taken));
}

/// Keeps so many threads busy, for this time or for ever.
pub fn keep_busy(threads: usize, time: Option<Duration>) {
    let end = time.map(|time| Instant::now() + time);
    for _ in 0..threads {
        std::thread::spawn(move || {
            while end.is_none_or(|end| Instant::now() < end) {
                black_box(());
            }
        });
    }
}
