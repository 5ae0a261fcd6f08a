//! S9: values of secrets are in Secrets and nowhere else. `canary` searches for them after all tests; here, that it finds them.

use std::fs;
use std::sync::Arc;

use serde_json::json;

use crate::canary::{self, CANARY};
use crate::context::Context;
use crate::runner::Trial;
use crate::support::{ClusterOptions, Result, ensure};

pub fn trials() -> Vec<Trial> {
    vec![Trial::parallel(s9_the_canary_is_found_wherever_it_is_but_in_secrets)]
}

async fn s9_the_canary_is_found_wherever_it_is_but_in_secrets(_: Arc<Context>) -> Result<()> {
    let options = ClusterOptions { api_server_arguments: vec!["--disable-admission-plugins=ServiceAccount".into()], ..ClusterOptions::api_server(None) };
    let folder = tempfile::tempdir()?;
    for (place, text, is_found) in [
        ("logs/operator.log", format!("the value is {CANARY}-of-the-shop"), true),
        ("logs/operator.log", "nothing".into(), false),
        ("operators/one/settings.yaml", base64(&format!("{CANARY}-of-the-shop")), true),
        ("operators/one/settings.yaml", base64(&format!("a{CANARY}")), true),
        ("operators/one/settings.yaml", base64(&format!("ab{CANARY}")), true),
        ("secrets/prod/db-password", CANARY.into(), false),
    ] {
        let file = folder.path().join(place);
        fs::create_dir_all(file.parent().unwrap_or(folder.path()))?;
        fs::write(&file, &text)?;
        let verdict = canary::is_not_in(folder.path()).await;
        ensure(verdict.is_err() == is_found, format!("{text} in {place}: {verdict:?}"))?;
        fs::remove_file(&file)?;
    }

    let cluster = crate::support::Cluster::boot(options).await?;
    let of_kind =
        |kind: &str, member: &str| json!({"apiVersion": "v1", "kind": kind, "metadata": {"name": "value"}, member: {"key": format!("{CANARY}-of-the-shop")}});
    cluster.kubectl_with(&["create"], &of_kind("Secret", "stringData").to_string()).await?;
    canary::is_not_in(cluster.folder()).await?;
    cluster.kubectl_with(&["create"], &of_kind("ConfigMap", "data").to_string()).await?;
    cluster.kubectl(&["delete", "configmap", "value"]).await?;
    let found = canary::is_not_in(cluster.folder()).await.err().map(|fault| fault.to_string()).unwrap_or_default();
    ensure(found.contains("etcd/") && found.contains("/registry/configmaps/default/value"), format!("what was once in an object: {found}"))?;
    cluster.stop();
    Ok(())
}

fn base64(text: &str) -> String {
    let value = serde_json::to_value(k8s_openapi::ByteString(text.as_bytes().to_vec())).unwrap_or_default();
    value.as_str().unwrap_or_default().to_owned()
}
