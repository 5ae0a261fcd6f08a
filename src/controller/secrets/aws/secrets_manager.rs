//! Secrets Manager: secrets by the twenty, and those of another version than the current one by themselves, because a batch
//! cannot ask for it.

use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::types::ApiErrorType;

use super::question::Version;
use super::{Answer, Outcome, Refusal};
use crate::translate::value_from::ValueFrom;

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
        let value = answer.secret_values().iter().find(|value| answers(arn, value.arn())).map(|value| Ok(Answer::of(value.secret_string())));
        let is_of = |error: &&ApiErrorType| error.secret_id() == Some(arn) || answers(arn, error.secret_id());
        value.or_else(|| answer.errors().iter().find(is_of).map(|error| Err(refusal(error))))
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
    if !answers(arn, answer.arn()) {
        let other = answer.arn().unwrap_or_default();
        return Err(Refusal::Refused(format!("Secrets Manager answers with another secret, `{other}`: write the whole ARN of the one that is meant")));
    }
    Ok(Answer::of(answer.secret_string()))
}

/// Whether the secret of this ARN is the one that was asked for, and that a grant was asked for. An ARN without the six
/// characters at its end may be taken for the whole ARN of another secret.
fn answers(asked: &str, arn: Option<&str>) -> bool {
    matches!((asked.parse(), arn), (Ok(ValueFrom::SecretsManager(secret)), Some(arn)) if secret.is_answered_by(arn))
}

fn refusal(error: &ApiErrorType) -> Refusal {
    Refusal::of_code(error.error_code().unwrap_or_default(), error.message().unwrap_or_default(), 0)
}
