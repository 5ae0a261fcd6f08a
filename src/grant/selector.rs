//! Which namespaces a grant is for, by their labels.

use std::collections::BTreeMap;

use crate::ecs::access_grant::{LabelExpression, LabelOperator, NamespaceSelector};

/// The label that each namespace has, of its own name.
const NAME: &str = "kubernetes.io/metadata.name";

/// What is known of a namespace's labels.
#[derive(Clone, Copy, Debug)]
pub enum Labels<'a> {
    /// All of them.
    Known(&'a BTreeMap<String, String>),
    /// The name of the namespace, as there is no cluster to ask. What is asked of other labels is taken for given.
    Name(&'a str),
    /// Nothing: the namespace has not been seen yet, and nothing selects it.
    Unseen,
}

/// Whether a selector selects a namespace of these labels. Without a selector, and by an empty one, none is; what means nothing selects
/// nothing.
pub fn selects(selector: Option<&NamespaceSelector>, labels: Labels<'_>) -> bool {
    let Some(NamespaceSelector { match_labels, match_expressions }) = selector.filter(|_| !matches!(labels, Labels::Unseen)) else { return false };
    let is_unknown = |label: &str| matches!(labels, Labels::Name(_)) && label != NAME;
    let has_label = |(label, value): (&String, &String)| is_unknown(label) || labels.get(label) == Some(value.as_str());
    let fits = |expression: &LabelExpression| is_unknown(&expression.key) || fits(expression, labels.get(&expression.key));
    let is_empty = match_labels.iter().flatten().next().is_none() && match_expressions.iter().flatten().next().is_none();
    !is_empty && match_labels.iter().flatten().all(has_label) && match_expressions.iter().flatten().all(fits)
}

impl Labels<'_> {
    fn get(&self, label: &str) -> Option<&str> {
        match self {
            Self::Known(labels) => labels.get(label).map(String::as_str),
            Self::Name(name) => (label == NAME).then_some(*name),
            Self::Unseen => None,
        }
    }
}

fn fits(LabelExpression { key: _, operator, values }: &LabelExpression, value: Option<&str>) -> bool {
    let values = values.as_deref().unwrap_or_default();
    let is_one = |value: &str| values.iter().any(|one| one == value);
    match operator {
        LabelOperator::In => value.is_some_and(is_one),
        LabelOperator::NotIn => !values.is_empty() && !value.is_some_and(is_one),
        LabelOperator::Exists => values.is_empty() && value.is_some(),
        LabelOperator::DoesNotExist => values.is_empty() && value.is_none(),
    }
}
