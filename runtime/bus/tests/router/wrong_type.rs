//! A message that is given to the route of another type.

use mycelium::{Handle, router};

struct Trade;
struct Quote;
struct Tape;

impl Handle<Trade> for Tape {
    fn handle(&mut self, _: &Trade) {}
}

router! {
    struct Desk {
        tape: Tape,
    }

    trades: Trade => tape;
}

fn main() {
    Desk { tape: Tape }.trades(&Quote);
}
