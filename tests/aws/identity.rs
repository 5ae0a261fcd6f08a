//! Who the operator is to AWS, which its environment says: each test reads in a process with an environment of its own.

use std::collections::BTreeSet;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::any;
use ecs_operator::controller::secrets::Access;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use crate::bed::{Bed, Trial, access, backend_through, secret, text};
use crate::support::moto::{ACCOUNT, AwsFault, AwsRequest};
use crate::support::{Result, process};

/// What the other process is told, as JSON.
const TASK: &str = "ECS_OPERATOR_TESTS_READ";

pub fn trials() -> Vec<Trial> {
    vec![
        Trial::of(a_web_identity_is_taken),
        Trial::of(the_credentials_of_a_container_are_taken),
        Trial::of(those_of_the_node_never_are),
        Trial::of(an_identity_that_has_ended_is_renewed),
    ]
}

/// What the other process reads.
#[derive(Serialize, Deserialize)]
pub struct Reading {
    pub value_from: String,
    pub role: String,
    pub external_id: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Task {
    address: String,
    readings: Vec<Reading>,
}

/// What the other process does: a line for each reading, its value or the reason and the message.
pub fn other_process() -> Option<Result<ExitCode>> {
    let task: Task = serde_json::from_str(&std::env::var(TASK).ok()?).ok()?;
    let read = async {
        let wanted = task.readings.iter().map(|reading| {
            let access = Access { role_arn: reading.role.clone(), external_id: reading.external_id.clone(), ..access(ACCOUNT, "", "shop", "ECSService/api") };
            secret(&reading.value_from, &access)
        });
        for value in backend_through(&task.address).read(&wanted.collect::<Result<Vec<_>, _>>()?).await {
            match value {
                Ok(value) => println!("value {}", text(value)),
                Err(error) => println!("{}: {error}", error.fault.reason()),
            }
        }
        Ok(ExitCode::SUCCESS)
    };
    Some(Runtime::new().map_err(Into::into).and_then(|runtime| runtime.block_on(read)))
}

/// Reads in a process whose environment has these variables and no others of AWS; returns what it prints.
pub async fn read_elsewhere(address: &str, readings: &[Reading], environment: &[(&str, &str)]) -> Result<String> {
    let mut command = process::leashed(std::env::current_exe()?);
    let path = std::env::var_os("PATH").unwrap_or_default();
    command.env_clear().env("PATH", path).env(TASK, json!({"address": address, "readings": readings}).to_string());
    process::output({
        command.envs(environment.iter().copied());
        command
    })
    .await
}

async fn one(bed: &Bed, name: &str) -> Result<Reading> {
    let value_from = bed.moto().await?.seed().secret(ACCOUNT, "us-east-1", &format!("identity/{name}"), "AbCdEf", "there").await?;
    Ok(Reading { value_from, role: format!("arn:aws:iam::{ACCOUNT}:role/identity"), external_id: None })
}

/// A server that gives credentials of a container to who has the token, and counts who asks.
async fn server(asked: Arc<AtomicUsize>) -> Result<String> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let address = format!("http://{}", listener.local_addr()?);
    let answer = async move |headers: HeaderMap| {
        asked.fetch_add(1, Ordering::SeqCst);
        let has_token = headers.get("authorization").is_some_and(|token| token == "token-of-the-pod");
        let credentials = json!({"AccessKeyId": "ASIACONTAINER", "SecretAccessKey": "s", "Token": "t", "Expiration": "2100-01-01T00:00:00Z"});
        if has_token { (StatusCode::OK, credentials.to_string()) } else { (StatusCode::FORBIDDEN, String::new()) }
    };
    tokio::spawn(async move { axum::serve(listener, Router::new().fallback(any(answer))).await });
    Ok(address)
}

async fn a_web_identity_is_taken(bed: Arc<Bed>) -> Result<()> {
    let reading = one(&bed, "web").await?;
    let door = bed.moto().await?.door().await?;
    let asked = Arc::new(AtomicUsize::new(0));
    let elsewhere = server(Arc::clone(&asked)).await?;
    let token = tempfile::NamedTempFile::new()?;
    std::fs::write(token.path(), "a.web.token")?;
    let own = format!("arn:aws:iam::{ACCOUNT}:role/operator");
    let file = token.path().display().to_string();
    // an address of the environment is not asked
    let environment = [("AWS_WEB_IDENTITY_TOKEN_FILE", file.as_str()), ("AWS_ROLE_ARN", own.as_str()), ("AWS_ENDPOINT_URL", elsewhere.as_str())];
    assert_eq!(read_elsewhere(&door.address(), &[reading], &environment).await?, "value there\n", "{}", door.requests());
    let requests = door.requests();
    requests.expect(&[("AssumeRoleWithWebIdentity", 1), ("AssumeRole", 1), ("GetSecretValue", 1)], "a web identity")?;
    let who = |request: &AwsRequest| request.session.as_ref().map(|session| session.role.clone());
    assert_eq!(requests.clone().of("AssumeRole").0.first().and_then(who), Some(own), "the operator's own role assumes the grant's");
    assert_eq!(asked.load(Ordering::SeqCst), 0, "the environment does not say where AWS is");
    Ok(())
}

/// The token of a pod is changed before its end, and so are credentials that it gave: with the next token there are others.
async fn an_identity_that_has_ended_is_renewed(bed: Arc<Bed>) -> Result<()> {
    for (ended, counts, expected) in [
        (1, [("AssumeRoleWithWebIdentity", 2), ("AssumeRole", 2), ("GetSecretValue", 1)], "value there"),
        // and where the next ones are no better, it is not tried for ever
        (usize::MAX, [("AssumeRoleWithWebIdentity", 2), ("AssumeRole", 2), ("GetSecretValue", 0)], "AWSUnavailable: "),
    ] {
        let reading = one(&bed, &format!("ended-{ended}")).await?;
        let door = bed.moto().await?.door().await?;
        let token = tempfile::NamedTempFile::new()?;
        std::fs::write(token.path(), "token.before.it")?;
        let (file, asked) = (token.path().to_owned(), AtomicUsize::new(0));
        door.on_request(move |request| {
            if request.operation != "AssumeRole" || asked.fetch_add(1, Ordering::SeqCst) >= ended {
                return AwsFault::Pass;
            }
            if std::fs::write(&file, "token.after.it").is_ok() { AwsFault::Expired } else { AwsFault::Hang }
        });
        let (own, file) = (format!("arn:aws:iam::{ACCOUNT}:role/operator"), token.path().display().to_string());
        let environment = [("AWS_WEB_IDENTITY_TOKEN_FILE", file.as_str()), ("AWS_ROLE_ARN", own.as_str())];
        let printed = read_elsewhere(&door.address(), &[reading], &environment).await?;
        let requests = door.requests();
        assert!(printed.starts_with(expected), "{printed}\n{requests}");
        requests.expect(&counts, expected)?;
        let tokens: Vec<_> = requests.clone().of("AssumeRoleWithWebIdentity").0.into_iter().filter_map(|request| request.token).collect();
        assert_eq!(tokens, ["token.before.it", "token.after.it"], "the file is read anew");
        let keys: BTreeSet<_> = requests.clone().of("AssumeRole").0.into_iter().map(|request| request.key).collect();
        assert_eq!(keys.len(), 2, "with other credentials than those that had ended\n{requests}");
    }
    Ok(())
}

async fn the_credentials_of_a_container_are_taken(bed: Arc<Bed>) -> Result<()> {
    let reading = one(&bed, "container").await?;
    let door = bed.moto().await?.door().await?;
    let asked = Arc::new(AtomicUsize::new(0));
    let address = format!("{}/v1/credentials", server(Arc::clone(&asked)).await?);
    let token = tempfile::NamedTempFile::new()?;
    std::fs::write(token.path(), "token-of-the-pod")?;
    let file = token.path().display().to_string();
    let environment = [("AWS_CONTAINER_CREDENTIALS_FULL_URI", address.as_str()), ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", file.as_str())];
    assert_eq!(read_elsewhere(&door.address(), &[reading], &environment).await?, "value there\n", "{}", door.requests());
    assert_eq!(door.requests().of("AssumeRole").0.first().map(|request| request.key.clone()), Some("ASIACONTAINER".to_owned()));
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    Ok(())
}

async fn those_of_the_node_never_are(bed: Arc<Bed>) -> Result<()> {
    let reading = one(&bed, "node").await?;
    let door = bed.moto().await?.door().await?;
    let asked = Arc::new(AtomicUsize::new(0));
    let node = server(Arc::clone(&asked)).await?;
    let printed = read_elsewhere(&door.address(), &[reading], &[("AWS_EC2_METADATA_SERVICE_ENDPOINT", node.as_str())]).await?;
    assert!(printed.starts_with("NoAWSIdentity: ") && printed.contains("give its ServiceAccount a role"), "{printed}");
    assert_eq!(asked.load(Ordering::SeqCst), 0, "the node was asked for its credentials");
    door.requests().expect(&[], "without credentials nobody is asked")
}
