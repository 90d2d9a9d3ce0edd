//! A library that was built without TLS says so, and opens nothing instead.

#![cfg(not(feature = "tls"))]

use mycelium::MessageBus;

#[test]
fn what_is_missing_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let topology = folder.path().join("topology.toml");
    let text = "[defaults]\ntls.certificate = \"{node}.pem\"\ntls.key = \"{node}.key\"\n\
                tls.authority = \"authority.pem\"\n\n\
                [[nodes]]\nname = \"a\"\nservices = [\"a\"]\n\n\
                [[nodes]]\nname = \"b\"\nservices = [\"b\"]\nport = 9002\n";
    std::fs::write(&topology, text).unwrap();
    for service in ["a", "b"] {
        let refused = MessageBus::from_topology(&topology, service).unwrap_err().to_string();
        assert!(refused.contains("the feature `tls` of the crate `mycelium`"), "{refused}");
    }
}
