//! The server: it begins, answers on each connection in a thread of its own, and ends as it is told.

use std::io::BufReader;
use std::net::{TcpListener, TcpStream};
use std::process::ExitCode;
use std::sync::mpsc::channel;

use serde_json::json;

use crate::health::Health;
use crate::http::{self, Answer};
use crate::journal::Journal;
use crate::life::{self, Life};
use crate::settings::Settings;
use crate::{answers, load};

/// Everything that answers may need.
pub struct Application {
    pub settings: Settings,
    pub journal: &'static Journal,
    pub health: Health,
    pub life: Life,
}

/// What a program ends with that was told nonsense, or cannot listen.
const USAGE: u8 = 64;

pub fn main() -> ExitCode {
    match Settings::read(|name| std::env::var(name).ok()).and_then(run) {
        Ok(code) => code,
        Err(reason) => {
            eprintln!("{reason}");
            ExitCode::from(USAGE)
        }
    }
}

fn run(settings: Settings) -> Result<ExitCode, String> {
    let journal: &'static Journal = Box::leak(Box::new(Journal::new(&settings.name)));
    let (sender, events) = channel();
    life::listen(journal, sender.clone()).map_err(|error| format!("signals: {error}"))?;
    journal.note("start", json!({ "version": settings.version, "id": std::process::id() }));
    let health = Health::new(&settings);
    load::keep_memory(settings.memory);
    load::keep_busy(settings.cpu, None);
    if let Some(code) = life::begin(&events, &settings, journal) {
        return Ok(code);
    }
    let listener = http::listen(settings.port).map_err(|error| format!("port {}: {error}", settings.port))?;
    journal.note("listening", json!({ "port": settings.port }));
    let life = Life::new(sender, &settings);
    let application: &'static Application = Box::leak(Box::new(Application { settings, journal, health, life }));
    std::thread::spawn(move || accept(&listener, application));
    Ok(application.life.wait_for_end(&events, &application.settings, journal))
}

fn accept(listener: &TcpListener, application: &'static Application) {
    for stream in listener.incoming().flatten() {
        std::thread::spawn(move || {
            if let Err(error) = converse(stream, application) {
                application.journal.note("broken connection", json!({ "error": error.to_string() }));
            }
        });
    }
}

fn converse(stream: TcpStream, application: &Application) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream);
    while let Some(request) = http::read(&mut reader)? {
        let close = application.life.answering(|| {
            let answer: Answer = answers::answer(application, &request);
            let close = request.closes() || application.life.is_stopping();
            http::write(reader.get_ref(), &request, &answer, close).map(|()| close)
        })?;
        if close {
            break;
        }
    }
    Ok(())
}
