//! The declarations of this crate are those of the library, and a library of another version is refused.
#![allow(unsafe_code)]

use std::mem::{offset_of, size_of};
use std::ptr;

use mycelium_ffi::{
    MYC_BUS_API_VERSION, MycBus, MycBusApi, MycSharedBus, myc_bus_api_get, myc_bus_release,
};
use mycelium_guest::{BUS_API_VERSION, BusApi, MessageBus, OpenError, SharedBus};

macro_rules! same_places {
    ($ours:ty, $theirs:ty: $($field:ident)*) => {
        $(assert_eq!(offset_of!($ours, $field), offset_of!($theirs, $field), stringify!($field));)*
    };
}

#[test]
fn every_field_lies_where_the_library_has_it() {
    assert_eq!(BUS_API_VERSION, MYC_BUS_API_VERSION);
    same_places!(SharedBus, MycSharedBus: api bus);
    assert_eq!(size_of::<SharedBus>(), size_of::<MycSharedBus>());
    same_places!(
        BusApi, MycBusApi: version size last_error bus_new bus_from_topology bus_retain bus_release
        bus_shutdown publisher_open publisher_publish publisher_reserve publisher_commit
        publisher_subscribers publisher_close subscriber_open subscriber_open_patterns subscriber_recv
        subscriber_recv_batch subscriber_descriptor subscriber_arm subscriber_listen subscriber_stop
        subscriber_counts subscriber_close
    );
    // Functions are added at the end. A guest knows those that it calls, and takes a library that has no others.
    assert!(size_of::<BusApi>() <= size_of::<MycBusApi>());
}

/// The first fields of a table, which every version has.
#[repr(C)]
struct Head {
    version: u32,
    size: u32,
}

fn refusal(version: u32, size: u32) -> OpenError {
    let head = Head { version, size };
    let shared = SharedBus { api: (&raw const head).cast(), bus: ptr::dangling_mut() };
    // SAFETY: it points to a version and a size.
    unsafe { MessageBus::from_shared(&raw const shared) }.unwrap_err()
}

#[test]
fn another_version_is_refused() {
    let size = size_of::<BusApi>() as u32;
    assert_eq!(refusal(2, 10 * size), OpenError::OtherVersion { found: 2 });
    let found_bytes = size - 8;
    assert_eq!(refusal(1, found_bytes), OpenError::TooOld { found_bytes, needed_bytes: size });
    assert_eq!(
        refusal(2, size).to_string(),
        "the bus has version 2 of its table of functions, and this module was built for version 1: build both \
         from one release"
    );
}

#[test]
fn null_pointers_are_refused() {
    let api = myc_bus_api_get(MYC_BUS_API_VERSION, 0);
    for shared in [
        SharedBus { api: ptr::null(), bus: ptr::dangling_mut() },
        SharedBus { api: api.cast(), bus: ptr::null_mut() },
    ] {
        // SAFETY: null is looked for.
        let refused = unsafe { MessageBus::from_shared(&raw const shared) }.unwrap_err();
        assert!(matches!(refused, OpenError::NoBus(_)), "{refused}");
    }
}

#[test]
fn the_bus_outlives_the_handle_that_it_was_taken_of() {
    let host = mycelium::MessageBus::new();
    let handle = MycBus::of(host.clone());
    let api = myc_bus_api_get(MYC_BUS_API_VERSION, size_of::<BusApi>() as u32);
    let shared = SharedBus { api: api.cast::<BusApi>(), bus: handle.cast() };
    // SAFETY: table and bus are the library's, which is linked here.
    let guest = unsafe { MessageBus::from_shared(&raw const shared) }.unwrap();
    // SAFETY: it was made above, and is used no more by this function.
    unsafe { myc_bus_release(handle) };
    assert!(api.cast::<MycBusApi>() == api);
    let clone = guest.clone();
    drop(guest);
    drop(clone);
    host.shutdown();
}
