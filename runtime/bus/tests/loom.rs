//! The inbox's queue and bell under loom: every order of events of two or three threads.

#[path = "../src/inbox/bell.rs"]
#[allow(dead_code, reason = "models need a part")]
mod bell;
#[path = "../src/inbox/queue.rs"]
#[allow(dead_code, reason = "models need a part")]
mod queue;

/// loom's models of what `src/sync.rs` takes from the system.
mod sync {
    use std::time::Duration;

    pub(crate) use loom::cell::UnsafeCell;
    pub(crate) use loom::sync::Mutex;
    pub(crate) use loom::sync::atomic::{AtomicU32, AtomicUsize, Ordering, fence};

    loom::lazy_static! {
        /// The kernel's queue of sleepers, one for all words: waking the wrong one does no harm.
        static ref SLEEPERS: (Mutex<()>, loom::sync::Condvar) =
            (Mutex::new(()), loom::sync::Condvar::new());
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

use loom::sync::Arc;
use loom::thread;

use bell::Bell;
use queue::{Outlet, Queue, queue};

fn push(inlet: &Queue<u32>, value: u32) {
    while inlet.push(value).is_err() {
        thread::yield_now();
    }
}

fn pop(outlet: &mut Outlet<u32>) -> u32 {
    loop {
        match outlet.pop() {
            Some(value) => return value,
            None => thread::yield_now(),
        }
    }
}

#[test]
fn two_fill_and_one_empties() {
    loom::model(|| {
        let (inlet, mut outlet) = queue(2);
        let threads = [10, 20].map(|value| {
            let inlet = inlet.clone();
            thread::spawn(move || push(&inlet, value))
        });
        let mut values = [pop(&mut outlet), pop(&mut outlet)];
        values.sort_unstable();
        assert_eq!(values, [10, 20]);
        assert_eq!(outlet.pop(), None);
        threads.into_iter().for_each(|thread| thread.join().unwrap());
    });
}

#[test]
fn a_slot_is_used_again_after_it_was_emptied() {
    loom::model(|| {
        let (inlet, mut outlet) = queue(2);
        let filling = thread::spawn(move || (0..3).for_each(|value| push(&inlet, value)));
        (0..3).for_each(|value| assert_eq!(pop(&mut outlet), value));
        filling.join().unwrap();
    });
}

#[test]
fn no_wake_up_is_lost() {
    loom::model(|| receive_asleep_from(1));
}

#[test]
fn no_wake_up_is_lost_between_two() {
    let mut model = loom::model::Builder::new();
    // Every order would take minutes.
    model.preemption_bound = Some(2);
    model.check(|| receive_asleep_from(2));
}

/// So many threads deliver one value each; the receiver sleeps whenever it finds nothing.
fn receive_asleep_from(count: u32) {
    let (inlet, mut outlet) = queue(2);
    let bell = Arc::new(Bell::default());
    let delivering = (0..count).map(|value| {
        let (inlet, bell) = (inlet.clone(), bell.clone());
        thread::spawn(move || {
            push(&inlet, value);
            bell.ring();
        })
    });
    let delivering: Vec<_> = delivering.collect();
    for _ in 0..count {
        while outlet.pop().is_none() {
            bell.arm(None);
            if outlet.pop().is_some() {
                bell.disarm();
                break;
            }
            bell.sleep(None);
        }
    }
    delivering.into_iter().for_each(|thread| thread.join().unwrap());
}
