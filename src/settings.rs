//! What the operator is configured with: one structure, read strictly, from the chart's `ConfigMap` by `run`
//! and from `--settings FILE` by the command line.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::ecs::kubernetes::{EssentialPolicy, Exposure, Identity, PodSecurity, SecurityGroups};
use crate::ecs::service::volume_configuration::FilesystemType;
use crate::nearest::nearest;
use crate::yaml::tree;

/// The settings. All of them are optional; a key that is not known is an error.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Settings {
    /// The AWS region of the specifications.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The AWS account of the specifications.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// The name of the ECS cluster that the specifications come from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster_name: Option<String>,
    /// The ingress class of Ingresses; default: the default class of the Kubernetes cluster.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ingress_class_name: Option<String>,
    /// The class of load balancers that Services of type `LoadBalancer` are for; default: `service.k8s.aws/nlb`, on EKS Auto Mode
    /// `eks.amazonaws.com/nlb`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub load_balancer_class: Option<String>,
    /// What exposes services that have listener rules; default: `Ingress` where there is a class.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exposure: Option<Exposure>,
    /// What guards pods in place of security groups; default: nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub security_groups: Option<SecurityGroups>,
    /// What is done when an essential container ends; default: `RestartContainer`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub essential_policy: Option<EssentialPolicy>,
    /// When images are pulled; default: `Always`, as ECS does, but for images named by digest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_pull_policy: Option<ImagePullPolicy>,
    /// How strict the pods' security is; default `baseline`, as ECS.
    pub pod_security: PodSecurity,
    /// Where the values of secrets come from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secrets: Option<Secrets>,
    /// What becomes of the values that were read by a grant when it is gone or narrowed; default `Retain`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_revoke: Option<OnRevoke>,
    /// How tasks get their role; default `irsa`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity: Option<Identity>,
    /// The issuer of the cluster's OIDC provider without `https://`, for what `check --trust-policies` prints.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oidc_issuer: Option<String>,
    /// The name of the EKS cluster, which associations of EKS Pod Identity name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub eks_cluster_name: Option<String>,
    /// Who makes those associations; default: ACK where the cluster has its `PodIdentityAssociation`, which offline is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pod_identity_associations: Option<PodIdentityAssociations>,
    /// The label of nodes that stands for an attribute of container instances, by the attribute's name; default: for
    /// attributes of a team's own `attribute.ecs-operator.dev/NAME`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub node_attributes: BTreeMap<String, String>,
    /// The nodes that stand for a capacity provider or a launch type, by its name; default: any.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub capacity_providers: BTreeMap<String, CapacityProvider>,
    /// Which storage classes stand for which volumes of Amazon EBS; the first that fits is taken.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ebs_storage_classes: Vec<EbsStorageClass>,
    /// What is dangerous and allowed all the same; default: nothing.
    #[serde(skip_serializing_if = "Allow::is_nothing")]
    pub allow: Allow,
}

/// A storage class, and the volumes of Amazon EBS that it makes, in the words of `managedEBSVolume` and with its defaults.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EbsStorageClass {
    /// The name of the `StorageClass`.
    pub storage_class_name: String,
    /// The kind of its volumes; default `gp3`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub volume_type: Option<String>,
    /// The file system that is made on them; default `xfs`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filesystem_type: Option<FilesystemType>,
    /// Operations a second; default of `gp3`: 3000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iops: Option<i64>,
    /// MiB a second; default of `gp3`: 125.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub throughput: Option<i64>,
    /// Whether they are encrypted; default `false`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encrypted: Option<bool>,
    /// The key by which they are encrypted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kms_key_id: Option<String>,
    /// MiB a second with which the data of a snapshot is fetched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub volume_initialization_rate: Option<i64>,
}

/// What is dangerous and allowed all the same: each a list of namespaces, in which `*` stands for all; file systems and host names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Allow {
    /// Capabilities beyond the default ones.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub capabilities: Vec<String>,
    /// Devices of the node.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub devices: Vec<String>,
    /// File systems of others that tasks may mount, by namespace (`*`: every): the id of one of Amazon EFS or Amazon S3 Files, or of an
    /// access point by which alone it is mounted, the server of one of NFS, or `*` for all.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub file_systems: BTreeMap<String, Vec<String>>,
    /// The node's network, processes and memory.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub host_namespaces: Vec<String>,
    /// Folders of the node.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub host_paths: Vec<String>,
    /// Host names that listener rules may ask for, by namespace (`*`: every): `shop.example.com`, `*.example.com` for all below it, or `*`
    /// for all.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub hostnames: BTreeMap<String, Vec<String>>,
    /// The powers of root on the node, and freedom from AppArmor and SELinux.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub privileged: Vec<String>,
    /// Kernel parameters that reach beyond the pod.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unsafe_sysctls: Vec<String>,
}

/// Something dangerous, that settings may allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Danger {
    /// Capabilities beyond the default ones.
    Capabilities,
    /// Devices of the node.
    Devices,
    /// The node's network, processes and memory.
    HostNamespaces,
    /// Folders of the node.
    HostPaths,
    /// The powers of root on the node.
    Privileged,
    /// Freedom from AppArmor or SELinux.
    Unconfined,
    /// Kernel parameters that reach beyond the pod.
    UnsafeSysctls,
}

impl Danger {
    /// What it is, as the subject of a sentence in the singular.
    pub fn description(self) -> &'static str {
        match self {
            Self::Capabilities => "adding capabilities",
            Self::Devices => "using a device of the node",
            Self::HostNamespaces => "sharing the node's network, processes or memory",
            Self::HostPaths => "mounting a folder of the node",
            Self::Privileged => "having the powers of root on the node",
            Self::Unconfined => "doing what AppArmor or SELinux keeps containers from",
            Self::UnsafeSysctls => "setting a kernel parameter that reaches beyond the pod",
        }
    }

    /// The setting, below `allow`.
    pub fn setting(self) -> &'static str {
        match self {
            Self::Capabilities => "capabilities",
            Self::Devices => "devices",
            Self::HostNamespaces => "hostNamespaces",
            Self::HostPaths => "hostPaths",
            Self::Privileged | Self::Unconfined => "privileged",
            Self::UnsafeSysctls => "unsafeSysctls",
        }
    }
}

impl Allow {
    fn is_nothing(&self) -> bool {
        *self == Self::default()
    }

    /// Whether this is allowed in the namespace.
    pub fn has(&self, danger: Danger, namespace: &str) -> bool {
        let Self { capabilities, devices, file_systems: _, host_namespaces, host_paths, hostnames: _, privileged, unsafe_sysctls } = self;
        let namespaces = match danger {
            Danger::Capabilities => capabilities,
            Danger::Devices => devices,
            Danger::HostNamespaces => host_namespaces,
            Danger::HostPaths => host_paths,
            Danger::Privileged | Danger::Unconfined => privileged,
            Danger::UnsafeSysctls => unsafe_sysctls,
        };
        namespaces.iter().any(|allowed| allowed == "*" || allowed == namespace)
    }

    /// Whether listener rules of the namespace may ask for these hosts: a name, or a pattern of Elastic Load Balancing, all of whose names
    /// must be allowed.
    pub fn has_hosts(&self, hosts: &str, namespace: &str) -> bool {
        let hosts = hosts.to_ascii_lowercase();
        of_namespace(&self.hostnames, namespace).map(|allowed| allowed.to_ascii_lowercase()).any(|allowed| match allowed.strip_prefix('*') {
            // What a pattern ends with, all of its names end with, where that has no wildcard.
            Some(end) => hosts.ends_with(end) && !end.contains(['*', '?']) && (end.is_empty() || end.starts_with('.') && hosts.len() > end.len()),
            None => hosts == allowed,
        })
    }

    /// Whether tasks of the namespace may mount this file system, or by this access point.
    pub fn has_file_system(&self, file_system: &str, namespace: &str) -> bool {
        of_namespace(&self.file_systems, namespace).any(|allowed| allowed == "*" || allowed == file_system)
    }
}

/// What a namespace was given, and what every namespace was.
fn of_namespace<'a>(given: &'a BTreeMap<String, Vec<String>>, namespace: &str) -> impl Iterator<Item = &'a String> + use<'a> {
    [namespace, "*"].into_iter().filter_map(|namespace| given.get(namespace)).flatten().collect::<Vec<_>>().into_iter()
}

/// The nodes that stand for a capacity provider.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct CapacityProvider {
    /// The labels that they all have.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub node_selector: BTreeMap<String, String>,
    /// What pods must tolerate to run on them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tolerations: Vec<Toleration>,
}

/// A taint that pods tolerate, as Kubernetes writes it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Toleration {
    /// The taint's key; without one, every taint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Whether the taint's value must be equal, or the key just be there; default: `Equal`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operator: Option<TolerationOperator>,
    /// The taint's value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// The taint's effect; without one, every effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effect: Option<TaintEffect>,
}

/// How a taint is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the words of Kubernetes")]
pub enum TolerationOperator {
    Equal,
    Exists,
}

/// What a taint does to pods that do not tolerate it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the words of Kubernetes")]
pub enum TaintEffect {
    NoSchedule,
    PreferNoSchedule,
    NoExecute,
}

/// When images are pulled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the words of Kubernetes")]
pub enum ImagePullPolicy {
    Always,
    IfNotPresent,
    Never,
}

/// Where the values of secrets come from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "backend", deny_unknown_fields)]
pub enum Secrets {
    /// A folder of files, one per secret, for trying things out and for tests.
    File {
        /// The folder.
        file: FileSecrets,
    },
    /// AWS itself: the operator reads Secrets Manager, the Parameter Store and S3, by the roles of grants.
    #[serde(rename = "AWS")]
    Aws {
        /// How AWS is reached.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        aws: Option<AwsSecrets>,
    },
    /// The External Secrets operator, which is given `ExternalSecret`s.
    ExternalSecrets {
        /// Its stores.
        #[serde(rename = "externalSecrets")]
        external_secrets: ExternalSecrets,
    },
}

/// How AWS is reached.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AwsSecrets {
    /// The URL of what answers in place of all services of AWS, for tests; default: AWS's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
}

/// The stores of the External Secrets operator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExternalSecrets {
    /// The store of Secrets Manager.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secrets_manager: Option<SecretStore>,
    /// The store of the Parameter Store.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parameter_store: Option<SecretStore>,
}

/// A store of the External Secrets operator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecretStore {
    /// Its name.
    pub name: String,
    /// Its kind; default `ClusterSecretStore`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<SecretStoreKind>,
}

/// Whose a store is: the cluster's, or of the namespace of the service.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "documented above")]
pub enum SecretStoreKind {
    #[default]
    ClusterSecretStore,
    SecretStore,
}

/// What becomes of values that were read by a grant when it is gone: `Retain` (they stay, with what runs) or `Delete` (the Secrets of the
/// service are deleted; what runs, runs on, and no container starts again).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "documented above")]
pub enum OnRevoke {
    #[default]
    Retain,
    Delete,
}

/// Who makes the associations of EKS Pod Identity: `ACK` (AWS Controllers for Kubernetes, which are given `PodIdentityAssociation`s) or
/// `None` (somebody else, by the command that is told).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "documented above")]
pub enum PodIdentityAssociations {
    #[serde(rename = "ACK")]
    Ack,
    None,
}

/// A folder of files, one per secret: the file's path below it is the secret's name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileSecrets {
    /// The folder.
    pub directory: PathBuf,
}

/// Why a text holds no settings.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// It is no YAML.
    #[error("line {line}: {message}")]
    Unreadable {
        /// The line, from 1.
        line: usize,
        /// What is wrong there.
        message: String,
    },
    /// It is YAML and holds other things than settings.
    #[error("{message}{}", meant.as_ref().map(|meant| format!("; did you mean `{meant}`?")).unwrap_or_default())]
    Mismatch {
        /// What is wrong.
        message: String,
        /// The nearest known key.
        meant: Option<String>,
    },
}

impl Settings {
    /// The EKS cluster that `PodIdentityAssociation`s are made for, where they are made. `has_ack`: whether the cluster is known to have the
    /// kind.
    pub fn associates_in(&self, has_ack: bool) -> Option<&str> {
        let by_ack = match self.pod_identity_associations {
            Some(PodIdentityAssociations::Ack) => true,
            Some(PodIdentityAssociations::None) => false,
            None => has_ack,
        };
        self.eks_cluster_name.as_deref().filter(|_| by_ack)
    }

    /// Reads settings from YAML. An empty text has every setting at its default; an unknown key is an error.
    pub fn read(text: &str) -> Result<Self, SettingsError> {
        let documents = tree::read(text).map_err(|error| SettingsError::Unreadable { line: error.place.line, message: error.message })?;
        let value = match documents.as_slice() {
            [] => return Ok(Self::default()),
            [document] => document.value(),
            _ => return Err(SettingsError::Mismatch { message: "there is more than one document".into(), meant: None }),
        };
        serde_json::from_value(value).map_err(|error| {
            let message = error.to_string();
            // serde puts every key in backquotes: first the unknown one, then those that it knows.
            let mut words = message.split('`').skip(1).step_by(2);
            let meant = words.next().filter(|_| message.starts_with("unknown")).and_then(|unknown| nearest(unknown, words));
            SettingsError::Mismatch { meant: meant.map(str::to_owned), message: message.clone() }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Settings;

    #[test]
    fn settings_are_read_strictly() {
        assert_eq!(Settings::read(""), Ok(Settings::default()));
        assert_eq!(Settings::read("# nothing\n"), Ok(Settings::default()));
        let text = "region: eu-west-1\naccount: 012345678901\nexposure: None\nsecrets: {backend: File, file: {directory: /secrets}}\n";
        let settings = Settings::read(text).expect("settings");
        assert_eq!((settings.account.as_deref(), settings.secrets.is_some()), (Some("012345678901"), true));
        let classes = Settings::read("ebsStorageClasses: [{storageClassName: fast, volumeType: io2, iops: 10000}]").expect("settings").ebs_storage_classes;
        assert_eq!(classes.first().map(|class| (class.storage_class_name.as_str(), class.iops)), Some(("fast", Some(10000))));
        let fault = |text: &str| Settings::read(text).err().map(|error| error.to_string()).unwrap_or_default();
        assert!(fault("clustername: a").ends_with("did you mean `clusterName`?"), "{}", fault("clustername: a"));
        assert!(fault("secrets: {backend: File, file: {directorry: /a}}").ends_with("did you mean `directory`?"));
        assert!(fault("exposure: ingress").ends_with("did you mean `Ingress`?"));
        assert!(fault("capacityProviders: {spot: {tolerations: [{keys: a}]}}").ends_with("did you mean `key`?"));
        assert!(fault("a: [").starts_with("line "));
        assert!(!fault("just text").is_empty());
    }
}
