//! Runs the trials as libtest would, and takes the cluster down after the last one.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::process::ExitCode;
use std::sync::{Arc, Weak};

use futures::FutureExt;
use libtest_mimic::{Arguments, Completion, Conclusion, Failed};
use tokio::runtime::Runtime;
use tokio::sync::{Mutex, OwnedRwLockWriteGuard, RwLock};

use crate::context::{Bed, Context};
use crate::support::cluster::real_node;
use crate::support::{Cluster, ClusterOptions, Result, interrupt};

// tests wait for others most of their time
const SIDE_BY_SIDE: usize = 8;

type Body = Box<dyn FnOnce(Arc<Context>) -> Pin<Box<dyn Future<Output = Result<()>>>> + Send>;

/// A test and how it is run.
pub struct Trial {
    name: String,
    company: Company,
    on_a_real_node: bool,
    body: Body,
}

/// Beside which tests a test runs. They come in this order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Company {
    Parallel,
    Quiet,
    Alone,
}

impl Trial {
    /// A test that runs beside others. Its name is the path of the function, as libtest would have it.
    pub fn parallel<F, R>(test: F) -> Self
    where
        F: FnOnce(Arc<Context>) -> R + Send + 'static,
        R: Future<Output = Result<()>> + 'static,
    {
        let path = std::any::type_name::<F>();
        let name = path.split_once("::").map_or(path, |(_, name)| name).to_owned();
        Self { name, company: Company::Parallel, on_a_real_node: false, body: Box::new(|context| Box::pin(test(context))) }
    }

    /// A test that runs beside others of its kind only: what it promises is a time, which tests that load the machine would change.
    pub fn quiet<F, R>(test: F) -> Self
    where
        F: FnOnce(Arc<Context>) -> R + Send + 'static,
        R: Future<Output = Result<()>> + 'static,
    {
        Self { company: Company::Quiet, ..Self::parallel(test) }
    }

    /// A test that runs when no other does: it installs for the whole cluster, or breaks something.
    pub fn alone<F, R>(test: F) -> Self
    where
        F: FnOnce(Arc<Context>) -> R + Send + 'static,
        R: Future<Output = Result<()>> + 'static,
    {
        Self { company: Company::Alone, ..Self::parallel(test) }
    }

    /// The same, on the cluster with a real node. Where this machine cannot run one, the test says why and is counted as ignored.
    pub fn on_a_real_node(self) -> Self {
        Self { on_a_real_node: true, ..self }
    }
}

/// Runs the trials that the arguments select; the result is the process's exit status.
pub fn run(mut arguments: Arguments, mut trials: Vec<Trial>) -> Result<ExitCode> {
    arguments.test_threads.get_or_insert(SIDE_BY_SIDE);
    let runtime = Arc::new(Runtime::new()?);
    interrupt::stop_everything_on_interrupt(runtime.handle())?;
    let bed = Arc::new(Bed::default());
    let gate = Arc::new(Gate::default());

    trials.sort_by_key(|trial| trial.company);
    let tests = trials.into_iter().map(|trial| {
        let (runtime, bed, gate) = (Arc::clone(&runtime), Arc::clone(&bed), Arc::clone(&gate));
        let name = trial.name.clone();
        libtest_mimic::Trial::ignorable_test(name, move || runtime.block_on(run_one(trial, bed, gate)))
    });
    let conclusion = libtest_mimic::run(&arguments, tests.collect());
    let verdict = runtime.block_on(bed.verify(all_ran(&conclusion)));
    runtime.block_on(async { bed.close() });
    Cluster::stop_all();
    if let Err(fault) = verdict {
        eprintln!("\nof all tests together: {fault}\n");
        return Ok(ExitCode::FAILURE);
    }
    Ok(conclusion.exit_code())
}

/// Whether every test ran to its end. Those that this machine cannot run are counted as ignored.
pub fn all_ran(conclusion: &Conclusion) -> bool {
    let Conclusion { num_filtered_out, num_passed: _, num_failed, num_ignored, num_measured: _ } = conclusion;
    num_filtered_out + num_failed + num_ignored == 0
}

async fn run_one(trial: Trial, bed: Arc<Bed>, gate: Arc<Gate>) -> Result<Completion, Failed> {
    let (options, shared) =
        if trial.on_a_real_node { (ClusterOptions::real_node(), Arc::clone(&bed.real)) } else { (ClusterOptions::default(), Arc::clone(&bed.played)) };
    if let Some(reason) = real_node::missing().filter(|_| trial.on_a_real_node) {
        return Ok(Completion::ignored_with(reason));
    }
    let _inside = gate.enter(trial.company).await;
    if trial.company == Company::Alone {
        shared.wait_until_tidy().await?;
    }
    let context = Arc::new(Context::new(trial.name, options, shared));
    let outcome = AssertUnwindSafe((trial.body)(Arc::clone(&context))).catch_unwind().await;
    let failure = match outcome {
        Ok(Ok(())) => context.verify().await.err().map(|error| error.to_string()),
        Ok(Err(error)) => Some(error.to_string()),
        Err(panic) => Some(panic_message(&*panic)),
    };
    let report = match failure {
        Some(message) => Some(format!("{message}\n{}", context.report().await)),
        None => None,
    };
    context.tidy(report.is_some()).await;
    report.map_or(Ok(Completion::Completed), |report| Err(Failed::from(report)))
}

/// Keeps those apart that are no company for each other.
#[derive(Default)]
struct Gate {
    lock: Arc<RwLock<()>>,
    /// What the quiet tests hold together, from the first of them until the last has ended.
    quiet: Mutex<Weak<OwnedRwLockWriteGuard<()>>>,
}

impl Gate {
    /// One is inside for as long as what is returned is held.
    async fn enter(&self, company: Company) -> Box<dyn Any> {
        let lock = Arc::clone(&self.lock);
        match company {
            Company::Parallel => Box::new(lock.read_owned().await),
            Company::Quiet => Box::new(self.enter_quietly().await),
            Company::Alone => Box::new(lock.write_owned().await),
        }
    }

    async fn enter_quietly(&self) -> Arc<OwnedRwLockWriteGuard<()>> {
        let mut quiet = self.quiet.lock().await;
        if let Some(held) = quiet.upgrade() {
            return held;
        }
        let held = Arc::new(Arc::clone(&self.lock).write_owned().await);
        *quiet = Arc::downgrade(&held);
        held
    }
}

fn panic_message(panic: &(dyn Any + Send)) -> String {
    let message = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    format!("panicked: {}", message.unwrap_or("without a message"))
}
