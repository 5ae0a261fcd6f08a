//! `check --trust-policies`: what each task role must trust, all documents together.

use serde_json::Value;

use crate::{folder, run, text};

const ROLE: &str = "arn:aws:iam::123456789012:role/web";

/// The operator runs in one EKS cluster, whose tasks have their roles by IRSA where nothing else is said.
const SETTINGS: &str = "\
region: eu-west-1
account: '123456789012'
oidcIssuer: oidc.eks.eu-west-1.amazonaws.com/id/A1B2
eksClusterName: production
";
/// The cluster of this namespace chooses EKS Pod Identity.
const CLUSTER: &str = "\
apiVersion: ecs-operator.dev/v1alpha1
kind: ECSCluster
metadata: {name: payments, namespace: payments}
spec: {kubernetes: {identity: podIdentity}}
";

fn task_definition(namespace: &str, name: &str, role: &str) -> String {
    format!(
        "---
apiVersion: ecs-operator.dev/v1alpha1
kind: ECSTaskDefinition
metadata: {{name: {name}, namespace: {namespace}}}
spec:
  networkMode: awsvpc
  taskRoleArn: {role}
  containerDefinitions: [{{name: app, image: 'app:1', memory: 64}}]
"
    )
}

fn service(namespace: &str, name: &str, task_definition: &str) -> String {
    format!(
        "---
apiVersion: ecs-operator.dev/v1alpha1
kind: ECSService
metadata: {{name: {name}, namespace: {namespace}}}
spec: {{taskDefinition: {task_definition}, desiredCount: 1}}
"
    )
}

#[test]
fn each_role_trusts_the_exact_accounts_of_all_services() {
    // two services of one task definition, another task definition of the same role, and that role in a namespace with EKS Pod Identity
    let shop = [
        task_definition("shop", "web", ROLE),
        service("shop", "api", "web"),
        service("shop", "worker", "web"),
        task_definition("shop", "admin", ROLE),
        service("shop", "admin", "admin"),
        task_definition("shop", "report", "arn:aws:iam::123456789012:role/service/report"),
        service("shop", "report", "report"),
    ];
    let payments = [
        CLUSTER.to_owned(),
        task_definition("payments", "web", ROLE),
        service("payments", "api", "web"),
        service("payments", "worker", "web"),
        task_definition("payments", "ledger", "arn:aws:iam::123456789012:role/ledger"),
        service("payments", "ledger", "ledger"),
    ];
    let folder = folder(&[("documents/shop.yaml", &shop.concat()), ("documents/team/payments.yaml", &payments.concat()), ("settings.yaml", SETTINGS)]);
    let (documents, settings) = (folder.path().join("documents"), folder.path().join("settings.yaml"));
    let run = run(&["check", "-f", text(&documents), "--settings", text(&settings), "--trust-policies"]);
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    assert_eq!(run.stdout, include_str!("trust_policies.json"));
    let policies: Value = serde_json::from_str(&run.stdout).expect("JSON");
    assert!(!policies.to_string().contains(['*', '?']), "{policies}");
}
