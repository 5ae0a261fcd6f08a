//! What holds for every specification, whatever it says: translation ends, does not panic, does the same twice, and makes only what a
//! cluster may be given. `PROPTEST_CASES=20000 cargo test --test properties` looks further.

#![expect(clippy::expect_used, clippy::panic, reason = "a test")]

mod dangers;
mod names;
mod restricted;
mod specification;
mod taken_out;
mod words;

use std::cell::Cell;
use std::time::{Duration, Instant};

use ecs_operator::ecs;
use ecs_operator::grant::Grants;
use ecs_operator::settings::Settings;
use ecs_operator::translate::{self, IngressClass, Inputs, Kind, KubernetesVersion, Object, Severity, TaskDefinitionRevision, Translation};
use ecs_operator::yaml::{self, tree};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner};
use serde_json::Value;

use specification::{Specification, mounting, specifications};

const CASES: u32 = 400;
/// Of one translation, in a program that is not optimised, on a machine that does other things.
const LONGEST: Duration = Duration::from_secs(2);
const NAME: &str = "web";
const NAMESPACE: &str = "shop";

/// What else a translation depends on.
#[derive(Clone, Debug)]
struct Surroundings {
    settings: Settings,
    classes: Vec<IngressClass>,
    kubernetes: KubernetesVersion,
}

/// What was translated, in its own types too.
struct Case {
    settings: Settings,
    service: ecs::Service,
    task_definition: ecs::TaskDefinition,
    cluster: ecs::Cluster,
    specification: Specification,
    translation: Translation,
}

impl Case {
    /// Every object that is made, with the ServiceAccount and the Secrets.
    fn objects(&self) -> Vec<Object> {
        let Translation { rendering: Some(rendering), desired: Some(desired), diagnostics: _ } = &self.translation else { return Vec::new() };
        let identities = translate::identities(NAMESPACE, NAME, &rendering.service_account, &self.settings, true);
        let secrets = translate::secret::secrets(NAMESPACE, NAME, 1, rendering).into_iter().map(|secret| secret.object);
        identities.into_iter().chain(secrets).chain(desired.objects.iter().cloned()).collect()
    }

    /// The specification of the pods.
    fn pod(&self) -> &Value {
        self.translation.rendering.as_ref().map_or(&Value::Null, |rendering| &rendering.template["spec"])
    }
}

/// Fails with the smallest specification for which `holds` does not.
fn always(surroundings: impl Strategy<Value = Surroundings>, holds: impl Fn(&Case)) {
    always_of(specifications(), surroundings, holds);
}

/// The same of these specifications.
fn always_of(specifications: impl Strategy<Value = Specification>, surroundings: impl Strategy<Value = Surroundings>, holds: impl Fn(&Case)) {
    // The same specifications at each run: a change is at fault for what it breaks.
    let mut config = Config { failure_persistence: None, max_shrink_iters: 2000, ..Config::default() };
    if std::env::var_os("PROPTEST_CASES").is_none() {
        config.cases = CASES;
    }
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let (cases, rendered) = (Cell::new(0), Cell::new(0));
    let tried = runner.run(&(specifications, surroundings), |(specification, surroundings)| {
        let case = accepted(specification, &surroundings);
        cases.set(cases.get() + 1);
        rendered.set(rendered.get() + u32::from(case.translation.desired.is_some()));
        holds(&case);
        Ok(())
    });
    match tried {
        Ok(()) => assert!(rendered.get() * 2 > cases.get(), "of {} cases only {} are not refused", cases.get(), rendered.get()),
        Err(TestError::Fail(reason, (specification, surroundings))) => {
            let Specification { service, task_definition, cluster } = specification;
            panic!("{reason}\nservice: {service}\ntask definition: {task_definition}\ncluster: {cluster}\n{surroundings:?}");
        }
        Err(error @ TestError::Abort(_)) => panic!("{error}"),
    }
}

/// The translation of a specification, out of which is taken what it is refused for.
fn accepted(mut specification: Specification, surroundings: &Surroundings) -> Case {
    loop {
        let case = translated(specification.clone(), surroundings);
        let errors = case.translation.diagnostics.iter().filter(|diagnostic| diagnostic.fault.severity() == Severity::Error);
        // The last first, so that the others keep their paths.
        let mut paths: Vec<_> = errors.map(|error| (error.origin, error.path.as_str())).collect();
        paths.sort_unstable();
        let mended = paths.iter().rev().fold(specification.clone(), |mended, (origin, path)| mended.without(*origin, path).unwrap_or(mended));
        if mended == specification {
            assert_eq!(case.translation, translated(specification, surroundings).translation, "the second translation differs");
            return case;
        }
        specification = mended;
    }
}

fn translated(specification: Specification, surroundings: &Surroundings) -> Case {
    let Surroundings { settings, classes, kubernetes } = surroundings;
    let (service, task_definition, cluster) = specification.read().expect("what the schema has is read");
    let inputs = Inputs {
        namespace: NAMESPACE,
        name: NAME,
        service: &service,
        task_definition: TaskDefinitionRevision { name: NAME, family: NAME, revision: 1, spec: &task_definition },
        cluster: Some(&cluster),
        settings,
        grants: Grants::Unknown,
        has_ack: true,
        kubernetes: *kubernetes,
        ingress_classes: classes,
        service_revision: 1,
        running_ports: &[],
    };
    let start = Instant::now();
    let translation = translate::translate(&inputs);
    assert!(start.elapsed() < LONGEST, "translation took {:?}", start.elapsed());
    Case { settings: settings.clone(), service, task_definition, cluster, specification, translation }
}

/// Any version of Kubernetes, with or without an ingress class, and these settings.
fn with(settings: Vec<Settings>) -> impl Strategy<Value = Surroundings> {
    let class = |name: &str, controller: &str| vec![IngressClass { name: name.into(), controller: controller.into(), default: true }];
    let classes = vec![Vec::new(), class("alb", "ingress.k8s.aws/alb"), class("nginx", "k8s.io/ingress-nginx")];
    (select(settings), select(classes), 34..=37_u32).prop_map(|(settings, classes, minor)| Surroundings {
        settings,
        classes,
        kubernetes: KubernetesVersion { minor },
    })
}

/// The settings of the goldens, which allow everything.
fn everything_allowed() -> Settings {
    Settings::read(include_str!("../golden/settings.yaml")).expect("settings")
}

fn external_secrets() -> Settings {
    Settings::read(include_str!("../golden/external secrets/one object asks both stores for what is asked for/settings.yaml")).expect("settings")
}

fn every_setting() -> Vec<Settings> {
    vec![Settings::default(), everything_allowed(), restricted::settings(), external_secrets()]
}

#[test]
fn names_are_legal_and_none_is_given_twice() {
    always(with(every_setting()), |case| names::check(&case.objects()));
}

#[test]
fn nothing_is_selected_by_a_revision() {
    always(with(every_setting()), |case| case.objects().iter().for_each(|object| names::check_selectors(&object.body)));
}

#[test]
fn no_object_says_where_a_secret_is_kept() {
    always(with(vec![everything_allowed()]), |case| {
        for object in case.objects() {
            assert!(!object.body.to_string().contains(words::CANARY), "{}", object.body);
        }
        let objects = case.objects();
        let secrets = objects.iter().filter(|object| object.kind == Kind::Secret);
        for (name, value) in secrets.filter_map(|object| object.body["data"].as_object()).flatten() {
            assert!(value == "" || value == translate::secret::NO_CREDENTIALS, "{name} has a value");
        }
    });
}

#[test]
fn what_is_dangerous_is_asked_for_and_allowed() {
    always(with(every_setting()), |case| dangers::check(case.pod(), &case.specification.task_definition, |danger| case.settings.allow.has(danger, NAMESPACE)));
}

#[test]
fn what_nodes_mount_is_of_a_server_and_allowed() {
    let volumes = Cell::new(0);
    always_of(mounting(), with(every_setting()), |case| {
        for volume in case.objects().iter().filter(|object| object.kind == Kind::PersistentVolume) {
            volumes.set(volumes.get() + 1);
            dangers::check_volume(&volume.body["spec"], |file_system| case.settings.allow.has_file_system(file_system, NAMESPACE));
        }
    });
    assert!(volumes.get() > 0, "nothing was mounted");
}

#[test]
fn restricted_pods_satisfy_the_standard() {
    always(with(vec![restricted::settings(), everything_allowed()]), |case| {
        let of_service = case.service.kubernetes.as_ref().and_then(|kubernetes| kubernetes.pod_security);
        let of_cluster = case.cluster.kubernetes.as_ref().and_then(|kubernetes| kubernetes.pod_security);
        if [of_service, of_cluster, Some(case.settings.pod_security)].contains(&Some(ecs::kubernetes::PodSecurity::Restricted)) {
            restricted::check(case.pod(), &case.task_definition);
        }
    });
}

#[test]
fn what_is_printed_reads_as_it_was() {
    always(with(vec![everything_allowed()]), |case| {
        for object in case.objects() {
            let text = yaml::to_string(&object.body).expect("YAML");
            let read = tree::read(&text).expect("readable");
            assert!(matches!(read.as_slice(), [node] if node.value() == object.body), "{text}");
        }
    });
}
