//! "Unset" as ECS and its exports write it: `null`, `""` and `[]` mean that a member is not there, but for
//! the values of `environment`, labels, options, tags and proxy properties, where `""` is a value.

use serde::de::DeserializeOwned;
use serde_json::Value;

/// Maps in which an empty string is a value.
const MAPS_OF_VALUES: [&str; 5] = ["dockerLabels", "options", "driverOpts", "labels", "matchLabels"];
/// Lists of names and values in which an empty `value` is a value.
const LISTS_OF_VALUES: [&str; 3] = ["environment", "tags", "properties"];

/// The member that may have any shape: it is kept as it is.
pub(crate) const FREE_FORM: &str = "hookDetails";

/// Reads a specification from its JSON as served, with all that means "unset" left out.
pub fn read<T: DeserializeOwned>(spec: &Value) -> Result<T, serde_json::Error> {
    from_value(spec.clone())
}

/// [`read`], of JSON that is not needed any more.
pub fn from_value<T: DeserializeOwned>(spec: Value) -> Result<T, serde_json::Error> {
    serde_json::from_value(without_unset(spec))
}

/// The same JSON with every member left out that means "unset".
pub fn without_unset(mut value: Value) -> Value {
    prune(&mut value, "");
    value
}

fn prune(value: &mut Value, within: &str) {
    match value {
        Value::Object(members) => {
            let of_values = MAPS_OF_VALUES.contains(&within);
            let named_values = LISTS_OF_VALUES.contains(&within);
            members.retain(|key, member| {
                if key != FREE_FORM {
                    prune(member, key);
                }
                !is_unset(member, of_values || (named_values && key == "value"))
            });
        }
        Value::Array(items) => {
            items.retain(|item| !item.is_null());
            for item in items {
                prune(item, within);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn is_unset(value: &Value, empty_is_a_value: bool) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty() && !empty_is_a_value,
        Value::Array(items) => items.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::without_unset;

    #[test]
    fn null_and_empty_mean_unset_but_not_where_empty_is_a_value() {
        let exported = json!({
            "family": "", "cpu": null, "volumes": [],
            "tags": [{"key": "a", "value": ""}],
            "containerDefinitions": [{"name": "a", "command": [], "environment": [{"name": "E", "value": ""}],
                "dockerLabels": {"l": ""}, "logConfiguration": {"logDriver": "", "options": {"o": ""}}}],
        });
        let meant = json!({
            "tags": [{"key": "a", "value": ""}],
            "containerDefinitions": [{"name": "a", "environment": [{"name": "E", "value": ""}],
                "dockerLabels": {"l": ""}, "logConfiguration": {"options": {"o": ""}}}],
        });
        assert_eq!(without_unset(exported), meant);
    }
}
