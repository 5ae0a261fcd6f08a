//! Every object that the documents of the corpus become, where it is there, is one that the API server takes whole.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ecs_operator::cli::documents::Documents;
use ecs_operator::cli::input::Source;
use ecs_operator::cli::resolution::Resolution;
use ecs_operator::cli::translation::Translation;
use ecs_operator::documents::{Report, Schemas};
use ecs_operator::settings::Settings;
use ecs_operator::translate::{self, KubernetesVersion, Severity};
use serde_json::Value;

use crate::context::Context;
use crate::filled_in;
use crate::runner::Trial;
use crate::support::{ClusterOptions, Result, ensure};
use crate::whole::{Made, all_are_taken, install_third_party};

/// All that is dangerous is allowed by these.
const SETTINGS: &str = include_str!("../golden/settings.yaml");

/// The tests of this subject.
pub fn trials() -> Vec<Trial> {
    vec![Trial::parallel(every_object_of_the_corpus_is_taken_whole)]
}

async fn every_object_of_the_corpus_is_taken_whole(context: Arc<Context>) -> Result<()> {
    let files = filled_in::corpus();
    if files.is_empty() {
        return Ok(());
    }
    let cluster = context.own_cluster(ClusterOptions::api_server(None)).await?;
    let client = cluster.client();
    install_third_party(&client).await?;
    let version = client.apiserver_version().await?.git_version.parse()?;
    let (schemas, settings) = (Schemas::new(), Settings::read(SETTINGS)?);
    let (mut objects, mut refusals, mut refused) = (Vec::new(), BTreeMap::new(), 0);
    for (file, documents) in &files {
        let (made, reports) = translated(&schemas, &settings, version, documents);
        let reasons: BTreeSet<&str> = reports.iter().filter(|report| report.severity == Severity::Error).map(|report| report.name).collect();
        refused += usize::from(!reasons.is_empty());
        for reason in reasons {
            *refusals.entry(reason).or_insert(0) += 1;
        }
        objects.extend(made.into_iter().map(|object| Made::of(&file.display().to_string(), object)));
    }
    println!("{} files become {} objects; {refused} files are refused: {refusals:?}", files.len(), objects.len());
    ensure(objects.len() > 2 * (files.len() - refused), format!("{} objects of {} files", objects.len(), files.len()))?;
    let namespace = cluster.namespace_for("corpus").await?;
    all_are_taken(&client, &namespace, &objects).await
}

/// The objects of documents that stand together, and what there is to say.
fn translated(schemas: &Schemas, settings: &Settings, kubernetes: KubernetesVersion, documents: &[Value]) -> (Vec<Value>, Vec<Report>) {
    let text = documents.iter().map(Value::to_string).collect::<Vec<_>>().join("\n---\n");
    let sources = vec![Source { name: "corpus".into(), text }];
    let documents = Documents::of(schemas, sources, Vec::new(), None);
    let mut resolution = Resolution::of(&documents);
    let reports = [documents.reports.clone(), std::mem::take(&mut resolution.reports)].concat();
    let mut objects = Vec::new();
    let said = Translation { resolution, settings, kubernetes, render: translate::render }.run(&mut |object| objects.push(object));
    (objects, [reports, said].concat())
}
