//! An expression is read or refused in the end, and each of its conditions is where it says that it is.

#![no_main]

use ecs_operator::translate::placement::expression::{Condition, Expression};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| match text.parse::<Expression>() {
    Ok(expression) => check(&expression, text),
    Err(error) => assert!((1..=text.chars().count() + 1).contains(&error.column), "{error}"),
});

fn check(expression: &Expression, text: &str) {
    match expression {
        Expression::Any(parts) | Expression::All(parts) => {
            assert!(parts.len() > 1);
            for part in parts {
                check(part, text);
            }
        }
        Expression::Not(part) => check(part, text),
        Expression::Condition(condition) => {
            let again = text[condition.span.clone()].parse();
            let Ok(Expression::Condition(Condition { subject, is_negated, test, span: _ })) = again else { panic!("{again:?}") };
            assert_eq!((subject, is_negated, test), (condition.subject.clone(), condition.is_negated, condition.test.clone()));
        }
    }
}
