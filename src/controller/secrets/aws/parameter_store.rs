//! The Parameter Store of Systems Manager: parameters by the ten, decrypted.

use aws_sdk_ssm::Client;
use aws_sdk_ssm::types::Parameter;

use super::{Answer, Outcome, Refusal};

/// How many parameters a request takes.
pub const BATCH: usize = 10;

/// The values of so many parameters, in their order; `None` is what the answer does not speak of. A `StringList` is the text
/// that it is, with its commas.
pub async fn batch(client: &Client, names: &[&str]) -> Result<Vec<Option<Outcome>>, Refusal> {
    let asked = names.iter().map(|name| (*name).to_owned()).collect();
    let answer = client.get_parameters().set_names(Some(asked)).with_decryption(true).send().await.map_err(|error| Refusal::of(&error))?;
    let find = |name: &str| {
        let value = answer.parameters().iter().find(|parameter| is_of(parameter, name)).map(|parameter| Ok(Answer::of(parameter.value())));
        value.or_else(|| answer.invalid_parameters().iter().any(|invalid| invalid == name).then_some(Err(Refusal::NotFound)))
    };
    Ok(names.iter().map(|name| find(name)).collect())
}

/// The value of one parameter.
pub async fn one(client: &Client, name: &str) -> Outcome {
    let outcome = batch(client, &[name]).await?.into_iter().next().flatten();
    outcome.unwrap_or_else(|| Err(Refusal::Refused("Systems Manager did not speak of it".into())))
}

/// Whether this is the parameter that was asked for, by name or by ARN. A name without a path may have a slash or not.
fn is_of(parameter: &Parameter, asked: &str) -> bool {
    let bare = |name: &str| name.strip_prefix('/').filter(|rest| !rest.contains('/')).unwrap_or(name).to_owned();
    parameter.arn() == Some(asked) || parameter.name().is_some_and(|name| bare(name) == bare(asked))
}

#[cfg(test)]
mod tests {
    use super::{Parameter, is_of};

    #[test]
    fn parameters_are_known_by_name_and_by_arn() {
        let parameter =
            |name: &str| Parameter::builder().name(name).arn(format!("arn:aws:ssm:us-east-1:111122223333:parameter/{}", name.trim_start_matches('/'))).build();
        for (name, asked, same) in [
            ("/a/b", "/a/b", true),
            ("/a/b", "arn:aws:ssm:us-east-1:111122223333:parameter/a/b", true),
            ("/a/b", "a/b", false),
            ("/a/b", "/a/c", false),
            ("a", "/a", true),
            ("/a", "a", true),
            ("arn:aws:ssm:us-east-1:444455556666:parameter/a", "arn:aws:ssm:us-east-1:444455556666:parameter/a", true),
        ] {
            assert_eq!(is_of(&parameter(name), asked), same, "{name} {asked}");
        }
    }
}
