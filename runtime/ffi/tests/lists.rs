//! What a C program writes into a ring, lists and all, is looked at there by a subscriber of Rust.

mod common;

use std::fs;
use std::process::Stdio;
use std::time::Duration;

use common::{SANITIZED, program};
use mycelium::MessageBus;
use mycelium_generated::market::{DepthUpdate, DepthUpdateView, Venue};

/// As many as the program sends.
const MESSAGES: u64 = 100;
const PATIENCE: Duration = Duration::from_secs(60);

/// What the program has written in the update of this number: as many bids, and twice as many asks.
fn is_as_written(update: &DepthUpdateView<'_>, id: u64) -> bool {
    let at = |index: usize| index as i64;
    let (bids, asks) = (update.bids(), update.asks());
    update.last_update_id() == id
        && update.previous_update_id() == id.checked_sub(1)
        && update.symbol() == "BTC"
        && update.venue() == Venue::Binance
        && bids.len() as u64 == id
        && asks.len() as u64 == 2 * id
        && bids.iter().enumerate().all(|(index, bid)| {
            bid.price().mantissa() == id as i64 * at(index)
                && bid.quantity().mantissa() == -at(index)
        })
        && asks.iter().enumerate().all(|(index, ask)| {
            ask.price().mantissa() == id as i64 + at(index) && ask.quantity().mantissa() == 1
        })
}

#[test]
fn a_subscriber_of_rust_sees_the_lists_that_c_wrote_in_place() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let topology = folder.path().join("topology.toml");
    let text = format!(
        "[[nodes]]\nname = \"writer\"\nservices = [\"writer\"]\n\n\
         [[nodes]]\nname = \"reader\"\nservices = [\"reader\"]\nendpoint.kind = \"shm\"\n\
         endpoint.path = \"{}\"\nendpoint.capacity = 65536\n",
        folder.path().join("rings").display()
    );
    fs::write(&topology, text).expect("written");
    let bus = MessageBus::from_topology(&topology, "reader").expect("a bus");
    let mut next = 0;
    let look = move |update: DepthUpdateView<'_>| {
        next += 1;
        (next - 1, is_as_written(&update, next - 1))
    };
    let mut updates = bus.views::<DepthUpdate, _>(look).expect("a subscriber");
    let writer = program("lists", &SANITIZED, folder.path())
        .args([folder.path(), &topology])
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    for id in 0..MESSAGES {
        assert_eq!(updates.recv_timeout(PATIENCE), Ok(Some((id, true))));
    }
    let end = writer.wait_with_output().expect("the program ends");
    assert!(end.status.success(), "{}", String::from_utf8_lossy(&end.stderr));
}
