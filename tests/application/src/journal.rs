//! What happened and when: JSON lines on standard output, and kept for `/-/journal`.

use std::io::Write;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use serde_json::{Value, json};

/// What was noted; shared by all threads.
pub struct Journal {
    name: String,
    notes: Mutex<Vec<Value>>,
}

impl Journal {
    pub fn new(name: &str) -> Self {
        Self { name: name.to_owned(), notes: Mutex::default() }
    }

    /// Notes an event with its details, an object.
    pub fn note(&self, event: &str, details: Value) {
        let mut note = json!({ "time": now(), "name": self.name, "event": event });
        if let (Value::Object(note), Value::Object(mut details)) = (&mut note, details) {
            note.append(&mut details);
        }
        let mut notes = self.notes.lock().unwrap_or_else(PoisonError::into_inner);
        // nobody may read it any more, and that must not end anything
        let _unread = writeln!(std::io::stdout(), "{note}");
        notes.push(note);
    }

    /// All that was noted.
    pub fn notes(&self) -> Vec<Value> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Nanoseconds of the real-time clock since 1970.
pub fn now() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}
