//! `s3filesVolumeConfiguration`: a file system of Amazon S3 Files, mounted by the CSI driver of Amazon EFS.

use super::efs::{self, DRIVER, handle, root_directory_of};
use super::{Source, persistent_volume};
use crate::ecs::arn::Arn;
use crate::ecs::volume::S3FilesVolumeConfiguration;
use crate::k8s;
use crate::translate::container::Task;
use crate::translate::diagnostic::{AwsStorageFault, Place};

/// The volume.
pub(super) fn s3_files(configuration: &S3FilesVolumeConfiguration, name: &str, task: &Task<'_>, at: &Place<'_>) -> Option<Source> {
    let S3FilesVolumeConfiguration { file_system_arn, root_directory, transit_encryption_port, access_point_arn } = configuration;
    if task.inputs.task_definition.spec.task_role_arn.is_none() {
        at.say(AwsStorageFault::TaskRoleMissing);
    }
    let file_system = id_in_arn(file_system_arn, "file-system", "fs-", &at.member("fileSystemArn"));
    let access_point = access_point_arn.as_deref().map(|arn| id_in_arn(arn, "access-point", "fsap-", &at.member("accessPointArn")));
    let directory = root_directory_of(root_directory.as_deref(), access_point.is_some(), &at.member("rootDirectory"));
    if let Some(port) = *transit_encryption_port {
        at.member("transitEncryptionPort").say(AwsStorageFault::TransitEncryptionPort { port });
    }
    let (file_system, access_point) = (file_system?, access_point.unwrap_or_else(|| Some(String::new()))?);
    if !persistent_volume::allowed(&file_system, &access_point, task.inputs, &at.member("fileSystemArn")) {
        return None;
    }
    at.member("fileSystemArn").say(AwsStorageFault::FileSystemMountedByNode { file_system: file_system_arn.clone() });
    let mounted = access_point_arn.as_ref().unwrap_or(file_system_arn);
    at.say(AwsStorageFault::FileSystemMountedByDriverRole { file_system: mounted.clone() });
    let csi = k8s::CSIPersistentVolumeSource {
        driver: DRIVER.into(),
        volume_handle: format!("s3files:{}", handle(&file_system, directory, &access_point)),
        ..Default::default()
    };
    Some(persistent_volume::claimed(k8s::PersistentVolumeSpec { csi: Some(csi), ..Default::default() }, Vec::new(), name, task.inputs))
}

/// The id that follows the word in an ARN of Amazon S3 Files.
fn id_in_arn(text: &str, word: &str, prefix: &str, at: &Place<'_>) -> Option<String> {
    let arn = match text.parse::<Arn>() {
        Ok(arn) if arn.service == "s3files" => arn,
        Ok(_) => return refuse(text, "it is the ARN of something else".into(), at),
        Err(error) => return refuse(text, error.to_string(), at),
    };
    let mut parts = arn.resource.split('/').skip_while(|part| *part != word).skip(1);
    match parts.next() {
        Some(part) => efs::id(part, prefix, at).map(str::to_owned),
        None => refuse(text, format!("it has no `{word}/{prefix}…`"), at),
    }
}

fn refuse(text: &str, reason: String, at: &Place<'_>) -> Option<String> {
    at.say(AwsStorageFault::FileSystemNotLegal { text: text.into(), reason });
    None
}

#[cfg(test)]
mod tests {
    use super::id_in_arn;
    use crate::translate::diagnostic::{Origin, Said};

    #[test]
    fn ids_are_found_in_arns() {
        let said = Said::default();
        let at = said.document(Origin::TaskDefinition);
        let arn = "arn:aws:s3files:us-east-1:123456789012:file-system/fs-0123456789abcdef0/access-point/fsap-0123456789abcdef1";
        assert_eq!(id_in_arn(arn, "file-system", "fs-", &at).as_deref(), Some("fs-0123456789abcdef0"));
        assert_eq!(id_in_arn(arn, "access-point", "fsap-", &at).as_deref(), Some("fsap-0123456789abcdef1"));
        for text in ["fs-0123456789abcdef0", "arn:aws:s3:::bucket", "arn:aws:s3files:us-east-1:123456789012:file-system/files"] {
            assert_eq!(id_in_arn(text, "file-system", "fs-", &at), None, "{text}");
        }
    }
}
