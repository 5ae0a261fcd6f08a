//! `credentialSpecs`: the account of Active Directory by which a container runs. On Windows Kubernetes knows one, by the
//! name of an object of the cluster.

use super::Task;
use crate::translate::diagnostic::{Place, SecurityFault};
use crate::translate::names;

/// The name of the object that describes the container's account.
pub(super) fn credential_spec(specifications: &[(&str, Place<'_>)], task: &Task<'_>) -> Option<String> {
    let mut found = None;
    for (specification, at) in specifications {
        let name = name(specification).filter(|_| task.is_windows && found.is_none());
        let specification = (*specification).to_owned();
        match &name {
            Some(name) => at.say(SecurityFault::CredentialSpecByName { specification, name: name.clone() }),
            None => at.say(SecurityFault::CredentialSpecWithoutEffect { specification }),
        }
        found = found.or(name);
    }
    found
}

/// The last part of the ARN or the path, without what says that it is a file.
fn name(specification: &str) -> Option<String> {
    let last = specification.trim_end_matches(".json").rsplit([':', '/', '\\']).next();
    last.map(names::dns_label).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn accounts_are_named_after_the_last_part() {
        let names = [
            "credentialspec:arn:aws:s3:::specs/Web_App.json",
            "credentialspec:file://web-app.json",
            "credentialspecdomainless:arn:aws:ssm:a:1:parameter/web-app",
        ];
        assert_eq!(names.map(name), ["web-app", "web-app", "web-app"].map(|name| Some(name.to_owned())));
        assert_eq!(name("credentialspec:"), None);
    }
}
