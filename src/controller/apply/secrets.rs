//! The Secrets of a service revision: their values are read all or none, they are created before the workload that needs
//! them, restored where somebody deleted one, compared with the values of today, and deleted with their revision.

use std::time::Duration;

use serde_json::Value;
use tokio::time::Instant;

use super::super::cache::{NamespacedName, OwnKind};
use super::super::error::Problem;
use super::super::observe::{NumberedRevision, ObservedService};
use super::super::plan::Plan;
use super::super::secrets::{self, Access, Backend, SecretError, SecretErrors, SecretValue, Wanted};
use super::super::write::WriteError;
use super::{Applied, Apply, OwnerReference, owned_body, patch};
use crate::grant::{self, Named};
use crate::revision::service::{self, ServiceRevision};
use crate::translate::s3_object::S3Object;
use crate::translate::secret::{self, Content, RevisionSecret};
use crate::translate::{FileReference, Kind, Object, ValueFrom, names};

/// How often it is looked whether a Secret is still there, while tasks are missing.
pub const SECRET_CHECK: Duration = Duration::from_mins(1);

/// When it was last looked whether the Secrets of a service are there.
#[derive(Clone, Copy, Debug)]
pub struct SecretCheck {
    at: Instant,
    /// Whether the deployment had been complete by then.
    was_completed: bool,
}

/// The values of a Secret, by their keys.
type Values = Vec<(String, SecretValue)>;

/// The Secrets of a service revision that the operator fills.
pub fn secrets<'a>(owner: &OwnerReference, number: i64, revision: &'a ServiceRevision) -> Vec<RevisionSecret<'a>> {
    secret::secrets(&owner.name.namespace, &owner.name.name, number, &revision.rendering)
}

/// How values are read: where, and by what right on whose behalf.
pub struct Reading<'a> {
    /// Where values come from.
    pub backend: &'a Backend,
    /// The service.
    pub name: &'a NamespacedName,
    /// The grants that it has.
    pub named: &'a Named,
    /// Where a time is given: what was read before it is not good enough.
    pub since: Option<Instant>,
}

impl Reading<'_> {
    /// Reads the values of all these Secrets at once: all of them, or none.
    pub async fn values(&self, secrets: &[RevisionSecret<'_>]) -> Result<Vec<Values>, SecretErrors> {
        let variables = secrets.iter().flat_map(|secret| variables(&secret.content));
        let wanted = secrets.iter().flat_map(|secret| self.wanted(&secret.content)).zip(variables.clone());
        let wanted = SecretErrors::all(wanted.map(|(wanted, variable)| of_variable(wanted, variable)))?;
        let read = self.backend.read_since(&wanted, self.since).await.into_iter().zip(variables);
        let mut read = SecretErrors::all(read.map(|(value, variable)| of_variable(value, variable)))?.into_iter();
        SecretErrors::all(secrets.iter().map(|secret| data(&secret.content, &mut read)))
    }

    /// What is read for a Secret.
    fn wanted(&self, content: &Content<'_>) -> Vec<Result<Wanted, SecretError>> {
        match content {
            Content::Secrets(references) => references.values().map(|reference| self.secret(&reference.value_from, &reference.path)).collect(),
            Content::Files(files) => {
                let access = |file: &FileReference| self.access(&file.arn.parse::<S3Object>().ok()?.wanted());
                files.files.iter().map(|file| Wanted::object(&file.arn, access(file), &file.path)).collect()
            }
            Content::Registry(registry) => vec![self.secret(&registry.credentials_parameter, &registry.path)],
        }
    }

    fn secret(&self, value_from: &str, path: &str) -> Result<Wanted, SecretError> {
        let access = value_from.parse().ok().and_then(|value: ValueFrom| self.access(&value.wanted(true)));
        Wanted::secret(value_from, access, path)
    }

    /// The right that a grant gives.
    fn access(&self, wanted: &grant::Wanted<'_>) -> Option<Access> {
        let grant = self.named.allowing(wanted).ok()?;
        Some(Access {
            grant: grant.name.clone(),
            role_arn: grant.spec.role_arn.clone()?,
            external_id: grant.spec.external_id.clone(),
            accounts: grant.accounts().to_vec(),
            home: grant.home.clone(),
            namespace: self.name.namespace.clone(),
            object: format!("{}/{}", OwnKind::Service.name(), self.name.name),
        })
    }
}

/// The variables that what is read for a Secret is for; where it is no single one, nothing.
fn variables<'a>(content: &Content<'a>) -> Vec<Option<&'a str>> {
    match content {
        Content::Secrets(references) => references.values().map(|reference| Some(reference.variable.as_str())).collect(),
        Content::Files(files) => vec![None; files.files.len()],
        Content::Registry(_) => vec![None],
    }
}

fn of_variable<T>(result: Result<T, SecretError>, variable: Option<&str>) -> Result<T, SecretError> {
    result.map_err(|error| SecretError { variable: variable.map(str::to_owned), ..error })
}

/// The values of a Secret, from what was read for it.
fn data(content: &Content<'_>, read: &mut impl Iterator<Item = SecretValue>) -> Result<Values, SecretError> {
    match content {
        Content::Secrets(references) => Ok(references.keys().cloned().zip(read).collect()),
        Content::Files(files) => secrets::variables(files, read.take(files.files.len()).collect()),
        Content::Registry(registry) => read.next().map_or(Ok(Values::new()), |credentials| secrets::docker_configuration(registry, &credentials)),
    }
}

fn name_of(owner: &OwnerReference, secret: &RevisionSecret<'_>) -> NamespacedName {
    NamespacedName::new(&owner.name.namespace, &secret.object.name)
}

/// The patch that tells whether a Secret is ours and has these values and no others, and changes nothing.
fn test_of(owner: &OwnerReference, values: &Values) -> Vec<Value> {
    let mut operations = patch::ownership_test(&owner.uid);
    operations.push(secrets::test(values));
    operations
}

impl Apply {
    /// Creates immutable Secrets; one of ours that exists and has these values is as good. Another one of that name and owner was
    /// planted, or made before a value changed and never used: it is made anew.
    pub async fn create_secrets(&self, owner: &OwnerReference, secrets: &[RevisionSecret<'_>], values: Vec<Values>) -> Result<(), Problem> {
        for (secret, values) in secrets.iter().zip(values) {
            let name = name_of(owner, secret);
            let (mut body, _) = owned_body(owner, &secret.object);
            secrets::fill(&mut body, &values);
            match self.writer.post(Kind::Secret, &name.namespace, &body).await {
                Ok(_) => {}
                Err(WriteError::Exists) => self.keep_or_replace(owner, &name, &values, &body).await?,
                Err(error) => return Err(self.problem(Kind::Secret, &name, error)),
            }
        }
        Ok(())
    }

    async fn keep_or_replace(&self, owner: &OwnerReference, name: &NamespacedName, values: &Values, body: &Value) -> Result<(), Problem> {
        match self.writer.patch(Kind::Secret, name, &test_of(owner, values)).await {
            Ok(_) => return Ok(()),
            Err(WriteError::TestFailed) => self.remove_secret(owner, name).await?,
            Err(error) => return Err(self.problem(Kind::Secret, name, error)),
        }
        self.writer.post(Kind::Secret, &name.namespace, body).await.map(drop).map_err(|error| self.problem(Kind::Secret, name, error))
    }

    /// Whether a secret of a service revision has another value by now than the revision's Secrets.
    pub async fn secrets_changed(&self, observed: &ObservedService, number: i64, revision: &ServiceRevision, reading: &Reading<'_>) -> Result<bool, Problem> {
        let owner = OwnerReference::of(OwnKind::Service, &observed.name, &observed.specification);
        let secrets = secrets(&owner, number, revision);
        let values = reading.values(&secrets).await?;
        self.differ(&owner, &secrets, values).await
    }

    /// Whether a Secret has other values than these, found out by patches that only test. One that is not there is none
    /// that differs.
    async fn differ(&self, owner: &OwnerReference, secrets: &[RevisionSecret<'_>], values: Vec<Values>) -> Result<bool, Problem> {
        for (secret, values) in secrets.iter().zip(values) {
            let name = name_of(owner, secret);
            match self.writer.patch(Kind::Secret, &name, &test_of(owner, &values)).await {
                Ok(_) | Err(WriteError::NotFound) => {}
                Err(WriteError::TestFailed) => {
                    if self.ask(owner, Kind::Secret, &name).await?.is_some() {
                        return Ok(true);
                    }
                }
                Err(error) => return Err(self.problem(Kind::Secret, &name, error)),
            }
        }
        Ok(false)
    }

    /// Makes the Secrets of a revision again, which we deleted when they might not be had, or asks others for them again.
    pub async fn make_secrets_again(
        &self,
        observed: &ObservedService,
        number: i64,
        revision: &ServiceRevision,
        reading: &Reading<'_>,
        applied: &mut Applied,
    ) -> Result<(), Problem> {
        let owner = OwnerReference::of(OwnKind::Service, &observed.name, &observed.specification);
        let secrets = secrets(&owner, number, revision);
        let values = reading.values(&secrets).await?;
        self.create_secrets(&owner, &secrets, values).await?;
        for object in revision.rendering.objects.iter().filter(|object| object.kind == Kind::ExternalSecret) {
            self.ensure(&owner, object, applied).await?;
        }
        Ok(())
    }

    /// Deletes the Secrets of a revision that may no longer have what is in them.
    pub async fn delete_secrets_of(&self, observed: &ObservedService, number: i64) -> Result<(), Problem> {
        let owner = OwnerReference::of(OwnKind::Service, &observed.name, &observed.specification);
        let Some(revision) = observed.revisions.iter().find(|revision| revision.number == number) else { return Ok(()) };
        self.delete_secrets(&owner, revision).await?;
        // With the object that asked for it goes the Secret that others made.
        let asked = |object: &&Object| object.kind == Kind::ExternalSecret;
        for object in revision.content.iter().flat_map(|content| &content.rendering.objects).filter(asked) {
            let name = NamespacedName::new(&owner.name.namespace, &object.name);
            let uid = self.cache().child(object.kind, &name).filter(|child| child.is_owned_by(&owner.uid)).map(|child| child.uid.clone());
            if let Some(uid) = uid {
                self.prune(object.kind, &name, &uid).await?;
            }
        }
        Ok(())
    }

    /// Deletes all Secrets of a service revision; of one that cannot be read, the one that each may have, and those that it names.
    pub async fn delete_secrets(&self, owner: &OwnerReference, revision: &NumberedRevision) -> Result<(), Problem> {
        let NumberedRevision { number, uid: _, content, secrets: besides } = revision;
        let names = match content {
            Some(content) => secrets(owner, *number, content).into_iter().map(|secret| secret.object.name).collect(),
            None => [vec![names::secret(&owner.name.name, *number)], besides.clone()].concat(),
        };
        for name in names {
            self.delete_secret(owner, &NamespacedName::new(&owner.name.namespace, name)).await?;
        }
        Ok(())
    }

    /// Deletes a Secret, unless it is not ours.
    async fn delete_secret(&self, owner: &OwnerReference, name: &NamespacedName) -> Result<(), Problem> {
        match self.remove_secret(owner, name).await {
            Err(Problem::Conflict { .. }) => Ok(()),
            result => result,
        }
    }

    /// Deletes a Secret, which is not watched: that it is ours is asked first, and one that is not is a conflict.
    async fn remove_secret(&self, owner: &OwnerReference, name: &NamespacedName) -> Result<(), Problem> {
        match self.ask(owner, Kind::Secret, name).await? {
            Some(live) => self.prune(Kind::Secret, name, live.pointer("/metadata/uid").and_then(Value::as_str).unwrap_or_default()).await,
            None => Ok(()),
        }
    }

    /// Restores the Secrets of the running revision that somebody deleted. Secrets are not watched: this is asked while a
    /// deployment lacks tasks, at most once a minute; where it was not complete yet, for the first time after a minute, for
    /// its Secrets were just made. What may not be read is not restored.
    pub async fn restore_secrets(
        &self,
        observed: &ObservedService,
        plan: &Plan,
        backend: &Backend,
        checked: &mut Option<SecretCheck>,
        applied: &mut Applied,
    ) -> Result<(), Problem> {
        let Some((number, revision)) = plan.revision.as_ref().filter(|_| plan.may_have_values()) else { return Ok(()) };
        let owner = OwnerReference::of(OwnKind::Service, &observed.name, &observed.specification);
        let secrets = secrets(&owner, *number, revision);
        let workload = observed.workload.as_ref().and_then(|child| child.workload.as_ref());
        let lacks_tasks = workload.is_some_and(|workload| workload.service_revision == Some(*number) && !workload.is_rolled_out());
        if secrets.is_empty() || !lacks_tasks {
            return Ok(());
        }
        let now = SecretCheck { at: Instant::now(), was_completed: observed.was_completed(&service::name(&observed.name.name, *number)) };
        let before = checked.filter(|before| before.was_completed == now.was_completed).or((!now.was_completed).then_some(now));
        if let Some(before) = before.filter(|before| before.at.elapsed() < SECRET_CHECK) {
            applied.look_again(SECRET_CHECK.saturating_sub(before.at.elapsed()));
            *checked = Some(before);
            return Ok(());
        }
        applied.look_again(SECRET_CHECK);
        let mut missing = Vec::new();
        for secret in secrets {
            if self.ask(&owner, Kind::Secret, &name_of(&owner, &secret)).await?.is_none() {
                missing.push(secret);
            }
        }
        if !missing.is_empty() {
            let values = Reading { backend, name: &observed.name, named: &plan.named, since: None }.values(&missing).await?;
            self.create_secrets(&owner, &missing, values).await?;
        }
        *checked = Some(now);
        applied.repaired.extend(missing.into_iter().map(|secret| (Kind::Secret, secret.object.name, None)));
        Ok(())
    }
}
