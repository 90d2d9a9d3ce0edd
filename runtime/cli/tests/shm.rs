//! `mycelium shm`, through the command itself.

use mycelium::{Message, MessageBus};
use mycelium_ring::{LossyReader, Reader, ReaderOptions, RingDirectory, Writer, WriterOptions};
use serde_json::Value;
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

fn mycelium(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_mycelium")).args(arguments).output().expect("it runs")
}

fn text(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

fn json(arguments: &[&str]) -> Value {
    serde_json::from_str(&text(&mycelium(arguments))).expect("JSON")
}

struct Place {
    _folder: tempfile::TempDir,
    rings: RingDirectory,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let rings = RingDirectory::open_or_create(folder.path().join("rings")).expect("a folder");
        Self { _folder: folder, rings }
    }

    fn folder(&self) -> &str {
        self.rings.path().to_str().expect("UTF-8")
    }

    fn ring(&self, name: &str) -> PathBuf {
        self.rings.ring_path(name).expect("a good name")
    }
}

fn create(path: &Path) -> Writer {
    Writer::create(path, &WriterOptions::with_capacity(1 << 16)).expect("a ring")
}

/// The part that another process plays: writes a ring until it is killed. Does nothing in the test itself.
#[test]
fn peer() {
    let Some(path) = std::env::var_os("MYC_CLI_TEST_RING") else { return };
    let mut writer = create(Path::new(&path));
    let _reader = Reader::attach(&path, &ReaderOptions::default()).expect("a reader");
    writer.write(b"last words").expect("room");
    println!("ready");
    std::io::stdout().flush().expect("the test listens");
    let _ = std::io::stdin().lock().read_line(&mut String::new());
}

fn start_peer(path: &Path) -> Child {
    let mut child = Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "peer", "--nocapture", "--quiet"])
        .env("MYC_CLI_TEST_RING", path)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("a second process");
    let lines = BufReader::new(child.stdout.take().expect("piped")).lines();
    assert!(lines.map_while(Result::ok).any(|line| line == "ready"));
    child
}

#[test]
fn rings_are_listed_with_writers_readers_and_lags() {
    let place = Place::new();
    let mut writer = create(&place.ring("engine"));
    let _slow = Reader::attach(place.ring("engine"), &ReaderOptions::default()).expect("a reader");
    let mut lossy =
        LossyReader::attach(place.ring("engine"), &ReaderOptions::default()).expect("a reader");
    for _ in 0..32 {
        writer.write(&[0; 1000]).expect("room");
    }
    while lossy.poll().expect("a healthy ring").is_some() {}
    let _other = create(&place.ring("idle"));

    let listed = json(&["shm", "ls", "--json", place.folder()]);
    let rings = listed.as_array().expect("a list");
    assert_eq!(rings.len(), 2);
    let engine = &rings[0];
    assert!(engine["path"].as_str().expect("a path").ends_with("engine.ring"));
    assert_eq!(engine["writer"]["pid"], std::process::id());
    assert_eq!(engine["writer"]["alive"], true);
    assert_eq!(engine["readers"][0]["kind"], "reliable");
    assert_eq!(engine["readers"][0]["behind_bytes"], 32 * 1024);
    assert_eq!(engine["readers"][1]["kind"], "lossy");
    assert_eq!(engine["readers"][1]["behind_bytes"], 0);
    assert_eq!(rings[1]["readers"].as_array().map(Vec::len), Some(0));

    let listed = text(&mycelium(&["shm", "ls", place.folder()]));
    let engine = listed.lines().find(|line| line.contains("engine.ring")).expect("a line");
    let expected = ["64.0 KiB", "live", "32.0 KiB"];
    assert!(expected.iter().all(|cell| engine.contains(cell)), "{listed}");
    assert!(listed.starts_with("RING"));
}

#[derive(Debug, Clone, PartialEq, Message)]
#[myc(package = "clitest", id = 7)]
struct Tick {
    count: u64,
}

#[test]
fn a_ring_of_a_bus_is_inspected_down_to_its_channels() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let topology = folder.path().join("topology.toml");
    let nodes = "[[nodes]]\nname = \"a\"\nservices = [\"a\"]\n[[nodes]]\nname = \"b\"\n\
        services = [\"b\"]\nendpoint.kind = \"shm\"\nendpoint.path = \"rings\"\n\
        endpoint.capacity = 65536\n";
    std::fs::write(&topology, nodes).expect("a file");
    let bus = MessageBus::from_topology(&topology, "a").expect("a bus");
    let publisher = bus.publisher::<Tick>().expect("a publisher");
    publisher.publish(Tick { count: 1 }).expect("published");
    let ring = folder.path().join("rings/a.ring");
    let ring = ring.to_str().expect("UTF-8");
    let shown = json(&["shm", "inspect", "--json", ring]);
    assert_eq!(shown["channels"][0]["topic"], publisher.topic());
    assert_eq!(shown["channels"][0]["type_id"], 7);
    let digest = shown["channels"][0]["digest"].as_str().expect("a digest");
    assert_eq!(digest, Tick::DIGEST.to_string());
    let shown = text(&mycelium(&["shm", "inspect", ring]));
    assert!(shown.contains(digest) && shown.contains(publisher.topic()), "{shown}");
    assert!(shown.contains("waits for its readers"), "{shown}");
}

/// Names of folders come from whoever makes them.
#[test]
fn what_a_folder_is_called_does_nothing_to_a_terminal() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let named = folder.path().join("r\u{1b}[2J\u{9b}\u{202e}");
    let rings = RingDirectory::open_or_create(&named).expect("a folder");
    let ring = rings.ring_path("engine").expect("a good name");
    let living = create(&ring);
    let (named, ring) = (named.to_str().expect("UTF-8"), ring.to_str().expect("UTF-8"));
    let steers = |char: char| matches!(char, '\u{1b}' | '\u{9b}' | '\u{202e}');
    let shown = |words: &[&str]| {
        let shown = text(&mycelium(words));
        assert!(!shown.contains(steers), "{words:?}: {shown:?}");
        shown
    };
    for words in [&["shm", "ls", named][..], &["shm", "inspect", ring]] {
        assert!(shown(words).contains("r\\u{1b}[2J\\u{9b}\\u{202e}/engine.ring"));
    }
    let listed: Value =
        serde_json::from_str(&shown(&["shm", "ls", "--json", named])).expect("JSON");
    assert_eq!(listed[0]["path"], ring);
    // What a writer leaves that was killed.
    drop(living);
    let mut peer = start_peer(Path::new(ring));
    peer.kill().expect("it runs");
    peer.wait().expect("it ends");
    let removed: Value =
        serde_json::from_str(&shown(&["shm", "gc", "--json", named])).expect("JSON");
    assert_eq!(removed[0]["folder"], named);
}

#[test]
fn what_the_dead_have_left_is_shown_and_removed_and_nothing_else() {
    let place = Place::new();
    let _living = create(&place.ring("living"));
    let mut peer = start_peer(&place.ring("dead"));
    peer.kill().expect("it runs");
    peer.wait().expect("it ends");

    let listed = json(&["shm", "ls", "--json", place.folder()]);
    assert_eq!(listed[0]["writer"]["alive"], false);
    assert_eq!(listed[0]["readers"][0]["alive"], false);
    assert_eq!(listed[0]["readers"][0]["pid"], peer.id());
    assert!(text(&mycelium(&["shm", "ls", place.folder()])).contains(" dead "));

    let removed = json(&["shm", "gc", "--json", place.folder()]);
    assert_eq!(removed[0]["removed_files"], 1);
    assert_eq!(removed[0]["removed_folder"], false);
    assert_eq!(place.rings.rings().expect("a folder"), ["living"]);
    assert_eq!(text(&mycelium(&["shm", "gc", place.folder()])), "nothing to remove\n");
}

#[test]
fn what_is_no_ring_is_an_error_and_no_crash() {
    let place = Place::new();
    let path = place.ring("fake");
    std::fs::write(&path, [7; 100_000]).expect("a file");
    for arguments in [
        &["shm", "inspect", path.to_str().expect("UTF-8")][..],
        &["shm", "ls", place.folder()],
        &["shm", "inspect", "/nowhere/x.ring"],
        &["shm", "ls", "/nowhere/x.ring"],
        &["shm", "gc", path.to_str().expect("UTF-8")],
    ] {
        let output = mycelium(arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(errors.starts_with("error: "), "{errors}");
    }
    assert_eq!(mycelium(&["shm"]).status.code(), Some(2));
}

#[test]
fn numbers_beyond_all_measure_in_a_ring_are_shown_and_no_crash() {
    let place = Place::new();
    let path = place.ring("hostile");
    let _writer = create(&path);
    let attach = || LossyReader::attach(&path, &ReaderOptions::default()).expect("a reader");
    let _readers = [attach(), attach()];
    let file = File::options().write(true).open(&path).expect("the file");
    let tail = 128;
    let lost = [0, 1].map(|slot| 69_632 + 256 + slot * 128 + 40);
    for at in [tail, lost[0], lost[1]] {
        file.write_all_at(&u64::MAX.to_le_bytes(), at).expect("the file");
    }
    let path = path.to_str().expect("UTF-8");
    assert!(text(&mycelium(&["shm", "ls", path])).contains(&u64::MAX.to_string()));
    assert!(text(&mycelium(&["shm", "inspect", path])).contains(&u64::MAX.to_string()));
    assert_eq!(json(&["shm", "ls", "--json", path])[0]["readers"][0]["lost_frames"], u64::MAX);
}
