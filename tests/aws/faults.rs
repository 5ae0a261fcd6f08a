//! What goes wrong between us and AWS: it is got over where that can be done at once, told apart where it cannot, and never
//! taken out on what was asked at the same time.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use aws_sdk_ssm::types::ParameterType;
use ecs_operator::controller::secrets::{Backend, SecretFault, Wanted};
use futures::future::try_join_all;
use tokio::runtime::Builder;
use tokio::task::spawn_blocking;
use tokio::time::{advance, pause, resume};

use crate::bed::{Bed, Trial, backend_through, object, read, read_all, reader, secret};
use crate::support::moto::{ACCOUNT, AwsFault, AwsRequest, Door, ELSEWHERE};
use crate::support::{Result, ensure, eventually};

pub fn trials() -> Vec<Trial> {
    vec![
        Trial::of(what_passes_is_got_over),
        Trial::of(what_lasts_is_told_and_left_alone),
        Trial::of(a_session_that_has_ended_is_renewed),
        Trial::of(half_an_object_is_none),
        Trial::of(what_is_forbidden_and_then_allowed_is_found),
        Trial::of(half_a_batch_that_fails_is_asked_for_again),
        Trial::of(what_is_not_there_does_not_spoil_the_others),
        Trial::of(what_is_in_another_region_is_found_or_told),
        Trial::of(an_answer_that_does_not_come_is_not_waited_for),
    ]
}

/// What keeps values.
#[derive(Clone, Copy, Debug)]
enum Store {
    Secrets,
    Parameters,
    Objects,
}

const STORES: [Store; 3] = [Store::Secrets, Store::Parameters, Store::Objects];

impl Store {
    /// The request by which two values are read, or a file.
    fn operation(self) -> &'static str {
        match self {
            Self::Secrets => "BatchGetSecretValue",
            Self::Parameters => "GetParameters",
            Self::Objects => "GET object",
        }
    }

    /// What is read with one request, which is this test's own: [`values`] of it.
    async fn wanted(self, bed: &Bed, test: &str) -> Result<Vec<Wanted>> {
        let (seed, access) = (bed.moto().await?.seed(), reader(test));
        match self {
            Self::Secrets => secrets(bed, test, 2).await,
            Self::Parameters => {
                let names = [0, 1].map(|index| format!("/faults/{test}-{index}"));
                for (index, name) in names.iter().enumerate() {
                    seed.parameter(ACCOUNT, "us-east-1", name, ParameterType::SecureString, &format!("value {index}")).await?;
                }
                Ok(names.iter().map(|name| secret(name, &access)).collect::<Result<_, _>>()?)
            }
            Self::Objects => {
                let bucket = format!("faults-{}", test.to_ascii_lowercase());
                seed.bucket(&bucket).await?;
                seed.object(&bucket, "web.env", b"value 0").await?;
                Ok(vec![object(&bucket, "web.env", &access)])
            }
        }
    }
}

/// Does this with all of them at once.
async fn with_each(test: impl AsyncFn(Store) -> Result<()>) -> Result<()> {
    try_join_all(STORES.map(|store| test(store))).await.map(drop)
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
    with_each(async |store| {
        for fault in [AwsFault::Throttle, AwsFault::ServerError, AwsFault::Reset] {
            // of an object the answer has begun by then: it is read anew by whoever wants it the next time
            if matches!((store, fault), (Store::Objects, AwsFault::Reset)) {
                continue;
            }
            let wanted = store.wanted(&bed, &format!("passing-{store:?}-{fault:?}")).await?;
            let (door, backend) = bed.backend().await?;
            first(&door, 2, fault);
            let start = Instant::now();
            assert_eq!(read_all(&backend, &wanted).await?, values(wanted.len()), "{store:?} {fault:?}");
            println!("{store:?}, {fault:?} twice: there after {:?}", start.elapsed());
            door.requests().expect(&[("AssumeRole", 1), (store.operation(), 3)], &format!("{store:?} {fault:?}"))?;
        }
        Ok(())
    })
    .await
}

/// Until it has its value, as the queue would; how long that took.
async fn recovery(backend: &Backend, wanted: &Wanted) -> Result<Duration> {
    let start = Instant::now();
    eventually("the value is there again", Duration::from_mins(2), async || read(backend, wanted).await.map_err(|error| error.to_string().into())).await?;
    Ok(start.elapsed())
}

async fn what_lasts_is_told_and_left_alone(bed: Arc<Bed>) -> Result<()> {
    with_each(async |store| {
        for (fault, reason) in [(AwsFault::Throttle, "AWSThrottled"), (AwsFault::ServerError, "AWSUnavailable"), (AwsFault::Reset, "AWSUnavailable")] {
            let wanted = store.wanted(&bed, &format!("lasting-{store:?}-{fault:?}")).await?;
            let (door, backend) = bed.backend().await?;
            door.on_request(move |request| if request.is_read() { fault } else { AwsFault::Pass });
            for _ in 0..50 {
                let error = read_all(&backend, &wanted).await.err().ok_or("a value without an answer")?;
                assert_eq!(error.fault.reason(), reason, "{error}");
                assert!(error.to_string().contains("it is tried again"), "{error}");
            }
            let asked = door.take().of(store.operation()).len();
            ensure(asked <= 8, format!("fifty readings in a row cost {asked} requests"))?;
            door.clear_faults();
            let first = wanted.first().ok_or("something")?;
            println!("{store:?}, {fault:?} that lasts: {asked} requests for 50 readings; there {:?} after its end", recovery(&backend, first).await?);
            assert_eq!(read_all(&backend, &wanted).await?, values(wanted.len()));
        }
        Ok(())
    })
    .await
}

async fn a_session_that_has_ended_is_renewed(bed: Arc<Bed>) -> Result<()> {
    with_each(async |store| {
        let wanted = store.wanted(&bed, &format!("expired-{store:?}")).await?;
        let (door, backend) = bed.backend().await?;
        first(&door, 1, AwsFault::Expired);
        assert_eq!(read_all(&backend, &wanted).await?, values(wanted.len()));
        door.requests().expect(&[("AssumeRole", 2), (store.operation(), 2)], "renewed once")?;
        // and where the new one is no better, it is not tried for ever
        let (door, backend) = bed.backend().await?;
        door.on_request(|request| if request.is_read() { AwsFault::Expired } else { AwsFault::Pass });
        let error = read_all(&backend, &wanted).await.err().ok_or("a value without an answer")?;
        assert_eq!(error.fault.reason(), "AWSUnavailable", "{error}");
        door.requests().expect(&[("AssumeRole", 2), (store.operation(), 2)], "not for ever")
    })
    .await
}

/// The answer ends or stops in the middle of the text.
async fn half_an_object_is_none(bed: Arc<Bed>) -> Result<()> {
    for fault in [AwsFault::Reset, AwsFault::Stall] {
        let wanted = Store::Objects.wanted(&bed, &format!("half-{fault:?}")).await?;
        let (door, backend) = bed.backend().await?;
        door.on_request(move |request| if request.is_read() { fault } else { AwsFault::Pass });
        let start = Instant::now();
        let error = read_all(&backend, &wanted).await.err().ok_or("half a value")?;
        assert_eq!(error.fault.reason(), "AWSUnavailable", "{error}");
        let took = start.elapsed();
        ensure(took < Duration::from_secs(45), format!("given up after {took:?}"))?;
        door.clear_faults();
        let first = wanted.first().ok_or("an object")?;
        println!("{fault:?} within an object is given up after {took:?}; there {:?} after its end", recovery(&backend, first).await?);
    }
    Ok(())
}

/// First the role cannot be assumed, then it may not read: each is believed for ten seconds, and then asked again.
async fn what_is_forbidden_and_then_allowed_is_found(bed: Arc<Bed>) -> Result<()> {
    for store in STORES {
        let wanted = store.wanted(&bed, &format!("forbidden-{store:?}")).await?;
        let door = bed.moto().await?.door().await?;
        let runtime = Builder::new_current_thread().enable_all().start_paused(true).build()?;
        spawn_blocking(move || runtime.block_on(first_forbidden(store, &door, &wanted))).await??;
    }
    Ok(())
}

/// Requests and their answers take the time that they take; between them the clock is put forward.
async fn first_forbidden(store: Store, door: &Door, wanted: &[Wanted]) -> Result<()> {
    resume();
    let backend = backend_through(&door.address());
    for is_of_role in [true, false] {
        door.on_request(move |request| if request.is_read() == is_of_role { AwsFault::Pass } else { AwsFault::Forbid });
        let refused = async || read_all(&backend, wanted).await.err().map(|error| error.fault.reason());
        assert_eq!(refused().await, Some("SecretForbidden"), "{store:?}");
        ensure(!door.take().of(if is_of_role { "AssumeRole" } else { store.operation() }).is_empty(), "AWS has forbidden it")?;
        door.clear_faults();
        assert_eq!(refused().await, Some("SecretForbidden"), "{store:?}: it is believed");
        door.take().expect(&[], "what is believed is not asked")?;
        pause();
        advance(Duration::from_secs(10)).await;
        resume();
    }
    assert_eq!(read_all(&backend, wanted).await?, values(wanted.len()), "{store:?}");
    // that the role may have no right to batches is believed for longer
    let asked = if matches!(store, Store::Secrets) { ("GetSecretValue", 2) } else { (store.operation(), 1) };
    door.requests().expect(&[asked], "allowed")
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
    with_each(async |store| {
        let wanted = store.wanted(&bed, &format!("hanging-{store:?}")).await?;
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
        let first = wanted.first().ok_or("something")?;
        println!("{store:?} that hang are given up after {took:?}; there {:?} after its end", recovery(&backend, first).await?);
        Ok(())
    })
    .await
}
