//! What goes in.

use crate::{RAW_SERVICE, RAW_TASK_DEFINITION, SERVICE, TASK_DEFINITION, finish, program, run_with};

#[test]
fn every_shape_of_input_is_found_out() {
    let described = format!(
        r#"{{"taskDefinition": {}, "tags": []}}"#,
        RAW_TASK_DEFINITION.replacen('{', r#"{"taskDefinitionArn": "x", "revision": 7, "status": "ACTIVE", "#, 1)
    );
    let services = format!(
        r#"{{"services": [{}], "failures": []}}"#,
        RAW_SERVICE.replacen(
            '{',
            r#"{"serviceArn": "x", "clusterArn": "c", "status": "ACTIVE", "runningCount": 1, "pendingCount": 0, "deployments": [{}], "events": [{}], "#,
            1
        )
    );
    let list = format!(
        "apiVersion: v1\nkind: List\nitems:\n- {}- {}",
        TASK_DEFINITION.replace('\n', "\n  ").trim_end_matches(' '),
        SERVICE.replace('\n', "\n  ").trim_end_matches(' ')
    );
    let inputs = [
        (format!("{TASK_DEFINITION}---\n{SERVICE}"), "Deployment/web-service"),
        (list, "Deployment/web-service"),
        (format!("{RAW_TASK_DEFINITION}\n---\n{RAW_SERVICE}"), "Deployment/web-api"),
        (format!("{described}\n---\n{services}"), "Deployment/web-api"),
        (format!("[{RAW_TASK_DEFINITION}, {RAW_SERVICE}]"), "Deployment/web-api"),
        (RAW_TASK_DEFINITION.to_owned(), "Deployment/web-api"),
    ];
    for (input, expected) in inputs {
        let run = run_with(&["render", "-f", "-"], &input);
        assert_eq!(run.status, Some(0), "{input}\n{}", run.stderr);
        assert_eq!(run.objects().last().map(String::as_str), Some(expected), "{input}");
    }
}

#[test]
fn what_was_done_to_a_description_is_noted() {
    let input = RAW_TASK_DEFINITION.replacen('{', r#"{"taskDefinitionArn": "x", "revision": 7, "registeredAt": 1.5, "#, 1);
    let run = run_with(&["check", "-f", "-", "--diagnostics", "json"], &format!("{input}\n---\n{{apiVersion: v1, kind: ConfigMap, metadata: {{name: x}}}}"));
    let names = run.diagnostics();
    for expected in ["read-only-members-left-out", "renamed", "service-imagined", "foreign-object-skipped"] {
        assert!(names.iter().any(|name| name == expected), "{expected} in {names:?}");
    }
    assert_eq!(run.status, Some(0), "{}", run.stderr);
}

#[test]
fn nothing_makes_it_panic() {
    let deep = "[".repeat(5_000) + &"]".repeat(5_000);
    let bomb = "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: [*e,*e,*e,*e,*e,*e,*e,*e,*e]\n";
    let long = format!("{{\"family\": \"{}\", \"containerDefinitions\": [{{\"name\": \"a\", \"image\": \"b\"}}]}}", "f".repeat(100_000));
    let inputs: Vec<Vec<u8>> = [
        "",
        " ",
        "\0",
        "\u{feff}",
        "---",
        "...",
        "--- ---",
        "{}",
        "[]",
        "[[]]",
        "null",
        "~",
        "1",
        "true",
        "'",
        "\"",
        "\"\\u0000\"",
        "{",
        "}",
        "[",
        "]",
        "&a *a",
        "*a",
        "a: *a",
        "&a [*a]",
        "<<: x",
        "? ? ?",
        "- - - -",
        ": : :",
        "!!binary x",
        "!Ref a",
        "%YAML 9.9\n---\na: 1",
        "%TAG ! x\n---\n!a b",
        "a: b: c",
        "\t- a",
        "a:\r  b\r",
        "key: |\n",
        "key: >9\n x",
        "{\"a\": 1e999}",
        "{\"a\": -0}",
        "{\"a\": 123456789012345678901234567890}",
        "kind: List\napiVersion: v1\nitems: {}",
        "kind: List\napiVersion: v1\nitems: [1, null, [], {}]",
        "kind: []\napiVersion: {}",
        "apiVersion: ecs-operator.dev/v1alpha1\nkind: ECSService",
        "apiVersion: ecs-operator.dev/v1alpha1\nkind: ECSService\nmetadata: []\nspec: x",
        "apiVersion: ecs-operator.dev/v1alpha1\nkind: ECSTaskDefinition\nmetadata: {name: [a], namespace: 1}\nspec: {containerDefinitions: {}}",
        "{services: {}, failures: 1}",
        "{services: [1, [], null]}",
        "{taskDefinition: {}, tags: {}}",
        "{taskDefinition: {containerDefinitions: [null, 1, {}]}}",
        "{service: []}",
        "{serviceName: {}, desiredCount: []}",
        "{family: \"\u{202e}x\", containerDefinitions: [{name: é, image: \"\u{7f}\"}]}",
        "{containerDefinitions: [{name: a, image: b}], family: \"___\"}",
        "{serviceName: a, taskDefinition: \"arn:aws:ecs:::\", desiredCount: -1}",
    ]
    .iter()
    .map(|text| text.as_bytes().to_vec())
    .chain([b"\xff\xfe{\x00}\x00".to_vec(), b"a: \x80".to_vec(), vec![0; 4096], deep.into_bytes(), bomb.as_bytes().to_vec(), long.into_bytes()])
    .collect();
    for input in inputs {
        let run = finish(program(&["render", "-f", "-"]), &input);
        let shown = String::from_utf8_lossy(&input[..input.len().min(200)]);
        assert!(matches!(run.status, Some(0..=2)), "{shown}: {:?}\n{}", run.status, run.stderr);
        assert!(!run.stderr.contains("panicked") && (run.status == Some(0) || run.stderr.contains("error")), "{shown}\n{}", run.stderr);
    }
}

#[test]
fn no_cut_and_no_broken_byte_makes_reading_panic() {
    let schemas = ecs_operator::documents::Schemas::new();
    let input = format!("{RAW_TASK_DEFINITION}\n---\n{TASK_DEFINITION}---\n{SERVICE}");
    for (at, replacement) in (0..input.len()).zip(["\"", "{", "&", "\n", "\t-", "\u{85}", "1"].into_iter().cycle()) {
        let (before, after) = (&input[..at], &input[at + 1..]);
        let _ = ecs_operator::documents::read(&schemas, 0, before);
        let _ = ecs_operator::documents::read(&schemas, 0, &format!("{before}{replacement}{after}"));
    }
}
