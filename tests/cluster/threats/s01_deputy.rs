//! S1, S2 and S13: the operator reads for a tenant nothing of AWS that no grant lets him have, and nothing by its own right; where
//! it asks is the settings' word. AWS is moto, behind a door that records who asked for what.

use std::sync::Arc;

use serde_json::{Value, json};

use super::people::{EDIT, Person, ours, service, task_definition};
use crate::canary::CANARY;
use crate::context::Context;
use crate::runner::Trial;
use crate::scene::{OWN_KEY, Scene};
use crate::support::moto::{ACCOUNT, AwsFault, Door, Moto, Seed};
use crate::support::{Changes, Result, SOON, ensure, eventually};

pub fn trials() -> Vec<Trial> {
    vec![
        Trial::parallel(s1_what_is_not_granted_is_not_even_asked_for),
        Trial::parallel(s1_others_are_not_asked_for_what_another_secret_may_be),
        Trial::parallel(s2_s13_what_is_granted_is_read_in_the_session_of_the_grants_role),
        Trial::parallel(s2_who_the_operator_is_to_aws_tenants_are_not_told),
    ]
}

const ROLE: &str = "arn:aws:iam::123456789012:role/reader";

/// A scene whose secrets come from a moto of its own, in which there is one for the tenant and one for others.
pub async fn scene(context: &Context) -> Result<(Scene, Arc<Moto>, Door)> {
    let moto = Moto::start().await?;
    let seed: Seed = moto.seed();
    for name in ["shop/password", "bank/password"] {
        seed.secret(ACCOUNT, "us-east-1", name, "AbCdEf", &format!("{CANARY} of {name}")).await?;
    }
    let door = moto.door().await?;
    let scene = Scene::open_before(&door, context, json!({}), &[]).await?;
    let selector = json!({"matchLabels": {"kubernetes.io/metadata.name": scene.namespace}});
    let grant = json!({"apiVersion": "ecs-operator.dev/v1alpha1", "kind": "AWSAccessGrant", "metadata": {"name": scene.namespace},
        "spec": {"namespaceSelector": selector, "roleArn": ROLE, "secrets": ["shop/*"]}});
    scene.apply(&grant.to_string()).await?;
    Ok((scene, moto, door))
}

/// Who may use the grant that the namespace has.
async fn tenant(scene: &Scene) -> Result<Person> {
    let tenant = Person::with_roles(&scene.cluster, &scene.namespace, "tenant", &EDIT).await?;
    tenant.may_use(&scene.cluster, &scene.namespace, "tenant", std::slice::from_ref(&scene.namespace)).await?;
    Ok(tenant)
}

fn naming(scene: &Scene, name: &str, container: &Value) -> Value {
    let mut definition = task_definition(name, container);
    definition["spec"]["kubernetes"] = json!({"grants": [scene.namespace]});
    definition
}

fn secret(name: &str) -> String {
    format!("arn:aws:secretsmanager:us-east-1:{ACCOUNT}:secret:{name}")
}

/// In every place that takes a reference: the tenant's own grant is named, and allows another secret.
async fn s1_what_is_not_granted_is_not_even_asked_for(context: Arc<Context>) -> Result<()> {
    let (scene, _moto, door) = scene(&context).await?;
    let tenant = tenant(&scene).await?;
    let reference = |value_from: String| json!({"secrets": [{"name": "A", "valueFrom": value_from}]});
    let log = json!({"logDriver": "splunk", "options": {"splunk-url": "https://splunk.example"}, "secretOptions": [{"name": "splunk-token", "valueFrom": secret("bank/password")}]});
    let asked = [
        reference(secret("bank/password")),
        reference(secret("bank/password-AbCdEf")),
        reference(secret("shop/../bank/password")),
        reference(secret("Shop/password")),
        reference(secret("shop/password").replace(ACCOUNT, "210987654321")),
        reference(secret("shop/password").replace("us-east-1", "eu-west-1")),
        reference(secret("shop/password").replace("arn:aws:", "arn:aws-cn:")),
        reference(secret("shop/password").replace("us-east-1", "evil.example")),
        reference(format!("arn:aws:ssm:us-east-1:{ACCOUNT}:parameter/shop/password")),
        reference("/shop/password".into()),
        json!({"repositoryCredentials": {"credentialsParameter": secret("bank/password")}}),
        json!({"environmentFiles": [{"type": "s3", "value": "arn:aws:s3:::bank/secret.env"}]}),
        json!({"logConfiguration": log}),
    ];
    for (number, container) in asked.iter().enumerate() {
        let name = format!("asked-{number}");
        let answer = tenant.create(&ours(&scene, "ecstaskdefinitions"), &naming(&scene, &name, container)).await?;
        if answer.status == 422 {
            continue;
        }
        answer.done(&container.to_string())?;
        tenant.create(&ours(&scene, "ecsservices"), &service(&name)).await?.done(&name)?;
        // a log driver that does not run here is given nothing, and is no reason not to run the rest
        let is_ready = if container.get("logConfiguration").is_some() { "True" } else { "False" };
        scene.condition("ecstaskdefinitions", &name, "Ready", is_ready, None).await?;
    }
    scene.quiet(std::time::Duration::from_secs(2)).await?;
    let secrets = scene.list("secrets").await?;
    let made: Vec<&str> = secrets.iter().filter_map(|made| made["metadata"]["name"].as_str()).filter(|name| name.starts_with("asked-")).collect();
    ensure(made.is_empty(), format!("{made:?}"))?;
    door.requests().expect(&[], "AWS is asked nothing for what no grant allows")
}

/// Nobody sees what the External Secrets operator is answered: `shop/password-backup` may be the whole ARN of the secret that is granted,
/// or that of another one without its six characters.
async fn s1_others_are_not_asked_for_what_another_secret_may_be(context: Arc<Context>) -> Result<()> {
    let (cluster, namespace) = (context.cluster().await?, context.namespace().await?.to_owned());
    let stores = json!({"backend": "ExternalSecrets", "file": null, "externalSecrets": {"secretsManager": {"name": "aws"}}});
    let scene = Scene::open_as(&context, cluster, namespace, json!({"settings": {"secrets": stores}}), Changes::default()).await?;
    let selector = json!({"matchLabels": {"kubernetes.io/metadata.name": scene.namespace}});
    let grant = json!({"apiVersion": "ecs-operator.dev/v1alpha1", "kind": "AWSAccessGrant", "metadata": {"name": scene.namespace},
        "spec": {"namespaceSelector": selector, "roleArn": ROLE, "secrets": ["shop/password"]}});
    scene.apply(&grant.to_string()).await?;
    let tenant = tenant(&scene).await?;
    let asked = secret("shop/password-backup");
    for (name, container) in [
        ("values", json!({"secrets": [{"name": "A", "valueFrom": asked}]})),
        ("registry", json!({"repositoryCredentials": {"credentialsParameter": asked}})),
        ("named", json!({"repositoryCredentials": {"credentialsParameter": "shop/password-backup"}})),
    ] {
        tenant.create(&ours(&scene, "ecstaskdefinitions"), &naming(&scene, name, &container)).await?.done(name)?;
        tenant.create(&ours(&scene, "ecsservices"), &service(name)).await?.done(name)?;
        scene.condition("ecsservices", name, "Ready", "False", Some("AccessDenied")).await?;
        let denied = scene.condition("ecstaskdefinitions", name, "Ready", "False", Some("AccessDenied")).await?;
        ensure(denied["status"]["conditions"].to_string().contains(&format!("lacks `- {asked}` in its `secrets`")), &denied["status"])?;
    }
    let asked = scene.ledger.requests().that(|request| request.resource == "externalsecrets").writes();
    asked.expect_none("what may be another secret")
}

/// The operator's own identity assumes the grant's role, with the namespace in the session, and does nothing else; and what a tenant
/// writes names no other place to ask than the one of the settings.
async fn s2_s13_what_is_granted_is_read_in_the_session_of_the_grants_role(context: Arc<Context>) -> Result<()> {
    let (scene, _moto, door) = scene(&context).await?;
    let tenant = tenant(&scene).await?;
    let elsewhere =
        json!([{"name": "AWS_ENDPOINT_URL", "value": "http://evil.example"}, {"name": "AWS_EC2_METADATA_SERVICE_ENDPOINT", "value": "http://evil.example"}]);
    let container = json!({"environment": elsewhere, "secrets": [{"name": "A", "valueFrom": secret("shop/password-AbCdEf")}]});
    tenant.create(&ours(&scene, "ecstaskdefinitions"), &naming(&scene, "granted", &container)).await?.done("a task definition")?;
    tenant.create(&ours(&scene, "ecsservices"), &service("granted")).await?.done("a service")?;
    scene.ready("ecsservices", "granted").await?;
    let value = scene.get("secrets", "granted-1").await?["data"]["A"].clone();
    let expected = k8s_openapi::ByteString(format!("{CANARY} of shop/password").into_bytes());
    ensure(value == serde_json::to_value(expected)?, "the value is another")?;

    let requests = door.requests();
    let own = requests.clone().that(|request| request.key == OWN_KEY);
    ensure(!own.is_empty() && own.0.iter().all(|request| request.operation == "AssumeRole"), &requests)?;
    for request in requests.0.iter().filter(|request| request.key != OWN_KEY) {
        let session = request.session.as_ref().ok_or_else(|| format!("by no session: {request}"))?;
        let namespace = session.tags.get("kubernetes-namespace").map(String::as_str);
        ensure(
            session.role == ROLE && namespace == Some(scene.namespace.as_str()) && session.name.starts_with(scene.namespace.get(..16).unwrap_or_default()),
            format!("{session:?}"),
        )?;
        ensure(request.subjects.iter().all(|subject| subject.contains("shop/password")), request)?;
    }
    Ok(())
}

/// What AWS says when it refuses the grant's role names the role of the operator, of which tenants know nothing: its log has it.
async fn s2_who_the_operator_is_to_aws_tenants_are_not_told(context: Arc<Context>) -> Result<()> {
    let (scene, _moto, door) = scene(&context).await?;
    door.on_request(|_| AwsFault::Forbid);
    let tenant = tenant(&scene).await?;
    let container = json!({"secrets": [{"name": "A", "valueFrom": secret("shop/password-AbCdEf")}]});
    tenant.create(&ours(&scene, "ecstaskdefinitions"), &naming(&scene, "refused", &container)).await?.done("a task definition")?;
    tenant.create(&ours(&scene, "ecsservices"), &service("refused")).await?.done("a service")?;
    let refused = scene.condition("ecsservices", "refused", "Ready", "False", Some("SecretForbidden")).await?;
    let told = format!("the role {ROLE} of grant `{}` cannot be assumed: AccessDenied: its trust policy", scene.namespace);
    ensure(refused["status"]["conditions"].to_string().contains(&told), &refused["status"])?;
    eventually("the log tells the whole of it", SOON, async || ensure(scene.operator.log_tail(10_000).contains("assumed-role/"), "it does not")).await?;
    for resource in ["ecsservices", "ecstaskdefinitions", "controllerrevisions", "deployments", "events"] {
        for object in scene.list(resource).await? {
            ensure(!object.to_string().contains("assumed-role/"), object)?;
        }
    }
    Ok(())
}
