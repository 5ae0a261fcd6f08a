//! Report: status, from the result as a value; always, on failure most of all. Written only when it changed.

pub mod conditions;
pub mod events;
pub mod service;
pub mod task_definition;

pub use conditions::Verdict;

use crate::ecs::status::DiagnosticStatus;
use crate::translate::{Diagnostic, Origin};

/// How many diagnostics a status shows.
const DIAGNOSTICS: usize = 50;

/// The diagnostics as a status shows them: the most severe first, at most fifty.
pub fn diagnostics<'a>(diagnostics: impl Iterator<Item = &'a Diagnostic>, own: Origin) -> Vec<DiagnosticStatus> {
    let mut sorted: Vec<&Diagnostic> = diagnostics.collect();
    sorted.sort_by_key(|diagnostic| diagnostic.fault.severity());
    let surplus = sorted.len().saturating_sub(DIAGNOSTICS);
    let shown = sorted.iter().take(DIAGNOSTICS - usize::from(surplus > 0)).map(|diagnostic| DiagnosticStatus {
        name: diagnostic.fault.name().to_owned(),
        severity: diagnostic.fault.severity(),
        path: Some(if diagnostic.origin == own { diagnostic.path.clone() } else { format!("{}: {}", origin(diagnostic.origin), diagnostic.path) }),
        message: format!("{}; {}", diagnostic.fault.message(), diagnostic.fault.help()),
    });
    let more = (surplus > 0).then(|| DiagnosticStatus {
        name: "more-diagnostics".into(),
        severity: crate::translate::Severity::Note,
        path: None,
        message: format!("{} more: `ecs-operator check` shows them all", surplus + 1),
    });
    shown.chain(more).collect()
}

fn origin(origin: Origin) -> &'static str {
    match origin {
        Origin::Service => "service",
        Origin::TaskDefinition => "task definition",
        Origin::Cluster => "cluster",
    }
}

#[cfg(test)]
mod tests {
    use super::{DIAGNOSTICS, diagnostics};
    use crate::translate::diagnostic::ServiceFault;
    use crate::translate::{Diagnostic, Fault, Origin};

    #[test]
    fn the_most_severe_are_shown_and_the_rest_is_counted() {
        let said = |fault: Fault| Diagnostic { origin: Origin::Service, path: "spec".into(), fault };
        let notes = (0..60).map(|seconds| said(ServiceFault::GracePeriodWithoutHealthCheck { seconds }.into()));
        let all: Vec<Diagnostic> = notes.chain([said(ServiceFault::DesiredCountMissing.into())]).collect();
        let shown = diagnostics(all.iter(), Origin::Service);
        assert_eq!(shown.len(), DIAGNOSTICS);
        assert_eq!(shown[0].name, "desired-count-missing");
        let last = shown.last().expect("fifty");
        assert_eq!((last.name.as_str(), last.message.as_str()), ("more-diagnostics", "12 more: `ecs-operator check` shows them all"));
    }

    #[test]
    fn fifty_are_all_shown() {
        let note = || ServiceFault::ExecuteCommandElsewhere.into();
        let all: Vec<Diagnostic> = (0..DIAGNOSTICS).map(|_| Diagnostic { origin: Origin::Service, path: "spec".into(), fault: note() }).collect();
        let shown = diagnostics(all.iter(), Origin::Service);
        assert!(shown.len() == DIAGNOSTICS && shown.iter().all(|diagnostic| diagnostic.name == "execute-command-elsewhere"));
    }
}
