//! Sleeping on several rings at once.

use mycelium_ring::sleep_any;
use rustix::thread::futex;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

/// What lies too far ahead for the clock is no time that has passed.
#[test]
fn a_sleep_without_end_lasts() {
    let word = AtomicU32::new(0);
    let ended = AtomicBool::new(false);
    let wakeups = thread::scope(|scope| {
        let sleeper = scope.spawn(|| {
            let mut wakeups = 0_u32;
            while !ended.load(Ordering::Relaxed) {
                sleep_any(&[], (&word, 0), Duration::MAX);
                wakeups += 1;
            }
            wakeups
        });
        thread::sleep(Duration::from_millis(200));
        ended.store(true, Ordering::Relaxed);
        word.store(1, Ordering::Relaxed);
        while !sleeper.is_finished() {
            wake(&word);
            thread::yield_now();
        }
        sleeper.join().expect("no panic")
    });
    // Where the system cannot wait for several words, a sleep is half a millisecond.
    assert!(wakeups < 2000, "{wakeups}");
}

fn wake(word: &AtomicU32) {
    futex::wake(word, futex::Flags::PRIVATE, 1).expect("futexes");
}
