//! Grants and what they are asked for.

mod iam;
mod matrix;
mod selectors;

use serde_json::{Value, json};

use super::{Denial, Grant, Home, Wanted, allowing};
use crate::ecs::arn::Arn;
use crate::ecs::unset;
use crate::translate::ValueFrom;

/// The account and the region of the settings.
fn home() -> Home {
    Home { account: Some("123456789012".into()), region: Some("us-east-1".into()) }
}

fn grant(name: &str, spec: Value) -> Grant {
    Grant { name: name.into(), spec: unset::from_value(spec).expect("a grant"), home: home() }
}

/// Asks for what is written: `valueFrom`, the ARN of a file in S3 or that of a role. `None`: it is none of them.
fn asked<'a>(grants: &'a [Grant], written: &str) -> Option<Result<&'a Grant, Denial>> {
    let arn = written.parse::<Arn>();
    match &arn {
        Ok(arn) if arn.service == "s3" => {
            let (bucket, key) = arn.resource.split_once('/')?;
            Some(allowing(grants, &Wanted::Object { partition: &arn.partition, bucket, key }))
        }
        Ok(arn) if matches!(arn.service.as_str(), "iam" | "sts") => Some(allowing(grants, &Wanted::TaskRole(arn))),
        Ok(_) | Err(_) => Some(allowing(grants, &written.parse::<ValueFrom>().ok()?.wanted(true))),
    }
}

fn denial(grants: &[Grant], written: &str) -> String {
    asked(grants, written).and_then(Result::err).map(|denial| denial.to_string()).unwrap_or_default()
}

#[test]
fn a_denial_says_of_each_grant_what_it_lacks() {
    let role = "arn:aws:iam::123456789012:role/secrets";
    let grants = [
        grant("shop", json!({"roleArn": role, "secrets": ["shop/*"]})),
        grant("bank", json!({"roleArn": role, "secrets": ["bank/db"], "regions": ["eu-west-1"]})),
        grant("web", json!({"taskRoles": ["arn:aws:iam::123456789012:role/web"]})),
    ];
    let bank = "arn:aws:secretsmanager:us-east-1:123456789012:secret:bank/db-AbCdEf:password::";
    let expected = "grant `shop` lacks `- bank/db` in its `secrets`; grant `bank` lacks `- us-east-1` in its `regions`; \
                    grant `web` has no `roleArn` to read by";
    assert_eq!(denial(&grants, bank), expected);
    let nothing = "`spec.kubernetes.grants` names no grant; one that allows it has `- /bank/db` in its `parameters`";
    assert_eq!(denial(&[], "bank/db"), nothing);
    assert_eq!(asked(&grants, "arn:aws:iam::123456789012:role/web").and_then(Result::ok).map(|grant| grant.name.as_str()), Some("web"));
}

#[test]
fn what_nobody_holds_against_the_answer_must_be_allowed_with_the_six_characters_and_without() {
    let arn = |name: &str| format!("arn:aws:secretsmanager:us-east-1:123456789012:secret:{name}");
    let allowed = |entries: &[&str], name: &str| {
        let grants = [grant("shop", json!({"roleArn": "arn:aws:iam::123456789012:role/secrets", "secrets": entries}))];
        let reference: ValueFrom = arn(name).parse().expect("a reference");
        let [checked, unchecked] = [true, false].map(|is_checked| allowing(&grants, &reference.wanted(is_checked)).map(drop));
        assert!(checked.is_ok(), "{name} by {entries:?}");
        unchecked.map_err(|denial| denial.to_string())
    };
    for (entries, name) in [
        (&["shop/db"][..], "shop/db"),
        (&["shop/*"], "shop/db-AbCdEf"),
        (&["shop/db-*"], "shop/db-backup"),
        (&["shop/db", "shop/db-backup"], "shop/db-backup"),
        (&[&arn("shop/db-AbCdEf")], "shop/db-AbCdEf"),
    ] {
        assert_eq!(allowed(entries, name), Ok(()), "{name} by {entries:?}");
    }
    for entry in ["shop/db".to_owned(), arn("shop/db")] {
        for name in ["shop/db-backup", "shop/db-AbCdEf"] {
            assert_eq!(allowed(&[&entry], name), Err(format!("grant `shop` lacks `- {}` in its `secrets`", arn(name))), "{name} by {entry}");
        }
    }
}

#[test]
fn what_neither_the_grant_nor_the_settings_name_is_not_guessed() {
    let mut lost = grant("lost", json!({"roleArn": "arn:aws:iam::123456789012:role/secrets", "secrets": ["*"], "parameters": ["/"], "buckets": ["config"]}));
    lost.home = Home { region: Some("us-east-1".into()), account: None };
    let secret = "arn:aws:secretsmanager:us-east-1:123456789012:secret:shop/db";
    assert_eq!(denial(&[lost.clone()], secret), "grant `lost` has no `accounts`, and the settings name none either");
    assert_eq!(denial(&[lost.clone()], "shop/db"), "grant `lost` has no `accounts`, and the settings name none either");
    assert_eq!(denial(&[lost.clone()], "arn:aws:s3:::config/web.env"), "grant `lost` has no `accounts`, and the settings name none either");
    lost.spec.accounts = Some(vec!["123456789012".into()]);
    assert!(asked(&[lost.clone()], secret).is_some_and(|answer| answer.is_ok()));
    assert!(asked(&[lost.clone()], "arn:aws:s3:::config/web.env").is_some_and(|answer| answer.is_ok()));
    lost.home = Home { region: None, account: Some("123456789012".into()) };
    assert_eq!(denial(&[lost.clone()], "shop/db"), "grant `lost` has no `regions`, and the settings name none either");
    assert_eq!(denial(&[lost], secret), "grant `lost` has no `regions`, and the settings name none either");
}
