//! Values of AWS, from `moto` through the whole operator to Secrets: how often AWS is asked, that nothing is asked for what no
//! grant allows, and that what runs is left alone while AWS is down.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use crate::context::Context;
use crate::runner::Trial;
use crate::scene::{Scene, condition_of};
use crate::secret_values::nothing_is_told_of;
use crate::support::moto::{ACCOUNT, AwsFault, Door};
use crate::support::{Result, SOON, Verb, ensure, eventually};

const SERVICES: usize = 500;
const SECRETS: usize = 50;
/// How long an answer of AWS is shared.
const FRESH: Duration = Duration::from_mins(1);

/// The tests of this subject.
pub fn trials() -> Vec<Trial> {
    vec![
        Trial::alone(services_that_start_together_share_what_is_read),
        Trial::parallel(an_outage_leaves_what_runs_alone_and_heals),
        Trial::parallel(for_what_is_denied_aws_is_not_asked),
        Trial::parallel(each_that_has_no_value_is_told_of_at_once),
    ]
}

/// An operator that reads AWS through a door of its own, and a grant for its namespace: secrets whose names begin with the
/// namespace's.
async fn open(context: &Context) -> Result<(Scene, Door)> {
    let door = context.moto().await?.door().await?;
    // what loads the machine must not cost the leadership
    let scene = Scene::open_before(&door, context, json!({}), &["--leader-elect=false"]).await?;
    let grant = json!({"apiVersion": "ecs-operator.dev/v1alpha1", "kind": "AWSAccessGrant", "metadata": {"name": scene.namespace}, "spec": {
        "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": scene.namespace}},
        "roleArn": format!("arn:aws:iam::{ACCOUNT}:role/reader"), "secrets": [format!("{}/*", scene.namespace)]}});
    scene.create("awsaccessgrants", &grant).await?;
    Ok((scene, door))
}

/// The ARN of a new secret below this folder.
async fn secret(context: &Context, folder: &str, name: &str, value: &str) -> Result<String> {
    context.moto().await?.seed().secret(ACCOUNT, "us-east-1", &format!("{folder}/{name}"), "AbCdEf", value).await
}

fn definition(scene: &Scene, arns: &[String]) -> Value {
    let secrets: Vec<Value> = arns.iter().enumerate().map(|(index, arn)| json!({"name": format!("SECRET_{index}"), "valueFrom": arn})).collect();
    json!({"apiVersion": "ecs-operator.dev/v1alpha1", "kind": "ECSTaskDefinition", "metadata": {"name": "web"}, "spec": {
        "kubernetes": {"grants": [scene.namespace]},
        "containerDefinitions": [{"name": "web", "image": "web:1", "memory": 64, "healthCheck": {"command": ["CMD", "true"]}, "secrets": secrets}]}})
}

fn service(name: &str, desired_count: u32) -> Value {
    json!({"apiVersion": "ecs-operator.dev/v1alpha1", "kind": "ECSService", "metadata": {"name": name},
        "spec": {"taskDefinition": "web", "desiredCount": desired_count}})
}

async fn apply(scene: &Scene, items: &[Value]) -> Result<()> {
    scene.apply(&json!({"apiVersion": "v1", "kind": "List", "items": items}).to_string()).await.map(drop)
}

async fn services_that_start_together_share_what_is_read(context: Arc<Context>) -> Result<()> {
    let (scene, door) = open(&context).await?;
    let mut arns = Vec::new();
    for index in 0..SECRETS {
        arns.push(secret(&context, &scene.namespace, &format!("secret-{index}"), &format!("value {index}")).await?);
    }
    let mut items = vec![definition(&scene, &arns)];
    items.extend((0..SERVICES).map(|index| service(&format!("service-{index}"), 0)));
    let start = scene.ledger.elapsed();
    apply(&scene, &items).await?;
    let applied = scene.ledger.elapsed();
    let made = || scene.ledger.requests().of("secrets").with_verb(Verb::Create).that(|request| request.status == Some(201));
    eventually("each service has its Secret", SOON * 10, async || ensure(made().len() == SERVICES, format!("{} have", made().len()))).await?;
    let took = made().iter().map(|request| request.start).max().unwrap_or_default().saturating_sub(start);
    let first = made().iter().map(|request| request.start).min().unwrap_or_default().saturating_sub(start);
    let rounds = 1 + usize::try_from(took.as_secs() / FRESH.as_secs())?;
    let requests = door.requests();
    // What the first Secret waits for is counted below: no more than all together. How long that takes where the machine does other things too
    // nobody can promise: the two seconds hold where nothing but AWS is asked (`tests/aws/calls.rs`).
    println!(
        "{SERVICES} services of {SECRETS} secrets, applied in {:?}: the first Secret after {first:?}, the last after {took:?}; {:?}",
        applied.saturating_sub(start),
        requests.counts()
    );
    let asked = requests.clone().of("BatchGetSecretValue").len();
    ensure(asked <= SECRETS.div_ceil(20) * rounds, format!("{asked} batches in {rounds} rounds\n{requests}"))?;
    ensure(requests.clone().of("GetSecretValue").is_empty(), format!("each secret is in a batch\n{requests}"))?;
    ensure(requests.clone().of("AssumeRole").len() <= asked, format!("no more sessions than batches\n{requests}"))?;
    let filled = &scene.get("secrets", "service-7-1").await?["data"];
    ensure(filled["SECRET_49"] == "dmFsdWUgNDk=" && filled.as_object().map(serde_json::Map::len) == Some(SECRETS), "the Secret has other values")
}

async fn an_outage_leaves_what_runs_alone_and_heals(context: Arc<Context>) -> Result<()> {
    let (scene, door) = open(&context).await?;
    let one = secret(&context, &scene.namespace, "one", "canary-of-aws-one").await?;
    let two = secret(&context, &scene.namespace, "two", "canary-of-aws-two").await?;
    apply(&scene, &[definition(&scene, std::slice::from_ref(&one)), service("web", 1)]).await?;
    scene.ready("ecsservices", "web").await?;
    let before = scene.get("deployments", "web").await?;
    for (fault, reason) in [(AwsFault::Throttle, "AWSThrottled"), (AwsFault::ServerError, "AWSUnavailable")] {
        door.on_request(move |_| fault);
        apply(&scene, &[definition(&scene, &[one.clone(), two.clone()])]).await?;
        let waiting = scene.condition("ecsservices", "web", "Ready", "False", Some(reason)).await?;
        let message = condition_of(&waiting, "Ready").map(|ready| ready["message"].to_string()).unwrap_or_default();
        ensure(message.contains(&two) && message.contains("valueFrom") && !message.contains("canary"), &message)?;
        ensure(condition_of(&waiting, "Stalled").is_none(), "it heals by itself")?;
        ensure(scene.get("deployments", "web").await?["metadata"]["generation"] == before["metadata"]["generation"], "what runs was touched")?;
        ensure(scene.find("secrets", "web-2").await?.is_none(), "there is a Secret with half its values")?;
    }
    let end = std::time::Instant::now();
    door.clear_faults();
    eventually("the deployment starts", SOON * 3, async || scene.get("secrets", "web-2").await.map(drop)).await?;
    println!("after an outage the deployment started {:?} after its end", end.elapsed());
    scene.rolled_out("web", "svc-web-2").await.map(drop)
}

async fn for_what_is_denied_aws_is_not_asked(context: Arc<Context>) -> Result<()> {
    let (scene, door) = open(&context).await?;
    let foreign = secret(&context, &format!("not-{}", scene.namespace), "one", "canary-of-aws-foreign").await?;
    let own = secret(&context, &scene.namespace, "one", "canary-of-aws-own").await?;
    apply(&scene, &[definition(&scene, &[own.clone(), foreign.clone()]), service("web", 1)]).await?;
    let denied = scene.condition("ecstaskdefinitions", "web", "Ready", "False", Some("AccessDenied")).await?;
    ensure(denied["status"].to_string().contains(&foreign), &denied["status"])?;
    scene.quiet(Duration::from_secs(2)).await?;
    ensure(door.requests().is_empty(), format!("AWS was asked\n{}", door.requests()))?;
    apply(&scene, &[definition(&scene, &[own])]).await?;
    scene.ready("ecsservices", "web").await?;
    door.requests().expect(&[("AssumeRole", 1), ("GetSecretValue", 1)], "what is allowed is asked for")
}

async fn each_that_has_no_value_is_told_of_at_once(context: Arc<Context>) -> Result<()> {
    let (scene, door) = open(&context).await?;
    let there = secret(&context, &scene.namespace, "there", "canary-of-aws-there").await?;
    let missing = ["one", "two"].map(|name| format!("arn:aws:secretsmanager:us-east-1:{ACCOUNT}:secret:{}/{name}-AbCdEf", scene.namespace));
    apply(&scene, &[definition(&scene, &[there, missing[0].clone(), missing[1].clone()]), service("web", 1)]).await?;
    let waiting = scene.condition("ecsservices", "web", "Ready", "False", Some("SecretNotFound")).await?;
    let message = condition_of(&waiting, "Ready").map(|ready| ready["message"].to_string()).unwrap_or_default();
    let path = |index: usize| format!("spec.containerDefinitions[0].secrets[{index}].valueFrom");
    for part in [&path(1), "`SECRET_1`", &missing[0], "1 more"] {
        ensure(message.contains(part), format!("{part} in {message}"))?;
    }
    let told = waiting["status"]["diagnostics"].as_array().cloned().unwrap_or_default();
    let told: Vec<&Value> = told.iter().filter(|diagnostic| diagnostic["name"] == "value-not-read").collect();
    ensure(told.len() == missing.len(), format!("{told:?}"))?;
    for (index, (diagnostic, arn)) in told.iter().zip(&missing).enumerate() {
        let text = diagnostic["message"].as_str().unwrap_or_default();
        ensure(diagnostic["path"] == format!("task definition: {}", path(index + 1)) && diagnostic["severity"] == "error", diagnostic.to_string())?;
        ensure(text.contains(&format!("`SECRET_{}`", index + 1)) && text.contains(arn), text)?;
    }
    // The same once more is no reason to write the status, or to tell of it.
    let asked = || door.requests().of("BatchGetSecretValue").len();
    let (before, mark) = (asked(), scene.ledger.mark());
    eventually("AWS is asked again", SOON, async || ensure(asked() > before, format!("{before} times until now"))).await?;
    scene.quiet(Duration::from_secs(2)).await?;
    scene.ledger.since(mark).writes().of("ecsservices").expect_none("nothing is new")?;
    let events = scene.list("events").await?;
    let events: Vec<&Value> = events.iter().filter(|event| event["reason"] == "SecretNotFound" && event["regarding"]["kind"] == "ECSService").collect();
    let [event] = events.as_slice() else { return Err(format!("{} events tell of it", events.len()).into()) };
    let note = event["note"].as_str().unwrap_or_default();
    ensure(event["type"] == "Warning" && ["`SECRET_1`", &missing[0], "1 more"].iter().all(|part| note.contains(part)), event.to_string())?;

    for name in ["one", "two"] {
        secret(&context, &scene.namespace, name, &format!("canary-of-aws-{name}")).await?;
    }
    // Who waits for the next try waits for minutes: each change of the service is one.
    let mut count = 1;
    eventually("the deployment starts", SOON, async || {
        count = 3 - count;
        scene.patch("ecsservices", "web", &json!({"spec": {"desiredCount": count}})).await?;
        scene.get("secrets", "web-1").await.map(drop)
    })
    .await?;
    let ready = scene.ready("ecsservices", "web").await?;
    ensure(!ready["status"]["diagnostics"].to_string().contains("value-not-read"), &ready["status"])?;
    nothing_is_told_of(&scene, "canary-of-aws").await
}
