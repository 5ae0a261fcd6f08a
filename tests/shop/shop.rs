//! The shop arrives: applied by kubectl, followed until all of it is ready, then shown from every side.

use std::path::Path;

use crate::aws;
use crate::bed::Bed;
use crate::diagnostics;
use crate::kinds::{Kind, NAMESPACE};
use crate::screen::{Screen, dim, dim_lines};
use crate::services::{Pictures, Service, overview};
use crate::support::{Result, SOON, While};
use crate::tree;
use crate::watch::Watch;

/// Where the shop's files are, as seen from the checkout.
pub const FILES: &str = "tests/examples/shop";
/// What an administrator lets the shop have of AWS.
const GRANT: &str = "tests/examples/awsaccessgrant-shop.yaml";

const SERVICES: usize = 2;

/// Applies the shop and shows what becomes of it.
pub async fn apply(screen: &Screen, bed: &Bed) -> Result<()> {
    let mut watch = Watch::start(&bed.client(), &[Kind::SERVICE]).await?;
    screen.say(&format!("kubectl apply --filename {GRANT}"));
    screen.say(&dim_lines(&bed.cluster().kubectl(&["apply", "--filename", GRANT]).await?));
    screen.say(&format!("kubectl apply --namespace {NAMESPACE} --filename {FILES}"));
    let arguments = ["apply", "--namespace", NAMESPACE];
    let printed = match bed.cluster().real_node() {
        Ok(_) => {
            screen.say(&dim("with a deregistration delay of 5 s in place of 300 s, so that the roll-out can be watched"));
            bed.cluster().kubectl_with(&arguments, &with_short_drain()?).await?
        }
        Err(_) => bed.cluster().kubectl(&[&arguments[..], &["--filename", FILES]].concat()).await?,
    };
    screen.say(&dim_lines(&printed));
    follow(screen, &mut watch).await?;
    screen.say(&overview(&Service::all(&watch)?));
    screen.title("What AWS was asked");
    aws::show(screen, bed).await?;
    screen.title("What each object owns");
    screen.say(&tree::draw(&bed.client()).await?);
    screen.title("What ECS says and this cluster does not do as ECS does");
    screen.say(&diagnostics::list(&Service::all(&watch)?));
    Ok(())
}

/// Shows the services as they change, until all of them are ready.
pub async fn follow(screen: &Screen, watch: &mut Watch) -> Result<()> {
    let what = "every service is ready";
    let waiting = screen.wait(what);
    let mut pictures = Pictures::default();
    let all_ready = |watch: &Watch| {
        let services = Service::all(watch).ok()?;
        pictures.show(&waiting, &services);
        (services.len() == SERVICES && services.iter().all(Service::is_ready)).then_some(())
    };
    watch.until(what, SOON, all_ready).await?;
    waiting.done();
    Ok(())
}

/// The shop's files as one, whose tasks finish their requests sooner than ECS's default has it.
fn with_short_drain() -> Result<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(FILES);
    let mut files: Vec<_> = std::fs::read_dir(&folder).during(folder.display())?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    files.sort_unstable();
    let documents: Vec<String> = files.iter().map(|file| std::fs::read_to_string(file).during(file.display())).collect::<Result<_>>()?;
    let attribute = "\n      attributes:\n      - key: deregistration_delay.timeout_seconds\n        value: \"5\"";
    let path = "healthCheckPath: /health";
    Ok(documents.join("---\n").replace(path, &format!("{path}{attribute}")))
}
