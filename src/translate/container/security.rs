//! `user`, `readonlyRootFilesystem` and `privileged`: nothing stricter than in ECS unless pods are `restricted`.

use super::Task;
use crate::ecs::kubernetes::PodSecurity;
use crate::k8s;
use crate::settings::Danger;
use crate::translate::allow::allowed;
use crate::translate::diagnostic::{ContainerFault, Place};

/// The security context of the container.
pub(super) fn security_context(
    user: Option<&str>,
    readonly_root_filesystem: Option<bool>,
    privileged: Option<bool>,
    task: &Task<'_>,
    at: &Place<'_>,
) -> Option<k8s::SecurityContext> {
    let is_privileged = privileged == Some(true) && allowed(Danger::Privileged, task.inputs, &at.member("privileged"));
    let (run_as_user, run_as_group) = user.map_or((None, None), |user| numbers(user, &at.member("user")));
    let context = k8s::SecurityContext {
        run_as_user,
        run_as_group,
        privileged: is_privileged.then_some(true),
        read_only_root_filesystem: readonly_root_filesystem.filter(|is_readonly| *is_readonly),
        ..match task.pod_security {
            PodSecurity::Baseline => k8s::SecurityContext::default(),
            PodSecurity::Restricted => {
                if run_as_user == Some(0) {
                    at.member("user").say(ContainerFault::RootNotAllowed);
                }
                restricted()
            }
        }
    };
    (context != k8s::SecurityContext::default()).then_some(context)
}

/// What the `restricted` standard asks of each container.
fn restricted() -> k8s::SecurityContext {
    k8s::SecurityContext {
        allow_privilege_escalation: Some(false),
        capabilities: Some(k8s::Capabilities { drop: Some(vec!["ALL".into()]), add: None }),
        ..Default::default()
    }
}

/// The numbers in `user` or `user:group`; a name is none.
fn numbers(user: &str, at: &Place<'_>) -> (Option<i64>, Option<i64>) {
    let number = |text: &str| {
        let number = text.parse::<u32>().ok().filter(|number| i32::try_from(*number).is_ok());
        if number.is_none() {
            at.say(ContainerFault::UserIsAName { user: text.into() });
        }
        number.map(i64::from)
    };
    match user.split_once(':') {
        Some((user, group)) => (number(user), number(group)),
        None => (number(user), None),
    }
}

#[cfg(test)]
mod tests {
    use super::numbers;
    use crate::translate::diagnostic::{Origin, Said};

    #[test]
    fn numbers_are_taken_and_names_are_reported() {
        let said = Said::default();
        let at = said.document(Origin::TaskDefinition);
        assert_eq!([numbers("1000", &at), numbers("0:0", &at)], [(Some(1000), None), (Some(0), Some(0))]);
        assert!(said.into_diagnostics().is_empty());
        let said = Said::default();
        let at = said.document(Origin::TaskDefinition);
        assert_eq!([numbers("node", &at), numbers("1000:node", &at), numbers("4294967295", &at)], [(None, None), (Some(1000), None), (None, None)]);
        assert_eq!(said.into_diagnostics().len(), 3);
    }
}
