//! The application of the tests: an HTTP server that does what it is told and says what it sees.
//!
//! # At the start: environment variables
//!
//! | variable | what it does | default |
//! |---|---|---|
//! | `NAME`, `VERSION` | how it calls itself | `application`, `0` |
//! | `PORT` | where it listens | 80 |
//! | `START_AFTER` | seconds before it listens | 0 |
//! | `STOP_AFTER` | seconds that it goes on answering after SIGTERM; then it answers what it has begun, and ends | 0 |
//! | `STOP_CODE` | what it ends with after SIGTERM | 0 |
//! | `EXIT_AFTER`, `EXIT_CODE` | ends by itself after so many seconds, with that code | never, 0 |
//! | `HEALTHY_AFTER`, `UNHEALTHY_AFTER` | seconds after the start before it is healthy, before it is no longer | 0, never |
//! | `MEMORY` | bytes that it takes and keeps | 0 |
//! | `CPU` | threads that it keeps busy | 0 |
//! | `PEERS` | URLs, separated by spaces, that `/-/peers` calls | none |
//! | `LOG_REQUESTS` | `1`: notes every request, not only those of health and those that tell it something | 0 |
//!
//! Seconds may have a fraction.
//!
//! # While it runs: paths
//!
//! | path | what it does |
//! |---|---|
//! | any | who answers (name, version, host name), and the request as it arrived |
//! | `/`, `/health` | the same, with the status 503 while it is unhealthy |
//! | any, with `?hold=SECONDS` | answers after this time |
//! | any, with `?status=CODE` | answers with this status |
//! | `/-/process` | arguments, environment, user, capabilities, folder, hosts, mounts, limits, cgroup, processes |
//! | `/-/file?path=PATH` | contents, mode and owner of a file; with PUT or POST it is written |
//! | `/-/folder?path=PATH` | names in a folder |
//! | `/-/fail`, `/-/recover` | makes it unhealthy, and healthy again |
//! | `/-/exit?code=CODE` | ends it |
//! | `/-/stop-after?seconds=SECONDS` | another `STOP_AFTER` |
//! | `/-/memory?bytes=BYTES` | takes so many bytes and keeps them |
//! | `/-/cpu?seconds=SECONDS&threads=COUNT` | keeps threads busy |
//! | `/-/call?url=URL` | calls it: status and body, or the error |
//! | `/-/addresses?name=NAME` | the addresses that a name stands for, or the error |
//! | `/-/peers` | calls all peers |
//! | `/-/journal` | what it noted so far |
//!
//! Answers are JSON. What it notes is a JSON line on standard output, `{"time": …, "name": …, "event": …}` with the
//! nanoseconds of the real-time clock: `start`, `listening`, `request`, `signal` (with `signal`), `stopping`, `exit` (with `code`).
//! Without `exit` it was killed.
//!
//! # Called by another name
//!
//! As `curl` it is one, as far as health checks need it (`curl` has the flags).

mod answers;
mod call;
mod curl;
mod health;
mod http;
mod journal;
mod life;
mod load;
mod process;
mod server;
mod settings;

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let called = std::env::args_os().next().unwrap_or_default();
    if Path::new(&called).file_name().is_some_and(|name| name == "curl") { curl::main() } else { server::main() }
}
