//! What goes wrong between us and AWS: it is got over where that can be done at once, told apart where it cannot, and never
//! taken out on what was asked at the same time.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use ecs_operator::controller::secrets::{Backend, SecretFault, Wanted};

use crate::bed::{Bed, Trial, object, read, read_all, reader, secret};
use crate::support::moto::{ACCOUNT, AwsFault, AwsRequest, Door, ELSEWHERE};
use crate::support::{Result, ensure, eventually};

pub fn trials() -> Vec<Trial> {
    vec![
        Trial::of(what_passes_is_got_over),
        Trial::of(what_lasts_is_told_and_left_alone),
        Trial::of(a_session_that_has_ended_is_renewed),
        Trial::of(half_a_batch_that_fails_is_asked_for_again),
        Trial::of(what_is_not_there_does_not_spoil_the_others),
        Trial::of(what_is_in_another_region_is_found_or_told),
        Trial::of(an_answer_that_does_not_come_is_not_waited_for),
    ]
}

/// So many secrets of this test's own, as wanted.
async fn secrets(bed: &Bed, test: &str, count: usize) -> Result<Vec<Wanted>> {
    let seed = bed.moto().await?.seed();
    let mut wanted = Vec::new();
    for index in 0..count {
        let arn = seed.secret(ACCOUNT, "us-east-1", &format!("faults/{test}-{index}"), "AbCdEf", &format!("value {index}")).await?;
        wanted.push(secret(&arn, &reader(test))?);
    }
    Ok(wanted)
}

fn values(count: usize) -> Vec<String> {
    (0..count).map(|index| format!("value {index}")).collect()
}

/// Makes the first so many requests that read go wrong.
fn first(door: &Door, count: usize, fault: AwsFault) {
    let seen = AtomicUsize::new(0);
    door.on_request(move |request: &AwsRequest| if request.is_read() && seen.fetch_add(1, Ordering::SeqCst) < count { fault } else { AwsFault::Pass });
}

async fn what_passes_is_got_over(bed: Arc<Bed>) -> Result<()> {
    for fault in [AwsFault::Throttle, AwsFault::ServerError, AwsFault::Reset] {
        let wanted = secrets(&bed, &format!("passing-{fault:?}"), 3).await?;
        let (door, backend) = bed.backend().await?;
        first(&door, 2, fault);
        let start = Instant::now();
        assert_eq!(read_all(&backend, &wanted).await?, values(3), "{fault:?}");
        println!("{fault:?} twice: there after {:?}", start.elapsed());
        door.requests().expect(&[("AssumeRole", 1), ("BatchGetSecretValue", 3)], &format!("{fault:?}"))?;
    }
    Ok(())
}

/// Until it has its value, as the queue would; how long that took.
async fn recovery(backend: &Backend, wanted: &Wanted) -> Result<Duration> {
    let start = Instant::now();
    eventually("the value is there again", Duration::from_mins(2), async || read(backend, wanted).await.map_err(|error| error.to_string().into())).await?;
    Ok(start.elapsed())
}

async fn what_lasts_is_told_and_left_alone(bed: Arc<Bed>) -> Result<()> {
    for (fault, reason) in [(AwsFault::Throttle, "AWSThrottled"), (AwsFault::ServerError, "AWSUnavailable"), (AwsFault::Reset, "AWSUnavailable")] {
        let wanted = secrets(&bed, &format!("lasting-{fault:?}"), 2).await?;
        let (door, backend) = bed.backend().await?;
        door.on_request(move |request| if request.is_read() { fault } else { AwsFault::Pass });
        for _ in 0..50 {
            let error = read_all(&backend, &wanted).await.err().ok_or("a value without an answer")?;
            assert_eq!(error.fault.reason(), reason, "{error}");
            assert!(error.to_string().contains("it is tried again"), "{error}");
        }
        let asked = door.take().of("BatchGetSecretValue").len();
        ensure(asked <= 8, format!("fifty readings in a row cost {asked} requests"))?;
        door.clear_faults();
        let first = wanted.first().ok_or("two secrets")?;
        println!("{fault:?} that lasts: {asked} requests for 50 readings; there {:?} after its end", recovery(&backend, first).await?);
        assert_eq!(read_all(&backend, &wanted).await?, values(2));
    }
    Ok(())
}

async fn a_session_that_has_ended_is_renewed(bed: Arc<Bed>) -> Result<()> {
    let wanted = secrets(&bed, "expired", 2).await?;
    let (door, backend) = bed.backend().await?;
    first(&door, 1, AwsFault::Expired);
    assert_eq!(read_all(&backend, &wanted).await?, values(2));
    door.requests().expect(&[("AssumeRole", 2), ("BatchGetSecretValue", 2)], "renewed once")?;
    // and where the new one is no better, it is not tried for ever
    let (door, backend) = bed.backend().await?;
    door.on_request(|request| if request.is_read() { AwsFault::Expired } else { AwsFault::Pass });
    let error = read_all(&backend, &wanted).await.err().ok_or("a value without an answer")?;
    assert_eq!(error.fault.reason(), "AWSUnavailable", "{error}");
    door.requests().expect(&[("AssumeRole", 2), ("BatchGetSecretValue", 2)], "not for ever")
}

async fn half_a_batch_that_fails_is_asked_for_again(bed: Arc<Bed>) -> Result<()> {
    let wanted = secrets(&bed, "half", 8).await?;
    let (door, backend) = bed.backend().await?;
    first(&door, 1, AwsFault::HalfBatch);
    assert_eq!(read_all(&backend, &wanted).await?, values(8));
    let requests = door.take().of("BatchGetSecretValue");
    assert_eq!(requests.0.iter().map(|request| request.subjects.len()).collect::<Vec<_>>(), [8, 4], "the half that failed\n{requests}");
    // where it goes on, what was answered is given and the rest says why not
    let (door, backend) = bed.backend().await?;
    door.on_request(|_| AwsFault::HalfBatch);
    let results = backend.read(&wanted).await;
    let failed: Vec<_> = results.iter().filter_map(|value| value.as_ref().err()).map(|error| &error.fault).collect();
    assert_eq!(failed.len(), 2, "half of a half");
    assert!(failed.iter().all(|fault| matches!(fault, SecretFault::Unavailable(_))), "{failed:?}");
    Ok(())
}

async fn what_is_not_there_does_not_spoil_the_others(bed: Arc<Bed>) -> Result<()> {
    let mut wanted = secrets(&bed, "spoiled", 2).await?;
    let access = reader("spoiled");
    wanted.insert(1, secret("arn:aws:secretsmanager:us-east-1:123456789012:secret:faults/none-AbCdEf", &access)?);
    wanted.push(secret("/faults/none", &access)?);
    let (door, backend) = bed.backend().await?;
    let reasons = async || -> Vec<Result<String, &'static str>> {
        backend.read(&wanted).await.into_iter().map(|value| value.map(crate::bed::text).map_err(|error| error.fault.reason())).collect()
    };
    let expected = [Ok("value 0".to_owned()), Err("SecretNotFound"), Ok("value 1".to_owned()), Err("SecretNotFound")];
    assert_eq!(reasons().await, expected);
    assert_eq!(reasons().await, expected);
    door.requests().expect(&[("AssumeRole", 1), ("BatchGetSecretValue", 1), ("GetParameters", 1)], "what is not there is believed for a moment")
}

/// A secret is where its ARN says. A bucket's ARN does not say it, and S3 does, where it is asked elsewhere.
async fn what_is_in_another_region_is_found_or_told(bed: Arc<Bed>) -> Result<()> {
    let mut wanted = secrets(&bed, "region", 1).await?;
    let access = reader("region");
    let seed = bed.moto().await?.seed();
    seed.bucket("faults-region").await?;
    seed.object("faults-region", "web.env", b"A=1").await?;
    wanted.push(secret("arn:aws:secretsmanager:eu-west-1:123456789012:secret:faults/region-0-AbCdEf", &access)?);
    wanted.push(object("faults-region", "web.env", &access));
    let (door, backend) = bed.backend().await?;
    door.on_request(|request| if request.service == "s3" && request.region != ELSEWHERE { AwsFault::Elsewhere } else { AwsFault::Pass });
    let found: Vec<_> = backend.read(&wanted).await.into_iter().map(|value| value.map(crate::bed::text).map_err(|error| error.to_string())).collect();
    let [Ok(here), Err(told), Ok(file)] = found.as_slice() else { return Err(format!("{found:?}").into()) };
    assert_eq!((here.as_str(), file.as_str()), ("value 0", "A=1"));
    assert!(told.contains("arn:aws:secretsmanager:eu-west-1:123456789012:secret:faults/region-0-AbCdEf"), "{told}");
    let requests = door.take();
    let regions = |service: &str| requests.0.iter().filter(|request| request.service == service).map(|request| request.region.clone()).collect::<BTreeSet<_>>();
    assert_eq!(regions("secretsmanager"), BTreeSet::from(["us-east-1".to_owned(), "eu-west-1".to_owned()]), "{requests}");
    assert_eq!(regions("s3"), BTreeSet::from(["us-east-1".to_owned(), ELSEWHERE.to_owned()]), "{requests}");
    // and a bucket that is nowhere is not looked for for ever
    let (door, backend) = bed.backend().await?;
    door.on_request(|request| if request.service == "s3" { AwsFault::Elsewhere } else { AwsFault::Pass });
    let lost = read(&backend, &object("faults-region", "web.env", &access)).await.err().ok_or("a file of nowhere")?;
    assert!(lost.to_string().contains(ELSEWHERE), "{lost}");
    ensure(door.requests().that(|request| request.service == "s3").len() == 2, "two requests are enough to know")
}

async fn an_answer_that_does_not_come_is_not_waited_for(bed: Arc<Bed>) -> Result<()> {
    let wanted = secrets(&bed, "hanging", 2).await?;
    let (door, backend) = bed.backend().await?;
    door.on_request(|request| if request.is_read() { AwsFault::Hang } else { AwsFault::Pass });
    let start = Instant::now();
    let error = read_all(&backend, &wanted).await.err().ok_or("a value without an answer")?;
    let took = start.elapsed();
    assert_eq!(error.fault.reason(), "AWSUnavailable", "{error}");
    ensure(took < Duration::from_secs(45), format!("given up after {took:?}"))?;
    let start = Instant::now();
    assert!(read_all(&backend, &wanted).await.is_err(), "it is left alone");
    ensure(start.elapsed() < took, "nobody waits for it again at once")?;
    door.clear_faults();
    let first = wanted.first().ok_or("two secrets")?;
    println!("a hanging service is given up after {took:?}; there {:?} after its end", recovery(&backend, first).await?);
    Ok(())
}
