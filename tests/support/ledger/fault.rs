//! What can be made of a request instead of passing it on.

use std::sync::Arc;

use http::StatusCode;

use super::Request;

/// What happens to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// None.
    Pass,
    /// The process that sent it is killed at this point, and nothing else of it reaches the server any more.
    Kill(KillPoint),
    /// It is not forwarded; this status is the answer.
    Answer(StatusCode),
    /// It is not forwarded and never answered.
    Hang,
    /// It is forwarded, but the connection ends before the body of the answer.
    LoseResponse,
}

/// When the sender of a request is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KillPoint {
    /// The server never sees the request.
    BeforeForwarding,
    /// The server has done it, the sender never hears of it.
    ResponseWithheld,
    /// The whole answer was sent.
    AfterResponse,
}

/// Decides about each request. It must not ask the ledger, which waits for it.
pub type Rule = Arc<dyn Fn(&Request) -> Fault + Send + Sync>;
