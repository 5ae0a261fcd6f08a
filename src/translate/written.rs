//! A part of a specification as the user wrote it.

use serde::Serialize;
use serde_json::Value;

use crate::ecs::unset;

/// The value as JSON on one line: whole, so that no member of it is forgotten. A text without its quotes.
pub(super) fn written(value: &impl Serialize) -> String {
    match json(value) {
        Value::String(text) => text,
        value => value.to_string(),
    }
}

/// The value as JSON, with all that is unset left out.
pub(super) fn json(value: &impl Serialize) -> Value {
    // Our types hold no map with keys that are not strings, the only thing that JSON cannot say.
    unset::without_unset(serde_json::to_value(value).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::written;
    use crate::ecs::container_definition::{LinuxParameters, UlimitName};

    #[test]
    fn unset_members_and_the_quotes_of_words_are_left_out() {
        assert_eq!(written(&UlimitName::Nofile), "nofile");
        assert_eq!(written(&LinuxParameters { max_swap: Some(0), ..LinuxParameters::default() }), r#"{"maxSwap":0}"#);
    }
}
