//! `tags`: those that ECS copies to tasks become annotations of the pods, `tag.ecs-operator.dev/KEY`. The others belong to AWS.

use std::collections::BTreeMap;

use super::diagnostic::{Place, TagFault};
use super::{Inputs, names};
use crate::ecs;
use crate::ecs::service::PropagateTags;

/// What the annotation of a tag starts with: a domain of ours, so that a tag never means anything to Kubernetes.
const PREFIX: &str = "tag.ecs-operator.dev/";

/// The annotations of the pods: the tags that the service has copied to its tasks. Labels would not do: their values are narrower, and
/// some select pods.
pub(super) fn annotations(inputs: &Inputs<'_>) -> BTreeMap<String, String> {
    let tags = match inputs.service.propagate_tags {
        Some(PropagateTags::Service) => &inputs.service.tags,
        Some(PropagateTags::TaskDefinition) => &inputs.task_definition.spec.tags,
        Some(PropagateTags::None) | None => &None,
    };
    let annotation = |(key, value): (String, String)| names::is_annotation(&key).then(|| (format!("{PREFIX}{key}"), value));
    pairs(tags.as_deref()).into_iter().filter_map(annotation).collect()
}

/// Reports tags that nothing here has; `at` is the specification that they stand in.
pub(super) fn report(tags: Option<&[ecs::Tag]>, are_propagated: bool, at: &Place<'_>) {
    let pairs = pairs(tags);
    let at = at.member("tags");
    if !are_propagated {
        if !pairs.is_empty() {
            let tags = pairs.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join(", ");
            at.say(TagFault::TagsWithoutEffect { tags });
        }
        return;
    }
    for (index, (key, value)) in pairs.into_iter().enumerate() {
        if !names::is_annotation(&key) {
            at.item(index).say(TagFault::TagNotAnAnnotation { key, value });
        }
    }
}

/// Reports that there is nothing to propagate; `at` is the service's specification.
pub(super) fn report_propagation(inputs: &Inputs<'_>, at: &Place<'_>) {
    let (from, tags) = match inputs.service.propagate_tags {
        Some(PropagateTags::Service) => ("service", &inputs.service.tags),
        Some(PropagateTags::TaskDefinition) => ("task definition", &inputs.task_definition.spec.tags),
        Some(PropagateTags::None) | None => return,
    };
    if tags.as_ref().is_none_or(Vec::is_empty) {
        at.member("propagateTags").say(TagFault::NoTagsToPropagate { from });
    }
}

fn pairs(tags: Option<&[ecs::Tag]>) -> Vec<(String, String)> {
    let pair = |ecs::Tag { key, value }: &ecs::Tag| (key.clone().unwrap_or_default(), value.clone().unwrap_or_default());
    tags.unwrap_or_default().iter().map(pair).collect()
}
