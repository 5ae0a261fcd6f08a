//! The `AWS` backend: values of Secrets Manager, of the Parameter Store and of S3, read in the session of the role that a
//! grant names, for every service at once.
//!
//! What is wanted becomes a [`question`]. One that was answered a moment ago for the same reader, the same role and external
//! id, gets that answer; one that is being asked waits with the others; the rest is gathered for a moment and asked in
//! batches ([`collect`], [`asking`]). Before an answer that another namespace caused is given, the role is assumed for this one
//! ([`session`]). Where AWS does not answer, it is left alone for a while ([`outage`]).
//!
//! The session's tags are no boundary between namespaces that one role may serve: who needs one gives each its own role.

mod asking;
mod client;
mod collect;
mod fault;
mod identity;
mod outage;
mod parameter_store;
mod question;
mod s3;
mod secrets_manager;
mod session;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use asking::Asking;
use collect::Collection;
use fault::Refusal;
use futures::future::join_all;
use question::{Group, Question, Reader};
use tokio::time::{Instant, timeout_at};

use super::{Access, SecretFault, SecretValue, Source, Wanted, json_key};
use crate::settings::Settings;
use crate::translate::value_from::ValueFrom;

/// How long an answer is good: services that start together share it.
pub const FRESH: Duration = Duration::from_mins(1);
/// How long reading all of a service may take.
const DEADLINE: Duration = Duration::from_secs(40);

/// What AWS keeps under a name: a text, or bytes, of which ECS makes an empty text.
#[derive(Clone)]
enum Answer {
    Text(Arc<str>),
    Bytes,
}

impl Answer {
    fn of(text: Option<&str>) -> Self {
        text.map_or(Self::Bytes, |text| Self::Text(text.into()))
    }
}

/// What came of a question.
type Outcome = Result<Answer, Refusal>;

/// What is told to those who wait.
type Told = Result<Answer, SecretFault>;

/// The backend.
#[derive(Clone)]
pub struct Aws {
    asking: Arc<Asking>,
    collection: Arc<Collection>,
}

impl fmt::Debug for Aws {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Aws")
    }
}

impl Aws {
    /// A backend that asks this address, or each service of AWS where it is.
    pub fn new(settings: &Settings, endpoint: Option<String>) -> Self {
        let asking = Arc::new(Asking::new(endpoint, settings.region.clone()));
        Self { collection: Arc::new(Collection::new(Arc::clone(&asking))), asking }
    }

    /// Reads all of this, in this order; where a time is given, what was read before it is not good enough.
    pub async fn read(&self, wanted: &[Wanted], since: Option<Instant>) -> Vec<Result<SecretValue, SecretFault>> {
        let deadline = Instant::now() + DEADLINE;
        let questions: Vec<Result<(Question, &Access), SecretFault>> = wanted.iter().map(question).collect();
        let mut refused = BTreeMap::new();
        for (reader, (group, access)) in readers(&questions) {
            let admitted = timeout_at(deadline, self.asking.admit(group, access)).await.unwrap_or_else(|_| Err(late()));
            if let Err(fault) = admitted {
                refused.insert(reader.clone(), fault);
            }
        }
        let answers = questions.into_iter().map(|question| {
            let (question, access) = question?;
            if let Some(fault) = refused.get(&question.group.reader) {
                return Err(fault.clone());
            }
            Ok(self.collection.ask(question, access, since))
        });
        let answers: Vec<_> = answers.collect();
        let values = wanted.iter().zip(answers).map(async |(wanted, answer)| {
            let answer = timeout_at(deadline, answer?).await.unwrap_or_else(|_| Err(late()))?;
            value(wanted, &answer)
        });
        join_all(values).await
    }
}

fn question(wanted: &Wanted) -> Result<(Question, &Access), SecretFault> {
    let access = wanted.access.as_ref().ok_or(SecretFault::NoGrant)?;
    Ok((Question::of(wanted, access)?, access))
}

/// Who reads, and for whom: of each reader once, because all is wanted by one object.
fn readers<'a>(questions: &'a [Result<(Question, &'a Access), SecretFault>]) -> BTreeMap<&'a Reader, (&'a Group, &'a Access)> {
    questions.iter().flatten().map(|(question, access)| (&question.group.reader, (&question.group, *access))).collect()
}

fn late() -> SecretFault {
    SecretFault::Unavailable(format!("there was no answer within {DEADLINE:?}"))
}

/// What the variable's value is, of what AWS keeps.
fn value(wanted: &Wanted, answer: &Answer) -> Result<SecretValue, SecretFault> {
    let key = match &wanted.source {
        Source::Secret(ValueFrom::SecretsManager(secret)) => secret.json_key.as_deref(),
        Source::Secret(ValueFrom::Parameter(_)) | Source::Object { .. } => None,
    };
    match (answer, key) {
        (Answer::Text(text), None) => Ok(SecretValue(text.to_string())),
        (Answer::Text(text), Some(key)) => json_key::value(text, key),
        (Answer::Bytes, None) => {
            tracing::warn!(secret = wanted.source.name(), path = wanted.path, "the secret is binary: as in ECS the value is empty");
            Ok(SecretValue(String::new()))
        }
        (Answer::Bytes, Some(key)) => Err(SecretFault::NoJson(key.to_owned())),
    }
}
