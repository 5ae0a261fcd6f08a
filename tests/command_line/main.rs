//! The command line, by the real binary: what goes in, what comes out where, and with which exit status.
#![expect(clippy::expect_used, reason = "a test fails so")]

mod importing;
mod other_commands;
mod reading;
mod rendering;
mod reporting;
mod trust_policies;

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

const TASK_DEFINITION: &str = "\
apiVersion: ecs-operator.dev/v1alpha1
kind: ECSTaskDefinition
metadata:
  name: web
spec:
  cpu: '256'
  memory: '512'
  containerDefinitions:
    - name: api
      image: nginx:1.27
      portMappings:
        - containerPort: 8080
      secrets:
        - name: PASSWORD
          valueFrom: arn:aws:secretsmanager:us-east-1:123456789012:secret:prod/db-password
";
const SERVICE: &str = "\
apiVersion: ecs-operator.dev/v1alpha1
kind: ECSService
metadata:
  name: web-service
spec:
  taskDefinition: web
  desiredCount: 2
";
const RAW_TASK_DEFINITION: &str =
    r#"{"family": "Web_API", "containerDefinitions": [{"name": "api", "image": "nginx:1.27", "essential": true, "mountPoints": [], "cpu": 0}], "volumes": []}"#;
const RAW_SERVICE: &str = r#"{"serviceName": "Web_API", "taskDefinition": "Web_API", "desiredCount": 1}"#;

/// What a run of the program left.
struct Run {
    status: Option<i32>,
    stdout: String,
    stderr: String,
}

impl Run {
    /// The kinds of the printed objects with their names.
    fn objects(&self) -> Vec<String> {
        let objects: Vec<Value> = serde_saphyr::from_multiple(&self.stdout).expect("YAML on standard output");
        let text = |object: &Value, pointer: &str| object.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
        objects.iter().map(|object| format!("{}/{}", text(object, "/kind"), text(object, "/metadata/name"))).collect()
    }

    /// The names of the diagnostics, where they were asked for as JSON.
    fn diagnostics(&self) -> Vec<String> {
        self.stderr.lines().map(|line| serde_json::from_str::<Value>(line).expect(line)).map(|line| line["name"].as_str().expect("a name").to_owned()).collect()
    }
}

fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ecs-operator"));
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    for variable in ["NO_COLOR", "CLICOLOR_FORCE", "CLICOLOR"] {
        command.env_remove(variable);
    }
    command
}

fn finish(mut command: Command, input: &[u8]) -> Run {
    let mut child = command.spawn().expect("the program starts");
    let mut stdin = child.stdin.take().expect("standard input");
    // A program that ends on its arguments alone does not read.
    let _ = stdin.write_all(input);
    drop(stdin);
    let output = child.wait_with_output().expect("the program ends");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    Run { status: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

fn run(arguments: &[&str]) -> Run {
    finish(program(arguments), b"")
}

fn run_with(arguments: &[&str], input: &str) -> Run {
    finish(program(arguments), input.as_bytes())
}

/// A folder with these files.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().expect("a folder");
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    folder
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a path of letters")
}
