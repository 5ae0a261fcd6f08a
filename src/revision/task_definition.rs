//! Revisions of task definitions: `td-<name>-<n>`.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::translate::ServiceAccountReference;

/// What a revision of a task definition holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RegisteredTaskDefinition {
    /// The family that it was registered under.
    pub family: String,
    /// The ServiceAccount that its tasks run under.
    pub service_account: ServiceAccountReference,
    /// The specification, as served.
    pub spec: Value,
}

/// The name of the object that holds a revision.
pub fn name(task_definition: &str, number: i64) -> String {
    format!("td-{task_definition}-{number}")
}

/// The number of the revision that is registered next: one more than the highest that anything names, so that a
/// revert is a new number and re-creation never uses one again.
pub fn next_number(named: impl Iterator<Item = i64>) -> i64 {
    named.max().unwrap_or(0) + 1
}

/// Which of these revisions go: all but the last ten and those that something refers to.
pub fn superfluous(numbers: &[i64], is_referred_to: impl Fn(i64) -> bool) -> Vec<i64> {
    let mut newest_first = numbers.to_vec();
    newest_first.sort_unstable_by(|one, other| other.cmp(one));
    newest_first.into_iter().skip(super::HISTORY).filter(|number| !is_referred_to(*number)).collect()
}

#[cfg(test)]
mod tests {
    use super::{next_number, superfluous};

    #[test]
    fn numbers_grow_past_all_that_are_named() {
        assert_eq!(next_number([].into_iter()), 1);
        assert_eq!(next_number([3, 7, 2].into_iter()), 8);
    }

    #[test]
    fn the_last_ten_and_what_is_referred_to_stay() {
        let numbers: Vec<i64> = (1..=13).collect();
        assert_eq!(superfluous(&numbers, |number| number == 2), vec![3, 1]);
        assert_eq!(superfluous(&numbers[..10], |_| false), Vec::<i64>::new());
    }
}
