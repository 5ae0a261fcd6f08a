//! What can be made of a request to AWS instead of passing it on, each in the words of the service that is asked.

use std::sync::Arc;

use axum::body::Body;
use axum::response::Response;
use http::{StatusCode, header};
use serde_json::{Value, json};

use super::AwsRequest;

/// Why STS lets nobody assume a role: it names who has asked.
const NOT_AUTHORIZED: &str = "User: arn:aws:sts::123456789012:assumed-role/who-the-operator-is/own is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::123456789012:role/reader";

/// What happens to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AwsFault {
    /// None.
    Pass,
    /// It is throttled.
    Throttle,
    /// It is forbidden.
    Forbid,
    /// The service has a fault of its own.
    ServerError,
    /// It is never answered.
    Hang,
    /// The connection ends within the answer.
    Reset,
    /// The answer stops in its middle, and the connection stays.
    Stall,
    /// The session of the caller has ended.
    Expired,
    /// S3 says that the bucket is in [`ELSEWHERE`]; other services do not know what is asked for.
    Elsewhere,
    /// Of a batch of secrets every second one fails; other requests pass.
    HalfBatch,
}

/// Where buckets are that are elsewhere.
pub const ELSEWHERE: &str = "eu-central-1";

/// Decides about each request.
pub type Rule = Arc<dyn Fn(&AwsRequest) -> AwsFault + Send + Sync>;

/// The answer of a service to a request that it does not do.
pub fn refusal(request: &AwsRequest, fault: AwsFault) -> Response {
    let (status, code, message) = match (fault, request.service.as_str()) {
        (AwsFault::Throttle, "s3") => (503, "SlowDown", "Please reduce your request rate."),
        (AwsFault::Throttle, "sts") => (400, "Throttling", "Rate exceeded"),
        (AwsFault::Throttle, _) => (400, "ThrottlingException", "Rate exceeded"),
        (AwsFault::Forbid, "s3") => (403, "AccessDenied", "Access Denied"),
        (AwsFault::Forbid, "sts") => (403, "AccessDenied", NOT_AUTHORIZED),
        (AwsFault::Forbid, _) => (400, "AccessDeniedException", "Access Denied"),
        (AwsFault::Expired, "s3") => (400, "ExpiredToken", "The provided token has expired."),
        (AwsFault::Expired, "sts") => (403, "ExpiredToken", "The security token included in the request is expired"),
        (AwsFault::Expired, _) => (400, "ExpiredTokenException", "The security token included in the request is expired"),
        (AwsFault::Elsewhere, "s3") => (301, "PermanentRedirect", "The bucket must be addressed using the specified endpoint."),
        (AwsFault::Elsewhere, _) => (400, "ResourceNotFoundException", "Secrets Manager can't find the specified secret."),
        (_, "s3") => (500, "InternalError", "We encountered an internal error. Please try again."),
        (_, "sts") => (500, "InternalFailure", "The request processing has failed because of an unknown error."),
        (_, "secretsmanager") => (500, "InternalServiceError", "An error occurred on the server side."),
        (_, _) => (500, "InternalServerError", "An error occurred on the server side."),
    };
    let (kind, body) = match request.service.as_str() {
        "s3" => ("application/xml", format!("<Error><Code>{code}</Code><Message>{message}</Message></Error>")),
        "sts" => ("text/xml", format!("<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error></ErrorResponse>")),
        _ => ("application/x-amz-json-1.1", json!({"__type": code, "message": message}).to_string()),
    };
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static(kind));
    if fault == AwsFault::Elsewhere {
        response.headers_mut().insert("x-amz-bucket-region", header::HeaderValue::from_static(ELSEWHERE));
    }
    response
}

/// The answer to a batch with every second secret taken out and put under the errors.
pub fn halved(answer: &[u8]) -> Vec<u8> {
    let Ok(mut answer) = serde_json::from_slice::<Value>(answer) else { return answer.to_vec() };
    let Some(values) = answer.get_mut("SecretValues").and_then(Value::as_array_mut) else { return answer.to_string().into_bytes() };
    let (kept, failed): (Vec<_>, Vec<_>) = std::mem::take(values).into_iter().enumerate().partition(|(index, _)| index % 2 == 0);
    *values = kept.into_iter().map(|(_, value)| value).collect();
    let error = |secret: Value| json!({"SecretId": secret["ARN"], "ErrorCode": "InternalServiceError", "Message": "An error occurred on the server side."});
    answer["Errors"] = failed.into_iter().map(|(_, secret)| error(secret)).collect();
    answer.to_string().into_bytes()
}
