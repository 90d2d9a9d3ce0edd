//! Two processes that sleep on a futex and wake each other: what no parked wake-up can be faster than.

use crate::Outcome;
use crate::link::{self, Plan};
use crate::links::bounce::Page;
use rustix::io::Errno;
use rustix::thread::futex::{self, Flags};
use std::sync::atomic::{AtomicU32, Ordering};

/// The counter, as the half of it that changes.
fn word(page: &Page) -> &AtomicU32 {
    page.low_half()
}

pub(crate) struct Sender(Page);

impl link::Sender for Sender {
    fn create(plan: &Plan, name: &str) -> Outcome<Self> {
        Ok(Self(Page::open(plan, name)?))
    }

    fn send(&mut self, bytes: &[u8]) -> Outcome<()> {
        self.0.words()[1].store(link::first_word(bytes), Ordering::Relaxed);
        word(&self.0).fetch_add(1, Ordering::Release);
        futex::wake(word(&self.0), Flags::empty(), 1)?;
        Ok(())
    }
}

pub(crate) struct Receiver {
    page: Page,
    count: u32,
}

impl link::Receiver for Receiver {
    fn attach(plan: &Plan, name: &str) -> Outcome<Self> {
        Ok(Self { page: Page::open(plan, name)?, count: 0 })
    }

    fn try_receive(&mut self, mut take: impl FnMut(&[u8])) -> Outcome<bool> {
        if word(&self.page).load(Ordering::Acquire) == self.count {
            match futex::wait(word(&self.page), Flags::empty(), self.count, None) {
                Ok(()) | Err(Errno::AGAIN | Errno::INTR) => return Ok(false),
                Err(error) => return Err(error.into()),
            }
        }
        self.count = self.count.wrapping_add(1);
        take(&self.page.words()[1].load(Ordering::Relaxed).to_le_bytes());
        Ok(true)
    }
}
