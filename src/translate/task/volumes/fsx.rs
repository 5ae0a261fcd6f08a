//! `fsxWindowsFileServerVolumeConfiguration`: refused. An empty folder in its place would hide that the data is missing.

use crate::ecs::volume::{FsxAuthorizationConfig, FsxWindowsFileServerVolumeConfiguration};
use crate::translate::diagnostic::{AwsStorageFault, Place};

/// Reports what cannot be mounted.
pub(super) fn report(configuration: &FsxWindowsFileServerVolumeConfiguration, at: &Place<'_>) {
    let FsxWindowsFileServerVolumeConfiguration { file_system_id, root_directory, authorization_config } = configuration;
    let FsxAuthorizationConfig { credentials_parameter, domain } = authorization_config;
    at.say(AwsStorageFault::FsxNotSupported {
        file_system: file_system_id.clone(),
        directory: root_directory.clone(),
        domain: domain.clone(),
        credentials: credentials_parameter.clone(),
    });
}
