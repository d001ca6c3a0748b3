//! Threads: work on batches in any order, results in input order.
//!
//! One thread reads, several work, the calling thread takes the results. Channels are bounded, and a
//! batch enters only when one has left at the end, so memory holds a few batches whatever their
//! number. Results are handed on in the order in which the batches were read: nothing after this
//! module can tell how many threads there were.

use std::{
    collections::BTreeMap,
    num::NonZeroUsize,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::Duration,
};

use crossbeam_channel::{RecvTimeoutError, bounded};

use super::{Underway, Workers};
use crate::{Result, table::Pieces};

/// Batches under way for each worker: one in work, one waiting, one on each side of it.
const AHEAD: usize = 4;

/// How long a result is waited for before it is asked whether the run is to end.
const PATIENCE: Duration = Duration::from_millis(50);

/// Reads items from `source`, has `threads` workers work on them, and hands the results to `sink` in
/// order. The first error of `source` or `sink` in input order ends it, and so does a run that is cancelled.
///
/// `state` makes what a worker keeps from item to item; it must not change results.
pub(crate) fn ordered<T: Send, R: Send, S>(
    now: Underway<'_>,
    threads: NonZeroUsize,
    source: impl Iterator<Item = Result<T>> + Send,
    state: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, T) -> R + Sync,
    mut sink: impl FnMut(R) -> Result<()>,
) -> Result<()> {
    // A channel takes its room when it is made.
    let threads = threads.min(super::MOST_THREADS);
    let ahead = AHEAD * threads.get();
    let (permit, permits) = bounded::<()>(ahead);
    let (send_item, items) = bounded::<(u64, Result<T>)>(ahead);
    let (send_result, results) = bounded::<(u64, Result<thread::Result<R>>)>(ahead);
    thread::scope(|scope| {
        // Both ends that others wait for belong to this closure: when it returns early, they are gone
        // before the threads are waited for.
        let (permits, results) = (permits, results);
        scope.spawn(move || {
            for (number, item) in (0..).zip(source) {
                if now.is_cancelled() {
                    break;
                }
                // A closed channel means that the sink has given up: so does the reader.
                if permit.send(()).is_err() || send_item.send((number, item)).is_err() {
                    break;
                }
            }
        });
        for _ in 0..threads.get() {
            let (items, send_result) = (items.clone(), send_result.clone());
            let (state, work) = (&state, &work);
            scope.spawn(move || {
                let mut state = state();
                for (number, item) in items {
                    // A panic is handed on: a result that never comes would be waited for.
                    let result =
                        item.map(|item| catch_unwind(AssertUnwindSafe(|| work(&mut state, item))));
                    if send_result.send((number, result)).is_err() {
                        break;
                    }
                }
            });
        }
        drop((items, send_result));

        let mut next = 0;
        let mut early = BTreeMap::new();
        loop {
            now.check()?;
            let (number, result) = match results.recv_timeout(PATIENCE) {
                Ok(result) => result,
                Err(RecvTimeoutError::Timeout) => continue,
                Err(RecvTimeoutError::Disconnected) => break,
            };
            early.insert(number, result);
            while let Some(result) = early.remove(&next) {
                next += 1;
                let _ = permits.try_recv();
                sink(result?.unwrap_or_else(|panic| resume_unwind(panic)))?;
            }
        }
        now.check()
    })
}

/// `work(0), …, work(count − 1)` by `threads` workers, in that order.
///
/// `largest_first` lists the numbers in the order in which they are begun, so that one large piece
/// does not start last.
///
/// # Errors
///
/// *Cancelled* if the run is to end.
pub(crate) fn map<R: Send, S>(
    now: Underway<'_>,
    threads: NonZeroUsize,
    largest_first: &[usize],
    state: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, usize) -> R + Sync,
) -> Result<Vec<R>> {
    let results = pieces(threads, largest_first, state, work, || now.is_cancelled());
    now.check()?;
    Ok(results)
}

/// The same, of which nothing more is begun once it `is_over`.
fn pieces<R: Send, S>(
    threads: NonZeroUsize,
    largest_first: &[usize],
    state: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, usize) -> R + Sync,
    is_over: impl Fn() -> bool + Sync,
) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let mut results: Vec<(usize, R)> = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads.get().min(largest_first.len()))
            .map(|_| {
                scope.spawn(|| {
                    let mut state = state();
                    let mut done = Vec::new();
                    while let Some(&number) =
                        largest_first.get(next.fetch_add(1, Ordering::Relaxed))
                    {
                        if is_over() {
                            break;
                        }
                        done.push((number, work(&mut state, number)));
                    }
                    done
                })
            })
            .collect();
        workers
            .into_iter()
            .flat_map(|worker| worker.join().unwrap_or_else(|panic| resume_unwind(panic)))
            .collect()
    });
    results.sort_unstable_by_key(|result| result.0);
    results.into_iter().map(|result| result.1).collect()
}

/// Threads for work of modules that know none.
impl Pieces for Workers {
    fn count(&self) -> usize {
        self.threads.get()
    }

    fn map<R: Send>(&self, count: usize, work: impl Fn(usize) -> R + Sync) -> Vec<R> {
        let order: Vec<usize> = (0..count).collect();
        pieces(self.threads, &order, || (), |(), piece| work(piece), || false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Class, Error,
        engine::{Observer, Stage},
    };

    fn threads(n: usize) -> NonZeroUsize {
        NonZeroUsize::new(n).expect("not zero")
    }

    #[test]
    fn results_come_in_order_whatever_the_threads() {
        for n in [1, 2, 3, 8, usize::MAX] {
            let mut seen = Vec::new();
            let source = (0..1000_u64).map(Ok);
            ordered(
                Underway::unobserved(),
                threads(n),
                source,
                || (),
                |(), x| {
                    if x % 97 == 0 {
                        thread::yield_now();
                    }
                    x * x
                },
                |x| {
                    seen.push(x);
                    Ok(())
                },
            )
            .expect("nothing fails");
            assert_eq!(seen, (0..1000).map(|x| x * x).collect::<Vec<u64>>());
        }
    }

    #[test]
    fn the_first_error_in_order_ends_it() {
        for n in [1, 3] {
            let source = (0..100).map(|x| {
                if x >= 40 { Err(Error::data(format!("item {x}"), "broken")) } else { Ok(x) }
            });
            let mut seen = Vec::new();
            let result = ordered(
                Underway::unobserved(),
                threads(n),
                source,
                || (),
                |(), x| x,
                |x| {
                    seen.push(x);
                    Ok(())
                },
            );
            assert_eq!(result.expect_err("it breaks").to_string(), "item 40: broken");
            assert_eq!(seen.len(), 40);
        }
    }

    /// Often, because it once hung when the reader was the first to wait.
    #[test]
    fn a_sink_that_gives_up_ends_it() {
        for _ in 0..300 {
            let sink = |x| if x < 10 { Ok(()) } else { Err(Error::data("sink", "full")) };
            let now = Underway::unobserved();
            let result = ordered(now, threads(2), (0..100_000).map(Ok), || (), |(), x| x, sink);
            assert_eq!(result.expect_err("it is full").to_string(), "sink: full");
        }
    }

    /// A slow sink: everything under way waits to be taken, the reader waits for a permit.
    #[test]
    fn a_slow_sink_that_gives_up_ends_it() {
        let result = ordered(
            Underway::unobserved(),
            threads(2),
            (0..1000).map(Ok),
            || (),
            |(), x| x,
            |_| {
                thread::sleep(std::time::Duration::from_millis(50));
                Err(Error::data("sink", "full"))
            },
        );
        assert_eq!(result.expect_err("it is full").to_string(), "sink: full");
    }

    #[test]
    fn a_panic_of_a_worker_ends_it() {
        let run = || {
            let work = |(): &mut (), x| if x == 50 { panic!("as planned") } else { x };
            ordered(
                Underway::unobserved(),
                threads(2),
                (0..10_000).map(Ok),
                || (),
                work,
                |_| Ok(()),
            )
        };
        assert!(std::panic::catch_unwind(run).is_err());
    }

    #[test]
    fn map_keeps_the_order_of_numbers() {
        let order: Vec<usize> = (0..100).rev().collect();
        for n in [1, 2, 5] {
            let squares =
                map(Underway::unobserved(), threads(n), &order, || (), |(), x| x * x).unwrap();
            assert_eq!(squares, (0..100).map(|x| x * x).collect::<Vec<_>>());
        }
    }

    /// Is asked to end once so many pieces are done.
    struct After(AtomicUsize);

    impl Observer for After {
        fn is_cancelled(&self) -> bool {
            self.0.load(Ordering::Relaxed) == 0
        }
    }

    /// What is endless ends.
    #[test]
    fn a_run_that_is_cancelled_begins_nothing_more() {
        for n in [1, 4] {
            let after = After(AtomicUsize::new(100));
            let done = |x: u64| {
                let _ = after
                    .0
                    .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| n.checked_sub(1));
                x
            };
            let result = crate::engine::stage(&after, Stage::Learn, |now| {
                ordered(now, threads(n), (0..).map(Ok), || (), |(), x| done(x), |_| Ok(()))
            });
            assert_eq!(result.unwrap_err().class(), Class::Cancelled);
            let after = After(AtomicUsize::new(100));
            let done = |_| {
                after.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| n.checked_sub(1))
            };
            let order: Vec<usize> = (0..1_000_000).collect();
            let result = crate::engine::stage(&after, Stage::Label, |now| {
                map(now, threads(n), &order, || (), |(), x| usize::from(done(x).is_ok())).map(drop)
            });
            assert_eq!(result.unwrap_err().class(), Class::Cancelled);
            assert_eq!(after.0.load(Ordering::Relaxed), 0);
        }
    }
}
