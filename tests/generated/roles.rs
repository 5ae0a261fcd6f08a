//! What the chart's roles grant: never more than is said here, whoever edits a template.

use std::fs;

use ecs_operator::yaml::tree::{self, Node};

use crate::in_repository;

const TEMPLATES: &str = "charts/ecs-operator/templates";

/// A rule of a role, and the file that has it.
struct Rule {
    file: String,
    groups: Vec<String>,
    resources: Vec<String>,
    verbs: Vec<String>,
}

#[test]
fn no_rule_has_a_wildcard() {
    for Rule { file, groups, resources, verbs } in rules() {
        let words = [&groups, &resources, &verbs];
        assert!(words.iter().all(|words| !words.is_empty() && !words.iter().any(|word| word.contains('*'))), "{file}: {words:?}");
    }
}

#[test]
fn secrets_are_never_read() {
    let of_secrets: Vec<Rule> = rules().into_iter().filter(|rule| rule.resources.iter().any(|resource| resource.starts_with("secrets"))).collect();
    assert_eq!(of_secrets.len(), 1);
    for Rule { file, groups, resources, verbs } in of_secrets {
        assert_eq!((groups, resources, verbs), (vec![String::new()], vec!["secrets".into()], ["create", "patch", "delete"].map(String::from).into()), "{file}");
    }
}

/// The rules of all templates: each template is YAML once Helm's actions are taken out of it.
fn rules() -> Vec<Rule> {
    let mut rules = Vec::new();
    for entry in fs::read_dir(in_repository(TEMPLATES)).expect("the chart's templates") {
        let path = entry.expect("a template").path();
        let text = fs::read_to_string(&path).expect("a template");
        if !text.contains("verbs:") {
            continue;
        }
        let file = path.display().to_string();
        for document in tree::read(&without_actions(&text)).expect(&file) {
            let items = document.items().or_else(|| document.get("rules").and_then(Node::items)).unwrap_or_default();
            rules.extend(items.iter().map(|item| Rule {
                file: file.clone(),
                groups: words(item, "apiGroups"),
                resources: words(item, "resources"),
                verbs: words(item, "verbs"),
            }));
        }
    }
    let written = |rule: &Rule| rule.file.ends_with("_rules.tpl");
    assert!(rules.iter().any(written) && !rules.iter().all(written), "the rules are found");
    rules
}

fn words(rule: &Node, member: &str) -> Vec<String> {
    rule.get(member).and_then(Node::items).unwrap_or_default().iter().filter_map(Node::as_text).map(str::to_owned).collect()
}

fn without_actions(template: &str) -> String {
    let mut parts = template.split("{{");
    let before = parts.next().unwrap_or_default().to_owned();
    parts.fold(before, |text, part| text + part.split_once("}}").map_or("", |(_, after)| after))
}
