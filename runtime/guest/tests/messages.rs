//! Messages between a guest and the services of the bus that it was given.
#![allow(unsafe_code)]

use std::mem::size_of;
use std::thread;
use std::time::Duration;

use mycelium_ffi::{MYC_BUS_API_VERSION, MycBus, myc_bus_api_get, myc_bus_release};
use mycelium_guest::{
    BusApi, Code, Message, MessageBus, OpenError, PublishError, RecvError, SharedBus, TryRecvError,
};

const PATIENCE: Duration = Duration::from_secs(20);

/// The same messages as each side derives them.
#[derive(Debug, Clone, PartialEq, Message)]
#[myc(package = "test", id = 7, crate = "mycelium_guest")]
struct Reading {
    number: u64,
    #[myc(range(-90.0..=60.0))]
    celsius: f64,
    station: String,
}

mod host {
    #[derive(Debug, Clone, PartialEq, mycelium::Message)]
    #[myc(package = "test", id = 7)]
    pub(super) struct Reading {
        pub(super) number: u64,
        #[myc(range(-90.0..=60.0))]
        pub(super) celsius: f64,
        pub(super) station: String,
    }

    #[derive(Debug, Clone, PartialEq, mycelium::Message)]
    #[myc(package = "test", id = 9)]
    pub(super) struct Answer {
        pub(super) number: u64,
        pub(super) station: String,
    }

    /// Of another version than the guest's.
    #[derive(Debug, Clone, PartialEq, mycelium::Message)]
    #[myc(package = "test", id = 8)]
    pub(super) struct Other {
        pub(super) number: u64,
    }
}

#[derive(Debug, Clone, PartialEq, Message)]
#[myc(package = "test", id = 9, crate = "mycelium_guest")]
struct Answer {
    number: u64,
    station: String,
}

#[derive(Debug, Clone, PartialEq, Message)]
#[myc(package = "test", id = 8, crate = "mycelium_guest")]
struct Other {
    number: u32,
}

fn guest_of(host: &mycelium::MessageBus) -> MessageBus {
    let handle = MycBus::of(host.clone());
    let api = myc_bus_api_get(MYC_BUS_API_VERSION, size_of::<BusApi>() as u32);
    let shared = SharedBus { api: api.cast(), bus: handle.cast() };
    // SAFETY: table and bus are the library's, which is linked here.
    let guest = unsafe { MessageBus::from_shared(&raw const shared) }.unwrap();
    // SAFETY: it was made above, and is used no more by this function.
    unsafe { myc_bus_release(handle) };
    guest
}

fn reading(number: u64) -> Reading {
    Reading { number, celsius: -12.5, station: "Säntis".repeat(number as usize % 4) }
}

#[test]
fn messages_go_there_and_back() {
    const COUNT: u64 = 5000;
    let bus = mycelium::MessageBus::new();
    let guest = guest_of(&bus);
    let mut readings = guest.subscriber::<Reading>().unwrap();
    let answers = guest.publisher::<Answer>().unwrap();
    let mut answered = bus.subscriber::<host::Answer>().unwrap();
    let service = thread::spawn(move || {
        while let Some(Reading { number, station, .. }) = readings.recv_blocking().unwrap() {
            answers.publish(&Answer { number, station }).unwrap();
        }
    });
    let asks = bus.publisher::<host::Reading>().unwrap();
    let asking = thread::spawn(move || {
        for number in 0..COUNT {
            let Reading { celsius, station, .. } = reading(number);
            asks.publish(host::Reading { number, celsius, station }).unwrap();
        }
    });
    let mut expected = 0;
    while let Some(answer) = answered.recv_timeout(PATIENCE).unwrap() {
        assert_eq!((answer.number, &*answer.station), (expected, &*reading(expected).station));
        expected += 1;
    }
    asking.join().unwrap();
    service.join().unwrap();
    assert_eq!(expected, COUNT);
}

#[test]
fn a_frame_is_read_where_it_lies() {
    let bus = mycelium::MessageBus::new();
    let guest = guest_of(&bus);
    let mut readings = guest.subscriber::<Reading>().unwrap();
    let publisher = guest.publisher::<Reading>().unwrap();
    assert_eq!(publisher.subscribers().unwrap(), 1);
    assert_eq!(readings.try_recv_frame().unwrap_err(), TryRecvError::Empty);
    publisher.publish(&reading(3)).unwrap();
    let frame = readings.try_recv_frame().unwrap().unwrap();
    assert_eq!(Reading::view(frame).unwrap().station(), "SäntisSäntisSäntis");
    assert_eq!(readings.recv_timeout(Duration::ZERO).unwrap_err(), TryRecvError::Empty);
    drop(publisher);
    assert_eq!(readings.try_recv().unwrap(), None);
}

#[test]
fn what_the_schema_refuses_is_not_published() {
    let bus = mycelium::MessageBus::new();
    let guest = guest_of(&bus);
    let mut readings = guest.subscriber::<Reading>().unwrap();
    let publisher = guest.publisher::<Reading>().unwrap();
    let refused = publisher.publish(&Reading { celsius: 1e9, ..reading(1) }).unwrap_err();
    assert!(matches!(refused, PublishError::Invalid(_)), "{refused}");
    assert_eq!(readings.try_recv().unwrap_err(), TryRecvError::Empty);
}

#[test]
fn another_version_of_a_type_is_refused() {
    let bus = mycelium::MessageBus::new();
    let guest = guest_of(&bus);
    let _theirs = bus.publisher::<host::Other>().unwrap();
    let refused = guest.publisher::<Other>().unwrap_err();
    assert!(
        matches!(&refused, OpenError::Failed(failure) if failure.code == Code::Type),
        "{refused}"
    );
}

#[test]
fn losses_are_told_in_their_place() {
    let newest = mycelium::Qos::default().capacity(2).when_full(mycelium::WhenFull::DropOldest);
    let options = mycelium::Options::default().topic("test.reading", newest);
    let bus = mycelium::MessageBus::with_options(options);
    let guest = guest_of(&bus);
    let mut readings = guest.subscriber::<Reading>().unwrap();
    let publisher = guest.publisher::<Reading>().unwrap();
    for number in 0..5 {
        publisher.publish(&reading(number)).unwrap();
    }
    assert_eq!(readings.recv_blocking().unwrap_err(), RecvError::Lost(3));
    assert_eq!(readings.recv_blocking().unwrap().unwrap().number, 3);
}

#[test]
fn a_bus_that_was_shut_down_ends_a_guest() {
    let bus = mycelium::MessageBus::new();
    let guest = guest_of(&bus);
    let mut readings = guest.subscriber::<Reading>().unwrap();
    let publisher = guest.publisher::<Reading>().unwrap();
    publisher.publish(&reading(1)).unwrap();
    let waiting = thread::spawn(move || {
        assert_eq!(readings.recv_blocking().unwrap(), Some(reading(1)));
        readings.recv_blocking()
    });
    bus.shutdown();
    assert_eq!(waiting.join().unwrap().unwrap(), None);
    let refused = publisher.publish(&reading(2)).unwrap_err();
    assert!(matches!(refused, PublishError::Failed(failure) if failure.code == Code::Closed));
    assert!(matches!(guest.publisher::<Reading>(), Err(OpenError::Failed(_))));
}
