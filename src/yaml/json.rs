//! JSON as people write it: with comments (`//`, `/* */`) and with commas after the last item.

use std::collections::BTreeSet;

use jsonc_parser::ast::{Object, ObjectPropName, StringLit, Value as Read};
use jsonc_parser::common::Range;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};
use serde_json::Value;

use super::tree::{Content, Member, Node, Place, Unreadable};

/// What is JSON with comments, and no more than that.
const OPTIONS: ParseOptions = ParseOptions {
    allow_comments: true,
    allow_loose_object_property_names: false,
    allow_trailing_commas: true,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

/// The one document of a text that is JSON; `None` of any other text, and where something in it is not as JSON has it: then it is
/// YAML, or at fault, and what reads YAML says how. Takes a fraction of the time that YAML does.
pub fn read(text: &str) -> Option<Result<Node, Unreadable>> {
    if !text.trim_start().starts_with(['{', '[', '/']) {
        return None;
    }
    let value = parse_to_ast(text, &CollectOptions::default(), &OPTIONS).ok()?.value?;
    let mut reader = Reader { text, line: 1, at: 0, written_twice: None };
    let node = reader.node(value)?;
    Some(match reader.written_twice {
        Some((name, place)) => Err(Unreadable { message: format!("`{name}` is written twice"), place }),
        None => Ok(node),
    })
}

/// What reads a text from its first byte to its last.
struct Reader<'a> {
    text: &'a str,
    /// The line of the byte `at`.
    line: usize,
    at: usize,
    /// The first name that its object has twice, and where it stands the second time.
    written_twice: Option<(String, Place)>,
}

impl Reader<'_> {
    /// Of a list or an object only the bracket that opens it is shown.
    fn opening(&mut self, Range { start, end: _ }: Range) -> Place {
        self.place(Range { start, end: start + 1 })
    }

    fn place(&mut self, Range { start, end }: Range) -> Place {
        self.line += self.text.get(self.at..start).unwrap_or_default().matches('\n').count();
        self.at = start;
        Place { line: self.line, start, end }
    }

    fn node(&mut self, value: Read<'_>) -> Option<Node> {
        let (range, content) = match value {
            Read::NullKeyword(null) => (null.range, Content::Scalar(Value::Null)),
            Read::BooleanLit(boolean) => (boolean.range, Content::Scalar(boolean.value.into())),
            Read::NumberLit(number) => (number.range, Content::Scalar(Value::Number(number.value.parse().ok()?))),
            Read::StringLit(string) => (string.range, Content::Scalar(self.text(string)?.into())),
            Read::Array(array) => {
                let place = self.opening(array.range);
                let items: Option<Vec<Node>> = array.elements.into_iter().map(|item| self.node(item)).collect();
                return Some(Node { content: Content::List(items?), place });
            }
            Read::Object(object) => return self.members(object),
        };
        Some(Node { content, place: self.place(range) })
    }

    fn members(&mut self, object: Object<'_>) -> Option<Node> {
        let place = self.opening(object.range);
        let mut members = Vec::with_capacity(object.properties.len());
        for property in object.properties {
            let ObjectPropName::String(name) = property.name else { return None };
            let place = self.place(name.range);
            members.push(Member { name: self.text(name)?, place, node: self.node(property.value)? });
        }
        if self.written_twice.is_none() {
            let mut names = BTreeSet::new();
            let second = members.iter().find(|member: &&Member| !names.insert(member.name.as_str()));
            self.written_twice = second.map(|member| (member.name.clone(), member.place));
        }
        Some(Node { content: Content::Members(members), place })
    }

    /// The text of a string, in which JSON has no control characters.
    fn text(&self, string: StringLit<'_>) -> Option<String> {
        let written = self.text.get(string.range.start..string.range.end)?;
        (!written.bytes().any(|byte| byte < b' ')).then(|| string.value.into_owned())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::read;

    #[test]
    fn comments_and_last_commas_are_no_fault() {
        let text = "// é\n{ \n  \"a\": \"// no # comment, }\\\"\", /* b,\n */ \"b\": [1, -2.5e3 , ], // c\n}";
        let node = read(text).expect("JSON").expect("readable");
        assert_eq!(node.value(), json!({ "a": "// no # comment, }\"", "b": [1, -2500.0] }));
        assert_eq!([node.place_of("a").line, node.place_of("b").line, node.place_of("b[1]").line], [3, 4, 4]);
    }

    #[test]
    fn a_name_that_is_written_twice_is_a_fault_beside_comments_too() {
        let fault = read("{ // one\n \"a\": {\"b\": 1,\n \"b\": 2}}").expect("JSON").expect_err("a fault");
        assert_eq!((fault.message.as_str(), fault.place.line), ("`b` is written twice", 3));
    }

    #[test]
    fn what_is_no_json_is_left_to_yaml() {
        for text in ["a: 1", "{a: 1}", "{\"a\": 'b'}", "[01]", "[1 2]", "[\"a\nb\"]", "{}{}", "[.5]", "[NaN]", "[\"", "[", ""] {
            assert!(read(text).is_none(), "{text}");
        }
    }
}
