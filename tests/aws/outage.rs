//! AWS is down for an hour: what that costs, and how it ends.

use std::sync::Arc;
use std::time::Duration;

use ecs_operator::controller::error::Problem;
use ecs_operator::controller::secrets::{SecretErrors, Wanted};
use futures::future::join_all;
use tokio::runtime::Builder;
use tokio::time::{Instant, advance, pause, resume};

use crate::bed::{Bed, Trial, access, backend_through, read_all, secret};
use crate::support::moto::{ACCOUNT, AwsFault, AwsRequest, Door};
use crate::support::{Result, ensure};

const SERVICES: usize = 100;
const SECRETS: usize = 50;
const OUTAGE: Duration = Duration::from_hours(1);
/// How long after the end of an outage the last service may wait: the longest wait of the backend, and that of the queue.
const RECOVERY: Duration = Duration::from_mins(1);

pub fn trials() -> Vec<Trial> {
    vec![Trial::of(an_hour_without_aws_ends_without_a_stampede), Trial::of(an_hour_without_secrets_manager_ends_without_a_stampede)]
}

/// A service, how often in a row it has failed, and when it is looked at again.
struct Service {
    wanted: Vec<Wanted>,
    failures: u32,
    due: Instant,
    recovered: Option<Instant>,
}

async fn an_hour_without_aws_ends_without_a_stampede(bed: Arc<Bed>) -> Result<()> {
    prepare(bed, "all", |_| AwsFault::ServerError, vec![("AssumeRole", 1), ("BatchGetSecretValue", SECRETS.div_ceil(20))]).await
}

/// Sessions end and are renewed meanwhile.
async fn an_hour_without_secrets_manager_ends_without_a_stampede(bed: Arc<Bed>) -> Result<()> {
    let fault = |request: &AwsRequest| if request.is_read() { AwsFault::Throttle } else { AwsFault::Pass };
    prepare(bed, "reads", fault, vec![("BatchGetSecretValue", SECRETS.div_ceil(20))]).await
}

async fn prepare(bed: Arc<Bed>, name: &'static str, fault: fn(&AwsRequest) -> AwsFault, at_the_end: Vec<(&'static str, usize)>) -> Result<()> {
    let seed = bed.moto().await?.seed();
    let mut arns = Vec::new();
    for index in 0..SECRETS {
        arns.push(seed.secret(ACCOUNT, "us-east-1", &format!("outage/{name}-{index}"), "AbCdEf", "value").await?);
    }
    let door = Arc::new(bed.moto().await?.door().await?);
    door.on_request(fault);
    let runtime = Builder::new_current_thread().enable_all().start_paused(true).build()?;
    tokio::task::spawn_blocking(move || runtime.block_on(an_hour(&door, &arns, &at_the_end))).await?
}

/// Requests and their answers take the time that they take; between them the clock is put forward.
async fn an_hour(door: &Door, arns: &[String], at_the_end: &[(&str, usize)]) -> Result<()> {
    resume();
    let backend = backend_through(&door.address());
    let start = Instant::now();
    let mut services = Vec::new();
    for index in 0..SERVICES {
        let access = access(ACCOUNT, "outage", "shop", &format!("ECSService/service-{index}"));
        let wanted = arns.iter().map(|arn| secret(arn, &access)).collect::<Result<_, _>>()?;
        services.push(Service { wanted, failures: 0, due: start, recovered: None });
    }
    let mut end = None;
    while services.iter().any(|service| service.recovered.is_none()) {
        let due: Vec<&mut Service> = services.iter_mut().filter(|service| service.recovered.is_none() && service.due <= Instant::now()).collect();
        let read = due.iter().map(|service| read_all(&backend, &service.wanted)).collect::<Vec<_>>();
        let values = join_all(read).await;
        for (service, values) in due.into_iter().zip(values) {
            match values {
                Ok(_) => service.recovered = Some(Instant::now()),
                Err(error) => {
                    let problem = SecretErrors::all::<()>([Err(error)]).err().map(Problem::from);
                    let delay = problem.and_then(|problem| problem.retry().delay(service.failures));
                    service.due = Instant::now() + delay.ok_or("what AWS does not answer is tried again")?;
                    service.failures = (service.failures + 1).min(16);
                }
            }
        }
        if end.is_none() && start.elapsed() >= OUTAGE {
            end = Some((Instant::now(), door.take()));
            door.clear_faults();
        }
        ensure(start.elapsed() < OUTAGE * 2, "some service never recovers")?;
        pause();
        advance(Duration::from_millis(500)).await;
        resume();
    }
    let (end, during) = end.ok_or("services have values while AWS is down")?;
    let after = door.take();
    let slowest = services.iter().filter_map(|service| service.recovered).max().map_or(Duration::MAX, |last| last.duration_since(end));
    println!(
        "{OUTAGE:?} without AWS and {SERVICES} services: {} requests, then {:?}; the last service had its values {slowest:?} after the end",
        during.len(),
        after.counts()
    );
    ensure(during.len() < 200, format!("an hour costs {} requests", during.len()))?;
    after.expect(at_the_end, "the end is no stampede")?;
    ensure(slowest < RECOVERY + Duration::from_secs(10), format!("the last service had its values {slowest:?} after the end"))
}
