//! One deployment with every way at once: `Arc`, Python in the same process, shared memory, a Unix socket and TCP.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};

use super::Case;
use super::demo::{Demo, Ended};
use crate::failure::{Failure, io_failure};
use crate::repo;

const TOPOLOGY: &str = "examples/market/hybrid.toml";

/// What the table says of the routes, each with its receiver's language.
const ROUTES: [&str; 5] = [
    "market-data → execution (Rust)   Arc ",
    "market-data → strategy (Python)  shared memory ",
    "market-data → risk (OCaml)       TCP ",
    "strategy → risk (OCaml)          TCP ",
    "risk → execution (Rust)          Unix socket ",
];

/// Where the engine can be linked with libpython.
pub(super) const HOSTED: [Case; 2] =
    [("every way at once", hosted), ("every way at once, interrupted", interrupted)];

/// All messages arrive, alike in three languages, and nothing is left; the monitor is in the engine's process.
fn hosted() -> Result<(), Failure> {
    let deployment = Deployment::new(&repo::root().join(TOPOLOGY));
    let ended = deployment.run_to_the_end("market-data → monitor (Python)   same process ")?;
    ended.expect_same_process("monitor", "engine")
}

/// The same, but for a line of the topology: the same file of Python is a process of its own.
pub(super) fn alone() -> Result<(), Failure> {
    let example = repo::root().join(TOPOLOGY);
    let text = fs::read_to_string(&example).map_err(io_failure("read", &example))?;
    let (hosted, alone) = ("\"execution\", \"monitor\"]", "\"execution\"]");
    if !text.contains(hosted) {
        return Err(Failure::new(format!("{TOPOLOGY} does not put the monitor beside execution")));
    }
    let node = "\n[[nodes]]\nname = \"watch\"\nservices = [\"monitor\"]\n\
                endpoint.kind = \"unix\"\nendpoint.path = \"${MARKET_SOCKETS}/watch.sock\"\n";
    let path = repo::target().join("demo-test/alone.toml");
    fs::write(&path, text.replace(hosted, alone) + node).map_err(io_failure("write", &path))?;
    let ended =
        Deployment::new(&path).run_to_the_end("market-data → monitor (Python)   Unix socket ")?;
    ended.expect_same_process("monitor", "monitor")
}

/// Python in the engine ends with it, in order.
fn interrupted() -> Result<(), Failure> {
    let deployment = Deployment::new(&repo::root().join(TOPOLOGY));
    let mut demo = deployment.start(&["--speed", "1x", "--duration", "100"])?;
    demo.wait_for("running")?;
    demo.signal("INT", "demo")?;
    let ended = demo.wait()?;
    ended.expect_failure()?;
    ended.expect_stderr("stopped by the user")?;
    deployment.expect_nothing_left(&ended)
}

/// A topology, and where its run has its sockets and rings.
struct Deployment {
    topology: String,
    sockets: PathBuf,
    shm: PathBuf,
}

impl Deployment {
    fn new(topology: &Path) -> Self {
        let shm = PathBuf::from(format!("/dev/shm/mycelium-hybrid-{}", std::process::id()));
        let sockets = repo::target().join("demo-test/hybrid-sockets");
        Self { topology: topology.display().to_string(), sockets, shm }
    }

    fn start(&self, args: &[&str]) -> Result<Demo, Failure> {
        let variables = [
            ("MARKET_SOCKETS", self.sockets.display().to_string()),
            ("MARKET_SHM", self.shm.display().to_string()),
            ("MARKET_RISK_PORT", free_port()?.to_string()),
        ];
        Demo::start_with(&[args, &["--topology", &self.topology]].concat(), &variables)
    }

    fn run_to_the_end(&self, way_to_monitor: &str) -> Result<Ended, Failure> {
        let ended = self.start(&["--speed", "max", "--duration", "10"])?.wait()?;
        ended.expect_success()?;
        ended.expect_stdout("alike in Rust, Python and OCaml")?;
        for route in ROUTES.iter().chain([&way_to_monitor]) {
            ended.expect_stdout(route)?;
        }
        self.expect_nothing_left(&ended)?;
        Ok(ended)
    }

    fn expect_nothing_left(&self, ended: &Ended) -> Result<(), Failure> {
        for left in [&self.shm, &self.sockets.join("engine.sock"), &self.sockets.join("watch.sock")]
        {
            if left.exists() {
                return Err(Failure::new(format!("{} is left", left.display())));
            }
        }
        ended.expect_nothing_left()
    }
}

fn free_port() -> Result<u16, Failure> {
    let here = Path::new("127.0.0.1:0");
    let listener = TcpListener::bind("127.0.0.1:0").map_err(io_failure("listen at", here))?;
    Ok(listener.local_addr().map_err(io_failure("listen at", here))?.port())
}
