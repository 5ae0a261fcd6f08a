//! `dockerSecurityOptions`: AppArmor, SELinux, no new privileges, and accounts of Active Directory.

use super::Task;
use crate::k8s;
use crate::settings::Danger;
use crate::translate::allow::allowed;
use crate::translate::diagnostic::{Place, SecurityFault};
use crate::translate::windows::linux_only;

/// The types of SELinux that are as confined as that of any container.
const CONFINED_TYPES: [&str; 4] = ["container_t", "container_init_t", "container_kvm_t", "container_engine_t"];
/// The type of SELinux that is not confined.
const UNCONFINED_TYPE: &str = "spc_t";

/// What the options ask for.
#[derive(Debug, Default)]
pub(super) struct SecurityOptions<'a> {
    pub forbids_new_privileges: bool,
    pub app_armor: Option<k8s::AppArmorProfile>,
    pub se_linux: Option<k8s::SELinuxOptions>,
    /// Credential specifications as they are written, with their places.
    pub credential_specs: Vec<(&'a str, Place<'a>)>,
}

/// What the options ask for. Docker takes `:` and `=` after the name of an option.
pub(super) fn security_options<'a>(options: &'a [String], is_privileged: bool, task: &Task<'_>, at: &Place<'a>) -> SecurityOptions<'a> {
    let mut asked = SecurityOptions::default();
    for (index, option) in options.iter().enumerate() {
        let at = at.item(index);
        let (name, value) = option.split_once([':', '=']).unwrap_or((option, ""));
        match (name, value) {
            ("credentialspec", value) if !value.is_empty() => asked.credential_specs.push((option, at)),
            _ if task.is_windows => linux_only("dockerSecurityOptions", option, &at),
            ("no-new-privileges", "false") => {}
            ("no-new-privileges", "" | "true") if is_privileged => at.say(SecurityFault::NewPrivilegesNotForbidden { option: option.clone() }),
            ("no-new-privileges", "" | "true") => asked.forbids_new_privileges = true,
            ("apparmor", profile) if !profile.trim().is_empty() => asked.app_armor = app_armor(profile.trim(), task, &at),
            ("label", label) => se_linux(label, &mut asked.se_linux, option, task, &at),
            _ => at.say(SecurityFault::SecurityOptionUnknown { option: option.clone() }),
        }
    }
    asked
}

fn app_armor(profile: &str, task: &Task<'_>, at: &Place<'_>) -> Option<k8s::AppArmorProfile> {
    let (kind, localhost_profile) = match profile {
        "unconfined" => ("Unconfined", None),
        "docker-default" => ("RuntimeDefault", None),
        profile => ("Localhost", Some(profile.to_owned())),
    };
    let is_allowed = kind != "Unconfined" || allowed(Danger::Unconfined, task.inputs, at);
    is_allowed.then(|| k8s::AppArmorProfile { type_: kind.into(), localhost_profile })
}

/// Adds a label, such as `type:svirt_apache_t`, to those of the container.
fn se_linux(label: &str, labels: &mut Option<k8s::SELinuxOptions>, option: &str, task: &Task<'_>, at: &Place<'_>) {
    let (key, value) = match label.split_once(':') {
        None if label == "disable" => ("type", UNCONFINED_TYPE),
        None => ("", ""),
        Some(pair) => pair,
    };
    let is_confined = match key {
        "level" => true,
        "type" => CONFINED_TYPES.contains(&value),
        _ => false,
    };
    if value.is_empty() || !["user", "role", "type", "level"].contains(&key) {
        return at.say(SecurityFault::SecurityOptionUnknown { option: option.into() });
    }
    if !is_confined && !allowed(Danger::Unconfined, task.inputs, at) {
        return;
    }
    let labels = labels.get_or_insert_default();
    let part = match key {
        "user" => &mut labels.user,
        "role" => &mut labels.role,
        "type" => &mut labels.type_,
        _ => &mut labels.level,
    };
    *part = Some(value.into());
}
