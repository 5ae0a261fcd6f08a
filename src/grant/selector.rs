//! Which namespaces a grant is for, by their labels.

use std::collections::BTreeMap;

use crate::ecs::access_grant::{LabelExpression, LabelOperator, NamespaceSelector};

/// Whether a selector selects a namespace of these labels. Without a selector none is; what means nothing selects nothing.
pub fn selects(selector: Option<&NamespaceSelector>, labels: &BTreeMap<String, String>) -> bool {
    let Some(NamespaceSelector { match_labels, match_expressions }) = selector else { return false };
    let has_labels = match_labels.iter().flatten().all(|(label, value)| labels.get(label) == Some(value));
    has_labels && match_expressions.iter().flatten().all(|expression| fits(expression, labels))
}

fn fits(LabelExpression { key, operator, values }: &LabelExpression, labels: &BTreeMap<String, String>) -> bool {
    let value = labels.get(key);
    let values = values.as_deref().unwrap_or_default();
    match operator {
        LabelOperator::In => value.is_some_and(|value| values.contains(value)),
        LabelOperator::NotIn => !values.is_empty() && value.is_none_or(|value| !values.contains(value)),
        LabelOperator::Exists => values.is_empty() && value.is_some(),
        LabelOperator::DoesNotExist => values.is_empty() && value.is_none(),
    }
}
