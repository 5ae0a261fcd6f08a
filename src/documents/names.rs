//! Names that Kubernetes takes, made from names that ECS takes.

use crate::translate::names::hash;

/// The most characters of a `metadata.name`: what is made of it adds a few and must stay a DNS label.
const LONGEST: usize = 52;

/// A legal name for what ECS calls `name`: lower case, `-` for what is not allowed, `ecs-` before what is no letter,
/// and cut with a hash where it is too long. `None` where nothing is left.
pub fn legal(name: &str) -> Option<String> {
    let replaced: String = name.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '-' }).collect();
    let trimmed = replaced.trim_matches('-');
    if trimmed.is_empty() {
        return None;
    }
    let started = if trimmed.starts_with(|first: char| first.is_ascii_lowercase()) { trimmed.to_owned() } else { format!("ecs-{trimmed}") };
    if started.len() <= LONGEST {
        return Some(started);
    }
    let kept: String = started.chars().take(LONGEST - 9).collect();
    Some(format!("{}-{}", kept.trim_end_matches('-'), hash(name)))
}

#[cfg(test)]
mod tests {
    use super::legal;
    use crate::translate::names::is_legal;

    #[test]
    fn names_are_made_legal() {
        assert_eq!(legal("web").as_deref(), Some("web"));
        assert_eq!(legal("Web_API").as_deref(), Some("web-api"));
        assert_eq!(legal("1st").as_deref(), Some("ecs-1st"));
        assert_eq!(legal("_x_").as_deref(), Some("x"));
        assert_eq!(legal("__"), None);
        let long = legal(&"a".repeat(80)).unwrap_or_default();
        assert_eq!((long.len(), is_legal(&long)), (52, true));
        assert_ne!(legal(&"a".repeat(80)), legal(&"a".repeat(81)));
    }
}
