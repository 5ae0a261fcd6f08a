//! YAML and JSON as a tree that knows where everything was written.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, Serializer};
use serde_json::{Map, Value};
use serde_saphyr::{Location, Spanned};

/// Where something was written: line and column from 1, and the bytes of the text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The line, from 1; 0 where it is not known.
    pub line: usize,
    /// The first byte in the text.
    pub start: usize,
    /// The byte after the last one.
    pub end: usize,
}

/// A value, and where it was written.
#[derive(Clone, Debug)]
pub struct Node {
    /// The value.
    pub content: Content,
    /// Where it was written.
    pub place: Place,
}

/// What a node holds.
#[derive(Clone, Debug)]
pub enum Content {
    /// Null, a boolean, a number or a string.
    Scalar(Value),
    /// A list.
    List(Vec<Node>),
    /// Members by name, in the order in which they were written.
    Members(Vec<Member>),
}

/// A member: its name, where the name was written, and its value.
#[derive(Clone, Debug)]
pub struct Member {
    /// The name.
    pub name: String,
    /// Where the name was written.
    pub place: Place,
    /// The value.
    pub node: Node,
}

/// Why a text cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// What is wrong.
    pub message: String,
    /// Where.
    pub place: Place,
}

/// All documents of a text, without the empty ones.
pub fn read(text: &str) -> Result<Vec<Node>, Unreadable> {
    match super::json::read(text) {
        Some(read) => read.map(|node| vec![node]),
        None => read_yaml(text),
    }
}

fn read_yaml(text: &str) -> Result<Vec<Node>, Unreadable> {
    let options = serde_saphyr::options! {
        leading_zero_numbers_as_strings: true,
        underscored_numbers_as_strings: true,
        strict_booleans: true,
        reject_unsupported_tags: true,
        with_snippet: false,
        // A whole cluster's `kubectl get --output yaml` may come in one text; what grows by aliases alone stays small.
        budget: serde_saphyr::budget! { max_documents: 100_000, max_nodes: 2_000_000, max_events: 8_000_000 },
        alias_limits: serde_saphyr::alias_limits! { max_total_replayed_events: 100_000 },
    };
    let documents: Result<Vec<Spanned<Content>>, _> = serde_saphyr::from_multiple_with_options(text, options);
    let documents = documents.map_err(|error| {
        let message = error.without_snippet().render();
        let Some(location) = error.location() else { return Unreadable { message: in_words(&message), place: Place::default() } };
        let suffix = format!(" at line {}, column {}", location.line(), location.column());
        Unreadable { message: in_words(message.strip_suffix(&suffix).unwrap_or(&message)), place: located(text, location) }
    })?;
    Ok(documents.into_iter().map(Node::from).filter(|node| !matches!(node.content, Content::Scalar(Value::Null))).collect())
}

impl Node {
    /// The member of that name.
    pub fn member(&self, name: &str) -> Option<&Member> {
        self.members().iter().find(|member| member.name == name)
    }

    /// The value of the member of that name.
    pub fn get(&self, name: &str) -> Option<&Self> {
        self.member(name).map(|member| &member.node)
    }

    /// The text of the member of that name.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(Self::as_text)
    }

    /// The text, where the node is one.
    pub fn as_text(&self) -> Option<&str> {
        match &self.content {
            Content::Scalar(Value::String(text)) => Some(text),
            Content::Scalar(_) | Content::List(_) | Content::Members(_) => None,
        }
    }

    /// The members; none where the node has none.
    pub fn members(&self) -> &[Member] {
        match &self.content {
            Content::Members(members) => members,
            Content::Scalar(_) | Content::List(_) => &[],
        }
    }

    /// The items, where the node is a list.
    pub fn items(&self) -> Option<&[Self]> {
        match &self.content {
            Content::List(items) => Some(items),
            Content::Scalar(_) | Content::Members(_) => None,
        }
    }

    /// The node as JSON.
    pub fn value(&self) -> Value {
        match &self.content {
            Content::Scalar(value) => value.clone(),
            Content::List(items) => Value::Array(items.iter().map(Self::value).collect()),
            Content::Members(members) => Value::Object(members.iter().map(|member| (member.name.clone(), member.node.value())).collect::<Map<_, _>>()),
        }
    }

    /// Where the member at `path` was written (`a.b[0].c`); where there is none, the nearest thing around it.
    pub fn place_of(&self, path: &str) -> Place {
        let (mut node, mut place, mut rest) = (self, self.place, path);
        while let Some((next, at, after)) = node.step(rest.strip_prefix('.').unwrap_or(rest)) {
            (node, place, rest) = (next, at, after);
        }
        place
    }

    /// The first step of a path: where it leads, where that was written, and the rest of the path.
    fn step<'a>(&'a self, path: &'a str) -> Option<(&'a Self, Place, &'a str)> {
        if let Some((inner, after)) = path.strip_prefix('[').and_then(|inner| inner.split_once(']')) {
            let item = inner.parse::<usize>().ok().and_then(|index| self.items()?.get(index));
            return match item {
                Some(item) => Some((item, item.place, after)),
                None => self.member(inner.trim_matches(['"', '\''])).map(|member| (&member.node, member.place, after)),
            };
        }
        // A name may hold dots: the longest member that the path starts with is meant.
        let fits = |name: &str| path.strip_prefix(name).filter(|after| after.is_empty() || after.starts_with(['.', '[']));
        let fitting = self.members().iter().filter_map(|member| Some((member, fits(&member.name)?)));
        fitting.max_by_key(|(member, _)| member.name.len()).filter(|_| !path.is_empty()).map(|(member, after)| (&member.node, member.place, after))
    }
}

impl From<Spanned<Content>> for Node {
    fn from(spanned: Spanned<Content>) -> Self {
        Self { place: place(spanned.referenced), content: spanned.value }
    }
}

fn place(location: Location) -> Place {
    let start = location.span().byte_offset().and_then(|offset| usize::try_from(offset).ok()).unwrap_or_default();
    let length = location.span().byte_len().and_then(|length| usize::try_from(length).ok()).unwrap_or_default();
    Place { line: usize::try_from(location.line()).unwrap_or_default(), start, end: start.saturating_add(length) }
}

/// The parser's words, less those that are meant for programmers.
fn in_words(message: &str) -> String {
    if let Some(name) = message.strip_prefix("duplicate mapping key: ").and_then(|rest| rest.split(", set ").next()) {
        format!("`{name}` is written twice")
    } else if let Some(limit) = message.strip_prefix("budget breached: ") {
        format!("it is larger than documents ought to be ({limit})")
    } else {
        message.into()
    }
}

/// The place of a fault, of which only line and column may be known.
fn located(text: &str, location: Location) -> Place {
    let known = place(location);
    if known.start > 0 {
        return known;
    }
    let before: usize = text.split_inclusive('\n').take(known.line.saturating_sub(1)).map(str::len).sum();
    let column = usize::try_from(location.column()).unwrap_or_default();
    let line = text.get(before..).unwrap_or_default();
    let start = before + line.char_indices().nth(column.saturating_sub(1)).map_or(0, |(at, _)| at);
    Place { line: known.line, start, end: start }
}

/// Out again, the members in their order.
impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.content {
            Content::Scalar(value) => value.serialize(serializer),
            Content::List(items) => serializer.collect_seq(items),
            Content::Members(members) => serializer.collect_map(members.iter().map(|member| (&member.name, &member.node))),
        }
    }
}

impl<'de> Deserialize<'de> for Content {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ContentVisitor)
    }
}

struct ContentVisitor;

impl<'de> Visitor<'de> for ContentVisitor {
    type Value = Content;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Content, E> {
        Ok(Content::Scalar(Value::Null))
    }

    fn visit_none<E>(self) -> Result<Content, E> {
        Ok(Content::Scalar(Value::Null))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Content, E> {
        Ok(Content::Scalar(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Content, E> {
        Ok(Content::Scalar(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Content, E> {
        Ok(Content::Scalar(value.into()))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Content, E> {
        let number = serde_json::Number::from_f64(value).ok_or_else(|| E::custom("JSON has no such number; a text is written in quotes"))?;
        Ok(Content::Scalar(Value::Number(number)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Content, E> {
        Ok(Content::Scalar(value.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Content, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = sequence.next_element::<Spanned<Content>>()? {
            items.push(item.into());
        }
        Ok(Content::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Content, A::Error> {
        let mut members: Vec<Member> = Vec::new();
        while let Some(name) = map.next_key::<Spanned<String>>()? {
            let node = map.next_value::<Spanned<Content>>()?.into();
            members.push(Member { place: place(name.referenced), name: name.value, node });
        }
        Ok(Content::Members(members))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Node, read};

    fn one(text: &str) -> Node {
        read(text).expect("readable").remove(0)
    }

    #[test]
    fn what_was_written_is_kept() {
        let text = "account: 012345678901\nanswer: no\nport: 8080\nratio: .5\nlong: 1_000\nnone: ~\nempty: ''\n8080: x\n";
        let value = json!({
            "account": "012345678901", "answer": "no", "port": 8080, "ratio": 0.5, "long": "1_000", "none": null, "empty": "", "8080": "x",
        });
        assert_eq!(one(text).value(), value);
    }

    #[test]
    fn json_is_read_as_json() {
        let text = "{\n\t\"a\": \"\\ud83d\\ude00 \\/ \\u0041\",\n\t\"b\": [1, 2.5, -3, true, null,],\n\t\"c\": \"no: # text\"\n}";
        assert_eq!(one(text).value(), json!({ "a": "😀 / A", "b": [1, 2.5, -3, true, null], "c": "no: # text" }));
    }

    #[test]
    fn json_has_the_same_places_as_yaml() {
        let text = "{\n \"a\": \"b\", \"é\": [1, true, null, {\"c\": \"\\n\"}],\n\n \"d\": {}\n}\n";
        let of_json = super::super::json::read(text).expect("JSON").expect("readable");
        let of_yaml = super::read_yaml(text).expect("YAML").remove(0);
        assert_eq!(format!("{of_json:#?}"), format!("{of_yaml:#?}"));
    }

    #[test]
    fn places_are_found_by_path() {
        let node = one("a:\n  b.c: 1\n  list:\n    - name: x\n    - name: y\n      \"k/l\": z\n");
        let line = |path: &str| node.place_of(path).line;
        assert_eq!(
            [line("a"), line("a.b.c"), line("a.list[1].name"), line("a.list[1].k/l"), line("a.list[1].gone.deep"), line("a.list[7]")],
            [1, 2, 5, 6, 5, 3]
        );
    }

    #[test]
    fn what_cannot_be_read_says_where() {
        for (text, line) in [("a: 1\nb: [\n", 0), ("a: 1\na: 2\n", 2), ("a: !Ref x\n", 1), ("a: *b\n", 1), ("a: .nan\n", 1), ("? [a]\n: b\n", 1)] {
            let fault = read(text).expect_err(text);
            assert!(!fault.message.contains(", set ") && !fault.message.contains("at line"), "{fault:?}");
            assert!(!fault.message.is_empty() && fault.place.line >= line, "{text}: {fault:?}");
        }
    }
}
