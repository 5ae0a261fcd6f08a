//! What a user can be told: one documented variant per thing, with the path of the member it speaks of.
//!
//! The faults stand in one file per part of the documents. Each is written once, with all that there is to say
//! of it: status, events, the command line and `explain` read the same words.

#[macro_use]
mod faults;

mod access;
mod aws_storage;
mod container;
mod deployment;
mod discovery;
mod document;
mod environment;
mod kernel;
mod listener;
mod load_balancing;
mod logging;
mod network;
mod network_configuration;
mod order;
mod placement;
mod resources;
mod restart;
mod security;
mod service;
mod storage;
mod tags;
mod task;
mod walk;

pub use access::AccessFault;
pub use aws_storage::AwsStorageFault;
pub use container::ContainerFault;
pub use deployment::DeploymentFault;
pub use discovery::DiscoveryFault;
pub use document::DocumentFault;
pub use environment::EnvironmentFault;
pub use kernel::KernelFault;
pub use listener::ListenerFault;
pub use load_balancing::LoadBalancingFault;
pub use logging::LoggingFault;
pub use network::NetworkFault;
pub use network_configuration::NetworkConfigurationFault;
pub use order::OrderFault;
pub use placement::PlacementFault;
pub use resources::ResourceFault;
pub use restart::RestartFault;
pub use security::SecurityFault;
pub use service::ServiceFault;
pub use storage::StorageFault;
pub use tags::TagFault;
pub use task::TaskFault;
pub(super) use walk::{Place, Said};

pub use crate::ecs::status::Severity;

/// One thing to tell a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Which document it speaks of.
    pub origin: Origin,
    /// The path of the member, from the root of the document, such as `spec.containerDefinitions[0].user`.
    pub path: String,
    /// What there is to say.
    pub fault: Fault,
}

/// Which document a diagnostic speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// The service.
    Service,
    /// The task definition.
    TaskDefinition,
    /// The cluster.
    Cluster,
}

/// All that is known of a fault whatever the document: what `explain` prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The name, in kebab case.
    pub name: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// What is at fault, and what happens now; what differs from case to case stands in braces.
    pub message: &'static str,
    /// What ECS does.
    pub ecs: &'static str,
    /// What happens here.
    pub here: &'static str,
    /// What the user can do.
    pub remedy: &'static str,
    /// A document, or a part of one, that has the fault.
    pub example: &'static str,
}

impl Explanation {
    /// The message, with a word in capitals for what differs from case to case.
    pub fn summary(&self) -> String {
        let mut within = false;
        let capital = |letter: char| {
            within = letter == '{' || (within && letter != '}');
            if within { letter.to_ascii_uppercase() } else { letter }
        };
        self.message.chars().map(capital).filter(|letter| !matches!(letter, '{' | '}')).collect()
    }
}

/// What there is to say, by the part of the documents that it speaks of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Of any document: its name, its ARNs.
    Document(DocumentFault),
    /// Of tags.
    Tags(TagFault),
    /// Of a task definition as a whole.
    Task(TaskFault),
    /// Of one container.
    Container(ContainerFault),
    /// Of the network of a task and its containers.
    Network(NetworkFault),
    /// Of the output of containers.
    Logging(LoggingFault),
    /// Of what tasks need from elsewhere.
    Environment(EnvironmentFault),
    /// Of what is of AWS, and of grants.
    Access(AccessFault),
    /// Of the size of a task, and of the devices that it computes with.
    Resource(ResourceFault),
    /// Of how far a task is kept apart from its node and from others.
    Security(SecurityFault),
    /// Of what a task asks of the Linux kernel.
    Kernel(KernelFault),
    /// Of the order in which containers start and stop.
    Order(OrderFault),
    /// Of containers that end and are restarted.
    Restart(RestartFault),
    /// Of a service.
    Service(ServiceFault),
    /// Of a service's deployments.
    Deployment(DeploymentFault),
    /// Of a service's load balancers.
    LoadBalancing(LoadBalancingFault),
    /// Of a load balancer's listener and its rules.
    Listener(ListenerFault),
    /// Of where tasks run.
    Placement(PlacementFault),
    /// Of the names by which others find a service.
    Discovery(DiscoveryFault),
    /// Of a service's network.
    NetworkConfiguration(NetworkConfigurationFault),
    /// Of a task's volumes.
    Storage(StorageFault),
    /// Of the storage of AWS.
    AwsStorage(AwsStorageFault),
}

impl Fault {
    /// The faults that there are, in the order of the documents' parts.
    pub fn catalogue() -> impl Iterator<Item = &'static Explanation> {
        let parts = [
            DocumentFault::EXPLANATIONS,
            TagFault::EXPLANATIONS,
            TaskFault::EXPLANATIONS,
            ContainerFault::EXPLANATIONS,
            NetworkFault::EXPLANATIONS,
            LoggingFault::EXPLANATIONS,
            EnvironmentFault::EXPLANATIONS,
            AccessFault::EXPLANATIONS,
            ResourceFault::EXPLANATIONS,
            SecurityFault::EXPLANATIONS,
            KernelFault::EXPLANATIONS,
            OrderFault::EXPLANATIONS,
            RestartFault::EXPLANATIONS,
            ServiceFault::EXPLANATIONS,
            DeploymentFault::EXPLANATIONS,
            LoadBalancingFault::EXPLANATIONS,
            ListenerFault::EXPLANATIONS,
            PlacementFault::EXPLANATIONS,
            DiscoveryFault::EXPLANATIONS,
            NetworkConfigurationFault::EXPLANATIONS,
            StorageFault::EXPLANATIONS,
            AwsStorageFault::EXPLANATIONS,
        ];
        parts.into_iter().flatten()
    }

    /// All that is known of the fault whatever the document.
    pub fn explanation(&self) -> &'static Explanation {
        match self {
            Self::Document(fault) => fault.explanation(),
            Self::Tags(fault) => fault.explanation(),
            Self::Task(fault) => fault.explanation(),
            Self::Container(fault) => fault.explanation(),
            Self::Network(fault) => fault.explanation(),
            Self::Logging(fault) => fault.explanation(),
            Self::Environment(fault) => fault.explanation(),
            Self::Access(fault) => fault.explanation(),
            Self::Resource(fault) => fault.explanation(),
            Self::Security(fault) => fault.explanation(),
            Self::Kernel(fault) => fault.explanation(),
            Self::Order(fault) => fault.explanation(),
            Self::Restart(fault) => fault.explanation(),
            Self::Service(fault) => fault.explanation(),
            Self::Deployment(fault) => fault.explanation(),
            Self::LoadBalancing(fault) => fault.explanation(),
            Self::Listener(fault) => fault.explanation(),
            Self::Placement(fault) => fault.explanation(),
            Self::Discovery(fault) => fault.explanation(),
            Self::NetworkConfiguration(fault) => fault.explanation(),
            Self::Storage(fault) => fault.explanation(),
            Self::AwsStorage(fault) => fault.explanation(),
        }
    }

    /// The name of the fault, in kebab case.
    pub fn name(&self) -> &'static str {
        self.explanation().name
    }

    /// How much it matters.
    pub fn severity(&self) -> Severity {
        self.explanation().severity
    }

    /// What is at fault, and what happens now.
    pub fn message(&self) -> String {
        match self {
            Self::Document(fault) => fault.message(),
            Self::Tags(fault) => fault.message(),
            Self::Task(fault) => fault.message(),
            Self::Container(fault) => fault.message(),
            Self::Network(fault) => fault.message(),
            Self::Logging(fault) => fault.message(),
            Self::Environment(fault) => fault.message(),
            Self::Access(fault) => fault.message(),
            Self::Resource(fault) => fault.message(),
            Self::Security(fault) => fault.message(),
            Self::Kernel(fault) => fault.message(),
            Self::Order(fault) => fault.message(),
            Self::Restart(fault) => fault.message(),
            Self::Service(fault) => fault.message(),
            Self::Deployment(fault) => fault.message(),
            Self::LoadBalancing(fault) => fault.message(),
            Self::Listener(fault) => fault.message(),
            Self::Placement(fault) => fault.message(),
            Self::Discovery(fault) => fault.message(),
            Self::NetworkConfiguration(fault) => fault.message(),
            Self::Storage(fault) => fault.message(),
            Self::AwsStorage(fault) => fault.message(),
        }
    }

    /// What the user can do.
    pub fn help(&self) -> String {
        self.explanation().remedy.into()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Explanation, Fault};

    #[test]
    fn names_are_kebab_case_and_unique_and_every_text_is_there() {
        let mut names = BTreeSet::new();
        for explanation in Fault::catalogue() {
            let name = explanation.name;
            assert!(names.insert(name), "{name} twice");
            assert!(name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{name}");
            let texts = [explanation.message, explanation.ecs, explanation.here, explanation.remedy, explanation.example];
            assert!(texts.iter().all(|text| !text.is_empty()), "{name}");
        }
    }

    #[test]
    fn every_example_is_legal_yaml() {
        let examples = Fault::catalogue().filter(|explanation| explanation.example.contains(": "));
        let faults: Vec<&str> = examples
            .filter(|explanation| serde_saphyr::from_str::<serde_json::Value>(explanation.example).is_err())
            .map(|explanation| explanation.name)
            .collect();
        assert!(faults.is_empty(), "{faults:?}");
    }

    #[test]
    fn what_differs_from_case_to_case_is_in_capitals() {
        let summary = |name: &str| Fault::catalogue().find(|explanation| explanation.name == name).map(Explanation::summary).unwrap_or_default();
        assert_eq!(summary("port-mapped-twice"), "port PORT is mapped already, and once is enough here: MAPPING is left out");
        assert_eq!(summary("image-not-legal"), "the container has no image that could be pulled: nothing is made");
    }
}
