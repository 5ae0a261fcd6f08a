//! The real node itself: it starts fast, runs containers, and leaves nothing behind.

use std::sync::Arc;
use std::time::Duration;

use crate::context::Context;
use crate::runner::Trial;
use crate::support::Result;

pub fn trials() -> Vec<Trial> {
    vec![Trial::parallel(is_ready_in_fifteen_seconds).on_a_real_node()]
}

async fn is_ready_in_fifteen_seconds(context: Arc<Context>) -> Result<()> {
    let cluster = context.cluster().await?;
    println!("the cluster with a real node booted in {:?}", cluster.boot_time());
    assert!(cluster.boot_time() < Duration::from_secs(15), "the cluster took {:?} to boot", cluster.boot_time());
    println!("{}", cluster.kubectl(&["get", "nodes", "-o", "wide"]).await?);
    Ok(())
}
