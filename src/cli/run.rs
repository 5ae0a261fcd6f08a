//! `run`: the controller. Every flag is an environment variable too; the chart sets nothing else.

use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use super::{FAILED, SUCCESS, input, output};
use crate::causes::with_causes;
use crate::controller;
use crate::controller::leader::Election;
use crate::settings::Settings;
use crate::translate::Render;

/// What `run` is told.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// The file with the settings; default: none, and every setting has its default.
    #[arg(long, env = "ECS_OPERATOR_SETTINGS", value_name = "FILE")]
    pub settings: Option<PathBuf>,
    /// The one namespace that is watched; default: all.
    #[arg(long, env = "ECS_OPERATOR_WATCH_NAMESPACE", value_name = "NAMESPACE")]
    pub watch_namespace: Option<String>,
    /// Whether replicas elect one that writes.
    #[arg(long, env = "ECS_OPERATOR_LEADER_ELECT", value_name = "BOOLEAN", action = clap::ArgAction::Set, default_value_t = true)]
    pub leader_elect: bool,
    /// The namespace of the lease; default: the one that the client is configured for.
    #[arg(long, env = "ECS_OPERATOR_LEASE_NAMESPACE", value_name = "NAMESPACE")]
    pub lease_namespace: Option<String>,
    /// The name of the lease.
    #[arg(long, env = "ECS_OPERATOR_LEASE_NAME", value_name = "NAME", default_value = "ecs-operator")]
    pub lease_name: String,
    /// How long a lease holds that is not renewed.
    #[arg(long, env = "ECS_OPERATOR_LEASE_DURATION", value_name = "DURATION", default_value = "15s", value_parser = duration)]
    pub lease_duration: Duration,
    /// How long the leader tries to renew its lease before it gives up; less than the lease duration.
    #[arg(long, env = "ECS_OPERATOR_RENEW_DEADLINE", value_name = "DURATION", default_value = "10s", value_parser = duration)]
    pub renew_deadline: Duration,
    /// How long a replica waits between two tries; less than the renew deadline.
    #[arg(long, env = "ECS_OPERATOR_RETRY_PERIOD", value_name = "DURATION", default_value = "2s", value_parser = duration)]
    pub retry_period: Duration,
    /// The name of this replica in the lease; default: the name of the host.
    #[arg(long, env = "ECS_OPERATOR_IDENTITY", value_name = "NAME")]
    pub identity: Option<String>,
    /// Where /livez, /readyz and /metrics are served.
    #[arg(long, env = "ECS_OPERATOR_LISTEN", value_name = "ADDRESS:PORT", default_value = "0.0.0.0:8080")]
    pub listen: SocketAddr,
    /// How logs are written.
    #[arg(long, env = "ECS_OPERATOR_LOG_FORMAT", value_enum, value_name = "FORMAT", default_value_t)]
    pub log_format: LogFormat,
    /// What is logged: error, warn, info, debug or trace, or a filter such as `info,kube=debug`.
    #[arg(long, env = "ECS_OPERATOR_LOG_LEVEL", value_name = "LEVEL", default_value = "info", value_parser = log_level)]
    pub log_level: String,
    /// How many objects are worked on at a time.
    #[arg(long, env = "ECS_OPERATOR_CONCURRENCY", value_name = "COUNT", default_value = "64")]
    pub concurrency: NonZeroUsize,
    /// How often each object is looked at although nothing changed.
    #[arg(long, env = "ECS_OPERATOR_RESYNC_INTERVAL", value_name = "DURATION", default_value = "10m", value_parser = duration)]
    pub resync_interval: Duration,
}

/// How logs are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    /// One JSON object a line.
    #[default]
    Json,
    /// For people.
    Text,
}

const EXAMPLES: &str = "\
The cluster is the one of KUBECONFIG, else the one that the operator runs in. Durations are
written as 15s, 10m or 1h.

Example:
  ecs-operator run --leader-elect=false --log-format text";

/// Runs the controller until it is told to stop.
pub fn run(arguments: &Arguments, render: Render) -> u8 {
    if arguments.retry_period >= arguments.renew_deadline || arguments.renew_deadline >= arguments.lease_duration {
        return output::fail("--retry-period must be less than --renew-deadline, and that less than --lease-duration");
    }
    let settings = match input::settings(arguments.settings.as_deref()) {
        Ok(settings) => settings,
        Err(reason) => return output::fail(&reason),
    };
    start_logging(arguments);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return output::fail(&format!("the threads cannot be started: {error}")),
    };
    match runtime.block_on(controller::run(options(arguments, settings), render)) {
        Ok(()) => SUCCESS,
        Err(error) => {
            tracing::error!(error = with_causes(&error), "ended");
            FAILED
        }
    }
}

fn options(arguments: &Arguments, settings: Settings) -> controller::Options {
    let identity = identity(arguments);
    let election = arguments.leader_elect.then(|| Election {
        namespace: arguments.lease_namespace.clone(),
        name: arguments.lease_name.clone(),
        identity: identity.clone(),
        lease_duration: arguments.lease_duration,
        renew_deadline: arguments.renew_deadline,
        retry_period: arguments.retry_period,
    });
    controller::Options {
        settings,
        watch_namespace: arguments.watch_namespace.clone(),
        election,
        identity,
        listen: arguments.listen,
        concurrency: arguments.concurrency.get(),
        resync_interval: arguments.resync_interval,
    }
}

/// What the libraries of AWS would write at their lowest level may be whole answers: that is left out, whoever asks for it.
fn start_logging(arguments: &Arguments) {
    let logs = tracing_subscriber::fmt().with_env_filter(EnvFilter::new(&arguments.log_level)).with_writer(std::io::stderr);
    let without_answers = filter_fn(|event| !(event.target().starts_with("aws_") && *event.level() == tracing::Level::TRACE));
    match arguments.log_format {
        LogFormat::Json => logs.json().flatten_event(true).finish().with(without_answers).init(),
        LogFormat::Text => logs.finish().with(without_answers).init(),
    }
}

/// The name of this replica in the lease.
fn identity(arguments: &Arguments) -> String {
    let host = || std::fs::read_to_string("/proc/sys/kernel/hostname").ok().or_else(|| std::env::var("HOSTNAME").ok());
    let name = arguments.identity.clone().or_else(host).unwrap_or_default();
    match name.trim() {
        "" => "ecs-operator".into(),
        name => name.into(),
    }
}

fn log_level(text: &str) -> Result<String, String> {
    EnvFilter::try_new(text).map(|_| text.to_owned()).map_err(|error| error.to_string())
}

/// Reads `15s`, `10m`, `1h30m`, `500ms`: more than nothing.
fn duration(text: &str) -> Result<Duration, String> {
    let fault = || "a duration is written as 500ms, 15s, 10m, 1h or 1h30m, and is not zero".to_owned();
    let mut total = Duration::ZERO;
    let mut rest = text;
    while !rest.is_empty() {
        let digits = rest.find(|letter: char| !letter.is_ascii_digit()).ok_or_else(fault)?;
        let (number, unit) = rest.split_at(digits);
        let number: u64 = number.parse().map_err(|_| fault())?;
        let end = unit.find(|letter: char| letter.is_ascii_digit()).unwrap_or(unit.len());
        let (unit, after) = unit.split_at(end);
        let part = match unit {
            "ms" => Some(Duration::from_millis(number)),
            "s" => Some(Duration::from_secs(number)),
            "m" => number.checked_mul(60).map(Duration::from_secs),
            "h" => number.checked_mul(3600).map(Duration::from_secs),
            _ => None,
        };
        total = part.and_then(|part| total.checked_add(part)).ok_or_else(fault)?;
        rest = after;
    }
    if total.is_zero() { Err(fault()) } else { Ok(total) }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::duration;

    #[test]
    fn durations_are_read() {
        let read = |text: &str| duration(text).ok();
        assert_eq!(read("15s"), Some(Duration::from_secs(15)));
        assert_eq!(read("1h30m"), Some(Duration::from_mins(90)));
        assert_eq!(read("500ms"), Some(Duration::from_millis(500)));
        for text in ["", "15", "s", "0s", "1d", "-1s", "1.5s", "99999999999999999999s", "9999999999999999999h"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
