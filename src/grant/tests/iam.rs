//! Grants beside IAM: a policy for each pattern, written as AWS documents it, over secrets that there are. What a grant has read, the
//! policy would allow; nothing that is spelled in another way is read.

use proptest::prelude::*;
use serde_json::json;

use super::super::Wanted;
use super::{allowing, grant};
use crate::translate::ValueFrom;

/// Whether a text matches a pattern of IAM: `*` is any characters, `?` one.
fn iam_matches(pattern: &[u8], text: &[u8]) -> bool {
    match (pattern.split_first(), text.split_first()) {
        (None, None) => true,
        (Some((b'*', rest)), _) if iam_matches(rest, text) => true,
        (Some((b'*', _)), Some((_, later))) => iam_matches(pattern, later),
        (Some((b'?', rest)), Some((_, later))) => iam_matches(rest, later),
        (Some((wanted, rest)), Some((found, later))) if wanted == found => iam_matches(rest, later),
        _ => false,
    }
}

const PLACE: &str = "arn:aws:secretsmanager:us-east-1:123456789012:secret:";

/// The resource of a policy that allows what the pattern means.
fn policy(pattern: &str) -> String {
    if pattern.ends_with('*') { format!("{PLACE}{pattern}") } else { format!("{PLACE}{pattern}-??????") }
}

/// The ARN of the secret that Secrets Manager finds by an ARN: that one, or the one that it is without its six characters.
fn found<'a>(secrets: &'a [String], asked: &str) -> Option<&'a String> {
    let without = |arn: &&String| arn.strip_prefix(asked).is_some_and(|suffix| suffix.len() == 7 && suffix.starts_with('-'));
    secrets.iter().find(|arn| *arn == asked).or_else(|| secrets.iter().find(without))
}

/// Names that are close to each other, and some that look as if they had the six characters already.
fn name() -> impl Strategy<Value = String> {
    "(shop|shop/db|shop/db-backup|shop/db-AbCdEf|shopping|bank/db|Shop/db)(-[aA]{1,6}|/x|)"
}

fn pattern() -> impl Strategy<Value = String> {
    (name(), any::<bool>(), 0_usize..6).prop_map(|(name, is_beginning, cut)| {
        let kept = name.get(..name.len() - cut.min(name.len())).unwrap_or_default();
        if is_beginning { format!("{kept}*") } else { name }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    #[test]
    fn what_a_grant_has_read_iam_would_allow(names in prop::collection::vec((name(), "[aAbB]{6}"), 1..6), pattern in pattern(), pick in any::<prop::sample::Index>(), is_whole in any::<bool>()) {
        let secrets: Vec<String> = names.iter().map(|(name, suffix)| format!("{PLACE}{name}-{suffix}")).collect();
        let (name, suffix) = &names[pick.index(names.len())];
        let written = if is_whole { format!("{PLACE}{name}-{suffix}") } else { format!("{PLACE}{name}") };
        let reference: ValueFrom = written.parse().map_err(|error| TestCaseError::fail(format!("{written}: {error}")))?;
        let ValueFrom::SecretsManager(asked) = &reference else { return Err(TestCaseError::fail(written)) };
        let grants = [grant("grant", json!({"roleArn": "arn:aws:iam::123456789012:role/reader", "secrets": [pattern.clone()]}))];
        let is_allowed = allowing(&grants, &reference.wanted(true)).is_ok();
        let answer = found(&secrets, &asked.arn());
        let would = |arn: &str| iam_matches(policy(&pattern).as_bytes(), arn.as_bytes());
        if let Some(arn) = answer.filter(|arn| is_allowed && asked.is_answered_by(arn)) {
            prop_assert!(would(arn), "{written} has {arn} read by {pattern}");
        }
        // Where the answer is held against nothing, whatever it is must be allowed.
        if let Some(arn) = answer.filter(|_| allowing(&grants, &reference.wanted(false)).is_ok()) {
            prop_assert!(would(arn), "{written} has {arn} read by {pattern}, and nobody holds it against that");
        }
        // The other way round: what IAM allows of whole ARNs is had, but for patterns that reach into the six characters.
        let reaches = pattern.strip_suffix('*').is_some_and(|beginning| beginning.len() > name.len() + 1);
        if is_whole && !reaches {
            prop_assert_eq!(is_allowed, would(&written), "{} by {}", written, pattern);
        }
    }

    #[test]
    fn no_spelling_leaves_a_pattern(name in "(shop|Shop|bank|)[/.%*?:A-b-]{0,6}(bank|db|)(-AbCdEf|)", kind in 0..4) {
        let role = "arn:aws:iam::123456789012:role/reader";
        let spec = json!({"roleArn": role, "secrets": ["shop/*"], "parameters": ["/shop/"], "buckets": ["shop/shop/*"], "taskRoles": ["arn:aws:iam::123456789012:role/shop/*"]});
        let grants = [grant("grant", spec)];
        let written = [format!("{PLACE}{name}"), name.clone(), format!("arn:aws:s3:::shop/{name}"), format!("arn:aws:iam::123456789012:role/{name}")];
        let had = super::asked(&grants, &written[usize::try_from(kind).unwrap_or_default()]).is_some_and(|answer| answer.is_ok());
        if had {
            let bare = name.strip_prefix('/').filter(|_| kind == 1).unwrap_or(&name);
            prop_assert!(bare.starts_with("shop/"), "{name}");
            prop_assert!(!bare.contains("..") || !bare.split('/').any(|part| part == ".."), "{name}");
            prop_assert!(!bare.contains("//") && !bare.contains(['%', '*', '?']), "{name}");
        }
    }

    #[test]
    fn parameters_are_below_the_path_or_they_are_not_had(path in "/(a|ab|a/b)/", name in "(a|ab|abc|a/b|a/bc|b)(/[ab]{1,2}){0,2}") {
        let spec = json!({"roleArn": "arn:aws:iam::123456789012:role/reader", "parameters": [path.clone()]});
        let is_had = allowing(&[grant("grant", spec)], &Wanted::Parameter { name: &name, arn: None }).is_ok();
        let parts = |text: &str| text.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect::<Vec<_>>();
        let (path, name) = (parts(&path), parts(&name));
        prop_assert_eq!(is_had, name.len() > path.len() && name.starts_with(&path));
    }
}
