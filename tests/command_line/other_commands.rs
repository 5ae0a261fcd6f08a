//! The commands that read no documents.

use std::io::Read;

use crate::{program, run};

#[test]
fn a_reader_that_leaves_is_no_fault() {
    let mut child = program(&["crds"]).spawn().expect("the program starts");
    drop(child.stdout.take());
    let mut stderr = String::new();
    child.stderr.take().expect("standard error").read_to_string(&mut stderr).expect("UTF-8");
    assert_eq!((child.wait().expect("the program ends").code(), stderr.as_str()), (Some(0), ""));
}

#[test]
fn names_and_members_are_explained() {
    assert!(run(&["explain"]).stdout.contains("unknown-member"));
    assert!(run(&["explain", "unknown-member"]).stdout.starts_with("unknown-member: error"));
    for name in [
        "containerDefinitions[].healthCheck",
        "spec.containerDefinitions[0].healthCheck",
        "ecstaskdefinition.spec.containerDefinitions[].healthCheck",
        "healthCheck",
    ] {
        let run = run(&["explain", name]);
        assert!(
            run.status == Some(0) && run.stdout.contains("ECSTaskDefinition containerDefinitions[].healthCheck") && run.stdout.contains("interval"),
            "{name}"
        );
    }
    let memory = run(&["explain", "containerDefinitions[].memory"]);
    for told in ["Fate: ", "containers[].resources.limits.memory\n", "error: memory-too-small\n"] {
        assert!(memory.stdout.contains(told), "{told}: {}", memory.stdout);
    }
    let unknown = run(&["explain", "unknown-membr"]);
    assert!(unknown.status == Some(1) && unknown.stderr.contains("did you mean `unknown-member`?"), "{}", unknown.stderr);
}

#[test]
fn definitions_and_completions_are_printed() {
    let crds = run(&["crds"]);
    assert!(crds.status == Some(0) && crds.objects().contains(&"CustomResourceDefinition/ecsservices.ecs-operator.dev".into()));
    let completions = run(&["completions", "bash"]);
    assert!(completions.status == Some(0) && completions.stdout.contains("complete -F _ecs__operator"));
    assert!(run(&["--version"]).stdout.starts_with("ecs-operator "));
    assert!(run(&["render", "--help"]).stdout.contains("Examples:"));
}
