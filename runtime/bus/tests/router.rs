//! What `router!` makes, and what it refuses.

use std::cell::RefCell;
use std::rc::Rc;

use mycelium::{Handle, Route, router};

struct Trade(u32);
struct Halt;

/// Writes down who got what.
#[derive(Clone, Default)]
struct Log(Rc<RefCell<Vec<String>>>);

struct Part {
    name: &'static str,
    log: Log,
}

impl Handle<Trade> for Part {
    fn handle(&mut self, trade: &Trade) {
        self.log.0.borrow_mut().push(format!("{} trade {}", self.name, trade.0));
    }
}

impl Handle<Halt> for Part {
    fn handle(&mut self, _: &Halt) {
        self.log.0.borrow_mut().push(format!("{} halt", self.name));
    }
}

router! {
    struct Desk {
        first: Part,
        second: Part,
    }

    trades: Trade => first, second;
    halts: Halt => second;
}

fn send<R: Route<M>, M>(router: &mut R, message: &M) {
    router.route(message);
}

#[test]
fn a_message_goes_to_the_handlers_of_its_route_in_order() {
    let log = Log::default();
    let part = |name| Part { name, log: log.clone() };
    let mut desk = Desk { first: part("first"), second: part("second") };
    desk.trades(&Trade(1));
    send(&mut desk, &Halt);
    send(&mut desk, &Trade(2));
    let expected =
        ["first trade 1", "second trade 1", "second halt", "first trade 2", "second trade 2"];
    assert_eq!(*log.0.borrow(), expected);
}

/// `TRYBUILD=overwrite` writes the messages anew.
#[test]
fn what_does_not_fit_is_not_compiled() {
    trybuild::TestCases::new().compile_fail("tests/router/*.rs");
}
