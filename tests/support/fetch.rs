//! A request for a page, as a browser would make it.

use std::net::TcpStream;

use kube::{Client, Config};

use super::cluster::request;
use super::{Result, While};

/// What is at an address such as `http://127.0.0.1:8080/readyz`; every answer but success is an error.
pub async fn fetch(address: &str) -> Result<String> {
    let (server, path) = address.strip_prefix("http://").and_then(|rest| rest.split_once('/')).ok_or_else(|| format!("{address} is no address"))?;
    // kube's client waits long for a connection; asking first keeps the waiting in `eventually`
    TcpStream::connect(server).during(server)?;
    let mut config = Config::new(format!("http://{server}").parse()?);
    config.default_retry = false;
    Client::try_from(config)?.request_text(request(&format!("/{path}"))?).await.during(address)
}
