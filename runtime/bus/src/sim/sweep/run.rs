//! Runs a sweep.

use std::error::Error;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use crate::actor::Failure;
use crate::random::derive_seed;
use crate::sim::sweep::grid::Grid;
use crate::sim::sweep::progress::Progress;
use crate::sim::sweep::shard::Shard;
use crate::sim::sweep::table::{Run, Table};

/// Runs a function over a grid, on all processors. See [the module](crate::sim).
#[derive(Debug, Clone)]
pub struct Sweep<P> {
    grid: Grid<P>,
    seed: u64,
    threads: usize,
    shard: Shard,
    shows_progress: bool,
    cancel: Cancel,
}

/// Ends a sweep from outside, from a signal handler's thread for instance. A clone is another handle of
/// the same.
#[derive(Debug, Clone, Default)]
pub struct Cancel {
    is_wanted: Arc<AtomicBool>,
}

impl Cancel {
    /// Ends the sweep: runs that have begun are finished, no other is begun.
    pub fn cancel(&self) {
        self.is_wanted.store(true, Ordering::Relaxed);
    }

    fn is_wanted(&self) -> bool {
        self.is_wanted.load(Ordering::Relaxed)
    }
}

/// A run of a sweep panicked; the others were given up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SweepError {
    /// The number of its point, from 0.
    pub index: usize,
    /// Its parameters.
    pub params: String,
    /// What it said.
    pub failure: Failure,
}

impl fmt::Display for SweepError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { index, params, failure } = self;
        write!(f, "run {index} of the sweep, {params}, {failure}")
    }
}

impl Error for SweepError {}

impl<P: Sync + Send + Clone + fmt::Debug> Sweep<P> {
    /// A sweep over the grid, with seed 0, on as many threads as there are processors.
    #[must_use]
    pub fn new(grid: Grid<P>) -> Self {
        let threads = thread::available_parallelism().map_or(1, usize::from);
        let (shard, cancel) = (Shard::WHOLE, Cancel::default());
        Self { grid, seed: 0, threads, shard, shows_progress: false, cancel }
    }

    /// Says what the runs' seeds are made from.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Says on how many threads; at least one.
    #[must_use]
    pub fn threads(mut self, threads: usize) -> Self {
        self.threads = threads.max(1);
        self
    }

    /// Takes a part of the points only; [`Table::merge`] puts parts together.
    #[must_use]
    pub fn shard(mut self, shard: Shard) -> Self {
        self.shard = shard;
        self
    }

    /// Shows a bar on standard error, where that is a terminal.
    #[must_use]
    pub fn progress(mut self, is_shown: bool) -> Self {
        self.shows_progress = is_shown;
        self
    }

    /// Lets it be ended from outside. [`Table::is_complete`] says whether it was.
    #[must_use]
    pub fn cancelled_by(mut self, cancel: &Cancel) -> Self {
        self.cancel = cancel.clone();
        self
    }

    /// Runs the function for each point, with a seed of its own.
    ///
    /// # Errors
    /// A run panicked. Of several, the one of the lowest number that ran is told.
    pub fn run<R, F>(&self, run: F) -> Result<Table<P, R>, SweepError>
    where
        R: Send,
        F: Fn(&P, u64) -> R + Sync,
    {
        let wanted: Vec<usize> =
            (0..self.grid.points().len()).filter(|index| self.shard.holds(*index)).collect();
        let (next, failed) = (AtomicUsize::new(0), AtomicBool::new(false));
        let (done, ended) = channel();
        thread::scope(|scope| {
            for _ in 0..self.threads.min(wanted.len()) {
                let (wanted, next, failed, done, run) =
                    (&wanted, &next, &failed, done.clone(), &run);
                scope.spawn(move || {
                    while let Some(index) = self.take(wanted, next, failed) {
                        self.run_one(index, run, failed, &done);
                    }
                });
            }
            drop(done);
            self.collect(wanted.len(), &ended)
        })
    }

    /// The next point that nobody has taken.
    fn take(&self, wanted: &[usize], next: &AtomicUsize, failed: &AtomicBool) -> Option<usize> {
        if self.cancel.is_wanted() || failed.load(Ordering::Relaxed) {
            return None;
        }
        wanted.get(next.fetch_add(1, Ordering::Relaxed)).copied()
    }

    fn run_one<R>(
        &self,
        index: usize,
        run: &(impl Fn(&P, u64) -> R + Sync),
        failed: &AtomicBool,
        done: &Sender<Result<Run<P, R>, SweepError>>,
    ) {
        let params = &self.grid.points()[index];
        let seed = derive_seed(self.seed, index as u64);
        let result = catch_unwind(AssertUnwindSafe(|| run(params, seed)));
        let ended = match result {
            Ok(result) => Ok(Run { index, seed, params: params.clone(), result }),
            Err(payload) => {
                failed.store(true, Ordering::Relaxed);
                let failure = Failure::of_panic(&*payload);
                Err(SweepError { index, params: format!("{params:?}"), failure })
            }
        };
        // Its receiver waits until the last sender is gone.
        let _ = done.send(ended);
    }

    fn collect<R>(
        &self,
        total: usize,
        ended: &Receiver<Result<Run<P, R>, SweepError>>,
    ) -> Result<Table<P, R>, SweepError> {
        let mut progress = Progress::new(total, self.shows_progress);
        let (mut runs, mut first_failure) = (Vec::with_capacity(total), None::<SweepError>);
        for run in ended {
            match run {
                Ok(run) => runs.push(run),
                Err(error)
                    if first_failure.as_ref().is_none_or(|first| error.index < first.index) =>
                {
                    first_failure = Some(error);
                }
                Err(_) => {}
            }
            progress.show(runs.len());
        }
        progress.finish();
        match first_failure {
            Some(error) => Err(error),
            None => Ok(Table::new(runs, self.grid.points().len())),
        }
    }
}
