//! Certificates are replaced while connections are open and new ones come.

use crate::common::authority::{Authority, Pair, Valid, put};
use crate::fleet::{Fleet, Talk, wait_for_fault, wait_for_no_fault};
use crate::raw::{self, OURS};
use crate::strangers::talking;

#[test]
fn a_renewed_certificate_is_shown_to_whoever_comes() {
    let fleet = Fleet::new();
    let (b, mut talk) = talking(&fleet);
    let observer = fleet.authority.issue(&["a"], Valid::Now);
    for _ in 0..3 {
        let renewed = fleet.authority.issue(&["b"], Valid::Now);
        assert_ne!(shown_by_b(&fleet, &observer), raw::chain(&renewed));
        renewed.install(fleet.folder(), "b");
        assert_eq!(shown_by_b(&fleet, &observer), raw::chain(&renewed));
        talk.goes_on();
    }
    let mut later = Talk::start(&fleet.bus("a"), &b, "let in");
    later.goes_on();
    talk.goes_on();
}

#[test]
fn an_authority_is_replaced_in_three_steps() {
    let fleet = Fleet::new();
    let (b, mut talk) = talking(&fleet);
    let next = Authority::new();
    // First all trust both, then all have certificates of the new one, then all trust that one only.
    ["a", "b", "c"].iter().for_each(|node| fleet.trust(node, &[&fleet.authority, &next]));
    Talk::start(&fleet.bus("a"), &b, "first").goes_on();
    ["a", "b", "c"]
        .iter()
        .for_each(|node| next.issue(&[node], Valid::Now).install(fleet.folder(), node));
    Talk::start(&fleet.bus("a"), &b, "second").goes_on();
    ["a", "b", "c"].iter().for_each(|node| fleet.trust(node, &[&next]));
    Talk::start(&fleet.bus("a"), &b, "third").goes_on();
    fleet.authority.issue(&["a"], Valid::Now).install(fleet.folder(), "a");
    let a = fleet.bus("a");
    wait_for_fault(&b, "not signed by this node's authority");
    drop(a);
    talk.goes_on();
}

#[test]
fn files_that_cannot_be_used_leave_the_old_ones_in_use() {
    let fleet = Fleet::new();
    let (b, mut talk) = talking(&fleet);
    let observer = fleet.authority.issue(&["a"], Valid::Now);
    let first = fleet.authority.issue(&["b"], Valid::Now);
    first.install(fleet.folder(), "b");
    let before = shown_by_b(&fleet, &observer);
    let renewed = fleet.authority.issue(&["b"], Valid::Now);
    let half = &renewed.certificate[..renewed.certificate.len() / 2];
    for (name, text, words) in [
        ("b.pem", half, "b.pem: this is not PEM"),
        ("b.pem", "", "b.pem: there is no certificate in it"),
        ("b.pem", &renewed.certificate, "b.key: this is not the key of the certificate"),
        ("b.key", "", "b.key: there is no private key in it"),
        ("b.authority.pem", "", "b.authority.pem: there is no certificate in it"),
    ] {
        put(fleet.folder(), name, text);
        assert_eq!(shown_by_b(&fleet, &observer), before);
        wait_for_fault(&b, words);
        wait_for_fault(&b, "what was loaded before stays in use");
        first.install(fleet.folder(), "b");
        fleet.trust("b", &[&fleet.authority]);
    }
    std::fs::remove_file(fleet.folder().join("b.key")).unwrap();
    assert_eq!(shown_by_b(&fleet, &observer), before);
    wait_for_fault(&b, "No such file");
    renewed.install(fleet.folder(), "b");
    assert_eq!(shown_by_b(&fleet, &observer), raw::chain(&renewed));
    wait_for_no_fault(&b);
    talk.goes_on();
}

fn shown_by_b(fleet: &Fleet, observer: &Pair) -> Vec<rustls::pki_types::CertificateDer<'static>> {
    let client = raw::dial(fleet.socket(), &fleet.authority, Some(observer), OURS).unwrap();
    vec![raw::shown(&client)]
}
