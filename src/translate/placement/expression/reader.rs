//! Reads an expression: one function for each rule of the grammar.

use super::{Condition, Expression, ExpressionError, Order, Subject, Test};

/// The most characters of an expression, as ECS has it.
const LONGEST: usize = 2000;
/// The most parentheses that may be open at once.
const DEEPEST: usize = 64;

/// What an instance has besides attributes.
const FIELDS: [&str; 5] = ["agentConnected", "agentVersion", "ec2InstanceId", "registeredAt", "runningTasksCount"];
const SUBJECT: &str = "a subject (`attribute:NAME`, `task:group`, …)";
const OPERATOR: &str = "an operator (`==`, `in`, `=~`, `exists`, …)";

/// The kinds of tests, and whether an operator asks for their opposite.
#[derive(Clone, Copy)]
enum Operator {
    Equals,
    In,
    Exists,
    Matches,
    Compares(Order),
}

/// The operators as signs, the longer ones first.
const SIGNS: [(&str, Operator, bool); 8] = [
    ("==", Operator::Equals, false),
    ("!=", Operator::Equals, true),
    ("=~", Operator::Matches, false),
    ("!~", Operator::Matches, true),
    (">=", Operator::Compares(Order::GreaterOrEqual), false),
    ("<=", Operator::Compares(Order::LessOrEqual), false),
    (">", Operator::Compares(Order::Greater), false),
    ("<", Operator::Compares(Order::Less), false),
];
/// The operators as words.
const WORDS: [(&str, Operator, bool); 14] = [
    ("equals", Operator::Equals, false),
    ("not_equals", Operator::Equals, true),
    ("matches", Operator::Matches, false),
    ("not_matches", Operator::Matches, true),
    ("greater_than", Operator::Compares(Order::Greater), false),
    ("greater_than_equal", Operator::Compares(Order::GreaterOrEqual), false),
    ("less_than", Operator::Compares(Order::Less), false),
    ("less_than_equal", Operator::Compares(Order::LessOrEqual), false),
    ("exists", Operator::Exists, false),
    ("!exists", Operator::Exists, true),
    ("not_exists", Operator::Exists, true),
    ("in", Operator::In, false),
    ("!in", Operator::In, true),
    ("not_in", Operator::In, true),
];

/// Reads the text as an expression.
pub(super) fn read(text: &str) -> Result<Expression, ExpressionError> {
    if text.chars().nth(LONGEST).is_some() {
        return Err(ExpressionError { column: LONGEST + 1, message: format!("an expression has at most {LONGEST} characters") });
    }
    let mut reader = Reader { text, at: 0, open: 0 };
    let expression = reader.any()?;
    reader.skip_space();
    if reader.rest().is_empty() { Ok(expression) } else { Err(reader.expected("`and`, `or` or the end")) }
}

struct Reader<'a> {
    text: &'a str,
    /// How far it has been read, in bytes.
    at: usize,
    /// How many parentheses are open.
    open: usize,
}

impl Reader<'_> {
    fn any(&mut self) -> Result<Expression, ExpressionError> {
        let mut parts = vec![self.all()?];
        while self.takes("||") || self.takes_word("or") {
            parts.push(self.all()?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Expression::Any(parts) })
    }

    fn all(&mut self) -> Result<Expression, ExpressionError> {
        let mut parts = vec![self.negation()?];
        while self.takes("&&") || self.takes_word("and") {
            parts.push(self.negation()?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Expression::All(parts) })
    }

    fn negation(&mut self) -> Result<Expression, ExpressionError> {
        let mut is_negated = false;
        while self.takes("!") || self.takes_word("not") {
            is_negated = !is_negated;
        }
        let expression = if self.takes("(") { self.within_parentheses()? } else { Expression::Condition(self.condition()?) };
        Ok(match expression {
            Expression::Not(inner) if is_negated => *inner,
            expression if is_negated => Expression::Not(Box::new(expression)),
            expression => expression,
        })
    }

    fn within_parentheses(&mut self) -> Result<Expression, ExpressionError> {
        self.open += 1;
        if self.open > DEEPEST {
            return Err(self.error(self.at - 1, format!("more than {DEEPEST} parentheses are open")));
        }
        let expression = self.any()?;
        if !self.takes(")") {
            return Err(self.expected("`)`"));
        }
        self.open -= 1;
        Ok(expression)
    }

    fn condition(&mut self) -> Result<Condition, ExpressionError> {
        self.skip_space();
        let start = self.at;
        let subject = self.subject()?;
        let (operator, is_negated) = self.operator()?;
        let test = match operator {
            Operator::Exists => Test::Exists,
            Operator::Equals => Test::In(vec![self.value(false)?]),
            Operator::In => Test::In(self.list()?),
            Operator::Matches => Test::Matches(self.value(false)?),
            Operator::Compares(order) => Test::Compared(order, self.value(false)?),
        };
        Ok(Condition { subject, is_negated, test, span: start..self.at })
    }

    fn subject(&mut self) -> Result<Subject, ExpressionError> {
        let word = self.word();
        if let Some(name) = word.strip_prefix("attribute:") {
            let is_legal = |character: &char| character.is_ascii_alphanumeric() || "-_./\\".contains(*character);
            if name.is_empty() {
                return Err(self.error(self.at, "`attribute:` lacks its name".into()));
            }
            if let Some(character) = name.chars().find(|character| !is_legal(character)) {
                return Err(self.error(self.at, format!("a name has letters, digits and `-_./\\` only, not `{character}`")));
            }
            let subject = Subject::Attribute(name.into());
            self.at += word.len();
            return Ok(subject);
        }
        let field = FIELDS.into_iter().find(|field| *field == word);
        let subject = if word == "task:group" { Subject::TaskGroup } else { Subject::Field(field.ok_or_else(|| self.expected(SUBJECT))?) };
        self.at += word.len();
        Ok(subject)
    }

    fn operator(&mut self) -> Result<(Operator, bool), ExpressionError> {
        self.skip_space();
        if let Some((sign, operator, is_negated)) = SIGNS.into_iter().find(|(sign, ..)| self.rest().starts_with(sign)) {
            self.at += sign.len();
            return Ok((operator, is_negated));
        }
        let end = |character: char| !character.is_ascii_alphanumeric() && character != '_';
        let mark = usize::from(self.rest().starts_with('!'));
        let length = mark + self.rest()[mark..].find(end).unwrap_or(self.rest().len() - mark);
        let word = &self.rest()[..length];
        let (_, operator, is_negated) = WORDS.into_iter().find(|(name, ..)| *name == word).ok_or_else(|| self.expected(OPERATOR))?;
        self.at += length;
        Ok((operator, is_negated))
    }

    fn list(&mut self) -> Result<Vec<String>, ExpressionError> {
        if !self.takes("[") {
            return Err(self.expected("a list in brackets"));
        }
        let mut values = vec![self.value(true)?];
        while self.takes(",") {
            values.push(self.value(true)?);
        }
        if self.takes("]") { Ok(values) } else { Err(self.expected("`,` or `]`")) }
    }

    /// A value in quotation marks, or one that ends before space, before a bracket that it did not open, before `&&`
    /// and `||`, and in a list before a comma.
    fn value(&mut self, in_list: bool) -> Result<String, ExpressionError> {
        self.skip_space();
        if let Some(mark) = self.rest().chars().next().filter(|character| matches!(character, '\'' | '"')) {
            let inner = &self.rest()[1..];
            let Some(length) = inner.find(mark) else { return Err(self.error(self.at, "the quotation mark is not closed".into())) };
            let value = inner[..length].to_owned();
            self.at += length + 2;
            return Ok(value);
        }
        let (mut nested, mut is_escaped) = (0_usize, false);
        let ends = |(index, character): &(usize, char)| {
            let rest = &self.rest()[*index..];
            let ends = character.is_whitespace()
                || (nested == 0
                    && !is_escaped
                    && (matches!(character, ')' | ']') || (in_list && *character == ',') || rest.starts_with("&&") || rest.starts_with("||")));
            match character {
                _ if is_escaped => {}
                '(' | '[' => nested += 1,
                ')' | ']' => nested = nested.saturating_sub(1),
                _ => {}
            }
            is_escaped = *character == '\\' && !is_escaped;
            ends
        };
        let length = self.rest().char_indices().find(ends).map_or(self.rest().len(), |(index, _)| index);
        if length == 0 {
            return Err(self.expected("a value"));
        }
        let value = self.rest()[..length].to_owned();
        self.at += length;
        Ok(value)
    }

    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn skip_space(&mut self) {
        self.at = self.text.len() - self.rest().trim_start().len();
    }

    /// What stands next, up to space, an operator or a bracket.
    fn word(&self) -> &str {
        let end = |character: char| character.is_whitespace() || "!=<>~()[],&|'\"".contains(character);
        &self.rest()[..self.rest().find(end).unwrap_or(self.rest().len())]
    }

    fn takes(&mut self, sign: &str) -> bool {
        self.skip_space();
        let takes = self.rest().starts_with(sign);
        if takes {
            self.at += sign.len();
        }
        takes
    }

    fn takes_word(&mut self, word: &str) -> bool {
        self.skip_space();
        let takes = self.word() == word;
        if takes {
            self.at += word.len();
        }
        takes
    }

    fn expected(&self, expected: &str) -> ExpressionError {
        let word = self.word();
        let length = if word.is_empty() { self.rest().chars().next().map_or(0, char::len_utf8) } else { word.len() };
        let found = if length == 0 { "the end".into() } else { format!("`{}`", &self.rest()[..length]) };
        self.error(self.at, format!("expected {expected}, found {found}"))
    }

    fn error(&self, at: usize, message: String) -> ExpressionError {
        ExpressionError { column: self.text[..at].chars().count() + 1, message }
    }
}
