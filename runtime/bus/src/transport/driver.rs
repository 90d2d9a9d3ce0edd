//! Who runs a bus's network: a thread of its own, or one that waits for what comes over it anyway.
//!
//! All that talks over sockets are tasks of one runtime, which one thread at a time drives. That is the bus's own
//! thread, the keeper, unless a thread blocks for a message that may come over a socket. That one, a guest, asks the
//! keeper to stand back and drives by itself: so the kernel wakes the thread that waits, and nobody has to wake
//! another. Guests come and go with each message. The keeper sits down again once none has driven for [`GRACE`], or for
//! [`CALLED_GRACE`] where somebody has left bytes to be written or waits in another way, so that neither heartbeats nor
//! others wait for a guest that has something else to do. A timer of the kernel's tells it, which whoever leaves winds
//! up at most once in that time.
//!
//! Within the runtime runs what is the network's and nothing else: a guest looks at what it got, and does with it what
//! it likes, when it has left.

use std::cell::Cell;
use std::io;
use std::ptr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Runtime};
use tokio::sync::Notify;

use super::alarm::Alarm;
use super::race::{Either, race};

/// How long nobody has to have driven before the keeper does again.
const GRACE: Duration = Duration::from_millis(1);

/// The same where somebody waits for it to be driven: a guest that has answered is back by then.
const CALLED_GRACE: Duration = Duration::from_micros(50);

/// How many tasks go before a guest that was woken: what is for others must not hold it for long.
const MOST_TASKS: u32 = 8;

/// The network's tasks, and who drives them.
pub(crate) struct Driver {
    seat: Mutex<Seat>,
    /// Whether nobody drives; written under the lock.
    is_vacant: AtomicBool,
    /// Whether anybody has waited in another way than as a guest.
    is_shared: AtomicBool,
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
    /// Whether there is something to do since the last guest left.
    is_called: bool,
    /// Whether the bus is leaving: the keeper stays.
    is_finishing: bool,
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

thread_local! {
    /// What this thread drives now.
    static DRIVEN: Cell<*const Driver> = const { Cell::new(ptr::null()) };
}

impl Driver {
    pub(crate) fn new() -> io::Result<Self> {
        // First: what is made before it would be dropped where it fails, and a runtime must not be within another.
        let alarm = Alarm::new()?;
        let mut builder = Builder::new_current_thread();
        let builder = builder.enable_io().enable_time().event_interval(MOST_TASKS);
        let runtime = builder.build()?;
        let seat = Seat {
            runtime: Some(Arc::new(runtime)),
            guests: 0,
            left: Instant::now(),
            is_kept: true,
            is_wound: false,
            is_called: false,
            is_finishing: false,
        };
        Ok(Self {
            seat: Mutex::new(seat),
            is_vacant: AtomicBool::new(false),
            is_shared: AtomicBool::new(false),
            wanted: Notify::new(),
            alarm,
        })
    }

    /// Drives, as the keeper, until this work is done.
    pub(crate) fn keep(&self, work: impl Future<Output = ()> + Send + 'static) {
        let Some(runtime) = self.lock().runtime.clone() else { return };
        let mut work = runtime.spawn(work);
        let _driving = Driving::begin(self);
        while let Either::Second(()) = runtime.block_on(race(&mut work, self.wanted.notified())) {
            self.stand_back();
        }
        self.lock().runtime = None;
        release(runtime);
    }

    /// The keeper is not to stand back any more.
    pub(crate) fn finish(&self) {
        self.lock().is_finishing = true;
        self.alarm.set(Duration::ZERO);
    }

    /// Waits, as the keeper, until no guest has driven for a while.
    fn stand_back(&self) {
        loop {
            self.alarm.wait();
            let mut seat = self.lock();
            let (idle, grace) = (seat.left.elapsed(), self.grace(&seat));
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

    /// Whether this thread drives it now: it must not wait for it to end.
    pub(crate) fn is_driven_here(&self) -> bool {
        ptr::eq(DRIVEN.get(), self)
    }

    /// Somebody waits for what comes, and will not drive. From now on the keeper is back sooner.
    #[inline]
    pub(super) fn share(&self) {
        if !self.is_shared.load(Ordering::Relaxed) {
            self.is_shared.store(true, Ordering::Relaxed);
        }
        self.call();
    }

    fn grace(&self, seat: &Seat) -> Duration {
        let is_short = seat.is_called || self.is_shared.load(Ordering::Relaxed);
        if is_short { CALLED_GRACE } else { GRACE }
    }

    /// Drives on this thread until a future is done. False, at once, where the network has ended or is ending.
    pub(super) fn drive(&self, until: impl Future<Output = ()>) -> bool {
        let guest = Sitting { driver: self, runtime: self.sit_down() };
        let Some(runtime) = &guest.runtime else { return false };
        let _driving = Driving::begin(self);
        runtime.block_on(until);
        true
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

    fn get_up(&self, runtime: &Runtime) {
        let mut seat = self.lock();
        seat.guests -= 1;
        if seat.guests > 0 {
            return;
        }
        seat.left = Instant::now();
        // Something may have been left to be done while it was about to leave.
        seat.is_called = runtime.metrics().global_queue_depth() > 0;
        if seat.is_kept {
            return;
        }
        self.is_vacant.store(true, Ordering::Relaxed);
        if !std::mem::replace(&mut seat.is_wound, true) || seat.is_called {
            self.alarm.set(self.grace(&seat));
        }
    }

    fn lock(&self) -> MutexGuard<'_, Seat> {
        self.seat.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// While a thread drives.
struct Driving;

impl Driving {
    fn begin(driver: &Driver) -> Self {
        DRIVEN.set(driver);
        Self
    }
}

impl Drop for Driving {
    fn drop(&mut self) {
        DRIVEN.set(ptr::null());
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
            self.driver.get_up(&runtime);
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
