//! `mycelium up`, with processes of its own.
//!
//! Nothing waits for a time: the tests read what the processes say, and a pipe that ends tells that a
//! process has.

use rustix::process::{Pid, Signal, kill_process};
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use tempfile::TempDir;

/// A topology whose nodes are shell scripts, in a folder that goes away.
struct Deployment {
    folder: TempDir,
}

impl Deployment {
    /// `nodes` are names, scripts and further lines of their tables.
    fn new(nodes: &[(&str, &str, &str)]) -> Self {
        let mut text =
            "[defaults]\nendpoint.kind = \"unix\"\nendpoint.path = \"{node}.sock\"\n".to_owned();
        for (name, script, more) in nodes {
            let services = format!("[\"{name}-service\", \"{name}-too\"]");
            let _ = write!(text, "[[nodes]]\nname = \"{name}\"\nservices = {services}\n{more}\n");
            if !script.is_empty() {
                let _ = writeln!(text, "command = [\"sh\", \"-c\", '''{script}''']");
            }
        }
        let folder = tempfile::tempdir().expect("a temporary folder");
        std::fs::write(folder.path().join("topology.toml"), text).expect("it is written");
        Self { folder }
    }

    fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join(file)
    }

    fn read(&self, file: &str) -> String {
        std::fs::read_to_string(self.path(file)).expect("it is there")
    }

    fn fifo(&self, name: &str) -> PathBuf {
        let path = self.path(name);
        let mode = rustix::fs::Mode::from_raw_mode(0o600);
        rustix::fs::mkfifoat(rustix::fs::CWD, &path, mode).expect("a pipe is made");
        path
    }

    fn up(&self, arguments: &[&str]) -> Up {
        // Whoever runs the tests may ignore some signals, as `nohup` does, and whoever is started inherits that.
        let mut child = Command::new("env")
            .args(["--default-signal=HUP,INT,TERM", env!("CARGO_BIN_EXE_mycelium"), "up"])
            .arg(self.path("topology.toml"))
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it runs");
        let said = BufReader::new(child.stdout.take().expect("piped"));
        Up { child, said }
    }
}

/// A running `mycelium up`.
struct Up {
    child: Child,
    said: BufReader<ChildStdout>,
}

impl Up {
    fn line(&mut self) -> String {
        let mut line = String::new();
        self.said.read_line(&mut line).expect("it can be read");
        line.trim_end().to_owned()
    }

    fn signal(&self, signal: Signal) {
        let pid = Pid::from_raw(i32::try_from(self.child.id()).expect("a pid")).expect("a pid");
        kill_process(pid, signal).expect("it is there");
    }

    /// Waits for its end: status, the rest of what the nodes said, what it said itself.
    fn end(mut self) -> (ExitStatus, String, String) {
        let (mut out, mut err) = (String::new(), String::new());
        self.said.read_to_string(&mut out).expect("UTF-8");
        let mut stderr = self.child.stderr.take().expect("piped");
        stderr.read_to_string(&mut err).expect("UTF-8");
        (self.child.wait().expect("it ends"), out, err)
    }
}

/// Says `ready`, and on SIGTERM notes its name in `order`.
const PATIENT: &str = "trap \"echo $MYCELIUM_NODE >> order; exit 0\" TERM; echo ready; \
                       mkfifo wait.$MYCELIUM_NODE; cat wait.$MYCELIUM_NODE & wait; exit 1";

#[test]
fn nodes_know_who_they_are_and_their_lines_are_told_apart() {
    let script = "echo $MYCELIUM_NODE $MYCELIUM_SERVICE $MYCELIUM_SERVICES; \
                  test -f $MYCELIUM_TOPOLOGY && test -f topology.toml && echo found >&2; printf end";
    let deployment = Deployment::new(&[("a", script, ""), ("longer", script, "")]);
    let logs = deployment.path("logs");
    let up = deployment.up(&["--log-dir", logs.to_str().expect("UTF-8")]);
    let (status, out, err) = up.end();
    assert!(status.success(), "{err}");
    let mut lines: Vec<&str> = out.lines().collect();
    lines.sort_unstable();
    let expected = [
        "a      | a a-service a-service,a-too",
        "a      | end",
        "a      | found",
        "longer | end",
        "longer | found",
        "longer | longer longer-service longer-service,longer-too",
    ];
    assert_eq!(lines, expected);
    let log = deployment.read("logs/a.log");
    assert!(log.contains("a a-service a-service,a-too\n") && log.contains("found\n"), "{log}");
    assert!(err.contains("mycelium: a has ended"), "{err}");
}

#[test]
fn a_node_that_fails_is_started_again() {
    let script = "echo x >> count; test $(wc -l < count) -ge 3";
    let deployment = Deployment::new(&[("a", script, "")]);
    let (status, _, err) = deployment.up(&["--pause", "0.01"]).end();
    assert!(status.success(), "{err}");
    assert_eq!(deployment.read("count").lines().count(), 3);
    assert_eq!(err.matches("failed with exit status 1; started again").count(), 2, "{err}");
}

#[test]
fn a_node_that_fails_too_often_ends_all() {
    let failing = "echo x >> count; exit 3";
    let deployment = Deployment::new(&[("patient", PATIENT, ""), ("b", failing, "")]);
    let (status, _, err) = deployment.up(&["--pause", "0.01", "--restarts", "2"]).end();
    assert_eq!(status.code(), Some(1));
    assert_eq!(deployment.read("count").lines().count(), 3);
    let why =
        "error: node `b` failed with exit status 3 after 2 restarts in 60 s: all nodes are stopped";
    assert!(err.contains(why), "{err}");
}

#[test]
fn a_node_that_is_not_started_again_fails_the_whole_at_the_end() {
    let once = "echo x >> count; exit 3";
    let deployment = Deployment::new(&[("a", once, "restart = \"never\""), ("b", "exit 0", "")]);
    let (status, _, err) = deployment.up(&[]).end();
    assert_eq!(status.code(), Some(1), "{err}");
    assert_eq!(deployment.read("count").lines().count(), 1);
}

#[test]
fn nodes_are_stopped_in_the_reverse_order_of_their_start() {
    for signal in [Signal::INT, Signal::TERM, Signal::HUP] {
        let nodes = ["first", "second", "third"].map(|name| (name, PATIENT, ""));
        let deployment = Deployment::new(&nodes);
        let mut up = deployment.up(&[]);
        for _ in nodes {
            assert!(up.line().ends_with("| ready"));
        }
        up.signal(signal);
        let (status, _, err) = up.end();
        assert!(status.success(), "{err}");
        assert_eq!(deployment.read("order"), "third\nsecond\nfirst\n");
    }
}

#[test]
fn a_node_that_does_not_stop_is_killed_with_all_that_it_started() {
    let script = "trap \"\" TERM; (exec 3> held; cat wait) & exec 3> held; echo ready; cat wait";
    let deployment = Deployment::new(&[("stubborn", script, "")]);
    deployment.fifo("wait");
    let held = deployment.fifo("held");
    let mut up = deployment.up(&["--grace", "0.05"]);
    let mut held = std::fs::File::open(held).expect("a pipe");
    assert_eq!(up.line(), "stubborn | ready");
    up.signal(Signal::TERM);
    let (status, _, err) = up.end();
    assert!(status.success(), "{err}");
    assert!(err.contains("stubborn killed: it did not stop"), "{err}");
    // The end of the pipe: neither the process nor the one that it started holds it any more.
    assert_eq!(held.read_to_end(&mut Vec::new()).expect("readable"), 0);
}

/// It has left the node's group, and holds what the node wrote to for as long as it lives.
#[test]
fn a_daemon_that_a_node_has_started_does_not_hold_the_end() {
    let script =
        "mkfifo hold; setsid sh -c \"cat hold > /dev/null; cat hold\" & echo > hold; echo ready";
    let deployment = Deployment::new(&[("a", script, "")]);
    let (status, out, err) = deployment.up(&[]).end();
    assert!(status.success(), "{err}");
    assert_eq!(out, "a | ready\n");
    // Its second half waits for this.
    std::fs::write(deployment.path("hold"), "").expect("it is a pipe");
}

/// Whoever read what we say ourselves has gone.
#[test]
fn nodes_are_looked_after_though_nobody_listens() {
    let script = "echo again >> starts; test $(wc -l < starts) = 4 || exit 3";
    let deployment = Deployment::new(&[("a", script, "")]);
    let mut up = deployment.up(&["--pause", "0.01"]);
    drop(up.child.stderr.take());
    let mut out = String::new();
    up.said.read_to_string(&mut out).expect("UTF-8");
    assert!(up.child.wait().expect("it ends").success());
    assert_eq!(deployment.read("starts").lines().count(), 4);
}

/// The node fills the pipe, and nobody empties it.
#[test]
fn signals_are_heard_though_nobody_reads() {
    let deployment = Deployment::new(&[("a", "echo ready > begun; exec yes", "")]);
    deployment.fifo("begun");
    let mut up = deployment.up(&["--grace", "600"]);
    assert_eq!(deployment.read("begun"), "ready\n");
    // Nearly the 64 KiB that a pipe holds.
    while rustix::io::ioctl_fionread(up.said.get_ref()).expect("a pipe") < 60_000 {
        std::thread::yield_now();
    }
    up.signal(Signal::TERM);
    // `yes` ends by that, and what it has said is nobody's.
    let status = up.child.wait().expect("it ends");
    assert!(status.success());
}

#[test]
fn a_second_signal_does_not_wait() {
    let script = "trap \"\" TERM; echo ready; cat wait";
    let deployment = Deployment::new(&[("stubborn", script, "")]);
    deployment.fifo("wait");
    let mut up = deployment.up(&["--grace", "1000"]);
    assert_eq!(up.line(), "stubborn | ready");
    up.signal(Signal::INT);
    let mut stderr = BufReader::new(up.child.stderr.take().expect("piped"));
    let mut line = String::new();
    while !line.contains("stopping") {
        line.clear();
        assert!(stderr.read_line(&mut line).expect("readable") > 0);
    }
    up.signal(Signal::INT);
    assert!(up.child.wait().expect("it ends").success());
}

#[test]
fn nodes_do_not_outlive_it() {
    let script = "exec 3> held; echo ready; exec cat wait";
    let deployment = Deployment::new(&[("a", script, "")]);
    deployment.fifo("wait");
    let held = deployment.fifo("held");
    let mut up = deployment.up(&[]);
    let mut held = std::fs::File::open(held).expect("a pipe");
    assert_eq!(up.line(), "a | ready");
    up.signal(Signal::KILL);
    up.child.wait().expect("it ends");
    assert_eq!(held.read_to_end(&mut Vec::new()).expect("readable"), 0);
}

#[test]
fn only_the_nodes_that_are_named_or_of_the_machine_are_started() {
    let say = "echo $MYCELIUM_NODE >> order";
    let nodes = [("a", say, ""), ("b", say, ""), ("c", "", "")];
    let deployment = Deployment::new(&nodes);
    assert!(deployment.up(&["b"]).end().0.success());
    assert_eq!(deployment.read("order"), "b\n");
    let (status, _, err) = deployment.up(&[]).end();
    assert!(status.success());
    assert!(err.contains("node `c` has no command"), "{err}");
    let (status, _, err) = deployment.up(&["--host", "elsewhere"]).end();
    assert_eq!(status.code(), Some(1));
    assert!(err.contains("gives no node of this machine a command"), "{err}");
    let (status, _, err) = deployment.up(&["d"]).end();
    assert_eq!(status.code(), Some(1));
    assert!(err.contains("has no node `d`; it has: a, b, c"), "{err}");
}

#[test]
fn a_command_that_cannot_be_started_is_named_before_anything_starts() {
    for (command, why) in [
        ("[\"no-such-program-anywhere\"]", "no such program in PATH"),
        ("[\"./nowhere\"]", "No such file"),
        ("[\"./topology.toml\"]", "Permission denied"),
    ] {
        let deployment = Deployment::new(&[("a", "echo x >> count", "")]);
        let path = deployment.path("topology.toml");
        let more = format!("[[nodes]]\nname = \"b\"\nservices = [\"b\"]\ncommand = {command}\n");
        std::fs::write(&path, std::fs::read_to_string(&path).expect("there") + &more)
            .expect("written");
        let (status, _, err) = deployment.up(&[]).end();
        assert_eq!(status.code(), Some(1), "{err}");
        assert!(err.contains("cannot start node `b`") && err.contains(why), "{err}");
        assert!(!Path::new(&deployment.path("count")).exists());
    }
}
