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
fn json_may_have_comments_and_commas_at_the_end() {
    let plain = RAW_TASK_DEFINITION.replace("nginx:1.27", "nginx:1.27 // no # comment");
    let commented = plain.replacen('{', "// one\n{ // two\n/* three\n */", 1).replace("\"volumes\": []}", "\"volumes\": [],}// four");
    let as_in_yaml = plain.replacen('{', "# one\n{ # two\n", 1).replace("\"volumes\": []}", "\"volumes\": [],} # three");
    let import = |input: &str| run_with(&["import", "-f", "-"], input);
    assert_eq!(import(&as_in_yaml).stdout, import(&plain).stdout, "{}", import(&as_in_yaml).stderr);
    assert_eq!((import(&plain).status, import(&plain).stdout), (Some(0), import(&commented).stdout), "{}", import(&commented).stderr);
    let at_fault = run_with(&["check", "-f", "-"], &commented.replace("mountPoints", "mountPionts").replace("[]", "[1]"));
    assert!(at_fault.stderr.contains("<stdin>:4:"), "{}", at_fault.stderr);
}

#[test]
fn a_placeholder_is_called_one() {
    let image = |image: &str| RAW_TASK_DEFINITION.replace("nginx:1.27", image);
    let quoted = [("<IMAGE1_NAME>", "CodeDeploy"), ("${REGISTRY}/web", "envsubst"), ("{{ must_env `IMAGE` }}", "ecspresso"), ("{% raw %}", "Jinja")];
    for (placeholder, tool) in quoted {
        let run = run_with(&["check", "-f", "-"], &image(placeholder));
        assert_eq!(run.status, Some(1), "{placeholder}");
        assert!(run.stderr.contains("error[placeholder]") && run.stderr.contains(tool) && !run.stderr.contains("image-not-legal"), "{}", run.stderr);
    }
    let unquoted = run_with(&["check", "-f", "-"], &RAW_TASK_DEFINITION.replace("\"cpu\": 0", "\n\"cpu\": {{ cpu }}"));
    assert_eq!(unquoted.status, Some(2));
    assert!(unquoted.stderr.contains("error[placeholder]: `{{ cpu }}`") && unquoted.stderr.contains("<stdin>:2:8"), "{}", unquoted.stderr);
    let shell = RAW_TASK_DEFINITION.replace("\"cpu\": 0", r#""command": ["sh", "-c", "echo ${HOME} <a> {{ b }}"]"#);
    assert_eq!(run_with(&["check", "-f", "-"], &shell).status, Some(0));
}

#[test]
fn documents_of_other_tools_are_refused_by_name() {
    let inputs = [
        ("Resources:\n  Web:\n    Type: AWS::ECS::Service\n    Properties: { Cluster: !Ref Cluster }\n", 1, "a CloudFormation template"),
        ("{\"Resources\": {\"Web\": {\"Type\": \"AWS::ECS::Service\"}}}", 1, "a CloudFormation template"),
        ("resource \"aws_ecs_service\" \"web\" {\n  name = \"web\"\n}\n", 1, "Terraform"),
        ("local image = 'nginx';\n{ family: 'web', image: image }\n", 2, "a program in jsonnet"),
        ("services: { web: { image: nginx } }\n", 1, "a Compose file"),
        ("[{\"name\": \"web\", \"image\": \"nginx\"}]", 1, "a list of container definitions"),
    ];
    for (input, status, what) in inputs {
        let run = run_with(&["check", "-f", "-"], input);
        assert!(run.status == Some(status) && run.stderr.contains(&format!("error[document-of-another-tool]: this is {what}")), "{what}: {}", run.stderr);
        assert_eq!(run.stderr.matches("error[").count(), 1, "{}", run.stderr);
    }
}

#[test]
fn a_name_in_capitals_is_told_the_right_one() {
    let capitals = RAW_TASK_DEFINITION.replace("containerDefinitions", "ContainerDefinitions").replace("family", "Family");
    let run = run_with(&["check", "-f", "-", "--diagnostics", "json"], &capitals);
    assert_eq!(run.diagnostics(), ["unknown-member", "unknown-member"], "{}", run.stderr);
    assert!(run.stderr.contains("did you mean `containerDefinitions`?") && run.stderr.contains("did you mean `family`?"), "{}", run.stderr);
}

#[test]
fn a_place_is_shown_by_line_and_column() {
    let member = |format: &str| match format {
        "bare" => "{\"family\": \"é\", \"containerDefinitions\": [\n\t{\"name\": \"é\", \"imgae\": \"b\"}]}".to_owned(),
        "wrapped" => "{\"tags\": [], \"taskDefinition\": {\"family\": \"a\", \"containerDefinitions\": [\n\t{\"name\": \"é\", \"imgae\": \"b\"}]}}".to_owned(),
        _ => "family: a\ncontainerDefinitions: [{name: é, imgae: b}]\n".to_owned(),
    };
    for (format, place) in [("bare", (2, 16)), ("wrapped", (2, 16)), ("YAML", (2, 34))] {
        let run = run_with(&["check", "-f", "-", "--diagnostics", "json"], &member(format));
        let lines = run.stderr.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON"));
        let unknown = lines.into_iter().find(|line| line["name"] == "unknown-member").expect(format);
        assert_eq!((unknown["line"].as_i64(), unknown["column"].as_i64()), (Some(place.0), Some(place.1)), "{format}");
    }
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
