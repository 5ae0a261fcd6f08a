//! What the entries of a grant match. `*` stands only at their end, where it means any characters.

use crate::ecs::arn::{Arn, without_suffix};

/// Whether a text is the one of the pattern, or begins as the pattern does before its `*`.
pub(super) fn names_text(pattern: &str, text: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(beginning) => text.starts_with(beginning),
        None => pattern == text,
    }
}

/// Whether an entry of `secrets` has the secret of this place and name, which is taken for this one without the six characters.
///
/// Of the ARN of a secret all is known but the six characters, so the beginning of names is compared with the name and the `-` before
/// them, as IAM compares it with the ARN: `shop/db-*` has `shop/db`, too.
pub(super) fn names_secret(pattern: &str, place: (&str, &str, &str), name: &str, bare: &str) -> bool {
    let has_name = |pattern: &str| match pattern.strip_suffix('*') {
        Some(beginning) => format!("{bare}-").starts_with(beginning),
        None => pattern == bare,
    };
    if !pattern.starts_with("arn:") {
        return has_name(pattern);
    }
    let Ok(Arn { partition, service, region, account, resource }) = pattern.parse() else { return false };
    let Some(pattern) = resource.strip_prefix("secret:") else { return false };
    let is_there = service == "secretsmanager" && (partition.as_str(), region.as_str(), account.as_str()) == place;
    let is_one = without_suffix(pattern).is_some();
    is_there && if is_one { pattern == name } else { has_name(pattern) }
}

/// Whether an entry of `parameters` has the parameter: by its name, or by a path that ends with `/`. A leading `/` says nothing.
pub(super) fn path_has(pattern: &str, name: &str) -> bool {
    let bare = pattern.strip_prefix('/').unwrap_or(pattern);
    if pattern.ends_with('/') { name.starts_with(bare) } else { bare == name }
}

/// Whether an entry of `taskRoles` has the role.
pub(super) fn names_role(pattern: &str, role: &Arn) -> bool {
    let Ok(Arn { partition, service, region, account, resource }) = pattern.parse() else { return false };
    let is_there = (service.as_str(), region.as_str()) == ("iam", "") && partition == role.partition && account == role.account;
    is_there && resource.starts_with("role/") && role.resource.starts_with("role/") && names_text(&resource, &role.resource)
}

/// The role that a grant reads by.
pub(super) fn role_of(role: Option<&str>) -> Option<Arn> {
    let arn: Arn = role?.parse().ok()?;
    let is_role = arn.service == "iam" && arn.region.is_empty() && !arn.account.is_empty() && arn.resource.len() > "role/".len();
    (is_role && arn.resource.starts_with("role/")).then_some(arn)
}

/// The characters of the names of secrets.
pub(super) fn is_of_secrets(character: char) -> bool {
    character.is_ascii_alphanumeric() || "/_+=.@-!".contains(character)
}

/// The characters of the names of parameters.
pub(super) fn is_of_parameters(character: char) -> bool {
    character.is_ascii_alphanumeric() || "/_.-".contains(character)
}

/// The characters of keys in S3, without those that somebody on the way could take for others.
pub(super) fn is_of_keys(character: char) -> bool {
    !character.is_control() && !"%\\*?#".contains(character)
}

/// The characters of roles and their paths.
pub(super) fn is_of_roles(character: char) -> bool {
    character.is_ascii_alphanumeric() || "/_+=,.@-".contains(character)
}
