//! Forwarding: what comes in through a door goes out to the API server and back, written down on the way.

use std::future::pending;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::response::Response;
use axum::serve::ListenerExt;
use futures::StreamExt;
use futures::stream::{self, BoxStream};
use http::{HeaderMap, StatusCode, header};
use kube::Client;
use tokio::net::TcpListener;

use super::Book;
use super::fault::{Fault, KillPoint};
use super::record::Request;
use crate::support::{Failure, Result, lock};

type Kill = Arc<dyn Fn() + Send + Sync>;

/// One address of the ledger, for one process.
pub struct Door {
    name: String,
    address: SocketAddr,
    book: Arc<Book>,
    upstream: Client,
    kill: Mutex<Option<Kill>>,
    // set before a kill, so that what the process has already sent does not slip past it
    closed: AtomicBool,
}

impl Door {
    pub fn new(name: &str, address: SocketAddr, book: Arc<Book>, upstream: Client) -> Self {
        let (kill, closed) = (Mutex::new(None), AtomicBool::new(false));
        Self { name: name.to_owned(), address, book, upstream, kill, closed }
    }

    pub fn address(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn is_named(&self, name: &str) -> bool {
        self.name == name
    }

    pub fn set_kill(&self, kill: Kill) {
        *lock(&self.kill) = Some(kill);
    }

    pub fn open_again(&self) {
        self.closed.store(false, Ordering::SeqCst);
    }

    fn kill(&self) {
        let kill = lock(&self.kill).clone();
        if let Some(kill) = kill {
            kill();
        }
    }
}

/// Serves until it is aborted.
pub async fn serve(listener: TcpListener, door: Arc<Door>) {
    let router = Router::new().fallback(handle).with_state(door);
    // as an API server does: small parts of an answer must not wait for the other side's acknowledgement
    let listener = listener.tap_io(|connection| {
        if let Err(error) = connection.set_nodelay(true) {
            eprintln!("test bed: a connection to the ledger may be slow: {error}");
        }
    });
    if let Err(error) = axum::serve(listener, router).await {
        eprintln!("test bed: the ledger ended: {error}");
    }
}

async fn handle(State(door): State<Arc<Door>>, request: axum::extract::Request) -> Response {
    match forward(&door, request).await {
        Ok(response) => response,
        Err(error) => status_answer(StatusCode::BAD_GATEWAY, &format!("the ledger could not forward this: {error}")),
    }
}

async fn forward(door: &Arc<Door>, request: axum::extract::Request) -> Result<Response> {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await?;
    let read = Request::read(&door.name, &parts.method, &parts.uri, &parts.headers, &body);
    let entry = Entry::write(door, read);
    match entry.fault {
        Fault::Hang => return pending().await,
        Fault::Answer(status) => {
            entry.answered(status);
            entry.finished();
            return Ok(status_answer(status, "the ledger was told to answer this"));
        }
        Fault::Kill(KillPoint::BeforeForwarding) => return entry.kill_and_never_answer().await,
        Fault::Pass | Fault::LoseResponse | Fault::Kill(_) => {}
    }

    let mut onward = http::Request::builder().method(parts.method).uri(parts.uri.path_and_query().map_or("/", |path| path.as_str()));
    if let Some(headers) = onward.headers_mut() {
        *headers = parts.headers;
        end_to_end(headers);
        headers.remove(header::HOST);
        headers.remove(header::CONTENT_LENGTH);
    }
    let response = door.upstream.send(onward.body(kube::client::Body::from(body))?).await?;
    entry.answered(response.status());

    let (mut parts, body) = response.into_parts();
    end_to_end(&mut parts.headers);
    let chunks = Body::new(body).into_data_stream();
    match entry.fault {
        Fault::Kill(KillPoint::ResponseWithheld) => {
            let _read_to_its_end = chunks.count().await;
            entry.kill_and_never_answer().await
        }
        Fault::LoseResponse => {
            let _read_to_its_end = chunks.count().await;
            parts.headers.remove(header::CONTENT_LENGTH);
            let lost = stream::once(async { Err::<Vec<u8>, _>("the ledger lost the response") });
            Ok(Response::from_parts(parts, Body::from_stream(lost)))
        }
        _ => Ok(Response::from_parts(parts, Body::from_stream(entry.follow(chunks.boxed())))),
    }
}

/// A request in the book, to be completed; at its end it is finished, or the client has gone.
struct Entry {
    door: Arc<Door>,
    ordinal: usize,
    start: Duration,
    fault: Fault,
}

impl Entry {
    /// Numbers the request and asks the rule in one step, so that a rule sees requests in the order of the book.
    fn write(door: &Arc<Door>, mut request: Request) -> Self {
        let rule = lock(&door.book.rule).clone();
        let mut requests = lock(&door.book.requests);
        let start = door.book.started.elapsed();
        request.ordinal = requests.len();
        request.start = start;
        request.fault = match rule {
            _ if door.closed.load(Ordering::SeqCst) => Fault::Hang,
            Some(rule) => rule(&request),
            None => Fault::Pass,
        };
        if matches!(request.fault, Fault::Kill(KillPoint::BeforeForwarding | KillPoint::ResponseWithheld)) {
            door.closed.store(true, Ordering::SeqCst);
        }
        let entry = Self { door: Arc::clone(door), ordinal: request.ordinal, start, fault: request.fault.clone() };
        requests.push(request);
        entry
    }

    fn update(&self, change: impl FnOnce(&mut Request)) {
        if let Some(request) = lock(&self.door.book.requests).get_mut(self.ordinal) {
            change(request);
        }
    }

    fn answered(&self, status: StatusCode) {
        self.update(|request| request.status = Some(status.as_u16()));
    }

    fn finished(&self) {
        let took = self.door.book.started.elapsed().saturating_sub(self.start);
        self.update(|request| request.took = Some(took));
    }

    async fn kill_and_never_answer(&self) -> Result<Response> {
        self.door.kill();
        pending().await
    }

    /// Passes the body on chunk by chunk, and notes its end.
    fn follow<T: Send + 'static>(self, chunks: BoxStream<'static, Result<T, axum::Error>>) -> BoxStream<'static, Result<T, Failure>> {
        let last = End(self);
        let end = stream::once(async move {
            drop(last);
            None
        });
        chunks.map(|chunk| Some(chunk.map_err(Failure::from))).chain(end).filter_map(futures::future::ready).boxed()
    }
}

/// Dropped when the body was sent, or when the client went away.
struct End(Entry);

impl Drop for End {
    fn drop(&mut self) {
        self.0.finished();
        if self.0.fault == Fault::Kill(KillPoint::AfterResponse) {
            self.0.door.closed.store(true, Ordering::SeqCst);
            self.0.door.kill();
        }
    }
}

/// Takes off what is said to the next hop only.
fn end_to_end(headers: &mut HeaderMap) {
    for name in [header::CONNECTION, header::TRANSFER_ENCODING, header::UPGRADE, header::TE] {
        headers.remove(name);
    }
}

/// An answer in the form of the API server's own.
fn status_answer(status: StatusCode, message: &str) -> Response {
    let reason = status.canonical_reason().unwrap_or_default().replace(' ', "");
    let answer = serde_json::json!({
        "kind": "Status",
        "apiVersion": "v1",
        "status": "Failure",
        "message": message,
        "reason": reason,
        "code": status.as_u16(),
    });
    let mut response = Response::new(Body::from(answer.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static("application/json"));
    response
}
