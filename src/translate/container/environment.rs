//! `environment`: variables with plain values.

use super::endpoints;
use super::expansion::literal;
use crate::translate::diagnostic::{ContainerFault, LoggingFault, Place};
use crate::translate::names;
use crate::{ecs, k8s};

/// The variables with plain values, in the order of the list; `secrets` are those with values of secrets, `injected`
/// those that ECS sets whatever the list says.
pub(super) fn environment(variables: &[ecs::KeyValuePair], secrets: &[k8s::EnvVar], injected: Vec<k8s::EnvVar>, at: &Place<'_>) -> Vec<k8s::EnvVar> {
    let mut environment = Vec::new();
    for (index, ecs::KeyValuePair { name, value }) in variables.iter().enumerate() {
        let (at, name, value) = (at.item(index), name.as_deref().unwrap_or_default(), value.as_deref().unwrap_or_default());
        endpoints::report(name, &at.member("name"));
        endpoints::report(value, &at.member("value"));
        if !is_legal(name) {
            at.member("name").say(ContainerFault::EnvironmentNameNotLegal { name: name.into() });
        } else if secrets.iter().any(|secret| secret.name == name) {
            at.say(ContainerFault::EnvironmentHiddenBySecret { name: name.into(), value: value.into() });
        } else if injected.iter().any(|injected| injected.name == name) {
            at.say(LoggingFault::VariableOfTheRouter { name: name.into(), value: value.into() });
        } else if variables[index + 1..].iter().any(|later| later.name.as_deref() == Some(name)) {
            at.say(ContainerFault::EnvironmentNameTwice { name: name.into(), value: value.into() });
        } else {
            environment.push(variable(name, literal(value)));
        }
    }
    environment.extend(injected);
    environment
}

/// Whether variables name the region already.
pub(super) fn set_region<'a>(mut variables: impl Iterator<Item = &'a k8s::EnvVar>) -> bool {
    variables.any(|variable| names::REGION_VARIABLES.contains(&variable.name.as_str()))
}

/// The variables that ECS sets to the region.
pub(super) fn of_region(region: &str) -> impl Iterator<Item = k8s::EnvVar> {
    names::REGION_VARIABLES.into_iter().map(|name| variable(name, region.into()))
}

/// Whether Kubernetes takes the name: printable ASCII characters but `=`.
pub(super) fn is_legal(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| (b' '..=b'~').contains(&byte) && byte != b'=')
}

/// An empty value is left out, as the server leaves it out.
fn variable(name: &str, value: String) -> k8s::EnvVar {
    k8s::EnvVar { name: name.into(), value: Some(value).filter(|value| !value.is_empty()), value_from: None }
}

#[cfg(test)]
mod tests {
    use super::{environment, of_region, set_region};
    use crate::translate::diagnostic::{Origin, Said};
    use crate::{ecs, k8s};

    fn translated(variables: &[(&str, &str)], secrets: &[&str]) -> Vec<(String, String)> {
        let variables: Vec<_> = variables.iter().map(|(name, value)| ecs::KeyValuePair { name: Some((*name).into()), value: Some((*value).into()) }).collect();
        let secrets: Vec<_> = secrets.iter().map(|name| k8s::EnvVar { name: (*name).into(), ..Default::default() }).collect();
        let environment = environment(&variables, &secrets, Vec::new(), &Said::default().document(Origin::TaskDefinition));
        environment.into_iter().map(|variable| (variable.name, variable.value.unwrap_or_default())).collect()
    }

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn the_last_of_two_holds_and_a_secret_before_both() {
        assert_eq!(translated(&[("A", "1"), ("B", ""), ("A", "2")], &[]), pairs(&[("B", ""), ("A", "2")]));
        assert_eq!(translated(&[("A", "1"), ("B", "$$")], &["A"]), pairs(&[("B", "$$$$")]));
    }

    #[test]
    fn the_region_is_set_by_either_of_its_variables() {
        let named = |name: &str| set_region([k8s::EnvVar { name: name.into(), ..Default::default() }].iter());
        assert_eq!([named("AWS_REGION"), named("AWS_DEFAULT_REGION"), named("AWS_PROFILE")], [true, true, false]);
        let set: Vec<_> = of_region("r").map(|variable| (variable.name, variable.value.unwrap_or_default())).collect();
        assert_eq!(set, pairs(&[("AWS_REGION", "r"), ("AWS_DEFAULT_REGION", "r")]));
    }
}
