//! Every form of `valueFrom`, and of an environment file: the right value, or the right reason.

use std::sync::Arc;

use aws_sdk_ssm::types::ParameterType;

use crate::bed::{Bed, Trial, access, object, read, reader, secret};
use crate::support::Result;
use crate::support::moto::ACCOUNT;

const OTHER: &str = "210987654321";

pub fn trials() -> Vec<Trial> {
    vec![Trial::of(secrets), Trial::of(secrets_of_other_partitions), Trial::of(parameters), Trial::of(objects), Trial::of(what_has_no_value_says_why)]
}

async fn expect(bed: &Bed, cases: &[(String, &str)], role: &str) -> Result<()> {
    let (_door, backend) = bed.backend().await?;
    for (value_from, expected) in cases {
        let value = read(&backend, &secret(value_from, &reader(role))?).await;
        assert_eq!(value.map_err(|error| error.to_string()).as_deref(), Ok(*expected), "{value_from}");
    }
    Ok(())
}

async fn secrets(bed: Arc<Bed>) -> Result<()> {
    let seed = bed.moto().await?.seed();
    let json = r#"{"user":"u","port":5432,"big":1000000,"none":null,"list":[1,"b"],"map":{"y":2,"x":"1"},"a.b":"dotted","a b":"space","pass":"p$$ö\"' =\n"}"#;
    let arn = seed.secret(ACCOUNT, "us-east-1", "forms/db", "AbCdEf", json).await?;
    let plain = seed.secret(ACCOUNT, "us-east-1", "forms/plain-text", "GhIjKl", "first").await?;
    let first = plain.clone();
    let second = seed.new_version("us-east-1", &plain, "second").await?;
    let elsewhere = seed.secret(ACCOUNT, "eu-west-1", "forms/elsewhere", "MnOpQr", "far").await?;
    let rooted = seed.secret(ACCOUNT, "us-east-1", "/forms/rooted", "StUvWx", "rooted").await?;
    let odd = seed.secret(ACCOUNT, "us-east-1", "rds!cluster-46b60c0c", "YzAbCd", r#"{"password":"odd"}"#).await?;
    let empty = seed.secret(ACCOUNT, "us-east-1", "forms/empty-object", "EfGhIj", "{}").await?;
    let bytes = seed.binary_secret("us-east-1", "forms/bytes", &[0, 159, 146, 150]).await?;
    let short = |arn: &str| arn.rsplit_once('-').map_or_else(String::new, |(name, _)| name.to_owned());
    let cases = [
        (arn.clone(), json),
        (short(&arn), json),
        (format!("{arn}:::"), json),
        (format!("{arn}:user::"), "u"),
        (format!("{}:user::", short(&arn)), "u"),
        (format!("{arn}:port::"), "5432"),
        (format!("{arn}:big::"), "1e+06"),
        (format!("{arn}:none::"), "<nil>"),
        (format!("{arn}:list::"), "[1 b]"),
        (format!("{arn}:map::"), "map[x:1 y:2]"),
        (format!("{arn}:a.b::"), "dotted"),
        (format!("{arn}:a b::"), "space"),
        (format!("{arn}:pass::"), "p$$ö\"' =\n"),
        (format!("{arn}:user:AWSCURRENT:"), "u"),
        (plain.clone(), "second"),
        (short(&plain), "second"),
        (format!("{first}::AWSCURRENT:"), "second"),
        (format!("{plain}::AWSPREVIOUS:"), "first"),
        (format!("{}::AWSPREVIOUS:", short(&plain)), "first"),
        (format!("{plain}:::{second}"), "second"),
        (elsewhere, "far"),
        (rooted, "rooted"),
        (format!("{odd}:password::"), "odd"),
        (empty, "{}"),
        // the agent takes the text of a binary secret, which it has not
        (bytes, ""),
    ];
    expect(&bed, &cases, "forms").await
}

/// The suffix is chosen so that it looks like a part of the name, and the other way round.
async fn secrets_of_other_partitions(bed: Arc<Bed>) -> Result<()> {
    let seed = bed.moto().await?.seed();
    let (_door, backend) = bed.backend().await?;
    for (partition, region) in [("aws-cn", "cn-north-1"), ("aws-us-gov", "us-gov-west-1"), ("aws-eusc", "eusc-de-east-1"), ("aws-iso", "us-iso-east-1")] {
        let arn = seed.secret(ACCOUNT, region, "forms/partition", "AbCdEf", partition).await?;
        assert!(arn.starts_with(&format!("arn:{partition}:")), "{arn}");
        let mut access = reader("forms");
        access.role_arn = access.role_arn.replace("arn:aws:", &format!("arn:{partition}:"));
        assert_eq!(read(&backend, &secret(&arn, &access)?).await.map_err(|error| error.to_string()).as_deref(), Ok(partition));
        let foreign = read(&backend, &secret(&arn, &reader("forms"))?).await.map_err(|error| error.fault.reason());
        assert_eq!(foreign, Err("SecretUnreadable"), "a role of the partition aws is not used in {partition}");
    }
    Ok(())
}

async fn parameters(bed: Arc<Bed>) -> Result<()> {
    let seed = bed.moto().await?.seed();
    for (region, name, kind, value) in [
        ("us-east-1", "/forms/path/password", ParameterType::SecureString, "secure"),
        ("us-east-1", "forms-single", ParameterType::String, "single"),
        ("us-east-1", "forms.dotted_name-1", ParameterType::String, "dotted"),
        ("us-east-1", "/forms/list", ParameterType::StringList, "a,b,c"),
        ("us-east-1", "/forms/json", ParameterType::String, r#"{"key":"value"}"#),
        ("eu-west-1", "/forms/path/password", ParameterType::SecureString, "elsewhere"),
    ] {
        seed.parameter(ACCOUNT, region, name, kind, value).await?;
    }
    let arn = |region: &str, name: &str| format!("arn:aws:ssm:{region}:{ACCOUNT}:parameter/{name}");
    let cases = [
        ("/forms/path/password".to_owned(), "secure"),
        (arn("us-east-1", "forms/path/password"), "secure"),
        ("forms-single".to_owned(), "single"),
        ("/forms-single".to_owned(), "single"),
        (arn("us-east-1", "forms-single"), "single"),
        ("forms.dotted_name-1".to_owned(), "dotted"),
        ("/forms/list".to_owned(), "a,b,c"),
        ("/forms/json".to_owned(), r#"{"key":"value"}"#),
        (arn("eu-west-1", "forms/path/password"), "elsewhere"),
    ];
    expect(&bed, &cases, "forms").await?;
    let (door, backend) = bed.backend().await?;
    seed.parameter(OTHER, "us-east-1", "/forms/other", ParameterType::String, "of another account").await?;
    let other = secret(&arn("us-east-1", "forms/other").replace(ACCOUNT, OTHER), &access(OTHER, "forms", "shop", "ECSService/api"))?;
    assert_eq!(read(&backend, &other).await.map_err(|error| error.to_string()).as_deref(), Ok("of another account"));
    assert_eq!(door.requests().of("GetParameters").0.first().map(|request| request.subjects.clone()), Some(vec!["/forms/other".to_owned()]));
    Ok(())
}

async fn objects(bed: Arc<Bed>) -> Result<()> {
    let seed = bed.moto().await?.seed();
    seed.bucket("forms-bucket").await?;
    for (key, bytes) in [("web.env", "A=1\r\n#B\nC=ö\n".as_bytes()), ("config/a b+ö.env", b"X=y"), ("empty.env", b""), ("bytes.env", &[0xff, 0xfe])] {
        seed.object("forms-bucket", key, bytes).await?;
    }
    seed.object("forms-bucket", "large.env", &vec![b'a'; 1024 * 1024 + 1]).await?;
    let (_door, backend) = bed.backend().await?;
    for (bucket, key, expected) in [
        ("forms-bucket", "web.env", Ok("A=1\r\n#B\nC=ö\n")),
        ("forms-bucket", "config/a b+ö.env", Ok("X=y")),
        ("forms-bucket", "empty.env", Ok("")),
        ("forms-bucket", "none.env", Err("SecretNotFound")),
        ("forms-no-bucket", "web.env", Err("SecretNotFound")),
        ("forms-bucket", "bytes.env", Err("SecretUnreadable")),
        ("forms-bucket", "large.env", Err("SecretUnreadable")),
    ] {
        let value = read(&backend, &object(bucket, key, &reader("forms"))).await;
        assert_eq!(value.map_err(|error| error.fault.reason()).as_deref(), expected.as_ref().map(|text| *text), "{bucket}/{key}");
    }
    Ok(())
}

async fn what_has_no_value_says_why(bed: Arc<Bed>) -> Result<()> {
    const ECS: &str = "containerDefinitions[0].secrets[0].valueFrom: ResourceInitializationError: unable to pull secrets or registry auth:";
    let seed = bed.moto().await?.seed();
    let arn = seed.secret(ACCOUNT, "us-east-1", "forms/refused", "AbCdEf", r#"{"user":"canary-value"}"#).await?;
    let text = seed.secret(ACCOUNT, "us-east-1", "forms/refused-text", "AbCdEf", "canary-value").await?;
    let bytes = seed.binary_secret("us-east-1", "forms/refused-bytes", b"canary-value").await?;
    // without its suffix its ARN is that of another secret, and nobody knows which one is meant
    let misleading = seed.secret(ACCOUNT, "us-east-1", "forms/db-backup", "AbCdEf", "canary-value").await?.replace("-AbCdEf", "");
    let (_door, backend) = bed.backend().await?;
    let absent = "arn:aws:secretsmanager:us-east-1:123456789012:secret:forms/absent-AbCdEf";
    for (value_from, reason, words) in [
        (absent.to_owned(), "SecretNotFound", format!("{ECS} ResourceNotFoundException: the task can't retrieve the secret with ARN `{absent}`")),
        (misleading, "SecretUnreadable", "write the whole ARN of the one that is meant".to_owned()),
        (arn.replace("us-east-1", "eu-west-1"), "SecretNotFound", "ResourceNotFoundException".to_owned()),
        (format!("{arn}::AWSPENDING:"), "SecretNotFound", "ResourceNotFoundException".to_owned()),
        (format!("{arn}:::00000000-0000-0000-0000-000000000000"), "SecretNotFound", "ResourceNotFoundException".to_owned()),
        (format!("{arn}:password::"), "SecretNotFound", format!("{ECS} retrieved secret `{arn}` did not contain json key `password`")),
        (format!("{arn}:User::"), "SecretNotFound", "did not contain json key `User`".to_owned()),
        (format!("{text}:key::"), "SecretUnreadable", format!("{ECS} retrieved secret `{text}` did not contain json key `key`: it is no JSON object")),
        (format!("{bytes}:key::"), "SecretUnreadable", "it is no JSON object".to_owned()),
        ("/forms/absent".to_owned(), "SecretNotFound", format!("{ECS} invalid parameters: `/forms/absent`")),
        ("forms/no-slash".to_owned(), "SecretNotFound", format!("{ECS} invalid parameters: `forms/no-slash`")),
        ("arn:aws:ssm:eu-west-1:123456789012:parameter/forms/absent".to_owned(), "SecretNotFound", "invalid parameters".to_owned()),
    ] {
        let error = read(&backend, &secret(&value_from, &reader("forms"))?).await.err().ok_or("a value where none is")?;
        assert_eq!(error.fault.reason(), reason, "{value_from}");
        assert!(error.to_string().contains(&words), "{value_from}: {error}");
        assert!(!format!("{error}{error:?}").contains("canary-value"), "{value_from}");
    }
    Ok(())
}
