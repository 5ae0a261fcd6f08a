//! What became of a load: which version has answered over time, a bar for each moment and a part of it for each version.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::Duration;

use jiff::Timestamp;

use crate::screen::{Screen, dim, green, red, seconds};
use crate::support::load::{Sent, by_version};
use crate::support::{Load, Result, ensure};

/// How long a full bar is.
const WIDTH: usize = 50;
/// How many bars there are at most.
const BARS: u64 = 24;

/// Ends the load, if there is one, shows who has answered it where that has changed, and fails when a request has failed.
pub async fn end(screen: &Screen, load: Option<Load>) -> Result<()> {
    let Some(load) = load else { return Ok(()) };
    let sent = load.end().await?;
    let failed: Vec<&Sent> = sent.iter().filter(|sent| sent.answer.is_err()).collect();
    if by_version(&sent).len() > 1 {
        screen.say(&draw(&sent));
    }
    let slowest = sent.iter().map(|sent| sent.took).max().unwrap_or_default();
    let outcome = format!("{} requests, {} failed; the slowest was answered after {}", sent.len(), failed.len(), seconds(slowest));
    screen.say(&if failed.is_empty() { green(&format!("✓ {outcome}")) } else { red(&outcome) });
    ensure(!sent.is_empty(), "no request was sent")?;
    ensure(failed.is_empty(), format!("{} requests failed, the first: {}", failed.len(), failed.first().map(ToString::to_string).unwrap_or_default()))
}

/// A line for each moment.
fn draw(sent: &[Sent]) -> String {
    let Some((first, last)) = sent.first().zip(sent.last()) else { return String::new() };
    let whole = since(first.at, last.at);
    let step = Duration::from_secs(whole.as_secs() / BARS + 1);
    let mut moments: BTreeMap<u128, Vec<Sent>> = BTreeMap::new();
    for one in sent {
        moments.entry(since(first.at, one.at).as_millis() / step.as_millis()).or_default().push(one.clone());
    }
    let most = moments.values().map(Vec::len).max().unwrap_or(1);
    let versions: Vec<&str> = by_version(sent).into_keys().filter(|version| *version != "none").collect();
    let mut chart = legend(&versions);
    for (moment, sent) in &moments {
        let _infallible = write!(chart, "\n{:>4} s  {}", moment * u128::from(step.as_secs()), bar(sent, &versions, most));
    }
    chart
}

fn legend(versions: &[&str]) -> String {
    let parts = versions.iter().enumerate().map(|(index, version)| format!("{} {version}", part(index, 2)));
    format!("who answered, over time: {}  {} nobody", parts.collect::<Vec<_>>().join("  "), red("××"))
}

/// As long as there were requests; a version that has answered one is seen.
fn bar(sent: &[Sent], versions: &[&str], most: usize) -> String {
    let counts = by_version(sent);
    let of = |version: &str| counts.get(version).copied().unwrap_or_default();
    let length = |count: usize| (count * WIDTH).div_ceil(most);
    let mut bar: String = versions.iter().enumerate().map(|(index, version)| part(index, length(of(version)))).collect();
    bar.push_str(&red(&"×".repeat(length(of("none")))));
    let numbers = counts.iter().map(|(version, count)| format!("{count} of {version}"));
    format!("{bar}  {}", dim(&numbers.collect::<Vec<_>>().join(", ")))
}

/// The old version is dim, so that it is the new one that is seen.
fn part(index: usize, length: usize) -> String {
    if index == 0 { dim(&"░".repeat(length)) } else { green(&"█".repeat(length)) }
}

fn since(start: Timestamp, at: Timestamp) -> Duration {
    Duration::try_from(at - start).unwrap_or_default()
}
