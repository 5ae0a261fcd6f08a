//! What `kubectl apply` prints of documents that do something else here than on ECS: what translation says of them, too.

use std::collections::BTreeSet;
use std::sync::Arc;

use ecs_operator::translate::admission;
use futures::{StreamExt, stream};
use kube::Client;
use serde_json::{Value, json};

use crate::context::Context;
use crate::refusals::{Translated, translated};
use crate::runner::Trial;
use crate::strict;
use crate::support::{Result, SOON, While, ensure, eventually};

const AT_ONCE: usize = 8;

/// The tests of this subject.
pub fn trials() -> Vec<Trial> {
    vec![
        Trial::parallel(kubectl_prints_what_differs),
        Trial::parallel(what_is_printed_is_what_translation_says),
        Trial::parallel(the_conditions_fit_the_definitions),
    ]
}

/// The object is made all the same, and elsewhere than in the namespace of the release nothing is printed.
async fn kubectl_prints_what_differs(context: Arc<Context>) -> Result<()> {
    context.install(&enabled()).await?;
    let (cluster, namespace) = (context.cluster().await?, context.namespace().await?);
    in_force(&cluster.client(), namespace).await?;
    let document = document("printed").to_string();
    let strictly = async |namespace: &str| cluster.kubectl_with(&["--namespace", namespace, "--warnings-as-errors", "apply"], &document).await;
    let printed = strictly(namespace).await.err().map(|error| error.to_string()).unwrap_or_default();
    for words in ["Warning: ", "ulimit-without-effect: ", "ecs-operator explain ulimit-without-effect"] {
        ensure(printed.contains(words), format!("`{words}` is missing in: {printed}"))?;
    }
    context.kubectl(&["get", "ecstaskdefinition", "printed"]).await?;
    context.kubectl(&["label", "--warnings-as-errors", "ecstaskdefinition", "printed", "team=shop"]).await.during("a label is no reason to warn")?;

    let elsewhere = cluster.namespace_for("elsewhere").await?;
    strictly(&elsewhere).await?;
    cluster.kubectl(&["delete", "namespace", &elsewhere, "--wait=false"]).await.map(drop)
}

/// Over all goldens: neither is missing.
async fn what_is_printed_is_what_translation_says(context: Arc<Context>) -> Result<()> {
    context.install(&enabled()).await?;
    let (client, namespace) = (context.client().await?, context.namespace().await?);
    in_force(&client, namespace).await?;
    let documents = translated()?;
    let checked = stream::iter(&documents).map(async |translated| check(&client, namespace, translated).await.during(&translated.case));
    let faults: Vec<String> = checked.buffer_unordered(AT_ONCE).filter_map(async |result| result.err().map(|fault| fault.to_string())).collect().await;
    ensure(faults.is_empty(), format!("{} of {} documents:\n{}", faults.len(), documents.len(), faults.join("\n")))?;
    let warned: BTreeSet<&str> = documents.iter().flat_map(|document| &document.diagnostics).map(String::as_str).collect();
    let unproved: Vec<&str> = names().into_iter().filter(|name| !warned.contains(name)).collect();
    ensure(unproved.is_empty(), format!("in no golden: {}", unproved.join(", ")))
}

/// The server's own check of types finds members that the definitions do not have.
async fn the_conditions_fit_the_definitions(context: Arc<Context>) -> Result<()> {
    context.install(&enabled()).await?;
    let namespace = context.namespace().await?;
    for resource in ["ecsservices", "ecstaskdefinitions"] {
        let policy = format!("ecs-operator.{namespace}.{resource}");
        eventually(format!("{policy} is checked"), SOON, async || {
            let policy: Value = serde_json::from_str(&context.kubectl(&["get", "validatingadmissionpolicy", &policy, "-o", "json"]).await?)?;
            let checked = &policy["status"]["typeChecking"];
            ensure(checked.is_object() && checked["expressionWarnings"].is_null(), &policy["status"])
        })
        .await?;
    }
    Ok(())
}

async fn check(client: &Client, namespace: &str, translated: &Translated) -> Result<()> {
    let printed: BTreeSet<String> = warnings(client, namespace, &translated.document).await?.into_iter().collect();
    let said: BTreeSet<String> = translated.diagnostics.iter().filter(|name| names().contains(name.as_str())).cloned().collect();
    ensure(printed == said, format!("{} prints {printed:?}, and translation says {said:?}", translated.document["kind"]))
}

/// The policies are watched by the server, so they hold from some moment on.
async fn in_force(client: &Client, namespace: &str) -> Result<()> {
    eventually("the policies are in force", SOON, async || {
        let warnings = warnings(client, namespace, &document("unmade")).await?;
        ensure(!warnings.is_empty(), "there is no warning")
    })
    .await
}

fn enabled() -> Value {
    json!({"admission": {"warnings": {"enabled": true}}})
}

fn document(name: &str) -> Value {
    let limit = json!({"name": "nofile", "softLimit": 1024, "hardLimit": 4096});
    json!({
        "apiVersion": "ecs-operator.dev/v1alpha1",
        "kind": "ECSTaskDefinition",
        "metadata": {"name": name},
        "spec": {"containerDefinitions": [{"name": "main", "image": "none", "memory": 64, "ulimits": [limit]}]},
    })
}

fn names() -> BTreeSet<&'static str> {
    admission::SERVICE.iter().chain(admission::TASK_DEFINITION).map(|(name, _)| *name).collect()
}

/// The names of the diagnostics that the server warns of when it is asked to create the object, which is not made.
async fn warnings(client: &Client, namespace: &str, document: &Value) -> Result<Vec<String>> {
    let warnings = strict::warnings(client, namespace, document).await?;
    warnings.iter().map(|warning| name(warning).ok_or_else(|| format!("another warning: {warning}").into())).collect()
}

/// The name stands after the policy and its binding.
fn name(warning: &str) -> Option<String> {
    let (_, said) = warning.split_once("with binding ")?;
    Some(said.split_once("': ")?.1.split_once(": ")?.0.to_owned())
}
