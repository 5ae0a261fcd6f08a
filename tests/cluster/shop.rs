//! The shop, from the first object to the steady state: what becomes of it, what it costs, and that nothing more is
//! done once it stands.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::context::Context;
use crate::runner::Trial;
use crate::scene::{SHOP, Scene, VALUE};
use crate::support::{Changes, ClusterOptions, Result, SOON, Verb, ensure, eventually};

/// The tests of this subject.
pub fn trials() -> Vec<Trial> {
    vec![
        Trial::parallel(the_shop_becomes_ready),
        Trial::parallel(the_steady_state_is_silent),
        Trial::parallel(a_restart_writes_nothing),
        Trial::parallel(creation_and_an_image_change_cost_what_they_must),
    ]
}

/// The shop's objects become what the issue of migrating teams is: pods of the right size, behind one load balancer.
async fn the_shop_becomes_ready(context: Arc<Context>) -> Result<()> {
    let scene = Scene::open(&context).await?;
    scene.shop_ready().await?;

    let deployment = scene.get("deployments", "api-service").await?;
    let pod = &deployment["spec"]["template"]["spec"];
    assert_eq!(pod["resources"], json!({"requests": {"cpu": "500m", "memory": "1Gi"}, "limits": {"cpu": "500m", "memory": "1Gi"}}));
    assert_eq!(deployment["spec"]["strategy"]["rollingUpdate"], json!({"maxUnavailable": "50%", "maxSurge": 3}));
    assert_eq!(pod["nodeSelector"]["kubernetes.io/arch"], "amd64");
    assert_eq!(deployment["spec"]["selector"]["matchLabels"], json!({"ecs-operator.dev/service": "api-service", "ecs-operator.dev/task-set": "a"}));
    let container = &pod["containers"][0];
    assert!(container["ports"].as_array().is_some_and(|ports| ports.iter().all(|port| port.get("hostPort").is_none())), "no host port");
    for probe in ["livenessProbe", "startupProbe", "readinessProbe"] {
        assert_eq!(container[probe]["exec"]["command"], json!(["/bin/sh", "-c", "curl -f http://localhost:8080/health || exit 1"]), "{probe}");
        assert_eq!(container[probe]["timeoutSeconds"], 5, "{probe}");
    }
    let secret = container["env"].as_array().and_then(|env| env.iter().find(|variable| variable["name"] == "DB_PASSWORD")).cloned().unwrap_or_default();
    assert_eq!(secret["valueFrom"]["secretKeyRef"], json!({"name": "api-service-1", "key": "DB_PASSWORD"}));
    let account = scene.get("serviceaccounts", pod["serviceAccountName"].as_str().unwrap_or_default()).await?;
    assert_eq!(account["metadata"]["annotations"]["eks.amazonaws.com/role-arn"], "arn:aws:iam::123456789012:role/web-api-task-role");
    let groups = [scene.get("ingresses", "api-service").await?, scene.get("ingresses", "admin-service").await?]
        .map(|ingress| ingress["metadata"]["annotations"]["alb.ingress.kubernetes.io/group.name"].clone());
    assert_eq!(groups[0], groups[1]);
    assert_ne!(groups[0], Value::Null);

    let service = scene.get("ecsservices", "api-service").await?;
    assert_eq!((&service["status"]["runningCount"], &service["status"]["taskDefinition"]), (&json!(3), &json!("web-api:1")));
    let names: Vec<&str> = service["status"]["diagnostics"].as_array().into_iter().flatten().filter_map(|diagnostic| diagnostic["name"].as_str()).collect();
    assert!(names.len() >= 3, "subnets, execution role and log group are told of: {names:?}");
    at_most_one_status_a_second(&scene, &["api-service", "admin-service", "web-api", "admin"])?;
    the_secret_is_nowhere_else(&scene).await
}

/// While tasks come up, counts change often; a status is written at most once a second. On a busy machine a write may reach the
/// server late, so that the next one seems early: three show it.
fn at_most_one_status_a_second(scene: &Scene, names: &[&str]) -> Result<()> {
    for name in names {
        let writes = scene.ledger.writes().of_subresource("status").named(name);
        let starts: Vec<Duration> = writes.iter().map(|request| request.start).collect();
        let apart = starts.windows(3).all(|three| three[2].saturating_sub(three[0]) > Duration::from_millis(900));
        ensure(apart, format!("status of {name}\n{writes}"))?;
    }
    Ok(())
}

/// The value is in the Secret; it is in no other object, no event, no status, no log.
async fn the_secret_is_nowhere_else(scene: &Scene) -> Result<()> {
    let secret = scene.get("secrets", "api-service-1").await?;
    let value = k8s_openapi::ByteString(VALUE.as_bytes().to_vec());
    assert_eq!(secret["data"]["DB_PASSWORD"], serde_json::to_value(value)?);
    assert_eq!(secret["immutable"], true);
    for resource in ["ecsservices", "ecstaskdefinitions", "deployments", "controllerrevisions", "events", "services", "ingresses", "serviceaccounts"] {
        for object in scene.list(resource).await? {
            assert!(!object.to_string().contains(VALUE), "{resource}: {object}");
        }
    }
    let log = std::fs::read_to_string(scene.operator.log())?;
    assert!(!log.contains(VALUE), "the log has the value");
    assert!(!scene.operator.get("/metrics").await?.contains(VALUE), "the metrics have the value");
    Ok(())
}

/// In sixty seconds nothing is asked but watches and the lease, while every five all objects are looked at again.
async fn the_steady_state_is_silent(context: Arc<Context>) -> Result<()> {
    let changes = Changes { flags: vec!["--resync-interval=5s".into()], ..Changes::default() };
    let scene = Scene::open_with(&context, changes).await?;
    scene.shop_ready().await?;
    scene.quiet(Duration::from_secs(3)).await?;
    let (mark, start) = (scene.ledger.mark(), Instant::now());
    let minute = Duration::from_mins(1);
    eventually("a minute has passed", minute + SOON, async || ensure(start.elapsed() >= minute, "not yet")).await?;
    scene.ledger.since(mark).that_work().expect_none("the steady state")
}

/// An operator that starts over a running shop compares all of it and writes nothing.
async fn a_restart_writes_nothing(context: Arc<Context>) -> Result<()> {
    let scene = Scene::open(&context).await?;
    scene.shop_ready().await?;
    scene.quiet(Duration::from_secs(3)).await?;
    let mark = scene.ledger.mark();
    scene.operator.restart().await?;
    scene.operator.wait_ready(SOON).await?;
    eventually("the operator leads again and has looked at everything", SOON, async || {
        let metrics = scene.operator.get("/metrics").await?;
        let done =
            metrics.lines().any(|line| line.starts_with("ecs_operator_reconciles_total{kind=\"ECSService\",reason=\"Success\"}") && !line.ends_with(" 0"));
        ensure(done, metrics)
    })
    .await?;
    scene.quiet(Duration::from_secs(3)).await?;
    scene.ledger.since(mark).writes().without("leases").expect_none("a restart")
}

/// Without a controller manager nobody writes but the operator: one POST a child, at most two status writes.
async fn creation_and_an_image_change_cost_what_they_must(context: Arc<Context>) -> Result<()> {
    let cluster = context.own_cluster(ClusterOptions { controller_manager: false, ..ClusterOptions::default() }).await?;
    let namespace = cluster.namespace_for("creation costs what it must").await?;
    let scene = Scene::open_in(&context, cluster, namespace, Changes::default()).await?;
    scene.cluster.kubectl(&["apply", "-n", &scene.namespace, "-f", &format!("{SHOP}/ecstaskdefinition-web-api.yaml")]).await?;
    scene.ready("ecstaskdefinitions", "web-api").await?;
    scene.quiet(Duration::from_secs(2)).await?;

    let mark = scene.ledger.mark();
    scene.cluster.kubectl(&["apply", "-n", &scene.namespace, "-f", &format!("{SHOP}/ecsservice-api-service.yaml")]).await?;
    eventually("the Deployment is there", SOON, async || scene.get("deployments", "api-service").await.map(drop)).await?;
    scene.quiet(Duration::from_secs(3)).await?;
    let requests = scene.ledger.since(mark).that_work().without("events");
    for resource in ["controllerrevisions", "secrets", "services", "ingresses", "poddisruptionbudgets", "deployments"] {
        requests.clone().of(resource).expect_count(1, format!("{resource} of a new service"))?;
        requests.clone().of(resource).with_verb(Verb::Create).expect_count(1, format!("{resource} of a new service"))?;
    }
    let statuses = requests.clone().of_subresource("status").len();
    assert!((1..=2).contains(&statuses), "{statuses} status writes\n{requests}");
    assert_eq!(requests.len(), 6 + statuses, "nothing else, no GETs\n{requests}");

    let mark = scene.ledger.mark();
    scene.change_image("web-api", "123456789012.dkr.ecr.us-east-1.amazonaws.com/web-api:v1.3.0").await?;
    eventually("the Deployment has the new image", SOON, async || {
        let deployment = scene.get("deployments", "api-service").await?;
        let image = deployment["spec"]["template"]["spec"]["containers"][0]["image"].to_string();
        ensure(image.contains("v1.3.0"), image)
    })
    .await?;
    scene.quiet(Duration::from_secs(3)).await?;
    let requests = scene.ledger.since(mark).that_work().without("events");
    requests.clone().of("controllerrevisions").with_verb(Verb::Create).expect_count(2, "revisions of an image change")?;
    requests.clone().of("secrets").with_verb(Verb::Create).expect_count(1, "the Secret of the new revision")?;
    requests.clone().of("deployments").with_verb(Verb::Patch).expect_count(1, "the Deployment")?;
    let of_definition = requests.clone().of("ecstaskdefinitions").of_subresource("status").len();
    let of_service = requests.clone().of("ecsservices").of_subresource("status").len();
    assert_eq!(of_definition, 1, "{requests}");
    assert!((1..=2).contains(&of_service), "{requests}");
    assert_eq!(requests.len(), 4 + of_definition + of_service, "nothing else\n{requests}");
    Ok(())
}
