//! Servers that speak TLS and want to know who is there: who is let in, and what is said to who is not.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

use mycelium::topology::TopologyError;
use mycelium::{MessageBus, Options};
use tempfile::TempDir;

use crate::common::authority::{Authority, Valid, put};
use crate::common::deployment::Deployment;
use crate::common::{PATIENCE, Tick, tick};
use crate::server_or_skip;

/// As the server's configuration says it: TLS by a certificate for this name, and users who show one too.
fn verifying(authority: &Authority, folder: &Path, name: &str) -> String {
    put(folder, "authority.pem", &authority.certificate());
    authority.issue(&[name], Valid::Now).install(folder, "server");
    "tls { cert_file: server.pem, key_file: server.key, ca_file: authority.pem, verify: true }"
        .to_owned()
}

/// A folder with certificates for two nodes, and the authority that the server's must be signed by.
fn certificates(of_nodes: &Authority, of_server: &Authority) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), "authority.pem", &of_server.certificate());
    for node in ["a", "b"] {
        of_nodes.issue(&[node], Valid::Now).install(folder.path(), node);
    }
    folder
}

const CERTIFIED: &str = "tls.certificate = \"{node}.pem\"\ntls.key = \"{node}.key\"\n\
                         tls.authority = \"authority.pem\"\n";

/// Waits until a node's bus tells a fault with these words.
fn assert_told(deployment: &Deployment, words: &[&str]) -> String {
    let mut options = Options::default();
    options.shutdown_timeout = Duration::from_secs(1);
    let bus = deployment.bus_with("a", options);
    let started = Instant::now();
    loop {
        let faults = bus.stats().faults.join("; ");
        if words.iter().all(|word| faults.contains(word)) {
            return faults;
        }
        assert!(started.elapsed() < PATIENCE, "{words:?} were expected: {faults}");
        std::thread::yield_now();
    }
}

fn assert_carries(deployment: &Deployment) {
    let (a, _b, publisher, mut subscriber) = deployment.one_way::<Tick>();
    publisher.publish(tick(7)).unwrap();
    assert_eq!(subscriber.recv_timeout(PATIENCE).unwrap().unwrap().number, 7);
    assert!(a.stats().faults.is_empty(), "{:?}", a.stats().faults);
}

#[test]
fn both_sides_show_certificates() {
    let authority = Authority::new();
    let server = server_or_skip!(|folder| verifying(&authority, folder, "127.0.0.1"));
    let folder = certificates(&authority, &authority);
    assert_carries(&server.deployment_in(folder, &["a", "b"], CERTIFIED, ""));
}

#[test]
fn a_server_of_another_authority_is_refused() {
    let (authority, other) = (Authority::new(), Authority::new());
    let server = server_or_skip!(|folder| verifying(&other, folder, "127.0.0.1"));
    let folder = certificates(&other, &authority);
    let deployment = server.deployment_in(folder, &["a", "b"], CERTIFIED, "");
    assert_told(&deployment, &["cannot be reached", "not signed by `endpoint.authority`"]);
}

#[test]
fn a_server_with_another_name_is_refused() {
    let authority = Authority::new();
    let server = server_or_skip!(|folder| verifying(&authority, folder, "elsewhere.example"));
    let folder = certificates(&authority, &authority);
    let deployment = server.deployment_in(folder, &["a", "b"], CERTIFIED, "");
    assert_told(&deployment, &["another name than `endpoint.addr` says"]);
}

#[test]
fn a_node_that_the_server_does_not_know_is_refused() {
    let (authority, other) = (Authority::new(), Authority::new());
    let server = server_or_skip!(|folder| verifying(&authority, folder, "127.0.0.1"));
    let folder = certificates(&other, &authority);
    let foreign = server.deployment_in(folder, &["a", "b"], CERTIFIED, "");
    assert_told(&foreign, &["the server cannot be reached"]);
    // One that shows none at all.
    let folder = certificates(&authority, &authority);
    let nothing = "endpoint.authority = \"authority.pem\"\n";
    let nobody = server.deployment_in(folder, &["a", "b"], nothing, "");
    assert_told(&nobody, &["the server cannot be reached"]);
}

#[test]
fn an_authority_alone_is_enough_where_the_server_asks_for_no_more() {
    let authority = Authority::new();
    let server = server_or_skip!(|folder| {
        verifying(&authority, folder, "127.0.0.1");
        "tls { cert_file: server.pem, key_file: server.key }".to_owned()
    });
    let folder = certificates(&authority, &authority);
    let defaults = "endpoint.authority = \"authority.pem\"\n";
    assert_carries(&server.deployment_in(folder, &["a", "b"], defaults, ""));
}

#[test]
fn a_server_without_tls_is_not_spoken_to_where_tls_is_expected() {
    let server = server_or_skip!();
    let authority = Authority::new();
    let folder = certificates(&authority, &authority);
    let deployment = server.deployment_in(folder, &["a", "b"], CERTIFIED, "");
    assert_told(&deployment, &["the server cannot be reached"]);
}

/// A folder with a secret that nobody else reads.
fn with_secret(secret: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret");
    std::fs::write(&path, secret).unwrap();
    std::fs::set_permissions(path, PermissionsExt::from_mode(0o600)).unwrap();
    folder
}

const USER: &str = "endpoint.user = \"fleet\"\nendpoint.secret_file = \"secret\"\n";

#[test]
fn a_user_is_let_in_by_its_password_and_told_where_it_is_wrong() {
    let server = server_or_skip!(|_| {
        "authorization { user: fleet, password: \"open sesame\" }".to_owned()
    });
    let right = server.deployment_in(with_secret("open sesame\n"), &["a", "b"], USER, "");
    assert_carries(&right);
    let wrong = server.deployment_in(with_secret("open barley"), &["a", "b"], USER, "");
    let told = assert_told(&wrong, &["refuses this node", "`endpoint.user` and its secret"]);
    assert!(!told.contains("barley"), "{told}");
    let nobody = server.deployment(&["a", "b"], "");
    assert_told(&nobody, &["refuses this node"]);
}

#[test]
fn a_secret_that_was_renewed_counts_from_the_next_connection_on() {
    let mut server = server_or_skip!(|_| "authorization { token: first }".to_owned());
    let folder = with_secret("first");
    let secret = folder.path().join("secret");
    let token = "endpoint.secret_file = \"secret\"\n";
    let deployment = server.deployment_in(folder, &["a", "b"], token, "");
    let (_a, _b, publisher, mut subscriber) = deployment.one_way::<Tick>();
    server.stop();
    server.configure("authorization { token: second }");
    std::fs::write(secret, "second").unwrap();
    while publisher.subscribers() > 0 {
        std::thread::yield_now();
    }
    server.restart();
    publisher.wait_for_subscribers(1, PATIENCE).unwrap();
    publisher.publish(tick(2)).unwrap();
    let received = std::iter::repeat_with(|| subscriber.recv_timeout(PATIENCE));
    let received = received.filter_map(Result::ok).next().unwrap().unwrap();
    assert_eq!(received.number, 2);
}

#[test]
fn a_token_may_come_from_the_environment() {
    // One that each test has.
    const VARIABLE: &str = "CARGO_MANIFEST_DIR";
    let token = std::env::var(VARIABLE).unwrap();
    let server = server_or_skip!(|_| format!("authorization {{ token: \"{token}\" }}"));
    let defaults = format!("endpoint.secret_env = \"{VARIABLE}\"\n");
    let folder = tempfile::tempdir().unwrap();
    assert_carries(&server.deployment_in(folder, &["a", "b"], &defaults, ""));
}

#[test]
fn what_is_missing_is_told_when_the_bus_is_opened() {
    let server = server_or_skip!();
    for (defaults, what) in [
        (USER, "secret"),
        ("endpoint.secret_env = \"MYCELIUM_NO_SUCH_VARIABLE\"\n", "MYCELIUM_NO_SUCH_VARIABLE"),
        (CERTIFIED, "authority.pem"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let deployment = server.deployment_in(folder, &["a", "b"], defaults, "");
        let refused = MessageBus::from_topology(deployment.topology(), "a").unwrap_err();
        assert!(matches!(refused, TopologyError::Endpoint { .. }), "{refused}");
        assert!(refused.to_string().contains(what), "{refused}");
    }
}
