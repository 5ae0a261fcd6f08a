//! Our kinds, as documents name them.

/// Our kinds, as far as the command line knows them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// `ECSCluster`
    Cluster,
    /// `ECSService`
    Service,
    /// `ECSTaskDefinition`
    TaskDefinition,
    /// `AWSAccessGrant`
    AccessGrant,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 4] = [Self::Cluster, Self::Service, Self::TaskDefinition, Self::AccessGrant];

    /// The word of the kind, as in `kind:`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cluster => "ECSCluster",
            Self::Service => "ECSService",
            Self::TaskDefinition => "ECSTaskDefinition",
            Self::AccessGrant => "AWSAccessGrant",
        }
    }

    /// The kind of that word.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}
