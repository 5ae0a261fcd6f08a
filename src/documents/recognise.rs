//! What a document is, found out from the document: one of our kinds, a list, another Kubernetes object, or what
//! ECS takes or prints, wrapped or bare.

use super::fault::Fault;
use super::foreign::language;
use super::kind::Kind;
use super::schema::shortened;
use crate::ecs::{GROUP, VERSION};
use crate::nearest::nearest;
use crate::yaml::tree::{Content, Node, Place};

/// What was recognised in a document.
#[derive(Clone, Debug)]
pub enum Recognised {
    /// An object of one of our kinds.
    Ours(Kind, Node),
    /// What ECS takes or prints for a task definition or a service.
    Raw(Kind, Node),
    /// There is something to say of it, and nothing to translate.
    Fault(Fault, Place),
}

/// Members that only services have, two of which tell one that has no name.
const SIGNS_OF_A_SERVICE: [&str; 9] = [
    "desiredCount",
    "loadBalancers",
    "launchType",
    "networkConfiguration",
    "deploymentConfiguration",
    "schedulingStrategy",
    "capacityProviderStrategy",
    "healthCheckGracePeriodSeconds",
    "enableExecuteCommand",
];

/// Members that only the input of `RunTask` has.
const SIGNS_OF_RUN_TASK: [&str; 4] = ["count", "overrides", "referenceId", "startedBy"];

/// Everything that a document holds.
pub fn recognise(document: &Node) -> Vec<Recognised> {
    let mut recognised = Vec::new();
    collect(document, &mut recognised);
    recognised
}

fn collect(document: &Node, recognised: &mut Vec<Recognised>) {
    if let Some(language) = language(document) {
        return recognised.push(Recognised::Fault(Fault::DocumentOfAnotherTool { language }, document.place));
    }
    if let Some(items) = document.items() {
        return items.iter().for_each(|item| collect(item, recognised));
    }
    if document.get("kind").is_some() && document.get("apiVersion").is_some() {
        return collect_object(document, recognised);
    }
    if let Some(described) = described(document) {
        return recognised.extend(described);
    }
    let in_any_case = |name: &str| document.members().iter().any(|member| member.name.eq_ignore_ascii_case(name));
    recognised.push(if in_any_case("containerDefinitions") {
        Recognised::Raw(Kind::TaskDefinition, document.clone())
    } else if let Some(hint) = of_another_action(document) {
        Recognised::Fault(Fault::UnrecognisedDocument { hint: hint.into() }, document.place)
    } else if is_service(document) {
        Recognised::Raw(Kind::Service, document.clone())
    } else {
        Recognised::Fault(Fault::UnrecognisedDocument { hint: hint(document) }, document.place)
    });
}

/// A document that says its kind, as Kubernetes has it.
fn collect_object(object: &Node, recognised: &mut Vec<Recognised>) {
    let (version, kind) = (object.text("apiVersion").unwrap_or_default(), object.text("kind").unwrap_or_default());
    if kind.ends_with("List")
        && let Some(items) = object.get("items").and_then(Node::items)
    {
        return items.iter().for_each(|item| collect(item, recognised));
    }
    let group = version.split_once('/').map_or("", |(group, _)| group);
    recognised.push(if group != GROUP {
        let name = object.get("metadata").and_then(|metadata| metadata.text("name")).unwrap_or_default();
        let fault = Fault::ForeignObjectSkipped { object: shortened(&format!("{kind}/{name}")) };
        Recognised::Fault(fault, object.member("kind").map_or(object.place, |member| member.place))
    } else if let Some(known) = Kind::from_name(kind).filter(|_| version == format!("{GROUP}/{VERSION}")) {
        Recognised::Ours(known, object.clone())
    } else {
        let nearest = nearest(kind, Kind::ALL.map(Kind::name)).unwrap_or("ECSService");
        let fault = Fault::UnknownKind { written: shortened(&format!("{version} {kind}")), nearest: format!("{GROUP}/{VERSION} {nearest}") };
        Recognised::Fault(fault, object.member("kind").map_or(object.place, |member| member.place))
    });
}

/// What the commands of AWS print: a description that is wrapped.
fn described(document: &Node) -> Option<Vec<Recognised>> {
    if let Some(definition) = document.get("taskDefinition").filter(|definition| is_object(definition)) {
        let mut definition = definition.clone();
        if let (Some(tags), Content::Members(members)) = (document.member("tags"), &mut definition.content)
            && !members.iter().any(|member| member.name == "tags")
        {
            members.push(tags.clone());
        }
        return Some(vec![Recognised::Raw(Kind::TaskDefinition, definition)]);
    }
    if let Some(service) = document.get("service").filter(|service| is_object(service)) {
        return Some(vec![Recognised::Raw(Kind::Service, service.clone())]);
    }
    let services = document.get("services").and_then(Node::items)?;
    let failures = document.get("failures").and_then(Node::items).unwrap_or_default().iter().map(|failure| {
        let what = shortened(failure.text("arn").unwrap_or("something"));
        let reason = shortened(failure.text("reason").unwrap_or("no reason given"));
        Recognised::Fault(Fault::DescriptionFailed { what, reason }, failure.place)
    });
    Some(services.iter().map(|service| Recognised::Raw(Kind::Service, service.clone())).chain(failures).collect())
}

fn is_object(node: &Node) -> bool {
    matches!(node.content, Content::Members(_))
}

fn is_service(document: &Node) -> bool {
    let signs = SIGNS_OF_A_SERVICE.iter().filter(|sign| document.get(sign).is_some()).count();
    document.text("serviceName").is_some() || document.text("serviceArn").is_some() || document.text("taskDefinition").is_some() || signs > 1
}

/// What to give in place of the input of another action of ECS, which describes no service.
fn of_another_action(document: &Node) -> Option<&'static str> {
    let has = |name: &&str| document.get(name).is_some();
    if has(&"serviceName") {
        None
    } else if document.text("taskDefinition").is_some() && SIGNS_OF_RUN_TASK.iter().any(has) {
        Some("it looks like the input of RunTask, whose tasks nobody keeps running; a service has `serviceName` and `desiredCount`")
    } else if document.text("service").is_some() && (has(&"taskDefinition") || SIGNS_OF_A_SERVICE.iter().any(has)) {
        Some("it looks like the input of UpdateService; give that of CreateService, or what `aws ecs describe-services` prints")
    } else {
        None
    }
}

/// What a document that is not known may have been meant to be.
fn hint(document: &Node) -> String {
    let names = document.members().iter().map(|member| member.name.as_str());
    let meant = nearest("containerDefinitions", names.clone()).or_else(|| nearest("serviceName", names.clone()));
    if let Some(meant) = meant {
        format!("ECS writes its members in camelCase: `containerDefinitions`, `serviceName`; here is `{}`", shortened(meant))
    } else if document.get("kind").is_some() {
        format!("our kinds have `apiVersion: {GROUP}/{VERSION}`")
    } else {
        "known are ECSTaskDefinition, ECSService, ECSCluster and AWSAccessGrant, the input of RegisterTaskDefinition and CreateService, and what \
         `aws ecs describe-task-definition` and `aws ecs describe-services` print"
            .into()
    }
}

#[cfg(test)]
mod tests {
    use super::{Recognised, recognise};
    use crate::yaml::tree::read;

    fn words(text: &str) -> Vec<String> {
        let document = read(text).expect("readable").remove(0);
        let word = |recognised| match recognised {
            Recognised::Ours(kind, _) => kind.name().to_owned(),
            Recognised::Raw(kind, _) => format!("raw {}", kind.name()),
            Recognised::Fault(fault, _) => fault.name().to_owned(),
        };
        recognise(&document).into_iter().map(word).collect()
    }

    #[test]
    fn every_shape_is_recognised() {
        assert_eq!(words("{apiVersion: ecs-operator.dev/v1alpha1, kind: ECSService}"), ["ECSService"]);
        assert_eq!(words("{apiVersion: v1, kind: List, items: [{apiVersion: ecs-operator.dev/v1alpha1, kind: ECSCluster}]}"), ["ECSCluster"]);
        assert_eq!(words("{family: a, containerDefinitions: []}"), ["raw ECSTaskDefinition"]);
        assert_eq!(words("{taskDefinition: {family: a}, tags: []}"), ["raw ECSTaskDefinition"]);
        assert_eq!(words("{services: [{}, {}], failures: [{arn: x, reason: MISSING}]}"), ["raw ECSService", "raw ECSService", "description-failed"]);
        assert_eq!(words("{service: {serviceName: a}}"), ["raw ECSService"]);
        assert_eq!(words("{desiredCount: 1, launchType: FARGATE}"), ["raw ECSService"]);
        assert_eq!(words("[{serviceName: a}]"), ["raw ECSService"]);
        assert_eq!(words("{ContainerDefinitions: []}"), ["raw ECSTaskDefinition"]);
    }

    #[test]
    fn the_rest_is_said() {
        assert_eq!(words("{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}"), ["foreign-object-skipped"]);
        assert_eq!(words("{apiVersion: ecs-operator.dev/v1, kind: ECSService}"), ["unknown-kind"]);
        assert_eq!(words("{apiVersion: ecs-operator.dev/v1alpha1, kind: ECSServise}"), ["unknown-kind"]);
        assert_eq!(words("{AWSTemplateFormatVersion: '2010-09-09'}"), ["document-of-another-tool"]);
        assert_eq!(words("just text"), ["unrecognised-document"]);
        assert_eq!(words("{cluster: a, taskDefinition: 'web:1', count: 1, launchType: FARGATE}"), ["unrecognised-document"]);
        assert_eq!(words("{cluster: a, service: web, taskDefinition: 'web:2', forceNewDeployment: true}"), ["unrecognised-document"]);
    }
}
