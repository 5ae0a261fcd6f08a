//! One key of a secret that is a JSON object, as the ECS agent reads and prints it: the key is taken literally and at
//! the top level only, and what is no string is printed as Go's `%v` prints it (a number as a `float64`).

use std::fmt::Write;

use serde_json::{Map, Number, Value};

use super::{SecretFault, SecretValue};

/// The value of this key.
pub fn value(text: &str, key: &str) -> Result<SecretValue, SecretFault> {
    // The parser's own words could quote the value.
    let members: Option<Map<String, Value>> = serde_json::from_str(text).map_err(|_| SecretFault::NoJson(key.to_owned()))?;
    let value = members.as_ref().and_then(|members| members.get(key)).ok_or_else(|| SecretFault::NoKey(key.to_owned()))?;
    Ok(SecretValue(print(value)))
}

fn print(value: &Value) -> String {
    match value {
        Value::Null => "<nil>".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => print_number(number),
        Value::String(text) => text.clone(),
        Value::Array(items) => format!("[{}]", items.iter().map(print).collect::<Vec<_>>().join(" ")),
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by_key(|(key, _)| *key);
            format!("map[{}]", members.iter().map(|(key, value)| format!("{key}:{}", print(value))).collect::<Vec<_>>().join(" "))
        }
    }
}

/// The fewest digits that tell the number apart; with an exponent of at least two digits from a million on and below a
/// ten-thousandth.
fn print_number(number: &Number) -> String {
    let Some(number) = number.as_f64() else { return number.to_string() };
    let scientific = format!("{number:e}");
    let Some((digits, exponent)) = scientific.split_once('e') else { return scientific };
    let Ok(exponent) = exponent.parse::<i32>() else { return scientific };
    if (-4..6).contains(&exponent) {
        return number.to_string();
    }
    let mut printed = digits.to_owned();
    let sign = if exponent < 0 { '-' } else { '+' };
    let _infallible = write!(printed, "e{sign}{:02}", exponent.abs());
    printed
}

#[cfg(test)]
mod tests {
    use super::super::{SecretFault, SecretValue};
    use super::value;

    #[test]
    fn values_are_printed_as_go_prints_them() {
        for (json, expected) in [
            (r#""pa$$ \"w\" ö\n""#, "pa$$ \"w\" ö\n"),
            (r#""""#, ""),
            ("true", "true"),
            ("false", "false"),
            ("null", "<nil>"),
            ("5432", "5432"),
            ("0", "0"),
            ("-0", "-0"),
            ("-0.0", "-0"),
            ("-1.50", "-1.5"),
            ("999999", "999999"),
            ("1000000", "1e+06"),
            ("123456789", "1.23456789e+08"),
            ("12345678901234567890", "1.2345678901234567e+19"),
            ("0.0001", "0.0001"),
            ("0.00001", "1e-05"),
            ("1e100", "1e+100"),
            ("100000.5", "100000.5"),
            ("[]", "[]"),
            (r#"[1, "a b", null, [true]]"#, "[1 a b <nil> [true]]"),
            (r#"{"y": 2, "x": {"a": "b"}, "Z": 1}"#, "map[Z:1 x:map[a:b] y:2]"),
        ] {
            let Ok(SecretValue(printed)) = value(&format!(r#"{{"other": 1, "key": {json}}}"#), "key") else { panic!("{json} is printed") };
            assert_eq!(printed, expected, "{json}");
        }
    }

    #[test]
    fn keys_are_literal_and_of_the_top_level() {
        let text = r#"{"a.b": "dotted", "a": {"b": "nested"}, "a": "last", "": "empty"}"#;
        let of = |key: &str| value(text, key).map(|SecretValue(value)| value);
        assert_eq!(of("a.b"), Ok("dotted".into()));
        assert_eq!(of("a"), Ok("last".into()));
        assert_eq!(of("A"), Err(SecretFault::NoKey("A".into())));
    }

    #[test]
    fn what_is_no_object_has_no_keys_and_is_not_quoted() {
        for text in ["hunter2", "\"hunter2\"", "[\"hunter2\"]", "", "{\"hunter2\": 1e999}", "{\"hunter2\": 1} x"] {
            assert_eq!(value(text, "key").err(), Some(SecretFault::NoJson("key".into())), "{text}");
        }
        assert_eq!(value("null", "key").err(), Some(SecretFault::NoKey("key".into())));
    }
}
