//! What is asked of AWS for a reference, and on whose behalf; found without asking anybody.

use std::sync::Arc;

use tokio::sync::watch;

use super::super::{Access, SecretFault, Source, Wanted};
use super::Told;
use crate::ecs::arn::{Arn, partition_of};
use crate::grant::Home;
use crate::translate::value_from::{Parameter, SecretsManager, ValueFrom};

/// Who reads: a role, assumed with an external id or without. What one reader was given no other one gets.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reader {
    /// The ARN of the role.
    pub role: Arn,
    /// What its trust policy asks for.
    pub external_id: Option<String>,
}

/// The services of AWS that are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Service {
    Sts,
    SecretsManager,
    ParameterStore,
    S3,
}

/// What can be asked for in one request, and has one budget.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Group {
    /// Who reads.
    pub reader: Reader,
    /// What is asked.
    pub service: Service,
    /// Where it is asked.
    pub region: String,
    /// Whose it is; of S3, where the bucket does not tell, the reader's.
    pub account: String,
}

/// A question: what its answer is remembered under.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Question {
    /// What it can be asked together with.
    pub group: Group,
    /// What is asked for.
    pub item: Item,
}

/// A question that is to be asked, for whom, and where the answer is told.
pub struct Gathered {
    pub question: Question,
    pub access: Access,
    pub tell: watch::Sender<Option<Told>>,
}

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Item {
    /// A secret, by its ARN.
    Secret(Arc<str>, Version),
    /// A parameter, by its name in the reader's own account, else by its ARN.
    Parameter(Arc<str>),
    /// A key, and the bucket that it is in.
    Object(Arc<str>, Bucket),
}

/// A bucket, and whose it may be.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Bucket {
    /// Its name.
    pub name: Arc<str>,
    /// The accounts, one of which must have it.
    pub owners: Vec<String>,
}

impl Item {
    /// The ARN, the name or the key.
    pub fn name(&self) -> &str {
        match self {
            Self::Secret(name, _) | Self::Parameter(name) | Self::Object(name, _) => name,
        }
    }
}

/// Which version of a secret.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Version {
    /// That with the label `AWSCURRENT`.
    Current,
    /// That with another label.
    Stage(String),
    /// That with this id.
    Id(String),
}

/// The region that S3 is asked in when the settings have none: from there S3 says where a bucket is.
const DEFAULT_REGION: &str = "us-east-1";

impl Question {
    /// What is asked for what is wanted. Regions become parts of host names, so that only regions pass.
    pub fn of(wanted: &Wanted, access: &Access) -> Result<Self, SecretFault> {
        let role: Arn = access.role_arn.parse().map_err(|error| SecretFault::Refused(format!("the grant's role `{}` is no ARN: {error}", access.role_arn)))?;
        let reader = Reader { role, external_id: access.external_id.clone() };
        match &wanted.source {
            Source::Secret(ValueFrom::SecretsManager(secret)) => Self::of_secret(reader, secret),
            Source::Secret(ValueFrom::Parameter(parameter)) => Self::of_parameter(reader, parameter, &access.home),
            Source::Object { partition, bucket, key } => {
                let region = access.home.region.clone().unwrap_or_else(|| DEFAULT_REGION.to_owned());
                let account = reader.role.account.clone();
                let bucket = Bucket { name: bucket.as_str().into(), owners: access.accounts.clone() };
                Self::new(reader, partition, Service::S3, &region, &account, Item::Object(key.as_str().into(), bucket))
            }
        }
    }

    fn of_secret(reader: Reader, secret: &SecretsManager) -> Result<Self, SecretFault> {
        let version = match (secret.version_stage.as_deref(), &secret.version_id) {
            (None | Some("AWSCURRENT"), None) => Version::Current,
            (Some(stage), None) => Version::Stage(stage.to_owned()),
            (_, Some(id)) => Version::Id(id.clone()),
        };
        let item = Item::Secret(secret.arn().into(), version);
        Self::new(reader, &secret.partition, Service::SecretsManager, &secret.region, &secret.account, item)
    }

    fn of_parameter(reader: Reader, parameter: &Parameter, home: &Home) -> Result<Self, SecretFault> {
        let Parameter { name, has_slash, arn } = parameter;
        let arn = match arn {
            Some(arn) => arn.clone(),
            // no such name can have been given: a name with a path begins with a slash
            None if name.contains('/') && !has_slash => return Err(SecretFault::NotFound),
            None => Arn {
                partition: reader.role.partition.clone(),
                service: "ssm".into(),
                region: home.region.clone().ok_or(SecretFault::NoRegion)?,
                account: home.account.clone().unwrap_or_else(|| reader.role.account.clone()),
                resource: format!("parameter/{name}"),
            },
        };
        let asked = match (arn.account == reader.role.account, name.contains('/')) {
            (false, _) => arn.to_string(),
            (true, true) => format!("/{name}"),
            (true, false) => name.clone(),
        };
        Self::new(reader, &arn.partition, Service::ParameterStore, &arn.region, &arn.account, Item::Parameter(asked.into()))
    }

    fn new(reader: Reader, partition: &str, service: Service, region: &str, account: &str, item: Item) -> Result<Self, SecretFault> {
        if !is_region(region) {
            return Err(SecretFault::Refused(format!("`{region}` is no region of AWS")));
        }
        if partition_of(region) != partition {
            return Err(SecretFault::Refused(format!("the region `{region}` is not in the partition `{partition}`")));
        }
        if reader.role.partition != partition {
            return Err(SecretFault::Refused(format!("the grant's role `{}` is not in the partition `{partition}`", reader.role)));
        }
        Ok(Self { group: Group { reader, service, region: region.into(), account: account.into() }, item })
    }
}

/// Whether this is what regions look like, such as `us-gov-west-1`.
pub fn is_region(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let is_word = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase());
    let Some((number, words)) = parts.split_last() else { return false };
    text.len() <= 32 && words.len() >= 2 && words.iter().all(is_word) && !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::super::super::{Access, SecretFault, Wanted};
    use super::{Item, Question, Version, is_region};
    use crate::grant::Home;

    fn question(value_from: &str, account: Option<&str>) -> Result<Question, SecretFault> {
        let wanted = Wanted::secret(value_from, None, "p").expect("a legal valueFrom");
        let access = Access {
            grant: "g".into(),
            role_arn: "arn:aws:iam::111122223333:role/r".into(),
            external_id: None,
            accounts: Vec::new(),
            home: Home { account: account.map(str::to_owned), region: Some("eu-west-1".into()) },
            namespace: "n".into(),
            object: "o".into(),
        };
        Question::of(&wanted, &access)
    }

    #[test]
    fn secrets_are_asked_for_by_arn_in_their_own_region() {
        let arn = "arn:aws:secretsmanager:us-east-1:444455556666:secret:a/b-AbCdEf";
        for (rest, version) in [
            ("", Version::Current),
            (":key::", Version::Current),
            ("::AWSCURRENT:", Version::Current),
            ("::AWSPREVIOUS:", Version::Stage("AWSPREVIOUS".into())),
            (":key::9d4c", Version::Id("9d4c".into())),
        ] {
            let question = question(&format!("{arn}{rest}"), None).expect("a question");
            assert_eq!((question.group.region.as_str(), question.group.account.as_str()), ("us-east-1", "444455556666"));
            assert_eq!(question.item, Item::Secret(arn.into(), version), "{rest}");
        }
    }

    #[test]
    fn parameters_are_asked_for_by_name_in_the_roles_account_and_by_arn_elsewhere() {
        let elsewhere = "arn:aws:ssm:eu-west-1:444455556666:parameter/a/b";
        for (value_from, account, asked) in [
            ("a", None, "a"),
            ("/a", None, "a"),
            ("/a/b", None, "/a/b"),
            ("/a/b", Some("111122223333"), "/a/b"),
            ("arn:aws:ssm:eu-west-1:111122223333:parameter/a/b", None, "/a/b"),
            ("arn:aws:ssm:eu-west-1:111122223333:parameter/a", None, "a"),
            ("/a/b", Some("444455556666"), elsewhere),
            (elsewhere, None, elsewhere),
        ] {
            assert_eq!(question(value_from, account).expect("a question").item, Item::Parameter(asked.into()), "{value_from}");
        }
        assert!(matches!(question("a/b", None), Err(SecretFault::NotFound)), "no parameter has such a name");
    }

    #[test]
    fn only_regions_of_the_partition_are_asked() {
        for (region, fits) in [("us-east-1", true), ("cn-north-1", false), ("us-gov-west-1", false), ("us-iso-east-1", false), ("evil.example/x-1", false)] {
            let asked = question(&format!("arn:aws:secretsmanager:{region}:444455556666:secret:a"), None);
            assert_eq!(asked.is_ok(), fits, "{region}");
        }
        assert!(question("arn:aws-cn:secretsmanager:cn-north-1:444455556666:secret:a", None).is_err(), "the role is in another partition");
        for text in ["us-east-1", "ap-southeast-10", "us-gov-west-1", "eusc-de-east-1"] {
            assert!(is_region(text), "{text}");
        }
        for text in ["", "us-east", "US-EAST-1", "us-east-1.evil.example", "us--1", "-east-1", "us-east-1a", "a@b-c-1", "us_east-1"] {
            assert!(!is_region(text), "{text}");
        }
    }
}
