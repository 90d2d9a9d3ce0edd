//! One deployment with every way at once: `Arc`, Python in the same process, shared memory, a Unix socket and TCP.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};

use super::Case;
use super::demo::{Demo, Ended};
use super::hosts::{ADDRESSES, Hosts};
use crate::failure::{Failure, io_failure};
use crate::repo;

const TOPOLOGY: &str = "examples/market/hybrid.toml";
/// What it says of the engine's services.
const ENGINE: &str = "[\"market-data\", \"execution\", \"monitor\"]\n";

/// What the table says of the routes, each with its receiver's language.
const ROUTES: [&str; 4] = [
    "market-data → execution (Rust)   Arc ",
    "market-data → strategy (Python)  shared memory ",
    "market-data → risk (OCaml)       TCP ",
    "strategy → risk (OCaml)          TCP ",
];
const VERDICTS_BY_UNIX: &str = "risk → execution (Rust)          Unix socket ";
const MONITOR_IN_ENGINE: &str = "market-data → monitor (Python)   same process ";

/// Where the engine can be linked with libpython.
pub(super) const HOSTED: [Case; 2] =
    [("every way at once", hosted), ("every way at once, interrupted", interrupted)];

/// All messages arrive, alike in three languages, and nothing is left; the monitor is in the engine's process.
fn hosted() -> Result<(), Failure> {
    let deployment = Deployment::new(&repo::root().join(TOPOLOGY));
    let ended = deployment.run_to_the_end(&[], &[MONITOR_IN_ENGINE, VERDICTS_BY_UNIX])?;
    ended.expect_same_process("monitor", "engine")
}

/// The same, but for a line of the topology: the same file of Python is a process of its own.
pub(super) fn alone() -> Result<(), Failure> {
    let node = "\n[[nodes]]\nname = \"watch\"\nservices = [\"monitor\"]\n\
                endpoint.kind = \"unix\"\nendpoint.path = \"${MARKET_SOCKETS}/watch.sock\"\n";
    let path = edited("alone.toml", &[(ENGINE, "[\"market-data\", \"execution\"]\n")], node)?;
    let monitor = "market-data → monitor (Python)   Unix socket ";
    let ended = Deployment::new(&path).run_to_the_end(&[], &[monitor, VERDICTS_BY_UNIX])?;
    ended.expect_same_process("monitor", "monitor")
}

/// On two hosts, with `risk` on the other one, where no Unix socket reaches; the exchange and the market maker are by such here.
pub(super) fn between_hosts() -> Result<(), Failure> {
    let hosts = Hosts::make()?;
    let [here, there] = ADDRESSES;
    let host = |services: &str| format!("{services}host = \"{here}\"\n");
    let strategy = "[\"strategy\"]\n";
    let edits = [
        (ENGINE, host(ENGINE)),
        (strategy, host(strategy)),
        ("host = \"127.0.0.1\"\n", format!("host = \"{there}\"\nendpoint.insecure = true\n")),
    ];
    let edits = edits.each_ref().map(|(from, to)| (*from, to.as_str()));
    let trading = ["venue", "market-maker"].map(|service| {
        format!(
            "\n[[nodes]]\nname = \"{service}\"\nservices = [\"{service}\"]\nhost = \"{here}\"\n\
             endpoint.kind = \"unix\"\nendpoint.path = \"${{MARKET_SOCKETS}}/{service}.sock\"\n"
        )
    });
    let path = edited("hosts.toml", &edits, &trading.concat())?;
    let [a, b] = &hosts.names;
    let processes =
        [("engine", a), ("strategy", a), ("venue", a), ("market-maker", a), ("risk", b)];
    let inside = processes.map(|(process, host)| format!("{process}={host}"));
    let args: Vec<&str> = inside.iter().flat_map(|one| ["--inside", one]).collect();
    let verdicts = "risk → execution (Rust)          TCP ";
    let ended = Deployment::new(&path).run_to_the_end(&args, &[MONITOR_IN_ENGINE, verdicts])?;
    ended.expect_stdout("both books agree to the last digit")?;
    ended.expect_same_process("monitor", "engine")
}

/// The example's topology with texts in the place of others, and more behind it.
fn edited(name: &str, edits: &[(&str, &str)], more: &str) -> Result<PathBuf, Failure> {
    let example = repo::root().join(TOPOLOGY);
    let mut text = fs::read_to_string(&example).map_err(io_failure("read", &example))?;
    for (from, to) in edits {
        if text.matches(from).count() != 1 {
            return Err(Failure::new(format!("{TOPOLOGY} does not say once: {from}")));
        }
        text = text.replace(from, to);
    }
    let path = repo::target().join("demo-test").join(name);
    fs::write(&path, text + more).map_err(io_failure("write", &path))?;
    Ok(path)
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

    fn run_to_the_end(&self, args: &[&str], routes: &[&str]) -> Result<Ended, Failure> {
        let short = ["--speed", "max", "--duration", "10"];
        let ended = self.start(&[&short, args].concat())?.wait()?;
        ended.expect_success()?;
        ended.expect_stdout("alike in Rust, Python and OCaml")?;
        for route in ROUTES.iter().chain(routes) {
            ended.expect_stdout(route)?;
        }
        self.expect_nothing_left(&ended)?;
        Ok(ended)
    }

    fn expect_nothing_left(&self, ended: &Ended) -> Result<(), Failure> {
        let sockets = ["engine", "watch", "venue", "market-maker"];
        let sockets = sockets.map(|node| self.sockets.join(node).with_extension("sock"));
        for left in sockets.iter().chain([&self.shm]) {
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
