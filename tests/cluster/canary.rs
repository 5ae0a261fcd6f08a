//! The canary: a word in the value of every secret of these tests. It must be in no log, event, status, metric, ledger
//! entry, rendered file or object but Secrets.
//!
//! In etcd Secrets are encrypted here, and all else is as it is: whatever was ever written into another object of any
//! namespace is found in its files. With the logs and what the operators were started with they are searched when a
//! cluster ends.

use std::path::Path;
use std::process::Stdio;

use tokio::process::Command;

use crate::support::{Operator, Result, While, ensure};

/// The word.
pub const CANARY: &str = "canary-5f1c";

/// The folders of a cluster's folder that are searched: what is beside them is where values are read from, and what
/// nodes make of Secrets.
const SEARCHED: [&str; 3] = ["etcd", "logs", "operators"];
/// How much of what stands before and after it is shown.
const SHOWN: usize = 400;

/// Fails with the places where the canary was found.
pub async fn is_not_in(cluster: &Path) -> Result<()> {
    let mut words = Vec::new();
    for word in spellings() {
        words.extend(["-e".to_owned(), word]);
    }
    let folders = SEARCHED.into_iter().filter(|folder| cluster.join(folder).is_dir());
    let listed = ["--recursive", "--text", "--fixed-strings", "--files-with-matches"].map(str::to_owned);
    let arguments: Vec<String> = listed.into_iter().chain(words).chain(["--".to_owned()]).chain(folders.map(str::to_owned)).collect();
    let files = grep(cluster, &arguments).await?;
    let places = files.lines().map(|file| Ok(format!("{file}: {}", around(&std::fs::read(cluster.join(file))?)))).collect::<Result<Vec<_>>>()?;
    ensure(places.is_empty(), format!("values of secrets are where they must not be:\n{}", places.join("\n")))
}

/// What stands around the first place where it is, as far as it can be read: of an object in etcd, its key is there.
fn around(bytes: &[u8]) -> String {
    let found = spellings().iter().filter_map(|word| bytes.windows(word.len()).position(|window| window == word.as_bytes())).min().unwrap_or_default();
    let shown = bytes.get(found.saturating_sub(SHOWN)..(found + SHOWN).min(bytes.len())).unwrap_or_default();
    shown.iter().filter(|byte| (b' '..=b'~').contains(byte)).map(|byte| char::from(*byte)).collect()
}

/// That neither the metrics of an operator nor anything that it asked the API server for has it, but the Secrets that it made.
pub async fn is_not_said_by(operator: &Operator) -> Result<()> {
    let asked = operator.ledger().requests().through(operator.name()).that(|request| {
        let makes_secret = request.resource == "secrets" && request.body.is_some();
        is_in(&request.uri) || (!makes_secret && request.body.as_ref().is_some_and(|body| is_in(&body.to_string())))
    });
    asked.expect_none("requests with the value of a secret")?;
    if operator.check_alive().is_ok() {
        ensure(!is_in(&operator.get("/metrics").await.unwrap_or_default()), "the metrics have the value of a secret")?;
    }
    Ok(())
}

/// Whether a text has it, as it is or in base64.
pub fn is_in(text: &str) -> bool {
    spellings().iter().any(|spelling| text.contains(spelling.as_str()))
}

/// The word as it is, and its inner part in base64, which depends on how many bytes stand before it.
fn spellings() -> Vec<String> {
    let encoded = (0..3).map(|before| {
        let bytes = [vec![0; before], CANARY.as_bytes().to_vec()].concat();
        let whole = bytes.len() * 8 / 6;
        let text = serde_json::to_value(k8s_openapi::ByteString(bytes)).unwrap_or_default();
        let text = text.as_str().unwrap_or_default();
        text.get((before * 8).div_ceil(6)..whole).unwrap_or(text).to_owned()
    });
    encoded.chain([CANARY.to_owned()]).collect()
}

/// What grep prints; nothing where it finds nothing.
async fn grep(folder: &Path, arguments: &[String]) -> Result<String> {
    let output = Command::new("grep").args(arguments).current_dir(folder).env("LC_ALL", "C").stdin(Stdio::null()).output().await.during("grep")?;
    // a file that goes while it is searched is no fault; whatever was found counts
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
