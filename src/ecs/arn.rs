//! Amazon Resource Names: `arn:partition:service:region:account:resource`.

use std::fmt;
use std::str::FromStr;

/// An ARN, taken apart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Arn {
    /// `aws`, `aws-cn`, `aws-us-gov`, …
    pub partition: String,
    /// The service, such as `iam`.
    pub service: String,
    /// The region; empty for global services.
    pub region: String,
    /// The account; empty for a few services.
    pub account: String,
    /// The rest, which may hold `:` and `/`.
    pub resource: String,
}

/// Why a text is no ARN.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ArnError {
    /// It does not start with `arn:`.
    #[error("an ARN starts with `arn:`")]
    Prefix,
    /// It has fewer than six parts.
    #[error("an ARN has six parts: arn:partition:service:region:account:resource")]
    Parts,
    /// The partition is none of AWS.
    #[error("the partition of an ARN is `aws` or starts with `aws-`")]
    Partition,
    /// The account is no number of twelve digits.
    #[error("the account of an ARN has twelve digits")]
    Account,
}

/// The partition that a region belongs to, as far as its name tells.
pub fn partition_of(region: &str) -> &'static str {
    match region {
        region if region.starts_with("cn-") => "aws-cn",
        region if region.starts_with("us-gov-") => "aws-us-gov",
        region if region.starts_with("eusc-") => "aws-eusc",
        region if region.starts_with("us-isob-") => "aws-iso-b",
        region if region.starts_with("us-iso-") => "aws-iso",
        region if region.starts_with("eu-isoe-") => "aws-iso-e",
        region if region.starts_with("us-isof-") => "aws-iso-f",
        _ => "aws",
    }
}

/// The name of a secret without what looks like the `-` and six characters that Secrets Manager adds to it in ARNs.
pub fn without_suffix(name: &str) -> Option<&str> {
    let (bare, suffix) = name.rsplit_once('-')?;
    (!bare.is_empty() && suffix.len() == 6 && suffix.bytes().all(|byte| byte.is_ascii_alphanumeric())).then_some(bare)
}

/// Whether a name has no part between its `/` that is empty, or that a file system would take for a way up.
pub fn has_plain_parts(name: &str) -> bool {
    name.split('/').all(|part| !matches!(part, "" | "." | ".."))
}

impl FromStr for Arn {
    type Err = ArnError;

    fn from_str(text: &str) -> Result<Self, ArnError> {
        let parts = text.strip_prefix("arn:").ok_or(ArnError::Prefix)?;
        let parts: Vec<&str> = parts.splitn(5, ':').collect();
        let &[partition, service, region, account, resource] = parts.as_slice() else { return Err(ArnError::Parts) };
        if service.is_empty() || resource.is_empty() {
            return Err(ArnError::Parts);
        }
        if partition != "aws" && !partition.starts_with("aws-") {
            return Err(ArnError::Partition);
        }
        if !account.is_empty() && account != "aws" && !(account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit())) {
            return Err(ArnError::Account);
        }
        Ok(Self { partition: partition.into(), service: service.into(), region: region.into(), account: account.into(), resource: resource.into() })
    }
}

impl fmt::Display for Arn {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { partition, service, region, account, resource } = self;
        write!(formatter, "arn:{partition}:{service}:{region}:{account}:{resource}")
    }
}

#[cfg(test)]
mod tests {
    use super::{Arn, ArnError};

    #[test]
    fn arns_are_taken_apart_and_put_together() {
        let text = "arn:aws-cn:secretsmanager:cn-north-1:123456789012:secret:a/b-AbCdEf:key::";
        let arn: Arn = text.parse().expect("an ARN");
        assert_eq!((arn.partition.as_str(), arn.resource.as_str()), ("aws-cn", "secret:a/b-AbCdEf:key::"));
        assert_eq!(arn.to_string(), text);
    }

    #[test]
    fn what_is_no_arn_says_why() {
        let fault = |text: &str| text.parse::<Arn>().err();
        assert_eq!(fault("role/x"), Some(ArnError::Prefix));
        assert_eq!(fault("arn:aws:iam::123456789012"), Some(ArnError::Parts));
        assert_eq!(fault("arn:gcp:iam::123456789012:role/x"), Some(ArnError::Partition));
        assert_eq!(fault("arn:aws:iam::12:role/x"), Some(ArnError::Account));
    }
}
