//! Free ports on the loopback interface.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::net::{Ipv4Addr, TcpListener};
use std::ops::Range;
use std::sync::atomic::{AtomicU16, Ordering};

use crate::support::Result;

// Below the range that systems give to outgoing connections: between our look and the server's start nobody takes one by accident.
const RANGE: Range<u16> = 15_000..32_000;

static NEXT: AtomicU16 = AtomicU16::new(0);

/// A port that nobody listens on, and that this function does not return again soon.
pub fn free_port() -> Result<u16> {
    // processes that run side by side begin at different places
    let random = u16::try_from(RandomState::new().hash_one(()) % u64::from(RANGE.end - RANGE.start))?;
    let _already_begun = NEXT.compare_exchange(0, RANGE.start + random, Ordering::Relaxed, Ordering::Relaxed);
    for _ in RANGE {
        let next = |port| Some(if port + 1 < RANGE.end { port + 1 } else { RANGE.start });
        let port = NEXT.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next).unwrap_or(RANGE.start);
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return Ok(port);
        }
    }
    Err("no port is free on the loopback interface".into())
}
