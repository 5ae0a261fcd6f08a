//! Who attacks: a tenant whom the administrator impersonates, as `kubectl --as` does, and whoever has the operator's token.

use http::{Method, Request, header};
use kube::client::Body;
use kube::config::{AuthInfo, KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};
use serde_json::{Value, json};

use crate::scene::Scene;
use crate::support::{Cluster, Installation, Result, SOON, ensure, eventually};

/// Somebody who talks to the API server.
pub struct Person {
    client: Client,
}

/// What the server answered.
#[derive(Debug)]
pub struct Answer {
    /// The status of HTTP.
    pub status: u16,
    /// The object, or the server's `Status`.
    pub body: Value,
}

impl Answer {
    /// What the server said of a refusal.
    pub fn message(&self) -> &str {
        self.body["message"].as_str().unwrap_or_default()
    }

    /// Fails unless it was done.
    pub fn done(&self, what: &str) -> Result<()> {
        ensure((200..300).contains(&self.status), format!("{what} is answered {}: {}", self.status, self.message()))
    }

    /// Fails unless it was forbidden with these words.
    pub fn forbidden(&self, what: &str, words: &str) -> Result<()> {
        ensure(self.status == 403 && self.message().contains(words), format!("{what} is answered {}, not 403 `{words}`: {}", self.status, self.message()))
    }
}

/// What each tenant is bound to besides roles of his own: who has `edit`, edits our kinds too.
pub const EDIT: [&str; 1] = ["edit"];

impl Person {
    /// A user of this name, with these cluster roles in the namespace.
    pub async fn with_roles(cluster: &Cluster, namespace: &str, name: &str, roles: &[&str]) -> Result<Self> {
        let mut config = administrator(cluster).await?;
        config.auth_info.impersonate = Some(name.to_owned());
        let person = Self { client: Client::try_from(config)? };
        for role in roles {
            let binding = format!("{name}-{role}");
            let bound = [format!("--clusterrole={role}"), format!("--user={name}")];
            cluster.kubectl(&["--namespace", namespace, "create", "rolebinding", &binding, &bound[0], &bound[1]]).await?;
            person.has(cluster, namespace, &format!("clusterrole/{role}")).await?;
        }
        Ok(person)
    }

    /// The same, with a role of its own besides: what `kubectl create role` takes.
    pub async fn may(&self, cluster: &Cluster, namespace: &str, name: &str, verbs: &str, resources: &str) -> Result<()> {
        let role = format!("{name}-{}", resources.replace(['.', ',', '/'], "-"));
        cluster.kubectl(&["--namespace", namespace, "create", "role", &role, &format!("--verb={verbs}"), &format!("--resource={resources}")]).await?;
        cluster.kubectl(&["--namespace", namespace, "create", "rolebinding", &role, &format!("--role={role}"), &format!("--user={name}")]).await?;
        self.has(cluster, namespace, &format!("role/{role}")).await
    }

    /// The same, and he may use these grants.
    pub async fn may_use(&self, cluster: &Cluster, namespace: &str, name: &str, grants: &[String]) -> Result<()> {
        let rule = json!({"apiGroups": ["ecs-operator.dev"], "resources": ["awsaccessgrants"], "resourceNames": grants, "verbs": ["use"]});
        self.has_rule(cluster, namespace, name, "uses-grants", &rule).await
    }

    /// The same, with a rule that `kubectl create role` does not take: of a verb of ours, or of a kind that is not there.
    pub async fn has_rule(&self, cluster: &Cluster, namespace: &str, name: &str, what: &str, rule: &Value) -> Result<()> {
        let (api, of) = ("rbac.authorization.k8s.io", format!("{name}-{what}"));
        let metadata = json!({"name": of});
        let owned = json!({"apiVersion": format!("{api}/v1"), "kind": "Role", "metadata": metadata, "rules": [rule]});
        let binding = json!({"apiVersion": format!("{api}/v1"), "kind": "RoleBinding", "metadata": metadata,
            "roleRef": {"apiGroup": api, "kind": "Role", "name": of}, "subjects": [{"apiGroup": api, "kind": "User", "name": name}]});
        for object in [owned, binding] {
            cluster.kubectl_with(&["--namespace", namespace, "apply", "--filename=-"], &object.to_string()).await?;
        }
        self.has(cluster, namespace, &format!("role/{of}")).await
    }

    /// Waits until the server lets him do what the role says: it learns of a binding a little after it has answered.
    async fn has(&self, cluster: &Cluster, namespace: &str, role: &str) -> Result<()> {
        let review = json!({"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectRulesReview", "spec": {"namespace": namespace}});
        eventually(format!("the server holds {role}"), SOON, async || {
            let role: Value = serde_json::from_str(&cluster.kubectl(&["--namespace", namespace, "get", role, "--output=json"]).await?)?;
            let review = self.create("/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", &review).await?;
            review.done("a look at his rights")?;
            let held = review.body["status"]["resourceRules"].as_array().cloned().unwrap_or_default();
            let missing = role["rules"].as_array().into_iter().flatten().find(|rule| rule.get("resources").is_some() && !held.contains(rule));
            missing.map_or(Ok(()), |missing| Err(format!("he has not yet {missing}").into()))
        })
        .await
    }

    /// The administrator.
    pub fn administrator(cluster: &Cluster) -> Self {
        Self { client: cluster.client() }
    }

    /// Whoever has the operator's token, saying that he is somebody else.
    pub async fn operator_as(cluster: &Cluster, namespace: &str, somebody: &str) -> Result<Self> {
        let mut config = with_token(cluster, namespace).await?;
        config.auth_info.impersonate = Some(somebody.to_owned());
        Ok(Self { client: Client::try_from(config)? })
    }

    /// Whoever has the token of the operator.
    pub async fn operator(cluster: &Cluster, namespace: &str) -> Result<Self> {
        Ok(Self { client: Client::try_from(with_token(cluster, namespace).await?)? })
    }

    /// Asks the server; a body goes as JSON, or as the JSON Patch that a list is.
    pub async fn ask(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Answer> {
        let content_type = match body {
            Some(Value::Array(_)) => "application/json-patch+json",
            Some(_) if method == Method::PATCH => "application/merge-patch+json",
            _ => "application/json",
        };
        let text = body.map(Value::to_string).unwrap_or_default();
        let request = Request::builder().method(method).uri(path).header(header::CONTENT_TYPE, content_type).body(Body::from(text.into_bytes()))?;
        let reply = self.client.send(request).await?;
        let status = reply.status().as_u16();
        let bytes = reply.into_body().collect_bytes().await?;
        Ok(Answer { status, body: serde_json::from_slice(&bytes).unwrap_or_else(|_| json!({"message": String::from_utf8_lossy(&bytes)})) })
    }

    /// Creates an object at this path.
    pub async fn create(&self, path: &str, object: &Value) -> Result<Answer> {
        self.ask(Method::POST, path, Some(object)).await
    }

    /// Patches the object of this path.
    pub async fn patch(&self, path: &str, change: &Value) -> Result<Answer> {
        self.ask(Method::PATCH, path, Some(change)).await
    }
}

/// The path of our objects of a kind in the scene.
pub fn ours(scene: &Scene, plural: &str) -> String {
    format!("/apis/ecs-operator.dev/v1alpha1/namespaces/{}/{plural}", scene.namespace)
}

/// A task definition of one container, and what else is said of it.
pub fn task_definition(name: &str, container: &Value) -> Value {
    let mut whole = json!({"name": "main", "image": "none", "memory": 64, "healthCheck": {"command": ["CMD", "true"]}});
    json_patch::merge(&mut whole, container);
    json!({"apiVersion": "ecs-operator.dev/v1alpha1", "kind": "ECSTaskDefinition", "metadata": {"name": name}, "spec": {"containerDefinitions": [whole]}})
}

/// A service of one task.
pub fn service(name: &str) -> Value {
    json!({"apiVersion": "ecs-operator.dev/v1alpha1", "kind": "ECSService", "metadata": {"name": name}, "spec": {"taskDefinition": name, "desiredCount": 1}})
}

/// Waits until the server holds the release's policies against whom they bind: it learns of them within a second or so.
pub async fn policies_hold(scene: &Scene) -> Result<()> {
    let operator = Person::operator(&scene.cluster, &scene.namespace).await?;
    let stranger = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "not-ours"}});
    let revision = json!({"apiVersion": "apps/v1", "kind": "ControllerRevision", "revision": 1, "data": {"a": "b"},
        "metadata": {"name": "not-theirs", "labels": {"app.kubernetes.io/managed-by": "ecs-operator"}}});
    let administrator = Person::administrator(&scene.cluster);
    let outsider = Person::with_roles(&scene.cluster, &scene.namespace, "outsider", &["ecs-operator-edit"]).await?;
    let (namespace, ours) = (&scene.namespace, ours(scene, "ecstaskdefinitions"));
    eventually("leash, author and revisions hold", SOON, async || {
        let leash = operator.create(&format!("/api/v1/namespaces/{namespace}/secrets?dryRun=All"), &stranger).await?;
        leash.forbidden("a foreign Secret", "leash")?;
        let revisions = administrator.create(&format!("/apis/apps/v1/namespaces/{namespace}/controllerrevisions?dryRun=All"), &revision).await?;
        revisions.forbidden("a forged revision", "revisions")?;
        let author = outsider.create(&format!("{ours}?dryRun=All"), &task_definition("outside", &json!({}))).await?;
        author.forbidden("a task definition of who makes no Deployments", "author")
    })
    .await
}

async fn administrator(cluster: &Cluster) -> Result<Config> {
    let kubeconfig = Kubeconfig::read_from(cluster.kubeconfig())?;
    let mut config = Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default()).await?;
    config.default_retry = false;
    Ok(config)
}

async fn with_token(cluster: &Cluster, namespace: &str) -> Result<Config> {
    let mut config = administrator(cluster).await?;
    config.auth_info = AuthInfo { token: Some(cluster.token(namespace, Installation::RELEASE).await?.into()), ..AuthInfo::default() };
    Ok(config)
}
