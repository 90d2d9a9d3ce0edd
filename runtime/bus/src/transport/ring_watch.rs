//! One thread that looks for rings that are not there yet, and wakes tasks that wait for rings.
//!
//! A subscriber reads rings by itself. But a ring may appear while nobody polls the subscriber, and
//! from then on nothing may be lost: so this thread attaches a reader for it, and hands it over. And a
//! task cannot sleep on a ring: so it leaves a ticket here, and this thread sleeps for it.

use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::thread::JoinHandle;
use std::time::Duration;

use mycelium_ring::{AttachError, Interests, Reader, ReaderOptions, Ticket, sleep_any};
use rustix::thread::futex;

use crate::hub::Hub;

/// A ring that this node reads.
#[derive(Debug, Clone)]
pub(crate) struct RingPlace {
    pub(crate) path: PathBuf,
    /// The node that writes it.
    pub(crate) peer: String,
}

/// The rings of one subscriber, as the thread sees it.
pub(crate) struct Desk {
    /// By place, the epoch of the ring of which it got a reader last.
    known: Mutex<Vec<Option<u64>>>,
    /// What the subscriber is after: writers that wait for subscribers ask.
    interests: Interests,
    /// Readers that wait to be taken over.
    arrived: Mutex<Vec<(usize, Reader)>>,
    has_arrived: AtomicBool,
    /// Set once the subscriber is gone.
    gone: AtomicBool,
    /// Wakes the subscriber.
    wake: Box<dyn Fn() + Send + Sync>,
}

/// The thread, as the rest sees it.
pub(crate) struct RingWatch {
    pub(crate) places: Vec<RingPlace>,
    hub: Weak<Hub>,
    /// Counts wishes; the thread's futex.
    turn: AtomicU32,
    stop: AtomicBool,
    work: Mutex<Work>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

#[derive(Default)]
struct Work {
    /// All subscribers.
    desks: Vec<Arc<Desk>>,
    /// Tasks that sleep, each with the rings that it waits for.
    sleeping: Vec<(Arc<Desk>, Vec<Ticket>)>,
}

/// How often the places are looked at for new rings.
const LOOK_FOR_RINGS: Duration = Duration::from_millis(20);

/// How long the thread sleeps where there is no subscriber.
const UNTIL_CALLED: Duration = Duration::from_secs(3600);

/// How long a receiver sleeps at most before it sees whether the writers live.
pub(crate) const LOOK_FOR_WRITERS: Duration = Duration::from_millis(50);

impl RingWatch {
    /// Starts the thread.
    pub(crate) fn start(hub: &Arc<Hub>, places: Vec<RingPlace>) -> io::Result<Arc<Self>> {
        let watch = Arc::new(Self {
            places,
            hub: Arc::downgrade(hub),
            turn: AtomicU32::new(0),
            stop: AtomicBool::new(false),
            work: Mutex::default(),
            thread: Mutex::default(),
        });
        let own = watch.clone();
        let thread = std::thread::Builder::new().name("mycelium-rings".to_owned());
        let thread = thread.spawn(move || own.run())?;
        *watch.thread.lock().unwrap_or_else(PoisonError::into_inner) = Some(thread);
        Ok(watch)
    }

    /// Ends the thread.
    pub(crate) fn stop(&self) {
        self.stop.store(true, Ordering::Release);
        self.call();
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        // The last handle may be dropped by a task that the thread itself has woken.
        let thread = thread.filter(|own| own.thread().id() != std::thread::current().id());
        // A panic there was reported there.
        let _ = thread.map(JoinHandle::join);
    }

    /// A desk for a new subscriber, with readers of all rings that are there.
    pub(crate) fn open_desk(
        &self,
        wake: Box<dyn Fn() + Send + Sync>,
        interests: Interests,
    ) -> Arc<Desk> {
        let desk = Arc::new(Desk {
            known: Mutex::new(vec![None; self.places.len()]),
            interests,
            arrived: Mutex::default(),
            has_arrived: AtomicBool::new(false),
            gone: AtomicBool::new(false),
            wake,
        });
        self.attach(&desk);
        self.work().desks.push(desk.clone());
        self.call();
        desk
    }

    /// Wakes the subscriber once one of the rings has something, or may have lost its writer.
    pub(crate) fn wake_later(&self, desk: &Arc<Desk>, tickets: Vec<Ticket>) {
        let mut work = self.work();
        work.sleeping.retain(|(known, _)| !Arc::ptr_eq(known, desk));
        work.sleeping.push((desk.clone(), tickets));
        drop(work);
        self.call();
    }

    /// Makes the thread look at its work.
    fn call(&self) {
        self.turn.fetch_add(1, Ordering::Release);
        let _ = futex::wake(&self.turn, futex::Flags::PRIVATE, 1);
    }

    fn run(&self) {
        while !self.stop.load(Ordering::Acquire) {
            // Before the work is looked at: what comes after ends the sleep.
            let turn = self.turn.load(Ordering::Acquire);
            self.work().desks.retain(|desk| !desk.gone.load(Ordering::Acquire));
            let desks = self.work().desks.clone();
            desks.iter().for_each(|desk| self.attach(desk));
            let tickets = self.tickets();
            let longest = if desks.is_empty() { UNTIL_CALLED } else { LOOK_FOR_RINGS };
            drop(desks);
            sleep_any(&tickets, (&self.turn, turn), longest);
            if self.turn.load(Ordering::Acquire) == turn {
                // Woken by a ring or by the clock.
                self.wake_sleeping();
            }
        }
        self.wake_sleeping();
    }

    fn tickets(&self) -> Vec<Ticket> {
        let work = self.work();
        work.sleeping.iter().flat_map(|(_, tickets)| tickets.iter().cloned()).collect()
    }

    fn wake_sleeping(&self) {
        let sleeping = std::mem::take(&mut self.work().sleeping);
        sleeping.iter().for_each(|(desk, _)| (desk.wake)());
    }

    /// Attaches to the rings that have appeared since the last time.
    fn attach(&self, desk: &Desk) {
        let mut known = lock(&desk.known);
        let mut options = ReaderOptions::default();
        options.interests = desk.interests;
        for (index, place) in self.places.iter().enumerate() {
            let epoch = Reader::epoch_at(&place.path);
            if epoch.is_none() || epoch == known[index] {
                continue;
            }
            match Reader::attach(&place.path, &options) {
                Ok(reader) => {
                    known[index] = Some(reader.epoch());
                    desk.arrive(index, reader);
                }
                // Gone again, or left by a dead writer: what comes after it has another epoch.
                Err(AttachError::NotFound { .. } | AttachError::WriterVanished { .. }) => {}
                Err(error) => self.note(place, &error),
            }
        }
    }

    fn note(&self, place: &RingPlace, error: &AttachError) {
        if let Some(hub) = self.hub.upgrade() {
            hub.note(&format!("shm:{}", place.path.display()), Some(error.to_string()));
        }
    }

    fn work(&self) -> MutexGuard<'_, Work> {
        lock(&self.work)
    }
}

impl Desk {
    /// Whether readers wait to be taken over.
    #[inline]
    pub(crate) fn has_arrived(&self) -> bool {
        self.has_arrived.load(Ordering::Relaxed)
    }

    /// Takes over the readers that have arrived.
    pub(crate) fn take_arrived(&self) -> Vec<(usize, Reader)> {
        let mut arrived = lock(&self.arrived);
        self.has_arrived.store(false, Ordering::Relaxed);
        std::mem::take(&mut arrived)
    }

    /// The subscriber leaves.
    pub(crate) fn close(&self) {
        self.gone.store(true, Ordering::Release);
        lock(&self.arrived).clear();
    }

    fn arrive(&self, place: usize, reader: Reader) {
        let mut arrived = lock(&self.arrived);
        if !self.gone.load(Ordering::Acquire) {
            arrived.push((place, reader));
            self.has_arrived.store(true, Ordering::Release);
        }
        drop(arrived);
        (self.wake)();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
