//! Regular expressions, as far as labels can be asked the same: those that a list of values matches, and those of
//! instance types that name families, categories with a generation, or sizes.

use super::nodes::{Nodes, TooMany};

/// The most values that a pattern is written out into.
const MOST_VALUES: usize = 64;
/// The most groups within each other.
const DEEPEST: usize = 8;

/// Where Karpenter, and EKS Auto Mode, keep the parts of an instance type.
const INSTANCE_LABELS: [&str; 2] = ["karpenter.k8s.aws", "eks.amazonaws.com"];

/// The values that a pattern matches, where it matches only a few.
pub(super) fn values(pattern: &str) -> Option<Vec<String>> {
    let mut reader = Reader { rest: pattern, depth: 0 };
    let values = reader.any()?;
    reader.rest.is_empty().then_some(values)
}

/// Whether the pattern matches every value.
pub(super) fn matches_all(pattern: &str) -> bool {
    matches!(pattern, ".*" | ".+" | "^.*$")
}

/// The nodes whose instance type matches the pattern, where labels can say it: their parts by name, for messages, and the set.
pub(super) fn instances(pattern: &str) -> Option<(Vec<&'static str>, Result<Nodes, TooMany>)> {
    let parts: Vec<Part> = alternatives(pattern)?.into_iter().map(part).collect::<Option<_>>()?;
    let mut names = Vec::new();
    for name in parts.iter().flat_map(Part::labels) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let nodes = Nodes::any(parts.iter().flat_map(|part| INSTANCE_LABELS.map(|domain| part.nodes(domain))));
    Some((names, nodes))
}

/// What a pattern asks of an instance type, such as `m5.large`.
enum Part {
    /// `m5\..*`
    Families(Vec<String>),
    /// `m5.*`: the families of a category and a generation.
    Generations(Vec<(String, String)>),
    /// `.*\.large`
    Sizes(Vec<String>),
}

impl Part {
    fn labels(&self) -> Vec<&'static str> {
        match self {
            Self::Families(_) => vec!["instance-family"],
            Self::Generations(_) => vec!["instance-category", "instance-generation"],
            Self::Sizes(_) => vec!["instance-size"],
        }
    }

    fn nodes(&self, domain: &str) -> Result<Nodes, TooMany> {
        let with = |label: &str, values: &[String]| Nodes::with(&format!("{domain}/{label}"), values.iter().map(String::as_str));
        match self {
            Self::Families(families) => Ok(with("instance-family", families)),
            Self::Sizes(sizes) => Ok(with("instance-size", sizes)),
            Self::Generations(generations) => Nodes::any(generations.iter().map(|(category, generation)| {
                with("instance-category", std::slice::from_ref(category)).and(&with("instance-generation", std::slice::from_ref(generation)))
            })),
        }
    }
}

fn part(pattern: &str) -> Option<Part> {
    let without = |ends: &[&str]| ends.iter().find_map(|end| pattern.strip_suffix(end)).and_then(values);
    if let Some(families) = without(&[r"\..*", r"\..+", "[.].*", "[.].+"]) {
        return families.iter().all(|family| is_word(family)).then_some(Part::Families(families));
    }
    if let Some(starts) = without(&[".*", ".+"]) {
        return starts.iter().map(|start| generation(start)).collect::<Option<_>>().map(Part::Generations);
    }
    let sizes = [r".*\.", r".+\.", ".*[.]"].iter().find_map(|start| pattern.strip_prefix(start)).and_then(values)?;
    sizes.iter().all(|size| is_word(size)).then_some(Part::Sizes(sizes))
}

/// `m5` as category and generation; every instance type that starts so is of both.
fn generation(start: &str) -> Option<(String, String)> {
    let digits = start.find(|character: char| !character.is_ascii_lowercase())?;
    let (category, generation) = start.split_at(digits);
    let is_number = generation.len() == 1 && generation.bytes().all(|byte| byte.is_ascii_digit());
    (!category.is_empty() && is_number).then(|| (category.into(), generation.into()))
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.len() <= 63 && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}

/// The alternatives of a pattern, or of the group that it is as a whole.
fn alternatives(pattern: &str) -> Option<Vec<&str>> {
    let inner = pattern.strip_prefix("(?:").or_else(|| pattern.strip_prefix('(')).and_then(|rest| rest.strip_suffix(')'));
    inner.and_then(split).or_else(|| split(pattern))
}

/// Splits at each `|` that stands in no group. `None` where brackets do not match.
fn split(pattern: &str) -> Option<Vec<&str>> {
    let (mut parts, mut start, mut nested, mut is_escaped) = (Vec::new(), 0, 0_usize, false);
    for (index, byte) in pattern.bytes().enumerate() {
        match byte {
            _ if is_escaped => {}
            b'(' | b'[' => nested += 1,
            b')' | b']' => nested = nested.checked_sub(1)?,
            b'|' if nested == 0 => {
                parts.push(&pattern[start..index]);
                start = index + 1;
            }
            _ => {}
        }
        is_escaped = byte == b'\\' && !is_escaped;
    }
    parts.push(&pattern[start..]);
    (nested == 0 && !is_escaped).then_some(parts)
}

/// Writes patterns out; `None` where there are too many values, or something else than alternatives, groups, classes,
/// `?` and plain characters.
struct Reader<'a> {
    rest: &'a str,
    depth: usize,
}

impl Reader<'_> {
    fn any(&mut self) -> Option<Vec<String>> {
        let mut values = self.sequence()?;
        while self.takes('|') {
            values.extend(self.sequence()?);
        }
        (values.len() <= MOST_VALUES).then_some(values)
    }

    fn sequence(&mut self) -> Option<Vec<String>> {
        let mut values = vec![String::new()];
        while !self.rest.is_empty() && !self.rest.starts_with(['|', ')']) {
            let mut atoms = self.atom()?;
            if self.takes('?') {
                atoms.push(String::new());
            }
            if self.rest.starts_with(['*', '+', '{', '?']) || values.len() * atoms.len() > MOST_VALUES {
                return None;
            }
            values = values.iter().flat_map(|value| atoms.iter().map(move |atom| format!("{value}{atom}"))).collect();
        }
        Some(values)
    }

    fn atom(&mut self) -> Option<Vec<String>> {
        match self.next()? {
            '(' => self.group(),
            '[' => self.class(),
            '\\' => self.next().filter(|character| !character.is_ascii_alphanumeric()).map(|character| vec![character.into()]),
            '.' | '*' | '+' | '?' | '{' | '^' | '$' => None,
            character => Some(vec![character.into()]),
        }
    }

    fn group(&mut self) -> Option<Vec<String>> {
        self.depth += 1;
        if self.takes('?') && !self.takes(':') || self.depth > DEEPEST {
            return None;
        }
        let values = self.any()?;
        self.depth -= 1;
        self.takes(')').then_some(values)
    }

    fn class(&mut self) -> Option<Vec<String>> {
        let mut characters = Vec::new();
        loop {
            match self.next()? {
                ']' => return (!characters.is_empty()).then_some(characters),
                '^' | '\\' | '[' | '&' => return None,
                first if self.rest.starts_with('-') && !self.rest.starts_with("-]") => {
                    self.next();
                    let last = self.next().filter(|last| last.is_ascii_alphanumeric() && first.is_ascii_alphanumeric() && first <= *last)?;
                    characters.extend((first..=last).map(String::from));
                }
                character => characters.push(character.into()),
            }
        }
    }

    fn next(&mut self) -> Option<char> {
        let character = self.rest.chars().next()?;
        self.rest = &self.rest[character.len_utf8()..];
        Some(character)
    }

    fn takes(&mut self, character: char) -> bool {
        let rest = self.rest.strip_prefix(character);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::{instances, values};

    #[test]
    fn patterns_with_few_values_are_written_out() {
        let cases = [
            ("a", vec!["a"]),
            ("m5\\.large", vec!["m5.large"]),
            ("m5\\.(x?large|metal)", vec!["m5.xlarge", "m5.large", "m5.metal"]),
            ("us-east-1[ab]", vec!["us-east-1a", "us-east-1b"]),
            ("[a-c]", vec!["a", "b", "c"]),
            ("(?:blue|green)|red", vec!["blue", "green", "red"]),
        ];
        for (pattern, expected) in cases {
            assert_eq!(values(pattern).as_deref(), Some(expected.into_iter().map(String::from).collect::<Vec<_>>().as_slice()), "{pattern}");
        }
        for pattern in [".*", "a+", "a{2}", "[^a]", "\\d", "a.c", "(a", "a)", "[a", "(?i)a", "[a-z][a-z]", "a\\", "[z-a]", &"(".repeat(1000), "a??"] {
            assert_eq!(values(pattern), None, "{pattern}");
        }
    }

    /// What labels are asked for, by Karpenter's names.
    fn asked(pattern: &str) -> Option<String> {
        let (_, nodes) = instances(pattern)?;
        let selector = nodes.ok()?.selector()?;
        let terms = selector.node_selector_terms.into_iter().map(|term| {
            let requirement = |requirement: crate::k8s::NodeSelectorRequirement| {
                Some(format!("{}={}", requirement.key.strip_prefix("karpenter.k8s.aws/instance-")?, requirement.values.unwrap_or_default().join(",")))
            };
            Some(term.match_expressions?.into_iter().map(requirement).collect::<Option<Vec<_>>>()?.join("&"))
        });
        Some(terms.flatten().collect::<Vec<_>>().join("|"))
    }

    #[test]
    fn instance_types_are_asked_by_their_parts() {
        let cases = [
            ("m5\\..*", "family=m5"),
            ("(m5|c5d?)\\..*", "family=m5,c5d,c5"),
            ("m5.*", "category=m&generation=5"),
            ("m5.*|c6.*", "category=m&generation=5|category=c&generation=6"),
            ("(m5.*|g4dn\\..*)", "category=m&generation=5|family=g4dn"),
            ("[mc]5.*", "category=m&generation=5|category=c&generation=5"),
            (".*\\.(large|xlarge)", "size=large,xlarge"),
        ];
        for (pattern, expected) in cases {
            assert_eq!(asked(pattern).as_deref(), Some(expected), "{pattern}");
        }
        for pattern in ["m.*", "c6g.*", ".*", "m5.*large", "m5+.*", "M5\\..*", "m10.*", "(m5", "m5)"] {
            assert_eq!(asked(pattern), None, "{pattern}");
        }
    }
}
