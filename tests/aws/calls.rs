//! How often AWS is asked: as seldom as its batches allow, however many services want it, and not at all for what was read
//! a moment ago.

use std::sync::Arc;
use std::time::{Duration, Instant};

use aws_sdk_ssm::types::ParameterType;
use ecs_operator::controller::secrets::{Backend, Wanted};
use futures::future::join_all;

use crate::bed::{Bed, Trial, access, object, read_all, reader, secret};
use crate::support::moto::ACCOUNT;
use crate::support::{Result, ensure};

const SERVICES: usize = 500;
const SECRETS: usize = 50;
const PARAMETERS: usize = 25;

pub fn trials() -> Vec<Trial> {
    vec![Trial::of(five_hundred_services_share_fifty_secrets), Trial::of(what_is_wanted_anew_is_read_anew), Trial::of(a_lone_secret_needs_no_right_to_batches)]
}

/// What every service wants: secrets, keys of them, two pinned versions, parameters, and an environment file.
async fn shared(bed: &Bed) -> Result<Vec<String>> {
    let seed = bed.moto().await?.seed();
    let mut wanted = Vec::new();
    for index in 0..SECRETS {
        let arn = seed.secret(ACCOUNT, "us-east-1", &format!("calls/secret-{index}"), "AbCdEf", &format!(r#"{{"a":"{index}","b":"b"}}"#)).await?;
        wanted.push(if index % 2 == 0 { arn.clone() } else { format!("{arn}:a::") });
        if index == 0 {
            let second = seed.new_version("us-east-1", &arn, "{}").await?;
            // the stage and the id are asked for by themselves, each once
            wanted.extend([format!("{arn}::AWSPREVIOUS:"), format!("{arn}:b:AWSPREVIOUS:"), format!("{arn}:::{second}"), format!("{arn}::AWSCURRENT:")]);
        }
    }
    for index in 0..PARAMETERS {
        seed.parameter(ACCOUNT, "us-east-1", &format!("/calls/parameter-{index}"), ParameterType::SecureString, "p").await?;
        wanted.push(format!("/calls/parameter-{index}"));
    }
    Ok(wanted)
}

/// How long it takes until the first service has all it wants, and until the last has.
async fn start_all(backend: &Backend, wanted: &[String]) -> Result<(Duration, Duration)> {
    let start = Instant::now();
    let services = (0..SERVICES).map(|index| {
        let access = access(ACCOUNT, "calls", "shop", &format!("ECSService/service-{index}"));
        let wanted: Result<Vec<Wanted>, _> = wanted.iter().map(|value_from| secret(value_from, &access)).collect();
        async move { Ok((read_all(backend, &[wanted?, vec![object("calls-bucket", "web.env", &access)]].concat()).await?.len(), start.elapsed())) }
    });
    let read = join_all(services).await.into_iter().collect::<Result<Vec<(usize, Duration)>>>()?;
    ensure(read.iter().all(|(count, _)| *count == wanted.len() + 1), "a service has all it wants")?;
    let times = || read.iter().map(|(_, took)| *took);
    Ok((times().min().unwrap_or_default(), times().max().unwrap_or_default()))
}

async fn five_hundred_services_share_fifty_secrets(bed: Arc<Bed>) -> Result<()> {
    let wanted = shared(&bed).await?;
    let seed = bed.moto().await?.seed();
    seed.bucket("calls-bucket").await?;
    seed.object("calls-bucket", "web.env", b"A=1").await?;
    let (door, backend) = bed.backend().await?;
    let (first, cold) = start_all(&backend, &wanted).await?;
    let counts = [
        ("AssumeRole", 1),
        ("BatchGetSecretValue", SECRETS.div_ceil(20)),
        ("GetSecretValue", 2),
        ("GetParameters", PARAMETERS.div_ceil(10)),
        ("GET object", 1),
    ];
    let requests = door.take();
    requests.expect(&counts, "cold")?;
    let largest = requests.clone().that(|request| request.subjects.len() > 20 || (request.service == "ssm" && request.subjects.len() > 10));
    largest.expect(&[], "batches are as large as AWS takes them")?;
    let (_, warm) = start_all(&backend, &wanted).await?;
    door.take().expect(&[], "warm")?;
    println!(
        "{SERVICES} services that share {SECRETS} secrets, {PARAMETERS} parameters and a file: cold {cold:?}, the first after {first:?}, {:?}; warm {warm:?} and no request",
        requests.counts()
    );
    ensure(first < Duration::from_secs(2), format!("the first service had its values after {first:?}"))
}

async fn what_is_wanted_anew_is_read_anew(bed: Arc<Bed>) -> Result<()> {
    let seed = bed.moto().await?.seed();
    let arn = seed.secret(ACCOUNT, "us-east-1", "calls/rotated", "AbCdEf", "old").await?;
    let (door, backend) = bed.backend().await?;
    let wanted = [secret(&arn, &reader("calls"))?];
    let start = Instant::now();
    assert_eq!(read_all(&backend, &wanted).await?, ["old"]);
    println!("the first value was there {:?} after the start", start.elapsed());
    seed.new_version("us-east-1", &arn, "new").await?;
    assert_eq!(read_all(&backend, &wanted).await?, ["old"], "what was read a moment ago is shared");
    let now = tokio::time::Instant::now();
    // who looks at values in turns takes what others have read since its last turn
    backend.read_since(&wanted, now.checked_sub(Duration::from_secs(30))).await;
    let anew = async || -> Result<Vec<String>> {
        let values = backend.read_since(&wanted, Some(now)).await;
        Ok(values.into_iter().map(|value| value.map(crate::bed::text)).collect::<Result<_, _>>()?)
    };
    let (one, other) = tokio::join!(anew(), anew());
    assert_eq!((one?, other?), (vec!["new".to_owned()], vec!["new".to_owned()]));
    assert_eq!(anew().await?, ["new"]);
    assert_eq!(read_all(&backend, &wanted).await?, ["new"]);
    door.requests().expect(&[("AssumeRole", 1), ("GetSecretValue", 2)], "once before and once since")
}

/// `secretsmanager:BatchGetSecretValue` is a right that roles of ECS do not have: one secret is asked for without it.
async fn a_lone_secret_needs_no_right_to_batches(bed: Arc<Bed>) -> Result<()> {
    let seed = bed.moto().await?.seed();
    let arn = seed.secret(ACCOUNT, "us-east-1", "calls/lone", "AbCdEf", r#"{"a":"1","b":"2"}"#).await?;
    let (door, backend) = bed.backend().await?;
    let wanted = [secret(&format!("{arn}:a::"), &reader("calls"))?, secret(&format!("{arn}:b::"), &reader("calls"))?];
    assert_eq!(read_all(&backend, &wanted).await?, ["1", "2"]);
    door.requests().expect(&[("AssumeRole", 1), ("GetSecretValue", 1)], "two keys of one secret")
}
