//! `volumeConfigurations[].managedEBSVolume`: a volume of Amazon EBS for each task, deleted with it. What kind it is, a storage
//! class says; the settings say which class stands for which kind.

use std::collections::BTreeMap;
use std::fmt;

use super::Source;
use crate::ecs::service::volume_configuration::{EbsResourceType, FilesystemType};
use crate::ecs::service::{EbsTagSpecification, ManagedEbsVolume, PropagateTags};
use crate::settings::EbsStorageClass;
use crate::translate::container::Task;
use crate::translate::diagnostic::{AwsStorageFault, Place};
use crate::translate::{names, quantity};
use crate::{ecs, k8s};

/// The kind of volume that ECS makes unless told otherwise, with what Amazon EBS gives it.
const GP3: (&str, i64, i64) = ("gp3", 3000, 125);

/// What a storage class says of its volumes, with the defaults of ECS.
#[derive(Debug, PartialEq, Eq)]
struct Parameters<'a> {
    volume_type: &'a str,
    filesystem_type: &'static str,
    iops: Option<i64>,
    throughput: Option<i64>,
    encrypted: bool,
    kms_key_id: Option<&'a str>,
    volume_initialization_rate: Option<i64>,
}

/// The volume of that name, where the service configures it. That it does not is said of the service elsewhere.
pub(super) fn configured(volume: &str, task: &Task<'_>) -> Option<Source> {
    let configurations = task.inputs.service.volume_configurations.as_deref().unwrap_or_default();
    let (index, configuration) = configurations.iter().enumerate().find(|(_, configuration)| configuration.name == volume)?;
    let at = task.service.member("volumeConfigurations").item(index).member("managedEBSVolume");
    managed_ebs_volume(configuration.managed_ebs_volume.as_ref()?, task, &at)
}

fn managed_ebs_volume(volume: &ManagedEbsVolume, task: &Task<'_>, at: &Place<'_>) -> Option<Source> {
    let ManagedEbsVolume {
        encrypted,
        kms_key_id,
        volume_type,
        size,
        snapshot_id,
        volume_initialization_rate,
        iops,
        throughput,
        tag_specifications,
        role_arn,
        filesystem_type,
    } = volume;
    at.member("roleArn").say(AwsStorageFault::InfrastructureRole { role: role_arn.clone() });
    for (index, specification) in tag_specifications.iter().flatten().enumerate() {
        if let Some(tags) = tags(specification) {
            at.member("tagSpecifications").item(index).say(AwsStorageFault::VolumeTags { tags });
        }
    }
    let (type_, rate) = (volume_type.as_deref(), *volume_initialization_rate);
    let parameters = parameters(type_, *filesystem_type, (*iops, *throughput), (*encrypted, kms_key_id.as_deref()), rate);
    report_parameters(&parameters, *throughput, snapshot_id.is_some(), at);
    if let Some(snapshot) = snapshot_id {
        at.member("snapshotId").say(AwsStorageFault::SnapshotNeeded { snapshot: snapshot.clone() });
    }
    let class = task.inputs.settings.ebs_storage_classes.iter().find(|class| of_class(class) == parameters);
    if class.is_none() {
        at.say(AwsStorageFault::StorageClassUnknown { parameters: parameters.to_string() });
    }
    let Some(size) = size.filter(|size| *size > 0) else {
        at.member("sizeInGiB").say(AwsStorageFault::EbsSizeMissing);
        return None;
    };
    let requests = BTreeMap::from([("storage".to_owned(), quantity::memory(size.saturating_mul(1024)))]);
    let spec = k8s::PersistentVolumeClaimSpec {
        access_modes: Some(vec!["ReadWriteOnce".into()]),
        data_source: snapshot_id.as_deref().map(snapshot),
        resources: Some(k8s::VolumeResourceRequirements { requests: Some(requests), limits: None }),
        storage_class_name: class.map(|class| class.storage_class_name.clone()),
        ..Default::default()
    };
    let metadata = k8s::ObjectMeta { labels: Some(labels(task.inputs.name)), ..Default::default() };
    let template = k8s::PersistentVolumeClaimTemplate { metadata: Some(metadata), spec };
    let ephemeral = k8s::EphemeralVolumeSource { volume_claim_template: Some(template) };
    Some(Source { volume: k8s::Volume { ephemeral: Some(ephemeral), ..Default::default() }, objects: Vec::new() })
}

/// The pod's own controller makes and deletes the claims: they are not ours.
fn labels(service: &str) -> BTreeMap<String, String> {
    let mut labels = names::service_labels(service);
    labels.remove(names::MANAGED_BY_LABEL);
    labels
}

fn snapshot(id: &str) -> k8s::TypedLocalObjectReference {
    k8s::TypedLocalObjectReference { api_group: Some("snapshot.storage.k8s.io".into()), kind: "VolumeSnapshot".into(), name: id.into() }
}

fn of_class(class: &EbsStorageClass) -> Parameters<'_> {
    let EbsStorageClass { storage_class_name: _, volume_type, filesystem_type, iops, throughput, encrypted, kms_key_id, volume_initialization_rate } = class;
    let encryption = (*encrypted, kms_key_id.as_deref());
    parameters(volume_type.as_deref(), *filesystem_type, (*iops, *throughput), encryption, *volume_initialization_rate)
}

fn parameters<'a>(
    volume_type: Option<&'a str>,
    filesystem_type: Option<FilesystemType>,
    (iops, throughput): (Option<i64>, Option<i64>),
    (encrypted, kms_key_id): (Option<bool>, Option<&'a str>),
    volume_initialization_rate: Option<i64>,
) -> Parameters<'a> {
    let (gp3, least_iops, least_throughput) = GP3;
    let volume_type = volume_type.unwrap_or(gp3);
    let default = |least: i64| (volume_type == gp3).then_some(least);
    Parameters {
        volume_type,
        filesystem_type: match filesystem_type {
            None | Some(FilesystemType::Xfs) => "xfs",
            Some(FilesystemType::Ext3) => "ext3",
            Some(FilesystemType::Ext4) => "ext4",
            Some(FilesystemType::Ntfs) => "ntfs",
        },
        iops: iops.or(default(least_iops)),
        throughput: throughput.or(default(least_throughput)),
        encrypted: encrypted.unwrap_or_default(),
        kms_key_id,
        volume_initialization_rate,
    }
}

/// Reports what Amazon EBS does not have.
fn report_parameters(parameters: &Parameters<'_>, throughput: Option<i64>, has_snapshot: bool, at: &Place<'_>) {
    let say = |member: &str, value: String, reason: &'static str| at.member(member).say(AwsStorageFault::EbsParameterNotLegal { value, reason });
    let volume_type = parameters.volume_type;
    match (volume_type, parameters.iops) {
        ("gp2" | "gp3", _) | ("io1" | "io2", Some(_)) | ("sc1" | "st1" | "standard", None) => {}
        ("io1" | "io2", None) => say("iops", volume_type.into(), "volumes of this kind need `iops`"),
        ("sc1" | "st1" | "standard", Some(iops)) => say("iops", iops.to_string(), "volumes of this kind have no `iops`"),
        (_, _) => say("volumeType", volume_type.into(), "Amazon EBS has no volumes of this kind"),
    }
    if let Some(throughput) = throughput.filter(|_| volume_type != GP3.0) {
        say("throughput", throughput.to_string(), "only volumes of kind `gp3` have a throughput to choose");
    }
    if let Some(rate) = parameters.volume_initialization_rate.filter(|_| !has_snapshot) {
        say("volumeInitializationRate", rate.to_string(), "only a volume that is made of a snapshot has it");
    }
}

/// The tags of a specification, and whose tags are copied besides.
fn tags(specification: &EbsTagSpecification) -> Option<String> {
    let EbsTagSpecification { resource_type: EbsResourceType::Volume, tags, propagate_tags } = specification;
    let pair = |tag: &ecs::Tag| format!("{}={}", tag.key.as_deref().unwrap_or_default(), tag.value.as_deref().unwrap_or_default());
    let copied = match propagate_tags {
        None | Some(PropagateTags::None) => None,
        Some(PropagateTags::Service) => Some("those of the service"),
        Some(PropagateTags::TaskDefinition) => Some("those of the task definition"),
    };
    let words: Vec<String> = tags.iter().flatten().map(pair).chain(copied.map(str::to_owned)).collect();
    (!words.is_empty()).then(|| words.join(", "))
}

/// In the words of the CSI driver's storage classes.
impl fmt::Display for Parameters<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { volume_type, filesystem_type, iops, throughput, encrypted, kms_key_id, volume_initialization_rate } = self;
        write!(formatter, "type {volume_type}, csi.storage.k8s.io/fstype {filesystem_type}")?;
        for (parameter, value) in [("iops", iops), ("throughput", throughput), ("volumeInitializationRate", volume_initialization_rate)] {
            if let Some(value) = value {
                write!(formatter, ", {parameter} {value}")?;
            }
        }
        if *encrypted {
            formatter.write_str(", encrypted true")?;
        }
        kms_key_id.map_or(Ok(()), |key| write!(formatter, ", kmsKeyId {key}"))
    }
}

#[cfg(test)]
mod tests {
    use super::{of_class, parameters, report_parameters};
    use crate::settings::EbsStorageClass;
    use crate::translate::diagnostic::{Origin, Said};

    #[test]
    fn a_class_stands_for_the_volumes_whose_parameters_it_has() {
        let class = |iops| EbsStorageClass { storage_class_name: "a".into(), volume_type: Some("gp3".into()), iops, ..EbsStorageClass::default() };
        let unset = parameters(None, None, (None, None), (None, None), None);
        assert_eq!(unset.to_string(), "type gp3, csi.storage.k8s.io/fstype xfs, iops 3000, throughput 125");
        assert_eq!([of_class(&class(None)) == unset, of_class(&class(Some(3000))) == unset, of_class(&class(Some(4000))) == unset], [true, true, false]);
        let encrypted = parameters(Some("st1"), None, (None, None), (Some(true), Some("key")), None);
        assert_eq!(encrypted.to_string(), "type st1, csi.storage.k8s.io/fstype xfs, encrypted true, kmsKeyId key");
    }

    #[test]
    fn what_amazon_ebs_does_not_have_is_reported() {
        let faults = |volume_type, iops, throughput, rate| {
            let said = Said::default();
            report_parameters(&parameters(Some(volume_type), None, (iops, throughput), (None, None), rate), throughput, false, &said.document(Origin::Service));
            said.into_diagnostics().len()
        };
        assert_eq!([faults("gp3", Some(4000), Some(200), None), faults("io2", Some(100), None, None), faults("st1", None, None, None)], [0, 0, 0]);
        assert_eq!([faults("io1", None, None, None), faults("st1", Some(1), None, None), faults("gp5", None, None, None)], [1, 1, 1]);
        assert_eq!([faults("io2", Some(100), Some(200), None), faults("gp3", None, None, Some(100))], [1, 1]);
    }
}
