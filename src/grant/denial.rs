//! Why something is denied, in words that say which grant lacks what.

use std::fmt;

/// No grant allows what is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denial {
    /// The grants that were asked, and why each does not allow it.
    pub refusals: Vec<Refusal>,
    /// Where a grant that allows it has it.
    pub list: List,
    /// The entry by which it would.
    pub entry: String,
}

impl Denial {
    /// Whether a grant that cannot be read may allow it all the same.
    pub fn is_of_unreadable(&self) -> bool {
        self.refusals.iter().any(|refusal| matches!(refusal.reason, Reason::Unreadable { .. }))
    }
}

/// A grant that does not allow it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Its name.
    pub grant: String,
    /// Why not.
    pub reason: Reason,
}

/// Why a grant does not allow something.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// There is no grant of that name.
    #[error("is not there")]
    NotThere,
    /// It cannot be read: another operator wrote the definition of its kind.
    #[error("cannot be read: {error}")]
    Unreadable {
        /// What is wrong.
        error: String,
    },
    /// It is for other namespaces.
    #[error("does not select this namespace by its `namespaceSelector`")]
    OtherNamespaces,
    /// It has no role to read by.
    #[error("has no `roleArn` to read by")]
    NoRole,
    /// Its role is of another partition.
    #[error("reads by a role of the partition `{of_role}`, and this is of `{partition}`")]
    OtherPartition {
        /// That of what is wanted.
        partition: String,
        /// That of the role.
        of_role: String,
    },
    /// What has no account of its own is of the settings' account, and the role is of another.
    #[error("reads by a role of account {of_role}, and a parameter without ARN is of account {account}: give the whole ARN")]
    RoleOfAnotherAccount {
        /// That of the settings.
        account: String,
        /// That of the role.
        of_role: String,
    },
    /// Neither the grant nor the settings say it.
    #[error("has no `{}`, and the settings name none either", .0.name())]
    Unknown(List),
    /// It is named in a way that names of AWS are not.
    #[error("allows no name with an empty part, `.`, `..`, or characters that such names do not have")]
    NotPlain,
    /// It does not have it.
    #[error("lacks `- {entry}` in its `{}`", .list.name())]
    NotListed {
        /// The list.
        list: List,
        /// The entry.
        entry: String,
    },
}

/// A list of a grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the members of a grant")]
pub enum List {
    Accounts,
    Regions,
    Secrets,
    Parameters,
    Buckets,
    TaskRoles,
}

impl List {
    /// The member of a grant.
    pub fn name(self) -> &'static str {
        match self {
            Self::Accounts => "accounts",
            Self::Regions => "regions",
            Self::Secrets => "secrets",
            Self::Parameters => "parameters",
            Self::Buckets => "buckets",
            Self::TaskRoles => "taskRoles",
        }
    }
}

impl fmt::Display for Denial {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { refusals, list, entry } = self;
        if refusals.is_empty() {
            return write!(formatter, "`spec.kubernetes.grants` names no grant; one that allows it has `- {entry}` in its `{}`", list.name());
        }
        for (index, Refusal { grant, reason }) in refusals.iter().enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            write!(formatter, "{separator}grant `{grant}` {reason}")?;
        }
        Ok(())
    }
}
