//! The ring that this node writes: every topic that it publishes, for all nodes that read there.
//!
//! Where the ring is full and a topic may lose messages, its frames wait beside the ring, as many as the topic
//! says; a thread that is started then takes them in as soon as readers have made room.
//!
//! Room of the ring may be lent, and the writer with it: all others wait until it is back. What may be lost waits beside the
//! ring meanwhile.
//!
//! The ring is made when the first topic gets a publisher, and removed when the bus leaves. Its
//! announcements say which topic travels on which channel; what ends a channel, and the goodbye, are
//! frames among the others.

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::{Duration, Instant};

use mycelium_ring::{
    ANNOUNCEMENTS_LEN, OwnedSlot, ReserveError, RingDirectory, Writer, WriterOptions,
};

use super::backlogs::Backlogs;
use super::control;
use super::{Fill, FrameSink, Lane, Link, LinkId, NotSent, RingRoom, Way, set_number};
use crate::error::OpenError;
use crate::hub::Hub;
use crate::loan;
use crate::qos::WhenFull;
use crate::topic::TopicPort;

/// How long the ring is held at most by one who waits for room in it. In between, others have their
/// turn: above all who opens a channel, for it holds up the whole bus.
const TURN: Duration = Duration::from_millis(5);

/// How often the thread looks for room.
const LOOK_FOR_ROOM: Duration = Duration::from_micros(500);

/// The way into one ring.
pub(crate) struct RingLink {
    id: LinkId,
    path: PathBuf,
    capacity_bytes: u64,
    /// What a topic that says nothing itself does where the ring is full.
    policy: WhenFull,
    hub: Arc<Hub>,
    ring: Arc<RingSink>,
}

/// The ring, shared by the lanes into it.
pub(super) struct RingSink {
    name: String,
    /// Held while a frame is written.
    state: Mutex<State>,
    /// Notified when something waits beside the ring, and when the bus leaves.
    overflowed: Condvar,
    /// Notified when the writer comes back that was lent.
    returned: Condvar,
    /// How many wait to open a channel.
    opening: AtomicUsize,
    max_frame_bytes: AtomicUsize,
    hub: Arc<Hub>,
}

#[derive(Default)]
struct State {
    /// In a place of its own, so that it is lent by a pointer.
    writer: Option<Box<Writer>>,
    /// The writer is with whoever borrowed room, and comes back.
    is_lent: bool,
    /// How many wait for that.
    waiting: usize,
    /// What waits beside the ring.
    backlogs: Backlogs,
    /// Whether there is a thread that looks after it.
    has_helper: bool,
    /// Number of the channel that was opened last.
    last_channel: u16,
    /// The bus leaves: no ring is made any more.
    left: bool,
}

impl RingLink {
    pub(crate) fn new(
        hub: &Arc<Hub>,
        path: PathBuf,
        capacity_bytes: u64,
        policy: WhenFull,
    ) -> Self {
        let ring = RingSink {
            name: format!("shm:{}", path.display()),
            state: Mutex::default(),
            overflowed: Condvar::new(),
            returned: Condvar::new(),
            opening: AtomicUsize::new(0),
            max_frame_bytes: AtomicUsize::new(usize::MAX),
            hub: hub.clone(),
        };
        let (id, ring) = (LinkId::next(), Arc::new(ring));
        Self { id, path, capacity_bytes, policy, hub: hub.clone(), ring }
    }

    fn create(&self) -> Result<Writer, OpenError> {
        let refused = |reason: String| OpenError::Ring { path: self.path.clone(), reason };
        let folder = self.path.parent().map(PathBuf::from).unwrap_or_default();
        let options = WriterOptions::with_capacity(self.capacity_bytes);
        let attempt = || {
            RingDirectory::open_or_create(&folder).map_err(|error| refused(error.to_string()))?;
            Writer::create(&self.path, &options).map_err(|error| refused(error.to_string()))
        };
        // A peer that leaves may remove the empty folder just before our ring is in it.
        let writer = attempt().or_else(|_| attempt())?;
        self.ring.max_frame_bytes.store(writer.max_frame_len(), Ordering::Relaxed);
        Ok(writer)
    }
}

impl Link for RingLink {
    fn id(&self) -> LinkId {
        self.id
    }

    fn open(&self, topic: &dyn TopicPort) -> Result<Option<Arc<Lane>>, OpenError> {
        let topic = topic.info();
        let refused =
            |reason: &str| OpenError::Ring { path: self.path.clone(), reason: reason.to_owned() };
        let state = &mut *self.ring.lock_first();
        if state.left {
            return Err(OpenError::Closed);
        }
        let writer = match &mut state.writer {
            Some(writer) => writer,
            empty => empty.insert(Box::new(self.create()?)),
        };
        let channel =
            state.last_channel.checked_add(1).ok_or_else(|| refused("it has no channel left"))?;
        // Readers know the type by more than its digest, unless that would crowd out channels.
        let room = (ANNOUNCEMENTS_LEN / 2).saturating_sub(writer.announcements().len());
        if let Some(description) = control::description(topic, room) {
            // There is room, as was just seen.
            let _ = writer.announce(&description);
        }
        writer
            .announce(&control::channel(channel, topic, topic.digest))
            .map_err(|error| refused(&error.to_string()))?;
        state.last_channel = channel;
        let counters = self.hub.counters(&self.ring.name, &topic.name);
        let way = Way::new("", topic, self.hub.options.way_out(&topic.name, self.policy));
        if way.may_lose() && !state.has_helper {
            let ring = self.ring.clone();
            let thread = std::thread::Builder::new().name("mycelium-overflow".to_owned());
            thread.spawn(move || ring.look_after()).map_err(|error| refused(&error.to_string()))?;
            state.has_helper = true;
        }
        Ok(Some(Arc::new(Lane::new(self.id, channel, self.ring.clone(), counters, way))))
    }

    fn close(&self, lane: &Lane) {
        self.ring.send_waiting(lane.channel);
        self.ring.send_control(&control::closed(lane.channel, lane.sent()));
    }

    fn leave(&self) {
        self.ring.send_control(&control::goodbye(""));
        // Whoever has borrowed the writer closes it.
        let mut state = self.ring.lock_now();
        state.left = true;
        self.ring.overflowed.notify_all();
        if let Some(writer) = state.writer.take() {
            writer.close();
        }
    }
}

impl RingSink {
    /// Sends a control frame in its turn, unless live readers leave no room for it for so long that
    /// the bus must leave without.
    fn send_control(&self, frame: &[u8]) {
        let late = || self.hub.closed_for() >= self.hub.options.shutdown_timeout;
        // Readers that are left without it see all the same that the ring was closed.
        let fill = &mut |room: &mut [u8]| room.copy_from_slice(frame);
        let _ = self.send_until(frame.len(), fill, None, late);
    }

    /// Sends what waits on a channel that ends, as `send_control` does.
    fn send_waiting(&self, channel: u16) {
        let late = || self.hub.closed_for() >= self.hub.options.shutdown_timeout;
        let mut ending = self.lock_now().backlogs.split(channel);
        ending.end(channel, &mut |frame, number| {
            let fill = &mut |room: &mut [u8]| copy(room, frame, number);
            self.send_until(frame.len(), fill, None, late).is_ok()
        });
    }

    /// Takes in what waits beside the ring, whenever there is room, until the bus leaves.
    fn look_after(&self) {
        let mut state = self.lock_now();
        while !state.left {
            state.refill();
            state = if state.backlogs.is_empty() {
                self.overflowed.wait(state).unwrap_or_else(PoisonError::into_inner)
            } else {
                let waited = self.overflowed.wait_timeout(state, LOOK_FOR_ROOM);
                waited.unwrap_or_else(PoisonError::into_inner).0
            };
        }
    }

    /// Sends a frame. Who waits for room, or for the writer, does so in turns, that end at the given time.
    fn send_until(
        &self,
        len: usize,
        fill: &mut dyn FnMut(&mut [u8]),
        until: Option<Instant>,
        gives_up: impl Fn() -> bool,
    ) -> Result<(), NotSent> {
        let mut write = |state: &mut State| state.send(len, &mut *fill);
        // Mostly there is room.
        if write(&mut self.lock_in_turn()).is_some() {
            return Ok(());
        }
        self.find_room(len, until, gives_up, write)
    }

    /// Waits for room, in turns that end at the given time, and has it used while the ring is held.
    fn find_room<R>(
        &self,
        len: usize,
        until: Option<Instant>,
        gives_up: impl Fn() -> bool,
        mut using: impl FnMut(&mut State) -> Option<R>,
    ) -> Result<R, NotSent> {
        loop {
            let left = until.map(|until| until.saturating_duration_since(Instant::now()));
            let turn = left.map_or(TURN, |left| left.min(TURN));
            let mut state = self.await_return(self.lock_in_turn(), turn);
            if !state.is_lent {
                let writer = state.writer.as_mut().ok_or(NotSent::Disconnected)?;
                match writer.reserve_timeout(len, turn).map(drop) {
                    // What was found stays found as long as the ring is held.
                    Ok(()) => return using(&mut state).ok_or(NotSent::Disconnected),
                    Err(ReserveError::Full { .. }) => {}
                    Err(_) => return Err(NotSent::Disconnected),
                }
            }
            if gives_up() {
                return Err(NotSent::GaveUp);
            }
            drop(state);
            while self.opening.load(Ordering::Acquire) > 0 {
                std::thread::yield_now();
            }
        }
    }

    /// Gives the lock with the writer there, unless it does not come back in time.
    fn await_return<'s>(
        &'s self,
        mut state: MutexGuard<'s, State>,
        longest: Duration,
    ) -> MutexGuard<'s, State> {
        if !state.is_lent {
            return state;
        }
        state.waiting += 1;
        let waited = self.returned.wait_timeout_while(state, longest, |state| state.is_lent);
        let mut state = waited.unwrap_or_else(PoisonError::into_inner).0;
        state.waiting -= 1;
        state
    }

    /// Takes the writer back that was lent; where there is none, the ring is closed.
    pub(super) fn take_back(&self, writer: Option<Box<Writer>>) {
        // Whoever gives back may well be lending something else.
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.is_lent = false;
        // The bus has left meanwhile: dropped, it closes the ring.
        let late = if state.left { writer } else { std::mem::replace(&mut state.writer, writer) };
        // It is a system call, also where nobody waits.
        if state.waiting > 0 {
            self.returned.notify_all();
        }
        drop(state);
        drop(late);
    }

    /// Locks at once, or else as soon as whoever waits for room has ended its turn. The writer may be lent.
    fn lock_in_turn(&self) -> MutexGuard<'_, State> {
        loan::assert_none();
        match self.state.try_lock() {
            Ok(state) => state,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => self.lock_ahead(),
        }
    }

    /// Locks before those who wait for room begin another turn. The writer may be lent.
    fn lock_ahead(&self) -> MutexGuard<'_, State> {
        self.opening.fetch_add(1, Ordering::AcqRel);
        let state = self.lock_now();
        self.opening.fetch_sub(1, Ordering::AcqRel);
        state
    }

    /// Locks before those who wait for room begin another turn, with the writer there.
    fn lock_first(&self) -> MutexGuard<'_, State> {
        // Before anybody counts on it that this one gets its turn.
        loan::assert_none();
        self.opening.fetch_add(1, Ordering::AcqRel);
        let state = self.await_return(self.lock_now(), Duration::MAX);
        self.opening.fetch_sub(1, Ordering::AcqRel);
        state
    }

    /// Locks. The writer may be lent.
    fn lock_now(&self) -> MutexGuard<'_, State> {
        loan::assert_none();
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn copy(room: &mut [u8], frame: &[u8], number: u32) {
    room.copy_from_slice(frame);
    set_number(room, number);
}

impl State {
    /// Takes in what waits, as far as there is room.
    fn refill(&mut self) {
        let Some(writer) = &mut self.writer else { return };
        self.backlogs.drain(&mut |frame, number| match writer.try_reserve(frame.len()) {
            Ok(mut slot) => {
                copy(&mut slot, frame, number);
                slot.commit();
                true
            }
            Err(_) => false,
        });
    }

    /// Sends a frame, if there is room now.
    fn send(&mut self, len: usize, fill: impl FnOnce(&mut [u8])) -> Option<()> {
        let mut slot = self.writer.as_mut()?.try_reserve(len).ok()?;
        fill(&mut slot);
        slot.commit();
        Some(())
    }

    /// Takes the writer out, with room for a frame, if there is any now.
    fn lend(&mut self, len: usize) -> Option<OwnedSlot> {
        let lent = self.writer.take()?.into_slot(len);
        match lent {
            Ok(slot) => {
                self.is_lent = true;
                Some(slot)
            }
            Err((writer, _)) => {
                self.writer = Some(writer);
                None
            }
        }
    }

    /// Sends a frame of a topic that may lose some, or lets it wait.
    fn send_or_lose(&mut self, lane: &Lane, len: usize, fill: Fill<'_>) -> Result<(), NotSent> {
        if self.writer.is_none() && !self.is_lent {
            return Err(NotSent::Disconnected);
        }
        if !self.backlogs.has(lane.channel)
            && let Some(writer) = &mut self.writer
            && let Ok(mut slot) = writer.try_reserve(len)
        {
            fill(lane.numbering.next(), &mut slot);
            slot.commit();
            return Ok(());
        }
        let mut frame = vec![0; len];
        fill(0, &mut frame);
        self.backlogs.push(lane, frame);
        Ok(())
    }
}

impl FrameSink for RingSink {
    fn max_frame_bytes(&self) -> usize {
        self.max_frame_bytes.load(Ordering::Relaxed)
    }

    fn send(
        &self,
        lane: &Lane,
        len: usize,
        fill: Fill<'_>,
        until: Option<Instant>,
    ) -> Result<(), NotSent> {
        if lane.way.may_lose() {
            let mut state = self.lock_now();
            let had_waiting = !state.backlogs.is_empty();
            state.send_or_lose(lane, len, fill)?;
            if !had_waiting && !state.backlogs.is_empty() {
                self.overflowed.notify_one();
            }
            return Ok(());
        }
        let fill = &mut |room: &mut [u8]| fill(lane.numbering.next(), room);
        self.send_until(len, fill, until, || self.hub.is_closed() || lane.gives_up(until))
    }

    fn sends_at_once(&self) -> bool {
        true
    }

    fn try_send(&self, lane: &Lane, len: usize, fill: Fill<'_>) -> bool {
        let mut state = match self.state.try_lock() {
            Ok(state) => state,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return false,
        };
        // What waits beside the ring is of topics that may lose some, and those have their own way.
        state.send(len, |room| fill(lane.numbering.next(), room)).is_some()
    }

    fn lend(self: Arc<Self>, lane: &Lane, len: usize, until: Option<Instant>) -> Option<RingRoom> {
        let slot = if lane.way.may_lose() {
            let mut state = self.lock_now();
            if state.backlogs.has(lane.channel) {
                return None;
            }
            state.lend(len)?
        } else {
            let gives_up = || self.hub.is_closed() || lane.gives_up(until);
            self.find_room(len, until, gives_up, |state| state.lend(len)).ok()?
        };
        Some(RingRoom::new(self, slot))
    }

    fn has_room(&self, len: usize) -> bool {
        // Room that is lent is used up at once, or is there again: who asks waits for the answer.
        let mut state = self.lock_first();
        state.writer.as_mut().is_none_or(|writer| writer.try_reserve(len).is_ok())
    }

    fn subscribers(&self, lane: &Lane) -> usize {
        self.lock_first().writer.as_ref().map_or(0, |writer| writer.readers_of(lane.topic()))
    }

    fn name(&self) -> &str {
        &self.name
    }
}
