//! The cluster query language of ECS, such as `attribute:ecs.instance-type =~ m5.* and not(task:group == service:db)`.
//!
//! Conditions are joined by `and` (`&&`), which binds closer, and `or` (`||`); `not` (`!`) and parentheses may stand
//! before and around them. A condition is a subject, an operator and, but for `exists`, a value or a list of them.

mod reader;

use std::ops::Range;
use std::str::FromStr;

/// An expression: which container instances it names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expression {
    /// Those that any of them names.
    Any(Vec<Expression>),
    /// Those that all of them name.
    All(Vec<Expression>),
    /// Those that it does not name.
    Not(Box<Expression>),
    /// Those that fulfil a condition.
    Condition(Condition),
}

/// A condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// What of an instance is looked at.
    pub subject: Subject,
    /// Whether the opposite is asked for, as by `!=` or `not_in`. The subject must be there all the same, but for `!exists`.
    pub is_negated: bool,
    /// What it is held against.
    pub test: Test,
    /// Where the condition stands in the text, in bytes.
    pub span: Range<usize>,
}

/// What of an instance is looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// `attribute:NAME`
    Attribute(String),
    /// `task:group`: the groups of the tasks that run on it.
    TaskGroup,
    /// Another field that instances have, by its name.
    Field(&'static str),
}

/// What a subject is held against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    /// `exists`: nothing, it is to be there.
    Exists,
    /// `==`, `in`: these values, one of which it is to be.
    In(Vec<String>),
    /// `=~`: a regular expression of Java, which the whole value is to match.
    Matches(String),
    /// `>`, `>=`, `<`, `<=`
    Compared(Order, String),
}

/// How two values compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "they say it")]
pub enum Order {
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
}

/// Why a text is no expression.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("column {column}: {message}")]
pub struct ExpressionError {
    /// The column, in characters from 1.
    pub column: usize,
    /// What is wrong there.
    pub message: String,
}

impl FromStr for Expression {
    type Err = ExpressionError;

    fn from_str(text: &str) -> Result<Self, ExpressionError> {
        reader::read(text)
    }
}

#[cfg(test)]
mod tests {
    use super::{Condition, Expression, Order, Subject, Test};

    fn read(text: &str) -> Expression {
        text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    /// The expression with parentheses around everything.
    fn shape(expression: &Expression) -> String {
        let joined = |parts: &[Expression], word: &str| format!("({})", parts.iter().map(shape).collect::<Vec<_>>().join(word));
        match expression {
            Expression::Any(parts) => joined(parts, " or "),
            Expression::All(parts) => joined(parts, " and "),
            Expression::Not(part) => format!("not {}", shape(part)),
            Expression::Condition(condition) => match &condition.subject {
                Subject::Attribute(name) => name.clone(),
                Subject::TaskGroup => "task:group".into(),
                Subject::Field(name) => (*name).into(),
            },
        }
    }

    fn condition(text: &str) -> (Subject, bool, Test) {
        match read(text) {
            Expression::Condition(Condition { subject, is_negated, test, span }) => {
                assert_eq!(&text[span], text.trim(), "the place of the condition");
                (subject, is_negated, test)
            }
            other => panic!("{text}: {other:?}"),
        }
    }

    fn error(text: &str) -> String {
        text.parse::<Expression>().map_or_else(|error| error.to_string(), |expression| format!("{expression:?}"))
    }

    #[test]
    fn and_binds_closer_than_or_and_not_closer_than_both() {
        let cases = [
            ("attribute:a exists", "a"),
            ("attribute:a exists or attribute:b exists and attribute:c exists", "(a or (b and c))"),
            ("(attribute:a exists || attribute:b exists) && attribute:c exists", "((a or b) and c)"),
            ("not attribute:a exists and attribute:b exists", "(not a and b)"),
            ("!(attribute:a exists and attribute:b exists)", "not (a and b)"),
            ("not(not(attribute:a exists))", "a"),
            ("! ! !attribute:a exists", "not a"),
            ("attribute:a exists&&attribute:b exists||attribute:c exists", "((a and b) or c)"),
            ("task:group == service:a and runningTasksCount < 1", "(task:group and runningTasksCount)"),
        ];
        for (text, expected) in cases {
            assert_eq!(shape(&read(text)), expected, "{text}");
        }
    }

    #[test]
    fn operators_have_a_sign_and_a_word() {
        let attribute = || Subject::Attribute("a.b-c_d/e".into());
        let one = |value: &str| Test::In(vec![value.into()]);
        let cases = [
            ("== x", "equals x", (false, one("x"))),
            ("!= x", "not_equals x", (true, one("x"))),
            ("in [x, 'y z']", "in [ \"x\",'y z' ]", (false, Test::In(vec!["x".into(), "y z".into()]))),
            ("!in [x]", "not_in [x]", (true, one("x"))),
            ("exists", "  exists", (false, Test::Exists)),
            ("!exists", "not_exists", (true, Test::Exists)),
            ("=~ m5.*", "matches m5.*", (false, Test::Matches("m5.*".into()))),
            ("!~ (m5|c5)\\..*", "not_matches '(m5|c5)\\..*'", (true, Test::Matches("(m5|c5)\\..*".into()))),
            ("> 4", "greater_than 4", (false, Test::Compared(Order::Greater, "4".into()))),
            (">= 4", "greater_than_equal 4", (false, Test::Compared(Order::GreaterOrEqual, "4".into()))),
            ("< 4", "less_than 4", (false, Test::Compared(Order::Less, "4".into()))),
            ("<= 4", "less_than_equal 4", (false, Test::Compared(Order::LessOrEqual, "4".into()))),
        ];
        for (sign, word, (is_negated, test)) in cases {
            for operator in [sign, word] {
                assert_eq!(condition(&format!("attribute:a.b-c_d/e {operator}")), (attribute(), is_negated, test.clone()), "{operator}");
            }
        }
        assert_eq!(condition("attribute:a==x"), (Subject::Attribute("a".into()), false, one("x")));
        assert_eq!(condition("agentVersion >= 1.0"), (Subject::Field("agentVersion"), false, Test::Compared(Order::GreaterOrEqual, "1.0".into())));
    }

    #[test]
    fn a_value_ends_where_it_must() {
        assert_eq!(shape(&read("(attribute:a == x)")), "a");
        assert_eq!(shape(&read("(attribute:a =~ (m5|c5).*)||attribute:b exists")), "(a or b)");
        assert_eq!(condition("attribute:a =~ us-east-1[a,b]").2, Test::Matches("us-east-1[a,b]".into()));
        assert_eq!(condition("attribute:a == ''").2, Test::In(vec![String::new()]));
    }

    #[test]
    fn errors_name_the_column_and_what_was_expected() {
        let cases = [
            ("", "column 1: expected a subject (`attribute:NAME`, `task:group`, …), found the end"),
            ("attribute:a", "column 12: expected an operator (`==`, `in`, `=~`, `exists`, …), found the end"),
            ("attribute: == a", "column 1: `attribute:` lacks its name"),
            ("zone == a", "column 1: expected a subject (`attribute:NAME`, `task:group`, …), found `zone`"),
            ("attribute:a is b", "column 13: expected an operator (`==`, `in`, `=~`, `exists`, …), found `is`"),
            ("attribute:a = b", "column 13: expected an operator (`==`, `in`, `=~`, `exists`, …), found `=`"),
            ("attribute:a ==", "column 15: expected a value, found the end"),
            ("attribute:a == 'b", "column 16: the quotation mark is not closed"),
            ("attribute:a in b", "column 16: expected a list in brackets, found `b`"),
            ("attribute:a in []", "column 17: expected a value, found `]`"),
            ("attribute:a in [b", "column 18: expected `,` or `]`, found the end"),
            ("(attribute:a exists", "column 20: expected `)`, found the end"),
            ("attribute:a exists)", "column 19: expected `and`, `or` or the end, found `)`"),
            ("attribute:ä exists and", "column 1: a name has letters, digits and `-_./\\` only, not `ä`"),
            ("attribute:a exists and", "column 23: expected a subject (`attribute:NAME`, `task:group`, …), found the end"),
            ("attribute:a exists attribute:b exists", "column 20: expected `and`, `or` or the end, found `attribute:b`"),
        ];
        for (text, expected) in cases {
            assert_eq!(error(text), expected, "{text}");
        }
    }

    #[test]
    fn neither_depth_nor_length_is_without_bound() {
        assert!(error(&"(".repeat(1900)).ends_with("more than 64 parentheses are open"));
        assert!(error(&"not(".repeat(400)).ends_with("more than 64 parentheses are open"));
        assert_eq!(error(&"a".repeat(2001)), "column 2001: an expression has at most 2000 characters");
        assert!(error(&"!".repeat(1900)).starts_with("column 1901"));
        assert!(read(&["attribute:a exists"; 80].join(" or ")) != read("attribute:a exists"));
    }
}
