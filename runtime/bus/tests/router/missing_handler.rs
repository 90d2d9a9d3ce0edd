//! A handler that does not take the type of its route.

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
    quotes: Quote => tape;
}

fn main() {}
