//! What is printed.

use serde_json::Value;

use crate::{RAW_SERVICE, RAW_TASK_DEFINITION, SERVICE, TASK_DEFINITION, folder, run, run_with, text};

#[test]
fn what_is_rendered_comes_in_the_order_of_apply() {
    let folder = folder(&[("a/service.yaml", SERVICE), ("b/taskdef.yml", TASK_DEFINITION), ("notes.txt", "x")]);
    let run = run(&["render", "-f", text(folder.path()), "-n", "shop"]);
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    assert_eq!(run.objects(), ["ServiceAccount/ecs-web", "Secret/web-service-1", "PodDisruptionBudget/web-service", "Deployment/web-service"]);
    assert!(run.stdout.contains("namespace: shop") && !run.stdout.contains("namespace: default"));
}

#[test]
fn same_input_same_bytes_and_json_is_one_list() {
    let folder = folder(&[("service.yaml", SERVICE), ("taskdef.yaml", TASK_DEFINITION)]);
    let arguments = ["render", "-f", text(folder.path()), "--kube-version", "1.36"];
    assert_eq!(run(&arguments).stdout, run(&arguments).stdout);
    let json = run(&[&arguments[..], &["-o", "json"]].concat());
    let list: Value = serde_json::from_str(&json.stdout).expect("JSON");
    assert_eq!((list["kind"].as_str(), list["items"].as_array().map(Vec::len)), (Some("List"), Some(4)));
}

#[test]
fn secrets_are_printed_without_values() {
    let run = run_with(&["render", "-f", "-", "-o", "json"], &format!("{TASK_DEFINITION}---\n{SERVICE}"));
    let list: Value = serde_json::from_str(&run.stdout).expect("JSON");
    let secret = list["items"].as_array().expect("items").iter().find(|item| item["kind"] == "Secret").expect("a Secret");
    let data = secret["data"].as_object().expect("data");
    assert!(data.len() == 1 && data.values().all(|value| value == ""), "{data:?}");
}

#[test]
fn settings_name_the_ingress_class_that_offline_is_taken_to_be_there() {
    let balanced = format!(
        "{SERVICE}  loadBalancers:
  - containerName: api
    containerPort: 8080
    loadBalancer: {{name: shop, scheme: internet-facing}}
    listenerRules:
    - priority: 10
      conditions: [{{field: path-pattern, values: ['/api/*']}}]
"
    );
    let folder = folder(&[
        ("documents.yaml", &format!("{TASK_DEFINITION}---\n{balanced}")),
        ("alb.conf", "ingressClassName: alb\n"),
        ("other.conf", "ingressClassName: nginx\n"),
    ]);
    let render = |settings: &[&str]| {
        let settings: Vec<String> = settings.iter().flat_map(|name| ["--settings".into(), text(&folder.path().join(name)).to_owned()]).collect();
        run(&[vec!["render", "-f", text(folder.path())], settings.iter().map(String::as_str).collect()].concat())
    };
    assert!(!render(&[]).stdout.contains("kind: Ingress"), "no class, no Ingress");
    let (alb, other) = (render(&["alb.conf"]), render(&["other.conf"]));
    assert!(alb.stdout.contains("ingressClassName: alb") && alb.stdout.contains("alb.ingress.kubernetes.io/"), "{}{}", alb.stdout, alb.stderr);
    assert!(other.stdout.contains("ingressClassName: nginx") && !other.stdout.contains("alb.ingress.kubernetes.io/"), "{}", other.stdout);
}

#[test]
fn revisions_are_found_among_the_documents() {
    let service = |reference: &str| RAW_SERVICE.replace(r#""taskDefinition": "Web_API""#, &format!(r#""taskDefinition": "{reference}""#));
    let revision =
        |number: u32| RAW_TASK_DEFINITION.replacen('{', &format!(r#"{{"revision": {number}, "#), 1).replace("nginx:1.27", &format!("nginx:{number}"));
    for (reference, image) in [("Web_API", "nginx:12"), ("Web_API:9", "nginx:9"), ("arn:aws:ecs:us-east-1:123456789012:task-definition/Web_API:9", "nginx:9")] {
        let run = run_with(&["render", "-f", "-"], &format!("[{}, {}, {}]", revision(9), revision(12), service(reference)));
        assert!(run.status == Some(0) && run.stdout.contains(image), "{reference}\n{}{}", run.stdout, run.stderr);
    }
    let run = run_with(&["render", "-f", "-", "--diagnostics", "json"], &format!("[{}, {}]", revision(9), service("Web_API:3")));
    assert!(run.status == Some(1) && run.diagnostics().contains(&"task-definition-not-found".into()), "{}", run.stderr);
}

#[test]
fn a_volume_that_a_service_must_configure_is_no_fault_of_the_task_definition() {
    let volume = "volumes: [{name: disk, configuredAtLaunch: true}]";
    let mounted = "mountPoints: [{sourceVolume: disk, containerPath: /disk}]";
    let ours =
        TASK_DEFINITION.replace("spec:\n", &format!("spec:\n  {volume}\n")).replace("      portMappings:", &format!("      {mounted}\n      portMappings:"));
    let alone = run_with(&["check", "-f", "-", "--diagnostics", "json"], &ours);
    assert_eq!((alone.status, alone.diagnostics().contains(&"volume-not-configured".into())), (Some(0), false), "{}", alone.stderr);
    let used = run_with(&["check", "-f", "-", "--diagnostics", "json"], &format!("{ours}---\n{SERVICE}"));
    assert_eq!((used.status, used.diagnostics().contains(&"volume-not-configured".into())), (Some(1), true), "{}", used.stderr);
}

#[test]
fn a_log_agent_is_configured_for_the_containers_of_the_documents() {
    let awslogs = "logConfiguration: {logDriver: awslogs, options: {awslogs-group: /ecs/web, awslogs-region: eu-west-1, awslogs-stream-prefix: web}}";
    let task_definition = TASK_DEFINITION.replace("      portMappings:", &format!("      {awslogs}\n      portMappings:"));
    let run = run_with(&["render", "-f", "-", "-n", "shop", "--log-collector", "fluent-bit"], &format!("{task_definition}---\n{SERVICE}"));
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    assert!(run.stdout.contains("[OUTPUT]\n    Name cloudwatch_logs\n    Match_Regex containers\\.web-service-"), "{}", run.stdout);
    assert!(run.stdout.contains("    region eu-west-1\n    log_group_name /ecs/web\n    log_stream_prefix web/api/\n"), "{}", run.stdout);
    assert!(!run.stdout.contains("kind: "), "{}", run.stdout);
}
