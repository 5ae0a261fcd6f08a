//! A scene: a namespace with the operator running for it, a ledger between it and the API server, and the shop.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use kube::api::{Api, ApiResource, DynamicObject, Patch, PatchParams, PostParams};
use serde_json::{Value, json};

use crate::context::Context;
use crate::support::moto::Door;
use crate::support::{Changes, Cluster, Installation, Ledger, Operator, Result, SOON, While, ensure, eventually};

/// Where the scenario lives.
pub const SHOP: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/examples/shop");
const GRANT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/examples/awsaccessgrant-shop.yaml");
/// The value of the shop's secret, with the canary in it: it must be seen in the pods' Secret and nowhere else.
pub const VALUE: &str = "canary-5f1c-of-the-shop";
/// The key by which the operator is known to AWS.
pub const OWN_KEY: &str = "AKIAOPERATOR";
/// Resources that belong to the cluster.
const OF_THE_CLUSTER: [&str; 4] = ["awsaccessgrants", "namespaces", "nodes", "persistentvolumes"];

/// A namespace with an operator of its own.
pub struct Scene {
    /// The cluster.
    pub cluster: Arc<Cluster>,
    /// The namespace.
    pub namespace: String,
    /// The chart's release in it.
    pub installation: Installation,
    /// What the operator asked of the API server.
    pub ledger: Arc<Ledger>,
    /// The operator.
    pub operator: Arc<Operator>,
    /// The folder of secrets.
    pub secrets: tempfile::TempDir,
}

/// The settings of scenes; the same that the goldens use.
pub fn settings(secrets: &Path) -> Value {
    json!({"region": "us-east-1", "account": "123456789012", "ingressClassName": "alb",
        "secrets": {"backend": "File", "file": {"directory": secrets}}})
}

/// Makes the ingress class of the AWS Load Balancer Controller, which no program serves here.
pub async fn ingress_class(cluster: &Cluster, name: &str) -> Result<()> {
    let class =
        json!({"apiVersion": "networking.k8s.io/v1", "kind": "IngressClass", "metadata": {"name": name}, "spec": {"controller": "ingress.k8s.aws/alb"}});
    cluster.kubectl_with(&["apply", "--server-side", "-f", "-"], &class.to_string()).await.map(drop)
}

/// Selects all namespaces, for each has the label of its own name.
pub fn all_namespaces() -> Value {
    json!({"matchExpressions": [{"key": "kubernetes.io/metadata.name", "operator": "Exists"}]})
}

/// What an administrator lets the shop have of AWS, here in whichever namespace a test has it.
pub fn grant() -> Result<String> {
    let mut grant: Value = serde_saphyr::from_str(&std::fs::read_to_string(GRANT).during(GRANT)?)?;
    grant["spec"]["namespaceSelector"] = all_namespaces();
    Ok(grant.to_string())
}

/// The settings, and the environment, of an operator that reads values of AWS behind this door with a key of its own.
pub fn behind(door: &Door) -> (Value, Changes) {
    let settings = json!({"secrets": {"backend": "AWS", "file": null, "aws": {"endpoint": door.address()}}});
    let environment = [("AWS_ACCESS_KEY_ID", OWN_KEY), ("AWS_SECRET_ACCESS_KEY", "operator")].map(|(name, value)| (name.to_owned(), value.to_owned()));
    (settings, Changes { environment: environment.into(), ..Changes::default() })
}

impl Scene {
    /// A namespace named after the test, the chart in it, and the operator with the chart's own arguments.
    pub async fn open(context: &Context) -> Result<Self> {
        Self::open_with(context, Changes::default()).await
    }

    /// The same, with other arguments.
    pub async fn open_with(context: &Context, changes: Changes) -> Result<Self> {
        let namespace = context.namespace().await?.to_owned();
        Self::open_in(context, context.cluster().await?, namespace, changes).await
    }

    /// The same, in a cluster of the test's own.
    pub async fn open_in(context: &Context, cluster: Arc<Cluster>, namespace: String, changes: Changes) -> Result<Self> {
        Self::open_as(context, cluster, namespace, json!({}), changes).await
    }

    /// The same, with other values of the chart; settings that they say replace those of scenes.
    pub async fn open_as(context: &Context, cluster: Arc<Cluster>, namespace: String, mut values: Value, changes: Changes) -> Result<Self> {
        ingress_class(&cluster, "alb").await?;
        let secrets = tempfile::tempdir_in(cluster.folder())?;
        std::fs::create_dir(secrets.path().join("prod"))?;
        std::fs::write(secrets.path().join("prod/db-password"), VALUE)?;
        let mut settings = settings(secrets.path());
        json_patch::merge(&mut settings, values.get("settings").unwrap_or(&json!({})));
        values["settings"] = settings;
        let installation = Installation::install(&cluster, &namespace, &values).await?;
        cluster.kubectl_with(&["apply", "--server-side"], &grant()?).await?;
        let ledger = Arc::new(Ledger::before(&cluster)?);
        let operator = context.start(&installation, "one", &ledger, changes).await?;
        operator.wait_ready(SOON).await?;
        Ok(Self { cluster, namespace, installation, ledger, operator, secrets })
    }

    /// The same, with values of AWS behind this door, which the operator asks with a key of its own; settings and flags besides.
    pub async fn open_before(door: &Door, context: &Context, settings: Value, flags: &[&str]) -> Result<Self> {
        let (mut of_aws, mut changes) = behind(door);
        json_patch::merge(&mut of_aws, &settings);
        changes.flags = flags.iter().map(|flag| (*flag).to_owned()).collect();
        Self::open_as(context, context.cluster().await?, context.namespace().await?.to_owned(), json!({"settings": of_aws}), changes).await
    }

    /// The API of a resource, as the administrator.
    pub fn api(&self, resource: &str) -> Api<DynamicObject> {
        let (client, resource) = (self.cluster.client(), api_resource(resource));
        if OF_THE_CLUSTER.contains(&resource.plural.as_str()) {
            Api::all_with(client, &resource)
        } else {
            Api::namespaced_with(client, &self.namespace, &resource)
        }
    }

    /// An object, whole.
    pub async fn get(&self, resource: &str, name: &str) -> Result<Value> {
        let object = self.api(resource).get(name).await.during(format!("{resource}/{name}"))?;
        Ok(serde_json::to_value(object)?)
    }

    /// An object that may be absent.
    pub async fn find(&self, resource: &str, name: &str) -> Result<Option<Value>> {
        Ok(self.api(resource).get_opt(name).await?.map(serde_json::to_value).transpose()?)
    }

    /// All objects of a resource.
    pub async fn list(&self, resource: &str) -> Result<Vec<Value>> {
        let list = self.api(resource).list(&kube::api::ListParams::default()).await?;
        Ok(list.items.into_iter().map(serde_json::to_value).collect::<Result<_, _>>()?)
    }

    /// Changes an object by a merge patch, as a user would.
    pub async fn patch(&self, resource: &str, name: &str, patch: &Value) -> Result<Value> {
        let patched =
            self.api(resource).patch(name, &PatchParams { field_manager: Some("a-user".into()), ..PatchParams::default() }, &Patch::Merge(patch)).await;
        Ok(serde_json::to_value(patched.during(format!("patching {resource}/{name}"))?)?)
    }

    /// Creates an object, as a user would.
    pub async fn create(&self, resource: &str, object: &Value) -> Result<Value> {
        let created = self.api(resource).create(&PostParams::default(), &serde_json::from_value(object.clone())?).await;
        Ok(serde_json::to_value(created.during(format!("creating {resource}"))?)?)
    }

    /// Deletes an object, and waits until it is gone or another one.
    pub async fn delete(&self, resource: &str, name: &str) -> Result<()> {
        self.api(resource).delete(name, &kube::api::DeleteParams::background()).await.during(format!("deleting {resource}/{name}"))?;
        Ok(())
    }

    /// Applies documents by the real kubectl.
    pub async fn apply(&self, documents: &str) -> Result<String> {
        self.cluster.kubectl_with(&["apply", "-n", &self.namespace, "-f", "-"], documents).await
    }

    /// Applies the shop by the real kubectl.
    pub async fn apply_shop(&self) -> Result<()> {
        self.cluster.kubectl(&["apply", "-n", &self.namespace, "-f", SHOP]).await.map(drop)
    }

    /// Applies the shop and waits until all of it is ready.
    pub async fn shop_ready(&self) -> Result<()> {
        self.apply_shop().await?;
        for service in ["api-service", "admin-service"] {
            self.ready("ecsservices", service).await?;
        }
        for definition in ["web-api", "admin"] {
            self.ready("ecstaskdefinitions", definition).await?;
        }
        Ok(())
    }

    /// Waits until an object of ours is ready for its present generation.
    pub async fn ready(&self, resource: &str, name: &str) -> Result<Value> {
        self.condition(resource, name, "Ready", "True", None).await
    }

    /// Waits until a condition of an object has this status, for its present generation, and this reason.
    pub async fn condition(&self, resource: &str, name: &str, condition: &str, status: &str, reason: Option<&str>) -> Result<Value> {
        let what = format!("{resource}/{name} has the condition {condition}={status} {}", reason.unwrap_or_default());
        eventually(what, SOON, async || {
            let object = self.get(resource, name).await?;
            let found = condition_of(&object, condition).cloned().unwrap_or(Value::Null);
            let observed = object["status"]["observedGeneration"] == object["metadata"]["generation"];
            let holds = found["status"] == status && reason.is_none_or(|reason| found["reason"] == reason);
            if observed && holds { Ok(object) } else { Err(object["status"].to_string().into()) }
        })
        .await
    }

    /// Waits until a service says that it waits for others, for this reason and with these words.
    pub async fn waits(&self, service: &str, reason: &str, words: &str) -> Result<()> {
        eventually(format!("the service waits: {words}"), SOON, async || {
            let service = self.condition("ecsservices", service, "Reconciling", "True", Some(reason)).await?;
            let message = condition_of(&service, "Ready").map(|ready| ready["message"].to_string()).unwrap_or_default();
            ensure(message.contains(words), message)
        })
        .await
    }

    /// Waits until the Deployment of a service carries this service revision and is rolled out.
    pub async fn rolled_out(&self, service: &str, revision: &str) -> Result<Value> {
        eventually(format!("{service} runs service revision {revision}"), SOON, async || {
            let service = self.get("ecsservices", service).await?;
            let primary = &service["status"]["deployments"][0];
            if primary["id"] == revision && primary["rolloutState"] == "COMPLETED" { Ok(service) } else { Err(service["status"].to_string().into()) }
        })
        .await
    }

    /// Waits until the operator has been silent for a while: whatever it had to do is done.
    pub async fn quiet(&self, silence: Duration) -> Result<()> {
        let mut last = (self.ledger.requests().that_work().len(), std::time::Instant::now());
        eventually("the operator has nothing more to do", SOON + silence, async || {
            let now = self.ledger.requests().that_work().len();
            if now != last.0 {
                last = (now, std::time::Instant::now());
            }
            ensure(last.1.elapsed() >= silence, format!("{now} requests"))
        })
        .await
    }

    /// A merge patch that gives the first container of a task definition another image.
    pub async fn change_image(&self, definition: &str, image: &str) -> Result<()> {
        let mut containers = self.get("ecstaskdefinitions", definition).await?["spec"]["containerDefinitions"].clone();
        containers[0]["image"] = json!(image);
        self.patch("ecstaskdefinitions", definition, &json!({"spec": {"containerDefinitions": containers}})).await.map(drop)
    }
}

/// A condition of an object.
pub fn condition_of<'a>(object: &'a Value, condition: &str) -> Option<&'a Value> {
    object["status"]["conditions"].as_array()?.iter().find(|found| found["type"] == condition)
}

/// The resources that tests speak of.
pub fn api_resource(plural: &str) -> ApiResource {
    let (group, version, kind) = match plural {
        "ecsservices" => ("ecs-operator.dev", "v1alpha1", "ECSService"),
        "ecstaskdefinitions" => ("ecs-operator.dev", "v1alpha1", "ECSTaskDefinition"),
        "awsaccessgrants" => ("ecs-operator.dev", "v1alpha1", "AWSAccessGrant"),
        "ecsclusters" => ("ecs-operator.dev", "v1alpha1", "ECSCluster"),
        "deployments" => ("apps", "v1", "Deployment"),
        "daemonsets" => ("apps", "v1", "DaemonSet"),
        "replicasets" => ("apps", "v1", "ReplicaSet"),
        "controllerrevisions" => ("apps", "v1", "ControllerRevision"),
        "ingresses" => ("networking.k8s.io", "v1", "Ingress"),
        "ingressclasses" => ("networking.k8s.io", "v1", "IngressClass"),
        "events" => ("events.k8s.io", "v1", "Event"),
        "leases" => ("coordination.k8s.io", "v1", "Lease"),
        "serviceaccounts" => ("", "v1", "ServiceAccount"),
        "services" => ("", "v1", "Service"),
        "secrets" => ("", "v1", "Secret"),
        "configmaps" => ("", "v1", "ConfigMap"),
        "namespaces" => ("", "v1", "Namespace"),
        "nodes" => ("", "v1", "Node"),
        "persistentvolumes" => ("", "v1", "PersistentVolume"),
        "persistentvolumeclaims" => ("", "v1", "PersistentVolumeClaim"),
        "poddisruptionbudgets" => ("policy", "v1", "PodDisruptionBudget"),
        "podidentityassociations" => ("eks.services.k8s.aws", "v1alpha1", "PodIdentityAssociation"),
        "externalsecrets" => ("external-secrets.io", "v1", "ExternalSecret"),
        "networkpolicies" => ("networking.k8s.io", "v1", "NetworkPolicy"),
        "securitygrouppolicies" => ("vpcresources.k8s.aws", "v1beta1", "SecurityGroupPolicy"),
        "targetgroupbindings" => ("elbv2.k8s.aws", "v1beta1", "TargetGroupBinding"),
        _ => ("", "v1", "Pod"),
    };
    let api_version = if group.is_empty() { version.to_owned() } else { format!("{group}/{version}") };
    ApiResource { group: group.into(), version: version.into(), api_version, kind: kind.into(), plural: plural.into() }
}
