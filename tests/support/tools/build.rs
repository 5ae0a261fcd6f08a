//! Building a part into the cache: one process builds, the others wait and find it done.

use std::fs::{File, TryLockError};
use std::io::{BufRead, BufReader, IsTerminal, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use indicatif::{HumanDuration, ProgressBar, ProgressStyle};

use super::go::Go;
use super::part::{Binary, Kept, Part};
use crate::support::process::leashed;
use crate::support::{Result, While};

const SAY_AGAIN: Duration = Duration::from_secs(30);

/// Returns the part's folder in the cache, with these binaries in `bin` and what is kept of the module's files.
pub fn ensure(cache: &Path, part: &Part, wanted: &[&Binary]) -> Result<PathBuf> {
    let key = part.key()?;
    let folder = cache.join(&key);
    if is_complete(&folder, part, wanted) {
        return Ok(folder);
    }
    let _lock = Lock::take(cache, &key)?;
    if is_complete(&folder, part, wanted) {
        return Ok(folder);
    }
    let go = Go::find(cache, part)?;
    let partial = cache.join(format!("{key}.partial"));
    let _absent = std::fs::remove_dir_all(&partial);
    std::fs::create_dir_all(partial.join("bin")).during(partial.display())?;
    std::fs::create_dir_all(folder.join("bin")).during(folder.display())?;

    let missing: Vec<&Binary> = wanted.iter().copied().filter(|binary| !folder.join("bin").join(binary.name).is_file()).collect();
    if !missing.is_empty() {
        compile(&go, part, &missing, &partial.join("bin"))?;
        for binary in missing {
            // Go names a binary after the last part of its package that is no version
            let made = binary.package.rsplit('/').find(|word| !is_version(word)).unwrap_or(binary.name);
            std::fs::rename(partial.join("bin").join(made), folder.join("bin").join(binary.name)).during(made)?;
        }
    }
    if let Some(Kept { folder: from, name }) = part.kept.filter(|kept| !folder.join(kept.name).is_dir()) {
        copy_folder(&module_folder(&go, part)?.join(from), &partial.join(name))?;
        std::fs::rename(partial.join(name), folder.join(name)).during(name)?;
    }
    std::fs::remove_dir_all(&partial)?;
    Ok(folder)
}

fn is_complete(folder: &Path, part: &Part, wanted: &[&Binary]) -> bool {
    wanted.iter().all(|binary| folder.join("bin").join(binary.name).is_file()) && part.kept.is_none_or(|kept| folder.join(kept.name).is_dir())
}

fn is_version(word: &str) -> bool {
    word.strip_prefix('v').is_some_and(|number| number.parse::<u32>().is_ok())
}

fn compile(go: &Go, part: &Part, binaries: &[&Binary], into: &Path) -> Result<()> {
    let start = Instant::now();
    let names: Vec<&str> = binaries.iter().map(|binary| binary.name).collect();
    let title = format!("{} {} ({})", part.module, part.version, names.join(", "));
    say(&format!("building {title}: once, for all that run this bed; minutes if Go has not compiled its parts before"));

    let packages = || binaries.iter().map(|binary| binary.package);
    let listed = run(go, part, ["list", "-mod=readonly", "-deps", "-tags", part.tags].into_iter().chain(packages()))?;
    let progress = Progress::new(&part.name, listed.lines().count(), start);

    let mut command = leashed(go.path());
    go.configure(&mut command, part);
    command.args(["build", "-mod=readonly", "-trimpath", "-v", "-tags", part.tags, "-ldflags", &part.linker_flags, "-o"]);
    command.arg(format!("{}/", into.display())).args(packages()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = command.spawn().during("go build")?;
    let _leash = child.stdin.take();
    let mut complaint = Vec::new();
    for line in child.stderr.take().into_iter().flat_map(|stderr| BufReader::new(stderr).lines()) {
        let line = line?;
        progress.compiled(&line);
        complaint.push(line);
    }
    let status = child.wait()?;
    progress.finish();
    if !status.success() {
        let end = complaint.len().saturating_sub(30);
        return Err(format!("building {title}: {status}\n{}", complaint.get(end..).unwrap_or_default().join("\n")).into());
    }
    say(&format!("built {title} in {}", HumanDuration(start.elapsed())));
    Ok(())
}

/// Where the part's module lies, after downloading it if need be.
pub fn module_folder(go: &Go, part: &Part) -> Result<PathBuf> {
    run(go, part, ["mod", "download", part.module])?;
    let folder = run(go, part, ["list", "-mod=readonly", "-m", "-f", "{{.Dir}}", part.module])?;
    Ok(PathBuf::from(folder.trim()))
}

fn run<'a>(go: &Go, part: &Part, arguments: impl IntoIterator<Item = &'a str>) -> Result<String> {
    let mut command = Command::new(go.path());
    go.configure(&mut command, part);
    let mut child = command.args(arguments).stdout(Stdio::piped()).spawn().during("go")?;
    let mut printed = String::new();
    if let Some(mut stdout) = child.stdout.take() {
        stdout.read_to_string(&mut printed)?;
    }
    let status = child.wait()?;
    if status.success() { Ok(printed) } else { Err(format!("go, in {}: {status}", part.folder.display()).into()) }
}

/// Copies file by file, because the files of Go's module cache are read-only and a later clean-up could not remove them.
fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from).during(from.display())? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else if entry.path().extension().is_some_and(|extension| extension == "yaml") {
            std::fs::write(target, std::fs::read(entry.path())?)?;
        }
    }
    Ok(())
}

/// Prints a line for the person who waits.
pub fn say(line: &str) {
    eprintln!("test bed: {line}");
}

/// Held while something in the cache is made; released when dropped, and by the kernel when the process dies.
pub struct Lock(#[expect(dead_code, reason = "the open file is the lock")] File);

impl Lock {
    /// Waits for the lock of this name, and says so.
    pub fn take(cache: &Path, name: &str) -> Result<Self> {
        let path = cache.join(format!("{name}.lock"));
        let file = File::options().create(true).append(true).open(&path).during(path.display())?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                say(&format!("waiting for another process that makes {name}"));
                file.lock().during(path.display())?;
            }
            Err(TryLockError::Error(error)) => return Err(error).during(path.display()),
        }
        Ok(Self(file))
    }
}

/// A bar on a terminal; elsewhere a line now and then, so that a log shows that something still happens.
struct Progress {
    bar: ProgressBar,
    start: Instant,
    said: std::cell::Cell<Instant>,
    part: String,
}

impl Progress {
    fn new(part: &str, packages: usize, start: Instant) -> Self {
        let bar = if std::io::stderr().is_terminal() { ProgressBar::new(packages as u64) } else { ProgressBar::hidden() };
        let style = ProgressStyle::with_template("{prefix} {bar:30} {pos}/{len} packages {elapsed} {wide_msg}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.set_prefix(part.to_owned());
        bar.set_length(packages as u64);
        bar.enable_steady_tick(Duration::from_millis(200));
        Self { bar, start, said: start.into(), part: part.to_owned() }
    }

    fn compiled(&self, package: &str) {
        self.bar.inc(1);
        self.bar.set_message(package.to_owned());
        if self.bar.is_hidden() && self.said.get().elapsed() >= SAY_AGAIN {
            self.said.set(Instant::now());
            let (done, all) = (self.bar.position(), self.bar.length().unwrap_or_default());
            say(&format!("{}: compiled {done} of {all} packages in {}", self.part, HumanDuration(self.start.elapsed())));
        }
    }

    fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
