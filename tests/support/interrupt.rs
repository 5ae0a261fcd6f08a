//! Ctrl-C and SIGTERM: everything is stopped and its folders removed before the process ends.

use tokio::runtime::Handle;
use tokio::signal::unix::{SignalKind, signal};

use super::{Cluster, Result};

/// From now on, an interrupt stops every cluster of this process and ends it with the status that shells expect.
pub fn stop_everything_on_interrupt(runtime: &Handle) -> Result<()> {
    let _inside = runtime.enter();
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    runtime.spawn(async move {
        let number = tokio::select! {
            _ = interrupt.recv() => 2,
            _ = terminate.recv() => 15,
        };
        eprintln!("interrupted: stopping the test bed");
        Cluster::stop_all();
        std::process::exit(128 + number);
    });
    Ok(())
}
