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

    pub(crate) fn ladder(self) -> Ladder {
        Ladder { left: self }
    }
}

/// One wait's way from spinning to sleeping.
#[derive(Debug)]
pub(crate) struct Ladder {
    left: Waiting,
}

impl Ladder {
    /// Passes a short time; false once it is time to sleep.
    pub(crate) fn climb(&mut self) -> bool {
        if self.left.spins > 0 {
            self.left.spins -= 1;
            hint::spin_loop();
            return true;
        }
        if self.left.yields > 0 {
            self.left.yields -= 1;
            thread::yield_now();
            return true;
        }
        false
    }
}
