//! `listenerRules[].conditions`: which requests a rule is for.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A condition of a listener rule.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RuleCondition {
    /// What is looked at.
    pub field: Option<ConditionField>,
    /// For `path-pattern` and `host-header`: the values, one of which must match; at most 5. `*` stands for any characters,
    /// `?` for one.
    #[schemars(length(max = 5), inner(length(max = 128)))]
    pub values: Option<Vec<String>>,
    /// For `path-pattern` and `host-header`: regular expressions, in place of `values`; at most 5.
    #[schemars(length(max = 5), inner(length(max = 128)))]
    pub regex_values: Option<Vec<String>>,
    /// For `path-pattern`: the values, in place of `values`.
    pub path_pattern_config: Option<PatternValues>,
    /// For `host-header`: the values, in place of `values`.
    pub host_header_config: Option<PatternValues>,
    /// For `http-header`: the header and its values.
    pub http_header_config: Option<HttpHeaderValues>,
    /// For `query-string`: the parameters.
    pub query_string_config: Option<QueryStringValues>,
    /// For `http-request-method`: the methods.
    pub http_request_method_config: Option<ConditionValues>,
    /// For `source-ip`: the addresses that requests come from, in CIDR notation.
    pub source_ip_config: Option<ConditionValues>,
}

/// What a condition looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the words of Elastic Load Balancing")]
pub enum ConditionField {
    PathPattern,
    HostHeader,
    HttpHeader,
    HttpRequestMethod,
    QueryString,
    SourceIp,
}

/// The values of a condition.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ConditionValues {
    /// The values, one of which must match; at most 5.
    #[schemars(length(max = 5), inner(length(max = 128)))]
    pub values: Option<Vec<String>>,
}

/// Patterns, or regular expressions.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PatternValues {
    /// The values, one of which must match; at most 5. `*` stands for any characters, `?` for one.
    #[schemars(length(max = 5), inner(length(max = 128)))]
    pub values: Option<Vec<String>>,
    /// Regular expressions, in place of `values`; at most 5.
    #[schemars(length(max = 5), inner(length(max = 128)))]
    pub regex_values: Option<Vec<String>>,
}

/// A header, and its values.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HttpHeaderValues {
    /// The name of the header, at most 40 characters, in any case.
    #[schemars(length(max = 40))]
    pub http_header_name: Option<String>,
    /// The values, one of which must match; at most 5. `*` stands for any characters, `?` for one.
    #[schemars(length(max = 5), inner(length(max = 128)))]
    pub values: Option<Vec<String>>,
    /// Regular expressions, in place of `values`; at most 5.
    #[schemars(length(max = 5), inner(length(max = 128)))]
    pub regex_values: Option<Vec<String>>,
}

/// The parameters of a query, one of which must be there.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct QueryStringValues {
    /// The parameters; at most 5.
    #[schemars(length(max = 5))]
    pub values: Option<Vec<QueryStringPair>>,
}

/// A parameter of a query.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct QueryStringPair {
    /// Its name; default: any.
    #[schemars(length(max = 128))]
    pub key: Option<String>,
    /// Its value. `*` stands for any characters, `?` for one.
    #[schemars(length(max = 128))]
    pub value: Option<String>,
}
