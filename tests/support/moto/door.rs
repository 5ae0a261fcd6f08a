//! A proxy before moto: what comes in is recorded, perhaps made to go wrong, and else passed on as it is, the `Host` that
//! was signed included.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::future::pending;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::State;
use axum::response::Response;
use futures::{StreamExt, stream};
use http::{StatusCode, header};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::fault::{AwsFault, Rule, halved, refusal};
use super::record::{AwsRequest, AwsRequests, Session};
use crate::support::ledger::Requests;
use crate::support::{Result, lock};

/// The address of AWS, for what is under test.
pub struct Door {
    address: SocketAddr,
    book: Arc<Book>,
    serving: JoinHandle<()>,
}

struct Book {
    upstream: String,
    client: Client<HttpConnector, Body>,
    started: Instant,
    requests: Mutex<Vec<AwsRequest>>,
    sessions: Mutex<BTreeMap<String, Session>>,
    rule: Mutex<Option<Rule>>,
}

impl Door {
    pub(super) async fn open(upstream: &str, started: Instant) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let client = Client::builder(TokioExecutor::new()).build(HttpConnector::new());
        let book = Book { upstream: upstream.to_owned(), client, started, requests: Mutex::default(), sessions: Mutex::default(), rule: Mutex::default() };
        let book = Arc::new(book);
        let router = Router::new().fallback(handle).with_state(Arc::clone(&book));
        let serving = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                eprintln!("test bed: the door before moto ended: {error}");
            }
        });
        Ok(Self { address, book, serving })
    }

    /// Such as `http://127.0.0.1:40000`.
    pub fn address(&self) -> String {
        format!("http://{}", self.address)
    }

    /// From now on every request is decided by this rule, in the order in which they arrive.
    pub fn on_request(&self, rule: impl Fn(&AwsRequest) -> AwsFault + Send + Sync + 'static) {
        *lock(&self.book.rule) = Some(Arc::new(rule));
    }

    /// No faults any more.
    pub fn clear_faults(&self) {
        *lock(&self.book.rule) = None;
    }

    /// Every request so far.
    pub fn requests(&self) -> AwsRequests {
        Requests(lock(&self.book.requests).clone())
    }

    /// Every request so far; none of them is in the next answer.
    pub fn take(&self) -> AwsRequests {
        Requests(std::mem::take(&mut *lock(&self.book.requests)))
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn handle(State(book): State<Arc<Book>>, request: axum::extract::Request) -> Response {
    forward(&book, request).await.unwrap_or_else(|error| {
        let mut response = Response::new(Body::from(format!("the door could not forward this: {error}")));
        *response.status_mut() = StatusCode::BAD_GATEWAY;
        response
    })
}

async fn forward(book: &Book, request: axum::extract::Request) -> Result<Response> {
    let (mut parts, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await?;
    let request = book.write(AwsRequest::read(&parts.method, &parts.uri, &parts.headers, &body));
    match request.fault {
        AwsFault::Hang => return pending().await,
        AwsFault::Throttle | AwsFault::Forbid | AwsFault::ServerError | AwsFault::Expired | AwsFault::Elsewhere => {
            let response = refusal(&request, request.fault);
            book.answered(&request, response.status());
            return Ok(response);
        }
        AwsFault::Pass | AwsFault::Reset | AwsFault::Stall | AwsFault::HalfBatch => {}
    }
    parts.uri = format!("{}{}", book.upstream, parts.uri.path_and_query().map_or("/", |path| path.as_str())).parse()?;
    parts.headers.remove(header::CONNECTION);
    let response = book.client.request(http::Request::from_parts(parts, Body::from(body))).await?;
    let (mut parts, body) = response.into_parts();
    let mut body = to_bytes(Body::new(body), usize::MAX).await?;
    book.learn(&request, &body);
    book.answered(&request, parts.status);
    parts.headers.remove(header::CONNECTION);
    match request.fault {
        AwsFault::Reset => {
            let half = body.slice(..body.len() / 2);
            let parts_of_it = stream::iter([Ok(half), Err("the door ends the connection")]);
            return Ok(Response::from_parts(parts, Body::from_stream(parts_of_it)));
        }
        AwsFault::Stall => {
            let half = stream::iter([Ok::<_, Infallible>(body.slice(..body.len() / 2))]);
            return Ok(Response::from_parts(parts, Body::from_stream(half.chain(stream::pending()))));
        }
        AwsFault::HalfBatch if request.operation == "BatchGetSecretValue" => {
            body = Bytes::from(halved(&body));
            parts.headers.remove(header::CONTENT_LENGTH);
        }
        _ => {}
    }
    Ok(Response::from_parts(parts, Body::from(body)))
}

impl Book {
    /// Numbers the request and asks the rule in one step, so that a rule sees requests in the order of the record.
    fn write(&self, mut request: AwsRequest) -> AwsRequest {
        let rule = lock(&self.rule).clone();
        request.session = lock(&self.sessions).get(&request.key).cloned();
        let mut requests = lock(&self.requests);
        request.ordinal = requests.len();
        request.start = self.started.elapsed();
        request.fault = rule.map_or(AwsFault::Pass, |rule| rule(&request));
        requests.push(request.clone());
        request
    }

    fn answered(&self, request: &AwsRequest, status: StatusCode) {
        // the record may have been taken meanwhile
        if let Some(written) = lock(&self.requests).get_mut(request.ordinal).filter(|written| written.start == request.start) {
            written.status = Some(status.as_u16());
        }
    }

    /// Remembers whose key it is that STS gives away.
    fn learn(&self, request: &AwsRequest, answer: &[u8]) {
        let answer = String::from_utf8_lossy(answer);
        let key = answer.split("<AccessKeyId>").nth(1).and_then(|rest| rest.split('<').next());
        if let Some((key, session)) = key.zip(request.wanted_session.clone()) {
            lock(&self.sessions).insert(key.to_owned(), session);
        }
    }
}
