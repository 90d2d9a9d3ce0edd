//! The queue by itself, with real threads; `tests/loom.rs` looks at every order of events.

use std::sync::Arc;
use std::thread;

use super::queue::queue;

#[test]
fn it_holds_as_many_as_it_was_told() {
    for capacity in 1..10 {
        let (inlet, mut outlet) = queue(capacity);
        for round in 0..3 {
            for value in 0..capacity {
                assert_eq!(inlet.push(round * 100 + value), Ok(()));
            }
            assert!(inlet.is_full());
            assert_eq!(inlet.push(7), Err(7));
            assert_eq!(inlet.len(), capacity);
            for value in 0..capacity {
                assert_eq!(outlet.pop(), Some(round * 100 + value));
            }
            assert_eq!(outlet.pop(), None);
        }
    }
}

#[test]
fn what_is_left_in_it_is_dropped_once() {
    let value = Arc::new(());
    let (inlet, mut outlet) = queue(8);
    (0..6).for_each(|_| inlet.push(value.clone()).unwrap());
    drop((outlet.pop(), outlet.pop()));
    assert_eq!(Arc::strong_count(&value), 5);
    drop((inlet, outlet));
    assert_eq!(Arc::strong_count(&value), 1);
}

#[test]
fn every_value_comes_out_once_and_in_its_threads_order() {
    const THREADS: usize = 4;
    const EACH: usize = if cfg!(miri) { 50 } else { 20_000 };
    let (inlet, mut outlet) = queue(8);
    thread::scope(|scope| {
        for source in 0..THREADS {
            let inlet = &inlet;
            scope.spawn(move || {
                for number in 0..EACH {
                    let mut value = Box::new((source, number));
                    while let Err(back) = inlet.push(value) {
                        value = back;
                        thread::yield_now();
                    }
                }
            });
        }
        let mut next = [0; THREADS];
        while next != [EACH; THREADS] {
            let Some(value) = outlet.pop() else {
                thread::yield_now();
                continue;
            };
            assert_eq!(value.1, next[value.0]);
            next[value.0] += 1;
        }
    });
    assert!(outlet.pop().is_none());
}
