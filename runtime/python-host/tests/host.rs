//! A program that hosts Python, seen from outside: a process has one interpreter, once, so that each test is a process.

use std::env;
use std::path::Path;
use std::process::Command;
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use mycelium::actor::{Backoff, Intensity, Policy, Restart};
use mycelium::prelude::*;
use mycelium_generated::market::{Side, Symbol, Trade, TradeFlags, Venue};
use mycelium_python_host::{Failure, Host, ServiceError, StartError};

const PATIENCE: Duration = Duration::from_secs(20);

/// Tells the process of a test that it is one.
const IS_CHILD: &str = "MYCELIUM_TEST_HOST";

/// Runs a body in a process of its own, by this test's name.
fn alone(name: &str, body: impl FnOnce()) {
    alone_with(name, &[], body);
}

/// As [`alone`], with variables of the environment.
fn alone_with(name: &str, variables: &[(&str, &str)], body: impl FnOnce()) {
    if env::var_os(IS_CHILD).is_some() {
        return body();
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folders = ["runtime/python", "generated/python"].map(|folder| root.join(folder));
    let output = Command::new(env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture"])
        .env(IS_CHILD, "1")
        .env("PYTHONPATH", env::join_paths(folders).unwrap())
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{:?}\n{said}", output.status);
    assert!(said.contains("1 passed"), "{said}");
}

fn start(bus: &MessageBus) -> Host {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let host = Host::start(bus, &[&folder]);
    host.unwrap_or_else(|error| panic!("{error}"))
}

fn quick() -> Policy {
    let backoff = Backoff::from(Duration::from_millis(1));
    Policy::default().backoff(backoff).intensity(Intensity { restarts: 3, within: PATIENCE })
}

fn trade() -> Trade {
    Trade {
        event_time: Timestamp::default(),
        sent_time: Timestamp::default(),
        trade_id: 1,
        symbol: Symbol::default(),
        venue: Venue::Binance,
        side: Side::Buy,
        flags: TradeFlags::default(),
        price: Decimal::from_mantissa(1),
        quantity: Decimal::from_mantissa(1),
    }
}

#[test]
fn a_package_without_the_core_of_the_program_is_refused() {
    let pure = [("MYCELIUM_PURE_PYTHON", "1")];
    alone_with("a_package_without_the_core_of_the_program_is_refused", &pure, || {
        let refused = Host::start(&MessageBus::new(), &[]).unwrap_err();
        assert!(refused.to_string().contains("unset MYCELIUM_PURE_PYTHON"), "{refused}");
    });
}

#[test]
fn a_package_of_another_version_is_refused() {
    alone("a_package_of_another_version_is_refused", || {
        let folder = env::temp_dir().join(format!("mycelium-version-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        // The package of this release, but for its number.
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../python/mycelium");
        let hosted = std::fs::read_to_string(root.join("_hosted.py")).unwrap();
        let (own, other) =
            (format!("VERSION = {:?}", env!("CARGO_PKG_VERSION")), "VERSION = \"0.0.9\"");
        assert!(hosted.contains(&own), "{own}");
        let package = format!("__path__ = [{:?}, {root:?}]\n", folder.join("mycelium"));
        std::fs::create_dir_all(folder.join("mycelium")).unwrap();
        std::fs::write(folder.join("mycelium/__init__.py"), package).unwrap();
        std::fs::write(folder.join("mycelium/_hosted.py"), hosted.replace(&own, other)).unwrap();
        let refused = Host::start(&MessageBus::new(), &[&folder]).unwrap_err();
        std::fs::remove_dir_all(&folder).unwrap();
        assert!(refused.to_string().contains("is of version 0.0.9"), "{refused}");
    });
}

#[test]
fn what_is_not_ready_has_ended_when_it_is_told() {
    alone("what_is_not_ready_has_ended_when_it_is_told", || {
        let folder = env::temp_dir().join(format!("mycelium-host-{}", std::process::id()));
        std::fs::create_dir_all(folder.join("mycelium")).unwrap();
        // Another package of the name, and a function of `atexit` that takes its time.
        let marker = folder.join("ended");
        let package = format!(
            "import atexit, time\natexit.register(lambda: (time.sleep(0.2), open({marker:?}, 'w')))\n"
        );
        std::fs::write(folder.join("mycelium/__init__.py"), package).unwrap();
        let refused = Host::start(&MessageBus::new(), &[&folder]).unwrap_err();
        let has_ended = marker.exists();
        std::fs::remove_dir_all(&folder).unwrap();
        assert!(matches!(refused, StartError::NotReady(_)), "{refused}");
        assert!(has_ended);
    });
}

#[test]
fn a_service_that_fails_is_started_again() {
    alone("a_service_that_fails_is_started_again", || {
        let bus = MessageBus::new();
        let mut trades = bus.subscriber::<Trade>().unwrap();
        let (told, hear) = channel();
        let host = start(&bus).on_failure(move |service, error| {
            told.send((service.to_owned(), error.class.clone(), error.message.clone())).unwrap();
        });
        host.service("third", "services:fails_twice", quick()).unwrap();
        assert_eq!(trades.recv_timeout(PATIENCE).unwrap().unwrap().trade_id, 3);
        host.join().unwrap();
        host.shutdown(PATIENCE).unwrap();
        let failures: Vec<_> = hear.try_iter().collect();
        let failure =
            |run: u32| ("third".to_owned(), "ValueError".to_owned(), format!("run {run}"));
        assert_eq!(failures, [failure(1), failure(2)]);
    });
}

#[test]
fn a_service_is_told_what_it_is_to_know_beside_the_bus() {
    alone("a_service_is_told_what_it_is_to_know_beside_the_bus", || {
        let bus = MessageBus::new();
        let mut trades = bus.subscriber::<Trade>().unwrap();
        // So that the topic does not end with the first of them.
        let _open = bus.publisher::<Trade>().unwrap();
        let host = start(&bus);
        for (name, symbol, number) in [("one", "BTCUSDT", "7"), ("other", "ETHÜSDT", "8")] {
            let arguments = [("symbol", symbol.as_ref()), ("number", number.as_ref())];
            let target = "services:publishes_as_told";
            host.service_with(name, target, &arguments, Policy::default()).unwrap();
            let trade = trades.recv_timeout(PATIENCE).unwrap().unwrap();
            assert_eq!(
                (trade.symbol.as_str(), trade.trade_id.to_string().as_str()),
                (symbol, number)
            );
        }
        host.join().unwrap();
        host.shutdown(PATIENCE).unwrap();
    });
}

#[test]
fn one_that_fails_too_often_goes_up_with_its_traceback() {
    alone("one_that_fails_too_often_goes_up_with_its_traceback", || {
        let bus = MessageBus::new();
        let (told, hear) = channel();
        let host = start(&bus).on_failure(move |_, error| told.send(error.clone()).unwrap());
        host.service("loop", "services:in_a_loop", quick()).unwrap();
        host.service("prices", "services:fails", quick()).unwrap();
        let escalation = host.join().unwrap_err();
        assert_eq!(escalation.service, "prices");
        let Failure::Raised(error) = &escalation.failure else { panic!("{escalation}") };
        assert_eq!((&*error.class, &*error.message), ("ValueError", "no price"));
        for line in ["IndexError: list index out of range", "in fails", "ValueError: no price"] {
            assert!(error.traceback.contains(line), "{error}");
            assert!(escalation.to_string().contains(line), "{escalation}");
        }
        // The first time and three restarts; the other one was stopped in order.
        assert_eq!(hear.try_iter().count(), 4);
        host.shutdown(PATIENCE).unwrap();
    });
}

#[test]
fn what_is_no_service_is_told_as_python_tells_it() {
    alone("what_is_no_service_is_told_as_python_tells_it", || {
        let (told, hear) = channel();
        let host = start(&MessageBus::new()).on_failure(move |service, error| {
            told.send((service.to_owned(), error.class.clone())).unwrap();
        });
        let never = || Policy::default().restart(Restart::Never);
        for (name, target) in [
            ("module", "no_such_module:run"),
            ("function", "services:no_such_function"),
            ("exit", "services:exits_with_three"),
            ("good exit", "services:exits"),
            ("good", "services:returns"),
            ("its own", "services:closes_the_bus"),
        ] {
            host.service(name, target, never()).unwrap();
        }
        host.join().unwrap();
        let mut failures: Vec<_> = hear.try_iter().collect();
        failures.sort();
        let expected = [
            ("exit", "SystemExit"),
            ("function", "AttributeError"),
            ("module", "ModuleNotFoundError"),
        ];
        assert_eq!(failures, expected.map(|(name, class)| (name.to_owned(), class.to_owned())));
        let refused = host.service("good", "services:returns", never()).unwrap_err();
        assert!(matches!(refused, ServiceError::NameTaken(_)), "{refused}");
        let refused = host.service("other", "services", never()).unwrap_err();
        assert!(matches!(refused, ServiceError::BadTarget(_)), "{refused}");
        host.shutdown(PATIENCE).unwrap();
        let refused = host.service("late", "services:returns", never()).unwrap_err();
        assert!(matches!(refused, ServiceError::Stopped), "{refused}");
    });
}

#[test]
fn a_panic_of_who_is_told_of_a_failure_holds_nothing_up() {
    alone("a_panic_of_who_is_told_of_a_failure_holds_nothing_up", || {
        let host = start(&MessageBus::new()).on_failure(|_, error| panic!("{}", error.message));
        host.service("prices", "services:fails", quick()).unwrap();
        let escalation = host.join().unwrap_err();
        assert_eq!(escalation.service, "prices");
        host.shutdown(PATIENCE).unwrap();
    });
}

#[test]
fn services_end_with_the_bus_of_the_program() {
    alone("services_end_with_the_bus_of_the_program", || {
        let bus = MessageBus::new();
        let host = start(&bus).on_failure(|service, error| eprintln!("told of {service}: {error}"));
        let mut trades = bus.subscriber::<Trade>().unwrap();
        host.service("loop", "services:in_a_loop", quick().restart(Restart::Always)).unwrap();
        host.service("publishes", "services:waits_for_room", quick()).unwrap();
        // Open until then: a subscriber ends behind the last publisher that it knows.
        let publisher = bus.publisher::<Trade>().unwrap();
        publisher.wait_for_subscribers(2, PATIENCE).unwrap();
        assert!(trades.recv_timeout(PATIENCE).unwrap().is_some());
        bus.shutdown();
        host.join().unwrap();
        host.shutdown(PATIENCE).unwrap();
    });
}

#[test]
fn a_service_that_finds_its_own_publisher_closed_has_failed() {
    alone("a_service_that_finds_its_own_publisher_closed_has_failed", || {
        let host = start(&MessageBus::new());
        host.service("closed", "services:publishes_when_closed", quick()).unwrap();
        let Failure::Raised(error) = host.join().unwrap_err().failure else { panic!() };
        assert_eq!(error.class, "mycelium.errors.Closed");
    });
}

#[test]
fn one_that_always_goes_on_is_started_again_when_it_returns() {
    alone("one_that_always_goes_on_is_started_again_when_it_returns", || {
        let host = start(&MessageBus::new());
        host.service("brief", "services:returns", quick().restart(Restart::Always)).unwrap();
        let escalation = host.join().unwrap_err();
        assert_eq!(escalation.failure, Failure::Returned);
    });
}

#[test]
fn what_has_reached_a_service_is_handled_before_it_stops() {
    alone("what_has_reached_a_service_is_handled_before_it_stops", || {
        let bus = MessageBus::new();
        let host = start(&bus);
        host.service("drains", "services:drains", Policy::default()).unwrap();
        let publisher = bus.publisher::<Trade>().unwrap();
        publisher.wait_for_subscribers(1, PATIENCE).unwrap();
        for _ in 0..500 {
            publisher.publish(trade()).unwrap();
        }
        let mut answers = bus.subscriber::<Trade>().unwrap();
        host.shutdown(PATIENCE).unwrap();
        assert_eq!(answers.try_recv().unwrap().unwrap().trade_id, 500);
        // The bus is Rust's, and goes on.
        publisher.publish(trade()).unwrap();
    });
}

#[test]
fn services_that_wait_are_stopped_in_order() {
    alone("services_that_wait_are_stopped_in_order", || {
        let bus = MessageBus::new();
        let host = start(&bus);
        let _full = bus.subscriber::<Trade>().unwrap();
        host.service("room", "services:waits_for_room", Policy::default()).unwrap();
        host.service("loop", "services:in_a_loop", Policy::default()).unwrap();
        let publisher = bus.publisher::<Trade>().unwrap();
        publisher.wait_for_subscribers(2, PATIENCE).unwrap();
        // A publisher that waits for room ends when everything is closed under it.
        host.shutdown(Duration::from_millis(100)).unwrap();
    });
}

#[test]
fn one_that_does_not_end_is_named_and_python_goes_on() {
    alone("one_that_does_not_end_is_named_and_python_goes_on", || {
        let host = start(&MessageBus::new());
        host.service("good", "services:returns", Policy::default()).unwrap();
        host.service("stuck", "services:waits_for_ever", Policy::default()).unwrap();
        while format!("{host:?}").contains("good") {
            thread::yield_now();
        }
        let error = host.shutdown(Duration::from_millis(50)).unwrap_err();
        assert_eq!(error.stuck, ["stuck"]);
        // Dropping it ends neither, nor does the end of the program wait.
    });
}

#[test]
fn one_that_keeps_the_lock_of_python_is_named() {
    alone("one_that_keeps_the_lock_of_python_is_named", || {
        let bus = MessageBus::new();
        let mut trades = bus.subscriber::<Trade>().unwrap();
        let host = start(&bus);
        host.service("keeps", "services:keeps_the_lock", Policy::default()).unwrap();
        assert!(trades.recv_timeout(PATIENCE).unwrap().is_some());
        let error = host.shutdown(Duration::from_millis(50)).unwrap_err();
        assert_eq!(error.stuck, ["keeps"]);
    });
}

#[test]
fn a_thread_that_python_waits_for_is_not_waited_for_for_ever() {
    alone("a_thread_that_python_waits_for_is_not_waited_for_for_ever", || {
        let host = start(&MessageBus::new());
        host.service("leaves", "services:leaves_a_thread", Policy::default()).unwrap();
        host.join().unwrap();
        let error = host.shutdown(Duration::from_millis(50)).unwrap_err();
        assert!(error.to_string().contains("threads of Python that are no daemons"), "{error}");
        // Nor does the end of the program wait, and a second time nothing else is told.
        assert_eq!(host.shutdown(Duration::ZERO).unwrap_err(), error);
    });
}

#[test]
fn who_joins_and_who_shuts_down_stop_the_services_once() {
    alone("who_joins_and_who_shuts_down_stop_the_services_once", || {
        let host = start(&MessageBus::new()).on_failure(|_, _| ());
        host.service("loop", "services:in_a_loop", quick()).unwrap();
        host.service("prices", "services:fails", quick()).unwrap();
        thread::scope(|scope| {
            let joins: Vec<_> = (0..4).map(|_| scope.spawn(|| host.join())).collect();
            host.join().unwrap_err();
            host.shutdown(PATIENCE).unwrap();
            for join in joins {
                join.join().unwrap().unwrap_err();
            }
        });
    });
}

#[test]
fn python_ends_with_everything_open() {
    alone("python_ends_with_everything_open", || {
        let bus = MessageBus::new();
        let host = start(&bus);
        host.service("open", "services:leaves_everything_open", Policy::default()).unwrap();
        host.join().unwrap();
        host.shutdown(PATIENCE).unwrap();
        host.shutdown(PATIENCE).unwrap();
        drop(host);
        // Rust goes on without Python, and cannot have it again.
        let mut trades = bus.subscriber::<Trade>().unwrap();
        bus.publisher::<Trade>().unwrap().publish(trade()).unwrap();
        assert!(trades.try_recv().unwrap().is_some());
        let refused = Host::start(&bus, &[]).unwrap_err();
        assert!(matches!(refused, StartError::StartedBefore), "{refused}");
    });
}
