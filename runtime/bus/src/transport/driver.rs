//! Who runs a bus's network: a thread of its own, or one that waits for what comes over it anyway.
//!
//! All that talks over sockets are tasks of one runtime, which one thread at a time drives. That is the bus's own
//! thread, the keeper, unless a thread blocks for a message that may come over a socket. That one, a guest, asks the
//! keeper to stand back and drives by itself: so the kernel wakes the thread that waits, and nobody has to wake
//! another. Guests come and go with each message. The keeper sits down again once none has driven for [`GRACE`], or for
//! [`CALLED_GRACE`] where somebody has left bytes to be written, so that neither heartbeats nor what others publish
//! wait for a guest that has something else to do. A timer of the kernel's tells it, which whoever leaves winds up at
//! most once in that time.

use std::cell::Cell;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Wake, Waker};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rustix::fd::OwnedFd;
use rustix::io::{Errno, read};
use rustix::time::{
    Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create,
    timerfd_settime,
};
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::Notify;
use tokio::task::yield_now;
use tokio::time::timeout;

use super::race::{Either, race};

/// How long nobody has to have driven before the keeper does again.
const GRACE: Duration = Duration::from_millis(1);

/// The same where somebody waits for it to be driven: a guest that has answered is back by then.
const CALLED_GRACE: Duration = Duration::from_micros(50);

/// How often a guest that does not sleep lets the network work before it looks for itself.
const TURNS: u32 = 4;

/// The network's tasks, and who drives them.
pub(crate) struct Driver {
    seat: Mutex<Seat>,
    /// Whether nobody drives; written under the lock.
    is_vacant: AtomicBool,
    /// Asks the keeper to stand back.
    wanted: Notify,
    alarm: Alarm,
}

struct Seat {
    /// Nothing once the network has ended.
    runtime: Option<Arc<Runtime>>,
    /// Threads that drive, or wait for others that do.
    guests: usize,
    /// When the last one left.
    left: Instant,
    /// Whether the keeper drives, or is about to.
    is_kept: bool,
    /// Whether the alarm will ring.
    is_wound: bool,
    /// Whether somebody waits since the last guest left.
    is_called: bool,
    /// Whether the bus is leaving: the keeper stays.
    is_finishing: bool,
    /// The keeper, where whoever ended the network could not wait for it.
    left_behind: Option<JoinHandle<()>>,
}

impl Drop for Driver {
    fn drop(&mut self) {
        // Where the network was never kept, or not to its end.
        let seat = self.seat.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Some(runtime) = seat.runtime.take() {
            release(runtime);
        }
    }
}

impl Seat {
    fn grace(&self) -> Duration {
        if self.is_called { CALLED_GRACE } else { GRACE }
    }
}

thread_local! {
    static DRIVES: Cell<bool> = const { Cell::new(false) };
}

/// Whether this thread drives a network now: it must not wait for one to end.
pub(crate) fn drives() -> bool {
    DRIVES.get()
}

impl Driver {
    pub(crate) fn new() -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_io().enable_time().build()?;
        let seat = Seat {
            runtime: Some(Arc::new(runtime)),
            guests: 0,
            left: Instant::now(),
            is_kept: true,
            is_wound: false,
            is_called: false,
            is_finishing: false,
            left_behind: None,
        };
        Ok(Self {
            seat: Mutex::new(seat),
            is_vacant: AtomicBool::new(false),
            wanted: Notify::new(),
            alarm: Alarm::new()?,
        })
    }

    /// Drives, as the keeper, until this work is done.
    pub(crate) fn keep(&self, work: impl Future<Output = ()> + Send + 'static) {
        let Some(runtime) = self.lock().runtime.clone() else { return };
        let mut work = runtime.spawn(work);
        let _driving = Driving::begin();
        while let Either::Second(()) = runtime.block_on(race(&mut work, self.wanted.notified())) {
            self.stand_back();
        }
        self.lock().runtime = None;
        release(runtime);
    }

    /// The keeper is not to stand back any more.
    pub(crate) fn finish(&self) {
        self.lock().is_finishing = true;
        self.alarm.set(Duration::from_nanos(1));
    }

    /// Waits, as the keeper, until no guest has driven for a while.
    fn stand_back(&self) {
        loop {
            self.alarm.wait();
            let mut seat = self.lock();
            let (idle, grace) = (seat.left.elapsed(), seat.grace());
            if seat.is_finishing || (seat.guests == 0 && idle >= grace) {
                (seat.is_kept, seat.is_wound) = (true, false);
                self.is_vacant.store(false, Ordering::Relaxed);
                return;
            }
            // Whoever leaves last winds it up again.
            seat.is_wound = seat.guests == 0;
            if seat.is_wound {
                self.alarm.set(grace.saturating_sub(idle));
            }
        }
    }

    /// There is something to do: if nobody drives, the keeper does so soon.
    #[inline]
    pub(crate) fn call(&self) {
        if self.is_vacant.load(Ordering::Relaxed) {
            self.call_keeper();
        }
    }

    #[cold]
    fn call_keeper(&self) {
        let mut seat = self.lock();
        let is_vacant = seat.guests == 0 && !seat.is_kept;
        if is_vacant && !std::mem::replace(&mut seat.is_called, true) {
            seat.is_wound = true;
            self.alarm.set(CALLED_GRACE);
        }
    }

    /// Drives on this thread until a future is done. Gives the future back, at once, where the network has ended or
    /// is ending.
    pub(crate) fn drive<F: Future>(&self, until: F) -> Result<F::Output, F> {
        let guest = Sitting { driver: self, runtime: self.sit_down() };
        let Some(runtime) = &guest.runtime else { return Err(until) };
        let _driving = Driving::begin();
        Ok(runtime.block_on(until))
    }

    /// The network ends without whoever has ended it, who drives it and so cannot wait.
    pub(crate) fn leave_behind(&self, keeper: JoinHandle<()>) {
        self.lock().left_behind = Some(keeper);
    }

    /// Waits for a network that was left behind.
    pub(crate) fn catch_up(&self) {
        let keeper = self.lock().left_behind.take();
        // A panic there was reported there.
        let _ = keeper.map(JoinHandle::join);
    }

    fn sit_down(&self) -> Option<Arc<Runtime>> {
        let mut seat = self.lock();
        let runtime = seat.runtime.as_ref().filter(|_| !seat.is_finishing)?.clone();
        seat.guests += 1;
        self.is_vacant.store(false, Ordering::Relaxed);
        if std::mem::replace(&mut seat.is_kept, false) {
            self.wanted.notify_one();
        }
        Some(runtime)
    }

    fn get_up(&self) {
        let mut seat = self.lock();
        seat.guests -= 1;
        if seat.guests > 0 {
            return;
        }
        (seat.left, seat.is_called) = (Instant::now(), false);
        if seat.is_kept {
            return;
        }
        self.is_vacant.store(true, Ordering::Relaxed);
        if !std::mem::replace(&mut seat.is_wound, true) {
            self.alarm.set(GRACE);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Seat> {
        self.seat.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A thread that drives.
struct Driving {
    before: bool,
}

impl Driving {
    fn begin() -> Self {
        Self { before: DRIVES.replace(true) }
    }
}

impl Drop for Driving {
    fn drop(&mut self) {
        DRIVES.set(self.before);
    }
}

/// A guest that has sat down; it gets up whatever happens.
struct Sitting<'a> {
    driver: &'a Driver,
    runtime: Option<Arc<Runtime>>,
}

impl Drop for Sitting<'_> {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            self.driver.get_up();
            release(runtime);
        }
    }
}

/// Whoever lets go of the runtime last ends it, and waits for no name that is still being looked up.
fn release(runtime: Arc<Runtime>) {
    if let Some(runtime) = Arc::into_inner(runtime) {
        runtime.shutdown_background();
    }
}

/// One who may drive while it waits.
pub(crate) struct Guest {
    driver: Arc<Driver>,
    rung: Arc<Rung>,
    waker: Waker,
}

/// Wakes a guest wherever it waits.
#[derive(Default)]
struct Rung(Notify);

impl Wake for Rung {
    fn wake(self: Arc<Self>) {
        self.0.notify_one();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.0.notify_one();
    }
}

impl Guest {
    pub(crate) fn new(driver: Arc<Driver>) -> Self {
        let rung = Arc::<Rung>::default();
        let waker = rung.clone().into();
        Self { driver, rung, waker }
    }

    /// Whether this thread may drive: within a runtime it must not.
    pub(crate) fn is_welcome() -> bool {
        Handle::try_current().is_err()
    }

    /// What wakes it from [`sleep`](Guest::sleep), also if it is woken before.
    pub(crate) fn waker(&self) -> &Waker {
        &self.waker
    }

    /// Drives until it is woken, at most for `longest`; may return early. False, at once, where there is nothing to
    /// drive any more.
    pub(crate) fn sleep(&self, longest: Option<Duration>) -> bool {
        let woken = self.rung.0.notified();
        let slept = self.driver.drive(async {
            match longest {
                None => woken.await,
                // Whether it was woken, it finds out by itself.
                Some(longest) => drop(timeout(longest, woken).await),
            }
        });
        slept.is_ok()
    }

    /// Drives for some turns without sleeping, or until there are news.
    pub(crate) fn turn(&self, has_news: impl Fn() -> bool) -> bool {
        let turned = self.driver.drive(async {
            for _ in 0..TURNS {
                if has_news() {
                    return;
                }
                yield_now().await;
            }
        });
        turned.is_ok()
    }
}

/// A timer of the kernel's for which one thread waits, and which others wind up without waking it.
struct Alarm(OwnedFd);

impl Alarm {
    fn new() -> io::Result<Self> {
        Ok(Self(timerfd_create(TimerfdClockId::Monotonic, TimerfdFlags::CLOEXEC)?))
    }

    /// Rings after this time, not before.
    fn set(&self, after: Duration) {
        let it_value = Timespec { tv_sec: 0, tv_nsec: after.subsec_nanos().max(1).into() };
        let once = Itimerspec { it_interval: Timespec { tv_sec: 0, tv_nsec: 0 }, it_value };
        // Fails only for what is no time, or no timer.
        let set = timerfd_settime(&self.0, TimerfdTimerFlags::empty(), &once);
        debug_assert!(set.is_ok(), "{set:?}");
    }

    /// Waits until it has rung.
    fn wait(&self) {
        let mut times = [0; 8];
        while let Err(Errno::INTR) = read(&self.0, &mut times) {}
    }
}
