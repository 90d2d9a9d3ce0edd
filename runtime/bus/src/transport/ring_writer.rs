//! The ring that this node writes: every topic that it publishes, for all nodes that read there.
//!
//! Where the ring is full and a topic may lose messages, its frames wait beside the ring, as many as the topic
//! says; a thread that is started then takes them in as soon as readers have made room.
//!
//! The ring is made when the first topic gets a publisher, and removed when the bus leaves. Its
//! announcements say which topic travels on which channel; what ends a channel, and the goodbye, are
//! frames among the others.

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::{Duration, Instant};

use mycelium_ring::{ANNOUNCEMENTS_LEN, ReserveError, RingDirectory, Writer, WriterOptions};

use super::backlogs::Backlogs;
use super::control;
use super::{Fill, FillIf, FrameSink, Lane, Link, LinkId, NotSent, Way, set_number};
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
struct RingSink {
    name: String,
    /// Held while a frame is written.
    state: Mutex<State>,
    /// Notified when something waits beside the ring, and when the bus leaves.
    overflowed: Condvar,
    /// How many wait to open a channel.
    opening: AtomicUsize,
    max_frame_bytes: AtomicUsize,
    hub: Arc<Hub>,
}

#[derive(Default)]
struct State {
    writer: Option<Writer>,
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
            empty => empty.insert(self.create()?),
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
        let mut state = self.ring.lock();
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
        let fill = &mut |room: &mut [u8]| {
            room.copy_from_slice(frame);
            true
        };
        let _ = self.send_until(frame.len(), fill, None, late);
    }

    /// Sends what waits on a channel that ends, as `send_control` does.
    fn send_waiting(&self, channel: u16) {
        let late = || self.hub.closed_for() >= self.hub.options.shutdown_timeout;
        let mut ending = self.lock().backlogs.split(channel);
        ending.end(channel, &mut |frame, number| {
            let fill = &mut |room: &mut [u8]| {
                copy(room, frame, number);
                true
            };
            self.send_until(frame.len(), fill, None, late).is_ok()
        });
    }

    /// Takes in what waits beside the ring, whenever there is room, until the bus leaves.
    fn look_after(&self) {
        let mut state = self.lock();
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

    /// Sends a frame if whoever fills it wants that, which it says. Who waits for room does so in turns, that end at the
    /// given time.
    fn send_until(
        &self,
        len: usize,
        fill: FillIf<'_>,
        until: Option<Instant>,
        gives_up: impl Fn() -> bool,
    ) -> Result<(), NotSent> {
        loop {
            let mut state = self.lock_in_turn();
            let writer = state.writer.as_mut().ok_or(NotSent::Disconnected)?;
            let left = until.map(|until| until.saturating_duration_since(Instant::now()));
            match writer.reserve_timeout(len, left.map_or(TURN, |left| left.min(TURN))) {
                Ok(mut slot) => {
                    if fill(&mut slot) {
                        slot.commit();
                    }
                    return Ok(());
                }
                Err(ReserveError::Full { .. }) if !gives_up() => {}
                Err(ReserveError::Full { .. }) => return Err(NotSent::GaveUp),
                Err(_) => return Err(NotSent::Disconnected),
            }
            drop(state);
            while self.opening.load(Ordering::Acquire) > 0 {
                std::thread::yield_now();
            }
        }
    }

    /// Locks at once, or else as soon as whoever waits for room has ended its turn.
    fn lock_in_turn(&self) -> MutexGuard<'_, State> {
        loan::assert_none();
        match self.state.try_lock() {
            Ok(state) => state,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => self.lock_first(),
        }
    }

    /// Locks before those who wait for room begin another turn.
    fn lock_first(&self) -> MutexGuard<'_, State> {
        // Before anybody counts on it that this one gets its turn.
        loan::assert_none();
        self.opening.fetch_add(1, Ordering::AcqRel);
        let state = self.lock();
        self.opening.fetch_sub(1, Ordering::AcqRel);
        state
    }

    fn lock(&self) -> MutexGuard<'_, State> {
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

    /// Sends a frame of a topic that may lose some, or lets it wait.
    fn send_or_lose(&mut self, lane: &Lane, len: usize, fill: Fill<'_>) -> Result<(), NotSent> {
        let writer = self.writer.as_mut().ok_or(NotSent::Disconnected)?;
        if !self.backlogs.has(lane.channel)
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
            let mut state = self.lock();
            let had_waiting = !state.backlogs.is_empty();
            state.send_or_lose(lane, len, fill)?;
            if !had_waiting && !state.backlogs.is_empty() {
                self.overflowed.notify_one();
            }
            return Ok(());
        }
        let fill = &mut |room: &mut [u8]| {
            fill(lane.numbering.next(), room);
            true
        };
        self.send_until(len, fill, until, || self.hub.is_closed() || lane.gives_up(until))
    }

    fn lend(&self, lane: &Lane, len: usize, fill: FillIf<'_>) -> Option<()> {
        let fill = &mut |room: &mut [u8]| {
            let is_wanted = fill(room);
            if is_wanted {
                set_number(room, lane.numbering.next());
            }
            is_wanted
        };
        if !lane.way.may_lose() {
            let gives_up = || self.hub.is_closed() || lane.gives_up(None);
            return self.send_until(len, fill, None, gives_up).ok();
        }
        let mut state = self.lock();
        if state.backlogs.has(lane.channel) {
            return None;
        }
        let mut slot = state.writer.as_mut()?.try_reserve(len).ok()?;
        if fill(&mut slot) {
            slot.commit();
        }
        Some(())
    }

    fn has_room(&self, len: usize) -> bool {
        let mut state = self.lock_in_turn();
        state.writer.as_mut().is_none_or(|writer| writer.try_reserve(len).is_ok())
    }

    fn subscribers(&self) -> usize {
        self.lock_first().writer.as_ref().map_or(0, Writer::live_readers)
    }

    fn name(&self) -> &str {
        &self.name
    }
}
