use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::super::cache::{Access, Cache, NamespacedName, Source, Specification, Workload};
use super::super::error::Problem;
use super::super::observe::{NumberedRevision, ObservedService};
use super::super::report;
use super::{Cause, Environment, Plan, TaskDefinitionRecord, plan};
use crate::grant::Home;
use crate::settings::Settings;
use crate::translate::{IngressClass, Kind, KubernetesVersion, render};

fn task_definition(image: &str) -> TaskDefinitionRecord {
    let container = json!({"name": "app", "image": image, "memory": 64, "portMappings": [{"containerPort": 80}]});
    TaskDefinitionRecord { name: "web".into(), family: "web".into(), revision: 1, spec: json!({"containerDefinitions": [container]}) }
}

fn service(port: u16, count: i64) -> Value {
    let rule = json!({"priority": 1, "conditions": [{"field": "path-pattern", "values": ["/*"]}]});
    json!({"taskDefinition": "web", "desiredCount": count, "loadBalancers": [{"containerName": "app", "containerPort": port, "listenerRules": [rule]}]})
}

/// A service as it stands: its specification, and what its newest revision was made from.
fn observed(spec: &Value, revisions: Vec<NumberedRevision>) -> ObservedService {
    let object = json!({"metadata": {"uid": "u", "generation": 1, "resourceVersion": "1"}, "spec": spec});
    ObservedService {
        name: NamespacedName::new("n", "s"),
        specification: Specification::of(&object),
        cluster: Arc::new(Value::Null),
        access: Access::default(),
        has_ack: false,
        ingress_classes: vec![IngressClass { name: "alb".into(), controller: "ingress.k8s.aws/alb".into(), default: true }],
        revisions,
        workload: None,
        ingress_class: None,
        leftover: None,
        service_account_orphaned: false,
        secrets_changed: false,
    }
}

fn environment() -> Environment {
    let settings = Settings { ingress_class_name: Some("alb".into()), ..Settings::default() };
    Environment { settings, kubernetes: KubernetesVersion::NEWEST, render }
}

fn planned(observed: &ObservedService, target: Result<TaskDefinitionRecord, Problem>) -> Plan {
    plan(observed, target, &environment(), true)
}

/// The same service after its first deployment, with another specification.
fn running(spec: &Value) -> ObservedService {
    let first = planned(&observed(&service(80, 1), Vec::new()), Ok(task_definition("app:1")));
    let (number, content) = first.revision.expect("the first deployment");
    observed(spec, vec![NumberedRevision { number, uid: "r".into(), content: Some(content), secrets: Vec::new() }])
}

fn reason(plan: &Plan) -> Option<&'static str> {
    plan.problem.as_ref().map(Problem::reason)
}

fn replicas(plan: &Plan) -> Option<i64> {
    plan.desired.as_ref()?.workload()?.body.pointer("/spec/replicas")?.as_i64()
}

#[test]
fn a_new_service_registers_its_first_revision() {
    let plan = planned(&observed(&service(80, 2), Vec::new()), Ok(task_definition("app:1")));
    assert_eq!((plan.register, reason(&plan), replicas(&plan)), (Some(Cause::First), None, Some(2)));
    assert_eq!(plan.revision.map(|(number, _)| number), Some(1));
}

#[test]
fn what_runs_is_kept_until_a_deployment_is_due() {
    let plan = planned(&running(&service(80, 5)), Ok(task_definition("app:1")));
    assert_eq!((plan.register, replicas(&plan)), (None, Some(5)));
    let plan = planned(&running(&service(80, 1)), Ok(task_definition("app:2")));
    assert_eq!((plan.register, plan.revision.map(|(number, _)| number)), (Some(Cause::TaskDefinition), Some(2)));
}

#[test]
fn a_task_definition_that_is_gone_is_no_fault_but_one_that_never_was_is() {
    let missing = |name: &str| Err(Problem::TaskDefinitionNotFound(name.into()));
    let gone = planned(&running(&service(80, 3)), missing("web:1"));
    assert_eq!((reason(&gone), replicas(&gone)), (Some("TaskDefinitionGone"), Some(3)));
    let other = planned(&running(&service(80, 3)), missing("other"));
    assert_eq!((reason(&other), replicas(&other), other.register), (Some("TaskDefinitionNotFound"), Some(3), None));
    let new = planned(&observed(&service(80, 3), Vec::new()), missing("web"));
    assert_eq!((reason(&new), new.desired), (Some("TaskDefinitionNotFound"), None));
}

#[test]
fn nothing_is_deployed_while_the_task_definition_is_still_to_come() {
    let mut changed = service(80, 3);
    changed["taskDefinition"] = json!("other");
    changed["networkConfiguration"] = json!({"awsvpcConfiguration": {"subnets": ["subnet-1"]}});
    let missing = || Err(Problem::TaskDefinitionNotFound("other".into()));
    let plan = planned(&running(&changed), missing());
    assert_eq!((reason(&plan), replicas(&plan), plan.register), (Some("TaskDefinitionNotFound"), Some(3), None));
    let plan = planned(&running(&changed), Ok(task_definition("app:2")));
    assert_eq!(plan.register, Some(Cause::TaskDefinition));
}

#[test]
fn an_error_stops_only_the_next_deployment() {
    let faulty = planned(&running(&service(81, 4)), Ok(task_definition("app:2")));
    assert_eq!((reason(&faulty), faulty.register, replicas(&faulty)), (Some("InvalidSpecification"), None, Some(4)));
    assert_eq!(faulty.revision.map(|(number, _)| number), Some(1));
    let new = planned(&observed(&service(81, 4), Vec::new()), Ok(task_definition("app:1")));
    assert_eq!((reason(&new), new.register, new.desired), (Some("InvalidSpecification"), None, None));
}

/// The kinds of the objects, and the port that the Service leads to.
fn served(plan: &Plan) -> (Vec<Kind>, Option<String>) {
    let objects = plan.desired.iter().flat_map(|desired| &desired.objects);
    let port = objects.clone().find_map(|object| object.body.pointer("/spec/ports/0/targetPort")?.as_str().map(str::to_owned));
    (objects.map(|object| object.kind).collect(), port)
}

#[test]
fn where_no_deployment_can_start_running_pods_keep_what_leads_to_them() {
    let (kinds, port) = served(&planned(&running(&service(80, 4)), Ok(task_definition("app:1"))));
    assert!(kinds.contains(&Kind::Service) && kinds.contains(&Kind::Ingress));
    let without_load_balancers = json!({"taskDefinition": "web", "desiredCount": 4});
    // Today's pods cannot be rendered, or may not be deployed for want of a secret.
    let faulty = planned(&running(&without_load_balancers), Ok(task_definition("an image")));
    let held = plan(&running(&without_load_balancers), Ok(task_definition("app:2")), &environment(), false);
    for stopped in [faulty, held] {
        assert_eq!((served(&stopped), stopped.register, replicas(&stopped)), ((kinds.clone(), port.clone()), None, Some(4)));
    }
}

#[test]
fn a_port_keeps_its_name_while_pods_have_it() {
    let named = |port: u16, name: &str| {
        let mut definition = task_definition("app:2");
        definition.spec["containerDefinitions"][0]["portMappings"] = json!([{"containerPort": 9000, "name": "app"}, {"containerPort": port, "name": name}]);
        definition
    };
    let port = |target| served(&planned(&running(&service(80, 1)), Ok(target))).1;
    assert_eq!(port(named(80, "http")), Some("app".into()), "old pods know the port by that name only");
}

#[test]
fn a_missing_class_holds_a_new_service_and_not_a_running_one() {
    let without_class = |mut observed: ObservedService| {
        observed.ingress_classes.clear();
        observed
    };
    let new = planned(&without_class(observed(&service(80, 1), Vec::new())), Ok(task_definition("app:1")));
    assert_eq!((reason(&new), new.register, new.desired), (Some("IngressClassNotFound"), None, None));
    let runs = planned(&without_class(running(&service(80, 2))), Ok(task_definition("app:1")));
    assert_eq!((reason(&runs), replicas(&runs)), (Some("IngressClassNotFound"), Some(2)));
}

#[test]
fn a_revision_that_cannot_be_read_rolls_nothing() {
    let illegible = NumberedRevision { number: 7, uid: "r".into(), content: None, secrets: Vec::new() };
    let plan = planned(&observed(&service(80, 1), vec![illegible]), Ok(task_definition("app:1")));
    assert_eq!((reason(&plan), plan.register, plan.desired), (Some("RevisionUnreadable"), None, None));
}

#[test]
fn of_tasks_that_do_not_start_it_is_told_where_to_see_why() {
    let observed = running(&service(80, 1));
    let plan = planned(&observed, Ok(task_definition("app:1")));
    let told = |available: i64, stalled: Option<&str>| {
        let workload = Workload { service_revision: Some(1), replicas: 1, observed: true, total: 2, updated: 1, available, ..Workload::default() };
        let workload = Workload { stalled: stalled.map(str::to_owned), ..workload };
        report::service::status(&observed, &plan, true, None, Some(&workload), Timestamp::UNIX_EPOCH).0.message().to_owned()
    };
    let look = "; `kubectl get pods -l ecs-operator.dev/service=s,ecs-operator.dev/task-set=a -o wide` shows the others and their nodes";
    assert_eq!(told(0, None), format!("0 of 1 tasks of service revision 1 are available{look}"));
    assert_eq!(told(1, None), "1 of 1 tasks of service revision 1 are available", "only an old task is left to end");
    let stalled = "ReplicaSet \"s-1\" has timed out progressing.";
    assert_eq!(told(0, Some(stalled)), format!("ReplicaSet \"s-1\" has timed out progressing{look}"));
}

/// What a namespace may have by a grant of these secrets of the settings' own account and region.
fn access(secrets: &Value) -> Access {
    let mut cache = Cache::default();
    let spec = json!({"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "n"}}, "roleArn": "arn:aws:iam::123456789012:role/reader", "secrets": secrets});
    cache.seen(Source::AccessGrant, &json!({"metadata": {"name": "shop"}, "spec": spec}));
    cache.seen(Source::Namespace, &json!({"metadata": {"name": "n", "labels": {"kubernetes.io/metadata.name": "n"}}}));
    cache.access("n")
}

#[test]
fn settings_that_change_take_no_secret_from_what_runs() {
    let mut definition = task_definition("app:1");
    let arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:shop/db-AbCdEf";
    definition.spec["containerDefinitions"][0]["secrets"] = json!([{"name": "PASSWORD", "valueFrom": arn}]);
    definition.spec["kubernetes"] = json!({"grants": ["shop"]});
    let by = |settings: Value| Environment { settings: serde_json::from_value(settings).expect("settings"), ..environment() };
    let may = |observed: ObservedService, secrets: Value| ObservedService { access: access(&secrets), ..observed };
    let of_aws = json!({"account": "123456789012", "region": "us-east-1", "ingressClassName": "alb", "secrets": {"backend": "AWS"}});
    let new = || may(observed(&service(80, 1), Vec::new()), json!(["shop/db"]));
    let (number, content) = plan(&new(), Ok(definition.clone()), &by(of_aws.clone()), true).revision.expect("the first deployment");
    let revision = NumberedRevision { number, uid: "r".into(), content: Some(content), secrets: Vec::new() };
    let runs = |secrets: Value| may(observed(&service(80, 1), vec![revision.clone()]), secrets);
    let with = |member: &str, value: Value| {
        let mut settings = of_aws.clone();
        settings[member] = value;
        settings
    };
    let home = Home { account: Some("123456789012".into()), region: Some("us-east-1".into()) };
    let stores = json!({"backend": "ExternalSecrets", "externalSecrets": {"secretsManager": {"name": "aws"}}});
    for changed in [with("secrets", stores), with("account", Value::Null), with("region", json!("eu-west-1"))] {
        let today = by(changed.clone());
        let plan = |observed: ObservedService| plan(&observed, Ok(definition.clone()), &today, true);
        assert_eq!(reason(&plan(new())), Some("AccessDenied"), "what is new is judged by today's settings: {changed}");
        let kept = plan(runs(json!(["shop/db"])));
        assert_eq!((reason(&kept), kept.revoked.as_slice()), (None, [].as_slice()), "{changed}");
        assert!(kept.named.grants.iter().all(|grant| grant.home == home), "what is restored is read where it was read: {changed}");
        assert_eq!(reason(&plan(runs(json!(["shop/other"])))), Some("AccessRevoked"), "{changed}");
    }
}
