//! What the tests of tools share: messages, a deployment of two nodes, and the command while it runs.
#![allow(dead_code, reason = "each test uses a part")]

#[cfg(feature = "recordings")]
pub(crate) mod recorded;
pub(crate) mod terminal;

use mycelium::{BoundedString, Decimal, Enum, Message, MessageBus};
use mycelium_ring::RingDirectory;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, ChildStderr, Command, Output, Stdio};
use std::sync::mpsc;
use tempfile::TempDir;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[myc(package = "tapped", closed, repr = u8)]
pub(crate) enum Side {
    Buy = 1,
    Sell = 2,
}

#[derive(Debug, Clone, PartialEq, Message)]
#[myc(package = "tapped", id = 21)]
pub(crate) struct Trade {
    pub(crate) symbol: BoundedString<16>,
    pub(crate) number: u64,
    pub(crate) price: Decimal<8>,
    pub(crate) side: Side,
    pub(crate) note: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Message)]
#[myc(package = "tapped", id = 22)]
pub(crate) struct Quote {
    pub(crate) number: u64,
    pub(crate) levels: Vec<u32>,
}

pub(crate) fn trade(number: u64) -> Trade {
    Trade {
        symbol: "BTCUSDT".try_into().expect("short"),
        number,
        price: Decimal::from_mantissa(6_000_000_000_000 + number as i64 * 1_000_000),
        side: Side::Buy,
        note: Some("a \"b\"".to_owned()),
    }
}

pub(crate) fn quote(number: u64) -> Quote {
    Quote { number, levels: (0..number as u32 % 7).collect() }
}

pub(crate) fn mycelium(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_mycelium")).args(arguments).output().expect("it runs")
}

pub(crate) fn text(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

/// Nodes `a`, which has no endpoint, and `b`, which has one of some kind, in a folder that goes away.
pub(crate) struct Deployment(TempDir);

impl Deployment {
    pub(crate) fn new(kind: &str) -> Self {
        let endpoint = match kind {
            "shm" => "endpoint.kind = \"shm\"\nendpoint.path = \"run\"".to_owned(),
            "unix" => "endpoint.kind = \"unix\"\nendpoint.path = \"run/b.sock\"".to_owned(),
            _ => {
                let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
                format!("port = {}", free.local_addr().expect("an address").port())
            }
        };
        let folder = tempfile::tempdir().expect("a temporary folder");
        let nodes = "[[nodes]]\nname = \"a\"\nservices = [\"a\"]\n[[nodes]]\nname = \"b\"\n\
                     services = [\"b\"]\n";
        std::fs::write(folder.path().join("topology.toml"), format!("{nodes}{endpoint}\n"))
            .expect("a file");
        // Whoever watches a folder or a socket may come first.
        RingDirectory::open_or_create(folder.path().join("run")).expect("a folder");
        Self(folder)
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn topology(&self) -> String {
        self.0.path().join("topology.toml").display().to_string()
    }

    /// A file of the test.
    pub(crate) fn file(&self, name: &str) -> String {
        self.0.path().join(name).display().to_string()
    }

    /// A place in the folder of rings or sockets.
    pub(crate) fn run(&self, name: &str) -> String {
        self.0.path().join("run").join(name).display().to_string()
    }

    pub(crate) fn bus(&self, service: &str) -> MessageBus {
        MessageBus::from_topology(self.topology(), service)
            .unwrap_or_else(|error| panic!("{error}"))
    }
}

/// The command while it runs; killed when it is dropped.
pub(crate) struct Running {
    child: Child,
    errors: BufReader<ChildStderr>,
    said: String,
    reader: Option<std::thread::JoinHandle<String>>,
    first_output: mpsc::Receiver<usize>,
}

impl Running {
    pub(crate) fn start(command: &str, arguments: &[&str]) -> Self {
        let mut program = Command::new(env!("CARGO_BIN_EXE_mycelium"));
        Self::spawn(program.arg(command).args(arguments))
    }

    /// As `nohup` starts it, for which a terminal that closes is no reason to end.
    pub(crate) fn start_without_hangup(command: &str, arguments: &[&str]) -> Self {
        let mut shell = Command::new("sh");
        let script = "trap '' HUP; exec \"$0\" \"$@\"";
        let program = env!("CARGO_BIN_EXE_mycelium");
        Self::spawn(shell.args(["-c", script, program, command]).args(arguments))
    }

    fn spawn(command: &mut Command) -> Self {
        let mut child =
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it runs");
        let errors = BufReader::new(child.stderr.take().expect("piped"));
        let mut out = child.stdout.take().expect("piped");
        // It must not wait for us to read.
        let (sender, first_output) = mpsc::channel();
        let reader = std::thread::spawn(move || {
            let mut bytes = vec![0; 128 << 10];
            let first = out.read(&mut bytes).expect("a pipe");
            // Not every test asks.
            let _ = sender.send(first);
            bytes.truncate(first);
            out.read_to_end(&mut bytes).expect("a pipe");
            String::from_utf8(bytes).expect("UTF-8")
        });
        Self { child, errors, said: String::new(), reader: Some(reader), first_output }
    }

    pub(crate) fn is_running(&mut self) -> bool {
        self.child.try_wait().expect("it was started").is_none()
    }

    /// Bytes that it has printed at once before all others, as soon as there are some.
    pub(crate) fn first_output(&self) -> Option<usize> {
        self.first_output.try_recv().ok()
    }

    /// Waits until it says this on standard error.
    pub(crate) fn wait_for_error(&mut self, words: &str) {
        while !self.said.contains(words) {
            let read = self.errors.read_line(&mut self.said).expect("UTF-8");
            assert!(read > 0, "it never said `{words}`, but: {}", self.said);
        }
    }

    pub(crate) fn interrupt(&self) {
        self.signal(rustix::process::Signal::INT);
    }

    pub(crate) fn hang_up(&self) {
        self.signal(rustix::process::Signal::HUP);
    }

    fn signal(&self, signal: rustix::process::Signal) {
        let id = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(id, signal).expect("it runs");
    }

    pub(crate) fn kill(&mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ends");
    }

    /// Waits for its end. Gives what it has printed.
    pub(crate) fn output(&mut self) -> String {
        self.child.wait().expect("it ends");
        self.reader.take().expect("asked once").join().expect("it was read")
    }

    /// Waits for its end. Gives what it has said on standard error.
    pub(crate) fn errors(&mut self) -> String {
        self.errors.read_to_string(&mut self.said).expect("UTF-8");
        self.child.wait().expect("it ends");
        self.said.clone()
    }

    pub(crate) fn code(&mut self) -> Option<i32> {
        self.child.wait().expect("it ends").code()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
