//! The functions of the bus as one table, by which a module hands its bus to another that was built apart.
#![allow(unsafe_code)]

use crate::bus::{
    MycBus, MycBusOptions, myc_bus_from_topology, myc_bus_new, myc_bus_release, myc_bus_retain,
    myc_bus_shutdown,
};
use crate::fence::{myc_last_error, run};
use crate::publisher::{
    MycPublisher, MycWaiting, myc_publisher_close, myc_publisher_commit, myc_publisher_end,
    myc_publisher_give_up, myc_publisher_loan, myc_publisher_open, myc_publisher_publish,
    myc_publisher_reserve, myc_publisher_subscribers,
};
use crate::status::{Code, Failure};
use crate::subscriber::{
    MycCallback, MycSubscriber, myc_subscriber_arm, myc_subscriber_close, myc_subscriber_counts,
    myc_subscriber_descriptor, myc_subscriber_listen, myc_subscriber_open,
    myc_subscriber_open_patterns, myc_subscriber_recv, myc_subscriber_recv_batch,
    myc_subscriber_stop,
};
use crate::topic::{MycFrame, MycTopic};
use std::ffi::{c_char, c_int, c_void};
use std::mem;

/// The version of `myc_bus_api`.
pub const MYC_BUS_API_VERSION: u32 = 1;

/// The functions of the bus, each as the function of its name is declared.
///
/// One module of a process may hand it, with a bus, to another that was built apart and has a copy of the library, or
/// none, of its own: handles must be used with the table of the library that made them. The other module
/// looks at `version`, which must be the MYC_BUS_API_VERSION it was compiled with, and at `size`, which must be
/// at least the `sizeof(myc_bus_api)` it was compiled with: later libraries of one version add functions at the
/// end, and change nothing else. The table lives as long as the library is loaded.
#[repr(C)]
#[derive(Debug)]
pub struct MycBusApi {
    /// MYC_BUS_API_VERSION of the library.
    pub version: u32,
    /// Bytes of the table.
    pub size: u32,
    /// See myc_last_error.
    pub last_error: extern "C" fn() -> *const c_char,
    /// See myc_bus_new.
    pub bus_new:
        unsafe extern "C" fn(options: *const MycBusOptions, bus: *mut *mut MycBus) -> c_int,
    /// See myc_bus_from_topology.
    pub bus_from_topology: unsafe extern "C" fn(
        path: *const c_char,
        service: *const c_char,
        options: *const MycBusOptions,
        bus: *mut *mut MycBus,
    ) -> c_int,
    /// See myc_bus_retain.
    pub bus_retain: unsafe extern "C" fn(bus: *mut MycBus) -> c_int,
    /// See myc_bus_release.
    pub bus_release: unsafe extern "C" fn(bus: *mut MycBus) -> c_int,
    /// See myc_bus_shutdown.
    pub bus_shutdown: unsafe extern "C" fn(bus: *mut MycBus) -> c_int,
    /// See myc_publisher_open.
    pub publisher_open: unsafe extern "C" fn(
        bus: *mut MycBus,
        topic: *const MycTopic,
        publisher: *mut *mut MycPublisher,
    ) -> c_int,
    /// See myc_publisher_publish.
    pub publisher_publish: unsafe extern "C" fn(
        publisher: *mut MycPublisher,
        frame: *const u8,
        len: usize,
        waiting: *const MycWaiting,
    ) -> c_int,
    /// See myc_publisher_reserve.
    pub publisher_reserve: unsafe extern "C" fn(
        publisher: *mut MycPublisher,
        len: usize,
        place: *mut *mut u8,
    ) -> c_int,
    /// See myc_publisher_commit.
    pub publisher_commit:
        unsafe extern "C" fn(publisher: *mut MycPublisher, waiting: *const MycWaiting) -> c_int,
    /// See myc_publisher_subscribers.
    pub publisher_subscribers:
        unsafe extern "C" fn(publisher: *mut MycPublisher, count: *mut usize) -> c_int,
    /// See myc_publisher_close.
    pub publisher_close: unsafe extern "C" fn(publisher: *mut MycPublisher) -> c_int,
    /// See myc_subscriber_open.
    pub subscriber_open: unsafe extern "C" fn(
        bus: *mut MycBus,
        topics: *const MycTopic,
        count: usize,
        subscriber: *mut *mut MycSubscriber,
    ) -> c_int,
    /// See myc_subscriber_open_patterns.
    pub subscriber_open_patterns: unsafe extern "C" fn(
        bus: *mut MycBus,
        patterns: *const *const c_char,
        count: usize,
        subscriber: *mut *mut MycSubscriber,
    ) -> c_int,
    /// See myc_subscriber_recv.
    pub subscriber_recv: unsafe extern "C" fn(
        subscriber: *mut MycSubscriber,
        timeout_ns: i64,
        frame: *mut MycFrame,
    ) -> c_int,
    /// See myc_subscriber_recv_batch.
    pub subscriber_recv_batch: unsafe extern "C" fn(
        subscriber: *mut MycSubscriber,
        timeout_ns: i64,
        frames: *mut MycFrame,
        capacity: usize,
        count: *mut usize,
    ) -> c_int,
    /// See myc_subscriber_descriptor.
    pub subscriber_descriptor:
        unsafe extern "C" fn(subscriber: *mut MycSubscriber, descriptor: *mut c_int) -> c_int,
    /// See myc_subscriber_arm.
    pub subscriber_arm: unsafe extern "C" fn(subscriber: *mut MycSubscriber) -> c_int,
    /// See myc_subscriber_listen.
    pub subscriber_listen: unsafe extern "C" fn(
        subscriber: *mut MycSubscriber,
        callback: MycCallback,
        user: *mut c_void,
    ) -> c_int,
    /// See myc_subscriber_stop.
    pub subscriber_stop: unsafe extern "C" fn(subscriber: *mut MycSubscriber) -> c_int,
    /// See myc_subscriber_counts.
    pub subscriber_counts: unsafe extern "C" fn(
        subscriber: *mut MycSubscriber,
        received: *mut u64,
        lost: *mut u64,
    ) -> c_int,
    /// See myc_subscriber_close.
    pub subscriber_close: unsafe extern "C" fn(subscriber: *mut MycSubscriber) -> c_int,
    /// See myc_publisher_end.
    pub publisher_end: unsafe extern "C" fn(publisher: *mut MycPublisher) -> c_int,
    /// See myc_publisher_loan.
    pub publisher_loan: unsafe extern "C" fn(
        publisher: *mut MycPublisher,
        len: usize,
        place: *mut *mut u8,
        waiting: *const MycWaiting,
    ) -> c_int,
    /// See myc_publisher_give_up.
    pub publisher_give_up: unsafe extern "C" fn(publisher: *mut MycPublisher) -> c_int,
}

/// A bus and the functions that it is used with, as one module hands them to another. `mycelium.MessageBus` of Python
/// gives a capsule named `mycelium.bus` with such a thing, by its method `__mycelium_bus__(version, size)`.
#[repr(C)]
#[derive(Debug)]
pub struct MycSharedBus {
    /// The table of the library that made the bus.
    pub api: *const MycBusApi,
    /// The bus; whoever keeps it retains it.
    pub bus: *mut MycBus,
}

/// The one table of this library.
static BUS_API: MycBusApi = MycBusApi {
    version: MYC_BUS_API_VERSION,
    size: mem::size_of::<MycBusApi>() as u32,
    last_error: myc_last_error,
    bus_new: myc_bus_new,
    bus_from_topology: myc_bus_from_topology,
    bus_retain: myc_bus_retain,
    bus_release: myc_bus_release,
    bus_shutdown: myc_bus_shutdown,
    publisher_open: myc_publisher_open,
    publisher_publish: myc_publisher_publish,
    publisher_reserve: myc_publisher_reserve,
    publisher_commit: myc_publisher_commit,
    publisher_subscribers: myc_publisher_subscribers,
    publisher_close: myc_publisher_close,
    subscriber_open: myc_subscriber_open,
    subscriber_open_patterns: myc_subscriber_open_patterns,
    subscriber_recv: myc_subscriber_recv,
    subscriber_recv_batch: myc_subscriber_recv_batch,
    subscriber_descriptor: myc_subscriber_descriptor,
    subscriber_arm: myc_subscriber_arm,
    subscriber_listen: myc_subscriber_listen,
    subscriber_stop: myc_subscriber_stop,
    subscriber_counts: myc_subscriber_counts,
    subscriber_close: myc_subscriber_close,
    publisher_end: myc_publisher_end,
    publisher_loan: myc_publisher_loan,
    publisher_give_up: myc_publisher_give_up,
};

/// The table of this library; null, with a sentence in myc_last_error(), where `version` is not the one it has,
/// or it is shorter than `size` bytes. Pass MYC_BUS_API_VERSION and `sizeof(myc_bus_api)`.
#[unsafe(no_mangle)]
pub extern "C" fn myc_bus_api_get(version: u32, size: u32) -> *const MycBusApi {
    let code = run(|| {
        if version == MYC_BUS_API_VERSION && size <= BUS_API.size {
            return Ok(Code::Ok);
        }
        let (ours, bytes) = (MYC_BUS_API_VERSION, BUS_API.size);
        Err(Failure::argument(format!(
            "this library has version {ours} of the table of the bus, {bytes} bytes; version {version}, {size} \
             bytes, was asked for: build both sides from one release"
        )))
    });
    if code == Code::Ok.as_int() { &raw const BUS_API } else { std::ptr::null() }
}
