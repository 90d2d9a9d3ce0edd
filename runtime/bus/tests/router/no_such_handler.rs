//! A route to a handler that is not there.

use mycelium::{Handle, router};

struct Trade;
struct Tape;

impl Handle<Trade> for Tape {
    fn handle(&mut self, _: &Trade) {}
}

router! {
    struct Desk {
        tape: Tape,
    }

    trades: Trade => tap;
}

fn main() {}
