//! Two replicas: one leads, the other takes over, and never do two write.

use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use crate::context::Context;
use crate::runner::Trial;
use crate::scene::Scene;
use crate::support::ledger::{Request, Requests};
use crate::support::{Changes, Operator, Result, SOON, Verb, ensure, eventually};

/// What the chart says.
const LEASE: Duration = Duration::from_secs(15);
/// What a take-over may take beyond the lease.
const MARGIN: Duration = Duration::from_secs(3);
/// What a take-over may take of a lease that is given back.
const AT_ONCE: Duration = Duration::from_secs(4);
/// With so many looks at a lease that is free it is taken: in the times above, unless the machine delays them.
const LOOKS: usize = 2;

/// The tests of this subject.
pub fn trials() -> Vec<Trial> {
    vec![
        Trial::quiet(the_other_takes_over_when_the_leader_is_killed),
        Trial::quiet(a_leader_that_is_asked_to_end_hands_over_at_once),
        Trial::parallel(never_do_two_write),
        Trial::parallel(a_leader_that_was_frozen_writes_no_more),
    ]
}

/// After a SIGKILL nobody gives the lease back: it runs out. A steady shop costs the new leader no write.
async fn the_other_takes_over_when_the_leader_is_killed(context: Arc<Context>) -> Result<()> {
    let scene = Scene::open(&context).await?;
    let two = standby(&context, &scene).await?;
    scene.shop_ready().await?;
    scene.quiet(Duration::from_secs(2)).await?;
    let (mark, killed) = (scene.ledger.mark(), scene.ledger.elapsed());
    scene.operator.kill();
    let taken = leads(&scene, &two).await?;
    let (took, looks) = (taken.saturating_sub(killed), looks(&scene, last_write(&scene) + LEASE, taken));
    println!("after a kill the other leads in {took:?}, with {looks} looks at the lease after its end");
    ensure(took <= LEASE + MARGIN || looks <= LOOKS + 1, format!("{took:?} from the kill to the lease, and {looks} looks at it"))?;
    has_looked_at_everything(&two).await?;
    scene.quiet(Duration::from_secs(3)).await?;
    scene.ledger.since(mark).writes().without("leases").expect_none("a new leader over a steady shop")?;
    repairs(&scene).await
}

/// After a SIGTERM the lease is given back.
async fn a_leader_that_is_asked_to_end_hands_over_at_once(context: Arc<Context>) -> Result<()> {
    let scene = Scene::open(&context).await?;
    let two = standby(&context, &scene).await?;
    scene.shop_ready().await?;
    let asked = scene.ledger.elapsed();
    let status = scene.operator.terminate(SOON).await?;
    ensure(status.success(), status)?;
    let taken = leads(&scene, &two).await?;
    let (took, looks) = (taken.saturating_sub(asked), looks(&scene, last_write(&scene), taken));
    println!("after a SIGTERM the other leads in {took:?}, with {looks} looks at the lease that was given back");
    ensure(took <= AT_ONCE || looks <= LOOKS, format!("{took:?} from the signal to the lease, and {looks} looks at it"))?;
    repairs(&scene).await
}

/// The leader ends in the middle of its work, once politely and once not: the other goes on where it stopped.
async fn never_do_two_write(context: Arc<Context>) -> Result<()> {
    let scene = Scene::open(&context).await?;
    let two = standby(&context, &scene).await?;
    scene.apply_shop().await?;
    wrote(&scene, "one").await?;
    scene.operator.terminate(SOON).await?;
    scene.shop_ready().await?;
    scene.operator.restart().await?;
    scene.operator.wait_ready(SOON).await?;

    let mark = scene.ledger.mark();
    scene.change_image("web-api", "web-api:v1.3.0").await?;
    eventually("the other works on the change", SOON, async || {
        let revisions = scene.ledger.since(mark).through("two").of("controllerrevisions").with_verb(Verb::Create);
        ensure(!revisions.is_empty(), revisions)
    })
    .await?;
    two.kill();
    scene.rolled_out("api-service", "svc-api-service-2").await?;
    scene.ready("ecstaskdefinitions", "web-api").await?;
    take_turns(&scene.ledger.writes(), &["one", "two", "one"])
}

/// A leader that sleeps longer than its lease wakes up with all its plans, and drops them.
async fn a_leader_that_was_frozen_writes_no_more(context: Arc<Context>) -> Result<()> {
    let scene = Scene::open(&context).await?;
    let two = standby(&context, &scene).await?;
    scene.shop_ready().await?;
    scene.quiet(Duration::from_secs(2)).await?;
    let mark = scene.ledger.mark();
    signal(&scene.operator, "STOP")?;
    scene.change_image("web-api", "web-api:v1.3.0").await?;
    leads(&scene, &two).await?;
    scene.rolled_out("api-service", "svc-api-service-2").await?;
    signal(&scene.operator, "CONT")?;
    scene.operator.wait_exited(SOON).await?;
    scene.quiet(Duration::from_secs(2)).await?;
    scene.ledger.since(mark).through("one").writes().without("leases").expect_none("a leader that was frozen")?;
    two.check_alive()
}

/// A second replica, once it has seen that another leads.
async fn standby(context: &Context, scene: &Scene) -> Result<Arc<Operator>> {
    leads(scene, &scene.operator).await?;
    let two = context.start(&scene.installation, "two", &scene.ledger, Changes::default()).await?;
    two.wait_ready(SOON).await?;
    eventually("the second has looked at the lease", SOON, async || {
        let looks = scene.ledger.requests().through("two").of("leases").with_verb(Verb::Get);
        ensure(looks.iter().any(Request::is_finished), looks)
    })
    .await?;
    Ok(two)
}

/// Waits until a replica has taken the lease, and tells when the server had written it, by the ledger's clock.
async fn leads(scene: &Scene, operator: &Operator) -> Result<Duration> {
    eventually(format!("{} leads", operator.name()), SOON, async || {
        operator.check_alive()?;
        let leases = scene.ledger.writes().through(operator.name()).of("leases");
        let taken = leases.iter().find(|lease| lease.status.is_some_and(|status| status < 300)).map(end);
        taken.ok_or_else(|| leases.to_string().into())
    })
    .await
}

/// When the first replica's last write of the lease was done, by the ledger's clock.
fn last_write(scene: &Scene) -> Duration {
    scene.ledger.writes().through("one").of("leases").iter().map(end).max().unwrap_or_default()
}

/// How often the second replica has looked at the lease between two times.
fn looks(scene: &Scene, from: Duration, until: Duration) -> usize {
    let looks = scene.ledger.requests().through("two").of("leases").with_verb(Verb::Get);
    looks.that(|look| from <= look.start && look.start <= until).len()
}

/// Waits until every service was reconciled once.
async fn has_looked_at_everything(operator: &Operator) -> Result<()> {
    eventually(format!("{} has looked at every service", operator.name()), SOON, async || {
        let metrics = operator.get("/metrics").await?;
        let reconciles = metrics.lines().filter(|line| line.starts_with("ecs_operator_reconciles_total{kind=\"ECSService\",reason=\"Success\"}"));
        let counts: Vec<u64> = reconciles.filter_map(|line| line.rsplit(' ').next()?.parse().ok()).collect();
        ensure(counts.iter().sum::<u64>() >= 2, metrics)
    })
    .await
}

/// Waits for the first write of a replica that is not about the lease.
async fn wrote(scene: &Scene, door: &str) -> Result<()> {
    eventually(format!("{door} works"), SOON, async || {
        let writes = scene.ledger.writes().through(door).without("leases");
        ensure(!writes.is_empty(), "no write yet")
    })
    .await
}

/// Whoever leads does the work: a deleted Service returns.
async fn repairs(scene: &Scene) -> Result<()> {
    let uid = scene.get("services", "api-service").await?["metadata"]["uid"].clone();
    scene.delete("services", "api-service").await?;
    eventually("the Service is there again", SOON, async || {
        let service = scene.find("services", "api-service").await?;
        ensure(service.is_some_and(|service| service["metadata"]["uid"] != uid), "it is not")
    })
    .await
}

/// Fails unless the doors wrote one after the other in this order, each turn over before the next began.
fn take_turns(writes: &Requests, order: &[&str]) -> Result<()> {
    let work = writes.clone().without("leases");
    let mut turns: Vec<Vec<&Request>> = Vec::new();
    for request in work.iter() {
        match turns.last_mut().filter(|turn| turn[0].door == request.door) {
            Some(turn) => turn.push(request),
            None => turns.push(vec![request]),
        }
    }
    let doors: Vec<&str> = turns.iter().map(|turn| turn[0].door.as_str()).collect();
    ensure(doors == order, format!("they took turns as {doors:?}\n{work}"))?;
    for pair in turns.windows(2) {
        let (last, next) = (pair[0].iter().map(|request| end(request)).max().unwrap_or_default(), pair[1][0].start);
        ensure(last <= next, format!("a write of {} was under way at {next:?}, when {} began\n{work}", pair[0][0].door, pair[1][0].door))?;
    }
    Ok(())
}

fn end(request: &Request) -> Duration {
    request.start + request.took.unwrap_or_default()
}

fn signal(operator: &Operator, name: &str) -> Result<()> {
    let status = Command::new("sh").args(["-c", "kill -\"$1\" \"$2\"", "kill", name]).arg(operator.id()?.to_string()).status()?;
    ensure(status.success(), status)
}
