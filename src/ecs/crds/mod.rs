//! The custom resource definitions, generated from the types beside this folder: what `kube` derives, made
//! [structural][structure] as the API wants it, with the [rules] by which the API server refuses what ECS refuses.

mod rules;
mod structure;

use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::{CustomResourceDefinition, JSONSchemaProps};
use kube::CustomResourceExt;
use serde_json::Value;

use super::{AWSAccessGrant, ECSCluster, ECSService, ECSTaskDefinition};
use crate::yaml;

/// The definitions of all our kinds.
pub fn all() -> Vec<CustomResourceDefinition> {
    vec![
        completed(AWSAccessGrant::crd(), "What is allowed, and to whom. An empty list allows nothing of its sort.", rules::ACCESS_GRANT),
        completed(ECSCluster::crd(), "The input of `ecs:CreateCluster`, and settings narrowed for the namespace.", rules::CLUSTER),
        completed(ECSService::crd(), "The input of `ecs:CreateService`, and `forceNewDeployment` of `ecs:UpdateService`.", rules::SERVICE),
        completed(ECSTaskDefinition::crd(), "The input of `ecs:RegisterTaskDefinition`.", rules::TASK_DEFINITION),
    ]
}

/// A definition as YAML. Bounds are whole numbers, as the API server returns them: `kubectl diff` is silent.
pub fn yaml(definition: &CustomResourceDefinition) -> Result<String, yaml::Error> {
    let mut document = serde_json::to_value(definition).map_err(<yaml::Error as serde::ser::Error>::custom)?;
    write_whole_numbers_as_such(&mut document);
    yaml::to_string(&document)
}

fn completed(mut definition: CustomResourceDefinition, spec: &str, rules: &[&[rules::Rule]]) -> CustomResourceDefinition {
    for version in &mut definition.spec.versions {
        if let Some(schema) = version.schema.as_mut().and_then(|schema| schema.open_api_v3_schema.as_mut()) {
            structure::complete(schema, spec);
            rules.iter().copied().flatten().for_each(|rule| rule.attach(schema));
        }
    }
    definition
}

fn write_whole_numbers_as_such(value: &mut Value) {
    match value {
        Value::Number(number) => {
            // 2^53: up to there every whole number is a float of its own
            let whole = number.as_f64().filter(|float| number.is_f64() && float.fract() == 0.0 && float.abs() < 9_007_199_254_740_992.0);
            if let Some(whole) = whole {
                #[expect(clippy::cast_possible_truncation, reason = "whole, and in range")]
                let whole = whole as i64;
                *value = whole.into();
            }
        }
        Value::Array(items) => items.iter_mut().for_each(write_whole_numbers_as_such),
        Value::Object(members) => members.values_mut().for_each(write_whole_numbers_as_such),
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}

/// The schema of a path such as `spec.containerDefinitions[].name`; `""` is the schema itself.
fn at<'a>(schema: &'a mut JSONSchemaProps, path: &str) -> Option<&'a mut JSONSchemaProps> {
    path.split('.').filter(|step| !step.is_empty()).try_fold(schema, |schema, step| {
        let (name, is_item) = step.strip_suffix("[]").map_or((step, false), |name| (name, true));
        let member = schema.properties.as_mut()?.get_mut(name)?;
        if is_item { structure::items(member) } else { Some(member) }
    })
}

#[cfg(test)]
mod tests {
    use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::JSONSchemaProps;
    use kube::CustomResourceExt;

    use super::{AWSAccessGrant, ECSCluster, ECSService, ECSTaskDefinition, all, at, rules, yaml};

    #[test]
    fn every_rule_has_its_place() {
        for (definition, rules) in [
            (AWSAccessGrant::crd(), rules::ACCESS_GRANT),
            (ECSCluster::crd(), rules::CLUSTER),
            (ECSService::crd(), rules::SERVICE),
            (ECSTaskDefinition::crd(), rules::TASK_DEFINITION),
        ] {
            let mut schema: JSONSchemaProps = definition.spec.versions[0].schema.clone().and_then(|schema| schema.open_api_v3_schema).expect("a schema");
            for rule in rules.iter().copied().flatten() {
                assert!(at(&mut schema, rule.at).is_some(), "no `{}` in {}", rule.at, definition.spec.names.kind);
            }
        }
    }

    #[test]
    fn whole_numbers_are_written_without_a_fraction() {
        for definition in all() {
            let text = yaml(&definition).expect("YAML");
            assert!(!text.lines().any(|line| line.trim_start().starts_with("maximum: ") && line.contains('.')), "{text}");
        }
    }
}
