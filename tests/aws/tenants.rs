//! Who is given what: nothing that another role has read, nothing for which a namespace cannot assume the role, and nothing
//! that the role may not read; and what AWS is told about who asks.

use std::collections::BTreeMap;
use std::sync::Arc;

use ecs_operator::controller::secrets::Wanted;

use crate::bed::{Bed, Trial, access, object, read, read_all, reader, secret};
use crate::identity::{Reading, read_elsewhere};
use crate::support::Result;
use crate::support::moto::{ACCOUNT, AwsFault, AwsRequest, Moto, Session};

pub fn trials() -> Vec<Trial> {
    vec![
        Trial::of(roles_share_nothing),
        Trial::of(a_namespace_is_let_in_before_it_is_given_what_another_has_read),
        Trial::of(what_is_asked_together_is_of_one_namespace),
        Trial::of(sessions_say_who_asks),
        Trial::of(without_a_grant_nothing_is_asked),
        Trial::of(buckets_of_other_accounts_are_not_read),
        Trial::of(what_policies_forbid_is_forbidden),
    ]
}

async fn roles_share_nothing(bed: Arc<Bed>) -> Result<()> {
    let seed = bed.moto().await?.seed();
    let arn = seed.secret(ACCOUNT, "us-east-1", "tenants/shared", "AbCdEf", "value").await?;
    let (door, backend) = bed.backend().await?;
    let mut with_an_id = reader("one");
    with_an_id.external_id = Some("an-external-id".into());
    for access in [reader("one"), reader("two"), with_an_id.clone(), access("210987654321", "one", "shop", "ECSService/api")] {
        let found = read(&backend, &secret(&arn, &access)?).await.map_err(|error| error.fault.reason());
        // moto finds secrets of the caller's own account only
        let expected = if access.role_arn.contains(ACCOUNT) { Ok("value") } else { Err("SecretNotFound") };
        assert_eq!(found.as_deref(), expected.as_ref().map(|text| *text), "{access:?}");
    }
    let requests = door.requests();
    let readers: Vec<Session> = requests.clone().that(AwsRequest::is_read).0.into_iter().filter_map(|request| request.session).collect();
    let told: Vec<_> = readers.iter().map(|session| (session.role.as_str(), session.external_id.as_deref())).collect();
    let role = |name: &str| format!("arn:aws:iam::{ACCOUNT}:role/{name}");
    assert_eq!(told.len(), 4, "each role has read it itself\n{requests}");
    assert!(told.contains(&(role("two").as_str(), None)) && told.contains(&(role("one").as_str(), Some("an-external-id"))), "{told:?}");
    requests.expect(&[("AssumeRole", 4), ("GetSecretValue", 4)], "each role has read it itself")
}

async fn a_namespace_is_let_in_before_it_is_given_what_another_has_read(bed: Arc<Bed>) -> Result<()> {
    let seed = bed.moto().await?.seed();
    let arn = seed.secret(ACCOUNT, "us-east-1", "tenants/let-in", "AbCdEf", "value").await?;
    let (door, backend) = bed.backend().await?;
    let of = |namespace: &str| secret(&arn, &access(ACCOUNT, "let-in", namespace, "ECSService/api"));
    read(&backend, &of("shop")?).await?;
    read(&backend, &of("other")?).await?;
    door.take().expect(&[("AssumeRole", 2), ("GetSecretValue", 1)], "the value is shared, the right to it is not")?;
    door.on_request(|request| {
        let is_denied = request.wanted_session.as_ref().is_some_and(|session| session.tags.get("kubernetes-namespace").is_some_and(|name| name == "denied"));
        if is_denied { AwsFault::ServerError } else { AwsFault::Pass }
    });
    assert!(read(&backend, &of("denied")?).await.is_err(), "whom AWS does not let in is given nothing");
    assert_eq!(read(&backend, &of("shop")?).await.map_err(|error| error.to_string()).as_deref(), Ok("value"), "others are");
    Ok(())
}

/// Whose session it is says for whom a secret is read; so a batch of two namespaces would say a wrong thing of one.
async fn what_is_asked_together_is_of_one_namespace(bed: Arc<Bed>) -> Result<()> {
    let seed = bed.moto().await?.seed();
    let (door, backend) = bed.backend().await?;
    let mut wanted = BTreeMap::new();
    for namespace in ["shop", "bank"] {
        for name in ["a", "b"] {
            let arn = seed.secret(ACCOUNT, "us-east-1", &format!("tenants/{namespace}/{name}"), "AbCdEf", "value").await?;
            wanted.entry(namespace).or_insert_with(Vec::new).push(secret(&arn, &access(ACCOUNT, "together", namespace, "ECSService/web"))?);
        }
    }
    // sessions that are there: which of them is taken is no matter of who is first
    for wanted in wanted.values() {
        read_all(&backend, wanted.get(..1).ok_or("two secrets")?).await?;
    }
    door.take();
    let rest: Vec<&[Wanted]> = wanted.values().filter_map(|wanted| wanted.get(1..)).collect();
    futures::future::try_join_all(rest.into_iter().map(|wanted| read_all(&backend, wanted))).await?;
    let read = door.requests().that(AwsRequest::is_read);
    assert_eq!(read.len(), 2, "{read}");
    for request in &read.0 {
        let namespace = request.session.as_ref().and_then(|session| session.tags.get("kubernetes-namespace")).ok_or("a session")?;
        assert!(request.subjects.iter().all(|subject| subject.contains(&format!("tenants/{namespace}/"))), "{request}");
    }
    Ok(())
}

async fn sessions_say_who_asks(bed: Arc<Bed>) -> Result<()> {
    let seed = bed.moto().await?.seed();
    let arn = seed.secret(ACCOUNT, "us-east-1", "tenants/named", "AbCdEf", "value").await?;
    let (door, backend) = bed.backend().await?;
    let mut access = access(ACCOUNT, "named", "shop", "ECSService/web");
    access.external_id = Some("an-external-id".into());
    read(&backend, &secret(&arn, &access)?).await?;
    let session = door.requests().of("GetSecretValue").0.first().and_then(|request| request.session.clone());
    let tags = BTreeMap::from([("kubernetes-namespace".to_owned(), "shop".to_owned()), ("kubernetes-object".to_owned(), "ECSService/web".to_owned())]);
    let role = format!("arn:aws:iam::{ACCOUNT}:role/named");
    assert_eq!(session, Some(Session { role, name: "shop.ECSService-web".into(), tags, external_id: access.external_id }));
    let own = door.requests().that(|request| request.session.is_none());
    own.expect(&[("AssumeRole", 1)], "the operator itself only assumes roles")
}

async fn without_a_grant_nothing_is_asked(bed: Arc<Bed>) -> Result<()> {
    let (door, backend) = bed.backend().await?;
    let absent = "arn:aws:secretsmanager:us-east-1:123456789012:secret:tenants/none";
    let mut wanted = vec![Wanted::secret(absent, None, "p")?, Wanted::secret("/tenants/none", None, "p")?];
    // other partitions than the role's, and what is no region at all
    for region in ["cn-north-1", "us-gov-west-1", "evil.example/x-1", "us-east-1.evil.example"] {
        wanted.push(secret(&absent.replace("us-east-1", region), &reader("none"))?);
    }
    let reasons: Vec<_> = backend.read(&wanted).await.into_iter().map(|value| value.err().map_or("a value", |error| error.fault.reason())).collect();
    assert_eq!(reasons, ["SecretForbidden", "SecretForbidden", "SecretUnreadable", "SecretUnreadable", "SecretUnreadable", "SecretUnreadable"]);
    door.requests().expect(&[], "AWS is not asked")
}

/// moto does not look at whose a bucket must be: the door forbids in its place what S3 would, and the record says what S3 is told.
async fn buckets_of_other_accounts_are_not_read(bed: Arc<Bed>) -> Result<()> {
    let seed = bed.moto().await?.seed();
    seed.bucket("tenants-files").await?;
    seed.object("tenants-files", "web.env", b"A=1").await?;
    let (door, backend) = bed.backend().await?;
    door.on_request(|request| if request.is_read() && request.bucket_owner.as_deref() != Some(ACCOUNT) { AwsFault::Forbid } else { AwsFault::Pass });
    let other = "210987654321";
    let yes = Ok("A=1".to_owned());
    let no = |said: &str, accounts: &str| {
        let told = "the grant's role may not read it, or the bucket is of another account than";
        Err(format!(
            "SecretForbidden: ResourceInitializationError: unable to pull secrets or registry auth: `arn:aws:s3:::tenants-files/web.env`: {said}: {told} {accounts}"
        ))
    };
    for (accounts, asked, expected) in [
        (&[ACCOUNT][..], &[ACCOUNT][..], yes.clone()),
        // what another grant's role was given a moment ago is not given to this one
        (&[other], &[other], no("AccessDenied: Access Denied", other)),
        (&[other, ACCOUNT], &[other, ACCOUNT], yes),
        (&[], &[], no("AccessDenied", "")),
    ] {
        let mut access = reader("files");
        access.accounts = accounts.iter().map(|account| (*account).to_owned()).collect();
        let found = read(&backend, &object("tenants-files", "web.env", &access)).await;
        let found = found.map_err(|error| format!("{}: {}", error.fault.reason(), error.to_string().split_once(": ").map_or("", |(_, words)| words)));
        assert_eq!(found, expected, "{accounts:?}");
        let owners: Vec<_> = door.take().of("GET object").0.into_iter().filter_map(|request| request.bucket_owner).collect();
        assert_eq!(owners, asked, "{accounts:?}");
    }
    Ok(())
}

/// Policies of IAM, obeyed by a moto of this test's own.
async fn what_policies_forbid_is_forbidden(_bed: Arc<Bed>) -> Result<()> {
    const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"the-right-id"}}}]}"#;
    let allow = |actions: &str| format!(r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":[{actions}],"Resource":"*"}}]}}"#);
    let moto = Moto::start().await?;
    let (seed, iam) = (moto.seed(), moto.iam());
    let one = seed.secret(ACCOUNT, "us-east-1", "policies/one", "AbCdEf", "1").await?;
    let two = seed.secret(ACCOUNT, "us-east-1", "policies/two", "AbCdEf", "2").await?;
    iam.role("full", TRUST, &allow(r#""secretsmanager:*""#)).await?;
    iam.role("no-batches", TRUST, &allow(r#""secretsmanager:GetSecretValue""#)).await?;
    iam.role("nothing", TRUST, &allow(r#""s3:GetObject""#)).await?;
    let key = iam.user("operator", &allow(r#""sts:AssumeRole""#)).await?;
    iam.obey_policies().await?;
    let door = moto.door().await?;
    let own = [("AWS_ACCESS_KEY_ID", key.id.as_str()), ("AWS_SECRET_ACCESS_KEY", key.secret.as_str())];
    for (role, external_id, counts, expected) in [
        ("full", "the-right-id", &[("AssumeRole", 1), ("BatchGetSecretValue", 1)][..], "value 1\nvalue 2\n"),
        // whoever may read each may read all, one by one
        ("no-batches", "the-right-id", &[("AssumeRole", 1), ("BatchGetSecretValue", 1), ("GetSecretValue", 2)], "value 1\nvalue 2\n"),
        ("nothing", "the-right-id", &[("AssumeRole", 1), ("BatchGetSecretValue", 1), ("GetSecretValue", 2)], "SecretForbidden\nSecretForbidden\n"),
        ("full", "a-wrong-id", &[("AssumeRole", 1)], "SecretForbidden\nSecretForbidden\n"),
    ] {
        let wanted = [&one, &two].map(|arn| Reading {
            value_from: arn.clone(),
            role: format!("arn:aws:iam::{ACCOUNT}:role/{role}"),
            external_id: Some(external_id.into()),
        });
        let printed = read_elsewhere(&door.address(), &wanted, &own).await?;
        let reasons: String = printed.lines().map(|line| line.split(": ").next().unwrap_or_default().to_owned() + "\n").collect();
        assert_eq!(reasons, expected, "{role} {external_id}\n{printed}\n{}", door.requests());
        door.take().expect(counts, &format!("{role} {external_id}"))?;
    }
    Ok(())
}
