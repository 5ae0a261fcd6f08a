//! Ends: of a task definition whose services run, of a service, of a namespace.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use crate::context::Context;
use crate::runner::Trial;
use crate::scene::{SHOP, Scene};
use crate::support::{Failure, Result, SOON, ensure, eventually};

/// The tests of this subject.
pub fn trials() -> Vec<Trial> {
    vec![
        Trial::parallel(services_outlive_their_task_definition),
        Trial::parallel(a_service_deleted_and_created_at_once_starts_afresh),
        Trial::parallel(what_is_missing_is_named_and_heals),
    ]
}

/// A deleted task definition: its services go on, and a lost pod is replaced.
async fn services_outlive_their_task_definition(context: Arc<Context>) -> Result<()> {
    let scene = Scene::open(&context).await?;
    scene.shop_ready().await?;
    let account = scene.get("deployments", "api-service").await?["spec"]["template"]["spec"]["serviceAccountName"].as_str().unwrap_or_default().to_owned();
    let uid = scene.get("serviceaccounts", &account).await?["metadata"]["uid"].clone();
    scene.delete("ecstaskdefinitions", "web-api").await?;
    eventually("the service has made the ServiceAccount again, as its own", SOON, async || match scene.find("serviceaccounts", &account).await? {
        Some(account) if account["metadata"]["uid"] != uid => Ok(()),
        _ => Err(Failure::from("it is the old one, or none")),
    })
    .await?;
    let service = scene.condition("ecsservices", "api-service", "Ready", "True", Some("TaskDefinitionGone")).await?;
    assert_eq!(service["status"]["runningCount"], 3);
    let pods = scene.list("pods").await?;
    let pod = pods.iter().find(|pod| pod["metadata"]["labels"]["ecs-operator.dev/service"] == "api-service").ok_or("no pod")?;
    scene.delete("pods", pod["metadata"]["name"].as_str().unwrap_or_default()).await?;
    eventually("three pods run again", SOON, async || {
        let ready = scene.get("deployments", "api-service").await?["status"]["readyReplicas"].clone();
        let gone = scene.find("pods", pod["metadata"]["name"].as_str().unwrap_or_default()).await?.is_none();
        ensure(ready == 3 && gone, ready.to_string())
    })
    .await?;
    scene.cluster.kubectl(&["apply", "-n", &scene.namespace, "-f", &format!("{SHOP}/ecstaskdefinition-web-api.yaml")]).await?;
    scene.condition("ecsservices", "api-service", "Ready", "True", Some("SteadyState")).await.map(drop)
}

/// A deleted service takes all it made with it; one created at once under the same name starts afresh.
async fn a_service_deleted_and_created_at_once_starts_afresh(context: Arc<Context>) -> Result<()> {
    let scene = Scene::open(&context).await?;
    scene.shop_ready().await?;
    let uid = scene.get("ecsservices", "api-service").await?["metadata"]["uid"].clone();
    scene.delete("ecsservices", "api-service").await?;
    eventually("the name is free", SOON, async || match scene.find("ecsservices", "api-service").await? {
        None => Ok(()),
        Some(_) => Err(Failure::from("it is there")),
    })
    .await?;
    scene.cluster.kubectl(&["apply", "-n", &scene.namespace, "-f", &format!("{SHOP}/ecsservice-api-service.yaml")]).await?;
    let service = scene.ready("ecsservices", "api-service").await?;
    eventually("every child belongs to the new service", SOON, async || {
        for resource in ["deployments", "services", "ingresses", "secrets", "controllerrevisions"] {
            for object in scene.list(resource).await? {
                if owner(&object) == uid.as_str() {
                    return Err(Failure::from(format!("{resource}/{} is of the old one", object["metadata"]["name"])));
                }
            }
        }
        Ok(())
    })
    .await?;
    assert_eq!(service["status"]["serviceRevision"], 1);
    scene.quiet(Duration::from_secs(3)).await?;
    scene.delete("ecsservices", "api-service").await?;
    eventually("all it made is gone", SOON, async || {
        let mut left = Vec::new();
        for resource in ["deployments", "services", "ingresses", "secrets", "controllerrevisions", "pods"] {
            left.extend(
                scene
                    .list(resource)
                    .await?
                    .into_iter()
                    .filter(|object| object["metadata"]["labels"]["ecs-operator.dev/service"] == "api-service")
                    .map(|object| format!("{resource}/{}", object["metadata"]["name"])),
            );
        }
        ensure(left.is_empty(), left.join(", "))
    })
    .await
}

fn owner(object: &Value) -> Option<&str> {
    object["metadata"]["ownerReferences"][0]["uid"].as_str()
}

/// What others must bring is named in a condition, and heals at once when it comes.
async fn what_is_missing_is_named_and_heals(context: Arc<Context>) -> Result<()> {
    let scene = Scene::open(&context).await?;
    std::fs::remove_file(scene.secrets.path().join("prod/db-password"))?;
    scene.cluster.kubectl(&["apply", "-n", &scene.namespace, "-f", &format!("{SHOP}/ecsservice-api-service.yaml")]).await?;
    let message = async |reason: &str| {
        let service = scene.condition("ecsservices", "api-service", "Ready", "False", Some(reason)).await?;
        let ready = crate::scene::condition_of(&service, "Ready").map(|ready| ready["message"].to_string());
        assert!(crate::scene::condition_of(&service, "Stalled").is_none(), "others must mend it: {service}");
        Ok::<_, Failure>(ready.unwrap_or_default())
    };
    assert!(message("TaskDefinitionNotFound").await?.contains("web-api"));
    scene.cluster.kubectl(&["apply", "-n", &scene.namespace, "-f", &format!("{SHOP}/ecstaskdefinition-web-api.yaml")]).await?;
    assert!(message("SecretNotFound").await?.contains("prod/db-password"));
    assert_eq!(scene.find("deployments", "api-service").await?, None);
    assert_eq!(scene.list("secrets").await?.iter().filter(|secret| secret["metadata"]["name"] == "api-service-1").count(), 0);
    std::fs::write(scene.secrets.path().join("prod/db-password"), "canary-5f1c: now it is there")?;
    scene.ready("ecsservices", "api-service").await?;

    let class = format!("class-of-{}", scene.namespace);
    let late = json!({"apiVersion": "ecs-operator.dev/v1alpha1", "kind": "ECSService", "metadata": {"name": "late"}, "spec": {
        "taskDefinition": "web-api", "desiredCount": 1, "kubernetes": {"ingressClassName": class},
        "loadBalancers": [{"containerName": "api", "containerPort": 8080, "targetGroupArn": "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/t/0123456789abcdef",
            "listenerRules": [{"priority": 9, "conditions": [{"field": "path-pattern", "values": ["/late/*"]}]}]}]}});
    scene.apply(&late.to_string()).await?;
    let service = scene.condition("ecsservices", "late", "Ready", "False", Some("IngressClassNotFound")).await?;
    assert!(service["status"].to_string().contains(&class));
    assert_eq!(scene.find("deployments", "late").await?, None);
    crate::scene::ingress_class(&scene.cluster, &class).await?;
    scene.ready("ecsservices", "late").await.map(drop)
}
