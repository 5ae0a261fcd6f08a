//! Why AWS gave no answer, in the few words that make a difference here.

use std::error::Error;

use aws_sdk_sts::error::{ProvideErrorMetadata, SdkError};

use super::super::SecretFault;
use super::question::is_region;
use crate::causes::with_causes;

/// The longest text of AWS that is repeated.
const LONGEST: usize = 500;
/// What precedes the id of a request.
const REQUEST_ID: &str = "Request ID: ";
/// The header by which S3 says where a bucket is.
const BUCKET_REGION: &str = "x-amz-bucket-region";

/// Why a request was not done.
#[derive(Clone, Debug)]
pub enum Refusal {
    /// Too many were sent.
    Throttled(String),
    /// There was no answer, or one of a service that is broken.
    Unavailable(String),
    /// The session has ended.
    Expired(String),
    /// There is no right to it.
    Forbidden(String),
    /// It is not there.
    NotFound,
    /// The bucket is in this region.
    Elsewhere(String),
    /// It is not done for another reason.
    Refused(String),
}

impl Refusal {
    /// What an error of a client means.
    pub fn of<E: ProvideErrorMetadata + Error + 'static>(error: &SdkError<E>) -> Self {
        let answered = match error {
            SdkError::ServiceError(answered) => answered,
            // what a reader of answers says may quote one
            SdkError::ResponseError(_) => return Self::Unavailable("its answer could not be read".into()),
            // clients keep what has happened for the last of the causes
            _ => return Self::Unavailable(short(&with_causes(error))),
        };
        let status = answered.raw().status().as_u16();
        let region = answered.raw().headers().get(BUCKET_REGION).filter(|region| is_region(region));
        if let Some(region) = region.filter(|_| matches!(status, 301 | 307 | 400)) {
            return Self::Elsewhere(region.to_owned());
        }
        Self::of_code(error.code().unwrap_or_default(), error.message().unwrap_or_default(), status)
    }

    /// What a code of AWS means; `status` is the answer's, 0 for a part of an answer.
    pub fn of_code(code: &str, message: &str, status: u16) -> Self {
        let text = short(&if message.is_empty() { code.to_owned() } else { format!("{code}: {message}") });
        match code {
            "ThrottlingException"
            | "Throttling"
            | "ThrottledException"
            | "TooManyRequestsException"
            | "RequestLimitExceeded"
            | "RequestThrottled"
            | "RequestThrottledException"
            | "SlowDown"
            | "ProvisionedThroughputExceededException" => Self::Throttled(text),
            "ExpiredToken"
            | "ExpiredTokenException"
            | "RequestExpired"
            | "InvalidToken"
            | "UnrecognizedClientException"
            | "InvalidClientTokenId"
            | "InvalidAccessKeyId" => Self::Expired(text),
            "AccessDenied" | "AccessDeniedException" | "UnauthorizedOperation" => Self::Forbidden(text),
            "ResourceNotFoundException" | "ParameterNotFound" | "NoSuchKey" | "NoSuchBucket" => Self::NotFound,
            "InternalServiceError"
            | "InternalServiceErrorException"
            | "InternalServerError"
            | "InternalError"
            | "InternalFailure"
            | "ServiceUnavailable"
            | "RequestTimeout"
            | "RequestTimeoutException" => Self::Unavailable(text),
            _ => match status {
                429 => Self::Throttled(text),
                500.. => Self::Unavailable(if text.is_empty() { format!("it answered {status}") } else { text }),
                403 => Self::Forbidden(if text.is_empty() { "403".to_owned() } else { text }),
                404 => Self::NotFound,
                _ => Self::Refused(text),
            },
        }
    }

    /// Whether the next request would fare the same for a while, whatever it asks for.
    pub fn is_outage(&self) -> bool {
        matches!(self, Self::Throttled(_) | Self::Unavailable(_))
    }

    /// Whether one item of a batch may be why all of it was not done.
    pub fn may_be_of_one(&self) -> bool {
        matches!(self, Self::Forbidden(_) | Self::Refused(_) | Self::NotFound)
    }

    /// What it means for what was asked for.
    pub fn of_item(self) -> SecretFault {
        match self {
            Self::Throttled(text) => SecretFault::Throttled(text),
            Self::Unavailable(text) | Self::Expired(text) => SecretFault::Unavailable(text),
            Self::Forbidden(text) => SecretFault::Forbidden(text),
            Self::NotFound => SecretFault::NotFound,
            Self::Elsewhere(region) => SecretFault::Refused(format!("the bucket is in {region}")),
            Self::Refused(text) => SecretFault::Refused(text),
        }
    }

    /// What it means where a grant's role was to be assumed. AWS's words name the role that the operator itself has: they are for its own
    /// log, and tenants are told the code.
    pub fn of_role(self, grant: &str, role: &str, code: &str) -> SecretFault {
        let remedy = "its trust policy must allow the operator's role sts:AssumeRole and sts:TagSession, with the grant's external id";
        match self {
            Self::Forbidden(error) | Self::Refused(error) => {
                tracing::warn!(grant, role, error, "the role of a grant cannot be assumed");
                SecretFault::Forbidden(format!("the role {role} of grant `{grant}` cannot be assumed: {code}: {remedy}"))
            }
            Self::Expired(error) => {
                tracing::warn!(grant, role, error, "the operator's own credentials have ended");
                SecretFault::Unavailable(code.to_owned())
            }
            Self::NotFound | Self::Elsewhere(_) => SecretFault::Forbidden(format!("the role {role} of grant `{grant}` cannot be assumed")),
            Self::Throttled(_) | Self::Unavailable(_) => self.of_item(),
        }
    }

    /// What it means where the operator asked who it is; of that, too, tenants are told the code.
    pub fn of_identity(self, code: &str) -> SecretFault {
        match self {
            Self::Forbidden(error) | Self::Refused(error) | Self::Expired(error) => {
                tracing::warn!(error, "AWS does not take the operator's web identity");
                SecretFault::NoIdentity(code.to_owned())
            }
            Self::NotFound | Self::Elsewhere(_) => SecretFault::NoIdentity("STS knows no such role".into()),
            Self::Throttled(_) | Self::Unavailable(_) => self.of_item(),
        }
    }
}

fn short(text: &str) -> String {
    let text = without_request_ids(&text.split_whitespace().collect::<Vec<_>>().join(" "));
    match text.char_indices().nth(LONGEST) {
        None => text,
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
    }
}

/// Services that ask others repeat the ids of their requests, such as `(Service: AWSKMS; …; Request ID: 1f2e…; Proxy: null)`:
/// the same fault would be told anew at each try.
fn without_request_ids(text: &str) -> String {
    let mut parts = text.split(REQUEST_ID);
    let first = parts.next().unwrap_or_default().to_owned();
    let rest = |part: &str| part.trim_start_matches(|letter: char| letter.is_ascii_alphanumeric() || letter == '-').to_owned();
    parts.fold(first, |text, part| text.trim_end_matches([' ', ';', ',']).to_owned() + &rest(part))
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, Refusal, short};

    #[test]
    fn codes_are_told_apart_and_unknown_ones_go_by_their_status() {
        for (code, status, expected) in [
            ("ThrottlingException", 400, "Throttled"),
            ("SlowDown", 503, "Throttled"),
            ("New", 429, "Throttled"),
            ("ExpiredTokenException", 400, "Expired"),
            ("AccessDeniedException", 400, "Forbidden"),
            ("New", 403, "Forbidden"),
            ("NoSuchBucket", 404, "NotFound"),
            ("InternalServiceError", 0, "Unavailable"),
            ("New", 502, "Unavailable"),
            ("DecryptionFailure", 400, "Refused"),
        ] {
            let refusal = format!("{:?}", Refusal::of_code(code, "m", status));
            assert!(refusal.starts_with(expected), "{code} {status}: {refusal}");
        }
        assert_eq!(short(&"a".repeat(LONGEST * 2)).chars().count(), LONGEST + 1);
    }

    #[test]
    fn the_same_fault_of_another_request_is_told_in_the_same_words() {
        let text = "Access denied. (Service: AWSKMS; Status Code: 400; Request ID: 1f2e3d4c-5b6a-7988-a1b2-0123456789ab; Proxy: null)";
        assert_eq!(short(text), "Access denied. (Service: AWSKMS; Status Code: 400; Proxy: null)");
        assert_eq!(short("no (Request ID: 1f-2e)"), "no ()");
    }

    #[test]
    fn who_the_operator_is_tenants_are_not_told() {
        let own = "User: arn:aws:sts::123456789012:assumed-role/operator/own is not authorized to perform: sts:AssumeRole";
        for (code, status) in [("AccessDenied", 403), ("ValidationError", 400), ("ExpiredToken", 403)] {
            let refusal = Refusal::of_code(code, own, status);
            for fault in [refusal.clone().of_role("shop", "arn:aws:iam::123456789012:role/reader", code), refusal.of_identity(code)] {
                assert!(format!("{fault:?}").contains(code) && !format!("{fault:?}").contains("operator/own"), "{fault:?}");
            }
        }
    }
}
