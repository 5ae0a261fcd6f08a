//! `valueFrom`: where the value of a secret is kept, as ECS writes it.
//!
//! `arn:PARTITION:secretsmanager:REGION:ACCOUNT:secret:NAME[:JSON-KEY:VERSION-STAGE:VERSION-ID]`, of which the last
//! three come together and may each be empty; `arn:PARTITION:ssm:REGION:ACCOUNT:parameter/NAME`; or the name of a
//! parameter in the task's own region and account.

use std::str::FromStr;

use crate::ecs::arn::{Arn, ArnError, has_plain_parts, partition_of, without_suffix};
use crate::grant::Wanted;

/// Where the value of a secret is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ValueFrom {
    /// In Secrets Manager.
    SecretsManager(SecretsManager),
    /// In the Parameter Store of Systems Manager.
    Parameter(Parameter),
}

impl ValueFrom {
    /// What a grant must allow to have it read, by somebody who holds the ARN that is answered against it, or does not.
    pub fn wanted(&self, is_checked: bool) -> Wanted<'_> {
        match self {
            Self::SecretsManager(SecretsManager { partition, region, account, name, json_key: _, version_stage: _, version_id: _ }) => {
                Wanted::Secret { partition, region, account, name, is_checked }
            }
            Self::Parameter(Parameter { name, has_slash: _, arn }) => Wanted::Parameter { name, arn: arn.as_ref() },
        }
    }
}

/// A secret of Secrets Manager, or one key of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretsManager {
    /// `aws`, `aws-cn`, `aws-us-gov`, …
    pub partition: String,
    /// The region.
    pub region: String,
    /// The account.
    pub account: String,
    /// The name as the ARN has it, as a rule with the suffix that Secrets Manager gives (`-` and six characters).
    pub name: String,
    /// The key of the JSON object that the secret holds; without one the whole secret is the value.
    pub json_key: Option<String>,
    /// The staging label of the version; without one, and without an id, `AWSCURRENT`.
    pub version_stage: Option<String>,
    /// The id of the version.
    pub version_id: Option<String>,
}

impl SecretsManager {
    /// The ARN of the whole secret, by which Secrets Manager is asked for it.
    pub fn arn(&self) -> String {
        let Self { partition, region, account, name, json_key: _, version_stage: _, version_id: _ } = self;
        format!("arn:{partition}:secretsmanager:{region}:{account}:secret:{name}")
    }

    /// The name without the suffix that Secrets Manager gives, where the ARN has one by the look of it. A name of
    /// which the ARN was written without may look so too, so [`Self::name`] is the first to try.
    pub fn name_without_suffix(&self) -> Option<&str> {
        without_suffix(&self.name)
    }

    /// Whether the secret of this ARN, as Secrets Manager answers with it, is the one that is meant, and that a grant was asked for.
    ///
    /// Secrets Manager takes ARNs without the six characters as well, and so `shop/db-backup` for the whole ARN of `shop/db` or that of
    /// `shop/db-backup` without them. Grants take it for the first, so an answer that is the second must not be used.
    pub fn is_answered_by(&self, arn: &str) -> bool {
        let asked = self.arn();
        match self.name_without_suffix() {
            Some(_) => arn == asked,
            None => arn.strip_prefix(&asked).and_then(|suffix| suffix.strip_prefix('-')).is_some_and(|suffix| suffix.len() == 6),
        }
    }
}

/// A parameter of the Parameter Store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// The name without a leading `/`.
    pub name: String,
    /// Whether it was written with a leading `/`, by which Systems Manager tells `/a` from `a`; the ARN does not tell.
    pub has_slash: bool,
    /// The ARN, where it was written as one; else the parameter is in the task's own region and account.
    pub arn: Option<Arn>,
}

impl Parameter {
    /// What Systems Manager is asked for, which is what was written: the ARN, or the name.
    pub fn asked(&self) -> String {
        let Self { name, has_slash, arn } = self;
        arn.as_ref().map_or_else(|| format!("{}{name}", if *has_slash { "/" } else { "" }), ToString::to_string)
    }
}

/// Why a text is no `valueFrom`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ValueFromError {
    /// It is empty.
    #[error("it is empty")]
    Empty,
    /// It looks like an ARN and is none.
    #[error("it is no ARN: {0}")]
    Arn(#[source] ArnError),
    /// It is the ARN of another service.
    #[error("it is an ARN of `{0}`; secrets are kept in `secretsmanager` or `ssm`")]
    Service(String),
    /// The region is missing.
    #[error("the ARN has no region")]
    Region,
    /// The account is missing.
    #[error("the ARN has no account")]
    Account,
    /// A Secrets Manager ARN of something else.
    #[error("the ARN of a secret goes on with `secret:NAME`")]
    Secret,
    /// A Secrets Manager ARN with one or two of the three last parts, or more than them.
    #[error("after the secret's name come none or all of `:JSON-KEY:VERSION-STAGE:VERSION-ID`, each of which may be empty")]
    Fields,
    /// Both a staging label and an id.
    #[error("it has both a version stage and a version id; only one of them can be asked for")]
    StageAndId,
    /// An SSM ARN of something else.
    #[error("the ARN of a parameter goes on with `parameter/NAME`")]
    Parameter,
    /// A parameter with a version or label, which ECS leaves empty.
    #[error("it asks for a version or label of a parameter, which ECS does not resolve: the variable would be empty")]
    ParameterVersion,
    /// The name by which the Parameter Store hands out a secret of Secrets Manager.
    #[error("it asks the Parameter Store for a secret of Secrets Manager: name that by its own ARN, by which grants know it")]
    SecretAsParameter,
    /// A character that names do not have.
    #[error("`{0}` is no legal name of a secret or parameter")]
    Name(String),
}

/// Why a text names no whole secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WholeSecretError {
    /// It is a name, and nothing says of which region and account.
    #[error("it is a name, and the settings `region` and `account` do not say where")]
    Place,
    /// It asks for a key or a version.
    #[error("it asks for a part or a version of the secret, and only the whole present one is read")]
    Part,
    /// It is a parameter.
    #[error("it is a parameter, not a secret of Secrets Manager")]
    Parameter,
    /// It is nothing that a value could be kept in.
    #[error(transparent)]
    ValueFrom(ValueFromError),
}

impl FromStr for ValueFrom {
    type Err = ValueFromError;

    fn from_str(text: &str) -> Result<Self, ValueFromError> {
        if text.is_empty() {
            return Err(ValueFromError::Empty);
        }
        if !text.starts_with("arn:") {
            return Ok(Self::Parameter(Parameter { name: parameter_name(text)?, has_slash: text.starts_with('/'), arn: None }));
        }
        let arn: Arn = text.parse().map_err(ValueFromError::Arn)?;
        match (arn.service.as_str(), arn.region.is_empty(), arn.account.is_empty()) {
            ("secretsmanager" | "ssm", true, _) => Err(ValueFromError::Region),
            ("secretsmanager" | "ssm", false, true) => Err(ValueFromError::Account),
            ("secretsmanager", false, false) => secret(&arn).map(Self::SecretsManager),
            ("ssm", false, false) => {
                let name = arn.resource.strip_prefix("parameter/").ok_or(ValueFromError::Parameter)?;
                Ok(Self::Parameter(Parameter { name: parameter_name(name)?, has_slash: false, arn: Some(arn) }))
            }
            (_, _, _) => Err(ValueFromError::Service(arn.service)),
        }
    }
}

/// A whole secret of Secrets Manager: by its ARN, or by its name in the task's own region and account.
pub fn whole_secret(text: &str, region: Option<&str>, account: Option<&str>) -> Result<SecretsManager, WholeSecretError> {
    let arn = if text.starts_with("arn:") {
        text.to_owned()
    } else {
        let (Some(region), Some(account)) = (region, account) else { return Err(WholeSecretError::Place) };
        format!("arn:{}:secretsmanager:{region}:{account}:secret:{text}", partition_of(region))
    };
    match arn.parse() {
        Ok(ValueFrom::SecretsManager(secret)) if secret.arn() == arn => Ok(secret),
        Ok(ValueFrom::SecretsManager(_)) => Err(WholeSecretError::Part),
        Ok(ValueFrom::Parameter(_)) => Err(WholeSecretError::Parameter),
        Err(error) => Err(WholeSecretError::ValueFrom(error)),
    }
}

fn secret(arn: &Arn) -> Result<SecretsManager, ValueFromError> {
    let rest = arn.resource.strip_prefix("secret:").ok_or(ValueFromError::Secret)?;
    let parts: Vec<&str> = rest.split(':').collect();
    let (name, json_key, version_stage, version_id) = match *parts.as_slice() {
        [name] => (name, "", "", ""),
        [name, json_key, version_stage, version_id] => (name, json_key, version_stage, version_id),
        _ => return Err(ValueFromError::Fields),
    };
    if name.is_empty() {
        return Err(ValueFromError::Secret);
    }
    // Names of secrets, other than those of parameters, may begin with `/` and mean it.
    if !is_legal(name.strip_prefix('/').unwrap_or(name), "/_+=.@-!") {
        return Err(ValueFromError::Name(name.into()));
    }
    if !version_stage.is_empty() && !version_id.is_empty() {
        return Err(ValueFromError::StageAndId);
    }
    let part = |part: &str| (!part.is_empty()).then(|| part.to_owned());
    let Arn { partition, service: _, region, account, resource: _ } = arn;
    Ok(SecretsManager {
        partition: partition.clone(),
        region: region.clone(),
        account: account.clone(),
        name: name.into(),
        json_key: part(json_key),
        version_stage: part(version_stage),
        version_id: part(version_id),
    })
}

/// What names of parameters begin with that the Parameter Store passes on to Secrets Manager
/// (<https://docs.aws.amazon.com/systems-manager/latest/userguide/integration-ps-secretsmanager.html>).
const SECRETS_AS_PARAMETERS: &str = "aws/reference/secretsmanager/";

fn parameter_name(text: &str) -> Result<String, ValueFromError> {
    let name = text.strip_prefix('/').unwrap_or(text);
    let (name, version) = name.split_once(':').map_or((name, None), |(name, version)| (name, Some(version)));
    if name.is_empty() || !is_legal(name, "/_.-") {
        return Err(ValueFromError::Name(text.into()));
    }
    if version.is_some() {
        return Err(ValueFromError::ParameterVersion);
    }
    if name.to_ascii_lowercase().starts_with(SECRETS_AS_PARAMETERS) {
        return Err(ValueFromError::SecretAsParameter);
    }
    Ok(name.into())
}

/// Whether a name has letters, digits and those characters only, and no part that a file system would take for a way up.
fn is_legal(name: &str, others: &str) -> bool {
    let legal = |character: char| character.is_ascii_alphanumeric() || others.contains(character);
    name.chars().all(legal) && has_plain_parts(name)
}

#[cfg(test)]
mod tests {
    use super::{Parameter, SecretsManager, ValueFrom, ValueFromError, WholeSecretError, whole_secret};

    fn secret(text: &str) -> SecretsManager {
        match text.parse() {
            Ok(ValueFrom::SecretsManager(secret)) => secret,
            other => unreachable!("{text}: {other:?}"),
        }
    }

    fn parameter(text: &str) -> Parameter {
        match text.parse() {
            Ok(ValueFrom::Parameter(parameter)) => parameter,
            other => unreachable!("{text}: {other:?}"),
        }
    }

    fn fault(text: &str) -> Option<ValueFromError> {
        text.parse::<ValueFrom>().err()
    }

    const ARN: &str = "arn:aws:secretsmanager:us-east-1:123456789012:secret:prod/db-password";

    #[test]
    fn a_whole_secret_of_secrets_manager() {
        let secret = secret(ARN);
        assert_eq!((secret.name.as_str(), secret.region.as_str(), secret.account.as_str()), ("prod/db-password", "us-east-1", "123456789012"));
        assert_eq!((secret.json_key.as_deref(), secret.version_stage.as_deref(), secret.version_id.as_deref()), (None, None, None));
        assert_eq!((secret.arn().as_str(), secret.name_without_suffix()), (ARN, None));
    }

    #[test]
    fn the_name_of_a_secret_may_begin_with_a_slash() {
        let arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:/prod/db-AbC1eF";
        let secret = secret(arn);
        assert_eq!((secret.name.as_str(), secret.name_without_suffix(), secret.arn().as_str()), ("/prod/db-AbC1eF", Some("/prod/db"), arn));
        for name in ["/", "//a", "/../a"] {
            assert_eq!(fault(&format!("arn:aws:secretsmanager:us-east-1:123456789012:secret:{name}")), Some(ValueFromError::Name(name.into())));
        }
    }

    #[test]
    fn the_suffix_of_secrets_manager_can_be_taken_off() {
        let secret = secret(&format!("{ARN}-AbC1eF"));
        assert_eq!((secret.name.as_str(), secret.name_without_suffix()), ("prod/db-password-AbC1eF", Some("prod/db-password")));
    }

    #[test]
    fn json_key_version_stage_and_version_id_may_each_be_empty() {
        let parts = |rest: &str| {
            let secret = secret(&format!("{ARN}{rest}"));
            (secret.json_key.unwrap_or_default(), secret.version_stage.unwrap_or_default(), secret.version_id.unwrap_or_default())
        };
        assert_eq!(parts(":user::"), ("user".into(), String::new(), String::new()));
        assert_eq!(parts("::AWSPREVIOUS:"), (String::new(), "AWSPREVIOUS".into(), String::new()));
        assert_eq!(parts(":a b.c::9d4cb84b"), ("a b.c".into(), String::new(), "9d4cb84b".into()));
        assert_eq!(parts(":::"), (String::new(), String::new(), String::new()));
        assert_eq!(secret(&format!("{ARN}:user::")).arn(), ARN);
    }

    #[test]
    fn every_partition_is_known() {
        for partition in ["aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-eusc"] {
            assert_eq!(secret(&format!("arn:{partition}:secretsmanager:r-1:123456789012:secret:a")).partition, partition);
            let arn = parameter(&format!("arn:{partition}:ssm:r-1:123456789012:parameter/a")).arn;
            assert_eq!(arn.map(|arn| arn.partition).as_deref(), Some(partition));
        }
    }

    #[test]
    fn parameters_are_named_or_have_an_arn() {
        for (text, name, has_slash) in
            [("a", "a", false), ("/a", "a", true), ("/prod/db/password", "prod/db/password", true), ("prod.db_password-1", "prod.db_password-1", false)]
        {
            assert_eq!(parameter(text), Parameter { name: name.into(), has_slash, arn: None }, "{text}");
            assert_eq!(parameter(text).asked(), text);
        }
        let with_arn = parameter("arn:aws:ssm:eu-west-1:210987654321:parameter/prod/db");
        assert_eq!((with_arn.name.as_str(), with_arn.asked().as_str()), ("prod/db", "arn:aws:ssm:eu-west-1:210987654321:parameter/prod/db"));
        assert_eq!(with_arn.arn.map(|arn| (arn.region, arn.account)), Some(("eu-west-1".into(), "210987654321".into())));
    }

    #[test]
    fn whole_secrets_have_an_arn_or_a_name() {
        let whole = |text: &str, region| whole_secret(text, region, region.map(|_| "123456789012")).map(|secret| secret.arn());
        assert_eq!(whole(ARN, None).as_deref(), Ok(ARN));
        let in_china = "arn:aws-cn:secretsmanager:cn-north-1:123456789012:secret:team/registry";
        assert_eq!(whole("team/registry", Some("cn-north-1")).as_deref(), Ok(in_china));
        assert_eq!(whole("registry", None), Err(WholeSecretError::Place));
        assert_eq!(whole(&format!("{ARN}:key::"), None), Err(WholeSecretError::Part));
        assert_eq!(whole(&format!("{ARN}:::"), None), Err(WholeSecretError::Part));
        assert_eq!(whole("arn:aws:ssm:us-east-1:123456789012:parameter/a", None), Err(WholeSecretError::Parameter));
        assert_eq!(whole("../a", Some("us-east-1")), Err(WholeSecretError::ValueFrom(ValueFromError::Name("../a".into()))));
    }

    #[test]
    fn what_is_wrong_is_said() {
        assert_eq!(fault(""), Some(ValueFromError::Empty));
        assert!(matches!(fault("arn:aws:secretsmanager:us-east-1:12:secret:a"), Some(ValueFromError::Arn(_))));
        assert!(matches!(fault("arn:aws:secretsmanager"), Some(ValueFromError::Arn(_))));
        assert_eq!(fault("arn:aws:s3:::bucket/key"), Some(ValueFromError::Service("s3".into())));
        assert_eq!(fault("arn:aws:secretsmanager::123456789012:secret:a"), Some(ValueFromError::Region));
        assert_eq!(fault("arn:aws:ssm:us-east-1::parameter/a"), Some(ValueFromError::Account));
        assert_eq!(fault("arn:aws:secretsmanager:us-east-1:123456789012:a"), Some(ValueFromError::Secret));
        assert_eq!(fault("arn:aws:secretsmanager:us-east-1:123456789012:secret:"), Some(ValueFromError::Secret));
        for rest in [":key", ":key:", ":key:stage:id:more"] {
            assert_eq!(fault(&format!("{ARN}{rest}")), Some(ValueFromError::Fields), "{rest}");
        }
        assert_eq!(fault(&format!("{ARN}::stage:id")), Some(ValueFromError::StageAndId));
        assert_eq!(fault("arn:aws:ssm:us-east-1:123456789012:document/a"), Some(ValueFromError::Parameter));
        assert_eq!(fault("name:3"), Some(ValueFromError::ParameterVersion));
        for name in ["a b", "{{ARN}}:key::", "/", "a//b", "../a", "a/../b", "é"] {
            assert_eq!(fault(name), Some(ValueFromError::Name(name.into())), "{name}");
        }
    }
}
