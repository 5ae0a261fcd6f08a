//! `secrets`: variables whose values are kept elsewhere. The operator reads the values into the Secret of the
//! service revision, and the variables refer to its keys.

use std::collections::BTreeMap;

use super::environment::is_legal;
use crate::settings::Settings;
use crate::translate::diagnostic::{ContainerFault, Place};
use crate::translate::{SecretReference, ValueFrom, external_secrets, names};
use crate::{ecs, k8s};

/// The variables, and what they refer to, by its key in the Secret of that name.
pub(super) fn secrets(
    secrets: &[ecs::Secret],
    secret: &str,
    settings: &Settings,
    references: &mut BTreeMap<String, SecretReference>,
    at: &Place<'_>,
) -> Vec<k8s::EnvVar> {
    let mut variables = Vec::new();
    for (index, ecs::Secret { name, value_from }) in secrets.iter().enumerate() {
        let at = at.item(index);
        match value_from.parse::<ValueFrom>() {
            Ok(reference) => external_secrets::report(&reference, settings, &at.member("valueFrom")),
            Err(error) => at.member("valueFrom").say(ContainerFault::ValueFromNotLegal { value: value_from.clone(), reason: error.to_string() }),
        }
        if !is_legal(name) {
            at.member("name").say(ContainerFault::EnvironmentNameNotLegal { name: name.clone() });
        } else if secrets[index + 1..].iter().any(|later| later.name == *name) {
            at.say(ContainerFault::EnvironmentNameTwice { name: name.clone(), value: value_from.clone() });
        } else {
            let reference = SecretReference { value_from: value_from.clone(), variable: name.clone(), path: at.member("valueFrom").path().into() };
            let key = key(name, &reference, references);
            variables.push(variable(name, secret, &key));
            references.entry(key).or_insert(reference);
        }
    }
    variables
}

/// The key of a variable's value. Another container's variable of that name may have another value: then the key
/// has a hash of where the value is kept.
fn key(name: &str, reference: &SecretReference, references: &BTreeMap<String, SecretReference>) -> String {
    let key = names::secret_key(name);
    let is_free = references.get(&key).is_none_or(|taken| taken.value_from == reference.value_from);
    if is_free { key } else { names::secret_key(&format!("{key}-{}", names::hash(&reference.value_from))) }
}

fn variable(name: &str, secret: &str, key: &str) -> k8s::EnvVar {
    let selector = k8s::SecretKeySelector { name: secret.into(), key: key.into(), optional: None };
    k8s::EnvVar { name: name.into(), value: None, value_from: Some(k8s::EnvVarSource { secret_key_ref: Some(selector), ..Default::default() }) }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::secrets;
    use crate::ecs;
    use crate::settings::Settings;
    use crate::translate::diagnostic::{Origin, Said};

    #[test]
    fn one_name_with_two_values_has_two_keys_and_with_one_value_one() {
        let (said, mut references) = (Said::default(), BTreeMap::new());
        let at = said.document(Origin::TaskDefinition);
        let mut keys = |value_from: &str| {
            let list = [ecs::Secret { name: "PASSWORD".into(), value_from: value_from.into() }];
            let variables = secrets(&list, "web-1", &Settings::default(), &mut references, &at);
            variables.into_iter().filter_map(|variable| variable.value_from?.secret_key_ref).map(|selector| selector.key).collect::<Vec<_>>()
        };
        assert_eq!([keys("a"), keys("a")], [["PASSWORD"], ["PASSWORD"]]);
        assert_eq!(keys("b"), ["PASSWORD-3e23e816"]);
        assert_eq!(references.len(), 2);
    }
}
