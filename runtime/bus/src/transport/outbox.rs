//! What waits to be written to one connection.
//!
//! Publishers encode straight into it, from any thread; the connection's writer takes all of it at
//! once, so that many frames share a system call. Only a frame that comes after a pause, while the
//! writer has nothing to do, is written by the publisher itself: that spares it a change of threads.
//!
//! Frames of topics that may lose some wait beside it, each topic's as many as it says. Of these only
//! so many bytes go ahead to the writer that it never rests: what is ready can no longer be replaced.

use std::os::fd::OwnedFd;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rustix::net::{SendFlags, send};

use tokio::sync::Notify;

use super::backlogs::Backlogs;
use super::driver::Driver;
use super::{Fill, FrameSink, Lane, NotSent, control, set_number};

/// The outgoing buffer of one connection.
pub(crate) struct Outbox {
    name: String,
    /// Bytes that may wait before publishers do.
    room_bytes: usize,
    max_frame_bytes: usize,
    state: Mutex<State>,
    /// Whether a frame for an observer found no room since the writer last took something: the next ones need not
    /// look, which costs whoever publishes next to nothing.
    is_crowded: AtomicBool,
    /// Whether an observer is at the other end.
    is_observed: AtomicBool,
    /// Notified when the buffer was taken, and when it was closed.
    room: Condvar,
    /// Notified when there is something to take.
    filled: Notify,
    /// Who drives the writer, where that may be nobody.
    driver: Option<Arc<Driver>>,
}

struct State {
    bytes: Vec<u8>,
    /// What waits for its turn. Where something does, there are bytes.
    backlogs: Backlogs,
    /// Bytes of topics that may lose messages that are ready to be written.
    ahead_bytes: usize,
    phase: Phase,
    /// The connection, for publishers that write by themselves; nothing once it is closed.
    stream: Option<OwnedFd>,
    /// Whether the writer has written all that it took.
    is_writer_idle: bool,
    /// When a publisher last found the buffer empty.
    last_start: Instant,
}

/// Most bytes of topics that may lose messages that are ready to be written: what is ready can be neither
/// lost nor replaced any more.
const AHEAD_BYTES: usize = 64 << 10;

/// After how long a pause a publisher writes by itself: longer than it takes to publish the next message, and shorter than
/// to call the writer.
const PAUSE: Duration = Duration::from_micros(1);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Open,
    /// What is in it is written; nothing is added.
    Finishing,
    /// Nothing is written any more.
    Closed,
}

/// What the writer finds.
pub(crate) enum Taken {
    /// Bytes, in the buffer that it brought.
    Bytes,
    /// Nothing yet.
    Nothing,
    /// Nothing, and nothing will come.
    End,
}

impl Outbox {
    /// An outbox whose publishers may write to `stream`, where there is one.
    pub(crate) fn new(
        name: String,
        room_bytes: usize,
        max_frame_bytes: usize,
        stream: Option<OwnedFd>,
    ) -> Self {
        let state = State {
            bytes: Vec::new(),
            backlogs: Backlogs::default(),
            // At least one frame goes ahead, whatever room there is.
            ahead_bytes: AHEAD_BYTES.min(room_bytes / 2).max(1),
            phase: Phase::Open,
            stream,
            is_writer_idle: false,
            last_start: Instant::now(),
        };
        Self {
            name,
            room_bytes,
            max_frame_bytes,
            state: Mutex::new(state),
            is_crowded: AtomicBool::new(false),
            is_observed: AtomicBool::new(false),
            room: Condvar::new(),
            filled: Notify::new(),
            driver: None,
        }
    }

    /// The same whose writer is a task of this driver.
    pub(crate) fn driven_by(self, driver: Option<&Arc<Driver>>) -> Self {
        Self { driver: driver.cloned(), ..self }
    }

    /// The other end has said that it is an observer.
    pub(crate) fn serve_observer(&self) {
        self.is_observed.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_observed(&self) -> bool {
        self.is_observed.load(Ordering::Relaxed)
    }

    /// Adds a control frame, which never waits: there are few, and they are short.
    pub(crate) fn push(&self, frame: &[u8]) {
        let mut state = self.lock();
        if state.phase == Phase::Open {
            state.bytes.extend_from_slice(frame);
            self.call_writer();
        }
    }

    /// Adds control frames that say how things stand behind all that was added before.
    #[cfg(feature = "nats")]
    pub(crate) fn push_with(&self, frames: impl FnOnce() -> Vec<u8>) {
        let mut state = self.lock();
        if state.phase == Phase::Open {
            state.bytes.extend_from_slice(&frames());
            self.call_writer();
        }
    }

    /// Takes nothing more; what is in it is written still.
    pub(crate) fn finish(&self) {
        let mut state = self.lock();
        if state.phase == Phase::Open {
            state.phase = Phase::Finishing;
        }
        self.announce();
    }

    /// Drops what is in it and takes nothing more.
    pub(crate) fn close(&self) {
        let mut state = self.lock();
        state.phase = Phase::Closed;
        state.bytes = Vec::new();
        std::mem::take(&mut state.backlogs).lose();
        state.stream = None;
        self.announce();
    }

    /// Swaps what waits for the empty `spare`.
    pub(crate) fn take(&self, spare: &mut Vec<u8>) -> Taken {
        let mut state = self.lock();
        state.is_writer_idle = state.bytes.is_empty();
        if !state.is_writer_idle {
            std::mem::swap(&mut state.bytes, spare);
            self.is_crowded.store(false, Ordering::Relaxed);
            // Before publishers that wait for room take all of it.
            state.refill();
            self.room.notify_all();
            return Taken::Bytes;
        }
        if state.phase == Phase::Open { Taken::Nothing } else { Taken::End }
    }

    /// Waits until there may be something to take.
    pub(crate) async fn filled(&self) {
        self.filled.notified().await;
    }

    /// Ends a channel: what waits on it goes first, whatever room that takes.
    pub(crate) fn end_channel(&self, lane: &Lane) {
        let state = &mut *self.lock();
        if state.phase == Phase::Open {
            let State { bytes, backlogs, .. } = state;
            backlogs.end(lane.channel, &mut |frame, number| append(bytes, frame, number));
            bytes.extend_from_slice(&control::closed(lane.channel, lane.sent()));
            self.call_writer();
        }
    }

    /// Waits until a frame of `len` bytes may be added, or the peer is gone. Nothing where whoever publishes gives up.
    fn make_room(
        &self,
        lane: &Lane,
        len: usize,
        until: Option<Instant>,
    ) -> Option<MutexGuard<'_, State>> {
        let mut state = self.lock();
        while state.phase == Phase::Open && !self.fits(&state, len) {
            if lane.gives_up(until) {
                return None;
            }
            self.call_driver();
            state = match until {
                None => self.room.wait(state).unwrap_or_else(PoisonError::into_inner),
                Some(until) => {
                    let left = until.saturating_duration_since(Instant::now());
                    let waited = self.room.wait_timeout(state, left);
                    waited.unwrap_or_else(PoisonError::into_inner).0
                }
            };
        }
        Some(state)
    }

    fn fits(&self, state: &State, len: usize) -> bool {
        state.bytes.is_empty() || state.bytes.len() + len <= self.room_bytes
    }

    /// Sends a frame to an observer if there is room; else it is lost to it.
    fn show(&self, lane: &Lane, len: usize, fill: Fill<'_>) {
        let mut state = self.lock();
        let is_open = state.phase == Phase::Open;
        if !is_open || len > self.max_frame_bytes || !self.fits(&state, len) {
            self.is_crowded.store(is_open && len <= self.max_frame_bytes, Ordering::Relaxed);
            return lane.numbering.skip(1);
        }
        let start = state.bytes.len();
        state.bytes.resize(start + len, 0);
        fill(lane.numbering.next(), &mut state.bytes[start..]);
        // The writer looks again by itself while it has something to write.
        if start == 0 && state.is_writer_idle {
            drop(state);
            self.call_writer();
        }
    }

    fn announce(&self) {
        self.room.notify_all();
        self.call_writer();
    }

    fn call_writer(&self) {
        self.filled.notify_one();
        self.call_driver();
    }

    fn call_driver(&self) {
        if let Some(driver) = &self.driver {
            driver.call();
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Adds a frame and gives it its number; there is always room.
fn append(bytes: &mut Vec<u8>, frame: &[u8], number: u32) -> bool {
    let start = bytes.len();
    bytes.extend_from_slice(frame);
    set_number(&mut bytes[start..], number);
    true
}

impl State {
    /// Takes frames that wait, as many as may go ahead of newer ones.
    fn refill(&mut self) {
        let Self { bytes, backlogs, ahead_bytes, .. } = self;
        backlogs
            .drain(&mut |frame, number| bytes.len() < *ahead_bytes && append(bytes, frame, number));
    }

    /// Whether a frame of a topic that may lose some goes without waiting.
    fn takes_now(&self, channel: u16, len: usize) -> bool {
        let fits = self.bytes.is_empty() || self.bytes.len() + len <= self.ahead_bytes;
        fits && !self.backlogs.has(channel)
    }

    /// Writes what there is, if it comes after a pause; false if something is left for the writer.
    fn write_after_pause(&mut self) -> bool {
        let now = Instant::now();
        let pause = now.duration_since(std::mem::replace(&mut self.last_start, now));
        let Some(stream) = self.stream.as_ref().filter(|_| self.is_writer_idle && pause > PAUSE)
        else {
            return false;
        };
        // What goes wrong here goes wrong for the writer too, which knows what to do.
        let flags = SendFlags::DONTWAIT | SendFlags::NOSIGNAL;
        let written = send(stream, &self.bytes, flags).unwrap_or(0);
        self.bytes.drain(..written);
        // However long that took, it was no pause.
        self.last_start = Instant::now();
        self.bytes.is_empty()
    }
}

impl FrameSink for Outbox {
    fn max_frame_bytes(&self) -> usize {
        self.max_frame_bytes
    }

    fn send(
        &self,
        lane: &Lane,
        len: usize,
        fill: Fill<'_>,
        until: Option<Instant>,
    ) -> Result<(), NotSent> {
        if lane.way.is_watched() {
            self.show(lane, len, fill);
            return Ok(());
        }
        let mut state = match lane.way.waits() {
            true => self.make_room(lane, len, until).ok_or(NotSent::GaveUp)?,
            false => self.lock(),
        };
        if state.phase != Phase::Open {
            lane.numbering.miss(1);
            return Err(NotSent::Disconnected);
        }
        if lane.way.may_lose() && !state.takes_now(lane.channel, len) {
            let mut frame = vec![0; len];
            fill(0, &mut frame);
            state.backlogs.push(lane, frame);
            return Ok(());
        }
        let start = state.bytes.len();
        state.bytes.resize(start + len, 0);
        fill(lane.numbering.next(), &mut state.bytes[start..]);
        // The writer waits only when it found nothing.
        if start == 0 && !state.write_after_pause() {
            drop(state);
            self.call_writer();
        }
        Ok(())
    }

    fn is_crowded(&self) -> bool {
        self.is_crowded.load(Ordering::Relaxed)
    }

    fn has_room(&self, len: usize) -> bool {
        let state = self.lock();
        state.phase != Phase::Open || self.fits(&state, len)
    }

    fn wake(&self) {
        // Who has looked already sleeps by then.
        drop(self.lock());
        self.room.notify_all();
    }

    fn is_closed(&self) -> bool {
        self.lock().phase != Phase::Open
    }

    fn subscribers(&self, _lane: &Lane) -> usize {
        usize::from(!self.is_closed())
    }

    fn name(&self) -> &str {
        &self.name
    }
}
