//! The reconcile of an `ECSTaskDefinition`: observe → plan → apply → report.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;

use super::apply::task_definition::TaskDefinitionPlan;
use super::apply::{Applied, OwnerReference};
use super::cache::{NamespacedName, OwnKind, Specification};
use super::error::Problem;
use super::observe::{self, family, leftover, owner_of_family};
use super::plan::{Environment, first_error, invalid, read_cluster};
use super::report;
use super::report::events::Happening;
use super::{Controller, Outcome};
use crate::ecs::reference::TaskDefinitionReference;
use crate::ecs::{self, unset};
use crate::grant::{self, Grants, Home, Named, Wanted};
use crate::revision::RegisteredTaskDefinition;
use crate::revision::task_definition::{next_number, superfluous};
use crate::translate::{self, Diagnostic, Inputs, Kind, Object, Origin, Rendering, ServiceAccountReference, TaskDefinitionRevision};

/// All that the reconcile of a task definition depends on.
struct Observed {
    name: NamespacedName,
    specification: Specification,
    /// The cluster of its namespace, as served.
    cluster: Arc<Value>,
    /// What it may have of AWS, by the grants that it names.
    named: Named,
    /// Its revisions, the oldest first: number, uid, what was registered.
    revisions: Vec<(i64, String, Arc<RegisteredTaskDefinition>)>,
    /// The numbers that are taken: by its own revisions, and by what services run.
    taken: Vec<i64>,
    /// The numbers that services pin or run.
    referred_to: BTreeSet<i64>,
    /// The ServiceAccounts that service revisions name.
    accounts_in_use: BTreeSet<ServiceAccountReference>,
    /// The ServiceAccounts and associations that are there.
    identities: Vec<Identity>,
    /// Whether the cluster has ACK's `PodIdentityAssociation`.
    has_ack: bool,
    /// Who has the family, where that is another.
    claimed_by: Option<String>,
    leftover: Option<(Kind, String)>,
}

/// A ServiceAccount or an association that is there.
struct Identity {
    kind: Kind,
    name: String,
    uid: String,
    /// Whether the task definition made it.
    is_ours: bool,
    /// Whether a service made it.
    is_of_service: bool,
}

/// Reconciles the task definition of this name.
pub async fn reconcile(controller: &Controller, name: &NamespacedName) -> Outcome {
    let Some(observed) = observe_task_definition(controller, name) else { return Outcome::default() };
    let (plan, diagnostics, mut problem) = plan(&observed, &controller.environment);
    let mut applied = Applied::default();
    if problem.is_none() {
        let owner = OwnerReference::of(OwnKind::TaskDefinition, name, &observed.specification);
        problem = controller.apply.task_definition(&owner, &plan, &mut applied).await.err();
        if problem.is_none() && plan.register.is_some() {
            // Its followers need not wait for the watch to bring what we just wrote.
            controller.wake_kinds(&name.namespace, &[OwnKind::Service]);
            tell_registered(controller, &observed, &plan);
        }
    }
    report(controller, &observed, &plan, &diagnostics, problem, applied).await
}

fn observe_task_definition(controller: &Controller, name: &NamespacedName) -> Option<Observed> {
    let (cache, settings) = (controller.apply.cache(), &controller.environment.settings);
    let specification = cache.specification(OwnKind::TaskDefinition, name)?.clone();
    if specification.deleting || cache.is_terminating(&name.namespace) {
        return None;
    }
    let family = family(&name.name, &specification.spec);
    let mut revisions: Vec<_> =
        observe::registered(&cache, name, &specification.uid).map(|(child, number, held)| (number, child.uid.clone(), held.clone())).collect();
    revisions.sort_by_key(|(number, ..)| *number);
    let service_revisions: Vec<_> =
        cache.children(Kind::ControllerRevision, &name.namespace).filter_map(|(_, child)| child.revision.as_ref()?.service()).collect();
    let running = || service_revisions.iter().filter(|revision| revision.task_definition.family == family).map(|revision| revision.task_definition.revision);
    let pinned = cache.specifications(OwnKind::Service, &name.namespace).filter_map(|(_, service)| {
        let reference: TaskDefinitionReference = service.spec.get("taskDefinition")?.as_str()?.parse().ok()?;
        reference.revision.filter(|_| reference.family == family)
    });
    // Of whatever family, and whether we can read it or not: the object of that number has its name.
    let own_numbers = cache.children_of(OwnKind::TaskDefinition, name).filter_map(|(_, _, child)| Some(child.revision.as_ref()?.number));
    let kinds = [Kind::ServiceAccount, Kind::PodIdentityAssociation].into_iter();
    let identities = kinds.flat_map(|kind| cache.children(kind, &name.namespace).map(move |(name, child)| (kind, name, child)));
    Some(Observed {
        named: cache.access(&name.namespace).named(grant::names_in(&specification.spec), &Home::of(settings)),
        cluster: observe::cluster_of(&cache, &name.namespace).map_or(Arc::new(Value::Null), |(_, cluster)| cluster.spec.clone()),
        taken: own_numbers.chain(running()).collect(),
        referred_to: running().chain(pinned).collect(),
        accounts_in_use: service_revisions.iter().map(|revision| revision.rendering.service_account.clone()).collect(),
        has_ack: cache.is_installed(Kind::PodIdentityAssociation),
        identities: identities
            .filter(|(.., child)| !child.deleting)
            .map(|(kind, name, child)| Identity {
                kind,
                name: name.to_owned(),
                uid: child.uid.clone(),
                is_ours: child.is_owned_by(&specification.uid),
                is_of_service: child.owner.as_ref().is_some_and(|owner| owner.kind == OwnKind::Service.name()),
            })
            .collect(),
        claimed_by: owner_of_family(&cache, &name.namespace, &family).map(|(owner, _)| owner.to_owned()).filter(|owner| *owner != name.name),
        leftover: leftover(&cache, OwnKind::TaskDefinition, name, &specification.uid),
        name: name.clone(),
        specification: specification.clone(),
        revisions,
    })
}

fn plan(observed: &Observed, environment: &Environment) -> (TaskDefinitionPlan, Vec<Diagnostic>, Option<Problem>) {
    let Observed { name, specification, cluster: _, named, revisions, taken, referred_to, accounts_in_use, identities, has_ack, claimed_by, leftover } =
        observed;
    let stopped = |problem| (TaskDefinitionPlan::default(), Vec::new(), Some(problem));
    if let Some((kind, name)) = leftover {
        return stopped(Problem::StillDeleting { kind: *kind, name: name.clone() });
    }
    let family = family(&name.name, &specification.spec);
    if let Some(owner) = claimed_by {
        return stopped(Problem::Claimed { kind: OwnKind::TaskDefinition.name(), name: owner.clone(), identity: format!("family `{family}`") });
    }
    let (rendering, diagnostics) = match rendering(observed, &family, environment) {
        Ok(rendered) => rendered,
        Err(problem) => return stopped(problem),
    };
    let error = first_error(&diagnostics);
    let Some(rendering) = rendering.filter(|_| error.is_none()) else {
        let problem = error.map_or_else(|| Problem::InvalidSpecification("it cannot be translated".into()), invalid);
        return (TaskDefinitionPlan::default(), diagnostics, Some(problem));
    };
    let is_registered = revisions.last().is_some_and(|(_, _, newest)| newest.spec == *specification.spec);
    let register = (!is_registered).then(|| {
        (
            next_number(taken.iter().copied()),
            RegisteredTaskDefinition { family: family.clone(), service_account: rendering.service_account.clone(), spec: specification.spec.as_ref().clone() },
        )
    });
    let numbers: Vec<i64> = revisions.iter().map(|(number, ..)| *number).collect();
    let gone = superfluous(&numbers, |number| referred_to.contains(&number));
    let mut service_accounts = vec![rendering.service_account.clone()];
    let held = revisions.iter().filter(|(number, ..)| !gone.contains(number)).map(|(_, _, held)| &held.service_account);
    // Of no revision of ours, but made by us: by what the settings or the cluster said meanwhile.
    let made = |account: &&ServiceAccountReference| identities.iter().any(|there| there.is_ours && there.name == account.name);
    for account in held.chain(accounts_in_use.iter().filter(made)) {
        if !service_accounts.iter().any(|known| known.name == account.name) {
            service_accounts.push(account.clone());
        }
    }
    let is_wanted = |identity: &Identity| {
        let names = |account: &ServiceAccountReference| account.name == identity.name && (identity.kind == Kind::ServiceAccount || account.is_associated);
        service_accounts.iter().chain(accounts_in_use).any(names)
    };
    let superfluous_identities = identities.iter().filter(|identity| identity.is_ours && !is_wanted(identity));
    let superfluous_identities = superfluous_identities.map(|Identity { kind, name, uid, .. }| (*kind, name.clone(), uid.clone())).collect();
    // The account of a role that was allowed once is neither made again nor mended.
    let may_be_had = |role: &str| role.parse().is_ok_and(|role| named.allowing(&Wanted::TaskRole(&role)).is_ok());
    service_accounts.retain(|wanted| wanted.name == rendering.service_account.name || wanted.role.as_deref().is_none_or(may_be_had));
    // Whether ACK has been installed meanwhile is found out with each revision, by asking.
    let has_ack = *has_ack || register.is_some();
    let of_account = |account| translate::identities(&name.namespace, &name.name, account, &environment.settings, has_ack);
    // What a service found gone it has made again as its own: that serves as well.
    let is_of_service = |object: &Object| identities.iter().any(|there| there.is_of_service && (there.kind, &there.name) == (object.kind, &object.name));
    let identities = service_accounts.iter().flat_map(of_account).filter(|object| !is_of_service(object)).collect();
    let needs_no_association = environment.settings.pod_identity_associations.is_none();
    let superfluous_revisions = revisions.iter().filter(|(number, ..)| gone.contains(number)).map(|(number, uid, _)| (*number, uid.clone())).collect();
    let plan = TaskDefinitionPlan { register, identities, needs_no_association, superfluous_revisions, superfluous_identities };
    (plan, diagnostics, None)
}

/// The pods of a task definition alone, as one service of one task would run them.
fn rendering(observed: &Observed, family: &str, environment: &Environment) -> Result<(Option<Rendering>, Vec<Diagnostic>), Problem> {
    let Observed { name, specification, cluster, named, has_ack, .. } = observed;
    let spec: ecs::TaskDefinition = unset::read(&specification.spec).map_err(|error| Problem::InvalidSpecification(format!("spec: {error}")))?;
    let service = ecs::Service { task_definition: Some(family.to_owned()), desired_count: Some(1), ..ecs::Service::default() };
    // How tasks get their role is the namespace's, and so the ServiceAccount's.
    let cluster = read_cluster(cluster);
    let inputs = Inputs {
        namespace: &name.namespace,
        name: &name.name,
        service: &service,
        task_definition: TaskDefinitionRevision { name: &name.name, family, revision: 1, spec: &spec },
        cluster: cluster.as_ref(),
        settings: &environment.settings,
        grants: Grants::Known(named),
        has_ack: *has_ack,
        kubernetes: environment.kubernetes,
        ingress_classes: &[],
        service_revision: 1,
        running_ports: &[],
    };
    let (rendering, mut diagnostics) = (environment.render)(&inputs);
    diagnostics.retain(|diagnostic| diagnostic.origin == Origin::TaskDefinition);
    Ok((rendering, diagnostics))
}

fn tell_registered(controller: &Controller, Observed { name, specification, .. }: &Observed, plan: &TaskDefinitionPlan) {
    if let Some((number, registered)) = &plan.register {
        let note = format!("(task definition {}) has registered revision {number}.", registered.family);
        let happening = Happening { reason: "Registered", note, is_warning: false };
        controller.events.publish(OwnKind::TaskDefinition, name, &specification.uid, &happening);
    }
}

async fn report(
    controller: &Controller,
    observed: &Observed,
    plan: &TaskDefinitionPlan,
    diagnostics: &[Diagnostic],
    problem: Option<Problem>,
    applied: Applied,
) -> Outcome {
    let Observed { name, specification, revisions, .. } = observed;
    let newest = plan.register.as_ref().map(|(number, _)| *number).or_else(|| revisions.last().map(|(number, ..)| *number));
    let mut outcome = Outcome { problem, again: applied.again };
    let key = (OwnKind::TaskDefinition, name.clone());
    let is_silent = outcome.problem.as_ref().is_some_and(|problem| !controller.is_worth_telling(&key, problem));
    let behind = newest
        .filter(|_| outcome.problem.is_none())
        .and_then(|newest| report::task_definition::follower_behind(&controller.apply.cache(), name, specification, newest));
    if is_silent || behind.is_some() {
        tracing::debug!(task_definition = %name.name, ?behind, "its status waits for the services that follow it");
        return outcome;
    }
    let (verdict, status) = report::task_definition::status(name, specification, newest, diagnostics, outcome.problem.as_ref(), Timestamp::now());
    controller.conclude(&key, specification, &verdict, status, &mut outcome).await;
    outcome
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::Arc;

    use serde_json::{Value, json};

    use super::super::cache::{Cache, NamespacedName, Source, Specification};
    use super::{Environment, Identity, Observed, plan};
    use crate::grant::Home;
    use crate::revision::RegisteredTaskDefinition;
    use crate::settings::Settings;
    use crate::translate::names::service_account;
    use crate::translate::{Kind, KubernetesVersion, Object, ServiceAccountReference, render};

    const ROLE: &str = "arn:aws:iam::123456789012:role/web";
    const WAYS: [&str; 3] = ["irsa", "podIdentity", "none"];

    /// The ServiceAccount of tasks that have the role in this way.
    fn account(way: &str) -> ServiceAccountReference {
        let (role, is_associated) = (Some(ROLE.to_owned()).filter(|_| way != "none"), way == "podIdentity");
        ServiceAccountReference { name: service_account("web", role.as_deref(), is_associated), role, is_associated }
    }

    /// A task definition that was registered and runs in these ways, in a namespace whose cluster says another; with all that it made.
    fn observed(registered: &str, runs: &str, today: &str) -> Observed {
        let container = json!({"name": "web", "image": "web:1", "memory": 64});
        let spec = json!({"taskRoleArn": ROLE, "containerDefinitions": [container], "kubernetes": {"grants": ["web"]}});
        let mut cache = Cache::default();
        let selector = json!({"matchLabels": {"kubernetes.io/metadata.name": "n"}});
        cache.seen(Source::AccessGrant, &json!({"metadata": {"name": "web"}, "spec": {"namespaceSelector": selector, "taskRoles": [ROLE]}}));
        cache.seen(Source::Namespace, &json!({"metadata": {"name": "n", "labels": {"kubernetes.io/metadata.name": "n"}}}));
        let home = Home { account: Some("123456789012".into()), region: None };
        let held = RegisteredTaskDefinition { family: "web".into(), service_account: account(registered), spec: spec.clone() };
        let identity = |kind: Kind, name: String| Identity { kind, name, uid: "i".into(), is_ours: true, is_of_service: false };
        let mut identities: Vec<Identity> = WAYS.iter().map(|way| identity(Kind::ServiceAccount, account(way).name)).collect();
        identities.push(identity(Kind::PodIdentityAssociation, account("podIdentity").name));
        Observed {
            name: NamespacedName::new("n", "web"),
            specification: Specification::of(&json!({"metadata": {"uid": "u", "generation": 1, "resourceVersion": "1"}, "spec": spec})),
            cluster: Arc::new(json!({"kubernetes": {"identity": today}})),
            named: cache.access("n").named(["web"], &home),
            revisions: vec![(1, "r".into(), Arc::new(held))],
            taken: vec![1],
            referred_to: BTreeSet::from([1]),
            accounts_in_use: BTreeSet::from([account(runs)]),
            identities,
            has_ack: true,
            claimed_by: None,
            leftover: None,
        }
    }

    #[test]
    fn what_runs_keeps_its_role_in_the_way_that_it_has_it_while_what_comes_has_it_in_another() {
        let settings = Settings { account: Some("123456789012".into()), eks_cluster_name: Some("shop".into()), ..Settings::default() };
        let environment = Environment { settings, kubernetes: KubernetesVersion::NEWEST, render };
        for (registered, runs, today) in WAYS.iter().flat_map(|one| WAYS.iter().flat_map(move |two| WAYS.map(|three| (*one, *two, three)))) {
            let (plan, diagnostics, problem) = plan(&observed(registered, runs, today), &environment);
            assert!(problem.is_none() && plan.register.is_none(), "{diagnostics:?}");
            let ways = BTreeSet::from([registered, runs, today]);
            let object = |kind: Kind, way: &str| plan.identities.iter().find(|object| (object.kind, &object.name) == (kind, &account(way).name));
            let goes = |kind: Kind, way: &str| plan.superfluous_identities.iter().any(|(gone, name, _)| (*gone, name) == (kind, &account(way).name));
            for way in WAYS {
                let is_kept = ways.contains(way);
                let made = object(Kind::ServiceAccount, way).map(annotations);
                assert_eq!((made, goes(Kind::ServiceAccount, way)), (is_kept.then(|| expected(way)), !is_kept), "{way} of {ways:?}");
            }
            let association = (object(Kind::PodIdentityAssociation, "podIdentity").is_some(), goes(Kind::PodIdentityAssociation, "podIdentity"));
            let is_kept = ways.contains("podIdentity");
            assert_eq!(association, (is_kept, !is_kept), "{ways:?}");
        }
    }

    fn annotations(object: &Object) -> Value {
        object.body["metadata"]["annotations"].clone()
    }

    fn expected(way: &str) -> Value {
        match way {
            "irsa" => json!({"eks.amazonaws.com/role-arn": ROLE}),
            "podIdentity" => json!({"ecs-operator.dev/associated-role": ROLE}),
            _ => Value::Null,
        }
    }
}
