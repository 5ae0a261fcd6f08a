//! Nothing in silence, as a property: take any one leaf out of a document, or give it another legal value, and the objects
//! or the diagnostics change. Tried on every golden, and on every document of the corpus where there is one.

#![expect(clippy::expect_used, reason = "a test")]

mod corpus;
#[path = "../corpus/files.rs"]
mod files;
#[path = "../corpus/filled_in.rs"]
mod filled_in;
mod leaves;
mod subject;

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use ecs_operator::translate::Severity;
use leaves::{Edit, Step};
use serde_json::Value;
use subject::{Outcome, Subject, Translator};

/// Leaves whose absence means the same as this value, which is the default that ECS documents: to leave them out changes
/// nothing because it must not.
const DEFAULTS: &[(&str, &str)] = &[
    ("capacityProviderStrategy[].base", "0"),
    ("capacityProviderStrategy[].weight", "0"),
    ("containerDefinitions[].cpu", "0"),
    ("containerDefinitions[].disableNetworking", "false"),
    ("containerDefinitions[].dockerSecurityOptions[]", "\"no-new-privileges:false\""),
    ("containerDefinitions[].essential", "true"),
    ("containerDefinitions[].healthCheck.interval", "30"),
    ("containerDefinitions[].healthCheck.retries", "3"),
    ("containerDefinitions[].healthCheck.timeout", "5"),
    ("containerDefinitions[].interactive", "false"),
    ("containerDefinitions[].mountPoints[].readOnly", "false"),
    ("containerDefinitions[].portMappings[].protocol", "\"tcp\""),
    ("containerDefinitions[].privileged", "false"),
    ("containerDefinitions[].pseudoTerminal", "false"),
    ("containerDefinitions[].readonlyRootFilesystem", "false"),
    ("containerDefinitions[].versionConsistency", "\"enabled\""),
    ("deploymentConfiguration.maximumPercent", "200"),
    ("deploymentConfiguration.minimumHealthyPercent", "100"),
    ("deploymentConfiguration.strategy", "\"ROLLING\""),
    ("enableECSManagedTags", "false"),
    ("enableExecuteCommand", "false"),
    ("healthCheckGracePeriodSeconds", "0"),
    ("loadBalancers[].listener.port", "80"),
    ("loadBalancers[].listener.protocol", "\"HTTP\""),
    // The entry's own target group.
    ("loadBalancers[].listenerRules[].actions[].targetGroupArn", "\"arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web/0123456789abcdef\""),
    // That of the configuration which is beside it.
    ("loadBalancers[].listenerRules[].conditions[].field", "\"host-header\""),
    ("loadBalancers[].listenerRules[].conditions[].field", "\"http-header\""),
    ("loadBalancers[].listenerRules[].conditions[].field", "\"http-request-method\""),
    ("loadBalancers[].listenerRules[].conditions[].field", "\"path-pattern\""),
    ("loadBalancers[].listenerRules[].conditions[].field", "\"query-string\""),
    ("loadBalancers[].listenerRules[].conditions[].field", "\"source-ip\""),
    ("loadBalancers[].loadBalancer.type", "\"application\""),
    ("loadBalancers[].targetGroup.healthCheckPath", "\"/\""),
    ("networkMode", "\"bridge\""),
    ("networkConfiguration.awsvpcConfiguration.assignPublicIp", "\"DISABLED\""),
    ("propagateTags", "\"NONE\""),
    ("runtimePlatform.cpuArchitecture", "\"X86_64\""),
    ("runtimePlatform.operatingSystemFamily", "\"LINUX\""),
    ("schedulingStrategy", "\"REPLICA\""),
    ("volumeConfigurations[].managedEBSVolume.tagSpecifications[].propagateTags", "\"NONE\""),
    ("volumes[].dockerVolumeConfiguration.autoprovision", "false"),
    ("volumes[].dockerVolumeConfiguration.driver", "\"local\""),
    ("volumes[].dockerVolumeConfiguration.scope", "\"task\""),
    ("volumes[].efsVolumeConfiguration.rootDirectory", "\"/\""),
];

/// Members that may be changed without anybody being told, and why.
const EXEMPT: &[(&str, &str)] = &[
    ("deploymentConfiguration.maximumPercent", "rounded down to whole tasks: one percent more may be as many"),
    ("containerDefinitions[].firelensConfiguration.options.enable-ecs-log-metadata", "`true` or `false`: ECS takes no other word"),
    ("containerDefinitions[].healthCheck.startPeriod", "rounded up to whole intervals: one second more may be as many"),
    ("forceNewDeployment", "says when a deployment starts, not what it is: the tests of service revisions have it"),
    ("kubernetes.grants[]", "says whose word is asked, which no object shows; where no grant is among the documents nothing is known of it"),
    ("kubernetes.refresh.interval", "says when values are looked at, not what they are: the tests of the controller have it"),
    ("kubernetes.restartedAt", "says when a deployment starts, not what it is: the tests of service revisions have it"),
    ("namespaceSelector.matchExpressions[].key", "of a namespace only the name is known offline: what is asked of other labels is taken for given"),
    ("namespaceSelector.matchLabels.kubernetes.io/metadata.name", "without it the grant is for all namespaces, and so for this one"),
    ("roleArn", "the role by which values are read is in no object: the tests of reading have it"),
    ("serviceName", "unset it is the object's own name; another name is told of, which a golden has"),
    (
        "loadBalancers[].listenerRules[].priority",
        "where no other service shares the load balancer only the order of the rules counts, which a neighbouring number leaves as it is",
    ),
];

#[test]
fn no_leaf_is_dropped_in_silence() {
    let subjects: Vec<Subject> = subject::goldens().into_iter().chain(corpus::documents()).collect();
    assert!(subjects.len() > 100, "{} documents", subjects.len());
    let (tried, next, silent) = (AtomicUsize::new(0), AtomicUsize::new(0), Mutex::new(BTreeMap::<String, Vec<String>>::new()));
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                let translator = Translator::new();
                while let Some(subject) = subjects.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let faults = silent_leaves(&translator, subject, &tried);
                    let mut silent = silent.lock().expect("no thread panicked");
                    for (path, what) in faults {
                        silent.entry(path).or_default().push(format!("{what} in {}", subject.name));
                    }
                }
            });
        }
    });
    let silent = silent.into_inner().expect("no thread panicked");
    println!("{} documents, {} leaves taken out or changed", subjects.len(), tried.into_inner());
    let lines = silent.iter().map(|(path, cases)| format!("{path}: {} times, such as {}", cases.len(), cases[0]));
    assert!(silent.is_empty(), "nothing changes, and nothing is said:\n{}", lines.collect::<Vec<_>>().join("\n"));
}

/// The leaves that a document can lose, or have otherwise, without a difference: their paths, and what was done.
fn silent_leaves(translator: &Translator, subject: &Subject, tried: &AtomicUsize) -> Vec<(String, String)> {
    let before = translator.outcome(subject, &subject.documents);
    if before.said.iter().any(|(severity, ..)| *severity == Severity::Error) {
        // Of a document that is refused only the reason shows.
        return Vec::new();
    }
    let mut faults = Vec::new();
    for (index, document) in subject.documents.iter().enumerate() {
        let (schema, root) = translator.schema(document);
        for Edit { path, value } in leaves::edits(root, schema) {
            let title = title(&path);
            let is_exempt =
                EXEMPT.iter().any(|(exempt, _)| title == *exempt || title.starts_with(&format!("{exempt}.")) || title.starts_with(&format!("{exempt}[")));
            let is_same = value.is_none() && (is_default(&title, leaves::at(root, &path)) || is_implied(&title, root, &path, document));
            if is_exempt || is_same || is_of_file_server(&title, root, &path) {
                continue;
            }
            let mut documents = subject.documents.clone();
            leaves::apply(subject::specification_mut(&mut documents[index]), &path, value.as_ref());
            tried.fetch_add(1, Ordering::Relaxed);
            if translator.outcome(subject, &documents) == before {
                let old = leaves::at(root, &path).cloned().unwrap_or_default();
                faults.push((title, value.map_or_else(|| format!("{old} taken out"), |new| format!("{old} made {new}"))));
            }
        }
    }
    faults
}

fn is_default(title: &str, value: Option<&Value>) -> bool {
    DEFAULTS.iter().any(|(path, default)| *path == title && value.is_some_and(|value| Some(value) == serde_json::from_str(default).ok().as_ref()))
}

/// Whether a member says what holds without it because of what stands beside it.
fn is_implied(title: &str, root: &Value, path: &[Step], document: &Value) -> bool {
    let Some(value) = leaves::at(root, path) else { return false };
    let beside = |levels: usize, member: &str| leaves::at(root, &path[..path.len() - levels]).and_then(|parent| parent.get(member));
    match title {
        "family" => document.pointer("/metadata/name") == Some(value),
        // A port of the host that is the container's own, where the task has an address of its own.
        "containerDefinitions[].portMappings[].hostPort" => beside(1, "containerPort") == Some(value) || value == 0,
        // A port without a name is named after its container.
        "containerDefinitions[].portMappings[].name" => beside(3, "name") == Some(value),
        _ => false,
    }
}

/// Whether it is the scope of a volume that a server of files keeps: what that holds is the same for either scope.
fn is_of_file_server(title: &str, root: &Value, path: &[Step]) -> bool {
    let volume = || leaves::at(root, &path[..path.len() - 1]);
    title == "volumes[].dockerVolumeConfiguration.scope" && volume().is_some_and(|volume| volume["driverOpts"]["type"] == "nfs")
}

/// The path with `[]` for every item.
fn title(path: &[Step]) -> String {
    path.iter().fold(String::new(), |title, step| match step {
        Step::Member(name) if title.is_empty() => name.clone(),
        Step::Member(name) => format!("{title}.{name}"),
        Step::Item(_) => format!("{title}[]"),
    })
}

#[test]
fn a_difference_is_seen() {
    let same = || Outcome::default();
    assert_eq!(same(), same());
    let other = Outcome { objects: vec![Value::from(1)], ..same() };
    assert_ne!(same(), other);
}
