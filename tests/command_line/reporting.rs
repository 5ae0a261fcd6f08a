//! What is said, and with which exit status.

use serde_json::Value;

use crate::{SERVICE, TASK_DEFINITION, finish, folder, program, run, run_with, text};

#[test]
fn a_refused_document_is_shown_and_the_others_are_printed() {
    let bad = SERVICE.replace("web-service", "other").replace("desiredCount", "desiredConut");
    let folder = folder(&[("1.yaml", TASK_DEFINITION), ("2.yaml", SERVICE), ("3.yaml", &bad)]);
    let run = run(&["render", "-f", text(folder.path())]);
    assert_eq!(run.status, Some(1));
    assert!(run.objects().contains(&"Deployment/web-service".into()));
    for part in ["error[unknown-member]", "3.yaml:7:3", "desiredConut: 2", "spec.desiredConut", "did you mean `desiredCount`?", "error[missing-member]"] {
        assert!(run.stderr.contains(part), "{part} in\n{}", run.stderr);
    }
    assert!(!run.stderr.contains('\u{1b}'), "no colours where there is no terminal");
}

#[test]
fn diagnostics_are_one_json_object_a_line() {
    let run = run_with(&["check", "-f", "-", "-n", "shop", "--diagnostics", "json"], &SERVICE.replace("taskDefinition: web", "taskDefinition: wbe"));
    assert_eq!((run.status, run.diagnostics()), (Some(1), vec!["task-definition-not-found".into()]));
    let line: Value = serde_json::from_str(run.stderr.trim()).expect("JSON");
    let expected = serde_json::json!({
        "name": "task-definition-not-found", "severity": "error", "path": "spec.taskDefinition",
        "object": { "kind": "ECSService", "namespace": "shop", "name": "web-service" }, "file": "<stdin>", "line": 6, "column": 3,
        "message": "there is no task definition `wbe` among the documents", "help": "give it with another `-f`",
    });
    assert_eq!(line, expected);
    assert_eq!(run.stdout, "1 document, 0 objects, 1 error, 0 warnings, 0 notes\n");
}

#[test]
fn documents_that_claim_one_thing_are_refused() {
    let again = run_with(&["check", "-f", "-", "--diagnostics", "json"], &format!("{TASK_DEFINITION}---\n{SERVICE}---\n{SERVICE}"));
    assert!(again.status == Some(1) && again.diagnostics().contains(&"document-twice".into()), "{}", again.stderr);
    let family = TASK_DEFINITION.replace("name: web\n", "name: zweb\n").replace("spec:\n", "spec:\n  family: web\n");
    let conflict = run_with(&["check", "-f", "-", "--diagnostics", "json"], &format!("{TASK_DEFINITION}---\n{family}"));
    assert!(conflict.status == Some(1) && conflict.diagnostics().contains(&"family-conflict".into()), "{}", conflict.stderr);
}

#[test]
fn wrong_usage_and_unreadable_input_are_2() {
    let folder =
        folder(&[("bad.yaml", "a: [\n"), ("empty.yaml", "# nothing\n"), ("template.json", "{\"cpu\": {{ cpu }}}"), ("settings.yaml", "clustername: a\n")]);
    let file = |name: &str| text(&folder.path().join(name)).to_owned();
    let cases: [(&[&str], &str); 9] = [
        (&["render"], "--filename"),
        (&["render", "-f", "/no/such/file"], "/no/such/file"),
        (&["render", "-f", "-", "--kube-version", "1.20"], "1.34 to 1.37"),
        (&["render", "-f", "-", "-n", "Not_A_Name"], "namespace"),
        (&["check", "-f", &file("bad.yaml")], "bad.yaml"),
        (&["check", "-f", &file("empty.yaml")], "there is no document in it"),
        (&["check", "-f", &file("template.json")], "is a placeholder of a template engine"),
        (&["check", "-f", "-", "--settings", &file("settings.yaml")], "did you mean `clusterName`?"),
        (&["run", "--lease-duration", "15"], "--lease-duration"),
    ];
    for (arguments, part) in cases {
        let run = run(arguments);
        assert_eq!(run.status, Some(2), "{arguments:?}\n{}", run.stderr);
        assert!(run.stderr.contains(part) && run.stdout.is_empty(), "{part} in\n{}", run.stderr);
    }
}

#[test]
fn strict_makes_a_warning_count() {
    let input = r#"{"services": [], "failures": [{"arn": "arn:x", "reason": "MISSING"}]}"#;
    assert_eq!(run_with(&["check", "-f", "-"], input).status, Some(0));
    assert_eq!(run_with(&["check", "-f", "-", "--strict"], input).status, Some(1));
}

#[test]
fn colours_are_shown_where_wanted_and_never_with_no_color() {
    let colours = |variables: &[(&str, &str)]| {
        let mut command = program(&["check", "-f", "-"]);
        command.envs(variables.iter().copied());
        finish(command, b"{}").stderr.contains('\u{1b}')
    };
    assert!(colours(&[("CLICOLOR_FORCE", "1")]));
    assert!(!colours(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
}
