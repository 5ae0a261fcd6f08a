//! `cpu` and `memory` of a task: a string or an integer.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize};

/// A size as it is written: `"512"`, `512`, `"1 GB"`, `".5 vCPU"`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Size(pub String);

impl Size {
    /// CPU units: 1024 make one vCPU.
    pub fn cpu_units(&self) -> Option<i64> {
        self.number_with("vcpu", 1024.0)
    }

    /// Memory in MiB.
    pub fn mebibytes(&self) -> Option<i64> {
        self.number_with("gb", 1024.0)
    }

    /// A bare number, or a number and `unit`, which stands for `factor` of the bare ones.
    fn number_with(&self, unit: &str, factor: f64) -> Option<i64> {
        let text = self.0.trim().to_ascii_lowercase();
        let (digits, factor) = match text.strip_suffix(unit) {
            Some(digits) => (digits.trim_end(), factor),
            None => (text.as_str(), 1.0),
        };
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
            return None;
        }
        let number = digits.parse::<f64>().ok()? * factor;
        #[expect(clippy::cast_possible_truncation, reason = "compared with its own rounding, and bounded")]
        let whole = number.round() as i64;
        (number.fract() == 0.0 && (1..=1_000_000_000).contains(&whole)).then_some(whole)
    }
}

impl<'de> Deserialize<'de> for Size {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged, expecting = "a string or an integer")]
        enum StringOrInteger {
            Integer(i64),
            String(String),
        }
        Ok(match StringOrInteger::deserialize(deserializer)? {
            StringOrInteger::Integer(integer) => Self(integer.to_string()),
            StringOrInteger::String(string) => Self(string),
        })
    }
}

impl JsonSchema for Size {
    fn schema_name() -> Cow<'static, str> {
        "Size".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "x-kubernetes-int-or-string": true, "maxLength": 64 })
    }
}

#[cfg(test)]
mod tests {
    use super::Size;

    #[test]
    fn sizes_are_read_as_ecs_reads_them() {
        let cpu = |text: &str| Size(text.into()).cpu_units();
        assert_eq!([cpu("512"), cpu("1 vCPU"), cpu(".5 vcpu"), cpu("0.25vCPU")], [Some(512), Some(1024), Some(512), Some(256)]);
        assert_eq!([cpu(""), cpu("x"), cpu("1e3"), cpu("-1"), cpu("0.3"), cpu("inf")], [None; 6]);
        let memory = |text: &str| Size(text.into()).mebibytes();
        assert_eq!([memory("1024"), memory("1 GB"), memory("0.5GB"), memory("2gb")], [Some(1024), Some(1024), Some(512), Some(2048)]);
        assert_eq!(serde_json::from_str::<Size>("256").ok().and_then(|size| size.cpu_units()), Some(256));
    }
}
