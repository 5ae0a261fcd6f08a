//! What Elastic Load Balancing refuses of a listener's rules and of a target group.

use super::{Rule, invalid, mismatched, required};

const RULE: &str = "spec.loadBalancers[].listenerRules[]";
const CONDITION: &str = "spec.loadBalancers[].listenerRules[].conditions[]";
const ACTION: &str = "spec.loadBalancers[].listenerRules[].actions[]";

pub(super) const RULES: &[Rule] = &[
    mismatched(
        "spec.loadBalancers[]",
        ".listenerRules",
        "!has(self.listenerRules) || self.listenerRules.all(rule, self.listenerRules.exists_one(other, other.priority == rule.priority))",
        "two listenerRules have one priority: each needs its own",
    ),
    required(
        RULE,
        ".conditions",
        "self.?conditions.orValue([]).size() > 0",
        "a listener rule needs at least one condition, such as {field: path-pattern, values: [/api/*]}",
    ),
    mismatched(
        RULE,
        ".conditions",
        "!has(self.conditions) || ['path-pattern', 'host-header', 'http-request-method', 'source-ip'].all(field, \
         self.conditions.filter(condition, condition.?field.orValue('') == field).size() < 2)",
        "a listener rule has one condition for each field: put all values into it (several are for http-header and query-string only)",
    ),
    mismatched(
        RULE,
        ".actions",
        "!has(self.actions) || self.actions.size() == 0 || self.actions.filter(action, action.type in ['forward', 'redirect', 'fixed-response']).size() == 1",
        "the actions of a listener rule end in one of forward, redirect and fixed-response",
    ),
    invalid(
        "spec.loadBalancers[].targetGroup.healthCheckPort",
        "self.matches('^(traffic-port|[1-9][0-9]{0,4})?$')",
        "healthCheckPort is a port, or traffic-port",
    ),
];

/// What is refused of a condition. Its values may stand in `values` (of paths and hosts) or in the configuration of its field.
pub(super) const CONDITIONS: &[Rule] = &[
    invalid(
        CONDITION,
        "[self.?values.orValue([]).size() + self.?regexValues.orValue([]).size(), \
         self.?pathPatternConfig.?values.orValue([]).size() + self.?pathPatternConfig.?regexValues.orValue([]).size(), \
         self.?hostHeaderConfig.?values.orValue([]).size() + self.?hostHeaderConfig.?regexValues.orValue([]).size(), \
         self.?httpHeaderConfig.?values.orValue([]).size() + self.?httpHeaderConfig.?regexValues.orValue([]).size(), \
         self.?httpRequestMethodConfig.?values.orValue([]).size(), self.?queryStringConfig.?values.orValue([]).size(), \
         self.?sourceIpConfig.?values.orValue([]).size()].exists_one(values, values > 0)",
        "a condition has its values once: in values or regexValues, or in the configuration of its field",
    ),
    invalid(
        CONDITION,
        "(self.?values.orValue([]).size() == 0 || self.?regexValues.orValue([]).size() == 0) && \
         (self.?pathPatternConfig.?values.orValue([]).size() == 0 || self.?pathPatternConfig.?regexValues.orValue([]).size() == 0) && \
         (self.?hostHeaderConfig.?values.orValue([]).size() == 0 || self.?hostHeaderConfig.?regexValues.orValue([]).size() == 0) && \
         (self.?httpHeaderConfig.?values.orValue([]).size() == 0 || self.?httpHeaderConfig.?regexValues.orValue([]).size() == 0)",
        "a condition has values or regexValues, not both",
    ),
    required(
        CONDITION,
        ".field",
        "(self.?values.orValue([]).size() == 0 && self.?regexValues.orValue([]).size() == 0) || self.?field.orValue('') != ''",
        "the values of a condition need a field: path-pattern or host-header",
    ),
    invalid(
        CONDITION,
        "(self.?values.orValue([]).size() == 0 && self.?regexValues.orValue([]).size() == 0) || \
         self.?field.orValue('') in ['', 'path-pattern', 'host-header']",
        "values and regexValues are for path-pattern and host-header: other fields have theirs in a configuration of their own",
    ),
    invalid(
        CONDITION,
        "!has(self.pathPatternConfig) || self.pathPatternConfig.?values.orValue([]).size() + self.pathPatternConfig.?regexValues.orValue([]).size() == 0 || \
         self.?field.orValue('') in ['', 'path-pattern']",
        "pathPatternConfig goes with field path-pattern",
    ),
    invalid(
        CONDITION,
        "!has(self.hostHeaderConfig) || self.hostHeaderConfig.?values.orValue([]).size() + self.hostHeaderConfig.?regexValues.orValue([]).size() == 0 || \
         self.?field.orValue('') in ['', 'host-header']",
        "hostHeaderConfig goes with field host-header",
    ),
    invalid(
        CONDITION,
        "!has(self.httpHeaderConfig) || self.httpHeaderConfig.?values.orValue([]).size() + self.httpHeaderConfig.?regexValues.orValue([]).size() == 0 || \
         self.?field.orValue('') in ['', 'http-header']",
        "httpHeaderConfig goes with field http-header",
    ),
    invalid(
        CONDITION,
        "self.?httpRequestMethodConfig.?values.orValue([]).size() == 0 || self.?field.orValue('') in ['', 'http-request-method']",
        "httpRequestMethodConfig goes with field http-request-method",
    ),
    invalid(
        CONDITION,
        "self.?queryStringConfig.?values.orValue([]).size() == 0 || self.?field.orValue('') in ['', 'query-string']",
        "queryStringConfig goes with field query-string",
    ),
    invalid(
        CONDITION,
        "self.?sourceIpConfig.?values.orValue([]).size() == 0 || self.?field.orValue('') in ['', 'source-ip']",
        "sourceIpConfig goes with field source-ip",
    ),
    required(
        "spec.loadBalancers[].listenerRules[].conditions[].httpHeaderConfig",
        ".httpHeaderName",
        "self.?values.orValue([]).size() + self.?regexValues.orValue([]).size() == 0 || self.?httpHeaderName.orValue('') != ''",
        "a condition for headers needs the httpHeaderName",
    ),
    required(
        "spec.loadBalancers[].listenerRules[].conditions[].queryStringConfig.values[]",
        ".value",
        "self.?value.orValue('') != ''",
        "a condition for queries needs a value",
    ),
];

/// What is refused of an action.
pub(super) const ACTIONS: &[Rule] = &[
    required(
        ACTION,
        ".redirectConfig",
        "self.type != 'redirect' || self.?redirectConfig.?statusCode.orValue('') != ''",
        "a redirect needs redirectConfig.statusCode: HTTP_301 or HTTP_302",
    ),
    required(
        ACTION,
        ".fixedResponseConfig",
        "self.type != 'fixed-response' || self.?fixedResponseConfig.?statusCode.orValue('') != ''",
        "a fixed-response needs fixedResponseConfig.statusCode",
    ),
    invalid(
        "spec.loadBalancers[].listenerRules[].actions[].fixedResponseConfig.statusCode",
        "self.matches('^([245][0-9][0-9])?$')",
        "the statusCode of a fixed-response is 2XX, 4XX or 5XX",
    ),
    required(
        ACTION,
        ".authenticateCognitoConfig",
        "self.type != 'authenticate-cognito' || (self.?authenticateCognitoConfig.?userPoolArn.orValue('') != '' && self.?authenticateCognitoConfig.?userPoolClientId.orValue('') != '' && \
         self.?authenticateCognitoConfig.?userPoolDomain.orValue('') != '')",
        "authenticate-cognito needs userPoolArn, userPoolClientId and userPoolDomain in authenticateCognitoConfig",
    ),
    required(
        ACTION,
        ".authenticateOidcConfig",
        "self.type != 'authenticate-oidc' || has(self.authenticateOidcConfig)",
        "authenticate-oidc needs authenticateOidcConfig",
    ),
    required(
        ACTION,
        ".jwtValidationConfig",
        "self.type != 'jwt-validation' || (self.?jwtValidationConfig.?jwksEndpoint.orValue('') != '' && self.?jwtValidationConfig.?issuer.orValue('') != '')",
        "jwt-validation needs jwksEndpoint and issuer in jwtValidationConfig",
    ),
    required(
        "spec.loadBalancers[].listenerRules[].transforms[]",
        ".urlRewriteConfig",
        "self.type != 'url-rewrite' || self.?urlRewriteConfig.?rewrites.orValue([]).size() > 0",
        "a url-rewrite needs urlRewriteConfig.rewrites",
    ),
    required(
        "spec.loadBalancers[].listenerRules[].transforms[]",
        ".hostHeaderRewriteConfig",
        "self.type != 'host-header-rewrite' || self.?hostHeaderRewriteConfig.?rewrites.orValue([]).size() > 0",
        "a host-header-rewrite needs hostHeaderRewriteConfig.rewrites",
    ),
];
