//! What waits to be written to one connection.
//!
//! Publishers encode straight into it, from any thread; the connection's writer takes all of it at
//! once, so that many frames share a system call. Only a frame that comes after a pause, while the
//! writer has nothing to do, is written by the publisher itself: that spares it a change of threads.

use std::os::fd::OwnedFd;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rustix::net::{SendFlags, send};

use tokio::sync::Notify;

use super::{Disconnected, FrameSink};

/// The outgoing buffer of one connection.
pub(crate) struct Outbox {
    name: String,
    /// Bytes that may wait before publishers do.
    room_bytes: usize,
    max_frame_bytes: usize,
    state: Mutex<State>,
    /// Notified when the buffer was taken, and when it was closed.
    room: Condvar,
    /// Notified when there is something to take.
    filled: Notify,
}

struct State {
    bytes: Vec<u8>,
    phase: Phase,
    /// The connection, for publishers that write by themselves; nothing once it is closed.
    stream: Option<OwnedFd>,
    /// Whether the writer has written all that it took.
    is_writer_idle: bool,
    /// When a publisher last found the buffer empty.
    last_start: Instant,
}

/// After how long a pause a publisher writes by itself.
const PAUSE: Duration = Duration::from_micros(20);

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
            room: Condvar::new(),
            filled: Notify::new(),
        }
    }

    /// Adds a control frame, which never waits: there are few, and they are short.
    pub(crate) fn push(&self, frame: &[u8]) {
        let mut state = self.lock();
        if state.phase == Phase::Open {
            state.bytes.extend_from_slice(frame);
            self.filled.notify_one();
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
        state.stream = None;
        self.announce();
    }

    /// Swaps what waits for the empty `spare`.
    pub(crate) fn take(&self, spare: &mut Vec<u8>) -> Taken {
        let mut state = self.lock();
        state.is_writer_idle = state.bytes.is_empty();
        if !state.is_writer_idle {
            std::mem::swap(&mut state.bytes, spare);
            self.room.notify_all();
            return Taken::Bytes;
        }
        if state.phase == Phase::Open { Taken::Nothing } else { Taken::End }
    }

    /// Waits until there may be something to take.
    pub(crate) async fn filled(&self) {
        self.filled.notified().await;
    }

    /// Waits until a frame of `len` bytes may be added.
    fn make_room(&self, len: usize) -> Result<MutexGuard<'_, State>, Disconnected> {
        let full = |state: &mut State| {
            let fits = state.bytes.is_empty() || state.bytes.len() + len <= self.room_bytes;
            state.phase == Phase::Open && !fits
        };
        let state = self.lock();
        let state = self.room.wait_while(state, full).unwrap_or_else(PoisonError::into_inner);
        if state.phase == Phase::Open { Ok(state) } else { Err(Disconnected) }
    }

    fn announce(&self) {
        self.room.notify_all();
        self.filled.notify_one();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
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
        self.bytes.is_empty()
    }
}

impl FrameSink for Outbox {
    fn max_frame_bytes(&self) -> usize {
        self.max_frame_bytes
    }

    fn send(&self, len: usize, fill: &mut dyn FnMut(&mut [u8])) -> Result<(), Disconnected> {
        let mut state = self.make_room(len)?;
        let start = state.bytes.len();
        state.bytes.resize(start + len, 0);
        fill(&mut state.bytes[start..]);
        // The writer waits only when it found nothing.
        if start == 0 && !state.write_after_pause() {
            drop(state);
            self.filled.notify_one();
        }
        Ok(())
    }

    fn subscribers(&self) -> usize {
        1
    }

    fn name(&self) -> &str {
        &self.name
    }
}
