//! What waits in an inbox, and what is lost when it is full.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use super::{Delivery, WriteKey};
use crate::error::RecvError;
use crate::qos::{Qos, WhenFull};

/// A bounded queue that knows what it lost, and where.
pub(super) struct Queue<M> {
    entries: VecDeque<Entry<M>>,
    /// Messages and faults in them.
    len: usize,
    qos: Qos,
    keys: Keys<M>,
    /// Number of the first entry; those behind it have the next ones.
    first: u64,
    /// Lost behind the last entry.
    lost_last: u64,
    losses: Losses,
}

/// What one subscriber did not get.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Losses {
    /// Messages for which there was no room.
    pub(crate) lost: u64,
    /// Messages that a newer one of the same key replaced.
    pub(crate) conflated: u64,
}

struct Entry<M> {
    /// Lost right before it.
    lost_before: u64,
    /// Its key; only where messages are conflated.
    key: Option<Arc<[u8]>>,
    delivery: Delivery<M>,
}

/// The keys that were seen; only where messages are conflated.
struct Keys<M> {
    write_key: WriteKey<M>,
    /// By key, the number of the entry that waits.
    waiting: HashMap<Arc<[u8]>, Option<u64>>,
    /// Memory to work in.
    frame: Vec<u8>,
    key: Vec<u8>,
}

/// How many keys are remembered for each message that may wait; more are forgotten.
const KEYS_A_PLACE: usize = 4;

impl<M> Keys<M> {
    /// The key of a delivery, and the entry of that key that waits.
    fn find(&mut self, delivery: &Delivery<M>, capacity: usize) -> (Arc<[u8]>, Option<u64>) {
        self.key.clear();
        (self.write_key)(delivery, &mut self.frame, &mut self.key);
        if let Some((key, number)) = self.waiting.get_key_value(&*self.key) {
            return (key.clone(), *number);
        }
        if self.waiting.len() >= capacity.saturating_mul(KEYS_A_PLACE) {
            self.waiting.retain(|_, number| number.is_some());
        }
        let key: Arc<[u8]> = self.key.as_slice().into();
        self.waiting.insert(key.clone(), None);
        (key, None)
    }

    /// Notes which entry of the key waits.
    fn set(&mut self, key: &Arc<[u8]>, number: Option<u64>) {
        if let Some(waiting) = self.waiting.get_mut(key) {
            *waiting = number;
        }
    }
}

impl<M> Queue<M> {
    pub(super) fn new(qos: Qos, write_key: WriteKey<M>) -> Self {
        Self {
            entries: VecDeque::new(),
            len: 0,
            qos: qos.capacity(qos.capacity.max(1)),
            keys: Keys { write_key, waiting: HashMap::new(), frame: Vec::new(), key: Vec::new() },
            first: 0,
            lost_last: 0,
            losses: Losses::default(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn losses(&self) -> Losses {
        self.losses
    }

    /// Takes a delivery in, or gives it back where it must wait: where messages may be lost, that is
    /// a fault behind as many faults and messages as twice the capacity; else it is what goes beyond the
    /// capacity, with the `lent` messages that were taken out and still take room. What it took the place of
    /// comes second, to be dropped.
    pub(super) fn push(
        &mut self,
        delivery: Delivery<M>,
        lent: usize,
    ) -> (Result<(), Delivery<M>>, Option<Delivery<M>>) {
        if self.qos.when_full.is_lossless() {
            return (self.push_all(delivery, lent), None);
        }
        if let Some(lost) = delivery.lost() {
            // Told with what is lost here, as one number. What lost it counts it.
            self.lost_last += lost;
            return (Ok(()), None);
        }
        let is_fault = matches!(delivery, Delivery::Fault(_));
        let key = (self.qos.when_full == WhenFull::Conflate && !is_fault)
            .then(|| self.keys.find(&delivery, self.qos.capacity));
        if let Some((_, Some(number))) = key {
            let entry = &mut self.entries[(number - self.first) as usize];
            self.losses.conflated += 1;
            return (Ok(()), Some(std::mem::replace(&mut entry.delivery, delivery)));
        }
        let mut dropped = None;
        if self.entries.len() >= self.qos.capacity {
            match self.qos.when_full {
                // A fault is small, and never lost. A peer that makes many waits with them.
                _ if is_fault && self.entries.len() >= 2 * self.qos.capacity => {
                    return (Err(delivery), None);
                }
                _ if is_fault => {}
                WhenFull::DropNewest => {
                    self.lost_last += 1;
                    self.losses.lost += 1;
                    return (Ok(()), Some(delivery));
                }
                // The others lose nothing.
                _ => dropped = self.drop_oldest(),
            }
        }
        let key = key.map(|(key, _)| key);
        if let Some(key) = &key {
            self.keys.set(key, Some(self.first + self.entries.len() as u64));
        }
        self.push_back(key, delivery);
        (Ok(()), dropped)
    }

    /// Takes in what there is room for, where nothing may be lost.
    fn push_all(&mut self, delivery: Delivery<M>, lent: usize) -> Result<(), Delivery<M>> {
        let room = self.qos.capacity.saturating_sub(self.len + lent);
        match delivery {
            delivery if delivery.count() <= room => {
                self.push_back(None, delivery);
                Ok(())
            }
            Delivery::Frames { topic, mut frames } if room > 0 => {
                let part = frames.split(room);
                self.push_back(None, Delivery::Frames { topic: topic.clone(), frames: part });
                Err(Delivery::Frames { topic, frames })
            }
            delivery => Err(delivery),
        }
    }

    fn push_back(&mut self, key: Option<Arc<[u8]>>, delivery: Delivery<M>) {
        let lost_before = std::mem::take(&mut self.lost_last);
        self.len += delivery.count();
        self.entries.push_back(Entry { lost_before, key, delivery });
    }

    /// Takes the next delivery out: where something was lost before it, first word of that.
    pub(super) fn pop(&mut self) -> Option<Delivery<M>> {
        let front = self.entries.front_mut()?;
        if front.lost_before > 0 {
            let lost = std::mem::take(&mut front.lost_before);
            return Some(Delivery::Fault(Box::new(RecvError::Lost(lost))));
        }
        self.pop_front().map(|entry| entry.delivery)
    }

    pub(super) fn take_last_loss(&mut self) -> Option<u64> {
        let lost = std::mem::take(&mut self.lost_last);
        (lost > 0).then_some(lost)
    }

    /// Loses the oldest message, and counts it before what comes behind it. A fault in front of it is
    /// put behind it.
    fn drop_oldest(&mut self) -> Option<Delivery<M>> {
        let is_message = |entry: &Entry<M>| !matches!(entry.delivery, Delivery::Fault(_));
        let oldest = self.entries.iter().position(is_message)?;
        // Only faults lie in front: keys keep their places.
        self.entries.swap(0, oldest);
        let entry = self.pop_front()?;
        let lost = entry.lost_before + 1;
        match self.entries.front_mut() {
            Some(next) => next.lost_before += lost,
            None => self.lost_last += lost,
        }
        self.losses.lost += 1;
        Some(entry.delivery)
    }

    fn pop_front(&mut self) -> Option<Entry<M>> {
        // Read where it lies, so that it moves only once.
        let entry = self.entries.front()?;
        self.first += 1;
        self.len -= entry.delivery.count();
        if let Some(key) = &entry.key {
            self.keys.set(key, None);
        }
        self.entries.pop_front()
    }
}

#[cfg(test)]
mod tests {
    use mycelium_wire::FrameHeader;

    use super::super::Run;
    use super::{Delivery, Losses, Queue};
    use crate::error::RecvError;
    use crate::qos::{Qos, WhenFull};

    fn queue(capacity: usize, when_full: WhenFull) -> Queue<u32> {
        let last_digit = |delivery: &Delivery<u32>, _: &mut Vec<u8>, key: &mut Vec<u8>| {
            if let Delivery::Message(number) = delivery {
                key.push((number % 10) as u8);
            }
        };
        Queue::new(Qos::default().capacity(capacity).when_full(when_full), last_digit)
    }

    /// What comes out: messages as they are, losses as negative numbers, other faults as 1000.
    fn drain(queue: &mut Queue<u32>) -> Vec<i64> {
        let mut out = Vec::new();
        while let Some(delivery) = queue.pop() {
            out.push(match delivery {
                Delivery::Message(number) => number.into(),
                Delivery::Fault(fault) => match *fault {
                    RecvError::Lost(count) => -(count as i64),
                    _ => 1000,
                },
                Delivery::Frames { .. } => unreachable!("none was put in"),
            });
        }
        out.extend(queue.take_last_loss().map(|count| -(count as i64)));
        out
    }

    fn push(queue: &mut Queue<u32>, numbers: impl IntoIterator<Item = u32>) -> bool {
        numbers.into_iter().all(|number| queue.push(Delivery::Message(number), 0).0.is_ok())
    }

    #[test]
    fn what_must_wait_is_given_back() {
        let mut queue = queue(2, WhenFull::Block);
        assert!(push(&mut queue, [1, 2]));
        assert!(!push(&mut queue, [3]));
        assert_eq!(drain(&mut queue), [1, 2]);
    }

    #[test]
    fn frames_that_came_together_take_the_room_of_each() {
        let mut queue = queue(4, WhenFull::Block);
        let frames = |count: usize| {
            // Each is a header that says so: nothing follows.
            let frames = Run::of(vec![0; count * FrameHeader::SIZE].into(), count);
            Delivery::Frames { topic: "test".into(), frames }
        };
        let count = |delivery: Option<Delivery<u32>>| delivery.map_or(0, |some| some.count());
        assert!(queue.push(frames(3), 0).0.is_ok());
        let (result, _) = queue.push(frames(3), 0);
        assert_eq!((queue.len(), count(result.err())), (4, 2));
        // Those that were taken out take their room until they are handed out.
        let lent = count(queue.pop());
        assert_eq!((queue.len(), lent), (1, 3));
        assert!(queue.push(frames(1), lent).0.is_err());
        assert_eq!(count(queue.push(frames(3), 1).0.err()), 1);
        assert_eq!(queue.len(), 3);
        assert_eq!((count(queue.pop()), count(queue.pop()), count(queue.pop())), (1, 2, 0));
    }

    #[test]
    fn the_oldest_are_lost_and_counted_where_they_were() {
        let mut queue = queue(3, WhenFull::DropOldest);
        assert!(push(&mut queue, 1..=8));
        assert_eq!(drain(&mut queue), [-5, 6, 7, 8]);
        assert!(push(&mut queue, [9]));
        assert_eq!(drain(&mut queue), [9]);
        assert_eq!(queue.losses(), Losses { lost: 5, conflated: 0 });
    }

    #[test]
    fn a_queue_of_one_keeps_the_last() {
        let mut queue = queue(1, WhenFull::DropOldest);
        assert!(push(&mut queue, 1..=4));
        assert_eq!(drain(&mut queue), [-3, 4]);
    }

    #[test]
    fn the_newest_are_lost_and_counted_before_what_comes_then() {
        let mut queue = queue(2, WhenFull::DropNewest);
        assert!(push(&mut queue, 1..=5));
        assert!(matches!(queue.pop(), Some(Delivery::Message(1))));
        assert!(push(&mut queue, [6, 7]));
        assert_eq!(drain(&mut queue), [2, -3, 6, -1]);
        assert_eq!(queue.losses().lost, 4);
    }

    #[test]
    fn the_newest_of_a_key_takes_the_place_of_the_one_before() {
        let mut queue = queue(3, WhenFull::Conflate);
        assert!(push(&mut queue, [1, 2, 11, 3, 12, 21]));
        assert_eq!(drain(&mut queue), [21, 12, 3]);
        assert_eq!(queue.losses(), Losses { lost: 0, conflated: 3 });
        // A fourth key pushes the one out that waits longest.
        assert!(push(&mut queue, [1, 2, 3, 4, 14, 12, 5]));
        assert_eq!(drain(&mut queue), [-2, 3, 14, 5]);
        assert_eq!(queue.losses(), Losses { lost: 2, conflated: 5 });
    }

    #[test]
    fn faults_take_no_more_room_than_messages_and_are_never_lost() {
        for when_full in [WhenFull::DropOldest, WhenFull::DropNewest, WhenFull::Conflate] {
            let mut queue = queue(2, when_full);
            let mut is_taken =
                |fault: RecvError| queue.push(Delivery::Fault(Box::new(fault)), 0).0.is_ok();
            assert!((0..1_000).all(|_| is_taken(RecvError::Lost(1))), "{when_full}");
            let vanished = || RecvError::PeerVanished { node: "a".into() };
            let taken = (0..1_000).filter(|_| is_taken(vanished())).count();
            assert_eq!((taken, queue.len()), (4, 4), "{when_full}: the others must wait");
            // Messages need not.
            assert!(push(&mut queue, [1, 2, 3]));
            assert!(queue.len() <= 5, "{when_full}: {}", queue.len());
            let out = drain(&mut queue);
            assert_eq!(out.iter().filter(|number| **number == 1_000).count(), 4);
            let lost: i64 = out.iter().filter(|number| **number < 0).sum();
            assert_eq!(lost, -1_000 - queue.losses().lost as i64, "{when_full}: {out:?}");
            assert!(queue.push(Delivery::Fault(Box::new(vanished())), 0).0.is_ok());
        }
    }

    #[test]
    fn faults_are_never_lost() {
        let mut queue = queue(2, WhenFull::DropOldest);
        let fault = RecvError::PeerVanished { node: "a".into() };
        assert!(queue.push(Delivery::Fault(Box::new(fault)), 0).0.is_ok());
        assert!(push(&mut queue, 1..=4));
        let out = drain(&mut queue);
        assert!(out.contains(&1000), "{out:?}");
        assert_eq!(out.iter().filter(|number| **number < 0).sum::<i64>(), -3);
        assert_eq!(out.last(), Some(&4));
    }
}
