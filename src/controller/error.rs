//! Why an object is not as its user wants it. A problem knows its reason (the condition's, the event's and the
//! metric's at once), whether only the user can mend it, and when it is tried again.

use std::time::Duration;

use super::secrets::{Again, SecretErrors};
use super::write::WriteError;
use crate::translate::Kind;

/// Why an object is not as its user wants it.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// The specification cannot be translated: its author must mend it.
    #[error("{0}")]
    InvalidSpecification(String),
    /// The task definition that a service refers to is not there.
    #[error("task definition `{0}` is not there: create an ECSTaskDefinition of this family in the namespace")]
    TaskDefinitionNotFound(String),
    /// The task definition that a service refers to cannot be used.
    #[error("the task definition cannot be used as it is: {0}")]
    TaskDefinitionInvalid(String),
    /// A revision cannot be read: an older or newer operator made it.
    #[error("ControllerRevision `{0}` cannot be read; delete it to have the service deployed anew")]
    RevisionUnreadable(String),
    /// The task definition was deleted; the service goes on with what it has.
    #[error("task definition `{0}` is gone; the service goes on with its running revision")]
    TaskDefinitionGone(String),
    /// A revision of the task definition has not been registered yet.
    #[error("task definition `{0}` has no revision yet")]
    TaskDefinitionNotRegistered(String),
    /// Another object claims the same identity and is older.
    #[error("{kind} `{name}` is older and has the same {identity}: rename one of the two")]
    Claimed {
        /// The kind of both.
        kind: &'static str,
        /// The name of the older.
        name: String,
        /// What both claim.
        identity: String,
    },
    /// Secrets have no value.
    #[error(transparent)]
    Secret(#[from] SecretErrors),
    /// No grant allows what the specification has of AWS.
    #[error("{0}")]
    AccessDenied(String),
    /// No grant allows any more what runs has of AWS.
    #[error(
        "{reason}; what runs, runs on{}",
        if *.is_deleted { ", and its Secrets are deleted: no container starts again" } else { "" }
    )]
    AccessRevoked {
        /// What, and why.
        reason: String,
        /// Whether the Secrets that were made by the grant are deleted.
        is_deleted: bool,
    },
    /// Others have not carried out yet what an object asks them for, and pods need.
    #[error("{} `{name}` is not ready: {message}; `kubectl describe {} {name}` tells more", .kind.name(), .kind.plural())]
    NotReady {
        /// Its kind.
        kind: Kind,
        /// Its name.
        name: String,
        /// What they say.
        message: String,
    },
    /// An ingress class does not exist.
    #[error("ingress class `{0}` does not exist: create it, or name another in spec.kubernetes.ingressClassName")]
    IngressClassNotFound(String),
    /// An object of a name that we need belongs to somebody else.
    #[error("{} `{name}` exists and is not ours: delete or rename it", .kind.name())]
    Conflict {
        /// Its kind.
        kind: Kind,
        /// Its name.
        name: String,
    },
    /// A kind that others bring is not installed.
    #[error("the cluster has no {}: install what brings it ({}), or choose settings without it", .0.name(), .0.api_version())]
    KindNotInstalled(Kind),
    /// The operator serves one namespace and may not make what belongs to the cluster.
    #[error(
        "the operator may not make PersistentVolume `{0}`: let an administrator apply it (`ecs-operator render` prints it), or install the operator for the whole cluster"
    )]
    VolumeForbidden(String),
    /// Children of an earlier object of this name are still being deleted.
    #[error("{} `{name}` of an earlier object of this name is still being deleted", .kind.name())]
    StillDeleting {
        /// Its kind.
        kind: Kind,
        /// Its name.
        name: String,
    },
    /// Our view is old; the watch will bring what changed.
    #[error("{} `{name}` changed meanwhile", .kind.name())]
    Outdated {
        /// Its kind.
        kind: Kind,
        /// Its name.
        name: String,
    },
    /// The namespace is being deleted.
    #[error("namespace `{0}` is being deleted")]
    NamespaceTerminating(String),
    /// A write failed.
    #[error("{} `{name}` could not be written: {source}", .kind.name())]
    Write {
        /// The kind of the object.
        kind: Kind,
        /// Its name.
        name: String,
        /// What the server said.
        source: WriteError,
    },
    /// The status could not be written.
    #[error("the status of `{name}` could not be written: {source}")]
    Status {
        /// Whose status it is.
        name: String,
        /// What the server said.
        source: WriteError,
    },
    /// A reconcile took too long.
    #[error("reconciling took longer than {0:?}")]
    TimedOut(Duration),
    /// A reconcile panicked.
    #[error("an internal error stopped the reconcile; please report it: {0}")]
    Panicked(String),
}

/// What is done about a problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// Something that is watched will change.
    OnChange,
    /// It is tried again, later each time.
    BackOff,
    /// The same, beginning late: as a rule a person mends it.
    Seldom,
    /// The same, but never late: trying is cheap, and it heals by itself.
    Soon,
}

impl Retry {
    /// The first and the longest delay.
    pub fn delays(self) -> Option<(Duration, Duration)> {
        match self {
            Self::OnChange => None,
            Self::BackOff => Some((Duration::from_secs(1), Duration::from_mins(5))),
            Self::Seldom => Some((Duration::from_secs(15), Duration::from_mins(5))),
            Self::Soon => Some((Duration::from_secs(1), Duration::from_secs(30))),
        }
    }

    /// The delay after so many failures before.
    pub fn delay(self, failures: u32) -> Option<Duration> {
        self.delays().map(|(first, longest)| (first * 2u32.saturating_pow(failures.min(16))).min(longest))
    }
}

impl Problem {
    /// The reason of the condition, of the event and of the metric.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::InvalidSpecification(_) => "InvalidSpecification",
            Self::TaskDefinitionNotFound(_) => "TaskDefinitionNotFound",
            Self::TaskDefinitionInvalid(_) => "TaskDefinitionInvalid",
            Self::RevisionUnreadable(_) => "RevisionUnreadable",
            Self::TaskDefinitionGone(_) => "TaskDefinitionGone",
            Self::TaskDefinitionNotRegistered(_) => "TaskDefinitionNotRegistered",
            Self::Claimed { .. } | Self::Conflict { .. } => "Conflict",
            Self::Secret(errors) => errors.fault().reason(),
            Self::AccessDenied(_) => "AccessDenied",
            Self::AccessRevoked { .. } => "AccessRevoked",
            Self::NotReady { kind: Kind::ExternalSecret, .. } => "ExternalSecretNotReady",
            Self::NotReady { .. } => "PodIdentityAssociationNotReady",
            Self::IngressClassNotFound(_) => "IngressClassNotFound",
            Self::KindNotInstalled(_) => "KindNotInstalled",
            Self::VolumeForbidden(_) => "Forbidden",
            Self::StillDeleting { .. } => "StillDeleting",
            Self::Outdated { .. } => "Outdated",
            Self::NamespaceTerminating(_) => "NamespaceTerminating",
            Self::Write { source, .. } | Self::Status { source, .. } => source.reason(),
            Self::TimedOut(_) => "TimedOut",
            Self::Panicked(_) => "InternalError",
        }
    }

    /// Whether only a change of the object's own specification mends it.
    pub fn is_stalled(&self) -> bool {
        match self {
            Self::InvalidSpecification(_) => true,
            Self::Secret(errors) => errors.fault().is_stalled(),
            Self::TaskDefinitionNotFound(_)
            | Self::TaskDefinitionInvalid(_)
            | Self::RevisionUnreadable(_)
            | Self::TaskDefinitionGone(_)
            | Self::TaskDefinitionNotRegistered(_)
            | Self::Claimed { .. }
            | Self::AccessDenied(_)
            | Self::AccessRevoked { .. }
            | Self::NotReady { .. }
            | Self::IngressClassNotFound(_)
            | Self::Conflict { .. }
            | Self::KindNotInstalled(_)
            | Self::VolumeForbidden(_)
            | Self::StillDeleting { .. }
            | Self::Outdated { .. }
            | Self::NamespaceTerminating(_)
            | Self::Write { .. }
            | Self::Status { .. }
            | Self::TimedOut(_)
            | Self::Panicked(_) => false,
        }
    }

    /// Whether users are told: what heals by itself within a moment is not worth a status write.
    pub fn is_worth_telling(&self) -> bool {
        !matches!(self, Self::TaskDefinitionNotRegistered(_) | Self::Outdated { .. } | Self::NamespaceTerminating(_))
    }

    /// Whether the object is as good as it can be all the same.
    pub fn is_harmless(&self) -> bool {
        matches!(self, Self::TaskDefinitionGone(_))
    }

    /// When it is tried again.
    pub fn retry(&self) -> Retry {
        match self {
            Self::InvalidSpecification(_)
            | Self::TaskDefinitionNotFound(_)
            | Self::TaskDefinitionInvalid(_)
            | Self::TaskDefinitionGone(_)
            | Self::RevisionUnreadable(_)
            | Self::TaskDefinitionNotRegistered(_)
            | Self::Claimed { .. }
            | Self::AccessDenied(_)
            | Self::AccessRevoked { .. }
            | Self::NotReady { .. }
            | Self::IngressClassNotFound(_)
            | Self::StillDeleting { .. }
            | Self::NamespaceTerminating(_) => Retry::OnChange,
            Self::Secret(errors) => match errors.again() {
                Again::OnChange => Retry::OnChange,
                Again::Seldom => Retry::Seldom,
                Again::Soon => Retry::Soon,
            },
            Self::Conflict { .. }
            | Self::KindNotInstalled(_)
            | Self::VolumeForbidden(_)
            | Self::Outdated { .. }
            | Self::Write { .. }
            | Self::Status { .. }
            | Self::TimedOut(_)
            | Self::Panicked(_) => Retry::BackOff,
        }
    }
}
