//! Work that is shared out by key among processes, one of which is killed: the example `partitions`.

use std::process::Command;

use crate::durable::keeping;
use crate::server_or_skip;

#[test]
fn orders_of_a_key_are_done_in_order_although_a_worker_is_killed() {
    let server = server_or_skip!(keeping);
    let tests = std::env::current_exe().unwrap();
    let program = tests.with_file_name("../examples/partitions");
    assert!(
        program.is_file(),
        "{} is missing: `cargo build --example partitions`",
        program.display()
    );
    let output = Command::new(program).arg(server.address()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let complained = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}{complained}");
    let workers: Vec<&str> = said.lines().collect();
    assert_eq!(workers.len(), 4, "{said}");
    assert!(workers.iter().all(|line| line.contains(": 5000 orders, in order, ")), "{said}");
    assert!(workers[0].ends_with("it was killed, and another went on"), "{said}");
}
