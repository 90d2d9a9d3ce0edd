//! What crosses: the declarations of `mycelium.h` that a guest needs, once more.
//!
//! They are not taken from the crate that makes that header, because it brings the whole bus along. Tests hold
//! sizes, offsets and codes against it; what the functions take is read beside the header.

use std::ffi::{c_char, c_int, c_void};

/// The version of the table that this crate was written for.
pub const BUS_API_VERSION: u32 = 1;

/// A bus and the functions that it is used with, as one module hands them to another: `myc_shared_bus`.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct SharedBus {
    /// The functions, of which the first eight bytes say version and size.
    pub api: *const BusApi,
    /// The bus; to be retained by whoever keeps it.
    pub bus: *mut Bus,
}

/// Of a library, behind its pointer.
#[repr(C)]
#[derive(Debug)]
pub struct Bus {
    _opaque: [u8; 0],
}

/// Of a library, behind its pointer.
#[repr(C)]
#[derive(Debug)]
pub struct RawPublisher {
    _opaque: [u8; 0],
}

/// Of a library, behind its pointer.
#[repr(C)]
#[derive(Debug)]
pub struct RawSubscriber {
    _opaque: [u8; 0],
}

/// `myc_topic`.
#[repr(C)]
#[derive(Debug)]
pub struct Topic {
    pub name: *const c_char,
    pub type_id: u16,
    pub digest: *const c_char,
    pub ancestors: *const *const c_char,
    pub ancestor_count: usize,
}

/// `myc_frame`.
#[repr(C)]
#[derive(Debug)]
pub struct RawFrame {
    pub bytes: *const u8,
    pub len: usize,
    pub topic: *const c_char,
    pub topic_len: usize,
    pub lost: u64,
}

/// A function that is not called here, whatever it takes.
type Unused = unsafe extern "C" fn();

/// `myc_bus_api`: what each function does, `mycelium.h` says.
#[repr(C)]
#[derive(Debug)]
#[allow(missing_docs, reason = "`mycelium.h` says it")]
pub struct BusApi {
    pub version: u32,
    pub size: u32,
    pub last_error: extern "C" fn() -> *const c_char,
    pub bus_new: Unused,
    pub bus_from_topology: Unused,
    pub bus_retain: unsafe extern "C" fn(bus: *mut Bus) -> c_int,
    pub bus_release: unsafe extern "C" fn(bus: *mut Bus) -> c_int,
    pub bus_shutdown: Unused,
    pub publisher_open: unsafe extern "C" fn(
        bus: *mut Bus,
        topic: *const Topic,
        publisher: *mut *mut RawPublisher,
    ) -> c_int,
    pub publisher_publish: Unused,
    pub publisher_reserve: unsafe extern "C" fn(
        publisher: *mut RawPublisher,
        len: usize,
        place: *mut *mut u8,
    ) -> c_int,
    pub publisher_commit:
        unsafe extern "C" fn(publisher: *mut RawPublisher, waiting: *const c_void) -> c_int,
    pub publisher_subscribers:
        unsafe extern "C" fn(publisher: *mut RawPublisher, count: *mut usize) -> c_int,
    pub publisher_close: unsafe extern "C" fn(publisher: *mut RawPublisher) -> c_int,
    pub subscriber_open: unsafe extern "C" fn(
        bus: *mut Bus,
        topics: *const Topic,
        count: usize,
        subscriber: *mut *mut RawSubscriber,
    ) -> c_int,
    pub subscriber_open_patterns: Unused,
    pub subscriber_recv: unsafe extern "C" fn(
        subscriber: *mut RawSubscriber,
        timeout_ns: i64,
        frame: *mut RawFrame,
    ) -> c_int,
    pub subscriber_recv_batch: Unused,
    pub subscriber_descriptor: Unused,
    pub subscriber_arm: Unused,
    pub subscriber_listen: Unused,
    pub subscriber_stop: Unused,
    pub subscriber_counts: Unused,
    pub subscriber_close: unsafe extern "C" fn(subscriber: *mut RawSubscriber) -> c_int,
}

#[cfg(test)]
mod tests {
    use std::mem::{offset_of, size_of};

    use mycelium_ffi::{MycFrame, MycTopic};

    use super::{RawFrame, Topic};

    macro_rules! same_layout {
        ($ours:ty, $theirs:ty: $($field:ident)*) => {
            assert_eq!(size_of::<$ours>(), size_of::<$theirs>(), stringify!($ours));
            $(assert_eq!(offset_of!($ours, $field), offset_of!($theirs, $field), stringify!($field));)*
        };
    }

    #[test]
    fn topics_and_frames_lie_as_in_the_library() {
        same_layout!(Topic, MycTopic: name type_id digest ancestors ancestor_count);
        same_layout!(RawFrame, MycFrame: bytes len topic topic_len lost);
    }
}
