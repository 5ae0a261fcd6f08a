//! The requests that write: POST, JSON Patch, DELETE, each with a deadline, each only while we lead.

use std::time::Duration;

use http::{Method, Request};
use serde_json::{Value, json};

use super::cache::owned::FIELD_MANAGER;
use super::cache::{NamespacedName, OwnKind};
use super::leader::Leadership;
use crate::causes::with_causes;
use crate::ecs::{GROUP, VERSION};
use crate::translate::Kind;

/// How long one request may take: less than from the end of our leadership to the start of the next one.
const REQUEST_DEADLINE: Duration = Duration::from_secs(4);

/// Writes to the API server.
#[derive(Clone)]
pub struct Writer {
    client: kube::Client,
    leadership: Leadership,
}

/// Why a write failed.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// 409: it is there already, or it is another one.
    #[error("it exists already")]
    Exists,
    /// 404: it is not there.
    #[error("it is not there")]
    NotFound,
    /// 422 without a word on any member: a `test` of a JSON Patch failed. It is not the object that we saw.
    #[error("it is not the one that was seen")]
    TestFailed,
    /// 422: the server, or an admission rule, found it invalid.
    #[error("the server refused it: {0}")]
    Invalid(String),
    /// 403: the operator has no right to it, or an admission rule refused it.
    #[error("it is forbidden: {0}")]
    Forbidden(String),
    /// 403: its namespace is being deleted.
    #[error("its namespace is being deleted")]
    NamespaceTerminating,
    /// Anything else that the server said.
    #[error("the server answered {0}: {1}")]
    Server(u16, String),
    /// The server could not be reached.
    #[error("the server could not be reached: {0}")]
    Transport(String),
    /// The server did not answer in time.
    #[error("the server did not answer within {0:?}")]
    TimedOut(Duration),
    /// Another replica leads.
    #[error("this replica does not lead any more")]
    NotLeading,
}

impl WriteError {
    /// The reason of the condition, of the event and of the metric.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Exists => "AlreadyExists",
            Self::NotFound => "NotFound",
            Self::TestFailed => "Outdated",
            Self::Invalid(_) => "Invalid",
            Self::Forbidden(_) => "Forbidden",
            Self::NamespaceTerminating => "NamespaceTerminating",
            Self::Server(..) => "ServerError",
            Self::Transport(_) => "ServerUnreachable",
            Self::TimedOut(_) => "ServerTimeout",
            Self::NotLeading => "NotLeading",
        }
    }
}

impl Writer {
    /// A writer that writes while `leadership` lasts.
    pub fn new(client: kube::Client, leadership: Leadership) -> Self {
        Self { client, leadership }
    }

    /// Creates an object.
    pub async fn post(&self, kind: Kind, namespace: &str, body: &Value) -> Result<Value, WriteError> {
        let uri = format!("{}?fieldManager={FIELD_MANAGER}&fieldValidation=Strict", collection(kind, namespace));
        self.send(Method::POST, &uri, "application/json", body.to_string().into_bytes(), accepted(kind)).await
    }

    /// Patches an object by a JSON Patch.
    pub async fn patch(&self, kind: Kind, name: &NamespacedName, operations: &[Value]) -> Result<Value, WriteError> {
        let uri = format!("{}/{}?fieldManager={FIELD_MANAGER}&fieldValidation=Strict", collection(kind, &name.namespace), name.name);
        self.send(Method::PATCH, &uri, "application/json-patch+json", json!(operations).to_string().into_bytes(), accepted(kind)).await
    }

    /// Deletes an object, if it is still the one of this uid.
    pub async fn delete(&self, kind: Kind, name: &NamespacedName, uid: &str) -> Result<(), WriteError> {
        let uri = format!("{}/{}", collection(kind, &name.namespace), name.name);
        let body = json!({"apiVersion": "v1", "kind": "DeleteOptions", "propagationPolicy": "Background", "preconditions": {"uid": uid}});
        self.send(Method::DELETE, &uri, "application/json", body.to_string().into_bytes(), METADATA).await.map(drop)
    }

    /// Replaces the status of a specification, if it is still the one of this uid.
    pub async fn status(&self, kind: OwnKind, name: &NamespacedName, uid: &str, status: &Value) -> Result<Value, WriteError> {
        let uri = format!("/apis/{GROUP}/{VERSION}/namespaces/{}/{}/{}/status?fieldManager={FIELD_MANAGER}", name.namespace, kind.plural(), name.name);
        let operations = json!([{"op": "test", "path": "/metadata/uid", "value": uid}, {"op": "add", "path": "/status", "value": status}]);
        self.send(Method::PATCH, &uri, "application/json-patch+json", operations.to_string().into_bytes(), JSON).await
    }

    async fn send(&self, method: Method, uri: &str, content_type: &str, body: Vec<u8>, accept: &str) -> Result<Value, WriteError> {
        if !self.leadership.is_held() {
            return Err(WriteError::NotLeading);
        }
        let request = Request::builder().method(method).uri(uri).header(http::header::CONTENT_TYPE, content_type).header(http::header::ACCEPT, accept);
        let request = request.body(body).map_err(|error| WriteError::Transport(error.to_string()))?;
        let reply = tokio::time::timeout(REQUEST_DEADLINE, self.client.request_text(request)).await;
        let text = reply.map_err(|_| WriteError::TimedOut(REQUEST_DEADLINE))?.map_err(write_error)?;
        serde_json::from_str(&text).map_err(|error| WriteError::Transport(error.to_string()))
    }
}

/// All that the server says where a JSON Patch does not apply.
const TEST_FAILED: &str = "the server rejected our request due to an error in our request";

const JSON: &str = "application/json";
const METADATA: &str = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";

/// Replies about Secrets are asked for as metadata only: a patch would answer with the values.
fn accepted(kind: Kind) -> &'static str {
    if kind == Kind::Secret { METADATA } else { JSON }
}

fn collection(kind: Kind, namespace: &str) -> String {
    let root = if kind.group().is_empty() { "/api" } else { "/apis" };
    let namespaces = if kind.is_namespaced() { format!("namespaces/{namespace}/") } else { String::new() };
    format!("{root}/{}/{namespaces}{}", kind.api_version(), kind.plural())
}

fn write_error(error: kube::Error) -> WriteError {
    let kube::Error::Api(status) = error else { return WriteError::Transport(with_causes(&error)) };
    let terminating = status.details.iter().flat_map(|details| &details.causes).any(|cause| cause.reason == "NamespaceTerminating");
    match status.code {
        403 if terminating => WriteError::NamespaceTerminating,
        403 => WriteError::Forbidden(status.message),
        404 => WriteError::NotFound,
        409 => WriteError::Exists,
        422 if status.message == TEST_FAILED => WriteError::TestFailed,
        422 => WriteError::Invalid(status.message),
        code => WriteError::Server(code, status.message),
    }
}
