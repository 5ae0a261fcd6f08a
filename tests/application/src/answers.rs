//! What is answered to which path.

use std::str::FromStr;
use std::time::Duration;

use serde_json::{Value, json};

use crate::http::{Answer, Request};
use crate::journal::now;
use crate::server::Application;
use crate::{call, life, load, process};

/// What is under here tells the application something, or asks it about itself.
const TELLING: &str = "/-/";

/// Does what the request asks for, and answers it.
pub fn answer(application: &Application, request: &Request) -> Answer {
    let received = now();
    let answer = hold(request).and_then(|()| decide(application, request)).unwrap_or_else(|error| Answer { status: 400, body: json!({ "error": error }) });
    if application.settings.log_requests || is_health(request) || request.path.starts_with(TELLING) {
        let headers = &request.headers;
        let details = json!({ "path": request.path, "status": answer.status, "received": received, "agent": headers.get("user-agent"), "peer": request.peer });
        application.journal.note("request", details);
    }
    answer
}

fn hold(request: &Request) -> Result<(), String> {
    life::hold(seconds(request, "hold")?.unwrap_or_default());
    Ok(())
}

fn decide(application: &Application, request: &Request) -> Result<Answer, String> {
    let body = match request.path.strip_prefix(TELLING) {
        Some(word) => tell(application, request, word)?,
        None => describe(application, request),
    };
    let unhealthy = is_health(request) && !application.health.is_healthy();
    let usual = if unhealthy { 503 } else { 200 };
    Ok(Answer { status: value(request, "status")?.unwrap_or(usual), body })
}

fn is_health(request: &Request) -> bool {
    ["/", "/health"].contains(&request.path.as_str())
}

fn describe(application: &Application, request: &Request) -> Value {
    let settings = &application.settings;
    json!({
        "name": settings.name, "version": settings.version, "hostname": process::hostname(), "healthy": application.health.is_healthy(),
        "method": request.method, "path": request.path, "query": request.query, "headers": request.headers, "peer": request.peer,
    })
}

fn tell(application: &Application, request: &Request, word: &str) -> Result<Value, String> {
    let done = json!({ "done": word });
    Ok(match word {
        "process" => process::describe(),
        "file" => process::file(&needed::<String>(request, "path")?, ["PUT", "POST"].contains(&request.method.as_str()).then_some(&request.body)),
        "folder" => process::folder(&needed::<String>(request, "path")?),
        "fail" | "recover" => {
            application.health.tell(word == "recover");
            done
        }
        "exit" => {
            application.life.exit(needed(request, "code")?);
            done
        }
        "stop-after" => {
            application.life.stop_after(seconds(request, "seconds")?.ok_or("seconds is missing")?);
            done
        }
        "memory" => {
            load::keep_memory(needed(request, "bytes")?);
            done
        }
        "cpu" => {
            load::keep_busy(value(request, "threads")?.unwrap_or(1), seconds(request, "seconds")?);
            done
        }
        "call" => call::get(&needed::<String>(request, "url")?),
        "addresses" => call::addresses(&needed::<String>(request, "name")?),
        "peers" => application.settings.peers.iter().map(|url| (url.clone(), call::get(url))).collect(),
        "journal" => Value::Array(application.journal.notes()),
        _ => return Err(format!("{TELLING}{word} means nothing")),
    })
}

fn value<T: FromStr>(request: &Request, name: &str) -> Result<Option<T>, String> {
    let parse = |value: &String| value.parse().map_err(|_| format!("{name}={value} is not what it should be"));
    request.query.get(name).map(parse).transpose()
}

fn needed<T: FromStr>(request: &Request, name: &str) -> Result<T, String> {
    value(request, name)?.ok_or_else(|| format!("{name} is missing"))
}

fn seconds(request: &Request, name: &str) -> Result<Option<Duration>, String> {
    value::<f64>(request, name)?.map(Duration::try_from_secs_f64).transpose().map_err(|error| format!("{name}: {error}"))
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, channel};

    use super::*;
    use crate::health::Health;
    use crate::journal::Journal;
    use crate::life::{Event, Life};
    use crate::settings::Settings;

    fn application() -> (Application, Receiver<Event>) {
        let settings = Settings::read(|name| (name == "VERSION").then(|| "7".to_owned())).unwrap();
        let (sender, events) = channel();
        let (health, life) = (Health::new(&settings), Life::new(sender, &settings));
        (Application { settings, journal: Box::leak(Box::new(Journal::new("test"))), health, life }, events)
    }

    fn get(application: &Application, path: &str, query: &[(&str, &str)]) -> Answer {
        let query = query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        answer(application, &Request { path: path.to_owned(), query, ..Request::default() })
    }

    #[test]
    fn failed_health_is_seen_where_health_is_asked_for_and_nowhere_else() {
        let (application, _events) = application();
        let statuses = || ["/", "/health", "/api/x"].map(|path| get(&application, path, &[]).status);
        assert_eq!(statuses(), [200, 200, 200]);
        get(&application, "/-/fail", &[]);
        assert_eq!(statuses(), [503, 503, 200]);
        get(&application, "/-/recover", &[]);
        assert_eq!(statuses(), [200, 200, 200]);
    }

    #[test]
    fn an_answer_says_who_gives_it_and_has_the_status_that_is_asked_for() {
        let (application, _events) = application();
        let answer = get(&application, "/api/x", &[("status", "418")]);
        assert_eq!((answer.status, &answer.body["version"]), (418, &json!("7")));
    }

    #[test]
    fn an_exit_is_passed_on_and_noted() {
        let (application, events) = application();
        get(&application, "/-/exit", &[("code", "3")]);
        assert!(matches!(events.try_recv(), Ok(Event::Exit(3))));
        assert_eq!(application.journal.notes()[0]["path"], "/-/exit");
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        let (application, _events) = application();
        for (path, query) in [("/-/nonsense", ("a", "b")), ("/-/exit", ("a", "b")), ("/-/exit", ("code", "256")), ("/x", ("hold", "-1"))] {
            assert_eq!(get(&application, path, &[query]).status, 400, "{path} {query:?}");
        }
    }
}
