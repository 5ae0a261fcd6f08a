//! Sessions of the grants' roles: assumed for an object of a namespace, whose names the session's name and tags tell
//! CloudTrail and the role's policies, and kept until shortly before they end.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_sdk_sts::config::Credentials;
use aws_sdk_sts::error::ProvideErrorMetadata;
use aws_sdk_sts::types::Tag;
use tokio::time::Instant;

use super::super::{Access, SecretFault};
use super::client::Clients;
use super::fault::Refusal;
use super::identity::Identity;
use super::outage::Outages;
use super::question::{Group, Reader, Service};

/// How long a session lasts. No longer one is given to who is in the session of a role himself.
const LENGTH: Duration = Duration::from_hours(1);
/// How long before its end no request begins in it.
const MARGIN: Duration = Duration::from_mins(5);
/// How long it is believed that a role cannot be assumed.
const REFUSED: Duration = Duration::from_secs(10);
/// The longest name of a session, and the longest value of a tag.
const LONGEST: (usize, usize) = (64, 256);

/// The sessions of all roles.
pub struct Sessions {
    clients: Arc<Clients>,
    identity: Identity,
    outages: Arc<Outages>,
    known: Mutex<BTreeMap<(Reader, String), Guarded>>,
}

/// One at a time assumes a role for a namespace.
type Guarded = Arc<tokio::sync::Mutex<Known>>;

/// The sessions of a role for a namespace, by object.
#[derive(Default)]
struct Known {
    sessions: BTreeMap<String, (Credentials, Instant)>,
    refused: Option<(SecretFault, Instant)>,
}

impl Known {
    /// Whether it holds anything that still counts: a namespace that is gone leaves nothing behind.
    fn is_worth_keeping(&mut self) -> bool {
        self.forget_ended();
        !self.sessions.is_empty() || self.refused.as_ref().is_some_and(|(_, at)| at.elapsed() < REFUSED)
    }

    fn forget_ended(&mut self) {
        self.sessions.retain(|_, (_, end)| *end > Instant::now());
    }
}

impl Sessions {
    /// No session yet.
    pub fn new(clients: Arc<Clients>, outages: Arc<Outages>) -> Self {
        Self { clients, identity: Identity::default(), outages, known: Mutex::default() }
    }

    /// Whether the namespace may act as the role: what another namespace was given it gets only if AWS lets it in too.
    pub async fn admit(&self, reader: &Reader, access: &Access, region: &str) -> Result<(), SecretFault> {
        let known = self.known(reader, access);
        let mut known = known.lock().await;
        known.forget_ended();
        if known.sessions.is_empty() { self.assume(&mut known, reader, access, region).await.map(drop) } else { Ok(()) }
    }

    /// The session for an object.
    pub async fn of(&self, reader: &Reader, access: &Access, region: &str) -> Result<Credentials, SecretFault> {
        let known = self.known(reader, access);
        let mut known = known.lock().await;
        known.forget_ended();
        match known.sessions.get(&access.object) {
            Some((credentials, _)) => Ok(credentials.clone()),
            None => self.assume(&mut known, reader, access, region).await,
        }
    }

    /// Whether there is a session for the object.
    pub async fn has(&self, reader: &Reader, access: &Access) -> bool {
        self.known(reader, access).lock().await.sessions.get(&access.object).is_some_and(|(_, end)| *end > Instant::now())
    }

    /// Forgets a session that AWS takes no more.
    pub async fn forget(&self, reader: &Reader, access: &Access) {
        self.known(reader, access).lock().await.sessions.remove(&access.object);
    }

    fn known(&self, reader: &Reader, access: &Access) -> Guarded {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, one| one.try_lock().map_or(true, |mut one| one.is_worth_keeping()));
        Arc::clone(known.entry((reader.clone(), access.namespace.clone())).or_default())
    }

    async fn assume(&self, known: &mut Known, reader: &Reader, access: &Access, region: &str) -> Result<Credentials, SecretFault> {
        if let Some((fault, at)) = &known.refused
            && at.elapsed() < REFUSED
        {
            return Err(fault.clone());
        }
        let group = Group { reader: reader.clone(), service: Service::Sts, region: region.to_owned(), account: reader.role.account.clone() };
        let attempts = if self.outages.ask(&group)? { 1 } else { Clients::ATTEMPTS };
        let asked = Instant::now();
        match self.ask(reader, access, region, attempts).await {
            Ok(credentials) => {
                self.outages.is_over(&group);
                known.refused = None;
                known.sessions.insert(access.object.clone(), (credentials.clone(), asked + LENGTH.saturating_sub(MARGIN)));
                Ok(credentials)
            }
            Err(fault @ (SecretFault::Throttled(_) | SecretFault::Unavailable(_))) => {
                self.outages.goes_on(&group, asked, fault.clone());
                Err(fault)
            }
            Err(fault) => {
                self.outages.is_over(&group);
                known.refused = Some((fault.clone(), Instant::now()));
                Err(fault)
            }
        }
    }

    async fn ask(&self, reader: &Reader, access: &Access, region: &str, attempts: u32) -> Result<Credentials, SecretFault> {
        let tag = |key: &str, value: &str| Tag::builder().key(key).value(legal(value, "_.:/=+-@ ", LONGEST.1)).build();
        let tags = [tag("kubernetes-namespace", &access.namespace), tag("kubernetes-object", &access.object)].into_iter().collect::<Result<Vec<_>, _>>();
        let tags = tags.map_err(|error| SecretFault::Refused(error.to_string()))?;
        // the operator's own credentials may have ended before their time, but not twice
        let mut is_renewed = false;
        loop {
            let own = self.identity.credentials(&self.clients, region).await?;
            let request = self.clients.sts(Some(own.clone()), region, attempts).assume_role().role_arn(reader.role.to_string());
            let request = request.set_external_id(reader.external_id.clone()).role_session_name(session_name(access)).set_tags(Some(tags.clone()));
            let error = match request.duration_seconds(i32::try_from(LENGTH.as_secs()).unwrap_or(3600)).send().await {
                Ok(answer) => {
                    let given = answer.credentials().map(Clients::credentials);
                    return given.ok_or_else(|| SecretFault::Unavailable("STS gave no credentials".into()));
                }
                Err(error) => error,
            };
            let refusal = Refusal::of(&error);
            let has_ended = matches!(refusal, Refusal::Expired(_));
            if has_ended {
                self.identity.forget(&own).await;
            }
            if is_renewed || !has_ended {
                return Err(refusal.of_role(&access.grant, &reader.role.to_string(), error.code().unwrap_or("no code")));
            }
            is_renewed = true;
        }
    }
}

/// The session's name: namespace and object, such as `shop.ECSService-api`.
fn session_name(access: &Access) -> String {
    let name = legal(&format!("{}.{}", access.namespace, access.object.replace('/', "-")), "_=,.@-", LONGEST.0);
    if name.len() < 2 { "ecs-operator".to_owned() } else { name }
}

/// A text of letters, digits and these characters; others become `-`, and what is too long is cut.
fn legal(text: &str, others: &str, longest: usize) -> String {
    let legal = |character: char| if character.is_ascii_alphanumeric() || others.contains(character) { character } else { '-' };
    text.chars().map(legal).take(longest).collect()
}

#[cfg(test)]
mod tests {
    use super::{Access, session_name};
    use crate::grant::Home;

    #[test]
    fn sessions_are_named_after_namespace_and_object() {
        let name = |namespace: &str, object: &str| {
            session_name(&Access {
                grant: String::new(),
                role_arn: String::new(),
                external_id: None,
                accounts: Vec::new(),
                home: Home::default(),
                namespace: namespace.into(),
                object: object.into(),
            })
        };
        assert_eq!(name("shop", "ECSService/api"), "shop.ECSService-api");
        assert_eq!(name("ö", "a b"), "-.a-b");
        assert_eq!(name(&"n".repeat(63), "ECSService/api").len(), 64);
    }
}
