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
