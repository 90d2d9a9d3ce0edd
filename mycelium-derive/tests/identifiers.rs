//! UUIDs and integers of 256 bits as fields: bytes, defaults, views.
#![forbid(unsafe_code)]
#![deny(missing_docs, warnings, clippy::all, clippy::pedantic)]

extern crate mycelium_wire as mycelium;

use mycelium::{Message, U256, Uuid, canon};
use mycelium_derive::{Message, Struct};

const MOST: &str = "115792089237316195423570985008687907853269984665640564039457584007913129639935";
const ORDER: Uuid = Uuid::literal("f81d4fae-7dec-11d0-a765-00a0c91e6bf6");

/// A UUID behind one byte, without a gap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Struct)]
#[myc(package = "chain")]
struct Leg {
    venue: u8,
    order: Uuid,
}

#[derive(Debug, Clone, PartialEq, Message)]
#[myc(package = "chain", id = 1)]
struct Transfer {
    #[myc(key)]
    order: Uuid,
    amount: U256,
    legs: Vec<Leg>,
    parent: Option<Uuid>,
    #[myc(default = 0xffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff)]
    limit: U256,
    #[myc(default = "f81d4fae-7dec-11d0-a765-00a0c91e6bf6")]
    batch: Uuid,
}

/// As an older sender knows it.
#[derive(Debug, Clone, PartialEq, Message)]
#[myc(package = "chain", id = 1, name = "Transfer")]
struct OlderTransfer {
    #[myc(key)]
    order: Uuid,
    amount: U256,
    legs: Vec<Leg>,
}

fn transfer() -> Transfer {
    Transfer {
        order: Uuid::from_u128(1),
        amount: U256::from_halves(7, 9),
        legs: vec![Leg { venue: 3, order: ORDER }, Leg { venue: 4, order: Uuid::MAX }],
        parent: Some(Uuid::NIL),
        limit: U256::ZERO,
        batch: Uuid::MAX,
    }
}

#[test]
fn a_message_reads_back_whole_and_in_place() {
    let frame = transfer().to_frame();
    assert_eq!(Transfer::from_frame_strict(&frame), Ok(transfer()));
    let view = Transfer::view(&frame).expect("valid");
    assert_eq!((view.order(), view.amount()), (Uuid::from_u128(1), U256::from_halves(7, 9)));
    assert_eq!(view.legs().iter().map(|leg| leg.order()).collect::<Vec<_>>(), [ORDER, Uuid::MAX]);
    assert_eq!((view.parent(), view.limit()), (Some(Uuid::NIL), U256::ZERO));
    // The first leg's UUID lies behind its venue, in the order in which it is written.
    let leg = frame.windows(17).find(|bytes| bytes[0] == 3 && bytes[1..] == ORDER.to_bytes());
    assert!(leg.is_some());
}

#[test]
fn an_older_sender_leaves_defaults() {
    let older = OlderTransfer { order: ORDER, amount: U256::MAX, legs: Vec::new() };
    let frame = older.to_frame();
    let read = Transfer::from_frame(&frame).expect("an older frame");
    assert_eq!((read.parent, read.limit, read.batch), (None, U256::MAX, ORDER));
    let view = Transfer::view(&frame).expect("an older frame");
    assert_eq!((view.parent(), view.limit(), view.batch()), (None, U256::MAX, ORDER));
}

#[test]
fn the_facts_are_those_of_the_language() {
    assert_eq!(
        canon::text(Transfer::DEF),
        format!(
            "myc-digest/1 message chain.Transfer 1 14:chain.transfer\n\
             field order uuid key\n\
             field amount u256\n\
             field legs [chain.Leg]\n\
             field parent uuid?\n\
             field limit u256 default {MOST}\n\
             field batch uuid default 36:{ORDER}\n"
        )
    );
    assert_eq!(Transfer::DEF.computed_digest(), Transfer::DIGEST);
}
