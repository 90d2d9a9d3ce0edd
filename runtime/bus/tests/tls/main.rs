//! TLS between nodes: who is let in, who is not and learns why, and how certificates are renewed.

#[path = "../common/mod.rs"]
mod common;
#[path = "../../src/mycelium.control.rs"]
mod control;
mod fleet;
mod opening;
mod openssl;
mod raw;
mod renewal;
mod slow;
mod strangers;

use common::authority::{Authority, Valid};
use fleet::{Fleet, Talk, wait_for_fault, wait_for_no_fault};

#[test]
fn an_expired_certificate_is_refused() {
    let expired = |fleet: &Fleet| {
        fleet.authority.issue(&["a"], Valid::NoMore).install(fleet.folder(), "a");
    };
    refused(
        expired,
        &["its certificate has expired, at 2020-02-29T00:00:00Z"],
        &[
            "peers will refuse this node: its certificate has expired",
            "it refuses this node: by its clock this node's certificate is not valid now",
        ],
    );
}

#[test]
fn a_certificate_of_the_future_is_refused() {
    let early = |fleet: &Fleet| {
        fleet.authority.issue(&["a"], Valid::NotYet).install(fleet.folder(), "a");
    };
    refused(
        early,
        &["its certificate is not valid before 2199-01-01T00:00:00Z"],
        &[
            "peers will refuse this node: its certificate is not valid before",
            "it refuses this node: by its clock",
        ],
    );
}

#[test]
fn a_certificate_of_another_authority_is_refused() {
    let foreign = |fleet: &Fleet| {
        Authority::new().issue(&["a"], Valid::Now).install(fleet.folder(), "a");
    };
    refused(
        foreign,
        &["its certificate is not signed by this node's authority"],
        &[
            "peers will refuse this node",
            "it refuses this node: its authority has not signed this node's certificate",
        ],
    );
}

#[test]
fn a_certificate_of_an_authority_of_the_same_name_is_refused() {
    let forged = |fleet: &Fleet| {
        let forger = Authority::named("fleet");
        forger.issue(&["a"], Valid::Now).install(fleet.folder(), "a");
    };
    refused(
        forged,
        &["its certificate is not signed by this node's authority"],
        &["it refuses this node: a signature is not what it expected"],
    );
}

#[test]
fn a_listener_of_another_authority_is_refused() {
    let distrustful = |fleet: &Fleet| {
        let other = Authority::new();
        fleet.trust("a", &[&other]);
        other.issue(&["a"], Valid::Now).install(fleet.folder(), "a");
    };
    refused(
        distrustful,
        &["it refuses this node: its authority has not signed this node's certificate"],
        &["its certificate is not signed by this node's authority"],
    );
}

/// A node `a` whose files are made so is refused by `b`, or refuses it, and both say why; `c` and `b`
/// talk on as if nothing were; and with good files the same node is let in.
fn refused(spoil: impl FnOnce(&Fleet), at_b: &[&str], at_a: &[&str]) {
    let fleet = Fleet::new();
    let (b, c) = (fleet.bus("b"), fleet.bus("c"));
    let mut talk = Talk::start(&c, &b, "undisturbed");
    talk.goes_on();
    spoil(&fleet);
    let a = fleet.bus("a");
    at_b.iter().for_each(|words| wait_for_fault(&b, words));
    at_a.iter().for_each(|words| wait_for_fault(&a, words));
    talk.goes_on();
    fleet.trust("a", &[&fleet.authority]);
    fleet.authority.issue(&["a"], Valid::Now).install(fleet.folder(), "a");
    Talk::start(&a, &b, "let in").goes_on();
    wait_for_no_fault(&a);
    wait_for_no_fault(&b);
    talk.goes_on();
}
