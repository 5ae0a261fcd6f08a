//! The conditions that kstatus readers know: `Ready`, and while they hold `Reconciling` or `Stalled`.

use jiff::Timestamp;
use serde_json::Value;

use super::super::error::Problem;
use crate::k8s;

/// What the conditions say, in one value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// All is as the specification wants it.
    Ready {
        /// The reason of the condition.
        reason: &'static str,
        /// The message of the condition.
        message: String,
    },
    /// It is on its way, or waits for others.
    Reconciling {
        /// The reason of the conditions.
        reason: &'static str,
        /// The message of the conditions.
        message: String,
    },
    /// Only the author of the specification can mend it.
    Stalled {
        /// The reason of the conditions.
        reason: &'static str,
        /// The message of the conditions.
        message: String,
    },
}

impl Verdict {
    /// What a problem means.
    pub fn of(problem: &Problem) -> Self {
        let (reason, message) = (problem.reason(), problem.to_string());
        if problem.is_stalled() { Self::Stalled { reason, message } } else { Self::Reconciling { reason, message } }
    }

    /// The reason of the condition, of the event and of the metric.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Ready { reason, .. } | Self::Reconciling { reason, .. } | Self::Stalled { reason, .. } => reason,
        }
    }

    /// The message.
    pub fn message(&self) -> &str {
        match self {
            Self::Ready { message, .. } | Self::Reconciling { message, .. } | Self::Stalled { message, .. } => message,
        }
    }

    /// The conditions. One that already says the same keeps its time.
    pub fn conditions(&self, served: &Value, generation: i64, now: Timestamp) -> Vec<k8s::Condition> {
        let (abnormal, ready) = match self {
            Self::Ready { .. } => (None, "True"),
            Self::Reconciling { .. } => (Some("Reconciling"), "False"),
            Self::Stalled { .. } => (Some("Stalled"), "False"),
        };
        let wanted = abnormal.map(|condition| (condition, "True")).into_iter().chain([("Ready", ready)]);
        wanted.map(|(condition, status)| self.condition(condition, status, served, generation, now)).collect()
    }

    fn condition(&self, name: &str, status: &str, served: &Value, generation: i64, now: Timestamp) -> k8s::Condition {
        let served = served.get("conditions").and_then(Value::as_array).into_iter().flatten();
        let previous: Option<k8s::Condition> =
            served.filter_map(|condition| serde_json::from_value(condition.clone()).ok()).find(|condition: &k8s::Condition| condition.type_ == name);
        let changed =
            previous.filter(|previous| previous.status == status).map_or_else(|| k8s::Time(whole_seconds(now)), |previous| previous.last_transition_time);
        k8s::Condition {
            type_: name.to_owned(),
            status: status.to_owned(),
            reason: self.reason().to_owned(),
            message: self.message().chars().take(32_000).collect(),
            last_transition_time: changed,
            observed_generation: Some(generation),
        }
    }
}

/// The server keeps whole seconds: a fraction would be a difference for ever.
fn whole_seconds(now: Timestamp) -> Timestamp {
    Timestamp::from_second(now.as_second()).unwrap_or(now)
}

/// The reason and status of the `Ready` condition that is served.
pub fn served_reason(served: &Value) -> Option<(String, String)> {
    ready(served).map(|ready| (text(ready, "reason"), text(ready, "status")))
}

/// The message of the `Ready` condition that is served, if it is for this reason.
pub fn served_message(served: &Value, reason: &str) -> Option<String> {
    ready(served).filter(|ready| text(ready, "reason") == reason).map(|ready| text(ready, "message"))
}

fn ready(served: &Value) -> Option<&Value> {
    let conditions = served.get("conditions").and_then(Value::as_array)?;
    conditions.iter().find(|condition| condition.get("type").and_then(Value::as_str) == Some("Ready"))
}

fn text(condition: &Value, member: &str) -> String {
    condition.get(member).and_then(Value::as_str).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use serde_json::{Value, json};

    use super::Verdict;

    #[test]
    fn a_condition_keeps_its_time_while_its_status_stays() {
        let ready = Verdict::Ready { reason: "SteadyState", message: "m".into() };
        let first = ready.conditions(&Value::Null, 1, Timestamp::from_second(100).expect("a time"));
        let served = json!({ "conditions": first });
        let later = Timestamp::from_second(200).expect("a time");
        assert_eq!(ready.conditions(&served, 1, later), first);
        let stalled = Verdict::Stalled { reason: "InvalidSpecification", message: "m".into() }.conditions(&served, 2, later);
        assert_eq!(
            stalled.iter().map(|condition| (condition.type_.as_str(), condition.status.as_str())).collect::<Vec<_>>(),
            [("Stalled", "True"), ("Ready", "False")]
        );
        assert_eq!(stalled[1].last_transition_time.0, later);
    }
}
