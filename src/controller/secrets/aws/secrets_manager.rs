//! Secrets Manager: secrets by the twenty, and those of another version than the current one by themselves, because a batch
//! cannot ask for it.

use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::types::{ApiErrorType, SecretValueEntry};

use super::question::Version;
use super::{Answer, Outcome, Refusal};

/// How many secrets a batch takes.
pub const BATCH: usize = 20;

/// The current versions of so many secrets, in their order. What a batch leaves open for a reason that passes is asked for
/// once more; `None` is what it does not speak of.
pub async fn batch(client: &Client, arns: &[&str]) -> Result<Vec<Option<Outcome>>, Refusal> {
    let mut outcomes = ask(client, arns).await?;
    let passes = |outcome: &Option<Outcome>| matches!(outcome, Some(Err(refusal)) if refusal.is_outage());
    let open: Vec<usize> = outcomes.iter().enumerate().filter(|(_, outcome)| passes(outcome)).map(|(index, _)| index).collect();
    if !open.is_empty() {
        let again: Vec<&str> = open.iter().filter_map(|index| arns.get(*index).copied()).collect();
        for (index, outcome) in open.into_iter().zip(ask(client, &again).await?) {
            if let Some(place) = outcomes.get_mut(index) {
                *place = outcome;
            }
        }
    }
    Ok(outcomes)
}

async fn ask(client: &Client, arns: &[&str]) -> Result<Vec<Option<Outcome>>, Refusal> {
    let ids = arns.iter().map(|arn| (*arn).to_owned()).collect();
    let answer = client.batch_get_secret_value().set_secret_id_list(Some(ids)).send().await.map_err(|error| Refusal::of(&error))?;
    let find = |arn: &str| {
        let value = answer.secret_values().iter().find(|value| is_of(value, arn)).map(|value| Ok(Answer::of(value.secret_string())));
        value.or_else(|| answer.errors().iter().find(|error| names(error.secret_id(), arn)).map(|error| Err(refusal(error))))
    };
    Ok(arns.iter().map(|arn| find(arn)).collect())
}

/// One version of a secret.
pub async fn one(client: &Client, arn: &str, version: &Version) -> Outcome {
    let (stage, id) = match version {
        Version::Current => (None, None),
        Version::Stage(stage) => (Some(stage.clone()), None),
        Version::Id(id) => (None, Some(id.clone())),
    };
    let request = client.get_secret_value().secret_id(arn).set_version_stage(stage).set_version_id(id);
    let answer = request.send().await.map_err(|error| Refusal::of(&error))?;
    Ok(Answer::of(answer.secret_string()))
}

/// Whether this is the secret that was asked for. Its ARN has the suffix that Secrets Manager gives, also where the ARN that
/// was asked for had none.
fn is_of(value: &SecretValueEntry, arn: &str) -> bool {
    let name = arn.splitn(7, ':').nth(6);
    names(value.arn(), arn) || (value.name().is_some() && value.name() == name)
}

fn names(id: Option<&str>, arn: &str) -> bool {
    id.is_some_and(|id| id == arn || id.strip_prefix(arn).is_some_and(|rest| rest.len() == 7 && rest.starts_with('-')))
}

fn refusal(error: &ApiErrorType) -> Refusal {
    Refusal::of_code(error.error_code().unwrap_or_default(), error.message().unwrap_or_default(), 0)
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn arns_without_the_suffix_name_the_same_secret() {
        let arn = "arn:aws:secretsmanager:us-east-1:111122223333:secret:a";
        for (id, same) in [("", true), ("-AbCdEf", true), ("b-AbCdEf", false), ("-b-AbCdEf", false), ("-AbCdE", false)] {
            assert_eq!(names(Some(&format!("{arn}{id}")), arn), same, "{id}");
        }
        assert!(!names(None, arn));
    }
}
