//! What the API server says to documents that ECS would refuse, and to those that it would take: each file of
//! `tests/refusals` holds one document, or two of which the second changes the first, and tells in its first line. What
//! the goldens translate is taken, too: nothing is refused that ECS would run.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures::{StreamExt, stream};
use kube::Client;
use serde_json::{Value, json};

use crate::context::Context;
use crate::runner::Trial;
use crate::strict;
use crate::support::{Result, While, ensure};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/refusals");
const GOLDENS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden");
/// The goldens whose documents ECS refuses, and which translation, that must make the best of any document, translates nevertheless.
const REFUSED: [&str; 11] = [
    "Fargate knows no placement",
    "a command that is not marked is run without a shell",
    "a daemon is spread by nothing",
    "a size that Fargate does not have is warned of",
    "one listens for both transports, and a second one beside it",
    "ports have names without their numbers",
    "redirections and answers are given by the load balancer",
    "the protocol above TCP is that of the Service",
    "the size of a task is that of its containers",
    "what shifts traffic is not done yet",
    "without a size of the task the containers alone have one",
];
const AT_ONCE: usize = 8;

/// The tests of this subject.
pub fn trials() -> Vec<Trial> {
    vec![Trial::parallel(every_document_is_judged_as_its_file_says), Trial::parallel(what_the_goldens_translate_is_accepted)]
}

/// Each document in a name of its own file: all faults are reported together.
async fn every_document_is_judged_as_its_file_says(context: Arc<Context>) -> Result<()> {
    context.install(&json!({})).await?;
    let (client, namespace) = (context.client().await?, context.namespace().await?);
    let files = files()?;
    ensure(files.len() > 100, format!("{} files in {FOLDER}", files.len()))?;
    let judged = stream::iter(&files).map(|file| async { judge(&client, namespace, file).await.during(name(file)) });
    let faults: Vec<String> = judged.buffer_unordered(AT_ONCE).filter_map(async |result| result.err().map(|fault| fault.to_string())).collect().await;
    ensure(faults.is_empty(), format!("{} of {} files:\n{}", faults.len(), files.len(), faults.join("\n")))
}

/// Nothing is made, so that the documents can have their own names.
async fn what_the_goldens_translate_is_accepted(context: Arc<Context>) -> Result<()> {
    context.install(&json!({})).await?;
    let (client, namespace) = (context.client().await?, context.namespace().await?);
    let documents = translated()?;
    ensure(documents.len() > 300, format!("{} documents in {GOLDENS}", documents.len()))?;
    let asked = stream::iter(&documents)
        .map(async |translated| strict::create(&client, namespace, &translated.document, true).await.during(&translated.case).map(drop));
    let faults: Vec<String> = asked.buffer_unordered(AT_ONCE).filter_map(async |result| result.err().map(|fault| fault.to_string())).collect().await;
    ensure(faults.is_empty(), format!("{} of {} documents:\n{}", faults.len(), documents.len(), faults.join("\n")))
}

/// A document of a golden, and what translation says of it.
pub struct Translated {
    /// The name of the case.
    pub case: String,
    pub document: Value,
    /// The names of the diagnostics.
    pub diagnostics: BTreeSet<String>,
}

/// The documents of the goldens that have no error.
pub fn translated() -> Result<Vec<Translated>> {
    let concepts = folders(Path::new(GOLDENS))?;
    let cases = concepts.iter().map(|concept| folders(concept)).collect::<Result<Vec<_>>>()?.concat();
    let mut documents = Vec::new();
    for case in cases.iter().filter(|case| case.join("input.yaml").is_file() && !REFUSED.contains(&name(case).as_str())) {
        let diagnostics: Vec<Value> = serde_saphyr::from_str(&fs::read_to_string(case.join("diagnostics.yaml"))?)?;
        if diagnostics.iter().any(|diagnostic| diagnostic["severity"] == "error") {
            continue;
        }
        for mut document in serde_saphyr::from_multiple::<Value>(&fs::read_to_string(case.join("input.yaml"))?)? {
            let object = format!("{}/{}", text(&document["kind"]), text(&document["metadata"]["name"]));
            let of_document = diagnostics.iter().filter(|diagnostic| text(&diagnostic["object"]) == object);
            let diagnostics = of_document.map(|diagnostic| text(&diagnostic["name"]).to_owned()).collect();
            // the test has a namespace of its own
            document["metadata"]["namespace"].take();
            documents.push(Translated { case: name(case), document, diagnostics });
        }
    }
    Ok(documents)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn folders(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    Ok(entries.into_iter().filter(|path| path.is_dir()).collect())
}

/// What the first line of a file expects of the server.
enum Expected<'a> {
    Accepted,
    Refused(&'a str),
}

impl<'a> Expected<'a> {
    fn of(text: &'a str) -> Result<Self> {
        match text.lines().next().and_then(|line| line.strip_prefix("# ")) {
            Some("accepted") => Ok(Self::Accepted),
            Some(line) => line.strip_prefix("refused: ").map(Self::Refused).ok_or_else(|| format!("`{line}` expects nothing").into()),
            None => Err("the first line is no comment".into()),
        }
    }

    fn check(&self, answer: Result<Value>) -> Result<()> {
        match (self, answer) {
            (Self::Accepted, Ok(_)) => Ok(()),
            (Self::Accepted, Err(refusal)) => Err(format!("is refused: {refusal}").into()),
            (Self::Refused(words), Ok(_)) => Err(format!("is accepted, and not refused with: {words}").into()),
            (Self::Refused(words), Err(refusal)) => ensure(refusal.to_string().contains(words), format!("is not refused with: {words}\n  but: {refusal}")),
        }
    }
}

async fn judge(client: &Client, namespace: &str, file: &Path) -> Result<()> {
    let text = fs::read_to_string(file)?;
    let expected = Expected::of(&text)?;
    let documents: Vec<Value> = serde_saphyr::from_multiple(&text)?;
    let answer = match documents.as_slice() {
        [only] => strict::create(client, namespace, only, true).await,
        [first, second] => change(client, namespace, file, first, second).await?,
        _ => return Err(format!("has {} documents", documents.len()).into()),
    };
    expected.check(answer)
}

/// Makes the first document real and asks for the second in its place. Several files use one name: each gets its own.
async fn change(client: &Client, namespace: &str, file: &Path, first: &Value, second: &Value) -> Result<Result<Value>> {
    let own_name = json!(name(file).to_lowercase().replace('_', "-").chars().take(52).collect::<String>().trim_end_matches('-'));
    let (mut first, mut second) = (first.clone(), second.clone());
    ensure(first["metadata"]["name"] == second["metadata"]["name"], "the second document changes the first")?;
    first["metadata"]["name"] = own_name.clone();
    let made = strict::create(client, namespace, &first, false).await.during("the first document")?;
    second["metadata"]["name"] = own_name;
    second["metadata"]["resourceVersion"] = made["metadata"]["resourceVersion"].clone();
    Ok(strict::replace(client, namespace, &second).await)
}

fn files() -> Result<Vec<PathBuf>> {
    let mut files = fs::read_dir(FOLDER)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    files.sort();
    Ok(files)
}

fn name(file: &Path) -> String {
    file.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}
