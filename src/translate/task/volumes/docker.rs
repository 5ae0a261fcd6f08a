//! `dockerVolumeConfiguration`: what Docker's `local` driver mounts is mounted here too; what other drivers keep must be
//! brought by somebody, as a `PersistentVolumeClaim`.

use super::driver_options::{DriverOptions, Kind};
use super::nfs::{self, Nfs};
use super::{Source, host, persistent_volume};
use crate::ecs::volume::{DockerVolumeConfiguration, DockerVolumeScope};
use crate::k8s;
use crate::translate::container::Task;
use crate::translate::diagnostic::{Place, StorageFault};
use crate::translate::names;

/// The driver that Docker has itself, and takes where none is named.
const LOCAL: &str = "local";
/// Where nodes keep the shared volumes of each namespace.
const SHARED: &str = "/var/lib/ecs-operator/volumes";

/// The volume; `name_in_ecs` is what Docker calls a shared one.
pub(super) fn docker(configuration: &DockerVolumeConfiguration, name_in_ecs: &str, name: &str, task: &Task<'_>, at: &Place<'_>) -> Option<Source> {
    let DockerVolumeConfiguration { scope, autoprovision, driver, driver_opts, labels } = configuration;
    let is_shared = *scope == Some(DockerVolumeScope::Shared);
    let driver = driver.as_deref().unwrap_or(LOCAL);
    let options = DriverOptions::of(driver_opts.as_ref());
    if let Some(labels) = labels.as_ref().filter(|labels| !labels.is_empty()) {
        at.member("labels").say(StorageFault::DockerLabelsOfVolume { labels: DriverOptions::of(Some(labels)).to_string() });
    }
    let at_options = at.member("driverOpts");
    let kind = match options.kind() {
        _ if driver != LOCAL => Kind::Foreign,
        Ok(kind) => kind,
        Err(reason) => {
            at_options.say(StorageFault::DriverOptionsNotLegal { reason });
            return None;
        }
    };
    if let Some(value) = autoprovision.filter(|_| !(is_shared && matches!(kind, Kind::Folder))) {
        at.member("autoprovision").say(StorageFault::AutoprovisionWithoutEffect { value });
    }
    match kind {
        Kind::Folder if is_shared => {
            options.report_unread(&[], &at_options);
            let path = format!("{SHARED}/{}/{name_in_ecs}", task.inputs.namespace);
            at.say(StorageFault::SharedVolumeOnNode { path: path.clone() });
            let type_ = if *autoprovision == Some(true) { "DirectoryOrCreate" } else { "Directory" };
            host::folder(&path, Some(type_), task, &at.member("scope"))
        }
        Kind::Folder => {
            options.report_unread(&[], &at_options);
            Some(host::empty_folder(k8s::EmptyDirVolumeSource::default()))
        }
        Kind::Memory => {
            if is_shared {
                at.member("scope").say(StorageFault::SharedMemoryPerTask);
            }
            let size_limit = options.memory_size(&at_options);
            Some(host::empty_folder(k8s::EmptyDirVolumeSource { medium: Some("Memory".into()), size_limit }))
        }
        Kind::Bind(path) => {
            options.report_unread(&["bind"], &at_options);
            host::folder(path, Some("Directory"), task, &at_options.member("device"))
        }
        Kind::Nfs => {
            let Nfs { server, path, mount_options } = nfs::nfs(options, &at_options)?;
            if !persistent_volume::allowed(&server, "", task.inputs, &at_options) {
                return None;
            }
            let nfs = k8s::NFSVolumeSource { server, path, read_only: None };
            Some(persistent_volume::claimed(k8s::PersistentVolumeSpec { nfs: Some(nfs), ..Default::default() }, mount_options, name, task.inputs))
        }
        Kind::Foreign if is_shared || driver == LOCAL => {
            let claim = names::dns_label(name_in_ecs);
            at.say(StorageFault::ClaimNeeded { claim: claim.clone(), driver: driver.into(), options: options.to_string() });
            Some(Source { volume: persistent_volume::claim(claim), objects: Vec::new() })
        }
        Kind::Foreign => {
            at.say(StorageFault::DockerDriverReplaced { driver: driver.into(), options: options.to_string() });
            Some(host::empty_folder(k8s::EmptyDirVolumeSource::default()))
        }
    }
}
