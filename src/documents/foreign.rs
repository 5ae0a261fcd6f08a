//! Documents of other tools, which teams keep beside those of ECS: what they are is told, and they are refused.

use crate::yaml::tree::{Content, Node};

/// A language that is not ECS's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// CodeDeploy's `appspec.yaml`.
    AppSpec,
    /// A CloudFormation template, written by hand or by SAM, CDK or Copilot.
    CloudFormation,
    /// A Compose file.
    Compose,
    /// Container definitions without their task definition, as Terraform takes them.
    ContainerDefinitions,
    /// A manifest of the Copilot command line.
    Copilot,
    /// The `ecs-params.yml` of the ECS command line.
    EcsParameters,
    /// The configuration of ecspresso.
    Ecspresso,
    /// A program in jsonnet.
    Jsonnet,
    /// A configuration, state or plan of Terraform.
    Terraform,
}

/// The types of Copilot's manifests.
const TYPES_OF_COPILOT: [&str; 7] =
    ["Backend Service", "Environment", "Load Balanced Web Service", "Request-Driven Web Service", "Scheduled Job", "Static Site", "Worker Service"];
/// The blocks that a configuration of Terraform consists of.
const BLOCKS_OF_TERRAFORM: [&str; 8] = ["resource ", "module ", "data ", "variable ", "locals ", "provider ", "output ", "terraform "];

impl Language {
    /// What a document in this language is.
    pub fn what(self) -> &'static str {
        match self {
            Self::AppSpec => "an appspec of CodeDeploy",
            Self::CloudFormation => "a CloudFormation template",
            Self::Compose => "a Compose file",
            Self::ContainerDefinitions => "a list of container definitions without their task definition",
            Self::Copilot => "a manifest of Copilot",
            Self::EcsParameters => "a file of parameters for the ECS CLI",
            Self::Ecspresso => "a configuration of ecspresso",
            Self::Jsonnet => "a program in jsonnet",
            Self::Terraform => "Terraform",
        }
    }

    /// What to give instead.
    pub fn remedy(self) -> &'static str {
        match self {
            Self::AppSpec => "leave it out, and give the task definition and the service",
            Self::ContainerDefinitions => "put it into `containerDefinitions` of a task definition, beside its `family`",
            Self::Ecspresso => "give what `ecspresso render` prints of the task definition and the service definition",
            Self::Jsonnet => "give what `jsonnet` prints of it",
            Self::CloudFormation | Self::Compose | Self::Copilot | Self::EcsParameters | Self::Terraform => {
                "deploy it to ECS, and give what `aws ecs describe-task-definition` and `aws ecs describe-services` print"
            }
        }
    }
}

/// The language of a document, where it is a known one.
pub fn language(document: &Node) -> Option<Language> {
    let has = |name: &str| document.get(name).is_some();
    let is_object = |node: Option<&Node>| node.is_some_and(|node| matches!(node.content, Content::Members(_)));
    let resources = document.get("Resources");
    let of_aws = |resource: &Node| resource.text("Type").is_some_and(|name| name.starts_with("AWS::"));
    if has("AWSTemplateFormatVersion") || resources.is_some_and(|resources| resources.members().iter().any(|resource| of_aws(&resource.node))) {
        Some(Language::CloudFormation)
    } else if resources.and_then(Node::items).is_some_and(|items| items.iter().any(|item| item.get("TargetService").is_some())) {
        Some(Language::AppSpec)
    } else if is_object(document.get("resource")) || has("terraform_version") {
        Some(Language::Terraform)
    } else if document.text("type").is_some_and(|name| TYPES_OF_COPILOT.contains(&name)) {
        Some(Language::Copilot)
    } else if document.text("service_definition").is_some() || document.text("task_definition").is_some() {
        Some(Language::Ecspresso)
    } else if is_object(document.get("task_definition")) || has("run_params") {
        Some(Language::EcsParameters)
    } else if is_object(document.get("services")) && !has("kind") {
        Some(Language::Compose)
    } else if document.items().is_some_and(|items| items.iter().any(|item| item.get("image").is_some() && item.text("kind").is_none())) {
        Some(Language::ContainerDefinitions)
    } else {
        None
    }
}

/// The language of a text that is neither YAML nor JSON, or has tags of its own.
pub fn language_of_text(text: &str) -> Option<Language> {
    let mut lines = text.lines().map(str::trim_end).filter(|line| !line.is_empty() && !line.trim_start().starts_with(['#', '/']));
    let of_terraform = |line: &str| line.ends_with(['{', '}']) && BLOCKS_OF_TERRAFORM.iter().any(|block| line.starts_with(block));
    let of_jsonnet = |line: &str| (line.starts_with("local ") && line.contains('=')) || line.starts_with("import ") || line.contains("std.extVar(");
    if text.contains("AWSTemplateFormatVersion") || text.contains("Type: AWS::") {
        return Some(Language::CloudFormation);
    }
    lines.find_map(|line| match line {
        line if of_terraform(line) => Some(Language::Terraform),
        line if of_jsonnet(line) => Some(Language::Jsonnet),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::{Language, language, language_of_text};
    use crate::yaml::tree::read;

    #[test]
    fn every_language_is_known() {
        let documents = [
            ("{Resources: {A: {Type: 'AWS::ECS::Service'}}}", Language::CloudFormation),
            ("{version: 0.0, Resources: [{TargetService: {}}]}", Language::AppSpec),
            ("{resource: {aws_ecs_service: {}}}", Language::Terraform),
            ("{name: a, type: Backend Service, image: {}}", Language::Copilot),
            ("{region: a, service_definition: a.json}", Language::Ecspresso),
            ("{version: 1, task_definition: {}}", Language::EcsParameters),
            ("{services: {web: {image: a}}}", Language::Compose),
            ("[{name: a, image: b}]", Language::ContainerDefinitions),
        ];
        for (text, expected) in documents {
            assert_eq!(language(&read(text).expect("readable").remove(0)), Some(expected), "{text}");
        }
        for text in ["{family: a, containerDefinitions: []}", "[{family: a}]", "{services: []}", "{kind: Deployment, services: {}}", "a"] {
            assert_eq!(language(&read(text).expect("readable").remove(0)), None, "{text}");
        }
    }

    #[test]
    fn texts_that_are_no_documents_are_known() {
        assert_eq!(language_of_text("# x\nresource \"aws_ecs_service\" \"a\" {\n}"), Some(Language::Terraform));
        assert_eq!(language_of_text("local a = std.extVar('A');\n{}"), Some(Language::Jsonnet));
        assert_eq!(language_of_text("{a: std.extVar('A')}"), Some(Language::Jsonnet));
        assert_eq!(language_of_text("Resources:\n  A:\n    Type: AWS::ECS::Service\n"), Some(Language::CloudFormation));
        assert_eq!(language_of_text("{\"data \": ["), None);
    }
}
