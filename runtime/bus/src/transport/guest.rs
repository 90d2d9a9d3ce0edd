//! One who [drives](super::driver) the network while it waits for what comes over it.

use std::cell::Cell;
use std::pin::Pin;
use std::ptr;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::time::{Duration, Instant};

use tokio::runtime::Handle;
use tokio::sync::Notify;
use tokio::task::yield_now;
use tokio::time::timeout;

use super::driver::Driver;

/// A wait that is to be shorter is left to the keeper: the runtime's clock counts milliseconds, and rounds up.
const SHORT: Duration = Duration::from_millis(2);

/// How often a guest that does not sleep lets the network work before it looks for itself.
const TURNS: u32 = 4;

thread_local! {
    /// What it drives whenever the future that it runs has nothing to do.
    static STAYS_AT: Cell<*const Driver> = const { Cell::new(ptr::null()) };
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

    /// Whether this thread may drive: within a runtime it must not, nor when it ends.
    pub(crate) fn is_welcome() -> bool {
        Handle::try_current().is_err_and(|error| error.is_missing_context())
    }

    /// Whether it is worth it until then.
    pub(crate) fn is_long(deadline: Option<Instant>) -> bool {
        deadline.is_none_or(|deadline| deadline > Instant::now() + SHORT)
    }

    /// A task waits in its place, which does not drive; unless this thread does whenever its tasks wait.
    pub(crate) fn stand_aside(&self) {
        if !ptr::eq(STAYS_AT.get(), &raw const *self.driver) {
            self.driver.share();
        }
    }

    /// It may have been a guest, and will not be back soon.
    #[inline]
    pub(crate) fn leave(&self) {
        self.driver.call();
    }

    /// Runs a future, and drives whenever it waits. Nothing where there is nothing to drive any more.
    pub(crate) fn run<F: Future>(&self, mut future: Pin<&mut F>) -> Option<F::Output> {
        let _staying = Staying { before: STAYS_AT.replace(&raw const *self.driver) };
        loop {
            let mut context = Context::from_waker(&self.waker);
            match future.as_mut().poll(&mut context) {
                Poll::Ready(output) => return Some(output),
                Poll::Pending if self.sleep(None) => {}
                Poll::Pending => return None,
            }
        }
    }

    /// What wakes it from [`sleep`](Guest::sleep), also if it is woken before.
    pub(crate) fn waker(&self) -> &Waker {
        &self.waker
    }

    /// Drives until it is woken, at most until shortly before the deadline; may return early. False, at once, where
    /// there is nothing to drive any more.
    pub(crate) fn sleep(&self, deadline: Option<Instant>) -> bool {
        let woken = self.rung.0.notified();
        self.driver.drive(async {
            match deadline {
                None => woken.await,
                // Whether it was woken, it finds out by itself.
                Some(deadline) => {
                    let longest = deadline.saturating_duration_since(Instant::now());
                    drop(timeout(longest.saturating_sub(SHORT), woken).await);
                }
            }
        })
    }

    /// Drives for some turns without sleeping, or until there are news.
    pub(crate) fn turn(&self, has_news: impl Fn() -> bool) -> bool {
        self.driver.drive(async {
            for _ in 0..TURNS {
                if has_news() {
                    return;
                }
                yield_now().await;
            }
        })
    }
}

/// While a thread runs a future and drives.
struct Staying {
    before: *const Driver,
}

impl Drop for Staying {
    fn drop(&mut self) {
        STAYS_AT.set(self.before);
    }
}
