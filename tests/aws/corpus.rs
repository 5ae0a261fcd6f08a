//! Every `valueFrom` of other people's specifications, with its placeholders filled in: put into moto and read back, or
//! refused because ECS refuses it too, as it refuses what is written before. What is right is found here, not by the parser. Where the corpus
//! is not there, nothing is tried.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use aws_sdk_ssm::types::ParameterType;
use ecs_operator::translate::value_from::ValueFrom;
use serde_json::json;

use crate::bed::{Bed, REGION, Trial, reader, secret, text};
use crate::files;
use crate::support::moto::{ACCOUNT, Seed};
use crate::support::{Result, ensure};

/// How many the corpus has at least, and how many different ones are read.
const LEAST: (usize, usize) = (150, 80);
/// The six characters at the end of an ARN where the text has none.
const SUFFIX: &str = "SuFfIx";

pub fn trials() -> Vec<Trial> {
    vec![Trial::of(every_form_of_the_corpus_has_its_value)]
}

async fn every_form_of_the_corpus_has_its_value(bed: Arc<Bed>) -> Result<()> {
    let literals = literals();
    if literals.is_empty() {
        return Ok(()); // which has been said
    }
    let forms: BTreeSet<String> = literals.iter().map(|literal| filled_in(literal)).collect();
    let mut refused: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for text in literals.iter().chain(&forms) {
        let said = text.parse::<ValueFrom>().err().map(|error| error.to_string());
        let expected = reason(text);
        let is_expected = said.as_deref().zip(expected).map_or(said.is_none() && expected.is_none(), |(said, expected)| said.contains(expected));
        ensure(is_expected, format!("{text}: {said:?} where {expected:?} is right"))?;
        if let Some(reason) = expected {
            refused.entry(reason).or_default().insert(text);
        }
    }
    let read: Vec<(&String, Asked<'_>)> = forms.iter().filter(|form| reason(form).is_none()).map(|form| (form, asked(form))).collect();

    let seed = bed.moto().await?.seed();
    let (door, backend) = bed.backend().await?;
    let secrets = put(&seed, &read).await?;
    let access = reader("corpus");
    let all = read.iter().map(|(form, _)| secret(form, &access)).collect::<Result<Vec<_>, _>>()?;
    for ((form, asked), value) in read.iter().zip(backend.read(&all).await) {
        let expected = match *asked {
            Asked::Parameter { name, .. } => format!("value of {}", name.trim_start_matches('/')),
            Asked::Secret { region, name, key: "" } => document(name, secrets.get(&(region, name)).ok_or("no secret")?),
            Asked::Secret { name, key, .. } => of_key(name, key),
        };
        assert_eq!(value.map(text).map_err(|error| error.to_string()), Ok(expected), "{form}");
    }
    for (reason, texts) in &refused {
        println!("refused because {reason}: {texts:?}");
    }
    println!("{} valueFrom of the corpus, {} forms: {} read in {:?}", literals.len(), forms.len(), read.len(), door.requests().counts());
    ensure(literals.len() >= LEAST.0 && read.len() >= LEAST.1, format!("{LEAST:?} were expected at least"))
}

/// What a text asks for, taken apart by what ECS documents, with nothing of what is under test.
#[derive(Clone, Copy)]
enum Asked<'a> {
    /// `arn:PARTITION:secretsmanager:REGION:ACCOUNT:secret:NAME[-SUFFIX][:KEY:STAGE:ID]`, of which the corpus has neither stages nor ids.
    Secret { region: &'a str, name: &'a str, key: &'a str },
    /// `arn:PARTITION:ssm:REGION:ACCOUNT:parameter/NAME`, or the name.
    Parameter { region: &'a str, name: &'a str },
}

fn asked(text: &str) -> Asked<'_> {
    match text.split(':').collect::<Vec<_>>().as_slice() {
        ["arn", _, "secretsmanager", region, _, "secret", name] => Asked::Secret { region, name: bare(name).0, key: "" },
        ["arn", _, "secretsmanager", region, _, "secret", name, key, "", ""] => Asked::Secret { region, name: bare(name).0, key },
        ["arn", _, "ssm", region, _, resource] => Asked::Parameter { region, name: resource.trim_start_matches("parameter") },
        [name] => Asked::Parameter { region: REGION, name },
        parts => unreachable!("{parts:?}: a form that the corpus did not have, and this test does not know"),
    }
}

/// The name of a secret, and the six characters that Secrets Manager adds to it, if it ends so.
fn bare(name: &str) -> (&str, Option<&str>) {
    let parts = name.len().checked_sub(7).and_then(|end| name.split_at_checked(end));
    let suffix = parts.and_then(|(_, end)| end.strip_prefix('-')).filter(|end| end.chars().all(char::is_alphanumeric));
    parts.zip(suffix).map_or((name, None), |((name, _), suffix)| (name, Some(suffix)))
}

/// Why ECS would refuse a text, in some words of ours: by the class of texts that it belongs to.
fn reason(text: &str) -> Option<&'static str> {
    let legal = |name: &str| name.chars().all(|character| character.is_ascii_alphanumeric() || "/_+=.@-!".contains(character));
    let parts: Vec<&str> = text.split(':').collect();
    let [arn, partition, service, _, account, rest @ ..] = parts.as_slice() else { return (!legal(text)).then_some("no legal name") };
    match (*arn, *service) {
        // a placeholder for the name or for the whole ARN, which has a key behind it
        (placeholder, _) if placeholder != "arn" => Some("no legal name"),
        // one that has colons itself
        (_, "") => Some("an ARN has six parts"),
        _ if *partition != "aws" => Some("the partition of an ARN"),
        _ if account.len() != 12 || account.parse::<u64>().is_err() => Some("twelve digits"),
        (_, "secretsmanager") if !matches!(rest.len(), 2 | 5) => Some("none or all of"),
        _ => None,
    }
}

/// Puts all that is asked for into moto; returns the keys of the secrets, by region and name.
async fn put<'a>(seed: &Seed, read: &[(&'a String, Asked<'a>)]) -> Result<BTreeMap<(&'a str, &'a str), BTreeSet<&'a str>>> {
    let mut secrets: BTreeMap<(&str, &str), BTreeSet<&str>> = BTreeMap::new();
    let mut suffixes = BTreeMap::new();
    for (form, asked) in read {
        match *asked {
            Asked::Parameter { region, name } => {
                let (path, name) = (name, name.trim_start_matches('/'));
                ensure(path.starts_with('/') || !name.contains('/'), format!("{form} is no name of a parameter"))?;
                let path = if name.contains('/') { path } else { name };
                seed.parameter(ACCOUNT, region, path, ParameterType::SecureString, &format!("value of {name}")).await?;
            }
            Asked::Secret { region, name, key } => {
                secrets.entry((region, name)).or_default().extend(Some(key).filter(|key| !key.is_empty()));
                // some texts have the suffix of a secret, and others do not
                suffixes.extend(form.split(':').nth(6).and_then(|name| bare(name).1).map(|suffix| ((region, name), suffix)));
            }
        }
    }
    for ((region, name), keys) in &secrets {
        seed.secret(ACCOUNT, region, name, suffixes.get(&(*region, *name)).copied().unwrap_or(SUFFIX), &document(name, keys)).await?;
    }
    Ok(secrets)
}

fn document(name: &str, keys: &BTreeSet<&str>) -> String {
    json!(keys.iter().map(|key| ((*key).to_owned(), of_key(name, key))).collect::<BTreeMap<_, _>>()).to_string()
}

fn of_key(name: &str, key: &str) -> String {
    format!("value of {key} in {name}")
}

/// All of them, as they are written.
fn literals() -> Vec<String> {
    let mut literals = Vec::new();
    for file in ["A", "B", "C", "D", "E"].into_iter().flat_map(files::corpus) {
        let text = std::fs::read(file).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        literals.extend(text.match_indices("alueFrom").filter_map(|(at, word)| literal(text.get(at + word.len()..)?)).map(str::to_owned));
    }
    literals
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
