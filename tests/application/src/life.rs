//! How it ends: by a signal, by itself, or because it was told to; what it has begun to answer it answers first.

use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde_json::json;
use signal_hook::consts::{FORBIDDEN, SIGCHLD, SIGINT, SIGPIPE, SIGTERM};
use signal_hook::iterator::Signals;
use signal_hook::low_level::signal_name;

use crate::journal::Journal;
use crate::settings::Settings;

/// Something that may end it.
pub enum Event {
    Signal(i32),
    Exit(u8),
}

/// What threads that answer share with the one that waits for the end.
pub struct Life {
    events: Sender<Event>,
    stop_after: Mutex<Duration>,
    stopping: AtomicBool,
    answering: Mutex<usize>,
    answered: Condvar,
}

impl Life {
    pub fn new(events: Sender<Event>, settings: &Settings) -> Self {
        let stop_after = Mutex::new(settings.stop_after);
        Self { events, stop_after, stopping: AtomicBool::new(false), answering: Mutex::default(), answered: Condvar::new() }
    }

    /// Ends it, once what it has begun to answer is answered.
    pub fn exit(&self, code: u8) {
        let _ended_already = self.events.send(Event::Exit(code));
    }

    /// How long it goes on after SIGTERM.
    pub fn stop_after(&self, time: Duration) {
        *lock(&self.stop_after) = time;
    }

    /// Whether SIGTERM has come: connections are not kept then.
    pub fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }

    /// What is answered in here is waited for at the end.
    pub fn answering<T>(&self, answer: impl FnOnce() -> T) -> T {
        *lock(&self.answering) += 1;
        let answered = answer();
        *lock(&self.answering) -= 1;
        self.answered.notify_all();
        answered
    }

    /// Returns at the end, with the code to end with.
    pub fn wait_for_end(&self, events: &Receiver<Event>, settings: &Settings, journal: &Journal) -> ExitCode {
        let code = match until_told(events, settings.exit_after) {
            Told::Exit(code) => code,
            Told::Nothing => settings.exit_code,
            Told::Stop => {
                self.stopping.store(true, Ordering::Relaxed);
                let stop_after = *lock(&self.stop_after);
                journal.note("stopping", json!({ "after": stop_after.as_secs_f64() }));
                go_on(events, stop_after).unwrap_or(settings.stop_code)
            }
        };
        drop(self.answered.wait_while(lock(&self.answering), |answering| *answering > 0));
        ended(journal, code)
    }
}

/// Notes every signal and passes it on.
pub fn listen(journal: &'static Journal, events: Sender<Event>) -> std::io::Result<()> {
    let kept = |signal: &i32| !FORBIDDEN.contains(signal) && ![SIGCHLD, SIGPIPE].contains(signal);
    let mut signals = Signals::new((1..32).filter(kept))?;
    std::thread::spawn(move || {
        for signal in signals.forever() {
            journal.note("signal", json!({ "signal": signal_name(signal), "number": signal }));
            if events.send(Event::Signal(signal)).is_err() {
                return;
            }
        }
    });
    Ok(())
}

/// Waits for this time before it begins; returns the code if it is to end first.
pub fn begin(events: &Receiver<Event>, settings: &Settings, journal: &Journal) -> Option<ExitCode> {
    match until_told(events, Some(settings.start_after)) {
        Told::Nothing => None,
        Told::Exit(code) => Some(ended(journal, code)),
        Told::Stop => Some(ended(journal, settings.stop_code)),
    }
}

/// Does nothing for this time.
pub fn hold(time: Duration) {
    let deadline = Instant::now() + time;
    while let Some(left) = deadline.checked_duration_since(Instant::now()).filter(|left| !left.is_zero()) {
        std::thread::park_timeout(left);
    }
}

enum Told {
    Nothing,
    Stop,
    Exit(u8),
}

fn until_told(events: &Receiver<Event>, time: Option<Duration>) -> Told {
    let deadline = time.map(|time| Instant::now() + time);
    loop {
        match next(events, deadline) {
            None => return Told::Nothing,
            Some(Event::Exit(code)) => return Told::Exit(code),
            Some(Event::Signal(SIGTERM | SIGINT)) => return Told::Stop,
            Some(Event::Signal(_)) => {}
        }
    }
}

/// Goes on for this time whatever signals come; returns the code if it is told to end before.
fn go_on(events: &Receiver<Event>, time: Duration) -> Option<u8> {
    let deadline = Instant::now() + time;
    loop {
        if let Event::Exit(code) = next(events, Some(deadline))? {
            return Some(code);
        }
    }
}

fn next(events: &Receiver<Event>, deadline: Option<Instant>) -> Option<Event> {
    let Some(deadline) = deadline else { return events.recv().ok() };
    events.recv_timeout(deadline.saturating_duration_since(Instant::now())).ok()
}

fn ended(journal: &Journal, code: u8) -> ExitCode {
    journal.note("exit", json!({ "code": code }));
    ExitCode::from(code)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    #[test]
    fn another_signal_than_sigterm_stops_nothing() {
        let (sender, events) = channel();
        sender.send(Event::Signal(10)).unwrap();
        assert!(matches!(until_told(&events, Some(Duration::ZERO)), Told::Nothing));
        sender.send(Event::Signal(10)).unwrap();
        sender.send(Event::Signal(SIGTERM)).unwrap();
        assert!(matches!(until_told(&events, None), Told::Stop));
    }

    #[test]
    fn it_goes_on_after_sigterm_until_its_time_or_an_exit() {
        let (sender, events) = channel();
        sender.send(Event::Signal(SIGTERM)).unwrap();
        let start = Instant::now();
        assert_eq!(go_on(&events, Duration::from_millis(50)), None);
        assert!(start.elapsed() >= Duration::from_millis(50));
        sender.send(Event::Exit(3)).unwrap();
        assert_eq!(go_on(&events, Duration::from_mins(1)), Some(3));
    }
}
