//! The ledger: what it writes down, that it holds nothing up, and the faults that it plays.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures::{Stream, TryStreamExt, pin_mut};
use http::StatusCode;
use k8s_openapi::api::core::v1::ConfigMap;
use kube::api::{Api, DeleteParams, ListParams, ObjectMeta, Patch, PatchParams, PostParams, WatchEvent, WatchParams};
use kube::{Client, Config};
use serde_json::json;

use crate::context::Context;
use crate::runner::Trial;
use crate::support::{Fault, KillPoint, Ledger, Request, Result, SOON, Verb, ensure, eventually};

pub fn trials() -> Vec<Trial> {
    vec![
        Trial::parallel(records_what_is_asked_and_answered),
        Trial::parallel(streams_watches_as_they_happen),
        Trial::parallel(leaves_rights_to_the_server),
        Trial::parallel(answers_as_told),
        Trial::parallel(lets_nothing_pass_after_a_kill),
    ]
}

async fn records_what_is_asked_and_answered(context: Arc<Context>) -> Result<()> {
    let (ledger, maps) = ledger_and_maps(&context, "default", "edit").await?;
    maps.create(&PostParams::default(), &map("one")).await?;
    maps.get("one").await?;
    let mark = ledger.mark();
    maps.list(&ListParams::default()).await?;
    maps.patch("one", &PatchParams::default(), &Patch::Merge(json!({"data": {"key": "value"}}))).await?;
    maps.delete("one", &DeleteParams::default()).await?;
    maps.get("one").await.err().ok_or("it was deleted")?;

    let counts = BTreeMap::from(
        [("create configmaps", 1), ("get configmaps", 2), ("list configmaps", 1), ("patch configmaps", 1), ("delete configmaps", 1)]
            .map(|(what, count)| (what.to_owned(), count)),
    );
    let all = ledger.requests();
    assert_eq!(all.counts(), counts, "{all}");
    all.clone().refused().expect_count(1, "the last get")?;
    ledger.since(mark).expect_count(4, "after the mark")?;
    ledger.writes().named("one").in_namespace(context.namespace().await?).expect_count(3, "writes")?;
    let patch = all.with_verb(Verb::Patch);
    let patch = patch.iter().next().ok_or("no patch")?;
    assert_eq!(patch.body, Some(json!({"data": {"key": "value"}})));
    assert_eq!(patch.content_type.as_deref(), Some("application/merge-patch+json"));
    assert_eq!(patch.status, Some(200));
    assert!(patch.is_finished(), "{patch}");
    Ok(())
}

async fn streams_watches_as_they_happen(context: Arc<Context>) -> Result<()> {
    let (ledger, maps) = ledger_and_maps(&context, "default", "edit").await?;
    {
        let events = maps.watch(&WatchParams::default(), "0").await?;
        pin_mut!(events);
        for name in ["one", "two"] {
            maps.create(&PostParams::default(), &map(name)).await?;
            let seen = added(&mut events, name);
            tokio::time::timeout(SOON, seen).await??;
        }
        let watch = ledger.requests().with_verb(Verb::Watch);
        watch.expect_count(1, "one watch")?;
        assert!(watch.iter().all(|watch| !watch.is_finished() && watch.status == Some(200)), "{watch}");
    }
    eventually("the watch is finished", SOON, async || {
        let watches = ledger.requests().with_verb(Verb::Watch);
        ensure(watches.iter().all(Request::is_finished), watches)
    })
    .await
}

async fn leaves_rights_to_the_server(context: Arc<Context>) -> Result<()> {
    let (ledger, maps) = ledger_and_maps(&context, "default", "view").await?;
    maps.list(&ListParams::default()).await?;
    maps.create(&PostParams::default(), &map("one")).await.err().ok_or("the account may only look")?;
    let refused = ledger.requests().refused();
    assert_eq!(refused.iter().map(|request| request.status).collect::<Vec<_>>(), [Some(403)], "{refused}");
    Ok(())
}

async fn answers_as_told(context: Arc<Context>) -> Result<()> {
    let (ledger, maps) = ledger_and_maps(&context, "default", "edit").await?;
    ledger.on_write(|request| match request.name.as_deref() {
        Some("refused") => Fault::Answer(StatusCode::TOO_MANY_REQUESTS),
        Some("lost") => Fault::LoseResponse,
        _ => Fault::Pass,
    });
    match maps.create(&PostParams::default(), &map("refused")).await {
        Err(kube::Error::Api(status)) => assert_eq!(status.code, 429),
        other => return Err(format!("{other:?}").into()),
    }
    maps.create(&PostParams::default(), &map("lost")).await.err().ok_or("the answer was lost")?;
    ledger.clear_faults();
    maps.get("lost").await?;
    let refused = maps.get_opt("refused").await?;
    assert!(refused.is_none(), "the server never saw it");
    Ok(())
}

async fn lets_nothing_pass_after_a_kill(context: Arc<Context>) -> Result<()> {
    let (ledger, maps) = ledger_and_maps(&context, "default", "edit").await?;
    let killed = Arc::new(AtomicBool::new(false));
    let victim = Arc::clone(&killed);
    ledger.on_kill("client", move || victim.store(true, Ordering::SeqCst));
    ledger.on_write(|request| match request.name.as_deref() {
        Some("second") => Fault::Kill(KillPoint::ResponseWithheld),
        _ => Fault::Pass,
    });
    maps.create(&PostParams::default(), &map("first")).await?;
    let create = |name| {
        let maps = maps.clone();
        tokio::spawn(async move { maps.create(&PostParams::default(), &map(name)).await.map(drop) })
    };
    let second = create("second");
    eventually("the kill came", SOON, async || ensure(killed.load(Ordering::SeqCst), ledger.requests())).await?;
    let third = create("third");
    eventually("the third came", SOON, async || ensure(!ledger.requests().named("third").is_empty(), ledger.requests())).await?;
    assert!(!second.is_finished() && !third.is_finished(), "{}", ledger.requests());
    second.abort();
    third.abort();

    ledger.clear_faults();
    ledger.door("client").await?;
    let there = maps.list(&ListParams::default()).await?.into_iter().filter_map(|map| map.metadata.name);
    let there: Vec<_> = there.filter(|name| name != "kube-root-ca.crt").collect();
    assert_eq!(there, ["first", "second"], "the server has done the second, nobody let the third pass");
    Ok(())
}

/// Reads on until this one was added.
async fn added(events: &mut (impl Stream<Item = kube::Result<WatchEvent<ConfigMap>>> + Unpin), name: &str) -> Result<()> {
    while let Some(event) = events.try_next().await? {
        if matches!(&event, WatchEvent::Added(map) if map.metadata.name.as_deref() == Some(name)) {
            return Ok(());
        }
    }
    Err("the watch has ended".into())
}

/// A ledger, and a client that goes through it with the token of an account that has this role in the namespace.
async fn ledger_and_maps(context: &Context, account: &str, role: &str) -> Result<(Ledger, Api<ConfigMap>)> {
    let (cluster, namespace) = (context.cluster().await?, context.namespace().await?);
    let subject = format!("--serviceaccount={namespace}:{account}");
    context.kubectl(&["create", "rolebinding", role, &format!("--clusterrole={role}"), &subject]).await?;
    let token = cluster.token(namespace, account).await?;
    let ledger = Ledger::before(&cluster)?;
    let mut config = Config::new(ledger.door("client").await?.parse()?);
    config.auth_info.token = Some(token.into());
    config.default_retry = false;
    let maps: Api<ConfigMap> = Api::namespaced(Client::try_from(config)?, namespace);
    Ok((ledger, maps))
}

fn map(name: &str) -> ConfigMap {
    ConfigMap { metadata: ObjectMeta { name: Some(name.to_owned()), ..ObjectMeta::default() }, ..ConfigMap::default() }
}
