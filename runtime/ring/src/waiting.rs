//! How long to spin, yield and sleep.

use std::hint;
use std::thread;

/// How a waiting process passes its time: first it spins, then it lets others run, then it sleeps.
///
/// A wake-up costs some microseconds, across the cores of a virtual machine some tens; spinning
/// costs a core. With more spinning processes than cores, spin less.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Waiting {
    /// Looks with a processor's pause between them; 1000 take about 25 microseconds.
    pub spins: u32,
    /// Looks with the processor offered to others between them.
    pub yields: u32,
}

impl Default for Waiting {
    fn default() -> Self {
        Self { spins: 1000, yields: 16 }
    }
}

impl Waiting {
    /// Sleeps at once when there is nothing.
    pub const SLEEP: Self = Self { spins: 0, yields: 0 };
    /// Never sleeps, and never lets others run: for a process with a core of its own.
    pub const SPIN: Self = Self { spins: u32::MAX, yields: 0 };
    /// Never sleeps, but lets others run.
    pub const YIELD: Self = Self { spins: 0, yields: u32::MAX };

    /// Spins and yields so often before it sleeps. [`u32::MAX`] of either is for ever.
    pub fn new(spins: u32, yields: u32) -> Self {
        Self { spins, yields }
    }

    pub(crate) fn ladder(self) -> Ladder {
        Ladder { waiting: self, spun: 0, yielded: 0 }
    }
}

/// One wait's way from spinning to sleeping.
#[derive(Debug)]
pub(crate) struct Ladder {
    waiting: Waiting,
    spun: u32,
    yielded: u32,
}

/// What to do after a look in vain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Look again: some time has passed.
    Passed,
    /// The same, but look at the clock too: this may go on for ever.
    LookAtClock,
    /// Sleep.
    Sleep,
}

/// After how many spins without end one looks at the clock.
const SPINS_PER_LOOK: u32 = 1024;

impl Ladder {
    /// Passes a short time, unless it is time to sleep.
    pub(crate) fn climb(&mut self) -> Step {
        if self.spun < self.waiting.spins {
            self.spun += 1;
            hint::spin_loop();
            if self.waiting.spins == u32::MAX && self.spun == SPINS_PER_LOOK {
                self.spun = 0;
                return Step::LookAtClock;
            }
            return Step::Passed;
        }
        if self.yielded < self.waiting.yields {
            thread::yield_now();
            if self.waiting.yields == u32::MAX {
                return Step::LookAtClock;
            }
            self.yielded += 1;
            return Step::Passed;
        }
        Step::Sleep
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ladder_leads_to_sleep_unless_it_is_endless() {
        let mut ladder = Waiting::new(2, 1).ladder();
        let steps: Vec<Step> = (0..5).map(|_| ladder.climb()).collect();
        assert_eq!(steps, [Step::Passed, Step::Passed, Step::Passed, Step::Sleep, Step::Sleep]);
        for endless in [Waiting::SPIN, Waiting::YIELD] {
            let mut ladder = endless.ladder();
            let steps: Vec<Step> = (0..3000).map(|_| ladder.climb()).collect();
            assert!(!steps.contains(&Step::Sleep) && steps.contains(&Step::LookAtClock));
        }
    }
}
