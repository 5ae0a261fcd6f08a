//! Sets of nodes, in the form in which a pod's affinity says them: any of some terms, each with all of its requirements.

use crate::k8s;

/// The most terms of a set: a pod with more would be hard to read and slow to schedule.
const MOST_TERMS: usize = 64;

/// A set would need too many terms to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TooMany;

/// A set of nodes: those that fulfil all requirements of any of the terms.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Nodes(Vec<Vec<k8s::NodeSelectorRequirement>>);

impl Nodes {
    /// All nodes.
    pub fn all() -> Self {
        Self(vec![Vec::new()])
    }

    /// No node.
    fn none() -> Self {
        Self(Vec::new())
    }

    /// Those whose label is one of the values.
    pub fn with(label: &str, values: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self::of(label, "In", values.into_iter().map(Into::into).collect())
    }

    /// Those that have the label.
    pub fn having(label: &str) -> Self {
        Self::of(label, "Exists", Vec::new())
    }

    /// Those whose label is a number above that one.
    pub fn above(label: &str, number: i64) -> Self {
        Self::of(label, "Gt", vec![number.to_string()])
    }

    /// Those whose label is a number below that one.
    pub fn below(label: &str, number: i64) -> Self {
        Self::of(label, "Lt", vec![number.to_string()])
    }

    fn of(label: &str, operator: &str, mut values: Vec<String>) -> Self {
        let mut unique = Vec::with_capacity(values.len());
        values.retain(|value| {
            !unique.contains(value) && {
                unique.push(value.clone());
                true
            }
        });
        Self(vec![vec![k8s::NodeSelectorRequirement {
            key: label.into(),
            operator: operator.into(),
            values: Some(values).filter(|values| !values.is_empty()),
        }]])
    }

    /// Whether these are all nodes, so that nothing is to say of them.
    pub fn are_all(&self) -> bool {
        self.0.iter().any(Vec::is_empty)
    }

    /// The nodes of either set.
    pub fn or(mut self, other: Self) -> Result<Self, TooMany> {
        if self.are_all() || other.are_all() {
            return Ok(Self::all());
        }
        for term in other.0 {
            if !self.0.contains(&term) {
                self.0.push(term);
            }
        }
        if self.0.len() > MOST_TERMS { Err(TooMany) } else { Ok(self) }
    }

    /// The nodes of both sets.
    pub fn and(&self, other: &Self) -> Result<Self, TooMany> {
        if self.0.len().saturating_mul(other.0.len()) > MOST_TERMS {
            return Err(TooMany);
        }
        let mut terms = Self::none();
        for (term, more) in self.0.iter().flat_map(|term| other.0.iter().map(move |more| (term, more))) {
            let mut joined = term.clone();
            joined.extend(more.iter().filter(|requirement| !term.contains(requirement)).cloned());
            if !terms.0.contains(&joined) {
                terms.0.push(joined);
            }
        }
        Ok(terms)
    }

    /// The nodes of any of the sets.
    pub fn any(sets: impl IntoIterator<Item = Result<Self, TooMany>>) -> Result<Self, TooMany> {
        sets.into_iter().try_fold(Self::none(), |all, set| all.or(set?))
    }

    /// The nodes of all of the sets.
    pub fn each(sets: impl IntoIterator<Item = Result<Self, TooMany>>) -> Result<Self, TooMany> {
        sets.into_iter().try_fold(Self::all(), |all, set| all.and(&set?))
    }

    /// All other nodes.
    pub fn others(&self) -> Result<Self, TooMany> {
        Self::each(self.0.iter().map(|term| Self::any(term.iter().map(|requirement| Ok(others(requirement))))))
    }

    /// What a pod's affinity says. `None` where these are all nodes.
    pub fn selector(self) -> Option<k8s::NodeSelector> {
        let is_all = self.are_all();
        let term = |requirements| k8s::NodeSelectorTerm { match_expressions: Some(requirements), match_fields: None };
        (!is_all).then(|| k8s::NodeSelector { node_selector_terms: self.0.into_iter().map(term).collect() })
    }
}

/// The nodes that do not fulfil a requirement. A label that is not there is not `In` any values, and no number.
fn others(requirement: &k8s::NodeSelectorRequirement) -> Nodes {
    let k8s::NodeSelectorRequirement { key, operator, values } = requirement;
    let values = values.clone().unwrap_or_default();
    let number = || values.first().and_then(|value| value.parse::<i64>().ok()).unwrap_or_default();
    let or_without = |mut nodes: Nodes| {
        nodes.0.extend(Nodes::of(key, "DoesNotExist", Vec::new()).0);
        nodes
    };
    match operator.as_str() {
        "In" => Nodes::of(key, "NotIn", values),
        "NotIn" => Nodes::of(key, "In", values),
        "Exists" => Nodes::of(key, "DoesNotExist", Vec::new()),
        "Gt" => or_without(Nodes::below(key, number().saturating_add(1))),
        "Lt" => or_without(Nodes::above(key, number().saturating_sub(1))),
        _ => Nodes::having(key),
    }
}

#[cfg(test)]
mod tests {
    use super::{Nodes, TooMany};

    fn text(nodes: &Nodes) -> String {
        let requirement = |requirement: &crate::k8s::NodeSelectorRequirement| {
            format!("{} {} {}", requirement.key, requirement.operator, requirement.values.clone().unwrap_or_default().join(",")).trim().to_owned()
        };
        let term = |term: &Vec<_>| term.iter().map(requirement).collect::<Vec<_>>().join(" & ");
        nodes.0.iter().map(term).collect::<Vec<_>>().join(" | ")
    }

    #[test]
    fn sets_are_joined_and_turned_round() {
        let (a, b, c) = (Nodes::with("a", ["1", "1"]), Nodes::having("b"), Nodes::above("c", 4));
        let a_or_b = a.clone().or(b.clone()).expect("few");
        assert_eq!(text(&a_or_b.and(&c).expect("few")), "a In 1 & c Gt 4 | b Exists & c Gt 4");
        assert_eq!(text(&a_or_b.others().expect("few")), "a NotIn 1 & b DoesNotExist");
        assert_eq!(text(&c.others().expect("few")), "c Lt 5 | c DoesNotExist");
        assert_eq!(a_or_b.others().and_then(|others| others.others()), Ok(a_or_b.clone()));
        assert!(a_or_b.or(Nodes::all()).expect("few").selector().is_none());
    }

    #[test]
    fn there_is_a_most_of_terms() {
        let pair = |label: &str| Nodes::with(label, ["1"]).or(Nodes::having(label));
        assert!(Nodes::each(["a", "b", "c", "d", "e", "f"].map(pair)).is_ok());
        assert_eq!(Nodes::each(["a", "b", "c", "d", "e", "f", "g"].map(pair)), Err(TooMany));
        assert_eq!(Nodes::any((0..65).map(|number| Ok(Nodes::with("a", [number.to_string()])))), Err(TooMany));
    }
}
