//! Users, roles and policies of moto. The operator does not speak to IAM, so that AWS's library for it is no dependency: the
//! forms are written here.

use axum::body::{Body, to_bytes};
use http::{Request, header};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

use crate::support::{Result, While, ensure};

/// A signature that says which service is meant; moto looks at no more of it before it is told to.
const SIGNATURE: &str = "AWS4-HMAC-SHA256 Credential=administrator/20260101/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=none";

/// What makes users and roles.
pub struct Iam {
    address: String,
    client: Client<HttpConnector, Body>,
}

/// An access key and its secret part.
pub struct Key {
    pub id: String,
    pub secret: String,
}

impl Iam {
    pub(super) fn new(address: &str) -> Self {
        Self { address: address.to_owned(), client: Client::builder(TokioExecutor::new()).build(HttpConnector::new()) }
    }

    /// A role that may do this, and may be assumed by whom that allows.
    pub async fn role(&self, name: &str, trust: &str, policy: &str) -> Result<()> {
        self.ask("CreateRole", &[("RoleName", name), ("AssumeRolePolicyDocument", trust)]).await?;
        self.ask("PutRolePolicy", &[("RoleName", name), ("PolicyName", "policy"), ("PolicyDocument", policy)]).await.map(drop)
    }

    /// A user who may do this.
    pub async fn user(&self, name: &str, policy: &str) -> Result<Key> {
        self.ask("CreateUser", &[("UserName", name)]).await?;
        self.ask("PutUserPolicy", &[("UserName", name), ("PolicyName", "policy"), ("PolicyDocument", policy)]).await?;
        let answer = self.ask("CreateAccessKey", &[("UserName", name)]).await?;
        let of = |element: &str| answer.split(&format!("<{element}>")).nth(1).and_then(|rest| rest.split('<').next()).map(str::to_owned);
        let (id, secret) = of("AccessKeyId").zip(of("SecretAccessKey")).ok_or("moto gave no key")?;
        Ok(Key { id, secret })
    }

    /// From now on signatures and policies are looked at.
    pub async fn obey_policies(&self) -> Result<()> {
        self.post("/moto-api/reset-auth", "text/plain", "0".to_owned()).await.map(drop).during("reset-auth")
    }

    async fn ask(&self, action: &str, parameters: &[(&str, &str)]) -> Result<String> {
        let form = parameters.iter().map(|(name, value)| format!("&{name}={}", encoded(value)));
        self.post("/", "application/x-www-form-urlencoded", format!("Action={action}&Version=2010-05-08{}", form.collect::<String>())).await.during(action)
    }

    async fn post(&self, path: &str, kind: &str, body: String) -> Result<String> {
        let request = Request::post(format!("{}{path}", self.address)).header(header::AUTHORIZATION, SIGNATURE);
        let request = request.header(header::CONTENT_TYPE, kind).body(Body::from(body))?;
        let response = self.client.request(request).await?;
        let status = response.status();
        let body = to_bytes(Body::new(response.into_body()), usize::MAX).await?;
        let text = String::from_utf8_lossy(&body).into_owned();
        ensure(status.is_success(), format!("{status}: {text}")).map(|()| text)
    }
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}
