//! How fast `render` is: the translation of a task definition alone, the whole process, and its memory over many files.
//! `cargo bench` runs it. `tests/bench` is a package too, which counts instructions.

#![expect(clippy::expect_used, reason = "a benchmark")]

#[path = "rendering.rs"]
mod rendering;

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use ecs_operator::documents::{Kind, Schemas};
use rendering::{TASK_DEFINITION, rendered};

fn main() {
    let folder = tempfile::tempdir().expect("a folder");
    println!("translation, from text to YAML: {:.0} documents a second and core (at least 20000, aim 50000)", documents_a_second());
    println!("the schema of services, read: {:?}", median(20, || Schemas::new().of(Kind::Service).is_some()));
    let one = files(&folder.path().join("1"), 1);
    println!("render of one file, start to exit: {:?} (under 8 ms, aim 3 ms)", median(100, || render(&one)));
    let (few, many) = (peak(&files(&folder.path().join("10"), 10)), peak(&files(&folder.path().join("1000"), 1000)));
    println!("render of 10 files takes {few} KiB of memory, of 1000 files {many} KiB");
}

fn documents_a_second() -> f64 {
    const AT_ONCE: u32 = 100;
    let schemas = Schemas::new();
    let time = median(30, || (0..AT_ONCE).map(|_| rendered(&schemas, TASK_DEFINITION).len()).sum::<usize>());
    f64::from(AT_ONCE) / time.as_secs_f64()
}

/// The time that a call takes: of so many the one in the middle.
fn median<T>(calls: usize, mut call: impl FnMut() -> T) -> Duration {
    let mut times: Vec<Duration> = (0..calls)
        .map(|_| {
            let start = Instant::now();
            std::hint::black_box(call());
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[calls / 2]
}

/// Makes a folder of so many files with a task definition each.
fn files(folder: &Path, count: usize) -> std::path::PathBuf {
    fs::create_dir(folder).expect("a folder");
    for number in 0..count {
        let text = TASK_DEFINITION.replace("\"family\": \"web\"", &format!("\"family\": \"web-{number}\""));
        fs::write(folder.join(format!("{number}.json")), text).expect("written");
    }
    folder.to_owned()
}

fn command(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ecs-operator"));
    command.arg("render").arg("-f").arg(folder).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

fn render(folder: &Path) {
    assert!(command(folder).status().expect("it runs").success(), "refused");
}

/// The most memory that a rendering takes, in KiB, as far as can be seen from outside.
fn peak(folder: &Path) -> u64 {
    let mut process = command(folder).spawn().expect("it runs");
    // Until the program has begun, the process is a copy of this one.
    let program = format!("/proc/{}/exe", process.id());
    let has_begun = || fs::read_link(&program).is_ok_and(|program| program.ends_with("ecs-operator"));
    while !has_begun() && process.try_wait().expect("a status").is_none() {}
    let mut most = 0;
    while process.try_wait().expect("a status").is_none() {
        let status = fs::read_to_string(format!("/proc/{}/status", process.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kibibytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok());
        most = most.max(kibibytes.unwrap_or_default());
    }
    most
}
