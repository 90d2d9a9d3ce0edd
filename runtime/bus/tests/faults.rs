//! Links that break, peers that hang and crowds of them: who else notices, and what is counted.

mod common;

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use common::deployment::{Deployment, Kind, free_port};
use common::{Note, PATIENCE, Tick, note, tick};
use mycelium::{Message, MessageBus, Options, Qos, RecvError, TryRecvError, WhenFull};

/// A way between two ports that can be cut.
struct Proxy {
    port: u16,
    is_open: Arc<AtomicBool>,
    streams: Arc<Mutex<Vec<TcpStream>>>,
}

impl Proxy {
    fn to(target: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (is_open, streams) = (Arc::new(AtomicBool::new(true)), Arc::default());
        let proxy = Self { port, is_open: is_open.clone(), streams };
        let streams = proxy.streams.clone();
        thread::spawn(move || {
            for from in listener.incoming() {
                let Ok(from) = from else { return };
                let Ok(to) = TcpStream::connect(("127.0.0.1", target)) else { continue };
                let mut streams = streams.lock().unwrap();
                if is_open.load(Ordering::SeqCst) {
                    pass_on(&from, &to);
                    pass_on(&to, &from);
                    streams.extend([from, to]);
                }
            }
        });
        proxy
    }

    fn cut(&self) {
        let mut streams = self.streams.lock().unwrap();
        self.is_open.store(false, Ordering::SeqCst);
        // What is on its way is gone.
        streams.drain(..).for_each(|stream| drop(stream.shutdown(Shutdown::Both)));
    }

    fn restore(&self) {
        self.is_open.store(true, Ordering::SeqCst);
    }
}

fn pass_on(from: &TcpStream, to: &TcpStream) {
    let (mut from, mut to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
    thread::spawn(move || {
        let _ = std::io::copy(&mut from, &mut to);
        let _ = to.shutdown(Shutdown::Both);
    });
}

/// A topology in which node `b` is reached at that port.
fn topology(folder: &tempfile::TempDir, name: &str, port: u16) -> PathBuf {
    let text = format!(
        "[[nodes]]\nname = \"a\"\nservices = [\"a\"]\n\n\
         [[nodes]]\nname = \"b\"\nservices = [\"b\"]\nport = {port}\n"
    );
    let path = folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    path
}

#[test]
fn what_a_cut_link_loses_is_counted() {
    cut_and_restore(WhenFull::Block);
}

#[test]
fn what_a_cut_link_loses_is_counted_where_the_topic_loses_messages_too() {
    cut_and_restore(WhenFull::DropOldest);
}

/// Each raw publisher of a topic is a stream of its own.
#[test]
fn what_a_cut_link_loses_is_counted_of_each_publisher_of_a_topic() {
    let folder = tempfile::tempdir().unwrap();
    let port = free_port();
    let proxy = Proxy::to(port);
    let b = MessageBus::from_topology(topology(&folder, "b.toml", port), "b").unwrap();
    let a = MessageBus::from_topology(topology(&folder, "a.toml", proxy.port), "a").unwrap();
    let mut subscriber = b.subscriber::<Tick>().unwrap();
    let open = || a.frame_publisher(Tick::TOPIC, Tick::TYPE_ID, Tick::DIGEST).unwrap();
    let publishers = [open(), open()];
    let publish = |number| {
        publishers.iter().for_each(|one| one.publish(&tick(number).to_frame()).unwrap());
    };
    let wait = |count| {
        let started = Instant::now();
        while publishers.iter().any(|one| one.subscribers() != count) {
            assert!(started.elapsed() < PATIENCE, "{count} subscribers");
            thread::sleep(Duration::from_millis(2));
        }
    };
    wait(1);
    publish(0);
    let mut next = || subscriber.recv_timeout(PATIENCE);
    (0..2).for_each(|_| assert_eq!(next().unwrap().unwrap().number, 0));
    proxy.cut();
    assert!(matches!(next(), Err(TryRecvError::Failed(RecvError::PeerVanished { .. }))));
    wait(0);
    (1..=5).for_each(publish);
    proxy.restore();
    wait(1);
    publish(6);
    let (mut lost, mut received) = (0, 0);
    while received < 2 {
        match next() {
            Ok(Some(tick)) => received += u64::from(tick.number == 6),
            Err(TryRecvError::Failed(RecvError::Lost(count))) => lost += count,
            // Nobody publishes for a moment.
            Ok(None) => {}
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(lost, 10);
}

/// It wanted a topic before its link was cut, and not afterwards.
#[test]
fn a_peer_that_has_left_in_order_misses_nothing_any_more() {
    let folder = tempfile::tempdir().unwrap();
    let port = free_port();
    let proxy = Proxy::to(port);
    let b = MessageBus::from_topology(topology(&folder, "b.toml", port), "b").unwrap();
    let a = MessageBus::from_topology(topology(&folder, "a.toml", proxy.port), "a").unwrap();
    let (ticks, notes) = (a.publisher::<Tick>().unwrap(), a.publisher::<Note>().unwrap());
    let mut tick_taker = b.subscriber::<Tick>().unwrap();
    let _note_taker = b.subscriber::<Note>().unwrap();
    ticks.wait_for_subscribers(1, PATIENCE).unwrap();
    notes.wait_for_subscribers(1, PATIENCE).unwrap();
    let wait_for_nobody = || {
        let started = Instant::now();
        while ticks.subscribers() + notes.subscribers() > 0 {
            assert!(started.elapsed() < PATIENCE);
            thread::sleep(Duration::from_millis(2));
        }
    };
    ticks.publish(tick(0)).unwrap();
    assert_eq!(tick_taker.recv_timeout(PATIENCE).unwrap().unwrap().number, 0);
    proxy.cut();
    let vanished = tick_taker.recv_timeout(PATIENCE);
    assert!(matches!(vanished, Err(TryRecvError::Failed(RecvError::PeerVanished { .. }))));
    wait_for_nobody();
    drop(tick_taker);
    proxy.restore();
    notes.wait_for_subscribers(1, PATIENCE).unwrap();
    let dropped = || {
        let routes = a.stats().routes;
        routes.iter().filter(|one| one.topic == Tick::TOPIC).map(|one| one.dropped).sum::<u64>()
    };
    ticks.publish(tick(1)).unwrap();
    assert_eq!(dropped(), 1, "it may still want to know");
    b.shutdown();
    wait_for_nobody();
    ticks.publish(tick(2)).unwrap();
    assert_eq!(dropped(), 1);
}

fn cut_and_restore(when_full: WhenFull) {
    let folder = tempfile::tempdir().unwrap();
    let port = free_port();
    let proxy = Proxy::to(port);
    let mut options = Options::default();
    options.qos = Qos::default().when_full(when_full).capacity(256);
    let open = |name: &str, port: u16, service: &str| {
        let file = topology(&folder, name, port);
        MessageBus::from_topology_with(file, service, options.clone()).unwrap()
    };
    let (b, a) = (open("b.toml", port, "b"), open("a.toml", proxy.port, "a"));
    let mut subscriber = b.subscriber::<Tick>().unwrap();
    let publisher = a.publisher::<Tick>().unwrap();
    publisher.wait_for_subscribers(1, PATIENCE).unwrap();
    let (is_enough, published) = (AtomicBool::new(false), AtomicU64::new(0));
    thread::scope(|scope| {
        scope.spawn(|| {
            while !is_enough.load(Ordering::SeqCst) {
                publisher.publish(tick(published.fetch_add(1, Ordering::SeqCst))).unwrap();
                // Slower than what is lost would be counted.
                thread::yield_now();
            }
        });
        let _enough = Enough(&is_enough);
        let (mut received, mut lost, mut vanished, mut next) = (0_u64, 0_u64, 0, 0);
        let (mut is_cut, mut received_before) = (false, 0);
        let deadline = Instant::now() + 3 * PATIENCE;
        loop {
            match subscriber.recv_timeout(Duration::from_millis(5)) {
                Ok(Some(tick)) => {
                    assert!(tick.number >= next, "{} after {next}", tick.number);
                    next = tick.number + 1;
                    received += 1;
                }
                Err(TryRecvError::Failed(RecvError::Lost(count))) => lost += count,
                Err(TryRecvError::Failed(RecvError::PeerVanished { node })) => {
                    assert_eq!(node, "a");
                    vanished += 1;
                    (is_cut, received_before) = (false, received);
                    proxy.restore();
                }
                Ok(None) | Err(TryRecvError::Empty) => {}
                Err(other) => panic!("{other}"),
            }
            let since = received - received_before;
            if vanished < 3 && since >= 2_000 && !is_cut {
                is_cut = true;
                proxy.cut();
            }
            if vanished == 3 && since >= 2_000 {
                is_enough.store(true, Ordering::SeqCst);
            }
            let total = published.load(Ordering::SeqCst);
            if vanished == 3 && is_enough.load(Ordering::SeqCst) && received + lost == total {
                break;
            }
            assert!(received + lost <= total, "{received} and {lost} of {total}");
            assert!(Instant::now() < deadline, "{received} and {lost} of {total}");
        }
        assert!(lost > 0, "what was published while the link was cut is lost");
        assert_eq!(subscriber.stats().lost, lost);
    });
}

/// Ends the publishing, also where a test fails.
struct Enough<'f>(&'f AtomicBool);

impl Drop for Enough<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

#[test]
fn a_peer_that_takes_nothing_and_says_nothing_holds_nobody_for_long() {
    let deployment = Deployment::new(Kind::Unix);
    let mut options = Options::default();
    // Longer than the peer is silent by itself.
    options.peer_timeout = Duration::from_secs(3);
    let b = deployment.bus_with("b", options);
    let publisher = b.publisher::<Note>().unwrap();
    // A process that is stopped: its sockets stay open, and nothing comes out of them.
    let player = common::child::Player::start("stopped a", &deployment.topology());
    publisher.wait_for_subscribers(1, PATIENCE).unwrap();
    stop(&player);
    let started = Instant::now();
    // More than all buffers between the two hold.
    (0..100_000).for_each(|number| publisher.publish(note(number)).unwrap());
    assert!(started.elapsed() < PATIENCE, "{:?}", started.elapsed());
    // Publishers are let go first.
    while !b.stats().faults.concat().contains("no sign of life") {
        assert!(started.elapsed() < PATIENCE * 2, "{:?}", b.stats().faults);
        thread::sleep(Duration::from_millis(2));
    }
}

/// Stops a process, as a debugger or a full machine does.
fn stop(player: &common::child::Player) {
    let stopped = std::process::Command::new("kill").args(["-STOP", &player.id()]).status();
    assert!(stopped.unwrap().success());
}

/// What a started process does; nothing in the test run itself.
#[test]
fn child() {
    let Some((role, topology)) = common::child::role() else { return };
    let (_, service) = role.split_once(' ').unwrap();
    let bus = MessageBus::from_topology(topology, service).unwrap();
    let _subscriber = bus.subscriber::<Note>().unwrap();
    loop {
        thread::park();
    }
}

#[test]
fn a_hello_that_comes_byte_by_byte_is_cut_off() {
    let deployment = Deployment::new(Kind::Unix);
    let mut options = Options::default();
    options.handshake_timeout = Duration::from_millis(200);
    let bus = deployment.bus_with("b", options);
    let mut peer = connect(&deployment);
    peer.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut writer = peer.try_clone().unwrap();
    let dripping = thread::spawn(move || {
        // The header of a frame that would be whole in 40 s.
        let bytes = [0, 16, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0];
        for byte in bytes.into_iter().chain(std::iter::repeat_n(0, 4_000)) {
            if writer.write_all(&[byte]).is_err() {
                return true;
            }
            thread::sleep(Duration::from_millis(10));
        }
        false
    });
    let mut said = Vec::new();
    let _ = peer.read_to_end(&mut said);
    drop(peer);
    assert!(dripping.join().unwrap(), "it was listened to until the end");
    assert!(bus.stats().faults.concat().contains("no hello within"), "{:?}", bus.stats().faults);
}

#[test]
fn a_frame_that_takes_longer_than_a_silence_is_received() {
    let deployment = Deployment::new(Kind::Unix);
    let mut options = Options::default();
    options.peer_timeout = Duration::from_secs(1);
    let b = deployment.bus_with("b", options);
    let mut subscriber = b.subscriber::<Note>().unwrap();
    // What a peer of the bus says first.
    let said = conversation(&deployment, 49);
    assert_eq!(*subscriber.recv_timeout(PATIENCE).unwrap().unwrap(), note(49));
    let mut peer = connect(&deployment);
    for byte in said {
        peer.write_all(&[byte]).unwrap();
        thread::sleep(Duration::from_millis(3));
    }
    assert_eq!(*subscriber.recv_timeout(PATIENCE).unwrap().unwrap(), note(49));
}

/// All that node `a` sends to node `b` when it publishes one message.
fn conversation(deployment: &Deployment, number: u64) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let socket = deployment.run_folder().join("b.sock");
    let path = folder.path().join("topology.toml");
    let between = folder.path().join("run/b.sock");
    let text = std::fs::read_to_string(deployment.topology()).unwrap();
    std::fs::write(&path, text).unwrap();
    std::fs::create_dir(between.parent().unwrap()).unwrap();
    let private = std::os::unix::fs::PermissionsExt::from_mode(0o700);
    std::fs::set_permissions(between.parent().unwrap(), private).unwrap();
    let listener = std::os::unix::net::UnixListener::bind(&between).unwrap();
    let a = MessageBus::from_topology(&path, "a").unwrap();
    let publisher = a.publisher::<Note>().unwrap();
    let (from, _) = listener.accept().unwrap();
    let to = UnixStream::connect(socket).unwrap();
    let back = {
        let (mut to, mut from) = (to.try_clone().unwrap(), from.try_clone().unwrap());
        thread::spawn(move || {
            let _ = std::io::copy(&mut to, &mut from);
            let _ = from.shutdown(Shutdown::Write);
        })
    };
    let recorded = thread::spawn({
        let (mut from, mut to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
        move || {
            let (mut recorded, mut room) = (Vec::new(), [0; 4096]);
            while let Ok(count @ 1..) = from.read(&mut room) {
                recorded.extend_from_slice(&room[..count]);
                let _ = to.write_all(&room[..count]);
            }
            let _ = to.shutdown(Shutdown::Write);
            recorded
        }
    });
    publisher.wait_for_subscribers(1, PATIENCE).unwrap();
    publisher.publish(note(number)).unwrap();
    drop((publisher, a));
    back.join().unwrap();
    recorded.join().unwrap()
}

#[test]
fn what_was_recorded_can_be_played_again_and_does_no_harm() {
    let deployment = Deployment::new(Kind::Unix);
    let b = deployment.bus("b");
    let mut subscriber = b.subscriber::<Note>().unwrap();
    let said = conversation(&deployment, 7);
    for _ in 0..3 {
        assert_eq!(*subscriber.recv_timeout(PATIENCE).unwrap().unwrap(), note(7));
        assert_eq!(subscriber.recv_timeout(PATIENCE), Ok(None));
        let mut peer = connect(&deployment);
        // What comes behind the goodbye is not listened to.
        peer.write_all(&[said.clone(), said.clone()].concat()).unwrap();
        let mut answer = Vec::new();
        peer.set_read_timeout(Some(PATIENCE)).unwrap();
        let _ = peer.read_to_end(&mut answer);
    }
}

#[test]
fn a_thousand_connections_disturb_nobody() {
    const CROWD: usize = 1_000;
    raise_file_limit();
    let deployment = Deployment::new(Kind::Unix);
    let (b, a) = (deployment.bus("b"), deployment.bus("a"));
    let mut subscriber = a.subscriber::<Tick>().unwrap();
    let publisher = b.publisher::<Tick>().unwrap();
    publisher.wait_for_subscribers(1, PATIENCE).unwrap();
    let before = resident_bytes();
    let (mut crowd, mut was_full) = (Vec::new(), false);
    for number in 0..CROWD as u64 {
        // None says a word; beyond the limit they are turned away.
        crowd.extend(UnixStream::connect(deployment.run_folder().join("b.sock")));
        publisher.publish(tick(number)).unwrap();
        assert_eq!(subscriber.recv_timeout(PATIENCE).unwrap().unwrap().number, number);
        // Another fault of the endpoint takes its place later.
        was_full |= b.stats().faults.concat().contains("connections");
    }
    assert!(was_full, "{:?}", b.stats().faults);
    assert!(crowd.len() > 500, "only {} could connect", crowd.len());
    let grown = resident_bytes().saturating_sub(before);
    assert!(grown < 64 << 20, "{} MiB for {CROWD} connections", grown >> 20);
    drop((a, subscriber));
    // Those that say nothing lose their places, so that others find one.
    let a = deployment.bus("a");
    let mut subscriber = a.subscriber::<Tick>().unwrap();
    publisher.wait_for_subscribers(1, PATIENCE).unwrap();
    publisher.publish(tick(5)).unwrap();
    assert_eq!(subscriber.recv_timeout(PATIENCE).unwrap().unwrap().number, 5);
}

fn raise_file_limit() {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    setrlimit(Resource::Nofile, limit).unwrap();
}

/// Memory of this process, in which all tests run: what one of them takes shows in all.
fn resident_bytes() -> usize {
    let text = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    1024 * line.trim().trim_end_matches(" kB").parse::<usize>().unwrap()
}

fn connect(deployment: &Deployment) -> UnixStream {
    UnixStream::connect(deployment.run_folder().join("b.sock")).unwrap()
}
