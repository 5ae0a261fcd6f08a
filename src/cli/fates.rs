//! What becomes of each member, as the goldens show it: `crds/fates.tsv`, which the tests write and prove fresh.

use std::collections::BTreeSet;

/// A line a member: its kind, its path, its fate, the paths in objects between semicolons, the names of diagnostics between spaces.
const TABLE: &str = include_str!("../../crds/fates.tsv");

/// What becomes of a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fate {
    /// `exact`, `approximated` or `reported`.
    pub word: &'static str,
    /// The paths in Kubernetes objects where it, or a member in it, is found.
    pub becomes: BTreeSet<&'static str>,
    /// The names of the diagnostics that it, or a member in it, can cause.
    pub diagnostics: BTreeSet<&'static str>,
}

/// What becomes of the member of that path.
pub fn fate(kind: &str, path: &str) -> Option<Fate> {
    let (mut word, mut becomes, mut diagnostics) = (None, BTreeSet::new(), BTreeSet::new());
    for line in TABLE.lines() {
        let mut cells = line.split('\t');
        let (of, member) = (cells.next()?, cells.next()?);
        let is_within = member.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']));
        if of == kind && is_within {
            let own = cells.next()?;
            word = word.or((member == path).then_some(own));
            becomes.extend(cells.next()?.split("; ").filter(|path| !path.is_empty()));
            diagnostics.extend(cells.next()?.split_whitespace());
        }
    }
    Some(Fate { word: word?, becomes, diagnostics })
}

#[cfg(test)]
mod tests {
    use super::fate;

    #[test]
    fn each_kind_has_its_own_members() {
        assert_eq!(fate("ECSService", "containerDefinitions[].image"), None);
        let image = fate("ECSTaskDefinition", "containerDefinitions[].image").expect("a member");
        assert!(image.word == "exact" && image.becomes.contains("containers[].image"));
    }

    #[test]
    fn a_member_has_what_those_in_it_have() {
        let structure = fate("ECSTaskDefinition", "containerDefinitions[].ulimits").expect("a member");
        let leaf = fate("ECSTaskDefinition", "containerDefinitions[].ulimits[].softLimit").expect("a member");
        assert!(!leaf.diagnostics.is_empty() && leaf.diagnostics.is_subset(&structure.diagnostics));
    }
}
