//! `listenerRules[].conditions`: what is looked at, and the values of which one must match.

use serde_json::{Value, json};

use crate::ecs::RuleCondition;
use crate::ecs::load_balancing::ConditionField;
use crate::ecs::load_balancing::condition::{ConditionValues, HttpHeaderValues, PatternValues, QueryStringPair, QueryStringValues};

/// A condition, whichever way it was written.
pub(super) struct Condition<'a> {
    pub field: ConditionField,
    /// The values of a host or path, where they are no regular expressions.
    pub patterns: Vec<&'a str>,
    /// Those that are regular expressions.
    pub expressions: Vec<&'a str>,
    /// As the AWS Load Balancer Controller takes it.
    pub json: Value,
}

/// The conditions, where Elastic Load Balancing takes them: each with values of one kind, and one of a field at most, but for
/// headers and queries. Else the index of the first that it does not take.
pub(super) fn conditions(conditions: &[RuleCondition]) -> Result<Vec<Condition<'_>>, usize> {
    let mut legal: Vec<Condition<'_>> = Vec::new();
    for (index, condition) in conditions.iter().enumerate() {
        let condition = of(condition).ok_or(index)?;
        let is_repeatable = matches!(condition.field, ConditionField::HttpHeader | ConditionField::QueryString);
        if !is_repeatable && legal.iter().any(|other| other.field == condition.field) {
            return Err(index);
        }
        legal.push(condition);
    }
    Ok(legal)
}

fn of<'a>(condition: &'a RuleCondition) -> Option<Condition<'a>> {
    let RuleCondition {
        field,
        values,
        regex_values,
        path_pattern_config,
        host_header_config,
        http_header_config,
        query_string_config,
        http_request_method_config,
        source_ip_config,
    } = condition;
    let configured = [
        (ConditionField::PathPattern, path_pattern_config.is_some()),
        (ConditionField::HostHeader, host_header_config.is_some()),
        (ConditionField::HttpHeader, http_header_config.is_some()),
        (ConditionField::QueryString, query_string_config.is_some()),
        (ConditionField::HttpRequestMethod, http_request_method_config.is_some()),
        (ConditionField::SourceIp, source_ip_config.is_some()),
    ];
    let field = field.or_else(|| configured.into_iter().find_map(|(field, is_configured)| is_configured.then_some(field)))?;
    let pattern = |config: &'a Option<PatternValues>, member: &str| {
        let of_config =
            config.as_ref().map(|PatternValues { values, regex_values }| (texts(values.as_ref()), texts(regex_values.as_ref()))).unwrap_or_default();
        let patterns = [texts(values.as_ref()), of_config.0].concat();
        let expressions = [texts(regex_values.as_ref()), of_config.1].concat();
        let config = one_of(&patterns, &expressions)?;
        Some((patterns, expressions, json!({ member: config })))
    };
    let (patterns, expressions, mut json) = match field {
        ConditionField::PathPattern => pattern(path_pattern_config, "pathPatternConfig")?,
        ConditionField::HostHeader => pattern(host_header_config, "hostHeaderConfig")?,
        ConditionField::HttpHeader => {
            let HttpHeaderValues { http_header_name, values, regex_values } = http_header_config.as_ref()?;
            let mut config = one_of(&texts(values.as_ref()), &texts(regex_values.as_ref()))?;
            config["httpHeaderName"] = json!(http_header_name.as_ref()?);
            (Vec::new(), Vec::new(), json!({ "httpHeaderConfig": config }))
        }
        ConditionField::QueryString => {
            let QueryStringValues { values } = query_string_config.as_ref()?;
            let pairs = values.iter().flatten().map(|QueryStringPair { key, value }| {
                let mut pair = json!({ "value": value.as_ref()? });
                if let Some(key) = key {
                    pair["key"] = json!(key);
                }
                Some(pair)
            });
            let pairs = pairs.collect::<Option<Vec<Value>>>().filter(|pairs| !pairs.is_empty())?;
            (Vec::new(), Vec::new(), json!({ "queryStringConfig": { "values": pairs } }))
        }
        ConditionField::HttpRequestMethod => (Vec::new(), Vec::new(), json!({ "httpRequestMethodConfig": of_values(http_request_method_config.as_ref()?)? })),
        ConditionField::SourceIp => (Vec::new(), Vec::new(), json!({ "sourceIpConfig": of_values(source_ip_config.as_ref()?)? })),
    };
    json["field"] = json!(field);
    Some(Condition { field, patterns, expressions, json })
}

fn texts(texts: Option<&Vec<String>>) -> Vec<&str> {
    texts.into_iter().flatten().map(String::as_str).collect()
}

fn of_values(ConditionValues { values }: &ConditionValues) -> Option<Value> {
    values.as_ref().filter(|values| !values.is_empty()).map(|values| json!({ "values": values }))
}

/// Values or regular expressions: one of both.
fn one_of(values: &[&str], expressions: &[&str]) -> Option<Value> {
    match (values, expressions) {
        ([_, ..], []) => Some(json!({ "values": values })),
        ([], [_, ..]) => Some(json!({ "regexValues": expressions })),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::conditions;
    use crate::ecs::RuleCondition;

    fn read(value: &Value) -> Result<Vec<Value>, usize> {
        let written: Vec<RuleCondition> = serde_json::from_value(value.clone()).expect("conditions");
        conditions(&written).map(|conditions| conditions.into_iter().map(|condition| condition.json).collect())
    }

    #[test]
    fn both_spellings_mean_the_same() {
        let meant = json!({"field": "path-pattern", "pathPatternConfig": {"values": ["/a"]}});
        for written in [json!({"field": "path-pattern", "values": ["/a"]}), json!({"pathPatternConfig": {"values": ["/a"]}}), meant.clone()] {
            assert_eq!(read(&json!([written])), Ok(vec![meant.clone()]));
        }
    }

    #[test]
    fn what_elastic_load_balancing_refuses_is_refused() {
        let header = json!({"httpHeaderConfig": {"httpHeaderName": "X-A", "values": ["1"]}});
        assert!(read(&json!([header, header])).is_ok());
        let host = json!({"field": "host-header", "values": ["a"]});
        assert_eq!(read(&json!([host, host])), Err(1));
        assert_eq!(read(&json!([{"field": "host-header", "values": ["a"], "regexValues": ["b"]}])), Err(0));
        assert_eq!(read(&json!([{"httpHeaderConfig": {"values": ["1"]}}])), Err(0));
        assert_eq!(read(&json!([{"queryStringConfig": {"values": []}}])), Err(0));
        assert_eq!(read(&json!([{"field": "source-ip", "values": ["10.0.0.0/8"]}])), Err(0));
    }
}
