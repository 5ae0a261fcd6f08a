//! The real node itself: it starts fast, runs containers, and they can be reached in every way.

use std::sync::Arc;
use std::time::{Duration, Instant};

use k8s_openapi::api::core::v1::{Pod, Service};
use kube::api::{Api, ListParams};

use super::web;
use crate::context::Context;
use crate::runner::Trial;
use crate::support::{ClusterOptions, Result, fetch};

pub fn trials() -> Vec<Trial> {
    vec![Trial::alone(is_ready_in_fifteen_seconds).on_a_real_node(), Trial::parallel(runs_pods_that_can_be_reached).on_a_real_node()]
}

async fn is_ready_in_fifteen_seconds(context: Arc<Context>) -> Result<()> {
    let cluster = context.own_cluster(ClusterOptions::real_node()).await?;
    println!("the cluster with a real node booted in {:?}", cluster.boot_time());
    assert!(cluster.boot_time() < Duration::from_secs(15), "the cluster took {:?} to boot", cluster.boot_time());
    let nodes = cluster.kubectl(&["get", "nodes", "-o", "wide"]).await?;
    assert!(nodes.contains("v1.36.3") && nodes.contains("containerd://2.4.2"), "{nodes}");
    let processors = cluster.kubectl(&["get", "nodes", "-o", "jsonpath={.items[0].status.allocatable.cpu}"]).await?;
    assert!(processors.parse::<u32>()? >= 16, "there is room for {processors} vCPUs of tasks");
    Ok(())
}

async fn runs_pods_that_can_be_reached(context: Arc<Context>) -> Result<()> {
    let (cluster, namespace) = (context.cluster().await?, context.namespace().await?);
    let start = Instant::now();
    web::run(&cluster, namespace).await?;
    println!("three pods with a sidecar were ready {:?} after they were applied", start.elapsed());

    let pods: Api<Pod> = Api::namespaced(cluster.client(), namespace);
    let pods = pods.list(&ListParams::default().labels("app=web")).await?;
    let names: Vec<String> = pods.items.iter().filter_map(|pod| pod.metadata.name.clone()).collect();
    let first = names.first().ok_or("there is no pod")?;

    let logged = context.kubectl(&["logs", first, "-c", "web"]).await?;
    assert_eq!(logged, format!("serving {first}\n"));
    let page = context.kubectl(&["exec", first, "-c", "beside", "--", "cat", &format!("/shared/{namespace}/index.html")]).await?;
    assert_eq!(page, format!("{first}\n"), "the sidecar sees what the container wrote");

    let address = pods.items.iter().find_map(|pod| pod.status.as_ref()?.pod_ip.clone()).ok_or("no pod has an address")?;
    let answer = fetch(&format!("http://{address}:8080/{namespace}/")).await?;
    assert!(names.iter().any(|name| answer == format!("{name}\n")), "this process reaches a pod: {answer}");

    let services: Api<Service> = Api::namespaced(cluster.client(), namespace);
    let service = services.get("web").await?.spec.and_then(|spec| spec.cluster_ip).ok_or("the Service has no address")?;
    let inside = async |arguments: &[&str]| context.kubectl(&[&["exec", first, "-c", "web", "--"], arguments].concat()).await;
    for server in [&service, "web", &format!("web.{namespace}.svc.cluster.local")] {
        let answer = inside(&["wget", "-q", "-O-", &format!("http://{server}/{namespace}/")]).await?;
        assert!(names.iter().any(|name| answer == format!("{name}\n")), "a pod reaches the Service as {server}: {answer}");
    }
    let found = inside(&["nslookup", &format!("web.{namespace}.svc.cluster.local")]).await?;
    assert!(found.contains("10.96.0.10:53") && found.contains(&format!("Address: {service}")), "a pod finds the Service: {found}");

    let answered = web::all_answer(&cluster, namespace).await?;
    assert!(names.iter().all(|name| answered.contains(name)), "{answered:?} of {names:?}");
    let beside = fetch(&format!("{}/{namespace}-and-more", cluster.real_node()?.ingress())).await;
    assert!(beside.is_err_and(|error| error.to_string().contains("404")), "a path is no prefix of letters");
    Ok(())
}
