//! `environment`: variables with plain values.

use super::endpoints;
use super::expansion::literal;
use crate::translate::diagnostic::{ContainerFault, LoggingFault, Place};
use crate::{ecs, k8s};

/// The variables that ECS sets to the task's region where the task sets neither.
const REGION_VARIABLES: [&str; 2] = ["AWS_REGION", "AWS_DEFAULT_REGION"];

/// The variables with plain values, in the order of the list; `secrets` are those with values of secrets, `injected`
/// those that ECS sets whatever the list says.
pub(super) fn environment(
    variables: &[ecs::KeyValuePair],
    secrets: &[k8s::EnvVar],
    injected: Vec<k8s::EnvVar>,
    region: Option<&str>,
    at: &Place<'_>,
) -> Vec<k8s::EnvVar> {
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
    let sets_region = environment.iter().chain(secrets).any(|set| REGION_VARIABLES.contains(&set.name.as_str()));
    if let Some(region) = region.filter(|_| !sets_region) {
        environment.extend(REGION_VARIABLES.map(|name| variable(name, region.into())));
    }
    environment
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
    use super::environment;
    use crate::translate::diagnostic::{Origin, Said};
    use crate::{ecs, k8s};

    fn translated(variables: &[(&str, &str)], secrets: &[&str], region: Option<&str>) -> Vec<(String, String)> {
        let variables: Vec<_> = variables.iter().map(|(name, value)| ecs::KeyValuePair { name: Some((*name).into()), value: Some((*value).into()) }).collect();
        let secrets: Vec<_> = secrets.iter().map(|name| k8s::EnvVar { name: (*name).into(), ..Default::default() }).collect();
        let environment = environment(&variables, &secrets, Vec::new(), region, &Said::default().document(Origin::TaskDefinition));
        environment.into_iter().map(|variable| (variable.name, variable.value.unwrap_or_default())).collect()
    }

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn the_last_of_two_holds_and_a_secret_before_both() {
        assert_eq!(translated(&[("A", "1"), ("B", ""), ("A", "2")], &[], None), pairs(&[("B", ""), ("A", "2")]));
        assert_eq!(translated(&[("A", "1"), ("B", "$$")], &["A"], None), pairs(&[("B", "$$$$")]));
    }

    #[test]
    fn the_region_is_set_where_the_task_sets_neither_of_its_variables() {
        let set = pairs(&[("AWS_REGION", "r"), ("AWS_DEFAULT_REGION", "r")]);
        assert_eq!(translated(&[], &[], Some("r")), set);
        assert_eq!(translated(&[("AWS_REGION", "x")], &[], Some("r")), pairs(&[("AWS_REGION", "x")]));
        assert_eq!(translated(&[], &["AWS_DEFAULT_REGION"], Some("r")), pairs(&[]));
    }
}
