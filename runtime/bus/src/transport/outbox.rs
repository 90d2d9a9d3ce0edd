//! What waits to be written to one connection.
//!
//! Publishers encode straight into it, from any thread; the connection's writer takes all of it at
//! once, so that many frames share a system call.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

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
}

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
    pub(crate) fn new(name: String, room_bytes: usize, max_frame_bytes: usize) -> Self {
        let state = State { bytes: Vec::new(), phase: Phase::Open };
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
        self.announce();
    }

    /// Swaps what waits for the empty `spare`.
    pub(crate) fn take(&self, spare: &mut Vec<u8>) -> Taken {
        let mut state = self.lock();
        if !state.bytes.is_empty() {
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

impl FrameSink for Outbox {
    fn max_frame_bytes(&self) -> usize {
        self.max_frame_bytes
    }

    fn send(&self, len: usize, fill: &mut dyn FnMut(&mut [u8])) -> Result<(), Disconnected> {
        let mut state = self.make_room(len)?;
        let start = state.bytes.len();
        state.bytes.resize(start + len, 0);
        fill(&mut state.bytes[start..]);
        drop(state);
        // The writer waits only when it found nothing.
        if start == 0 {
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
