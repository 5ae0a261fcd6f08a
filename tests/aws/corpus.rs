//! Every `valueFrom` of other people's specifications, with its placeholders filled in: put into moto and read back, or
//! refused because ECS refuses it too. Where the corpus is not there, nothing is tried.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use aws_sdk_ssm::types::ParameterType;
use ecs_operator::translate::value_from::ValueFrom;
use serde_json::json;

use crate::bed::{Bed, REGION, Trial, reader, secret, text};
use crate::files;
use crate::support::moto::{ACCOUNT, Seed};
use crate::support::{Result, ensure};

pub fn trials() -> Vec<Trial> {
    vec![Trial::of(every_form_of_the_corpus_has_its_value)]
}

async fn every_form_of_the_corpus_has_its_value(bed: Arc<Bed>) -> Result<()> {
    let (found, forms) = forms();
    let seed = bed.moto().await?.seed();
    let (door, backend) = bed.backend().await?;
    let (mut wanted, mut refused) = (Vec::new(), BTreeMap::new());
    let mut secrets: BTreeMap<(String, String), Secret> = BTreeMap::new();
    for form in &forms {
        match form.parse::<ValueFrom>() {
            Err(reason) => drop(refused.insert(form.clone(), reason.to_string())),
            Ok(ValueFrom::Parameter(parameter)) => {
                put_parameter(&seed, &parameter.name, parameter.arn.as_ref().map_or(REGION, |arn| &arn.region), form).await?;
                wanted.push((form.clone(), format!("value of {}", parameter.name)));
            }
            Ok(ValueFrom::SecretsManager(found)) => {
                let key = found.json_key.clone();
                let value = key.as_ref().map_or_else(|| "{}".to_owned(), |key| format!("value of {key}"));
                let name = found.name_without_suffix().unwrap_or(&found.name);
                let secret = secrets.entry((found.region.clone(), name.to_owned())).or_default();
                secret.keys.extend(key.clone());
                secret.suffix = secret.suffix.take().or_else(|| found.name.strip_prefix(name)?.strip_prefix('-').map(str::to_owned));
                // that of a whole secret is known when all its keys are
                wanted.push((form.clone(), if key.is_some() { value } else { String::new() }));
            }
        }
    }
    for ((region, name), Secret { suffix, keys }) in &secrets {
        seed.secret(ACCOUNT, region, name, suffix.as_deref().unwrap_or("SuFfIx"), &document(keys)).await?;
    }
    let access = reader("corpus");
    let all = wanted.iter().map(|(form, _)| secret(form, &access)).collect::<Result<Vec<_>, _>>()?;
    for ((form, expected), value) in wanted.iter().zip(backend.read(&all).await) {
        let value = value.map(text).map_err(|error| error.to_string());
        let is_of = |(region, name): &(String, String)| form.contains(&format!(":{region}:{ACCOUNT}:secret:{name}"));
        // the longest name, where one begins with another
        let whole = || secrets.iter().filter(|(secret, _)| is_of(secret)).max_by_key(|((_, name), _)| name.len()).map(|(_, secret)| document(&secret.keys));
        let expected = if expected.is_empty() { whole().unwrap_or_default() } else { expected.clone() };
        assert_eq!(value, Ok(expected), "{form}");
    }
    for (form, reason) in &refused {
        println!("refused: {form}: {reason}");
    }
    println!("{found} valueFrom of the corpus, {} forms: {} read in {:?}, {} refused", forms.len(), wanted.len(), door.requests().counts(), refused.len());
    ensure(refused.len() * 4 <= forms.len(), "more than a quarter is refused")
}

/// A secret as the corpus speaks of it.
#[derive(Default)]
struct Secret {
    suffix: Option<String>,
    keys: BTreeSet<String>,
}

/// How many there are, and the different ones, filled in.
fn forms() -> (usize, BTreeSet<String>) {
    let (mut found, mut forms) = (0, BTreeSet::new());
    for class in ["A", "B", "C", "D", "E"] {
        for file in files::corpus(class) {
            let text = std::fs::read(file).unwrap_or_default();
            let text = String::from_utf8_lossy(&text);
            for form in text.match_indices("alueFrom").filter_map(|(at, word)| literal(text.get(at + word.len()..)?)) {
                found += 1;
                forms.insert(filled_in(form));
            }
        }
    }
    (found, forms)
}

/// The text behind the member's name: of JSON and YAML a string, or what CloudFormation substitutes in.
fn literal(rest: &str) -> Option<&str> {
    let rest = rest.trim_start_matches(['"', '\'', ' ']).strip_prefix(':')?.trim_start();
    let rest = rest.strip_prefix("!Sub ").unwrap_or(rest);
    let quote = rest.chars().next()?;
    if rest.starts_with("Fn::") {
        return None; // a function of CloudFormation
    }
    let value = match quote {
        '"' | '\'' => rest.get(1..)?.split(quote).next()?,
        '!' | '{' | '=' | '\n' => return None,
        _ => rest.split(['\n', ',']).next()?.trim(),
    };
    (!value.is_empty()).then_some(value)
}

/// The form with something that can be for each placeholder: a name, the region and the account.
fn filled_in(form: &str) -> String {
    let mut filled = String::new();
    let mut depth = 0_usize;
    for character in form.chars() {
        match character {
            '<' | '{' | '[' => {
                if depth == 0 {
                    filled.push('x');
                }
                depth += 1;
            }
            '>' | '}' | ']' => depth = depth.saturating_sub(1),
            '$' => {}
            _ if depth == 0 => filled.push(character),
            _ => {}
        }
    }
    let is_arn = |text: &str| text.starts_with("arn:");
    // a whole ARN that is somewhere else
    if filled.starts_with("x:") {
        filled = format!("arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:x-AbCdEf{}", filled.trim_start_matches('x'));
    }
    if !is_arn(&filled) {
        return filled;
    }
    let mut parts: Vec<&str> = filled.splitn(6, ':').collect();
    if let [_, partition, _, region, account, _] = parts.as_mut_slice() {
        if !partition.starts_with("aws") {
            *partition = "aws";
        }
        if !region.contains('-') {
            *region = REGION;
        }
        // one role reads them all
        *account = ACCOUNT;
    }
    parts.join(":")
}

fn document(keys: &BTreeSet<String>) -> String {
    json!(keys.iter().map(|key| (key.clone(), format!("value of {key}"))).collect::<BTreeMap<_, _>>()).to_string()
}

async fn put_parameter(seed: &Seed, name: &str, region: &str, form: &str) -> Result<()> {
    let rooted = if name.contains('/') { format!("/{name}") } else { name.to_owned() };
    ensure(form.starts_with("arn:") || form.starts_with('/') || !name.contains('/'), format!("{form} is no name of a parameter"))?;
    seed.parameter(ACCOUNT, region, &rooted, ParameterType::SecureString, &format!("value of {name}")).await
}
