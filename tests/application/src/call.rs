//! Calling another, as an application calls its peers.

use std::net::ToSocketAddrs;

use serde_json::{Value, json};

const TIMEOUT: u64 = 60;

/// Status and body (as JSON if it is any), or why there is no answer.
pub fn get(url: &str) -> Value {
    match minreq::get(url).with_timeout(TIMEOUT).send() {
        Ok(response) => {
            let text = String::from_utf8_lossy(response.as_bytes()).into_owned();
            let body: Value = serde_json::from_str(&text).unwrap_or(Value::String(text));
            json!({ "url": url, "status": response.status_code, "body": body })
        }
        Err(error) => json!({ "url": url, "error": error.to_string() }),
    }
}

/// The addresses that a name stands for, or why there are none.
pub fn addresses(name: &str) -> Value {
    match (name, 0).to_socket_addrs() {
        Ok(addresses) => json!({ "name": name, "addresses": addresses.map(|address| address.ip().to_string()).collect::<Vec<_>>() }),
        Err(error) => json!({ "name": name, "error": error.to_string() }),
    }
}
