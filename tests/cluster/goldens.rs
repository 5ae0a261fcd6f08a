//! Every object of the goldens is one that the API server of its version takes whole.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value;

use crate::context::Context;
use crate::files::entries;
use crate::runner::Trial;
use crate::support::{ClusterOptions, Result, While, ensure};
use crate::whole::{Made, all_are_taken, install_third_party};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden");

/// The tests of this subject.
pub fn trials() -> Vec<Trial> {
    vec![
        Trial::parallel(every_object_is_taken_whole_by_1_34),
        Trial::parallel(every_object_is_taken_whole_by_1_36),
        Trial::parallel(every_object_is_taken_whole_by_1_37),
    ]
}

async fn every_object_is_taken_whole_by_1_34(context: Arc<Context>) -> Result<()> {
    every_object_is_taken_whole(context, Some("1.34"), "1.34").await
}

async fn every_object_is_taken_whole_by_1_36(context: Arc<Context>) -> Result<()> {
    every_object_is_taken_whole(context, None, "1.36").await
}

async fn every_object_is_taken_whole_by_1_37(context: Arc<Context>) -> Result<()> {
    every_object_is_taken_whole(context, Some("1.37"), "1.37").await
}

async fn every_object_is_taken_whole(context: Arc<Context>, kubernetes: Option<&'static str>, version: &str) -> Result<()> {
    let cluster = context.own_cluster(ClusterOptions::api_server(kubernetes)).await?;
    let client = cluster.client();
    let running = client.apiserver_version().await?.git_version;
    ensure(running.starts_with(&format!("v{version}.")), format!("the API server is of {running}"))?;
    install_third_party(&client).await?;
    let namespace = cluster.namespace_for("goldens").await?;
    let objects = objects(version)?;
    ensure(objects.len() > 50, format!("{} objects in {FOLDER}", objects.len()))?;
    all_are_taken(&client, &namespace, &objects).await
}

/// What is in `<concept>/<case>/objects.yaml`, or in the file of that version.
fn objects(version: &str) -> Result<Vec<Made>> {
    let mut objects = Vec::new();
    for case in folders(Path::new(FOLDER)).iter().flat_map(|concept| folders(concept)) {
        let own = case.join(format!("objects.{version}.yaml"));
        let file = if own.exists() { own } else { case.join("objects.yaml") };
        let text = fs::read_to_string(file).during(case.display())?;
        let documents: Vec<Value> = serde_saphyr::from_multiple(&text).during(case.display())?;
        let origin = case.strip_prefix(FOLDER).unwrap_or(&case).display().to_string();
        objects.extend(documents.into_iter().filter(|document| !document.is_null()).map(|object| Made::of(&origin, object)));
    }
    Ok(objects)
}

fn folders(folder: &Path) -> Vec<PathBuf> {
    entries(folder).into_iter().filter(|path| path.is_dir()).collect()
}
