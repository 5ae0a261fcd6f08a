//! Asking AWS for what was gathered of a group: in batches, in the session of one of those who want it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_sdk_sts::config::Credentials;
use futures::future::join_all;
use tokio::time::Instant;

use super::super::{Access, SecretFault};
use super::client::{Client, Clients};
use super::fault::Refusal;
use super::outage::Outages;
use super::question::{Gathered, Group, Item, Service, Version};
use super::session::Sessions;
use super::{Outcome, Told, parameter_store, secrets_manager};

/// How many requests of a group are under way at once.
const SIDE_BY_SIDE: usize = 4;
/// How long a role is believed to have no right to batches of secrets, which is one besides that to each of them.
const NO_BATCHES: Duration = Duration::from_mins(10);
/// What it takes to ask.
pub struct Asking {
    clients: Arc<Clients>,
    sessions: Sessions,
    outages: Arc<Outages>,
    region: Option<String>,
    no_batches: Mutex<BTreeMap<Group, Instant>>,
}

impl Asking {
    /// Asks this address, or each service where AWS has it; roles are assumed in this region, else
    /// in that of what is read.
    pub fn new(endpoint: Option<String>, region: Option<String>) -> Self {
        let (clients, outages) = (Arc::new(Clients::new(endpoint)), Arc::new(Outages::default()));
        let sessions = Sessions::new(Arc::clone(&clients), Arc::clone(&outages));
        Self { clients, sessions, outages, region, no_batches: Mutex::default() }
    }

    /// Whether a namespace may act as the role of a group.
    pub async fn admit(&self, group: &Group, access: &Access) -> Result<(), SecretFault> {
        self.sessions.admit(&group.reader, access, self.region_of_roles(group)).await
    }

    fn region_of_roles<'a>(&'a self, group: &'a Group) -> &'a str {
        self.region.as_deref().unwrap_or(&group.region)
    }

    /// Asks for all of this, and tells what came of it. While nobody knows whether there will be an answer, one request
    /// finds out.
    pub async fn ask_all(&self, group: &Group, gathered: Vec<Gathered>) {
        let is_trial = match self.outages.ask(group) {
            Ok(is_trial) => is_trial,
            Err(fault) => return tell(&gathered, &fault),
        };
        let mut batches = self.batches(group, gathered);
        if is_trial
            && let Some(batch) = batches.pop()
            && let Some(fault) = self.ask_batch(group, &batch, 1).await
        {
            return batches.iter().for_each(|batch| tell(batch, &fault));
        }
        for some in batches.chunks(SIDE_BY_SIDE) {
            let asked: Vec<_> = some.iter().map(|batch| self.ask_batch(group, batch, Clients::ATTEMPTS)).collect();
            join_all(asked).await;
        }
    }

    /// What goes into one request each.
    fn batches(&self, group: &Group, gathered: Vec<Gathered>) -> Vec<Vec<Gathered>> {
        let has_no_batches = self.no_batches.lock().unwrap_or_else(PoisonError::into_inner).get(group).is_some_and(|at| at.elapsed() < NO_BATCHES);
        let size = match group.service {
            Service::SecretsManager if !has_no_batches => secrets_manager::BATCH,
            Service::ParameterStore => parameter_store::BATCH,
            Service::SecretsManager | Service::S3 | Service::Sts => 1,
        };
        let mut batches: Vec<Vec<Gathered>> = Vec::new();
        let mut open: Option<Vec<Gathered>> = None;
        for gathered in gathered {
            if matches!(gathered.question.item, Item::Secret(_, Version::Stage(_) | Version::Id(_))) {
                batches.push(vec![gathered]);
                continue;
            }
            let batch = open.get_or_insert_default();
            batch.push(gathered);
            if batch.len() == size {
                batches.extend(open.take());
            }
        }
        batches.extend(open);
        batches
    }

    /// Asks for this in one request, and tells what came of it; returns why there was no answer, if there was none.
    async fn ask_batch(&self, group: &Group, batch: &[Gathered], attempts: u32) -> Option<SecretFault> {
        let asked = Instant::now();
        let told = self.told(group, batch, attempts).await;
        let fault = told.iter().find_map(|told| told.as_ref().err().filter(|fault| fault.is_outage())).cloned();
        match &fault {
            Some(fault) => self.outages.goes_on(group, asked, fault.clone()),
            None => self.outages.is_over(group),
        }
        for (gathered, told) in batch.iter().zip(told) {
            gathered.tell.send_replace(Some(told));
        }
        fault
    }

    async fn told(&self, group: &Group, batch: &[Gathered], attempts: u32) -> Vec<Told> {
        let Some(access) = self.leader(group, batch).await else { return Vec::new() };
        let mut outcomes = Vec::new();
        // a session may have ended before its time, but not twice
        for _ in 0..2 {
            let session = match self.sessions.of(&group.reader, access, self.region_of_roles(group)).await {
                Ok(session) => session,
                Err(fault) => return batch.iter().map(|_| Err(fault.clone())).collect(),
            };
            outcomes = self.outcomes(group, batch, session, attempts).await;
            if !outcomes.iter().any(|outcome| matches!(outcome, Err(Refusal::Expired(_)))) {
                break;
            }
            self.sessions.forget(&group.reader, access).await;
        }
        outcomes.into_iter().map(|outcome| outcome.map_err(Refusal::of_item)).collect()
    }

    /// In whose session a request is sent: one that there is, else the first one's.
    async fn leader<'a>(&self, group: &Group, batch: &'a [Gathered]) -> Option<&'a Access> {
        for gathered in batch {
            if self.sessions.has(&group.reader, &gathered.access).await {
                return Some(&gathered.access);
            }
        }
        batch.first().map(|gathered| &gathered.access)
    }

    async fn outcomes(&self, group: &Group, batch: &[Gathered], session: Credentials, attempts: u32) -> Vec<Outcome> {
        let items: Vec<&Item> = batch.iter().map(|gathered| &gathered.question.item).collect();
        let client = Client::of(&self.clients, group, session, attempts);
        if let [item] = items.as_slice() {
            return vec![client.one(item).await];
        }
        let answer = client.batch(&items).await;
        if matches!((&client, &answer), (Client::SecretsManager(_), Err(Refusal::Forbidden(_)))) {
            self.no_batches.lock().unwrap_or_else(PoisonError::into_inner).insert(group.clone(), Instant::now());
        }
        complete(&client, answer, &items).await
    }
}

/// What came of each item, of what came of all of them: what the answer leaves open, and all of it where one item may be why
/// nothing was done, is asked for by itself.
async fn complete(client: &Client, answer: Result<Vec<Option<Outcome>>, Refusal>, items: &[&Item]) -> Vec<Outcome> {
    let mut outcomes = match answer {
        Ok(outcomes) => outcomes,
        Err(refusal) if refusal.may_be_of_one() => items.iter().map(|_| None).collect(),
        Err(refusal) => return items.iter().map(|_| Err(refusal.clone())).collect(),
    };
    let mut open: Vec<(&Item, &mut Option<Outcome>)> = items.iter().copied().zip(&mut outcomes).filter(|(_, outcome)| outcome.is_none()).collect();
    for some in open.chunks_mut(SIDE_BY_SIDE) {
        let asked: Vec<_> = some.iter().map(|(item, _)| client.one(item)).collect();
        for ((_, place), outcome) in some.iter_mut().zip(join_all(asked).await) {
            **place = Some(outcome);
        }
    }
    outcomes.into_iter().flatten().collect()
}

fn tell(gathered: &[Gathered], fault: &SecretFault) {
    for gathered in gathered {
        gathered.tell.send_replace(Some(Err(fault.clone())));
    }
}
