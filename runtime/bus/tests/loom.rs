//! The ring between threads under loom: every order of events of two or three threads.
#![allow(unsafe_code, reason = "a message that can be taken several times says so")]

#[path = "../src/local/mod.rs"]
#[allow(dead_code, unused_imports, reason = "models need a part")]
mod local;

/// loom's models of what `src/sync.rs` takes from the system.
mod sync {
    use std::time::Duration;

    pub(crate) use loom::cell::UnsafeCell;
    pub(crate) use loom::sync::Mutex;
    pub(crate) use loom::sync::atomic::{AtomicPtr, AtomicU32, AtomicU64, Ordering};

    loom::lazy_static! {
        /// The kernel's queue of sleepers, one for all words: waking the wrong one does no harm.
        static ref SLEEPERS: (Mutex<()>, loom::sync::Condvar) =
            (Mutex::new(()), loom::sync::Condvar::new());
    }

    /// Without the shortcut of one processor: loom takes `SeqCst` operations for less than they are, and
    /// fences for what they are.
    pub(crate) fn exchange_and_fence(
        word: &AtomicU64,
        expected: u64,
        value: u64,
    ) -> Result<u64, u64> {
        let order = Ordering::Relaxed;
        let exchanged = word.compare_exchange_weak(expected, value, order, order);
        full_fence();
        exchanged
    }

    /// loom has no fences for several threads: here all make their own, which is what the two kinds amount to.
    pub(crate) fn light_fence() {
        full_fence();
    }

    pub(crate) fn has_heavy_fence() -> bool {
        true
    }

    pub(crate) fn heavy_fence() -> bool {
        full_fence();
        true
    }

    /// The models tell no threads apart: nothing but time depends on it.
    pub(crate) fn this_thread() -> u64 {
        1
    }

    pub(crate) fn pause(_looks: u32) {
        loom::thread::yield_now();
    }

    pub(crate) fn swap_and_fence(word: &AtomicU32, value: u32) {
        word.swap(value, Ordering::Release);
        full_fence();
    }

    pub(crate) fn full_fence() {
        loom::sync::atomic::fence(Ordering::SeqCst);
    }

    /// Without a timeout: loom reports a lost wake-up as a deadlock.
    pub(crate) fn futex_wait(word: &AtomicU32, expected: u32, _timeout: Option<Duration>) {
        let guard = SLEEPERS.0.lock().unwrap();
        // As the kernel does it: the word is looked at under the queue's lock.
        if word.load(Ordering::Relaxed) == expected {
            drop(SLEEPERS.1.wait(guard).unwrap());
        }
    }

    pub(crate) fn futex_wake_all(_word: &AtomicU32) {
        let _guard = SLEEPERS.0.lock().unwrap();
        SLEEPERS.1.notify_all();
    }
}

use std::sync::Arc;

use loom::sync::atomic::{AtomicUsize, Ordering};
use loom::thread;

use local::bell::Bell;
use local::reader::RingReader;
use local::ring::Ring;
use local::share::Share;
use sync::this_thread;

/// A message that counts how many of it there are, and of which each reader must get its own.
struct Counted {
    number: u32,
    alive: Arc<AtomicUsize>,
}

// SAFETY: the number and an `Arc` that is cloned for each copy.
unsafe impl Share for Counted {
    fn multiply(&self, count: u64) {
        for _ in 1..count {
            self.alive.fetch_add(1, Ordering::Relaxed);
            std::mem::forget(self.alive.clone());
        }
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.alive.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Makes messages and knows how many are alive.
#[derive(Clone)]
struct Mint(Arc<AtomicUsize>);

impl Mint {
    fn new() -> Self {
        Self(Arc::new(AtomicUsize::new(0)))
    }

    fn make(&self, number: u32) -> Counted {
        self.0.fetch_add(1, Ordering::Relaxed);
        Counted { number, alive: self.0.clone() }
    }

    fn alive(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

fn join(ring: &Arc<Ring<Counted>>) -> (RingReader<Counted>, Arc<Bell>) {
    let bell = Arc::<Bell>::default();
    (ring.join(bell.clone()).unwrap(), bell)
}

fn publish(ring: &Ring<Counted>, message: Counted) {
    let mut message = message;
    while let Err(back) = ring.offer(message, this_thread()) {
        message = back;
        thread::yield_now();
    }
}

fn take(reader: &mut RingReader<Counted>) -> u32 {
    loop {
        match reader.take() {
            Some(message) => return message.number,
            None => thread::yield_now(),
        }
    }
}

/// As a subscriber that blocks does it.
fn take_asleep(reader: &mut RingReader<Counted>, bell: &Bell) -> u32 {
    loop {
        if let Some(message) = reader.take() {
            return message.number;
        }
        bell.arm(None);
        reader.announce();
        if let Some(message) = reader.take() {
            bell.disarm();
            return message.number;
        }
        bell.sleep(None);
    }
}

/// As a publisher that blocks does it.
fn publish_asleep(ring: &Ring<Counted>, message: Counted) {
    let mut message = message;
    loop {
        let turn = ring.room().announce(None);
        match ring.offer(message, this_thread()) {
            Ok(()) => return,
            Err(back) => message = back,
        }
        ring.room().sleep(turn);
    }
}

/// Every order with at most so many switches away from a thread that could go on.
fn check(preemptions: usize, model: impl Fn() + Send + Sync + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(preemptions);
    builder.check(model);
}

#[test]
fn two_publish_and_one_reads() {
    check(2, || {
        let (ring, mint) = (Ring::new(2), Mint::new());
        let (mut reader, _) = join(&ring);
        let threads = [10, 20].map(|number| {
            let (ring, mint) = (ring.clone(), mint.clone());
            thread::spawn(move || publish(&ring, mint.make(number)))
        });
        let mut numbers = [take(&mut reader), take(&mut reader)];
        numbers.sort_unstable();
        assert_eq!(numbers, [10, 20]);
        assert!(reader.take().is_none());
        threads.into_iter().for_each(|thread| thread.join().unwrap());
        assert_eq!(mint.alive(), 0);
    });
}

#[test]
fn a_publisher_that_knows_an_old_limit_overwrites_nothing() {
    check(3, || {
        let (ring, mint) = (Ring::new(1), Mint::new());
        let (mut reader, _) = join(&ring);
        // The limit is reached and what lay there was taken: the next publisher sets a new one, which
        // the other need not see together with the position that follows from it.
        publish(&ring, mint.make(10));
        assert_eq!(take(&mut reader), 10);
        let threads = [11, 20].map(|number| {
            let (ring, mint) = (ring.clone(), mint.clone());
            thread::spawn(move || ring.offer(mint.make(number), this_thread()).is_ok())
        });
        let taken = threads.map(|thread| thread.join().unwrap());
        assert_ne!(taken[0], taken[1], "there is room for one");
        assert_eq!(take(&mut reader), if taken[0] { 11 } else { 20 });
        assert!(reader.take().is_none());
        assert_eq!(mint.alive(), 0);
    });
}

#[test]
fn a_slot_is_used_again_after_both_have_read_it() {
    check(2, || {
        let (ring, mint) = (Ring::new(1), Mint::new());
        let (mut first, first_bell) = join(&ring);
        let (mut second, second_bell) = join(&ring);
        let reading = thread::spawn(move || {
            (0..2).for_each(|number| assert_eq!(take_asleep(&mut first, &first_bell), number));
        });
        publish_asleep(&ring, mint.make(0));
        assert_eq!(take_asleep(&mut second, &second_bell), 0);
        publish_asleep(&ring, mint.make(1));
        assert_eq!(take_asleep(&mut second, &second_bell), 1);
        reading.join().unwrap();
        assert_eq!(mint.alive(), 0);
    });
}

#[test]
fn what_is_taken_at_once_is_all_there() {
    check(2, || {
        let (ring, mint) = (Ring::new(2), Mint::new());
        let (mut reader, _) = join(&ring);
        let (publishing, made) = (ring.clone(), mint.clone());
        let thread = thread::spawn(move || {
            (0..3).for_each(|number| publish(&publishing, made.make(number)))
        });
        let mut next = 0;
        while next < 3 {
            let taken = reader.take_each(2, |message, _| {
                assert_eq!(message.number, next);
                next += 1;
            });
            if taken == 0 {
                thread::yield_now();
            }
        }
        thread.join().unwrap();
        assert_eq!((ring.backlog(), mint.alive()), (0, 0));
    });
}

#[test]
fn positions_wrap() {
    check(2, || {
        let (ring, mint) = (Ring::starting_at(2, (1 << 48) - 1), Mint::new());
        let (mut reader, _) = join(&ring);
        let publishing = ring.clone();
        let made = mint.clone();
        let thread = thread::spawn(move || {
            (0..3).for_each(|number| publish(&publishing, made.make(number)))
        });
        (0..3).for_each(|number| assert_eq!(take(&mut reader), number));
        thread.join().unwrap();
        assert_eq!((ring.backlog(), mint.alive()), (0, 0));
    });
}

#[test]
fn one_who_joins_gets_all_from_some_message_on() {
    check(2, || {
        let (ring, mint) = (Ring::new(2), Mint::new());
        let (publishing, made) = (ring.clone(), mint.clone());
        let publisher = thread::spawn(move || {
            (0..2).for_each(|number| publish(&publishing, made.make(number)));
        });
        let (mut reader, _) = join(&ring);
        publisher.join().unwrap();
        let mut numbers = Vec::new();
        while let Some(message) = reader.take() {
            numbers.push(message.number);
        }
        assert!([&[0, 1][..], &[1], &[]].contains(&&*numbers), "{numbers:?}");
        assert_eq!(mint.alive(), 0);
    });
}

#[test]
fn one_who_leaves_leaves_nothing_behind_and_holds_nobody() {
    check(2, || {
        let (ring, mint) = (Ring::new(1), Mint::new());
        let (leaves, _) = join(&ring);
        let (publishing, made) = (ring.clone(), mint.clone());
        let publisher = thread::spawn(move || {
            (0..2).for_each(|number| publish_asleep(&publishing, made.make(number)));
        });
        drop(leaves);
        publisher.join().unwrap();
        assert_eq!(mint.alive(), 0);
    });
}

#[test]
fn no_reader_oversleeps() {
    check(2, || {
        let (ring, mint) = (Ring::new(2), Mint::new());
        let (mut reader, bell) = join(&ring);
        let publishing = ring.clone();
        let made = mint.clone();
        let publisher = thread::spawn(move || publish(&publishing, made.make(7)));
        assert_eq!(take_asleep(&mut reader, &bell), 7);
        publisher.join().unwrap();
        assert_eq!(mint.alive(), 0);
    });
}

#[test]
fn no_reader_oversleeps_the_second_of_two_publishers() {
    check(2, || {
        let (ring, mint) = (Ring::new(2), Mint::new());
        let (mut reader, bell) = join(&ring);
        let threads = [1, 2].map(|number| {
            let (ring, mint) = (ring.clone(), mint.clone());
            thread::spawn(move || publish(&ring, mint.make(number)))
        });
        assert_eq!(take_asleep(&mut reader, &bell) + take_asleep(&mut reader, &bell), 3);
        threads.into_iter().for_each(|thread| thread.join().unwrap());
    });
}

#[test]
fn both_readers_wake() {
    check(1, || {
        let (ring, mint) = (Ring::new(1), Mint::new());
        let readers = [join(&ring), join(&ring)].map(|(mut reader, bell)| {
            thread::spawn(move || assert_eq!(take_asleep(&mut reader, &bell), 5))
        });
        publish(&ring, mint.make(5));
        readers.into_iter().for_each(|reader| reader.join().unwrap());
        assert_eq!(mint.alive(), 0);
    });
}

#[test]
fn no_publisher_oversleeps_the_end() {
    check(3, || {
        let ring = Ring::<Counted>::new(1);
        let has_ended = Arc::new(AtomicUsize::new(0));
        let (waiting, end) = (ring.clone(), has_ended.clone());
        let publisher = thread::spawn(move || {
            loop {
                let turn = waiting.room().announce(None);
                if end.load(Ordering::Acquire) == 1 {
                    return;
                }
                waiting.room().sleep(turn);
            }
        });
        has_ended.store(1, Ordering::Release);
        ring.room().wake_everybody();
        publisher.join().unwrap();
    });
}

#[test]
fn no_publisher_oversleeps_room() {
    check(2, || {
        let (ring, mint) = (Ring::new(1), Mint::new());
        let (mut reader, _) = join(&ring);
        let publishing = ring.clone();
        let made = mint.clone();
        let publisher = thread::spawn(move || {
            (0..2).for_each(|number| publish_asleep(&publishing, made.make(number)));
        });
        (0..2).for_each(|number| assert_eq!(take(&mut reader), number));
        publisher.join().unwrap();
        assert_eq!(mint.alive(), 0);
    });
}
