//! One deployment with every way at once: `Arc`, shared memory, a Unix socket and TCP.

use std::net::TcpListener;
use std::path::{Path, PathBuf};

use super::demo::Demo;
use crate::failure::{Failure, io_failure};
use crate::repo;

const TOPOLOGY: &str = "examples/market/hybrid.toml";
/// What the table says of the routes, each with its receiver's language.
const ROUTES: [&str; 5] = [
    "market-data → execution (Rust)   Arc",
    "market-data → strategy (Python)  shared memory",
    "market-data → risk (OCaml)       TCP",
    "strategy → risk (OCaml)          TCP",
    "risk → execution (Rust)          Unix socket",
];

/// All messages arrive, alike in three languages, and nothing is left.
pub(super) fn run() -> Result<(), Failure> {
    let topology = repo::root().join(TOPOLOGY).display().to_string();
    let pid = std::process::id();
    let sockets = repo::target().join("demo-test/hybrid-sockets");
    let shm = PathBuf::from(format!("/dev/shm/mycelium-hybrid-{pid}"));
    let variables = [
        ("MARKET_SOCKETS", sockets.display().to_string()),
        ("MARKET_SHM", shm.display().to_string()),
        ("MARKET_RISK_PORT", free_port()?.to_string()),
    ];
    let args = ["--speed", "max", "--duration", "10", "--topology", &topology];
    let ended = Demo::start_with(&args, &variables)?.wait()?;
    ended.expect_success()?;
    ended.expect_stdout("alike in Rust, Python and OCaml")?;
    for route in ROUTES {
        ended.expect_stdout(route)?;
    }
    for left in [shm, sockets.join("engine.sock")] {
        if left.exists() {
            return Err(Failure::new(format!("{} is left", left.display())));
        }
    }
    ended.expect_nothing_left()
}

fn free_port() -> Result<u16, Failure> {
    let here = Path::new("127.0.0.1:0");
    let listener = TcpListener::bind("127.0.0.1:0").map_err(io_failure("listen at", here))?;
    Ok(listener.local_addr().map_err(io_failure("listen at", here))?.port())
}
