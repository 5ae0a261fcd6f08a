//! `user`, `privileged` and `readonlyRootFilesystem`, with what other members ask of the kernel: the security context of the
//! container. It is nothing stricter than in ECS unless pods are `restricted`.

use super::docker_security_options::{SecurityOptions, security_options};
use super::{Pod, Task, credential_specs, linux_parameters};
use crate::ecs::container_definition::LinuxParameters;
use crate::ecs::kubernetes::PodSecurity;
use crate::k8s;
use crate::settings::Danger;
use crate::translate::allow::allowed;
use crate::translate::diagnostic::{ContainerFault, Place, SecurityFault};
use crate::translate::windows::linux_only;

/// The user that Windows lets do all within its container.
const WINDOWS_ROOT: &str = "ContainerAdministrator";
/// The longest name of a user of Windows.
const LONGEST_WINDOWS_USER: usize = 104;

/// What the container definition says of it.
pub(super) struct Asked<'a> {
    pub user: Option<&'a str>,
    pub privileged: Option<bool>,
    pub readonly_root_filesystem: Option<bool>,
    pub linux_parameters: Option<&'a LinuxParameters>,
    pub docker_security_options: &'a [String],
    pub credential_specs: &'a [String],
}

/// The security context of the container, and the mounts that the kernel fills; their volumes go into `pod`.
pub(super) fn security(
    asked: &Asked<'_>,
    container: &str,
    task: &Task<'_>,
    pod: &mut Pod,
    at: &Place<'_>,
) -> (Option<k8s::SecurityContext>, Vec<k8s::VolumeMount>) {
    let is_privileged = asked.privileged == Some(true) && !task.is_windows && allowed(Danger::Privileged, task.inputs, &at.member("privileged"));
    let mut options = security_options(asked.docker_security_options, is_privileged, task, &at.member("dockerSecurityOptions"));
    let specifications = asked.credential_specs.iter().enumerate();
    options.credential_specs.extend(specifications.map(|(index, specification)| (specification.as_str(), at.member("credentialSpecs").item(index))));
    let gmsa_credential_spec_name = credential_specs::credential_spec(&options.credential_specs, task);
    let (context, mounts) = if task.is_windows {
        report_linux_only(asked, at);
        (windows(asked.user, gmsa_credential_spec_name, task, at), Vec::new())
    } else {
        let place = at.member("linuxParameters");
        let parameters = asked.linux_parameters.map(|asked| linux_parameters::linux_parameters(asked, container, is_privileged, task, pod, &place));
        let linux_parameters::Parameters { capabilities, mounts } = parameters.unwrap_or_default();
        (linux(asked, is_privileged, capabilities, options, task, at), mounts)
    };
    ((context != k8s::SecurityContext::default()).then_some(context), mounts)
}

fn linux(
    asked: &Asked<'_>,
    is_privileged: bool,
    capabilities: Option<k8s::Capabilities>,
    options: SecurityOptions<'_>,
    task: &Task<'_>,
    at: &Place<'_>,
) -> k8s::SecurityContext {
    let (run_as_user, run_as_group) = asked.user.map_or((None, None), |user| numbers(user, &at.member("user")));
    let is_restricted = task.pod_security == PodSecurity::Restricted;
    match run_as_user {
        Some(0) if is_restricted => at.member("user").say(ContainerFault::RootNotAllowed),
        None if is_restricted => at.member("user").say(SecurityFault::RestrictedNeedsUser),
        Some(_) | None => {}
    }
    let none = || k8s::Capabilities { drop: Some(vec!["ALL".into()]), add: None };
    k8s::SecurityContext {
        run_as_user,
        run_as_group,
        privileged: is_privileged.then_some(true),
        read_only_root_filesystem: asked.readonly_root_filesystem.filter(|is_readonly| *is_readonly),
        allow_privilege_escalation: (is_restricted || options.forbids_new_privileges).then_some(false),
        capabilities: capabilities.or_else(|| is_restricted.then(none)),
        app_armor_profile: options.app_armor,
        se_linux_options: options.se_linux,
        ..Default::default()
    }
}

/// Windows knows users by their names.
fn windows(user: Option<&str>, gmsa_credential_spec_name: Option<String>, task: &Task<'_>, at: &Place<'_>) -> k8s::SecurityContext {
    let run_as_user_name = user.map(str::to_owned);
    if let Some(user) = user.filter(|user| !is_windows_user(user)) {
        at.member("user").say(SecurityFault::WindowsUserNotLegal { user: user.into() });
    }
    if task.pod_security == PodSecurity::Restricted && user.is_some_and(|user| user.eq_ignore_ascii_case(WINDOWS_ROOT)) {
        at.member("user").say(ContainerFault::RootNotAllowed);
    }
    let options = k8s::WindowsSecurityContextOptions { run_as_user_name, gmsa_credential_spec_name, ..Default::default() };
    k8s::SecurityContext { windows_options: (options != k8s::WindowsSecurityContextOptions::default()).then_some(options), ..Default::default() }
}

fn is_windows_user(user: &str) -> bool {
    let (domain, name) = user.split_once('\\').unwrap_or(("domain", user));
    let is_name = (1..=LONGEST_WINDOWS_USER).contains(&name.len()) && name.chars().any(|character| !matches!(character, '.' | ' '));
    let is_domain = domain.starts_with(|first: char| first.is_ascii_alphanumeric())
        && domain.len() < 256
        && domain.chars().all(|character| character.is_ascii_alphanumeric() || matches!(character, '.' | '-'));
    is_name && is_domain && !name.contains(|character: char| character.is_control() || r#""/\:;|=,+*?<>@[]"#.contains(character))
}

fn report_linux_only(asked: &Asked<'_>, at: &Place<'_>) {
    for (member, asks) in [("privileged", asked.privileged), ("readonlyRootFilesystem", asked.readonly_root_filesystem)] {
        if asks == Some(true) {
            linux_only(member, &true, &at.member(member));
        }
    }
    if let Some(parameters) = asked.linux_parameters {
        linux_only("linuxParameters", parameters, &at.member("linuxParameters"));
    }
}

/// The numbers in `user` or `user:group`; a name is none, but for `root`, which is 0 in every image that has it.
fn numbers(user: &str, at: &Place<'_>) -> (Option<i64>, Option<i64>) {
    let number = |text: &str| {
        let number = if text == "root" { Some(0) } else { text.parse::<u32>().ok().filter(|number| i32::try_from(*number).is_ok()) };
        if number.is_none() {
            at.say(ContainerFault::UserIsAName { user: text.into() });
        }
        number.map(i64::from)
    };
    match user.split_once(':') {
        Some((user, group)) => {
            let numbers = (number(user), number(group));
            if let (Some(user), Some(_)) = numbers {
                at.say(ContainerFault::ImageAddsGroups { user });
            }
            numbers
        }
        None => (number(user), None),
    }
}

#[cfg(test)]
mod tests {
    use super::{is_windows_user, numbers};
    use crate::translate::diagnostic::{Origin, Said};

    #[test]
    fn numbers_are_taken_and_names_are_reported() {
        let said = Said::default();
        let at = said.document(Origin::TaskDefinition);
        assert_eq!([numbers("1000", &at), numbers("0:0", &at)], [(Some(1000), None), (Some(0), Some(0))]);
        assert_eq!(said.into_diagnostics().iter().map(|diagnostic| diagnostic.fault.name()).collect::<Vec<_>>(), ["image-adds-groups"]);
        let said = Said::default();
        let at = said.document(Origin::TaskDefinition);
        assert_eq!([numbers("node", &at), numbers("1000:node", &at), numbers("4294967295", &at)], [(None, None), (Some(1000), None), (None, None)]);
        assert_eq!(said.into_diagnostics().len(), 3);
    }

    #[test]
    fn users_of_windows_are_known() {
        for user in ["ContainerAdministrator", r"NT-A.com\Local Service", "1000"] {
            assert!(is_windows_user(user), "{user}");
        }
        for user in ["", "a:b", r"a\b\c", r"\a", r"a\", "..", "a@b", &"a".repeat(105)] {
            assert!(!is_windows_user(user), "{user}");
        }
    }
}
