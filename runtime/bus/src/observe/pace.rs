//! How much an observer takes, and when it looks again.
//!
//! What an observer takes over a socket its node has to write, and of a ring it draws lines into another cache: so who is in no
//! hurry takes so many bytes a second of what it wants. And where no processor is free, whatever it does, decoding and
//! printing included, is time that those who are observed do not have: there its process takes a small share of one processor,
//! and looks seldom.

use std::time::{Duration, Instant};

use super::machine::{Machine, used};

/// What may be taken at once, as the time that it stands for.
const BURST: Duration = Duration::from_millis(20);

/// Longest rest: a place is not left alone for longer. The longest frame that a socket carries, 64 MiB, stands for less
/// at four megabytes a second; at a slower pace such frames pass faster than that.
const LONGEST_REST: Duration = Duration::from_secs(20);

/// What one who is in no hurry takes over a socket: more than anybody reads, and little of what a socket carries.
const SOCKET_BYTES_PER_SECOND: u64 = 4_000_000;

/// The same of a ring, whose writer has nothing to do for it.
const RING_BYTES_PER_SECOND: u64 = 64_000_000;

/// Where no processor is free: which part of one is taken, and how long it takes at least until the next look, and at most: what
/// was done at once and has taken longer, as a start does, is made up for by several rests, and by so much at most.
const BUSY_SHARE: u32 = 200;
const BUSY_REST: Duration = Duration::from_millis(20);
const LONGEST_BUSY_REST: Duration = Duration::from_millis(100);
const MOST_OWED: Duration = Duration::from_secs(2);

/// Most frames of a look, and fewest.
const MOST_FRAMES: usize = 4096;
const FEWEST_FRAMES: usize = 16;

/// So much, or as much as there is.
#[derive(Debug)]
pub(super) struct Pace {
    bytes_per_second: Option<u64>,
    /// When as much time has passed as all that was taken stands for.
    even_at: Option<Instant>,
    share: Option<Share>,
}

/// A small share of a processor, where none is free.
#[derive(Debug)]
struct Share {
    machine: Machine,
    /// What the process had used at the last look.
    used: Duration,
    /// What a frame takes, with all that is done with it elsewhere in the process, about.
    frame_nanos: u64,
    /// Rest that is still to be had.
    owed: Duration,
    /// Whether no processor was free at the last look.
    was_busy: bool,
}

/// What is watched.
#[derive(Debug, Clone, Copy)]
pub(super) enum Source {
    Ring,
    Socket,
}

impl Pace {
    /// As many bytes a second as are given, if any are; or, if it is in no hurry, what others leave.
    pub(super) fn new(source: Source, bytes_per_second: Option<u64>, is_unhurried: bool) -> Self {
        let most = match source {
            Source::Ring => RING_BYTES_PER_SECOND,
            Source::Socket => SOCKET_BYTES_PER_SECOND,
        };
        let share = is_unhurried.then(|| Share::new(Machine::new(), used()));
        Self {
            bytes_per_second: bytes_per_second.or(is_unhurried.then_some(most)),
            even_at: None,
            share,
        }
    }

    /// How many frames may be taken at once.
    pub(super) fn most_frames(&self) -> usize {
        self.share.as_ref().map_or(MOST_FRAMES, Share::most_frames)
    }

    /// Takes note of what was taken. Gives how long to rest before the next look.
    pub(super) fn take(&mut self, frames: usize, bytes: usize, now: Instant) -> Duration {
        let of_share = self.share.as_mut().map(|share| {
            let is_busy = share.machine.is_busy();
            share.take(frames, used(), is_busy)
        });
        self.take_bytes(bytes, now).max(of_share.unwrap_or_default())
    }

    fn take_bytes(&mut self, bytes: usize, now: Instant) -> Duration {
        let Some(rate) = self.bytes_per_second else { return Duration::ZERO };
        let cost = Duration::try_from_secs_f64(bytes as f64 / rate as f64);
        let cost = cost.map_or(LONGEST_REST, |cost| cost.min(LONGEST_REST));
        // What was not taken is not kept.
        let even_at = self.even_at.map_or(now, |even_at| even_at.max(now)) + cost;
        self.even_at = Some(even_at);
        even_at.saturating_duration_since(now).saturating_sub(BURST).min(LONGEST_REST)
    }
}

impl Share {
    fn new(machine: Machine, used: Duration) -> Self {
        // The first look is a small one.
        Self { machine, used, frame_nanos: 10_000, owed: Duration::ZERO, was_busy: true }
    }

    fn most_frames(&self) -> usize {
        if !self.was_busy {
            return MOST_FRAMES;
        }
        let look_nanos = (BUSY_REST / BUSY_SHARE).as_nanos() as u64;
        let frames = look_nanos / self.frame_nanos.max(1);
        usize::try_from(frames).unwrap_or(MOST_FRAMES).clamp(FEWEST_FRAMES, MOST_FRAMES)
    }

    /// Gives the rest that makes a share of what the process has used since the last time.
    fn take(&mut self, frames: usize, used: Duration, is_busy: bool) -> Duration {
        let spent = used.saturating_sub(self.used);
        self.used = used;
        self.was_busy = is_busy;
        if frames > 0 {
            // Smoothed: part of what a look causes is done behind the next one.
            let now = spent.as_nanos() as u64 / frames as u64;
            self.frame_nanos = (self.frame_nanos.saturating_mul(3).saturating_add(now)) / 4;
        }
        if !is_busy {
            self.owed = Duration::ZERO;
            return Duration::ZERO;
        }
        self.owed = (self.owed + spent * BUSY_SHARE).min(MOST_OWED);
        let rest = self.owed.clamp(BUSY_REST, LONGEST_BUSY_REST);
        self.owed = self.owed.saturating_sub(rest);
        rest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pace(bytes_per_second: Option<u64>) -> Pace {
        Pace::new(Source::Socket, bytes_per_second, false)
    }

    #[test]
    fn so_many_bytes_are_taken_in_a_second_and_few_ones_wait_for_nothing() {
        let (mut pace, start) = (pace(Some(1_000_000)), Instant::now());
        // A kilobyte every ten milliseconds is less than the pace.
        let at = |millis| start + Duration::from_millis(millis);
        assert!((0..100).all(|turn| pace.take(1, 1_000, at(turn * 10)).is_zero()));
        // As fast as it is let.
        let (mut now, mut taken) = (at(2_000), 0);
        while now < at(4_000) {
            taken += 10_000;
            now += pace.take(1, 10_000, now);
        }
        assert!((2_000_000..2_050_000).contains(&taken), "{taken}");
    }

    #[test]
    fn the_longest_frames_keep_the_pace_too() {
        let (start, mut taken) = (Instant::now(), 0);
        let (mut pace, mut now) = (pace(Some(4_000_000)), start);
        while now < start + Duration::from_secs(60) {
            taken += 64 << 20;
            now += pace.take(1, 64 << 20, now);
        }
        // What is taken at once may be too much once.
        assert!(taken <= 4_000_000 * 60 + (64 << 20), "{taken}");
    }

    #[test]
    fn rests_have_an_end_and_without_a_pace_there_are_none() {
        let now = Instant::now();
        let mut slow = pace(Some(0));
        assert!((0..100).all(|_| slow.take(1, usize::MAX, now) <= LONGEST_REST));
        assert!(pace(None).take(1, usize::MAX, now).is_zero());
        assert_eq!(pace(None).most_frames(), MOST_FRAMES);
    }

    /// Whatever frames take, and however many come.
    #[test]
    fn where_no_processor_is_free_a_small_share_of_one_is_taken() {
        for frame in [Duration::from_nanos(50), Duration::from_micros(3), Duration::from_micros(20)]
        {
            let mut share = Share::new(Machine::new(), Duration::ZERO);
            let (mut now, mut used, mut looks) = (Duration::ZERO, Duration::ZERO, 0);
            while now < Duration::from_secs(20) {
                let frames = share.most_frames();
                let cost = Duration::from_micros(10) + frame * frames as u32;
                used += cost;
                looks += 1;
                now += cost + share.take(frames, used, true);
            }
            assert!(used <= now / BUSY_SHARE + MOST_OWED / BUSY_SHARE, "{used:?} in {now:?}");
            // Not in few large bites.
            assert!(looks >= 20, "{looks} looks");
        }
    }

    #[test]
    fn where_a_processor_is_free_there_is_no_rest() {
        let mut share = Share::new(Machine::new(), Duration::ZERO);
        assert!(share.take(1, Duration::from_secs(1), false).is_zero());
        assert_eq!(share.most_frames(), MOST_FRAMES);
        // What was used then is not made up for.
        assert_eq!(share.take(1, Duration::from_secs(1), true), BUSY_REST);
    }
}
