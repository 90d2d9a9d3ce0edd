//! How much an actor does before others get their turn.

/// Where so many messages were there at once, more are likely to come at once: others get their turn, and the actor
/// looks again before it sleeps, which would cost whoever publishes a wake-up for every few.
pub(super) const STREAM: u64 = 2;

/// How an actor goes through its inputs.
pub(super) struct Pace {
    /// Looks at every input, before others get their turn.
    pub(super) rounds: usize,
    /// Rounds between two looks at the clock.
    pub(super) of_clock: usize,
    /// Most messages of one input in a round.
    pub(super) at_once: usize,
}

impl Pace {
    /// That of an actor with so many inputs. Several have their turns; the messages of one alone are handled by the
    /// bundle, as many of them in all.
    pub(super) const fn of(inputs: usize) -> Self {
        match inputs {
            1 => Self { rounds: 16, of_clock: 1, at_once: 16 },
            _ => Self { rounds: 256, of_clock: 16, at_once: 1 },
        }
    }
}
