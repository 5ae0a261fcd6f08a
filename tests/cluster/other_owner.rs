//! Another process that owns a cluster: a copy of this program, to be ended by a test.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use crate::context::Context;
use crate::support::process::leashed;
use crate::support::{Result, SOON, eventually};

/// Starts it with this variable set, and returns the line that it says once its cluster is ready.
pub async fn start(context: &Context, variable: &str) -> Result<(Child, String)> {
    // the tools are there once this process has a cluster
    context.cluster().await?;
    // on a leash, so that it ends with this test if that fails before it kills it
    let mut owner = leashed(std::env::current_exe()?).env(variable, "1").stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
    let stdout = owner.stdout.take().ok_or("no standard output")?;
    let said = tokio::task::spawn_blocking(move || BufReader::new(stdout).lines().next().transpose()).await??;
    Ok((owner, said.ok_or("the owner has ended before its cluster was ready")?))
}

/// Interrupts it, as Ctrl-C does, and waits until it has ended for that.
pub async fn interrupt(owner: &mut Child) -> Result<()> {
    let signalled = Command::new("sh").args(["-c", "kill -INT \"$1\"", "kill"]).arg(owner.id().to_string()).status()?;
    assert!(signalled.success());
    let status = eventually("the owner has ended", SOON, async || owner.try_wait()?.ok_or_else(|| "it still runs".into())).await?;
    assert_eq!(status.code(), Some(130));
    Ok(())
}
