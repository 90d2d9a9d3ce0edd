//! Nodes that meet at a NATS server: a real one, which each test starts for itself.

#[path = "../common/mod.rs"]
mod common;
mod durable;
mod faults;
mod flow;
mod login;
mod partitions;
mod server;
mod strangers;
mod versions;

/// The server of a test; the test ends here where there is none.
macro_rules! server_or_skip {
    () => {
        crate::server_or_skip!(|_| String::new())
    };
    ($configure:expr) => {
        match crate::server::Server::start_with($configure) {
            Some(server) => server,
            None => return,
        }
    };
}
pub(crate) use server_or_skip;

#[test]
fn child() {
    if let Some((role, topology)) = common::child::role() {
        faults::play(&role, std::path::Path::new(&topology));
    }
}
