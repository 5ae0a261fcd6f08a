//! Spellings × grants: each cell says whether it is had, and if not, why.

use serde_json::{Value, json};

use super::super::{Grant, List, Reason};
use super::{asked, grant};

/// The columns.
fn grants() -> [Grant; 7] {
    let role = |partition: &str, account: &str| format!("arn:{partition}:iam::{account}:role/reader");
    let arn = |name: &str| format!("arn:aws:secretsmanager:us-east-1:123456789012:secret:{name}");
    let everything = |partition: &str, account: &str, more: Value| {
        let mut spec = json!({"roleArn": role(partition, account), "secrets": ["*"], "parameters": ["/"], "buckets": ["config"],
            "taskRoles": [format!("arn:{partition}:iam::{account}:role/*")]});
        more.as_object().into_iter().flatten().for_each(|(name, value)| spec[name] = value.clone());
        spec
    };
    [
        grant(
            "names",
            json!({"roleArn": role("aws", "123456789012"), "secrets": ["shop/db", "shop/api"], "parameters": ["/shop/db"],
                "buckets": ["config/shop/web.env"], "taskRoles": ["arn:aws:iam::123456789012:role/web"]}),
        ),
        grant(
            "beginnings",
            json!({"roleArn": role("aws", "123456789012"), "secrets": ["shop/*"], "parameters": ["/shop/"], "buckets": ["config/shop/*"],
                "taskRoles": ["arn:aws:iam::123456789012:role/shop-*"]}),
        ),
        grant("everything", everything("aws", "123456789012", json!({}))),
        grant("arns", json!({"roleArn": role("aws", "123456789012"), "secrets": [arn("shop/db"), arn("shop/api-AbCdEf"), arn("shop/web-*")]})),
        grant("elsewhere", everything("aws", "210987654321", json!({"accounts": ["210987654321"], "regions": ["eu-west-1"]}))),
        grant("china", everything("aws-cn", "123456789012", json!({}))),
        grant("without a role", everything("aws", "123456789012", json!({"roleArn": ""}))),
    ]
}

/// `Y`: it is had. Of the accounts, the regions or the list (`L`) of the grant it is none: `A`, `R`, `L`. It is of another partition than the
/// role: `P`. The grant has no role: `N`, or one of another account than a parameter without ARN: `O`. It is named in no plain way: `X`. It
/// is no `valueFrom` at all: `M`.
const CELLS: &[(&str, &str)] = &[
    // A secret with its suffix or without, whole or one key or version of it.
    ("arn:aws:secretsmanager:us-east-1:123456789012:secret:shop/db-AbCdEf", "YYYYAPN"),
    ("arn:aws:secretsmanager:us-east-1:123456789012:secret:shop/db", "YYYYAPN"),
    ("arn:aws:secretsmanager:us-east-1:123456789012:secret:shop/db-AbCdEf:password::", "YYYYAPN"),
    ("arn:aws:secretsmanager:us-east-1:123456789012:secret:shop/db-AbCdEf::AWSPREVIOUS:", "YYYYAPN"),
    ("arn:aws:secretsmanager:us-east-1:123456789012:secret:shop/db-AbCdEf:::0f0f0f0f-0000-0000-0000-000000000000", "YYYYAPN"),
    // A grant's ARN with the suffix is that one secret.
    ("arn:aws:secretsmanager:us-east-1:123456789012:secret:shop/api-AbCdEf", "YYYYAPN"),
    ("arn:aws:secretsmanager:us-east-1:123456789012:secret:shop/api", "YYYLAPN"),
    ("arn:aws:secretsmanager:us-east-1:123456789012:secret:shop/api-ZzZzZz", "YYYLAPN"),
    // What looks like a suffix is one; the answer of Secrets Manager is held against it.
    ("arn:aws:secretsmanager:us-east-1:123456789012:secret:shop/db-backup", "YYYYAPN"),
    ("arn:aws:secretsmanager:us-east-1:123456789012:secret:shop/db-backup-AbCdEf", "LYYLAPN"),
    // Other names.
    ("arn:aws:secretsmanager:us-east-1:123456789012:secret:shop/db2-AbCdEf", "LYYLAPN"),
    ("arn:aws:secretsmanager:us-east-1:123456789012:secret:shop/DB-AbCdEf", "LYYLAPN"),
    ("arn:aws:secretsmanager:us-east-1:123456789012:secret:Shop/db-AbCdEf", "LLYLAPN"),
    ("arn:aws:secretsmanager:us-east-1:123456789012:secret:shop-db-AbCdEf", "LLYLAPN"),
    ("arn:aws:secretsmanager:us-east-1:123456789012:secret:shopping/db-AbCdEf", "LLYLAPN"),
    ("arn:aws:secretsmanager:us-east-1:123456789012:secret:/shop/db-AbCdEf", "LLYLAPN"),
    ("arn:aws:secretsmanager:us-east-1:123456789012:secret:bank/db-AbCdEf", "LLYLAPN"),
    ("arn:aws:secretsmanager:us-east-1:123456789012:secret:shop/web-AbCdEf", "LYYYAPN"),
    ("arn:aws:secretsmanager:us-east-1:123456789012:secret:shop/web", "LYYYAPN"),
    ("arn:aws:secretsmanager:us-east-1:123456789012:secret:shop/website-AbCdEf", "LYYLAPN"),
    ("arn:aws:secretsmanager:us-east-1:123456789012:secret:shop/web-admin-AbCdEf", "LYYYAPN"),
    // Ways out of a name.
    ("arn:aws:secretsmanager:us-east-1:123456789012:secret:shop/../bank/db-AbCdEf", "MMMMMMM"),
    ("arn:aws:secretsmanager:us-east-1:123456789012:secret:shop/./db-AbCdEf", "MMMMMMM"),
    ("arn:aws:secretsmanager:us-east-1:123456789012:secret:shop//db-AbCdEf", "MMMMMMM"),
    ("arn:aws:secretsmanager:us-east-1:123456789012:secret:shop/", "MMMMMMM"),
    ("arn:aws:secretsmanager:us-east-1:123456789012:secret:shop%2Fdb-AbCdEf", "MMMMMMM"),
    ("arn:aws:secretsmanager:us-east-1:123456789012:secret:shop/%2e%2e/bank", "MMMMMMM"),
    ("arn:aws:secretsmanager:us-east-1:123456789012:secret:shop/db*", "MMMMMMM"),
    ("arn:aws:secretsmanager:us-east-1:123456789012:secret:shop/db-??????", "MMMMMMM"),
    ("arn:aws:secretsmanager:us-east-1:123456789012:secret:shop/d\u{431}", "MMMMMMM"),
    ("arn:aws:secretsmanager:us-east-1:123456789012:secret:shop/db-AbCdEf:password", "MMMMMMM"),
    ("arn:aws:secretsmanager:us-east-1:123456789012:secret:shop/db-AbCdEf:password:::", "MMMMMMM"),
    ("arn:aws:secretsmanager:us-east-1:123456789012:secret: shop/db", "MMMMMMM"),
    // Other places.
    ("arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop/db-AbCdEf", "RRRRAPN"),
    ("arn:aws:secretsmanager:US-EAST-1:123456789012:secret:shop/db-AbCdEf", "RRRRAPN"),
    ("arn:aws:secretsmanager:us-east-1:210987654321:secret:shop/db-AbCdEf", "AAAARPN"),
    ("arn:aws:secretsmanager:eu-west-1:210987654321:secret:shop/db-AbCdEf", "AAAAYPN"),
    ("arn:aws-cn:secretsmanager:us-east-1:123456789012:secret:shop/db-AbCdEf", "PPPPPYN"),
    ("arn:aws-us-gov:secretsmanager:us-east-1:123456789012:secret:shop/db-AbCdEf", "PPPPPPN"),
    ("ARN:aws:secretsmanager:us-east-1:123456789012:secret:shop/db-AbCdEf", "MMMMMMM"),
    ("arn:aws:SecretsManager:us-east-1:123456789012:secret:shop/db-AbCdEf", "MMMMMMM"),
    ("arn:aws:secretsmanager:us-east-1:aws:secret:shop/db-AbCdEf", "AAAAAPN"),
    ("arn:aws:secretsmanager:us-east-1:12345678901:secret:shop/db-AbCdEf", "MMMMMMM"),
    ("arn:aws:secretsmanager::123456789012:secret:shop/db-AbCdEf", "MMMMMMM"),
    ("arn:aws:secretsmanager:us-east-1::secret:shop/db-AbCdEf", "MMMMMMM"),
    // Parameters by name, in the account and the region of the settings.
    ("/shop/db", "YYYLOYN"),
    ("shop/db", "YYYLOYN"),
    ("/shop/dbx", "LYYLOYN"),
    ("/shopping/db", "LLYLOYN"),
    ("/Shop/db", "LLYLOYN"),
    ("shop", "LLYLOYN"),
    ("/bank/shop/db", "LLYLOYN"),
    ("//shop/db", "MMMMMMM"),
    ("/shop/db/", "MMMMMMM"),
    ("/shop/../bank", "MMMMMMM"),
    ("/shop/%2e%2e/bank", "MMMMMMM"),
    ("shop/db:3", "MMMMMMM"),
    ("/shop/*", "MMMMMMM"),
    // Parameters by ARN.
    ("arn:aws:ssm:us-east-1:123456789012:parameter/shop/db", "YYYLAPN"),
    ("arn:aws:ssm:us-east-1:123456789012:parameter/shop/api", "LYYLAPN"),
    ("arn:aws:ssm:us-east-1:123456789012:parameter/bank/db", "LLYLAPN"),
    ("arn:aws:ssm:us-west-2:123456789012:parameter/shop/db", "RRRRAPN"),
    ("arn:aws:ssm:eu-west-1:210987654321:parameter/shop/db", "AAAAYPN"),
    ("arn:aws-cn:ssm:us-east-1:123456789012:parameter/shop/db", "PPPPPYN"),
    ("arn:aws:ssm:us-east-1:123456789012:parameter/shop/db:1", "MMMMMMM"),
    ("arn:aws:ssm:us-east-1:123456789012:document/shop/db", "MMMMMMM"),
    // Files in S3, which have neither region nor account.
    ("arn:aws:s3:::config/shop/web.env", "YYYLYPN"),
    ("arn:aws:s3:::config/shop/other.env", "LYYLYPN"),
    ("arn:aws:s3:::config/shop/a b.env", "LYYLYPN"),
    ("arn:aws:s3:::config/shopping/web.env", "LLYLYPN"),
    ("arn:aws:s3:::config/SHOP/web.env", "LLYLYPN"),
    ("arn:aws:s3:::config/bank/web.env", "LLYLYPN"),
    ("arn:aws:s3:::config2/shop/web.env", "LLLLLPN"),
    ("arn:aws:s3:::CONFIG/shop/web.env", "LLLLLPN"),
    ("arn:aws-cn:s3:::config/shop/web.env", "PPPPPYN"),
    ("arn:aws:s3:::config/shop/../bank/web.env", "XXXXXXX"),
    ("arn:aws:s3:::config/./shop/web.env", "XXXXXXX"),
    ("arn:aws:s3:::config/shop//web.env", "XXXXXXX"),
    ("arn:aws:s3:::config//shop/web.env", "XXXXXXX"),
    ("arn:aws:s3:::config/shop/%2e%2e/bank/web.env", "XXXXXXX"),
    ("arn:aws:s3:::config/shop\\..\\bank.env", "XXXXXXX"),
    ("arn:aws:s3:::config/shop/*.env", "XXXXXXX"),
    ("arn:aws:s3:::config/shop/web.env?versionId=1", "XXXXXXX"),
    // Roles of tasks, which have no region.
    ("arn:aws:iam::123456789012:role/web", "YLYLALY"),
    ("arn:aws:iam::123456789012:role/shop-web", "LYYLALY"),
    ("arn:aws:iam::123456789012:role/Web", "LLYLALY"),
    ("arn:aws:iam::123456789012:role/shop", "LLYLALY"),
    ("arn:aws:iam::123456789012:role/path/shop-web", "LLYLALY"),
    ("arn:aws:iam::123456789012:role/web2", "LLYLALY"),
    ("arn:aws:iam::123456789012:user/web", "LLLLALL"),
    ("arn:aws:iam::210987654321:role/web", "AAAAYAA"),
    ("arn:aws-cn:iam::123456789012:role/web", "LLLLAYL"),
    ("arn:aws:iam::123456789012:role/shop-web/../web", "XXXXXXX"),
    ("arn:aws:iam::123456789012:role//web", "XXXXXXX"),
    ("arn:aws:iam::123456789012:role/web*", "XXXXXXX"),
    ("arn:aws:iam::123456789012:role/web\u{200b}", "XXXXXXX"),
    ("arn:aws:iam:us-east-1:123456789012:role/web", "XXXXXXX"),
    ("arn:aws:sts::123456789012:assumed-role/web/session", "XXXXXXX"),
];

#[test]
fn every_spelling_is_had_by_the_grants_that_allow_it_and_by_no_other() {
    let grants = grants();
    let mut faults = Vec::new();
    for (written, expected) in CELLS {
        let found: String = grants.iter().map(|grant| outcome(grant, written)).collect();
        if found != *expected {
            faults.push(format!("{written}: {expected} is expected, {found} was found"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(CELLS.len() * grants.len() >= 600, "{} cells", CELLS.len() * grants.len());
    let all: String = CELLS.iter().map(|(_, cells)| *cells).collect();
    for outcome in "YARLPNOXM".chars() {
        assert!(all.matches(outcome).count() > 2, "{outcome}");
    }
}

fn outcome(grant: &Grant, written: &str) -> char {
    let Some(answer) = asked(std::slice::from_ref(grant), written) else { return 'M' };
    let reason = answer.err().and_then(|denial| denial.refusals.into_iter().next()).map(|refusal| refusal.reason);
    match reason {
        None => 'Y',
        Some(Reason::NotListed { list: List::Accounts, .. }) => 'A',
        Some(Reason::NotListed { list: List::Regions, .. }) => 'R',
        Some(Reason::NotListed { .. }) => 'L',
        Some(Reason::OtherPartition { .. }) => 'P',
        Some(Reason::NoRole) => 'N',
        Some(Reason::RoleOfAnotherAccount { .. }) => 'O',
        Some(Reason::NotPlain) => 'X',
        Some(Reason::NotThere | Reason::Unreadable { .. } | Reason::OtherNamespaces | Reason::Unknown(_)) => '?',
    }
}
