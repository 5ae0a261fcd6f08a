//! `arn:PARTITION:s3:::BUCKET/KEY`: an object in S3, as `environmentFiles` name it.

use std::fmt;
use std::str::FromStr;

use crate::ecs::arn::Arn;
use crate::grant::Wanted;

/// An object in S3.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct S3Object {
    /// `aws`, `aws-cn`, `aws-us-gov`, …
    pub partition: String,
    /// The bucket.
    pub bucket: String,
    /// The key, as S3 has it.
    pub key: String,
}

impl S3Object {
    /// What a grant is asked for.
    pub fn wanted(&self) -> Wanted<'_> {
        let Self { partition, bucket, key } = self;
        Wanted::Object { partition, bucket, key }
    }
}

/// A text is not the ARN of an object in S3.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the ARN of an object in S3 is arn:PARTITION:s3:::BUCKET/KEY")]
pub struct NoS3Object;

impl FromStr for S3Object {
    type Err = NoS3Object;

    fn from_str(text: &str) -> Result<Self, NoS3Object> {
        let Arn { partition, service, region, account, resource } = text.parse().map_err(|_| NoS3Object)?;
        let (bucket, key) = resource.split_once('/').ok_or(NoS3Object)?;
        let is_legal = |character: char| character.is_ascii_alphanumeric() || ".-_".contains(character);
        // The agent refuses keys that lead out of the folder that it keeps files in, so these parts are in none.
        let leads_away = key.split('/').any(|part| matches!(part, "." | ".."));
        if service != "s3" || !region.is_empty() || !account.is_empty() || bucket.is_empty() || !bucket.chars().all(is_legal) || key.is_empty() || leads_away {
            return Err(NoS3Object);
        }
        Ok(Self { partition, bucket: bucket.into(), key: key.into() })
    }
}

impl fmt::Display for S3Object {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { partition, bucket, key } = self;
        write!(formatter, "arn:{partition}:s3:::{bucket}/{key}")
    }
}

#[cfg(test)]
mod tests {
    use super::{NoS3Object, S3Object};

    #[test]
    fn objects_have_a_bucket_and_a_key() {
        let text = "arn:aws-us-gov:s3:::my.bucket-1/a b//ü/web.env";
        let object: S3Object = text.parse().expect("an object");
        assert_eq!((object.partition.as_str(), object.bucket.as_str(), object.key.as_str()), ("aws-us-gov", "my.bucket-1", "a b//ü/web.env"));
        assert_eq!(object.to_string(), text);
    }

    #[test]
    fn nothing_else_is_one() {
        for text in [
            "",
            "s3://b/a.env",
            "arn:aws:s3:::b",
            "arn:aws:s3:::b/",
            "arn:aws:s3:::/k",
            "arn:aws:s3:eu-west-1::b/k",
            "arn:aws:s3:::b/../k.env",
            "arn:aws:sns:::b/k",
        ] {
            assert_eq!(text.parse::<S3Object>(), Err(NoS3Object), "{text}");
        }
    }
}
