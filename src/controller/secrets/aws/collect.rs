//! Questions are gathered for a moment and asked together; each is asked once, however many wait for its answer, and the
//! answer is kept for a while.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep};

use super::super::{Access, SecretFault};
use super::asking::Asking;
use super::question::{Gathered, Group, Question};
use super::{FRESH, Told};

/// How long questions are gathered.
const MOMENT: Duration = Duration::from_millis(30);
/// How long it is believed that something is not there or forbidden.
const REFUSED: Duration = Duration::from_secs(10);

/// All questions and answers.
pub struct Collection {
    asking: Arc<Asking>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    known: BTreeMap<Question, Known>,
    /// By namespace, too: what is asked together is asked in one session, which says whose namespace it is for.
    gathered: BTreeMap<(Group, String), Vec<Gathered>>,
}

/// An answer, or that it is waited for; and since when.
struct Known {
    at: Instant,
    told: watch::Receiver<Option<Told>>,
}

impl Known {
    /// Whether nobody needs to ask again; where a time is given, an answer must be of a request that was sent after it.
    fn is_good(&self, since: Option<Instant>) -> bool {
        let age = self.at.elapsed();
        let is_late_enough = since.is_none_or(|since| self.at >= since);
        match &*self.told.borrow() {
            // who should tell has ended before its time
            None if self.told.has_changed().is_err() => false,
            None => is_late_enough || age < MOMENT,
            Some(Ok(_)) => is_late_enough && age < FRESH,
            Some(Err(SecretFault::Throttled(_) | SecretFault::Unavailable(_))) => false,
            Some(Err(_)) => age < REFUSED,
        }
    }
}

impl Collection {
    /// Nothing asked yet.
    pub fn new(asking: Arc<Asking>) -> Self {
        Self { asking, state: Mutex::default() }
    }

    /// The answer to a question. It is asked to the end also where nobody waits for it any more.
    pub fn ask(self: &Arc<Self>, question: Question, access: &Access, since: Option<Instant>) -> impl Future<Output = Told> + use<> {
        let mut told = self.gather(question, access, since);
        async move {
            let answer = told.wait_for(Option::is_some).await.ok().and_then(|answer| answer.clone());
            answer.unwrap_or_else(|| Err(SecretFault::Unavailable("reading it was interrupted".into())))
        }
    }

    fn gather(self: &Arc<Self>, question: Question, access: &Access, since: Option<Instant>) -> watch::Receiver<Option<Told>> {
        let mut state = self.state();
        if let Some(known) = state.known.get(&question).filter(|known| known.is_good(since)) {
            return known.told.clone();
        }
        let (tell, told) = watch::channel(None);
        state.known.insert(question.clone(), Known { at: Instant::now(), told: told.clone() });
        let together = (question.group.clone(), access.namespace.clone());
        let gathered = state.gathered.entry(together.clone()).or_default();
        gathered.push(Gathered { question, access: access.clone(), tell });
        if gathered.len() == 1 {
            tokio::spawn(Arc::clone(self).ask_after_a_moment(together));
        }
        told
    }

    async fn ask_after_a_moment(self: Arc<Self>, together: (Group, String)) {
        sleep(MOMENT).await;
        let gathered = self.state().gathered.remove(&together).unwrap_or_default();
        self.asking.ask_all(&together.0, gathered).await;
        // no value stays longer in memory than it is of use
        sleep(FRESH).await;
        self.state().known.retain(|_, known| known.at.elapsed() < FRESH || known.told.borrow().is_none());
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
