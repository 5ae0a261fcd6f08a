//! Grants: whether something of AWS may be had. Pure. What no grant allows that an object names, that there is and that
//! selects the object's namespace, is denied, and the [`Denial`] says of each of them why.
//!
//! What is wanted is compared in its parts, never as it was written: partition, region, account and name, each whole but for a
//! `*` at the end of a pattern. No spelling of a name leaves a pattern: a name with an empty part, `.` or `..` fits none.

#![deny(clippy::disallowed_types, clippy::disallowed_methods)]

mod denial;
mod pattern;
mod selector;

use std::collections::BTreeMap;

pub use denial::{Denial, List, Reason, Refusal};
use pattern::{names_role, names_secret, names_text, path_has, role_of};
pub use selector::{Labels, selects};
use serde_json::Value;

use crate::ecs::arn::{Arn, has_plain_parts, without_suffix};
use crate::ecs::{self, AccessGrant};
use crate::settings::Settings;

/// A grant that an object names and that selects its namespace.
#[derive(Clone, Debug, PartialEq)]
pub struct Grant {
    /// Its name.
    pub name: String,
    /// What it allows.
    pub spec: AccessGrant,
    /// What it is limited to where it does not say it.
    pub home: Home,
}

/// The account and the region of the settings.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Home {
    /// The account.
    pub account: Option<String>,
    /// The region.
    pub region: Option<String>,
}

impl Home {
    /// That of the settings.
    pub fn of(settings: &Settings) -> Self {
        Self { account: settings.account.clone(), region: settings.region.clone() }
    }
}

impl Grant {
    /// The accounts that it is limited to: those that it says, else that of the settings.
    pub fn accounts(&self) -> &[String] {
        limits(self.spec.accounts.as_deref(), self.home.account.as_ref())
    }
}

fn limits<'a>(said: Option<&'a [String]>, home: Option<&'a String>) -> &'a [String] {
    said.filter(|said| !said.is_empty()).unwrap_or(home.map_or(&[], std::slice::from_ref))
}

/// Something of AWS that a task needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted<'a> {
    /// A secret of Secrets Manager, by its ARN.
    Secret {
        /// The partition.
        partition: &'a str,
        /// The region.
        region: &'a str,
        /// The account.
        account: &'a str,
        /// The name as the ARN has it. Where it ends like the six characters that Secrets Manager adds, they are taken for them.
        name: &'a str,
        /// Whether who reads it holds the ARN that is answered against it. Where nobody does, Secrets Manager may take a name that
        /// ends like the six characters for one without them, and so answer with another secret: both must be allowed.
        is_checked: bool,
    },
    /// A parameter of the Parameter Store.
    Parameter {
        /// The name, without a leading `/`.
        name: &'a str,
        /// The ARN; without one it is a parameter of the settings' account and region.
        arn: Option<&'a Arn>,
    },
    /// An object in S3.
    Object {
        /// The partition.
        partition: &'a str,
        /// The bucket.
        bucket: &'a str,
        /// The key.
        key: &'a str,
    },
    /// A role that tasks have.
    TaskRole(&'a Arn),
}

/// All grants that there are, by name: what each says, or why it cannot be read.
pub type All = BTreeMap<String, Result<AccessGrant, String>>;

/// The grants that an object names.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Named {
    /// Those that count.
    pub grants: Vec<Grant>,
    /// Those that do not, and why.
    pub refusals: Vec<Refusal>,
}

/// What is known of the grants that an object names.
#[derive(Clone, Copy, Debug)]
pub enum Grants<'a> {
    /// Nothing: there is no cluster to ask.
    Unknown,
    /// These are all.
    Known(&'a Named),
}

/// The names of the grants by which tasks may have what is of AWS. Only their task definition names them: were those of a service to
/// count, whoever may write the task definition that it follows had by them what he may not use himself.
pub fn names(task_definition: &ecs::TaskDefinition) -> impl Iterator<Item = &str> {
    task_definition.kubernetes.iter().filter_map(|kubernetes| kubernetes.grants.as_ref()).flatten().map(String::as_str)
}

/// [`names`], of a specification as served.
pub fn names_in(spec: &Value) -> impl Iterator<Item = &str> {
    spec.pointer("/kubernetes/grants").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

impl Named {
    /// The grants of these names that count in a namespace of these labels.
    pub fn of<'a>(chosen: impl IntoIterator<Item = &'a str>, all: &All, labels: Labels<'_>, home: &Home) -> Self {
        let mut named = Self::default();
        for name in chosen {
            let is_known = named.grants.iter().any(|grant| grant.name == name) || named.refusals.iter().any(|refusal| refusal.grant == name);
            if is_known {
                continue;
            }
            let refuse = |reason| Refusal { grant: name.to_owned(), reason };
            match all.get(name) {
                None => named.refusals.push(refuse(Reason::NotThere)),
                Some(Err(error)) => named.refusals.push(refuse(Reason::Unreadable { error: error.clone() })),
                Some(Ok(spec)) if !selects(spec.namespace_selector.as_ref(), labels) => named.refusals.push(refuse(Reason::OtherNamespaces)),
                Some(Ok(spec)) => named.grants.push(Grant { name: name.to_owned(), spec: spec.clone(), home: home.clone() }),
            }
        }
        named
    }

    /// The first grant that allows what is wanted.
    pub fn allowing(&self, wanted: &Wanted<'_>) -> Result<&Grant, Denial> {
        allowing(&self.grants, wanted).map_err(|denial| Denial { refusals: [denial.refusals, self.refusals.clone()].concat(), ..denial })
    }
}

/// The first of these grants that allows what is wanted.
pub fn allowing<'a>(grants: &'a [Grant], wanted: &Wanted<'_>) -> Result<&'a Grant, Denial> {
    let mut refusals = Vec::new();
    for grant in grants {
        match allows(grant, wanted) {
            Ok(()) => return Ok(grant),
            Err(reason) => refusals.push(Refusal { grant: grant.name.clone(), reason }),
        }
    }
    let (list, entry) = wanted.entry();
    Err(Denial { refusals, list, entry })
}

fn allows(grant: &Grant, wanted: &Wanted<'_>) -> Result<(), Reason> {
    let Grant { name: _, spec, home } = grant;
    let AccessGrant { namespace_selector: _, role_arn, external_id: _, accounts: _, regions, secrets, parameters, buckets, task_roles } = spec;
    let (list, entry) = wanted.entry();
    let of_account = |account: &str| within(grant.accounts(), account, List::Accounts);
    let of_region = |region: &str| within(limits(regions.as_deref(), home.region.as_ref()), region, List::Regions);
    let role = || role_of(role_arn.as_deref()).ok_or(Reason::NoRole);
    let of_partition = |role: &Arn, partition: &str| {
        let is_same = role.partition == partition;
        if is_same { Ok(()) } else { Err(Reason::OtherPartition { partition: partition.to_owned(), of_role: role.partition.clone() }) }
    };
    if !wanted.is_plain() {
        return Err(Reason::NotPlain);
    }
    let is_listed = |patterns: &Option<Vec<String>>, fits: &dyn Fn(&str) -> bool| patterns.iter().flatten().any(|pattern| fits(pattern));
    let is_listed = match *wanted {
        Wanted::Secret { partition, region, account, name, is_checked } => {
            of_partition(&role()?, partition)?;
            of_account(account)?;
            of_region(region)?;
            let has = |bare| is_listed(secrets, &|pattern| names_secret(pattern, (partition, region, account), name, bare));
            has(without_suffix(name).unwrap_or(name)) && (is_checked || has(name))
        }
        Wanted::Parameter { name, arn: Some(arn) } => {
            of_partition(&role()?, &arn.partition)?;
            of_account(&arn.account)?;
            of_region(&arn.region)?;
            is_listed(parameters, &|pattern| path_has(pattern, name))
        }
        Wanted::Parameter { name, arn: None } => {
            let role = role()?;
            let (account, region) = (home.account.as_deref().ok_or(Reason::Unknown(List::Accounts))?, home.region.as_deref());
            if role.account != account {
                return Err(Reason::RoleOfAnotherAccount { account: account.to_owned(), of_role: role.account });
            }
            of_account(account)?;
            of_region(region.ok_or(Reason::Unknown(List::Regions))?)?;
            is_listed(parameters, &|pattern| path_has(pattern, name))
        }
        Wanted::Object { partition, bucket, key } => {
            of_partition(&role()?, partition)?;
            // Nobody but S3 knows whose a bucket is: it is told, when it is asked, whose it may be.
            if grant.accounts().is_empty() {
                return Err(Reason::Unknown(List::Accounts));
            }
            is_listed(buckets, &|pattern| match pattern.split_once('/') {
                None => pattern == bucket,
                Some((of, keys)) => of == bucket && names_text(keys, key),
            })
        }
        Wanted::TaskRole(role) => {
            of_account(&role.account)?;
            is_listed(task_roles, &|pattern| names_role(pattern, role))
        }
    };
    if is_listed { Ok(()) } else { Err(Reason::NotListed { list, entry }) }
}

/// Whether a place is one of those that a grant is limited to.
fn within(limits: &[String], wanted: &str, list: List) -> Result<(), Reason> {
    match limits {
        [] => Err(Reason::Unknown(list)),
        limits if limits.iter().any(|limit| limit == wanted) => Ok(()),
        _ => Err(Reason::NotListed { list, entry: wanted.to_owned() }),
    }
}

impl Wanted<'_> {
    /// Where a grant allows it, and the line by which it does.
    pub fn entry(&self) -> (List, String) {
        match *self {
            Self::Secret { partition, region, account, name, is_checked } => match without_suffix(name) {
                Some(_) if !is_checked => (List::Secrets, format!("arn:{partition}:secretsmanager:{region}:{account}:secret:{name}")),
                bare => (List::Secrets, bare.unwrap_or(name).to_owned()),
            },
            Self::Parameter { name, arn: _ } => (List::Parameters, format!("/{name}")),
            Self::Object { partition: _, bucket, key } => (List::Buckets, format!("{bucket}/{key}")),
            Self::TaskRole(role) => (List::TaskRoles, role.to_string()),
        }
    }

    /// Whether it is named in the one way that a name of AWS has.
    fn is_plain(&self) -> bool {
        let has_parts = |name: &str, legal: &dyn Fn(char) -> bool| name.chars().all(legal) && has_plain_parts(name);
        match *self {
            Self::Secret { partition: _, region: _, account: _, name, is_checked: _ } => {
                has_parts(name.strip_prefix('/').unwrap_or(name), &pattern::is_of_secrets)
            }
            Self::Parameter { name, arn: _ } => has_parts(name, &pattern::is_of_parameters),
            Self::Object { partition: _, bucket, key } => !bucket.is_empty() && has_parts(key, &pattern::is_of_keys),
            Self::TaskRole(role) => role.region.is_empty() && role.service == "iam" && has_parts(&role.resource, &pattern::is_of_roles),
        }
    }
}

#[cfg(test)]
mod tests;
