//! What stands for a task role: a ServiceAccount, and where EKS Pod Identity gives it the role and AWS Controllers for Kubernetes (ACK) make
//! the association, the object that they make it from.

use serde_json::{Value, json};

use super::{Kind, Object, ServiceAccountReference, names};
use crate::settings::Settings;

/// Has ACK take over an association that somebody made for the ServiceAccount before, by the command that we tell where ACK is not there.
const ADOPTION: (&str, &str) = ("services.k8s.aws/adoption-policy", "adopt-or-create");

/// The ServiceAccount that stands for a task role, or for none, of the task definition of that `metadata.name`, and its association with
/// the role. `has_ack`: whether the cluster is known to have the kind of that.
pub fn identities(namespace: &str, task_definition: &str, reference: &ServiceAccountReference, settings: &Settings, has_ack: bool) -> Vec<Object> {
    let association = settings.associates_in(has_ack).and_then(|cluster| association(namespace, task_definition, reference, cluster));
    [service_account(namespace, task_definition, reference)].into_iter().chain(association).collect()
}

fn service_account(namespace: &str, task_definition: &str, reference: &ServiceAccountReference) -> Object {
    let mut metadata = metadata(namespace, task_definition, &reference.name);
    if let Some(role) = &reference.role {
        let annotation = if reference.is_associated { names::ASSOCIATED_ROLE_ANNOTATION } else { names::ROLE_ANNOTATION };
        metadata["annotations"] = json!({ annotation: role });
    }
    Object::new(Kind::ServiceAccount, &reference.name, json!({ "metadata": metadata, "automountServiceAccountToken": false }))
}

fn association(namespace: &str, task_definition: &str, reference: &ServiceAccountReference, cluster: &str) -> Option<Object> {
    let ServiceAccountReference { name, role, is_associated } = reference;
    let role = role.as_ref().filter(|_| *is_associated)?;
    let mut metadata = metadata(namespace, task_definition, name);
    metadata["annotations"] = json!({ ADOPTION.0: ADOPTION.1 });
    let spec = json!({ "clusterName": cluster, "namespace": namespace, "serviceAccount": name, "roleARN": role });
    Some(Object::new(Kind::PodIdentityAssociation, name, json!({ "metadata": metadata, "spec": spec })))
}

fn metadata(namespace: &str, task_definition: &str, name: &str) -> Value {
    json!({
        "name": name,
        "namespace": namespace,
        "labels": {
            names::MANAGED_BY_LABEL: names::MANAGER,
            names::NAME_LABEL: names::label_value(task_definition),
            names::TASK_DEFINITION_LABEL: names::label_value(task_definition),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::identities;
    use crate::settings::{PodIdentityAssociations, Settings};
    use crate::translate::{Kind, ServiceAccountReference};

    #[test]
    fn associations_are_made_where_ack_is_and_the_cluster_has_a_name() {
        let (ack, none) = (Some(PodIdentityAssociations::Ack), Some(PodIdentityAssociations::None));
        let has_association = |by, has_ack, cluster: Option<&str>, is_associated| {
            let settings = Settings { pod_identity_associations: by, eks_cluster_name: cluster.map(str::to_owned), ..Settings::default() };
            let reference = ServiceAccountReference { name: "ecs-web-1".into(), role: Some("arn:aws:iam::123456789012:role/web".into()), is_associated };
            identities("shop", "web", &reference, &settings, has_ack).iter().any(|object| object.kind == Kind::PodIdentityAssociation)
        };
        for (by, has_ack) in [(ack, true), (ack, false), (None, true)] {
            assert!(has_association(by, has_ack, Some("shop"), true), "{by:?}, {has_ack}");
            assert!(!has_association(by, has_ack, None, true) && !has_association(by, has_ack, Some("shop"), false), "{by:?}, {has_ack}");
        }
        for (by, has_ack) in [(none, true), (none, false), (None, false)] {
            assert!(!has_association(by, has_ack, Some("shop"), true), "{by:?}, {has_ack}");
        }
    }
}
