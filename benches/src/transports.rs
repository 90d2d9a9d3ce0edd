//! One-way latency over every transport, beside what the bare machine does between the same cores.
//!
//! A message goes to the other core and comes back; half of that time is told. Over `Arc` both ends
//! are threads of one process, over everything else they are two processes. In memory both ends spin;
//! over sockets they block, as the kernel's own ping-pong beside it does.
//!
//! Over sockets it is told as well how many messages a second go one way.

use std::error::Error;
use std::path::Path;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

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
    streams: Vec<Stream>,
}

/// Messages one way at full speed.
#[derive(Serialize)]
struct Stream {
    name: &'static str,
    count: usize,
    /// Of several rounds, the one in the middle.
    messages_per_second: f64,
}

/// Rounds of a stream.
const ROUNDS: usize = 5;

pub(crate) fn run(options: &Options) -> Result<(), Box<dyn Error>> {
    let (in_memory, over_sockets) = (options.count, options.count / 10);
    let cores = cores::choose_two()?;
    let trade = a_trade()?;
    let frame = trade.to_frame();
    let folder = TempDir::new()?;
    // First, for the rows pin this thread.
    let streams = over_sockets_of(folder.path())?
        .iter()
        .map(|transport| stream(transport, options.count / 2, &trade))
        .collect::<Result<_, _>>()?;
    let mut rows = vec![
        bare::cache_line(in_memory, cores)?,
        arc(in_memory, cores, &trade)?,
        remote(&shm(folder.path())?, in_memory, cores, &trade)?,
        bare::unix(over_sockets, cores, &frame)?,
        remote(&unix(folder.path())?, over_sockets, cores, &trade)?,
        bare::tcp(over_sockets, cores, &frame)?,
        remote(&tcp(folder.path())?, over_sockets, cores, &trade)?,
    ];
    if let Some(tls) = tls(folder.path())? {
        rows.push(remote(&tls, over_sockets, cores, &trade)?);
    }
    let results = Results { frame_bytes: frame.len(), cores, rows, streams };
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
        echo::send_back(pings, &pongs, Waiting::Spin, 1).map_err(|error| error.to_string())
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
    let other_end = Echo::start(transport, Some(there), 1)?;
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
    fn start(
        transport: &Transport,
        core: Option<usize>,
        take: usize,
    ) -> Result<Self, Box<dyn Error>> {
        let waiting = match transport.waiting {
            Waiting::Spin => "spin",
            Waiting::Block => "block",
        };
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["echo", "--waiting", waiting, "--take", &take.to_string(), "--topology"]);
        command.arg(&transport.topology);
        if let Some(core) = core {
            command.args(["--core", &core.to_string()]);
        }
        Ok(Self(command.spawn()?))
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

/// Messages one way between two processes, each on whatever cores it gets; a round is over when the other
/// end says that it has them all.
fn stream(transport: &Transport, count: usize, trade: &Trade) -> Result<Stream, Box<dyn Error>> {
    let other_end = Echo::start(transport, None, count)?;
    let bus = MessageBus::from_topology(&transport.topology, "ping")?;
    let mut pongs = bus.subscriber_on::<Trade>(PONG)?;
    let pings = bus.publisher_on::<Trade>(PING)?;
    pings.wait_for_subscribers(1, PATIENCE)?;
    let mut rates = Vec::new();
    for round in 0..=ROUNDS {
        let started = Instant::now();
        for _ in 0..count {
            pings.publish(trade.clone())?;
        }
        echo::receive(&mut pongs, Waiting::Block)?.ok_or("the echo ended early")?;
        // The first warms up.
        if round > 0 {
            rates.push(count as f64 / started.elapsed().as_secs_f64());
        }
    }
    drop(pings);
    bus.shutdown();
    other_end.wait()?;
    rates.sort_by(f64::total_cmp);
    Ok(Stream { name: transport.name, count, messages_per_second: rates[ROUNDS / 2] })
}

/// Every kind of socket that this program was built for.
fn over_sockets_of(folder: &Path) -> Result<Vec<Transport>, Box<dyn Error>> {
    Ok([unix(folder)?, tcp(folder)?].into_iter().chain(tls(folder)?).collect())
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

/// Between nodes with certificates of one authority.
#[cfg(feature = "tls")]
fn tls(folder: &Path) -> Result<Option<Transport>, Box<dyn Error>> {
    use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
    let mut params = CertificateParams::new(Vec::new())?;
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate()?)?;
    std::fs::write(folder.join("authority.pem"), authority.pem())?;
    for node in ["ping", "echo"] {
        let key = KeyPair::generate()?;
        let certificate = CertificateParams::new([node.to_owned()])?.signed_by(&key, &authority)?;
        std::fs::write(folder.join(format!("{node}.pem")), certificate.pem())?;
        std::fs::write(folder.join(format!("{node}.key")), key.serialize_pem())?;
    }
    let addr = std::net::TcpListener::bind(("127.0.0.1", 0))?.local_addr()?;
    let endpoint = format!(
        "endpoint.kind = \"tcp\"\nendpoint.addr = \"{addr}\"\n\n[defaults]\n\
         tls.certificate = \"{{node}}.pem\"\ntls.key = \"{{node}}.key\"\n\
         tls.authority = \"authority.pem\""
    );
    transport(folder, "TCP loopback with TLS", &endpoint, Waiting::Block).map(Some)
}

/// This program was built without it.
#[cfg(not(feature = "tls"))]
fn tls(_: &Path) -> Result<Option<Transport>, Box<dyn Error>> {
    Ok(None)
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
