//! What the machine does without us: one line bounced between two cores.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::way::{Receive64, Send64, Way};

#[repr(align(128))]
struct Line(AtomicU64);

/// One word in a line: the newest replaces the one before, so it is a way for one at a time.
pub(crate) struct CacheLine;

pub(crate) struct Writer(Arc<Line>);

pub(crate) struct Reader(Arc<Line>, u64);

impl Way for CacheLine {
    const NAME: &'static str = "bare cache line";
    type Sender = Writer;
    type Receiver = Reader;

    fn takes(senders: usize, receivers: usize) -> bool {
        senders == 1 && receivers == 1
    }

    fn open(_: usize, _: usize) -> (Vec<Writer>, Vec<Reader>) {
        let line = Arc::new(Line(AtomicU64::new(0)));
        (vec![Writer(line.clone())], vec![Reader(line, 0)])
    }
}

impl Send64 for Writer {
    #[inline]
    fn try_send(&mut self, number: u64) -> bool {
        self.0.0.store(number + 1, Ordering::Release);
        true
    }
}

impl Receive64 for Reader {
    #[inline]
    fn try_receive(&mut self) -> Option<u64> {
        let number = self.0.0.load(Ordering::Acquire);
        (number != self.1).then(|| {
            self.1 = number;
            number - 1
        })
    }
}
