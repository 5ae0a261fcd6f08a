//! Asking the ledger: a list of requests that can be narrowed, counted and printed.

use std::collections::BTreeMap;
use std::fmt;

use comfy_table::{Table, presets};

use super::record::{Request, Verb};
use crate::support::Result;

/// Some requests, in order: of the ledger, or of another record.
#[derive(Debug, Clone, Default)]
pub struct Requests<R = Request>(pub Vec<R>);

impl<R> Requests<R> {
    /// Those for which the condition holds.
    pub fn that(mut self, condition: impl Fn(&R) -> bool) -> Self {
        self.0.retain(condition);
        self
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Requests {
    /// Those that asked for a change.
    pub fn writes(self) -> Self {
        self.that(Request::is_write)
    }

    /// Those with this verb.
    pub fn with_verb(self, verb: Verb) -> Self {
        self.that(|request| request.verb == verb)
    }

    /// Those of this resource, its subresources included.
    pub fn of(self, resource: &str) -> Self {
        self.that(|request| request.resource == resource)
    }

    /// Those not of this resource: `without("leases")`, `without("events")`.
    pub fn without(self, resource: &str) -> Self {
        self.that(|request| request.resource != resource)
    }

    /// Those of this subresource, such as `status`.
    pub fn of_subresource(self, subresource: &str) -> Self {
        self.that(|request| request.subresource.as_deref() == Some(subresource))
    }

    /// Those of no subresource.
    pub fn of_objects(self) -> Self {
        self.that(|request| request.subresource.is_none())
    }

    /// Those in this namespace.
    pub fn in_namespace(self, namespace: &str) -> Self {
        self.that(|request| request.namespace.as_deref() == Some(namespace))
    }

    /// Those about objects of this name.
    pub fn named(self, name: &str) -> Self {
        self.that(|request| request.name.as_deref() == Some(name))
    }

    /// Those through this door.
    pub fn through(self, door: &str) -> Self {
        self.that(|request| request.door == door)
    }

    /// Those that the server did not answer with success.
    pub fn refused(self) -> Self {
        self.that(|request| request.status.is_some_and(|status| status >= 400))
    }

    /// All but open watches and the lease of the leader: in a steady state there is none.
    pub fn that_work(self) -> Self {
        self.that(|request| request.verb != Verb::Watch && request.resource != "leases")
    }

    /// How many requests of each verb and kind: `"create deployments.apps" -> 2`.
    pub fn counts(&self) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for request in &self.0 {
            *counts.entry(format!("{} {}", request.verb, request.kind())).or_default() += 1;
        }
        counts
    }

    /// One after the other.
    pub fn iter(&self) -> std::slice::Iter<'_, Request> {
        self.0.iter()
    }

    /// The last ones.
    pub fn tail(mut self, count: usize) -> Self {
        self.0 = self.0.split_off(self.0.len().saturating_sub(count));
        self
    }

    /// Fails, with the table of them, unless there is none.
    pub fn expect_none(&self, what: impl fmt::Display) -> Result<()> {
        self.expect_count(0, what)
    }

    /// Fails, with the table of them, unless there are so many.
    pub fn expect_count(&self, count: usize, what: impl fmt::Display) -> Result<()> {
        if self.len() == count {
            return Ok(());
        }
        Err(format!("{what}: {} requests where {count} were expected\n{self}", self.len()).into())
    }
}

impl fmt::Display for Requests {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut table = Table::new();
        table.load_style(presets::NOTHING);
        table.set_header(["#", "at", "door", "verb", "resource", "object", "status", "took", "fault"]);
        for request in &self.0 {
            let place = [request.namespace.as_deref(), request.name.as_deref()].into_iter().flatten();
            table.add_row([
                request.ordinal.to_string(),
                format!("{:.3}s", request.start.as_secs_f64()),
                request.door.clone(),
                request.verb.to_string(),
                request.kind(),
                place.collect::<Vec<_>>().join("/"),
                request.status.map_or_else(|| "none".to_owned(), |status| status.to_string()),
                request.took.map_or_else(|| "open".to_owned(), |took| format!("{} ms", took.as_millis())),
                if request.fault == super::Fault::Pass { String::new() } else { format!("{:?}", request.fault) },
            ]);
        }
        write!(formatter, "{table}")
    }
}
