//! Taking frames off a subscriber, and lending them to the caller.

use crate::status::{Code, Failure};
use crate::topic::MycFrame;
use crate::wakeup::Wakeup;
use mycelium::{Frame, FrameSubscriber, RecvError, TryRecvError};
use std::ptr;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

/// The receiving end, and what the caller has of it.
pub(crate) struct Taking {
    frames: FrameSubscriber,
    /// What the caller reads, until the next call.
    lent: Vec<Frame>,
    /// Copies, for the caller to read in their place, of those that do not lie at a multiple of 8 by themselves.
    aligned: Vec<Box<[u64]>>,
    /// What was found before it was asked for.
    held: Option<Event>,
    wakeup: Option<Wakeup>,
}

/// What a look gives.
pub(crate) enum Event {
    Frame(Frame),
    Lost(u64),
    Fault(Failure),
    Ended,
}

impl Taking {
    pub(crate) fn new(frames: FrameSubscriber) -> Self {
        Self { frames, lent: Vec::new(), aligned: Vec::new(), held: None, wakeup: None }
    }

    /// Gives back what was lent, and lends the next frame: writes it, unless nothing came.
    pub(crate) fn take(
        &mut self,
        timeout: Option<Duration>,
        place: &mut MycFrame,
    ) -> Result<Code, Failure> {
        self.lent.clear();
        self.aligned.clear();
        match self.next(timeout) {
            Some(event) => self.lend(event, place),
            None => Ok(Code::None),
        }
    }

    /// The same for as many as are there, once there is one: writes them and gives their number.
    pub(crate) fn take_batch(
        &mut self,
        timeout: Option<Duration>,
        places: &mut [MycFrame],
    ) -> Result<(Code, usize), Failure> {
        let (first, others) = places.split_first_mut().ok_or_else(|| {
            Failure::argument("`capacity` is 0; give room for one frame at least")
        })?;
        let code = self.take(timeout, first)?;
        if code != Code::Ok {
            return Ok((code, 0));
        }
        let mut count = 1;
        for place in others {
            match self.next(Some(Duration::ZERO)) {
                Some(event @ Event::Frame(_)) => {
                    self.lend(event, place)?;
                }
                other => {
                    self.held = other;
                    break;
                }
            }
            count += 1;
        }
        Ok((Code::Ok, count))
    }

    /// Whether there is something to take; else wakes the waker once there may be.
    pub(crate) fn is_ready(&mut self, waker: &Waker) -> bool {
        if self.held.is_none() {
            self.held = match self.frames.poll_recv(&mut Context::from_waker(waker)) {
                Poll::Ready(found) => Some(Event::of(found)),
                Poll::Pending => None,
            };
        }
        self.held.is_some()
    }

    pub(crate) fn received_and_lost(&self) -> (u64, u64) {
        let stats = self.frames.stats();
        (stats.received, stats.lost)
    }

    /// The descriptor, which is made at the first time.
    pub(crate) fn wakeup(&mut self) -> Result<&Wakeup, Failure> {
        let wakeup = match self.wakeup.take() {
            Some(wakeup) => wakeup,
            None => Wakeup::new()?,
        };
        Ok(self.wakeup.insert(wakeup))
    }

    #[inline]
    fn next(&mut self, timeout: Option<Duration>) -> Option<Event> {
        if let Some(held) = self.held.take() {
            return Some(held);
        }
        let found = match timeout {
            None => return Some(Event::of(self.frames.recv_blocking())),
            Some(Duration::ZERO) => self.frames.try_recv(),
            Some(timeout) => self.frames.recv_timeout(timeout),
        };
        match found {
            Ok(found) => Some(Event::of(Ok(found))),
            Err(TryRecvError::Failed(fault)) => Some(Event::of(Err(fault))),
            Err(_) => None,
        }
    }

    #[inline]
    fn lend(&mut self, event: Event, place: &mut MycFrame) -> Result<Code, Failure> {
        match event {
            Event::Frame(frame) => {
                *place = self.show(&frame);
                // Neither its bytes nor its topic move with it.
                self.lent.push(frame);
                Ok(Code::Ok)
            }
            Event::Lost(lost) => {
                *place = MycFrame { lost, ..NOTHING };
                Ok(Code::Lost)
            }
            Event::Fault(fault) => Err(fault),
            Event::Ended => Err(Failure {
                code: Code::Closed,
                message: "all publishers, or the bus, were closed: nothing comes any more".into(),
            }),
        }
    }

    /// Where a frame lies, that is to be lent.
    #[inline]
    fn show(&mut self, frame: &Frame) -> MycFrame {
        let mut bytes = frame.bytes.as_ptr();
        if !bytes.cast::<u64>().is_aligned() {
            let words = words_of(&frame.bytes);
            bytes = words.as_ptr().cast();
            self.aligned.push(words);
        }
        MycFrame {
            bytes,
            len: frame.bytes.len(),
            topic: frame.topic.as_ptr().cast(),
            topic_len: frame.topic.len(),
            lost: 0,
        }
    }
}

/// No frame.
pub(crate) const NOTHING: MycFrame =
    MycFrame { bytes: ptr::null(), len: 0, topic: ptr::null(), topic_len: 0, lost: 0 };

impl Event {
    #[inline]
    fn of(found: Result<Option<Frame>, RecvError>) -> Self {
        match found {
            Ok(Some(frame)) => Self::Frame(frame),
            Ok(None) => Self::Ended,
            Err(RecvError::Lost(count)) => Self::Lost(count),
            Err(fault) => Self::Fault(fault.into()),
        }
    }
}

/// The bytes in words, whose last one may be filled up with zeros.
fn words_of(bytes: &[u8]) -> Box<[u64]> {
    let word = |chunk: &[u8]| {
        let mut word = [0; 8];
        word[..chunk.len()].copy_from_slice(chunk);
        u64::from_ne_bytes(word)
    };
    bytes.chunks(8).map(word).collect()
}
