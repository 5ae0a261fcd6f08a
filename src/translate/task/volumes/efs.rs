//! `efsVolumeConfiguration`: a file system of Amazon EFS, mounted by its CSI driver.

use std::collections::BTreeMap;

use super::{Source, persistent_volume};
use crate::ecs::volume::{EfsAuthorizationConfig, EfsVolumeConfiguration, Switch};
use crate::k8s;
use crate::translate::container::Task;
use crate::translate::diagnostic::{AwsStorageFault, Place};

/// The CSI driver of Amazon EFS and of Amazon S3 Files.
pub(super) const DRIVER: &str = "efs.csi.aws.com";

/// The volume.
pub(super) fn efs(configuration: &EfsVolumeConfiguration, name: &str, task: &Task<'_>, at: &Place<'_>) -> Option<Source> {
    let EfsVolumeConfiguration { file_system_id, root_directory, transit_encryption, transit_encryption_port, authorization_config } = configuration;
    let unset = EfsAuthorizationConfig::default();
    let EfsAuthorizationConfig { access_point_id, iam } = authorization_config.as_ref().unwrap_or(&unset);
    let is_on = |switch: &Option<Switch>| *switch == Some(Switch::Enabled);

    let file_system = id(file_system_id, "fs-", &at.member("fileSystemId"));
    let access_point = access_point_id.as_deref().map(|text| id(text, "fsap-", &at.member("authorizationConfig").member("accessPointId")));
    let directory = root_directory_of(root_directory.as_deref(), access_point.is_some(), &at.member("rootDirectory"));
    if !is_on(transit_encryption) && (access_point.is_some() || is_on(iam)) {
        at.member("transitEncryption").say(AwsStorageFault::TransitEncryptionMissing);
    }
    if let Some(port) = *transit_encryption_port {
        at.member("transitEncryptionPort").say(AwsStorageFault::TransitEncryptionPort { port });
    }
    let (file_system, access_point) = (file_system?, access_point.unwrap_or(Some(""))?);
    if !persistent_volume::allowed(file_system, access_point, task.inputs, &at.member("fileSystemId")) {
        return None;
    }
    at.say(AwsStorageFault::FileSystemMountedByNode { file_system: file_system.into() });
    if is_on(iam) {
        at.member("authorizationConfig").member("iam").say(AwsStorageFault::FileSystemMountedByDriverRole { file_system: file_system.into() });
    }
    let csi = k8s::CSIPersistentVolumeSource {
        driver: DRIVER.into(),
        volume_handle: handle(file_system, directory, access_point),
        // Unlike ECS, the driver encrypts unless it is told not to.
        volume_attributes: Some(BTreeMap::from([("encryptInTransit".to_owned(), is_on(transit_encryption).to_string())])),
        ..Default::default()
    };
    let mount_options = if is_on(iam) { vec!["iam".into()] } else { Vec::new() };
    Some(persistent_volume::claimed(k8s::PersistentVolumeSpec { csi: Some(csi), ..Default::default() }, mount_options, name, task.inputs))
}

/// `fs-…`, `fs-…:/path` or `fs-…::fsap-…`, as the driver takes it.
pub(super) fn handle(file_system: &str, directory: &str, access_point: &str) -> String {
    match (directory, access_point) {
        ("", "") => file_system.into(),
        (directory, "") => format!("{file_system}:{directory}"),
        (directory, access_point) => format!("{file_system}:{directory}:{access_point}"),
    }
}

/// The folder that is mounted; empty for the root.
pub(super) fn root_directory_of<'a>(directory: Option<&'a str>, has_access_point: bool, at: &Place<'_>) -> &'a str {
    let directory = directory.filter(|directory| *directory != "/").unwrap_or_default();
    let reason = match directory {
        "" => return directory,
        _ if has_access_point => "the access point has a folder of its own",
        directory if !directory.starts_with('/') => "it is no absolute path",
        directory if directory.contains(':') => "the driver takes no `:` in it",
        directory if !persistent_volume::is_plain(directory) => "`.`, `..` and empty parts name no folder",
        _ => return directory,
    };
    at.say(AwsStorageFault::RootDirectoryNotLegal { directory: directory.into(), reason });
    directory
}

/// The id, where it is one: the prefix and 8 to 40 hexadecimal digits.
pub(super) fn id<'a>(text: &'a str, prefix: &str, at: &Place<'_>) -> Option<&'a str> {
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    let is_id = text.strip_prefix(prefix).is_some_and(|digits| (8..=40).contains(&digits.len()) && digits.bytes().all(is_digit));
    if !is_id {
        at.say(AwsStorageFault::FileSystemNotLegal { text: text.into(), reason: format!("`{prefix}` and 8 to 40 hexadecimal digits are wanted") });
    }
    is_id.then_some(text)
}

#[cfg(test)]
mod tests {
    use super::{handle, id, root_directory_of};
    use crate::translate::diagnostic::{Origin, Said};

    #[test]
    fn handles_have_up_to_three_fields() {
        assert_eq!(handle("fs-1", "", ""), "fs-1");
        assert_eq!(handle("fs-1", "/a", ""), "fs-1:/a");
        assert_eq!(handle("fs-1", "", "fsap-1"), "fs-1::fsap-1");
    }

    #[test]
    fn ids_are_those_that_the_driver_takes() {
        let said = Said::default();
        let at = said.document(Origin::TaskDefinition);
        assert_eq!([id("fs-0123456789abcdef0", "fs-", &at), id("fs-c3c9bcbb", "fs-", &at)], [Some("fs-0123456789abcdef0"), Some("fs-c3c9bcbb")]);
        assert_eq!([id("fs-123", "fs-", &at), id("${EFS_ID}", "fs-", &at), id("fs-0123456G", "fs-", &at)], [None, None, None]);
        assert_eq!(said.into_diagnostics().len(), 3);
    }

    #[test]
    fn a_root_directory_is_absolute_and_none_with_an_access_point() {
        let faults = |directory, has_access_point| {
            let said = Said::default();
            root_directory_of(directory, has_access_point, &said.document(Origin::TaskDefinition));
            said.into_diagnostics().len()
        };
        assert_eq!([faults(None, true), faults(Some("/"), true), faults(Some("/a/b"), false)], [0, 0, 0]);
        assert_eq!([faults(Some("/a"), true), faults(Some("a"), false), faults(Some("/a:b"), false)], [1, 1, 1]);
        assert_eq!([faults(Some("/a/"), false), faults(Some("/a/../b"), false), faults(Some("/./a"), false), faults(Some("/a//b"), false)], [0, 1, 1, 1]);
    }
}
