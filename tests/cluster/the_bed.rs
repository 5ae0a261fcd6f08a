//! The test bed itself: it starts fast, behaves like a cluster, and leaves nothing behind.

use std::path::{Path, PathBuf};
use std::process::{Child, ExitCode};
use std::sync::Arc;
use std::time::Duration;

use k8s_openapi::api::apps::v1::Deployment;
use kube::api::Api;
use libtest_mimic::Conclusion;

use crate::context::Context;
use crate::other_owner;
use crate::runner::{Trial, all_ran};
use crate::support::{Cluster, ClusterOptions, Result, SOON, ensure, eventually, interrupt};

/// Set for a copy of this program that only owns a cluster, to be killed.
const OWNER: &str = "ECS_OPERATOR_TEST_BED_OWNER";

pub fn trials() -> Vec<Trial> {
    vec![
        Trial::alone(is_ready_in_ten_seconds),
        Trial::parallel(judges_the_whole_only_where_all_of_it_ran),
        Trial::parallel(runs_the_tasks_of_a_deployment),
        Trial::parallel(stops_and_starts_the_controller_manager),
        Trial::parallel(leaves_no_process_after_a_drop),
        Trial::parallel(leaves_no_process_when_its_owner_is_killed),
        Trial::parallel(leaves_nothing_when_its_owner_is_interrupted),
    ]
}

async fn is_ready_in_ten_seconds(context: Arc<Context>) -> Result<()> {
    let cluster = context.own_cluster(ClusterOptions::default()).await?;
    println!("the cluster booted in {:?}", cluster.boot_time());
    assert!(cluster.boot_time() < Duration::from_secs(10), "the cluster took {:?} to boot", cluster.boot_time());
    let version = cluster.kubectl(&["version"]).await?;
    assert!(version.contains("Server Version: v1.36.3"), "{version}");
    Ok(())
}

async fn judges_the_whole_only_where_all_of_it_ran(_: Arc<Context>) -> Result<()> {
    let whole = Conclusion { num_filtered_out: 0, num_passed: 100, num_failed: 0, num_ignored: 0, num_measured: 0 };
    assert!(all_ran(&whole));
    for part in [
        Conclusion { num_filtered_out: 1, ..whole.clone() },
        Conclusion { num_failed: 1, ..whole.clone() },
        // a machine without what a real node needs
        Conclusion { num_ignored: 1, ..whole.clone() },
    ] {
        assert!(!all_ran(&part), "{part:?}");
    }
    Ok(())
}

async fn runs_the_tasks_of_a_deployment(context: Arc<Context>) -> Result<()> {
    context.kubectl(&["create", "deployment", "five", "--image=none", "--replicas=5"]).await?;
    let deployments: Api<Deployment> = Api::namespaced(context.client().await?, context.namespace().await?);
    eventually("five replicas are ready", SOON, async || {
        let ready = deployments.get("five").await?.status.and_then(|status| status.ready_replicas);
        ensure(ready == Some(5), format!("{ready:?} are ready"))
    })
    .await
}

async fn stops_and_starts_the_controller_manager(context: Arc<Context>) -> Result<()> {
    let cluster = context.own_cluster(ClusterOptions { controller_manager: false, ..ClusterOptions::default() }).await?;
    let namespace = cluster.namespace_for("quiet").await?;
    let quiet = |arguments: &[&'static str]| [&["-n", "quiet"], arguments].concat();
    assert_eq!(namespace, "quiet");
    cluster.kubectl(&quiet(&["create", "deployment", "one", "--image=none"])).await?;
    let before = cluster.kubectl(&quiet(&["get", "replicasets", "-o", "name"])).await?;
    assert_eq!(before, "", "nobody makes replica sets");
    cluster.start_controller_manager()?;
    eventually("the Deployment got its replica set", SOON, async || {
        let sets = cluster.kubectl(&quiet(&["get", "replicasets", "-o", "name"])).await?;
        ensure(!sets.is_empty(), "there is none")
    })
    .await
}

async fn leaves_no_process_after_a_drop(_context: Arc<Context>) -> Result<()> {
    let cluster = Cluster::boot(ClusterOptions::default()).await?;
    let folder = cluster.folder().to_owned();
    assert!(processes_of(&folder)?.len() >= 5, "the look at the processes does not see them");
    drop(cluster);
    no_process_of(&folder).await?;
    assert!(!folder.exists(), "{} is still there", folder.display());
    Ok(())
}

async fn leaves_no_process_when_its_owner_is_killed(context: Arc<Context>) -> Result<()> {
    let (mut owner, folder) = owner_of_a_cluster(&context).await?;
    owner.kill()?;
    owner.wait()?;
    no_process_of(&folder).await?;
    // nobody could remove the folder: the next owner does
    let next = context.own_cluster(ClusterOptions { nodes: 0, ..ClusterOptions::default() }).await?;
    assert!(next.folder().exists() && !folder.exists(), "{} is still there", folder.display());
    Ok(())
}

async fn leaves_nothing_when_its_owner_is_interrupted(context: Arc<Context>) -> Result<()> {
    let (mut owner, folder) = owner_of_a_cluster(&context).await?;
    other_owner::interrupt(&mut owner).await?;
    no_process_of(&folder).await?;
    assert!(!folder.exists(), "{} is still there", folder.display());
    Ok(())
}

/// Another process that owns a cluster, and that cluster's folder.
async fn owner_of_a_cluster(context: &Context) -> Result<(Child, PathBuf)> {
    let (owner, said) = other_owner::start(context, OWNER).await?;
    let folder = PathBuf::from(said.trim());
    assert!(processes_of(&folder)?.len() >= 5, "the look at the processes does not see them");
    Ok((owner, folder))
}

/// The part of these tests that is another process: boots a cluster, says where, and waits for its end.
pub fn other_process() -> Option<Result<ExitCode>> {
    std::env::var_os(OWNER)?;
    let own = || {
        let runtime = tokio::runtime::Runtime::new()?;
        interrupt::stop_everything_on_interrupt(runtime.handle())?;
        runtime.block_on(async {
            let cluster = Cluster::boot(ClusterOptions::default()).await?;
            println!("{}", cluster.folder().display());
            std::future::pending().await
        })
    };
    Some(own())
}

async fn no_process_of(folder: &Path) -> Result<()> {
    eventually("no process of the cluster is left", SOON, async || {
        let left = processes_of(folder)?;
        ensure(left.is_empty(), left.join("\n"))
    })
    .await
}

/// The command lines of all processes that name the folder.
fn processes_of(folder: &Path) -> Result<Vec<String>> {
    let folder = folder.display().to_string();
    let command_line = |entry: std::fs::DirEntry| std::fs::read(entry.path().join("cmdline")).ok();
    let lines = std::fs::read_dir("/proc")?.flatten().filter_map(command_line);
    let lines = lines.map(|line| String::from_utf8_lossy(&line).replace('\0', " "));
    Ok(lines.filter(|line| line.contains(&folder)).collect())
}
