//! Runs of the engine: without the interpreter's lock, to be stopped by Ctrl-C, and with progress.

use std::{
    any::Any,
    collections::VecDeque,
    num::NonZeroUsize,
    panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook},
    path::PathBuf,
    sync::{
        Arc, Mutex, MutexGuard, Once, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
        mpsc::{RecvTimeoutError, channel},
    },
    thread,
    time::Duration,
};

use pyo3::prelude::*;

use crate::{
    engine::{
        BUILT_IN_SEEDS, Keep, Kind, Level, MostBad, Observer, Recipe, Result, Settings, Split,
        Stage, Unit, seed_bank,
    },
    errors::{exception, raised, usage},
};

/// How often it is asked whether somebody wants the end, and progress is told.
const TICK: Duration = Duration::from_millis(50);

/// How long a run is waited for that was asked to end. It ends by itself a little later then.
const PATIENCE: Duration = Duration::from_millis(700);

/// How to run, as `refrain._options.Options` says it.
#[derive(FromPyObject)]
pub(crate) struct Options {
    pub(crate) threads: Option<usize>,
    pub(crate) memory: Option<u64>,
    pub(crate) work: Option<PathBuf>,
    pub(crate) seeds: Option<Vec<String>>,
    pub(crate) strict: bool,
    pub(crate) max_bad: Option<u64>,
    pub(crate) recipe: RecipeOptions,
    pub(crate) progress: Option<Py<PyAny>>,
}

/// A `refrain.Recipe`.
#[derive(FromPyObject)]
pub(crate) struct RecipeOptions {
    paragraph: String,
    chrome_level: String,
    keep: String,
    prefer: Vec<String>,
    never: Vec<String>,
    keep_kind: Vec<String>,
}

impl RecipeOptions {
    /// The recipe of the engine.
    pub(crate) fn recipe(&self, py: Python<'_>) -> PyResult<Recipe> {
        let none = |name: &str, found: &str, known: &[&str]| {
            usage(py, format!("{name}={found:?}: not known; one of {}", known.join(", ")))
        };
        let paragraph = match self.paragraph.as_str() {
            "line" => Split::Line,
            "blank" => Split::Blank,
            found => return Err(none("paragraph", found, &["line", "blank"])),
        };
        let chrome_level = match self.chrome_level.as_str() {
            "lenient" => Level::Lenient,
            "balanced" => Level::Balanced,
            "careful" => Level::Careful,
            "strict" => Level::Strict,
            found => {
                let known = ["lenient", "balanced", "careful", "strict"];
                return Err(none("chrome_level", found, &known));
            }
        };
        let keep = match self.keep.as_str() {
            "first" => Keep::First,
            "longest" => Keep::Longest,
            "earliest" => Keep::Earliest,
            found => return Err(none("keep", found, &["first", "longest", "earliest"])),
        };
        let mut keep_kind = Vec::new();
        for word in &self.keep_kind {
            let kind = Kind::named(word)
                .ok_or_else(|| none("keep_kind", word, &Kind::ALL.map(Kind::word)))?;
            keep_kind.push(kind);
        }
        keep_kind.sort_unstable();
        keep_kind.dedup();
        let mut never = self.never.clone();
        never.sort_unstable();
        never.dedup();
        let prefer = self.prefer.clone();
        Ok(Recipe { paragraph, chrome_level, keep, prefer, never, keep_kind, reading: Vec::new() })
    }
}

impl Options {
    /// The settings of the engine.
    pub(crate) fn settings(&self, py: Python<'_>) -> PyResult<Settings> {
        let usual = Settings::default();
        let threads = match self.threads {
            None => usual.threads,
            Some(threads) => NonZeroUsize::new(threads)
                .ok_or_else(|| usage(py, "threads=0: at least one thread is needed"))?,
        };
        let seeds = self.seeds.as_ref().map(|lists| seed_bank(lists.iter().map(String::as_str)));
        Ok(Settings {
            recipe: self.recipe.recipe(py)?,
            seeds,
            threads,
            strict: self.strict,
            most_bad: self.max_bad.map_or_else(MostBad::default, MostBad::Count),
            memory: self.memory,
            work: self.work.clone(),
            ..usual
        })
    }
}

/// The lists of chrome lines that come with the engine: language, lines.
#[pyfunction]
pub(crate) fn built_in_seeds() -> Vec<(&'static str, &'static str)> {
    BUILT_IN_SEEDS.to_vec()
}

/// What is told of a run: stage, unit, done, total; done is nothing when a stage ends.
type Told = (&'static str, Option<&'static str>, Option<u64>, Option<u64>);

/// Watches a run from its threads.
#[derive(Default)]
struct Watch {
    is_cancelled: AtomicBool,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    ended: VecDeque<Told>,
    now: Option<Told>,
}

impl Watch {
    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What there is to tell, the oldest first.
    fn take(&self) -> Vec<Told> {
        let mut seen = self.seen();
        let now = seen.now;
        seen.ended.drain(..).chain(now).collect()
    }
}

impl Observer for Watch {
    fn begin(&self, stage: Stage) {
        self.seen().now = Some((stage.word(), None, Some(0), None));
    }

    fn expect(&self, stage: Stage, unit: Unit, total: Option<u64>) {
        self.seen().now = Some((stage.word(), Some(unit.word()), Some(0), total));
    }

    fn advance(&self, _stage: Stage, done: u64) {
        if let Some((_, _, Some(all), _)) = &mut self.seen().now {
            *all += done;
        }
    }

    fn end(&self, stage: Stage, _took: Duration) {
        let mut seen = self.seen();
        let last = seen.now.take();
        seen.ended.extend(last);
        seen.ended.push_back((stage.word(), None, None, None));
    }

    fn is_cancelled(&self) -> bool {
        self.is_cancelled.load(Ordering::Relaxed)
    }
}

/// Runs `work` by a thread of its own, without the interpreter's lock, and waits for it.
///
/// Signals are looked after meanwhile, and `progress` is called from here: what either raises ends the run.
pub(crate) fn run<T: Send + 'static>(
    py: Python<'_>,
    progress: Option<&Py<PyAny>>,
    work: impl FnOnce(&dyn Observer) -> Result<T> + Send + 'static,
) -> PyResult<T> {
    let watch = Arc::new(Watch::default());
    let (send, mut results) = channel();
    let worker = {
        let watch = Arc::clone(&watch);
        move || {
            let result = guarded(|| work(&*watch));
            // Nobody waits any more for a run that was cancelled.
            let _ = send.send(result);
        }
    };
    let tell = |watch: &Watch| -> PyResult<()> {
        let Some(progress) = progress else { return Ok(()) };
        watch.take().into_iter().try_for_each(|told| progress.call1(py, told).map(drop))
    };
    let spawned = thread::Builder::new().name("refrain".to_owned()).spawn(worker);
    spawned
        .map_err(|e| exception(py, "MachineError", &format!("no thread can be started: {e}")))?;
    loop {
        let result;
        (results, result) = py.detach(move || {
            let result = results.recv_timeout(TICK);
            (results, result)
        });
        match result {
            Ok(Ok(result)) => {
                py.check_signals()?;
                tell(&watch)?;
                return result.map_err(|error| raised(py, &error));
            }
            Ok(Err(panic)) => return Err(exception(py, "InternalError", &panic)),
            Err(RecvTimeoutError::Disconnected) => {
                return Err(exception(py, "InternalError", "the run ended without a result"));
            }
            Err(RecvTimeoutError::Timeout) => {
                if let Err(error) = py.check_signals().and_then(|()| tell(&watch)) {
                    watch.is_cancelled.store(true, Ordering::Relaxed);
                    py.detach(move || drop(results.recv_timeout(PATIENCE)));
                    return Err(error);
                }
            }
        }
    }
}

/// Runs something short without the interpreter's lock.
pub(crate) fn briefly<T: Send>(
    py: Python<'_>,
    work: impl FnOnce() -> Result<T> + Send,
) -> PyResult<T> {
    match py.detach(|| guarded(work)) {
        Ok(result) => result.map_err(|error| raised(py, &error)),
        Err(panic) => Err(exception(py, "InternalError", &panic)),
    }
}

/// Runs of the engine that are under way, whose panics are told as exceptions and not printed.
static RUNNING: AtomicUsize = AtomicUsize::new(0);
/// Where the last of them panicked, and what it said.
static PANICKED: Mutex<Option<String>> = Mutex::new(None);

/// What `work` gives, or what is to be said of its panic.
fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let others = take_hook();
        set_hook(Box::new(move |panic| {
            if RUNNING.load(Ordering::Relaxed) == 0 {
                return others(panic);
            }
            let place = panic.location().map_or(String::new(), |at| format!("{at}: "));
            let said = said(panic.payload());
            let mut kept = PANICKED.lock().unwrap_or_else(PoisonError::into_inner);
            kept.get_or_insert(format!("{place}{said}"));
        }));
    });
    RUNNING.fetch_add(1, Ordering::Relaxed);
    let result = catch_unwind(AssertUnwindSafe(work));
    RUNNING.fetch_sub(1, Ordering::Relaxed);
    result.map_err(|panic| {
        let kept = PANICKED.lock().unwrap_or_else(PoisonError::into_inner).take();
        let told = kept.unwrap_or_else(|| said(&*panic).to_owned());
        format!("this is a fault of refrain, please report it: {told}")
    })
}

fn said(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("a panic without words")
}

/// Panics in a run, to test what becomes of it.
#[pyfunction]
pub(crate) fn _panic(py: Python<'_>) -> PyResult<()> {
    run(py, None, |_| {
        let nothing: &[u8] = &[];
        let at = std::hint::black_box(7);
        let _: u8 = nothing[at];
        Ok(())
    })
}
