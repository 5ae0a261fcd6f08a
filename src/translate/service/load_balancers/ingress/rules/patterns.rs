//! `path-pattern` and `host-header`: patterns in which `*` stands for any characters and `?` for one.
//!
//! The AWS Load Balancer Controller takes paths as they are written. Other controllers know whole paths and prefixes.

use crate::translate::diagnostic::{ListenerFault, Place};
use crate::translate::names;
use crate::translate::service::load_balancers::class::Class;

/// The path that every request has, for the AWS Load Balancer Controller.
pub(super) const ANY_PATH: &str = "/*";
/// The type of a path that is taken as it is written.
pub(super) const AS_WRITTEN: &str = "ImplementationSpecific";

/// The path of an Ingress of the AWS Load Balancer Controller that says the pattern.
pub(super) fn path(pattern: &str) -> Option<String> {
    match pattern {
        "*" => Some(ANY_PATH.into()),
        _ => pattern.starts_with('/').then(|| pattern.into()),
    }
}

/// The host of an Ingress of the AWS Load Balancer Controller that says the pattern.
pub(super) fn host(pattern: &str) -> Option<String> {
    let host = pattern.to_ascii_lowercase();
    names::is_domain_name(host.strip_prefix("*.").unwrap_or(&host)).then_some(host)
}

/// The path of an Ingress of any class that says the pattern, and its type.
pub(super) fn plain_path(pattern: &str, class: Class<'_>, at: &Place<'_>) -> Option<(String, &'static str)> {
    let has_wildcard = |text: &str| text.contains(['*', '?']);
    let said = if pattern == "*" || pattern == "/*" {
        Some(("/".into(), "Prefix"))
    } else if !is_plain_path(pattern) {
        None
    } else if let Some(parent) = pattern.strip_suffix("/*").filter(|parent| !has_wildcard(parent)) {
        at.say(ListenerFault::PathAlsoMatchesParent { pattern: pattern.into(), parent: parent.into() });
        Some((parent.to_owned(), "Prefix"))
    } else {
        (!has_wildcard(pattern)).then(|| (pattern.to_owned(), "Exact"))
    };
    if said.is_none() {
        at.say(ListenerFault::PatternNotExpressible { pattern: pattern.into(), class: class.name.into() });
    }
    said
}

/// The host of an Ingress of any class that says the pattern.
pub(super) fn plain_host(pattern: &str, class: Class<'_>, at: &Place<'_>) -> Option<String> {
    let said = host(pattern);
    match &said {
        None => at.say(ListenerFault::PatternNotExpressible { pattern: pattern.into(), class: class.name.into() }),
        Some(host) if host.starts_with("*.") => at.say(ListenerFault::HostMatchesOneLabel { host: host.clone() }),
        Some(_) => {}
    }
    said
}

/// Whether Kubernetes takes the path as a whole path or a prefix.
fn is_plain_path(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    let odd = ["//", "/./", "/../", "%2f", "%5c"].iter().any(|odd| lower.contains(odd));
    path.starts_with('/') && !odd && !path.ends_with("/.") && !path.ends_with("/..")
}

#[cfg(test)]
mod tests {
    use super::{host, path, plain_path};
    use crate::translate::diagnostic::{Origin, Said};
    use crate::translate::service::load_balancers::class::Class;

    const OTHER: Class<'_> = Class { name: "nginx", controller: "k8s.io/ingress-nginx", is_aws: false };

    /// The path and its type, and the names of what was said.
    fn translated(pattern: &str) -> (Option<(String, &'static str)>, Vec<&'static str>) {
        let said = Said::default();
        let path = plain_path(pattern, OTHER, &said.document(Origin::Service));
        (path, said.into_diagnostics().iter().map(|diagnostic| diagnostic.fault.name()).collect())
    }

    #[test]
    fn aws_takes_paths_as_they_are_written() {
        for pattern in ["/api/*", "/img/*.png", "/a?", "/api"] {
            assert_eq!(path(pattern).as_deref(), Some(pattern));
        }
        assert_eq!([path("*").as_deref(), path("*.png").as_deref()], [Some("/*"), None]);
    }

    #[test]
    fn others_know_whole_paths_and_prefixes() {
        assert_eq!(translated("/*"), (Some(("/".into(), "Prefix")), vec![]));
        assert_eq!(translated("/api"), (Some(("/api".into(), "Exact")), vec![]));
        assert_eq!(translated("/api/*"), (Some(("/api".into(), "Prefix")), vec!["path-also-matches-parent"]));
        for pattern in ["/api*", "/a/*/b", "/a?", "*.png", "/a//b", "/a/../b", "/a%2Fb"] {
            assert_eq!(translated(pattern), (None, vec!["pattern-not-expressible"]), "{pattern}");
        }
    }

    #[test]
    fn hosts_are_plain_or_start_with_a_wildcard() {
        assert_eq!([host("Shop.example.com"), host("*.example.com")], [Some("shop.example.com".into()), Some("*.example.com".into())]);
        assert_eq!([host("api-*.example.com"), host("a..b"), host("*"), host("a?.b")], [None, None, None, None]);
    }
}
