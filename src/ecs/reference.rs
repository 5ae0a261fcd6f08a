//! How a service names its task definition: `family`, `family:revision`, or the ARN of either.

use std::str::FromStr;

use super::arn::{Arn, ArnError};

/// A reference to a task definition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskDefinitionReference {
    /// The family.
    pub family: String,
    /// The revision that is asked for; without one the newest is meant.
    pub revision: Option<i64>,
    /// The ARN, where the reference was one.
    pub arn: Option<Arn>,
}

/// Why a text refers to no task definition.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReferenceError {
    /// It looks like an ARN and is none.
    #[error("`{0}` is no ARN: {1}")]
    Arn(String, ArnError),
    /// It is the ARN of something else.
    #[error("`{0}` is not the ARN of a task definition (arn:aws:ecs:REGION:ACCOUNT:task-definition/FAMILY:REVISION)")]
    OtherArn(String),
    /// The revision is no positive integer.
    #[error("the revision in `{0}` is no positive integer")]
    Revision(String),
    /// The family has characters that ECS does not know in families.
    #[error("`{0}` is no family: a family has 1 to 255 letters, digits, `_` and `-`")]
    Family(String),
}

impl FromStr for TaskDefinitionReference {
    type Err = ReferenceError;

    fn from_str(text: &str) -> Result<Self, ReferenceError> {
        let is_arn = text.starts_with("arn:");
        let arn = is_arn.then(|| text.parse::<Arn>()).transpose().map_err(|error| ReferenceError::Arn(text.into(), error))?;
        let name = match &arn {
            Some(arn) if arn.service == "ecs" => arn.resource.strip_prefix("task-definition/").ok_or_else(|| ReferenceError::OtherArn(text.into()))?,
            Some(_) => return Err(ReferenceError::OtherArn(text.into())),
            None => text,
        };
        let (family, revision) = match name.split_once(':') {
            Some((family, revision)) => {
                let number = revision.parse().ok().filter(|number| *number > 0);
                (family, Some(number.ok_or_else(|| ReferenceError::Revision(text.into()))?))
            }
            None => (name, None),
        };
        let legal = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
        if family.is_empty() || family.len() > 255 || !family.bytes().all(legal) {
            return Err(ReferenceError::Family(family.into()));
        }
        Ok(Self { family: family.into(), revision, arn })
    }
}

#[cfg(test)]
mod tests {
    use super::TaskDefinitionReference;

    fn read(text: &str) -> Option<(String, Option<i64>)> {
        text.parse::<TaskDefinitionReference>().ok().map(|reference| (reference.family, reference.revision))
    }

    #[test]
    fn families_revisions_and_arns_are_read() {
        assert_eq!(read("web"), Some(("web".into(), None)));
        assert_eq!(read("web:3"), Some(("web".into(), Some(3))));
        assert_eq!(read("arn:aws:ecs:us-east-1:123456789012:task-definition/web:7"), Some(("web".into(), Some(7))));
        assert_eq!(read("arn:aws:ecs:us-east-1:123456789012:task-definition/web"), Some(("web".into(), None)));
    }

    #[test]
    fn anything_else_is_refused() {
        for text in ["", "web:", "web:0", "web:x", "we b", "arn:aws:ecs:us-east-1:123456789012:service/a/b", "arn:aws:iam::1:role/x"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
