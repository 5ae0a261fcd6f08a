//! The trust policies that task roles need: exact subjects of one cluster, no wildcard. What no setting says has a word in capitals in its
//! place, which nobody has.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::ecs::arn::Arn;
use crate::settings::Settings;
use crate::translate::names;

/// Task roles, and the ServiceAccounts that have them: whether by EKS Pod Identity, namespace, name.
#[derive(Default)]
pub struct Roles(BTreeMap<String, BTreeSet<(bool, String, String)>>);

impl Roles {
    /// Adds an object: a ServiceAccount that has a role counts.
    pub fn add(&mut self, object: &Value) {
        let text = |pointer: &str| object.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
        if text("/kind") != "ServiceAccount" {
            return;
        }
        for (annotation, is_associated) in [(names::ROLE_ANNOTATION, false), (names::ASSOCIATED_ROLE_ANNOTATION, true)] {
            if let Some(role) = object.pointer("/metadata/annotations").and_then(|annotations| annotations.get(annotation)?.as_str()) {
                self.0.entry(role.to_owned()).or_default().insert((is_associated, text("/metadata/namespace"), text("/metadata/name")));
            }
        }
    }

    /// A list of the roles with their policies, as JSON. The settings say which cluster it is: its OIDC provider, and its name and region.
    pub fn policies(&self, settings: &Settings) -> String {
        let policies = self.0.iter().map(|(role, accounts)| {
            let of_kind = |associated: bool| accounts.iter().filter(move |(is, ..)| *is == associated).map(|(_, namespace, name)| (namespace, name));
            let subjects: Vec<String> = of_kind(false).map(|(namespace, name)| format!("system:serviceaccount:{namespace}:{name}")).collect();
            let by_issuer = (!subjects.is_empty()).then(|| web_identity(role, settings, &subjects));
            let statements: Vec<Value> =
                by_issuer.into_iter().chain(of_kind(true).map(|(namespace, name)| pod_identity(role, settings, namespace, name))).collect();
            json!({ "role": role, "trustPolicy": { "Version": "2012-10-17", "Statement": statements } })
        });
        format!("{:#}\n", Value::Array(policies.collect()))
    }
}

/// The cluster's OIDC provider, which is registered in the account of the role, vouches for these subjects.
fn web_identity(role: &str, settings: &Settings, subjects: &[String]) -> Value {
    let issuer = settings.oidc_issuer.as_deref().unwrap_or("OIDC-ISSUER");
    let (partition, account) = home(role);
    let (audience, subject) = (format!("{issuer}:aud"), format!("{issuer}:sub"));
    json!({
        "Effect": "Allow",
        "Principal": { "Federated": format!("arn:{partition}:iam::{account}:oidc-provider/{issuer}") },
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": { "StringEquals": { audience: "sts.amazonaws.com", subject: subjects } },
    })
}

/// EKS Pod Identity, for this ServiceAccount of this cluster only: another cluster of the account may have a namespace and a ServiceAccount of
/// these names. An association and its role are in one account, which is so the cluster's.
fn pod_identity(role: &str, settings: &Settings, namespace: &str, name: &str) -> Value {
    let (region, cluster) = (settings.region.as_deref().unwrap_or("REGION"), settings.eks_cluster_name.as_deref().unwrap_or("CLUSTER"));
    let (partition, account) = home(role);
    json!({
        "Effect": "Allow",
        "Principal": { "Service": "pods.eks.amazonaws.com" },
        "Action": ["sts:AssumeRole", "sts:TagSession"],
        "Condition": { "StringEquals": {
            "aws:RequestTag/eks-cluster-arn": format!("arn:{partition}:eks:{region}:{account}:cluster/{cluster}"),
            "aws:RequestTag/kubernetes-namespace": namespace,
            "aws:RequestTag/kubernetes-service-account": name,
        } },
    })
}

/// The partition and the account of a role.
fn home(role: &str) -> (String, String) {
    role.parse::<Arn>().map_or_else(|_| ("aws".into(), "ACCOUNT".into()), |arn| (arn.partition, arn.account))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::Roles;
    use crate::settings::Settings;
    use crate::translate::{ServiceAccountReference, identities};

    #[test]
    fn each_role_trusts_just_those_that_have_it() {
        let role = Some("arn:aws-cn:iam::123456789012:role/web".to_owned());
        let mut roles = Roles::default();
        for (name, role, is_associated) in [("ecs-web-1", &role, false), ("ecs-api-1", &role, false), ("ecs-job-1", &role, true), ("none", &None, false)] {
            let reference = ServiceAccountReference { name: name.into(), role: role.clone(), is_associated };
            for object in identities("shop", "web", &reference, &Settings::default(), false) {
                roles.add(&object.body);
            }
        }
        let issuer = "oidc.eks.cn-north-1.amazonaws.com.cn/id/A";
        let settings = Settings {
            oidc_issuer: Some(issuer.into()),
            region: Some("cn-north-1".into()),
            eks_cluster_name: Some("production".into()),
            ..Settings::default()
        };
        let policies: Value = serde_json::from_str(&roles.policies(&settings)).expect("JSON");
        let statements = policies[0]["trustPolicy"]["Statement"].as_array().expect("statements");
        assert_eq!((policies.as_array().map(Vec::len), policies[0]["role"].as_str(), statements.len()), (Some(1), role.as_deref(), 2));
        assert_eq!(statements[0]["Principal"]["Federated"], format!("arn:aws-cn:iam::123456789012:oidc-provider/{issuer}"));
        let subjects = json!(["system:serviceaccount:shop:ecs-api-1", "system:serviceaccount:shop:ecs-web-1"]);
        assert_eq!(statements[0]["Condition"]["StringEquals"][format!("{issuer}:sub")], subjects);
        assert_eq!(statements[1]["Condition"]["StringEquals"]["aws:RequestTag/kubernetes-service-account"], "ecs-job-1");
        let cluster = |policies: &Value| policies[0]["trustPolicy"]["Statement"][1]["Condition"]["StringEquals"]["aws:RequestTag/eks-cluster-arn"].clone();
        assert_eq!(cluster(&policies), "arn:aws-cn:eks:cn-north-1:123456789012:cluster/production");
        assert!(!policies.to_string().contains('*'), "{policies}");
        let unsettled: Value = serde_json::from_str(&roles.policies(&Settings::default())).expect("JSON");
        assert_eq!(cluster(&unsettled), "arn:aws-cn:eks:REGION:123456789012:cluster/CLUSTER", "without settings no cluster is trusted, not every");
    }
}
