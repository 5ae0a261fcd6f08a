//! What a request asks of Kubernetes, read from its method, path and query.

use std::fmt;
use std::time::Duration;

use http::{HeaderMap, Method, Uri};
use serde_json::Value;

use super::Fault;

/// The verbs of RBAC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verb {
    Get,
    List,
    Watch,
    Create,
    Update,
    Patch,
    Delete,
    DeleteCollection,
}

impl fmt::Display for Verb {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self {
            Self::Get => "get",
            Self::List => "list",
            Self::Watch => "watch",
            Self::Create => "create",
            Self::Update => "update",
            Self::Patch => "patch",
            Self::Delete => "delete",
            Self::DeleteCollection => "deletecollection",
        };
        formatter.pad(word)
    }
}

/// One request and what became of it.
#[derive(Debug, Clone)]
pub struct Request {
    /// Its place in the ledger, from 0.
    pub ordinal: usize,
    /// The door it came through.
    pub door: String,
    /// When it came, since the ledger was opened.
    pub start: Duration,
    /// What it asked for, as RBAC calls it.
    pub verb: Verb,
    /// The API group; empty for the core group.
    pub group: String,
    /// The resource, such as `deployments`; empty for what is none, such as `/version`.
    pub resource: String,
    /// Such as `status`.
    pub subresource: Option<String>,
    /// The namespace in the path.
    pub namespace: Option<String>,
    /// The object's name: of a create, from the body.
    pub name: Option<String>,
    /// Path and query as sent.
    pub uri: String,
    /// The media type of the body.
    pub content_type: Option<String>,
    /// The body, if it is JSON.
    pub body: Option<Value>,
    /// What the ledger did with it.
    pub fault: Fault,
    /// What the server, or a fault, answered.
    pub status: Option<u16>,
    /// From its start until the last byte of the answer; none while it is not finished.
    pub took: Option<Duration>,
}

impl Request {
    /// Reads a request; ordinal and times are set by the ledger.
    pub fn read(door: &str, method: &Method, uri: &Uri, headers: &HeaderMap, body: &[u8]) -> Self {
        let target = Target::of(uri.path());
        let body: Option<Value> = serde_json::from_slice(body).ok();
        let written_name = || body.as_ref()?.pointer("/metadata/name")?.as_str().map(str::to_owned);
        let query = uri.query().unwrap_or_default();
        Self {
            ordinal: 0,
            door: door.to_owned(),
            start: Duration::ZERO,
            verb: verb(method, target.name.is_some() || target.resource.is_empty(), query),
            group: target.group,
            resource: target.resource,
            subresource: target.subresource,
            namespace: target.namespace,
            name: target.name.or_else(|| (method == Method::POST).then(written_name).flatten()),
            uri: uri.to_string(),
            content_type: headers.get(http::header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).map(str::to_owned),
            body,
            fault: Fault::Pass,
            status: None,
            took: None,
        }
    }

    /// Whether the answer was sent to its end; a watch is unfinished as long as it is open.
    pub fn is_finished(&self) -> bool {
        self.took.is_some()
    }

    /// Whether it asked for a change.
    pub fn is_write(&self) -> bool {
        !matches!(self.verb, Verb::Get | Verb::List | Verb::Watch)
    }

    /// `deployments` or `deployments/status`, with the group if it has one: `deployments.apps/status`.
    pub fn kind(&self) -> String {
        let group = if self.group.is_empty() { String::new() } else { format!(".{}", self.group) };
        let subresource = self.subresource.as_ref().map(|name| format!("/{name}")).unwrap_or_default();
        format!("{}{group}{subresource}", self.resource)
    }
}

impl fmt::Display for Request {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "#{} {} {}", self.ordinal, self.verb, self.kind())?;
        if let Some(name) = &self.name {
            write!(formatter, " {}/{name}", self.namespace.as_deref().unwrap_or_default())?;
        }
        match self.status {
            Some(status) => write!(formatter, " -> {status}"),
            None => write!(formatter, " -> no answer"),
        }
    }
}

fn verb(method: &Method, names_one: bool, query: &str) -> Verb {
    let says = |wanted: &str| query.split('&').any(|pair| pair == wanted);
    match *method {
        Method::POST => Verb::Create,
        Method::PUT => Verb::Update,
        Method::PATCH => Verb::Patch,
        Method::DELETE if names_one => Verb::Delete,
        Method::DELETE => Verb::DeleteCollection,
        // one object can be watched by a field selector only: the path never names it
        _ if says("watch=true") || says("watch=1") => Verb::Watch,
        _ if names_one => Verb::Get,
        _ => Verb::List,
    }
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Target {
    group: String,
    resource: String,
    subresource: Option<String>,
    namespace: Option<String>,
    name: Option<String>,
}

impl Target {
    /// `/api/<version>/…` and `/apis/<group>/<version>/…`; anything else has no resource.
    fn of(path: &str) -> Self {
        let words: Vec<&str> = path.split('/').filter(|word| !word.is_empty()).collect();
        let (group, rest) = match words.as_slice() {
            ["api", _, rest @ ..] => ("", rest),
            ["apis", group, _, rest @ ..] => (*group, rest),
            _ => return Self::default(),
        };
        let owned = |word: &&str| (*word).to_owned();
        let (namespace, rest) = match rest {
            // a namespace itself, or its subresource
            ["namespaces"] | ["namespaces", _] | ["namespaces", _, "status" | "finalize"] => (None, rest),
            ["namespaces", namespace, rest @ ..] => (Some(*namespace), rest),
            _ => (None, rest),
        };
        Self {
            group: group.to_owned(),
            resource: rest.first().map(owned).unwrap_or_default(),
            subresource: rest.get(2).map(owned),
            namespace: namespace.map(str::to_owned),
            name: rest.get(1).map(owned),
        }
    }
}
