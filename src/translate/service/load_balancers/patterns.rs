//! `path-pattern` and `host-header`: patterns in which `*` stands for any characters and `?` for one.
//!
//! The AWS Load Balancer Controller takes paths as they are written. Other controllers know whole paths and prefixes.

use super::class::Class;
use crate::translate::diagnostic::{LoadBalancingFault, Place};

/// The path of an Ingress that says the pattern, and its type.
pub(super) fn path(pattern: &str, class: Class<'_>, at: &Place<'_>) -> Option<(String, &'static str)> {
    let has_wildcard = |text: &str| text.contains(['*', '?']);
    let said = if pattern == "*" || pattern == "/*" {
        Some(any_path(class))
    } else if class.is_aws {
        pattern.starts_with('/').then(|| (pattern.to_owned(), "ImplementationSpecific"))
    } else if !is_plain_path(pattern) {
        None
    } else if let Some(parent) = pattern.strip_suffix("/*").filter(|parent| !has_wildcard(parent)) {
        at.say(LoadBalancingFault::PathAlsoMatchesParent { pattern: pattern.into(), parent: parent.into() });
        Some((parent.to_owned(), "Prefix"))
    } else {
        (!has_wildcard(pattern)).then(|| (pattern.to_owned(), "Exact"))
    };
    if said.is_none() {
        at.say(LoadBalancingFault::PatternNotExpressible { pattern: pattern.into(), class: class.name.into() });
    }
    said
}

/// The path that every request has.
pub(super) fn any_path(class: Class<'_>) -> (String, &'static str) {
    if class.is_aws { ("/*".into(), "ImplementationSpecific") } else { ("/".into(), "Prefix") }
}

/// The host of an Ingress that says the pattern.
pub(super) fn host(pattern: &str, class: Class<'_>, at: &Place<'_>) -> Option<String> {
    let host = pattern.to_ascii_lowercase();
    let domain = host.strip_prefix("*.").unwrap_or(&host);
    if !is_domain(domain) {
        at.say(LoadBalancingFault::PatternNotExpressible { pattern: pattern.into(), class: class.name.into() });
        return None;
    }
    if domain != host && !class.is_aws {
        at.say(LoadBalancingFault::HostMatchesOneLabel { host: host.clone() });
    }
    Some(host)
}

/// Whether Kubernetes takes the path as a whole path or a prefix.
fn is_plain_path(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    let odd = ["//", "/./", "/../", "%2f", "%5c"].iter().any(|odd| lower.contains(odd));
    path.starts_with('/') && !odd && !path.ends_with("/.") && !path.ends_with("/..")
}

fn is_domain(domain: &str) -> bool {
    let legal = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let is_label = |label: &str| !label.is_empty() && label.len() <= 63 && !label.starts_with('-') && !label.ends_with('-') && label.bytes().all(legal);
    domain.len() <= 253 && domain.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::{host, path};
    use crate::translate::diagnostic::{Origin, Said};
    use crate::translate::service::load_balancers::class::Class;

    const AWS: Class<'_> = Class { name: "alb", controller: "ingress.k8s.aws/alb", is_aws: true };
    const OTHER: Class<'_> = Class { name: "nginx", controller: "k8s.io/ingress-nginx", is_aws: false };

    /// The path and its type, and the names of what was said.
    fn translated(pattern: &str, class: Class<'_>) -> (Option<(String, &'static str)>, Vec<&'static str>) {
        let said = Said::default();
        let path = path(pattern, class, &said.document(Origin::Service));
        (path, said.into_diagnostics().iter().map(|diagnostic| diagnostic.fault.name()).collect())
    }

    #[test]
    fn aws_takes_paths_as_they_are_written() {
        for pattern in ["/api/*", "/img/*.png", "/a?", "/api"] {
            assert_eq!(translated(pattern, AWS), (Some((pattern.into(), "ImplementationSpecific")), vec![]));
        }
        assert_eq!(translated("*", AWS).0, Some(("/*".into(), "ImplementationSpecific")));
        assert_eq!(translated("*.png", AWS), (None, vec!["pattern-not-expressible"]));
    }

    #[test]
    fn others_know_whole_paths_and_prefixes() {
        assert_eq!(translated("/*", OTHER), (Some(("/".into(), "Prefix")), vec![]));
        assert_eq!(translated("/api", OTHER), (Some(("/api".into(), "Exact")), vec![]));
        assert_eq!(translated("/api/*", OTHER), (Some(("/api".into(), "Prefix")), vec!["path-also-matches-parent"]));
        for pattern in ["/api*", "/a/*/b", "/a?", "*.png", "/a//b", "/a/../b", "/a%2Fb"] {
            assert_eq!(translated(pattern, OTHER), (None, vec!["pattern-not-expressible"]), "{pattern}");
        }
    }

    #[test]
    fn hosts_are_plain_or_start_with_a_wildcard() {
        let said = Said::default();
        let at = said.document(Origin::Service);
        let host = |pattern: &str| host(pattern, AWS, &at);
        assert_eq!([host("Shop.example.com"), host("*.example.com")], [Some("shop.example.com".into()), Some("*.example.com".into())]);
        assert_eq!([host("api-*.example.com"), host("a..b"), host("*"), host("a?.b")], [None, None, None, None]);
    }
}
