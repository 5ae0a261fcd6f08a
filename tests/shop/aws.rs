//! AWS, which moto plays: the shop's secret is in it, and what the operator asks of it is recorded.

use std::sync::Arc;

use comfy_table::Cell;
use k8s_openapi::ByteString;

use crate::bed::Bed;
use crate::kinds::Kind;
use crate::screen::{Screen, green};
use crate::support::moto::{ACCOUNT, AwsRequests, Door, Moto};
use crate::support::{Result, While, ensure};
use crate::table;

/// The region of the settings.
pub const REGION: &str = "us-east-1";
/// The database's password, which the API's tasks are given.
pub const PASSWORD: &str = "correct-horse-battery-staple";
const SECRET: &str = "prod/db-password";
/// The role of the shop's grant.
const ROLE: &str = "arn:aws:iam::123456789012:role/shop-secrets-reader";
/// What CloudTrail would call whoever reads for the shop's API.
const SESSION: &str = "shop.ECSService-api-service";
/// The operator's own identity: moto lets in whoever has one.
const OWN: [(&str, &str); 2] = [("AWS_ACCESS_KEY_ID", "AKIAOPERATOR"), ("AWS_SECRET_ACCESS_KEY", "operator")];

/// A moto of the demo's own, and the door before it by which the operator comes.
pub struct Aws {
    door: Door,
    _moto: Arc<Moto>,
}

impl Aws {
    /// Starts it, with the shop's secret in it.
    pub async fn start(screen: &Screen) -> Result<Self> {
        let waiting = screen.wait("moto, in the place of AWS, answers");
        let moto = Moto::start().await?;
        waiting.done();
        let waiting = screen.wait(format!("aws secretsmanager create-secret --name {SECRET}"));
        moto.seed().secret(ACCOUNT, REGION, SECRET, "AbCdEf", PASSWORD).await?;
        waiting.done();
        Ok(Self { door: moto.door().await?, _moto: moto })
    }

    /// Where the operator finds it.
    pub fn endpoint(&self) -> String {
        self.door.address()
    }

    /// What the operator has in its environment.
    pub fn own_identity() -> Vec<(String, String)> {
        OWN.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
    }

    /// Everything that the operator has asked so far.
    pub fn requests(&self) -> AwsRequests {
        self.door.requests()
    }
}

/// Shows what was asked for the shop. It fails when more was asked than must be, when somebody else read than the role of the
/// shop's grant, and when the Secret has another value.
pub async fn show(screen: &Screen, bed: &Bed) -> Result<()> {
    let requests = bed.aws().requests();
    let mut table = table::with_header(["CALL", "OF", "BY"]);
    for request in &requests.0 {
        let who = request.session.as_ref().map_or("the operator itself", |session| &session.name);
        table.add_row([Cell::new(format!("{}:{}", request.service, request.operation)), Cell::new(request.subjects.join("\n")), Cell::new(who)]);
    }
    screen.say(&table::text(&table));
    let calls = requests.len();
    // one that took too long is sent again
    let answered = requests.that(|request| request.status == Some(200));
    answered.expect(&[("AssumeRole", 1), ("GetSecretValue", 1)], "what AWS was asked for one secret")?;
    for request in &answered.0 {
        let is_right = match &request.session {
            None => request.operation == "AssumeRole" && request.subjects == [ROLE],
            Some(session) => session.role == ROLE && session.name == SESSION,
        };
        ensure(is_right, format!("this is not what the shop's grant allows: {request}"))?;
    }
    has_value(bed).await?;
    let secrets = answered.of("GetSecretValue").len();
    screen.say(&format!(
        "{} {calls} calls for {secrets} secret of three tasks; all that the operator itself does with AWS is to assume the grant's role",
        green("✓")
    ));
    Ok(())
}

async fn has_value(bed: &Bed) -> Result<()> {
    let name = "api-service-1";
    let secret = Kind::SECRET.api(bed.client()).get(name).await.during(name)?;
    let value = serde_json::to_value(ByteString(PASSWORD.into()))?;
    ensure(secret.data.pointer("/data/DB_PASSWORD") == Some(&value), format!("the Secret {name} does not have the value that is in AWS"))
}
