//! One-way latency over every transport, beside what the bare machine does between the same cores.
//!
//! A message goes to the other core and comes back; half of that time is told. Over `Arc` both ends
//! are threads of one process, over everything else they are two processes. In memory both ends spin;
//! over sockets they block, as the kernel's own ping-pong beside it does.

use std::error::Error;
use std::path::Path;
use std::process::{Child, Command};
use std::time::Duration;

use clap::{Args, ValueEnum};
use market::feed::{MarketMessage, Simulator, SimulatorOptions};
use mycelium::{Message, MessageBus};
use mycelium_generated::market::Trade;
use serde::Serialize;
use tempfile::TempDir;

use crate::bare;
use crate::cores;
use crate::echo::{self, PING, PONG};
use crate::samples::{Summary, time_half};

#[derive(Args)]
pub(crate) struct Options {
    /// Round trips in memory; a tenth of them over sockets
    #[arg(long, default_value_t = 500_000)]
    count: usize,
}

/// How an end waits for a message.
#[derive(Clone, Copy, PartialEq, ValueEnum)]
pub(crate) enum Waiting {
    /// Asks again and again.
    Spin,
    /// Sleeps until there is one.
    Block,
}

const PATIENCE: Duration = Duration::from_secs(20);

#[derive(Serialize)]
struct Results {
    frame_bytes: usize,
    cores: (usize, usize),
    rows: Vec<Summary>,
}

pub(crate) fn run(options: &Options) -> Result<(), Box<dyn Error>> {
    let (in_memory, over_sockets) = (options.count, options.count / 10);
    let cores = cores::choose_two()?;
    let trade = a_trade()?;
    let frame = trade.to_frame();
    let folder = TempDir::new()?;
    let rows = vec![
        bare::cache_line(in_memory, cores)?,
        arc(in_memory, cores, &trade)?,
        remote(&shm(folder.path())?, in_memory, cores, &trade)?,
        bare::unix(over_sockets, cores, &frame)?,
        remote(&unix(folder.path())?, over_sockets, cores, &trade)?,
        bare::tcp(over_sockets, cores, &frame)?,
        remote(&tcp(folder.path())?, over_sockets, cores, &trade)?,
    ];
    let results = Results { frame_bytes: frame.len(), cores, rows };
    println!("{}", serde_json::to_string(&results)?);
    Ok(())
}

fn a_trade() -> Result<Trade, Box<dyn Error>> {
    let simulated = Simulator::new(&SimulatorOptions { seed: 1, duration_ns: 60_000_000_000 });
    let mut trades = simulated.filter_map(|event| match event.ok()?.message {
        MarketMessage::Trade(trade) => Some(trade),
        _ => None,
    });
    trades.next().ok_or_else(|| "the simulator made no trade".into())
}

/// Two threads of one bus.
fn arc(
    count: usize,
    (here, there): (usize, usize),
    trade: &Trade,
) -> Result<Summary, Box<dyn Error>> {
    let bus = MessageBus::new();
    let (pings, pongs) = (bus.subscriber_on(PING)?, bus.publisher_on(PONG)?);
    let other_end = std::thread::spawn(move || -> Result<(), String> {
        cores::pin(there).map_err(|error| error.to_string())?;
        echo::send_back(pings, &pongs, Waiting::Spin).map_err(|error| error.to_string())
    });
    let summary = ping("Arc", &bus, count, here, trade, Waiting::Spin)?;
    other_end.join().map_err(|_| "the echo panicked")??;
    Ok(summary)
}

/// A transport between two processes.
struct Transport {
    name: &'static str,
    topology: std::path::PathBuf,
    waiting: Waiting,
    /// Removed when the measurement is over, however it ends.
    _rings: Option<TempDir>,
}

fn remote(
    transport: &Transport,
    count: usize,
    (here, there): (usize, usize),
    trade: &Trade,
) -> Result<Summary, Box<dyn Error>> {
    let other_end = Echo::start(transport, there)?;
    cores::pin(here)?;
    let bus = MessageBus::from_topology(&transport.topology, "ping")?;
    let summary = ping(transport.name, &bus, count, here, trade, transport.waiting)?;
    bus.shutdown();
    other_end.wait()?;
    Ok(summary)
}

fn ping(
    name: &'static str,
    bus: &MessageBus,
    count: usize,
    core: usize,
    trade: &Trade,
    waiting: Waiting,
) -> Result<Summary, Box<dyn Error>> {
    cores::pin(core)?;
    let mut pongs = bus.subscriber_on::<Trade>(PONG)?;
    let pings = bus.publisher_on::<Trade>(PING)?;
    pings.wait_for_subscribers(1, PATIENCE)?;
    time_half(name, count, || {
        pings.publish(trade.clone())?;
        match echo::receive(&mut pongs, waiting)? {
            Some(_) => Ok(()),
            None => Err("the echo ended early".into()),
        }
    })
}

/// The process at the other end; ends with its value, however the measurement goes.
struct Echo(Child);

impl Echo {
    fn start(transport: &Transport, core: usize) -> Result<Self, Box<dyn Error>> {
        let waiting = match transport.waiting {
            Waiting::Spin => "spin",
            Waiting::Block => "block",
        };
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["echo", "--core", &core.to_string(), "--waiting", waiting, "--topology"]);
        Ok(Self(command.arg(&transport.topology).spawn()?))
    }

    fn wait(mut self) -> Result<(), Box<dyn Error>> {
        let status = self.0.wait()?;
        if status.success() { Ok(()) } else { Err(format!("the echo ended with {status}").into()) }
    }
}

impl Drop for Echo {
    fn drop(&mut self) {
        // It has ended already where it was waited for.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn shm(folder: &Path) -> Result<Transport, Box<dyn Error>> {
    let rings = TempDir::new_in("/dev/shm")?;
    let endpoint =
        format!("endpoint.kind = \"shm\"\nendpoint.path = {:?}", rings.path().join("rings"));
    let transport = transport(folder, "shared memory", &endpoint, Waiting::Spin)?;
    Ok(Transport { _rings: Some(rings), ..transport })
}

fn unix(folder: &Path) -> Result<Transport, Box<dyn Error>> {
    let endpoint = "endpoint.kind = \"unix\"\nendpoint.path = \"sockets/echo.sock\"";
    transport(folder, "Unix socket", endpoint, Waiting::Block)
}

fn tcp(folder: &Path) -> Result<Transport, Box<dyn Error>> {
    // A port that was free a moment ago; the echo takes it right after.
    let addr = std::net::TcpListener::bind(("127.0.0.1", 0))?.local_addr()?;
    let endpoint = format!("endpoint.kind = \"tcp\"\nendpoint.addr = \"{addr}\"");
    transport(folder, "TCP loopback", &endpoint, Waiting::Block)
}

fn transport(
    folder: &Path,
    name: &'static str,
    endpoint: &str,
    waiting: Waiting,
) -> Result<Transport, Box<dyn Error>> {
    let topology = folder.join(format!("{}.toml", name.replace(' ', "-")));
    let node = |name: &str| format!("[[nodes]]\nname = \"{name}\"\nservices = [\"{name}\"]\n");
    std::fs::write(&topology, format!("{}\n{}{endpoint}\n", node("ping"), node("echo")))?;
    Ok(Transport { name, topology, waiting, _rings: None })
}
