//! A tenant who has no grant asks for the shop's secret, and is refused.

use kube::api::{DynamicObject, ListParams};
use serde_json::Value;

use crate::bed::Bed;
use crate::kinds::{GUEST, Kind};
use crate::screen::{Screen, bold, dim_lines, green, yellow};
use crate::services::{Pictures, Service, overview};
use crate::support::{Result, SOON, While, ensure};
use crate::watch::Watch;

const FILES: &str = "tests/examples/guest";
/// What is refused, the reason of its condition, and words of the message.
const REFUSED: [(Kind, &str, &str, &str); 4] = [
    (Kind::TASK_DEFINITION, "reports", "AccessDenied", "names no grant; one that allows it has `- prod/db-password` in its `secrets`"),
    (Kind::SERVICE, "reports", "AccessDenied", "task definition `reports`: "),
    (Kind::TASK_DEFINITION, "audit", "AccessDenied", "grant `shop` does not select this namespace by its `namespaceSelector`"),
    (Kind::SERVICE, "audit", "AccessDenied", "task definition `audit`: "),
];

/// Applies the tenant's files, shows what they are told, and looks that nothing was made or asked for them.
pub async fn refuse(screen: &Screen, bed: &Bed) -> Result<()> {
    let before = bed.aws().requests().len();
    bed.cluster().namespace_for(GUEST).await?;
    let mut watch = Watch::start_in(&bed.client(), GUEST, &[Kind::TASK_DEFINITION, Kind::SERVICE]).await?;
    screen.say(&format!("kubectl apply --namespace {GUEST} --filename {FILES}"));
    screen.say(&dim_lines(&bed.cluster().kubectl(&["apply", "--namespace", GUEST, "--filename", FILES]).await?));
    let what = "both of its services are refused, and told why";
    let waiting = screen.wait(what);
    let mut pictures = Pictures::default();
    let refused = |watch: &Watch| {
        pictures.show(&waiting, &Service::all(watch).ok()?);
        REFUSED.iter().map(|(kind, name, reason, words)| told(watch.find(*kind, name)?, reason, words)).collect::<Option<Vec<_>>>()
    };
    let messages = watch.until(what, SOON, refused).await?;
    waiting.done();
    screen.say(&overview(&Service::all(&watch)?));
    for ((kind, name, reason, _), message) in REFUSED.iter().zip(messages) {
        screen.say(&format!("{} {}: {message}", bold(&format!("{} {name}", kind.name)), yellow(reason)));
    }
    nothing_is_made(bed).await?;
    let asked = bed.aws().requests().0.split_off(before);
    ensure(asked.is_empty(), format!("AWS was asked for what is refused: {asked:?}"))?;
    screen.say(&format!("{} no revision, no Secret, no Deployment and no task of it; {} calls of AWS", green("✓"), asked.len()));
    Ok(())
}

/// The message of an object that is not ready for this reason.
fn told(object: &DynamicObject, reason: &str, words: &str) -> Option<String> {
    let conditions = object.data.pointer("/status/conditions").and_then(Value::as_array)?;
    let condition = conditions.iter().find(|condition| condition["type"] == "Ready" && condition["status"] == "False" && condition["reason"] == reason)?;
    condition["message"].as_str().filter(|message| message.contains(words)).map(str::to_owned)
}

async fn nothing_is_made(bed: &Bed) -> Result<()> {
    for kind in [Kind::REVISION, Kind::SECRET, Kind::DEPLOYMENT, Kind::POD] {
        let made = kind.api_in(bed.client(), GUEST).list(&ListParams::default()).await.during(kind.name)?;
        ensure(made.items.is_empty(), format!("a {} was made for who is refused", kind.name))?;
    }
    Ok(())
}
