//! Where a control plane runs: on this machine's loopback interface, or on a real node.

use std::ffi::OsString;
use std::process::Command;

use crate::support::Result;
use crate::support::process::leashed;
use crate::support::tools::Tools;

/// What differs between the two.
#[derive(Debug, Clone)]
pub struct Location {
    /// The address that the API server listens on; this process reaches it there, and so do the programs there.
    pub address: String,
    /// A command that runs the program named after it inside; empty where that is nothing special.
    pub enter: Vec<OsString>,
    /// Added to the API server's arguments, before those of the options.
    pub api_server_arguments: Vec<String>,
    /// Added to the controller manager's arguments.
    pub controller_manager_arguments: Vec<String>,
}

impl Location {
    /// The loopback interface.
    pub fn loopback() -> Self {
        let api_server_arguments = [
            // nobody uses it, but without it the server looks for a network interface, and ends where there is none
            "--advertise-address=10.96.0.1",
            "--endpoint-reconciler-type=none",
        ];
        Self {
            address: "127.0.0.1".to_owned(),
            enter: Vec::new(),
            api_server_arguments: api_server_arguments.map(str::to_owned).into(),
            controller_manager_arguments: Vec::new(),
        }
    }

    /// A command on a leash that runs a tool there.
    pub fn command(&self, tools: &Tools, tool: &str) -> Result<Command> {
        let mut words = self.enter.iter().cloned().chain([tools.path(tool)?.into()]);
        let mut command = leashed(words.next().unwrap_or_default());
        command.args(words);
        Ok(command)
    }
}
