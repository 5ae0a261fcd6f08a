//! What a request asks of AWS, read from its signature, its headers and its body; never the value of a secret.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use http::{HeaderMap, Method, Uri};
use serde_json::Value;

use super::AwsFault;
use crate::support::Result;
use crate::support::ledger::Requests;

/// Who asks: the session of a role.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Session {
    /// The ARN of the role.
    pub role: String,
    /// The name of the session.
    pub name: String,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
    /// The external id that the role was assumed with.
    pub external_id: Option<String>,
}

/// One request and what became of it.
#[derive(Debug, Clone)]
pub struct AwsRequest {
    /// Its place in the record, from 0.
    pub ordinal: usize,
    /// When it came, since moto was started.
    pub start: Duration,
    /// Such as `secretsmanager`; of a request without a signature `sts`.
    pub service: String,
    /// Such as `BatchGetSecretValue`.
    pub operation: String,
    /// The region that the signature is for.
    pub region: String,
    /// The access key of the signature; empty where there is none.
    pub key: String,
    /// The session that the key belongs to; none for the caller's own identity.
    pub session: Option<Session>,
    /// What is asked for: ids of secrets, names of parameters, `BUCKET/KEY`, or the ARN of a role.
    pub subjects: Vec<String>,
    /// The account that the bucket must belong to, if it says so.
    pub bucket_owner: Option<String>,
    /// The session that it asks for, if it assumes a role.
    pub wanted_session: Option<Session>,
    /// The web identity token that it shows, which tests make up.
    pub token: Option<String>,
    /// What was done to it.
    pub fault: AwsFault,
    /// What was answered.
    pub status: Option<u16>,
}

impl AwsRequest {
    /// Reads a request; ordinal, time and session are set by the door.
    pub fn read(method: &Method, uri: &Uri, headers: &HeaderMap, body: &[u8]) -> Self {
        let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let credential = header("authorization").split("Credential=").nth(1).and_then(|rest| rest.split(',').next()).unwrap_or_default();
        let scope: Vec<&str> = credential.split('/').collect();
        let part = |index: usize| scope.get(index).copied().unwrap_or_default().to_owned();
        let service = if credential.is_empty() { "sts".to_owned() } else { part(3) };
        let form = form(body);
        let operation = match (header("x-amz-target").rsplit_once('.'), form.get("Action")) {
            (Some((_, operation)), _) => operation.to_owned(),
            (None, Some(action)) => action.clone(),
            (None, None) => format!("{method} object"),
        };
        let subjects = if service == "s3" { vec![uri.path().trim_start_matches('/').to_owned()] } else { subjects(body, &form) };
        let wanted_session = form.contains_key("RoleSessionName").then(|| session(&form));
        Self {
            ordinal: 0,
            start: Duration::ZERO,
            service,
            operation,
            region: part(2),
            key: part(0),
            session: None,
            subjects,
            bucket_owner: Some(header("x-amz-expected-bucket-owner").to_owned()).filter(|owner| !owner.is_empty()),
            wanted_session,
            token: form.get("WebIdentityToken").cloned(),
            fault: AwsFault::Pass,
            status: None,
        }
    }

    /// Whether it reads a value.
    pub fn is_read(&self) -> bool {
        self.service != "sts"
    }
}

impl fmt::Display for AwsRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let role = self.session.as_ref().map_or("the caller itself", |session| session.role.as_str());
        let status = self.status.map_or_else(|| "no answer".to_owned(), |status| status.to_string());
        let (start, fault) = (self.start.as_secs_f64(), self.fault);
        write!(
            formatter,
            "#{} {start:.3}s {}:{} in {} by {role} of {} -> {status} ({fault:?})",
            self.ordinal,
            self.service,
            self.operation,
            self.region,
            self.subjects.join(" ")
        )
    }
}

/// Some requests, in order.
pub type AwsRequests = Requests<AwsRequest>;

impl AwsRequests {
    /// Those of this operation.
    pub fn of(self, operation: &str) -> Self {
        self.that(|request| request.operation == operation)
    }

    /// How many of each operation.
    pub fn counts(&self) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for request in &self.0 {
            *counts.entry(request.operation.clone()).or_default() += 1;
        }
        counts
    }

    /// Fails, with all of them, unless there are exactly so many of each operation.
    pub fn expect(&self, counts: &[(&str, usize)], what: &str) -> Result<()> {
        let expected: BTreeMap<String, usize> = counts.iter().filter(|(_, count)| *count > 0).map(|(name, count)| ((*name).to_owned(), *count)).collect();
        if self.counts() == expected { Ok(()) } else { Err(format!("{what}: {:?} where {expected:?} were expected\n{self}", self.counts()).into()) }
    }
}

impl fmt::Display for AwsRequests {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|request| writeln!(formatter, "{request}"))
    }
}

fn form(body: &[u8]) -> BTreeMap<String, String> {
    form_urlencoded::parse(body).into_owned().collect()
}

fn subjects(body: &[u8], form: &BTreeMap<String, String>) -> Vec<String> {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let mut subjects: Vec<String> = form.get("RoleArn").cloned().into_iter().collect();
    for name in ["SecretId", "SecretIdList", "Names"] {
        match body.get(name) {
            Some(Value::String(subject)) => subjects.push(subject.clone()),
            Some(Value::Array(items)) => subjects.extend(items.iter().filter_map(Value::as_str).map(str::to_owned)),
            _ => {}
        }
    }
    subjects
}

fn session(form: &BTreeMap<String, String>) -> Session {
    let of = |name: &str| form.get(name).cloned();
    let tag = |index: usize| of(&format!("Tags.member.{index}.Key")).zip(of(&format!("Tags.member.{index}.Value")));
    Session {
        role: of("RoleArn").unwrap_or_default(),
        name: of("RoleSessionName").unwrap_or_default(),
        tags: (1..).map_while(tag).collect(),
        external_id: of("ExternalId"),
    }
}
