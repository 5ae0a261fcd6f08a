//! What a grant cannot mean. What would match nothing, or more than it looks like, is refused.

use super::{Rule, forbidden, invalid, mismatched, required};

pub(super) const RULES: &[Rule] = &[
    invalid(
        "spec.roleArn",
        r"self.matches('^(arn:aws(-[a-z]+)*:iam::[0-9]{12}:role/[A-Za-z0-9_+=,.@/-]+)?$')",
        "roleArn is the whole ARN of a role (arn:aws:iam::ACCOUNT:role/NAME)",
    ),
    required(
        "spec",
        ".roleArn",
        "self.?roleArn.orValue('') != '' || (self.?secrets.orValue([]).size() == 0 && self.?parameters.orValue([]).size() == 0 && \
         self.?buckets.orValue([]).size() == 0)",
        "secrets, parameters and buckets are read by a role: give its roleArn",
    ),
    invalid(
        "spec.externalId",
        "self == '' || (size(self) > 1 && self.matches('^[A-Za-z0-9_+=,.@:/-]+$'))",
        "an external id has 2 to 1224 letters, digits and '_+=,.@:/-'",
    ),
    forbidden(
        "spec",
        ".externalId",
        "self.?externalId.orValue('') == '' || self.?roleArn.orValue('') != ''",
        "externalId is shown to the role of roleArn: give that, or leave externalId out",
    ),
    invalid("spec.accounts", "self.all(account, account.matches('^[0-9]{12}$'))", "an account has twelve digits"),
    invalid(
        "spec.regions",
        "self.all(region, region.matches('^[a-z]+(-[a-z]+)+-[0-9]{1,2}$'))",
        "a region is named whole, such as eu-west-1: there is no pattern of regions",
    ),
];

/// `macro`, because a rule is a constant.
macro_rules! plain {
    ($list:literal) => {
        invalid(
            $list,
            "self.all(entry, !entry.matches('//|(^|[/:])[.]{1,2}(/|$)'))",
            "no part of a name is empty, '.' or '..': nothing that is named so is allowed",
        )
    };
}

/// What is allowed.
pub(super) const PATTERNS: &[Rule] = &[
    invalid(
        "spec.secrets",
        r"self.all(secret, secret.matches('^(arn:aws(-[a-z]+)*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:)?(\\*|/?[A-Za-z0-9_+=.@!-]+(/[A-Za-z0-9_+=.@!-]+)*(/?\\*)?)$'))",
        "a secret is a name (shop/db), the beginning of names (shop/*), or the ARN of either (arn:aws:secretsmanager:REGION:ACCOUNT:secret:shop/*); '*' stands only at the end, and names have no JSON key",
    ),
    invalid(
        "spec.parameters",
        r"self.all(parameter, parameter == '/' || parameter.matches('^/?[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*/?$'))",
        "a parameter is a name (/shop/db) or a path that ends with '/' (/shop/): there is no '*', and no ARN",
    ),
    invalid(
        "spec.buckets",
        r"self.all(bucket, bucket.matches('^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/(\\*|[^/*%\\\\][^*%\\\\]*(\\*|[.]env)))?$'))",
        "a bucket is BUCKET (all of it), BUCKET/PREFIX* or BUCKET/KEY.env: '*' stands only at the end, and environment files end with .env",
    ),
    invalid(
        "spec.taskRoles",
        r"self.all(role, role.matches('^arn:aws(-[a-z]+)*:iam::[0-9]{12}:role/(\\*|[A-Za-z0-9_+=,.@-][A-Za-z0-9_+=,.@/-]*\\*?)$'))",
        "a task role is an ARN (arn:aws:iam::ACCOUNT:role/NAME), '*' stands only at its end",
    ),
    plain!("spec.secrets"),
    plain!("spec.parameters"),
    plain!("spec.buckets"),
    plain!("spec.taskRoles"),
    mismatched(
        "spec",
        ".secrets",
        "!has(self.accounts) || size(self.accounts) == 0 || !has(self.secrets) || \
         self.secrets.all(secret, !secret.startsWith('arn:') || secret.split(':')[4] in self.accounts)",
        "a secret is of an account that accounts does not have, so that nothing matches: add it to accounts",
    ),
    mismatched(
        "spec",
        ".secrets",
        "!has(self.regions) || size(self.regions) == 0 || !has(self.secrets) || \
         self.secrets.all(secret, !secret.startsWith('arn:') || secret.split(':')[3] in self.regions)",
        "a secret is of a region that regions does not have, so that nothing matches: add it to regions",
    ),
    mismatched(
        "spec",
        ".taskRoles",
        "!has(self.accounts) || size(self.accounts) == 0 || !has(self.taskRoles) || \
         self.taskRoles.all(role, role.split(':')[4] in self.accounts)",
        "a task role is of an account that accounts does not have, so that nothing matches: add it to accounts",
    ),
];

/// Which namespaces.
pub(super) const SELECTOR: &[Rule] = &[
    // A misspelt member is pruned before anybody sees it: what is left must not be a grant for everybody.
    invalid(
        "spec.namespaceSelector",
        "self.?matchLabels.orValue({}).size() > 0 || self.?matchExpressions.orValue([]).size() > 0",
        "an empty selector is of no namespace; all have the label kubernetes.io/metadata.name: matchExpressions [{key: kubernetes.io/metadata.name, operator: Exists}]",
    ),
    required(
        "spec.namespaceSelector.matchExpressions[]",
        ".values",
        "!(self.operator in ['In', 'NotIn']) || self.?values.orValue([]).size() > 0",
        "In and NotIn need values",
    ),
    forbidden(
        "spec.namespaceSelector.matchExpressions[]",
        ".values",
        "!(self.operator in ['Exists', 'DoesNotExist']) || self.?values.orValue([]).size() == 0",
        "Exists and DoesNotExist have no values: leave them out",
    ),
];

/// Of task definitions, which name grants.
pub(super) const NAMED: Rule = invalid(
    "spec.kubernetes.grants",
    "self.all(grant, grant.matches('^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$')) && self.all(grant, self.exists_one(other, other == grant))",
    "grants are names of AWSAccessGrants, of a-z, 0-9, '-' and '.', each of them once",
);
