//! A message that has no route.

use mycelium::{Handle, Route, router};

struct Trade;
struct Quote;
struct Halt;
struct Tape;

impl Handle<Trade> for Tape {
    fn handle(&mut self, _: &Trade) {}
}

impl Handle<Halt> for Tape {
    fn handle(&mut self, _: &Halt) {}
}

router! {
    struct Desk {
        tape: Tape,
    }

    trades: Trade => tape;
    halts: Halt => tape;
}

fn main() {
    Desk { tape: Tape }.route(&Quote);
}
