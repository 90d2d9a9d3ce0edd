//! Where an actor runs: in a task of tokio, or on a thread of its own.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker, ready};
use std::thread;
use std::time::{Duration, Instant};

use rustix::thread::{CpuSet, sched_setaffinity};

use crate::actor::child::{Child, End};
use crate::actor::children::Held;
use crate::actor::failure::SpawnError;
use crate::actor::traits::Service;
use crate::waiting::Unpark;

/// Where an actor runs.
///
/// ```
/// use mycelium::actor::Placement;
///
/// let task = Placement::Task; // of the tokio runtime that is entered where it is started
/// let thread = Placement::THREAD;
/// let fast = Placement::Thread { core: Some(3), spin: std::time::Duration::from_micros(50) };
/// # let _ = (task, thread, fast);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placement {
    /// A task of the tokio runtime that is entered where the actor is started. Its timers need the
    /// runtime's time driver.
    Task,
    /// A thread of its own, for an actor that computes long or must answer soon.
    Thread {
        /// The processor that it is pinned to, from 0.
        core: Option<usize>,
        /// How long it looks again and again, when there is nothing to do, before it sleeps.
        spin: Duration,
    },
}

impl Placement {
    /// A thread of its own, on any processor, that sleeps when there is nothing to do.
    pub const THREAD: Self = Self::Thread { core: None, spin: Duration::ZERO };
}

/// Tells how a child ended, also if whatever carries it is thrown away, and hands over what it published on.
pub(super) struct Report<R: FnOnce(End, Option<Held>)>(Option<R>);

impl<R: FnOnce(End, Option<Held>)> Report<R> {
    pub(super) fn new(report: R) -> Self {
        Self(Some(report))
    }

    fn tell(mut self, end: End, held: Held) {
        if let Some(report) = self.0.take() {
            report(end, Some(held));
        }
    }
}

impl<R: FnOnce(End, Option<Held>)> Drop for Report<R> {
    fn drop(&mut self) {
        if let Some(report) = self.0.take() {
            report(End::Over, None);
        }
    }
}

/// Lets the child run where it is to run.
pub(super) fn start<S, F, R>(
    placement: Placement,
    name: &str,
    child: Child<S, F>,
    report: Report<R>,
) -> Result<(), SpawnError>
where
    S: Service + Send,
    F: FnMut() -> S + Send + 'static,
    R: FnOnce(End, Option<Held>) + Send + 'static,
{
    let no_place = |reason: String| SpawnError::NoPlace { actor: name.to_owned(), reason };
    match placement {
        Placement::Task => {
            let runtime = tokio::runtime::Handle::try_current().map_err(|_| {
                no_place("no tokio runtime is entered here: start it in one, or on a thread".into())
            })?;
            runtime.spawn(Task { carried: Some((child, report)), sleep: None });
        }
        Placement::Thread { core, spin } => {
            // Said here, not in a thread that nobody listens to.
            let cpus = core.map(|core| cpu(core).ok_or(core)).transpose().map_err(|core| {
                no_place(format!("there is no processor {core}: name one that this machine has"))
            })?;
            let thread = thread::Builder::new().name(thread_name(name));
            let body = move || {
                if let Some(cpus) = cpus {
                    // A processor that the process may not use: the actor runs all the same.
                    let _ = sched_setaffinity(None, &cpus);
                }
                run_on_thread(child, report, spin);
            };
            thread.spawn(body).map_err(|error| no_place(format!("no thread: {error}")))?;
        }
    }
    Ok(())
}

/// A thread's name holds no zero byte.
pub(super) fn thread_name(actor: &str) -> String {
    actor.replace('\0', " ")
}

fn cpu(core: usize) -> Option<CpuSet> {
    let allowed = rustix::thread::sched_getaffinity(None).ok()?;
    if core >= CpuSet::MAX_CPU || !allowed.is_set(core) {
        return None;
    }
    let mut cpus = CpuSet::new();
    cpus.set(core);
    Some(cpus)
}

/// A child as a task. Written by hand: the future of an `async fn` has room for its arguments twice.
struct Task<S: Service, F, R: FnOnce(End, Option<Held>)> {
    /// Nothing once it has ended.
    carried: Option<(Child<S, F>, Report<R>)>,
    sleep: Option<Pin<Box<tokio::time::Sleep>>>,
}

/// Nothing in it is ever pinned but what is in a box.
impl<S: Service, F, R: FnOnce(End, Option<Held>)> Unpin for Task<S, F, R> {}

impl<S: Service, F: FnMut() -> S, R: FnOnce(End, Option<Held>)> Future for Task<S, F, R> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<()> {
        let Self { carried, sleep } = self.get_mut();
        let Some((child, _)) = carried else { return Poll::Ready(()) };
        let end = ready!(poll_with_timers(child, sleep, task));
        if let Some((child, report)) = carried.take() {
            let held = Held::new(child.into_outboxes());
            report.tell(end, held);
        }
        Poll::Ready(())
    }
}

fn poll_with_timers<S: Service, F: FnMut() -> S>(
    child: &mut Child<S, F>,
    sleep: &mut Option<Pin<Box<tokio::time::Sleep>>>,
    task: &mut Context<'_>,
) -> Poll<End> {
    loop {
        if let Poll::Ready(end) = child.poll(task) {
            return Poll::Ready(end);
        }
        let Some(at) = child.deadline() else { return Poll::Pending };
        let at = tokio::time::Instant::from_std(at);
        let sleep = sleep.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(at)));
        if sleep.deadline() != at {
            sleep.as_mut().reset(at);
        }
        ready!(sleep.as_mut().poll(task));
    }
}

fn run_on_thread<S, F, R>(mut child: Child<S, F>, report: Report<R>, spin: Duration)
where
    S: Service,
    F: FnMut() -> S,
    R: FnOnce(End, Option<Held>),
{
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut task = Context::from_waker(&waker);
    let end = loop {
        if let Poll::Ready(end) = poll_for_a_while(&mut child, &mut task, spin) {
            break end;
        }
        match child.deadline() {
            None => thread::park(),
            Some(at) => thread::park_timeout(at.saturating_duration_since(Instant::now())),
        }
    };
    let held = Held::new(child.into_outboxes());
    report.tell(end, held);
}

fn poll_for_a_while<S, F>(
    child: &mut Child<S, F>,
    task: &mut Context<'_>,
    spin: Duration,
) -> Poll<End>
where
    S: Service,
    F: FnMut() -> S,
{
    let polled = child.poll(task);
    if spin.is_zero() || polled.is_ready() {
        return polled;
    }
    let until = Instant::now() + spin;
    loop {
        std::hint::spin_loop();
        let polled = child.poll(task);
        if polled.is_ready() || Instant::now() >= until {
            return polled;
        }
    }
}
