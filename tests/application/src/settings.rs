//! What it is told at the start.

use std::str::FromStr;
use std::time::Duration;

/// The environment variables, read; `main.rs` says what they mean.
#[derive(Debug, Clone)]
pub struct Settings {
    pub name: String,
    pub version: String,
    pub port: u16,
    pub start_after: Duration,
    pub stop_after: Duration,
    pub stop_code: u8,
    pub exit_after: Option<Duration>,
    pub exit_code: u8,
    pub healthy_after: Duration,
    pub unhealthy_after: Option<Duration>,
    pub memory: usize,
    pub cpu: usize,
    pub peers: Vec<String>,
    pub log_requests: bool,
}

impl Settings {
    /// Reads them by this function, which knows the value of a variable; a variable that makes no sense is an error.
    pub fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Self, String> {
        let text = |name: &str, default: &str| variable(name).unwrap_or_else(|| default.to_owned());
        Ok(Self {
            name: text("NAME", "application"),
            version: text("VERSION", "0"),
            port: number(&variable, "PORT")?.unwrap_or(80),
            start_after: seconds(&variable, "START_AFTER")?.unwrap_or_default(),
            stop_after: seconds(&variable, "STOP_AFTER")?.unwrap_or_default(),
            stop_code: number(&variable, "STOP_CODE")?.unwrap_or(0),
            exit_after: seconds(&variable, "EXIT_AFTER")?,
            exit_code: number(&variable, "EXIT_CODE")?.unwrap_or(0),
            healthy_after: seconds(&variable, "HEALTHY_AFTER")?.unwrap_or_default(),
            unhealthy_after: seconds(&variable, "UNHEALTHY_AFTER")?,
            memory: number(&variable, "MEMORY")?.unwrap_or(0),
            cpu: number(&variable, "CPU")?.unwrap_or(0),
            peers: text("PEERS", "").split_whitespace().map(str::to_owned).collect(),
            log_requests: text("LOG_REQUESTS", "0") == "1",
        })
    }
}

fn number<T: FromStr>(variable: impl Fn(&str) -> Option<String>, name: &str) -> Result<Option<T>, String> {
    let parse = |value: String| value.trim().parse().map_err(|_| format!("{name}={value}: not a number that fits"));
    variable(name).filter(|value| !value.is_empty()).map(parse).transpose()
}

fn seconds(variable: impl Fn(&str) -> Option<String>, name: &str) -> Result<Option<Duration>, String> {
    let parse = |value: f64| Duration::try_from_secs_f64(value).map_err(|error| format!("{name}={value}: {error}"));
    number::<f64>(variable, name)?.map(parse).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Settings, String> {
        Settings::read(|name| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn what_is_not_said_has_a_default() {
        let settings = read(&[("EXIT_AFTER", "")]).unwrap();
        assert_eq!((settings.name.as_str(), settings.port, settings.exit_after), ("application", 80, None));
    }

    #[test]
    fn seconds_have_fractions_and_peers_are_words() {
        let settings = read(&[("STOP_AFTER", "2.5"), ("PEERS", "http://a  http://b:8080/x")]).unwrap();
        assert_eq!(settings.stop_after, Duration::from_millis(2500));
        assert_eq!(settings.peers, ["http://a", "http://b:8080/x"]);
    }

    #[test]
    fn what_makes_no_sense_is_an_error_that_names_it() {
        for wrong in [("PORT", "65536"), ("EXIT_CODE", "-1"), ("START_AFTER", "soon"), ("STOP_AFTER", "-1")] {
            assert!(read(&[wrong]).unwrap_err().contains(wrong.0), "{wrong:?}");
        }
    }
}
