//! A bus does not open with files that cannot be used, and says which, why and what to do.

use mycelium::Options;
use mycelium::topology::{CredentialFault, TopologyError};

use crate::common::authority::{Valid, put};
use crate::fleet::{Fleet, wait_for_fault};

#[test]
fn a_missing_file_is_told() {
    for name in ["a.pem", "a.key", "a.authority.pem"] {
        let fleet = Fleet::new();
        std::fs::remove_file(fleet.folder().join(name)).unwrap();
        let error = refused(&fleet, name);
        assert!(matches!(error, CredentialFault::Unreadable(_)), "{error:?}");
    }
}

#[test]
fn a_file_without_what_it_should_hold_is_told() {
    let fleet = Fleet::new();
    let pair = fleet.authority.issue(&["a"], Valid::Now);
    put(fleet.folder(), "a.pem", &pair.key);
    assert!(matches!(refused(&fleet, "a.pem"), CredentialFault::NoCertificate));
    pair.install(fleet.folder(), "a");
    put(fleet.folder(), "a.key", &pair.certificate);
    assert!(matches!(refused(&fleet, "a.key"), CredentialFault::NoKey));
    put(fleet.folder(), "a.key", &pair.key.replace("PRIVATE", "ENCRYPTED PRIVATE"));
    assert!(matches!(refused(&fleet, "a.key"), CredentialFault::NoKey));
    pair.install(fleet.folder(), "a");
    put(fleet.folder(), "a.authority.pem", "\n");
    assert!(matches!(refused(&fleet, "a.authority.pem"), CredentialFault::NoCertificate));
}

#[test]
fn a_damaged_file_is_told() {
    let fleet = Fleet::new();
    let pair = fleet.authority.issue(&["a"], Valid::Now);
    let half = &pair.certificate[..pair.certificate.len() / 2];
    put(fleet.folder(), "a.pem", half);
    assert!(matches!(refused(&fleet, "a.pem"), CredentialFault::NotPem(_)));
    let nonsense = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    put(fleet.folder(), "a.pem", nonsense);
    assert!(matches!(refused(&fleet, "a.pem"), CredentialFault::BadCertificate(_)));
    pair.install(fleet.folder(), "a");
    put(fleet.folder(), "a.authority.pem", nonsense);
    assert!(matches!(refused(&fleet, "a.authority.pem"), CredentialFault::BadCertificate(_)));
    fleet.trust("a", &[&fleet.authority]);
    put(fleet.folder(), "a.key", &nonsense.replace("CERTIFICATE", "PRIVATE KEY"));
    assert!(matches!(refused(&fleet, "a.key"), CredentialFault::BadKey(_)));
}

#[test]
fn the_key_of_another_certificate_is_told() {
    let fleet = Fleet::new();
    put(fleet.folder(), "a.key", &fleet.authority.issue(&["a"], Valid::Now).key);
    let CredentialFault::OtherKey { certificate } = refused(&fleet, "a.key") else { panic!() };
    assert!(certificate.ends_with("a.pem"));
}

#[test]
fn the_certificate_of_another_node_is_told() {
    let fleet = Fleet::new();
    fleet.authority.issue(&["b", "*.a.fleet"], Valid::Now).install(fleet.folder(), "a");
    let CredentialFault::OtherNode { node, names } = refused(&fleet, "a.pem") else { panic!() };
    assert_eq!((node.as_str(), names), ("a", vec!["b".to_owned(), "*.a.fleet".to_owned()]));
}

#[test]
fn a_certificate_that_is_not_valid_now_is_noted() {
    for (valid, words) in [(Valid::NoMore, "has expired"), (Valid::NotYet, "is not valid before")] {
        let fleet = Fleet::new();
        fleet.authority.issue(&["b"], valid).install(fleet.folder(), "b");
        wait_for_fault(&fleet.bus("b"), words);
    }
}

/// Why the bus of `a` does not open. The message names the file.
fn refused(fleet: &Fleet, name: &str) -> CredentialFault {
    let error = fleet.bus_with("a", Options::default()).unwrap_err();
    let path = fleet.folder().join(name);
    let shown = error.to_string();
    assert!(shown.starts_with("node `a` has no identity for TLS: "), "{shown}");
    assert!(shown.contains(&format!("{}: ", path.display())), "{shown}");
    let TopologyError::Credential { node, source } = error else { panic!("{error}") };
    assert_eq!((node.as_str(), &source.path), ("a", &path));
    source.fault
}
