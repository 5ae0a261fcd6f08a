//! The operator as the chart runs it: installed by the real helm, started with the chart's own arguments.

use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;

use serde_json::json;

use crate::context::Context;
use crate::runner::Trial;
use crate::support::{Changes, Ledger, Operator, Result, SOON, ensure, eventually};

pub fn trials() -> Vec<Trial> {
    vec![Trial::parallel(the_chart_installs), Trial::parallel(is_started_with_what_the_chart_says), Trial::parallel(lives_with_the_rights_of_the_chart)]
}

async fn the_chart_installs(context: Arc<Context>) -> Result<()> {
    let installation = context.install(&json!({})).await?;
    let kinds = context.kubectl(&["api-resources", "--api-group=ecs-operator.dev", "-o", "name"]).await?;
    assert!(kinds.contains("ecsservices.ecs-operator.dev"), "{kinds}");
    let (cluster, namespace) = (installation.cluster(), installation.namespace());
    eventually("the release is deployed", SOON, async || {
        let status = cluster.helm(&["status", "ecs-operator", "--namespace", namespace]).await?;
        ensure(status.contains("STATUS: deployed"), status)
    })
    .await
}

/// Ready, killed, started again, asked to end: and the server refused it nothing.
async fn lives_with_the_rights_of_the_chart(context: Arc<Context>) -> Result<()> {
    let operator = context.operator().await?;
    println!("an idle operator takes {} KiB", operator.resident_bytes()? / 1024);
    operator.kill();
    operator.wait_exited(SOON).await?;
    operator.restart().await?;
    operator.wait_ready(SOON).await?;
    let status = operator.terminate(SOON).await?;
    assert!(status.success(), "{status}");
    let refused = operator.ledger().requests().that(|request| matches!(request.status, Some(401 | 403)));
    refused.expect_none("the chart gives every right that the operator needs")
}

/// A program that only says how it was started stands in for the operator.
async fn is_started_with_what_the_chart_says(context: Arc<Context>) -> Result<()> {
    context.kubectl(&["create", "secret", "generic", "passwords", "--from-literal=db=hidden"]).await?;
    let values = json!({
        "settings": {"region": "eu-central-1", "secrets": {"backend": "File", "file": {"directory": "/passwords"}}},
        "extraVolumes": [{"name": "passwords", "secret": {"secretName": "passwords", "items": [{"key": "db", "path": "prod/db-password"}]}}],
        "extraVolumeMounts": [{"name": "passwords", "mountPath": "/passwords"}],
    });
    let installation = context.install(&values).await?;
    let program = installation.cluster().folder().join("stand-in");
    std::fs::write(
        &program,
        r#"#!/bin/sh
for argument; do
  echo "$argument"
  case $argument in --settings=*) settings=${argument#--settings=} ;; esac
done
cat "$settings" "$KUBECONFIG"
directory=$(sed -n 's/.*directory: *"\{0,1\}\([^"]*\).*/\1/p' "$settings")
cat "$directory/prod/db-password"
"#,
    )?;
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755))?;
    let ledger = Arc::new(Ledger::before(installation.cluster())?);
    let changes = Changes { flags: vec!["--concurrency=2".to_owned()], ..Changes::default() };
    let operator = Operator::start(&installation, "first", &program, &ledger, changes).await?;
    let status = operator.wait_exited(SOON).await?;
    let said = operator.log_tail(200);
    assert!(status.success(), "{said}");
    let namespace = context.namespace().await?;
    for expected in [
        "run",
        "--leader-elect=true",
        &format!("--watch-namespace={namespace}"),
        "--identity=first",
        "--listen=127.0.0.1:",
        "--concurrency=2",
        "eu-central-1",
        &ledger.door("first").await?,
        "\"token\":",
        "hidden",
    ] {
        assert!(said.contains(expected), "{expected} is missing in\n{said}");
    }
    assert!(!said.contains("$(") && !said.contains("--concurrency=64"), "{said}");
    Ok(())
}
