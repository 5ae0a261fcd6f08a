//! What becomes of the Secrets of a service when grants change, where the settings have them deleted (`onRevoke: Delete`): those of revisions
//! that may no longer have their values go, once; those that tasks need are made again when they may be had again. What was begun is
//! remembered before it is done, so that whatever ends a reconcile in the middle of it, the next one goes on. An operator that starts
//! knows of none: it deletes again what may not be had, and restores what tasks turn out to lack.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Controller;
use super::apply::Applied;
use super::apply::secrets::Reading;
use super::error::Problem;
use super::observe::ObservedService;
use super::plan::{Plan, named, settings_of};
use crate::settings::OnRevoke;

/// The revisions of a service that lack Secrets because they may not have them, or might not, and whether they lack all.
#[derive(Debug, Default)]
pub struct Withdrawn(BTreeMap<i64, bool>);

impl Withdrawn {
    /// Of those that are denied, those whose Secrets are still to be deleted.
    fn due(&self, denied: &BTreeSet<i64>) -> Vec<i64> {
        denied.iter().filter(|number| self.0.get(number) != Some(&true)).copied().collect()
    }

    /// Those that are denied no longer.
    fn regained(&self, denied: &BTreeSet<i64>) -> Vec<i64> {
        self.0.keys().filter(|number| !denied.contains(number)).copied().collect()
    }
}

impl Controller {
    /// Deletes and makes Secrets as the grants of today want it.
    pub(super) async fn follow_grants(&self, observed: &ObservedService, task_definition: &Value, plan: &Plan, applied: &mut Applied) -> Result<(), Problem> {
        let is_on = self.environment.settings.on_revoke == Some(OnRevoke::Delete);
        let denied: BTreeSet<i64> = plan.revoked.iter().filter(|revoked| is_on && revoked.loses_secret).map(|revoked| revoked.number).collect();
        for number in self.withdrawn(observed, |withdrawn| withdrawn.due(&denied)) {
            self.withdrawn(observed, |withdrawn| withdrawn.0.insert(number, false));
            self.apply.delete_secrets_of(observed, number).await?;
            self.withdrawn(observed, |withdrawn| withdrawn.0.insert(number, true));
        }
        for number in self.withdrawn(observed, |withdrawn| withdrawn.regained(&denied)) {
            self.withdrawn(observed, |withdrawn| withdrawn.0.insert(number, false));
            if let Some((_, revision)) = observed.in_use().find(|(used, _)| *used == number) {
                let named = named(observed, &settings_of(revision, &self.environment), revision, task_definition);
                let reading = Reading { backend: &self.backend, name: &observed.name, named: &named, since: None };
                self.apply.make_secrets_again(observed, number, revision, &reading, applied).await?;
            }
            self.withdrawn(observed, |withdrawn| withdrawn.0.remove(&number));
        }
        Ok(())
    }

    /// What is remembered of the service.
    fn withdrawn<T>(&self, observed: &ObservedService, with: impl FnOnce(&mut Withdrawn) -> T) -> T {
        let mut memory = self.memory();
        let withdrawn = memory.withdrawn.entry(observed.name.clone()).or_default();
        let result = with(withdrawn);
        if withdrawn.0.is_empty() {
            memory.withdrawn.remove(&observed.name);
        }
        result
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::Withdrawn;

    #[test]
    fn what_was_begun_is_gone_on_with() {
        let mut withdrawn = Withdrawn::default();
        let (both, none) = (BTreeSet::from([1, 2]), BTreeSet::new());
        assert_eq!((withdrawn.due(&both), withdrawn.regained(&both)), (vec![1, 2], vec![]));
        // The deletion of the second one failed, or the reconcile ended in it.
        withdrawn.0.extend([(1, true), (2, false)]);
        assert_eq!((withdrawn.due(&both), withdrawn.regained(&both)), (vec![2], vec![]), "deleted once, and whole");
        assert_eq!((withdrawn.due(&none), withdrawn.regained(&none)), (vec![], vec![1, 2]), "what may be gone is made again");
        // It is being made again, and may not be had once more.
        withdrawn.0.insert(1, false);
        assert_eq!(withdrawn.due(&both), [1, 2]);
    }
}
