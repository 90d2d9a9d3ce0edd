//! The bus of this process, for C.
#![allow(unsafe_code)]

use crate::fence::{check_lending, run};
use crate::handle::{self, Handle};
use crate::status::{Code, Failure};
use crate::text::{borrow_mut, borrow_text};
use mycelium::{MessageBus, Options, WhenFull};
use std::ffi::{c_char, c_int};
use std::sync::atomic::{AtomicUsize, Ordering, fence};
use std::time::Duration;

/// When a subscriber is full, whoever publishes waits.
pub const MYC_WHEN_FULL_BLOCK: i32 = 0;
/// When a subscriber is full, it loses the oldest message that waits for it.
pub const MYC_WHEN_FULL_DROP_OLDEST: i32 = 1;
/// When a subscriber is full, it does not get the new message.
pub const MYC_WHEN_FULL_DROP_NEWEST: i32 = 2;

/// A bus: publishers and subscribers of one process, and its ways to others. All threads may use it at a time.
#[derive(Debug)]
pub struct MycBus {
    _opaque: [u8; 0],
}

/// What a bus does otherwise than usual. All zero is as usual.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct MycBusOptions {
    /// Messages that wait for one subscriber before it is full; 0 means 1024.
    pub capacity: usize,
    /// What happens then, one of MYC_WHEN_FULL_. A topology says it for topics that it names.
    pub when_full: i32,
    /// How long a thread that waits looks again and again before it sleeps; 0 means 20000, a negative one
    /// never.
    pub spin_ns: i64,
    /// Longest that a bus that leaves waits for other processes to take what was published; 0 means ten
    /// seconds.
    pub leave_timeout_ns: u64,
}

/// A bus, and how often the caller holds it.
pub(crate) struct Shared {
    pub(crate) bus: MessageBus,
    /// Messages that wait for one subscriber to types, where nothing else is said of the topic.
    pub(crate) capacity: usize,
    held: AtomicUsize,
}

impl Handle for MycBus {
    type Inner = Shared;
    const TAG: u64 = u64::from_le_bytes(*b"myc bus1");
    const KIND: &'static str = "bus";
}

impl MycBus {
    /// A handle of a bus, for a Rust program that hands its own to C, or by the table of functions to a module
    /// that was built apart. It is to be released by [`myc_bus_release`].
    ///
    /// ```
    /// use mycelium_ffi::{MycBus, myc_bus_release};
    ///
    /// let bus = mycelium::MessageBus::new();
    /// let handle = MycBus::of(bus.clone());
    /// // SAFETY: it was just made, and is used no more.
    /// let again = unsafe { MycBus::bus(handle) }.unwrap();
    /// assert!(again.is_same(&bus));
    /// unsafe { myc_bus_release(handle) };
    /// ```
    pub fn of(bus: MessageBus) -> *mut Self {
        give(bus, Options::default().qos.capacity)
    }

    /// The bus of a handle, for Rust code of the same library that is called through C. The handle stays the
    /// caller's.
    ///
    /// # Errors
    /// A sentence that says what is wrong with the handle, where that can be seen.
    ///
    /// # Safety
    /// `handle` is null or a bus of `mycelium.h` that is not released.
    pub unsafe fn bus(handle: *mut Self) -> Result<MessageBus, String> {
        // SAFETY: by this function's contract.
        let shared = unsafe { handle::borrow(handle, "bus") };
        shared.map(|shared| shared.bus.clone()).map_err(|failure| failure.message)
    }
}

fn give(bus: MessageBus, capacity: usize) -> *mut MycBus {
    handle::give(Shared { bus, capacity, held: AtomicUsize::new(1) })
}

/// Makes a bus for this process alone. `options` may be null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn myc_bus_new(
    options: *const MycBusOptions,
    bus: *mut *mut MycBus,
) -> c_int {
    run(|| {
        check_lending()?;
        // SAFETY: by this function's contract.
        let (options, out) = unsafe { (read_options(options)?, borrow_mut(bus, "bus")?) };
        let capacity = options.qos.capacity;
        *out = give(MessageBus::with_options(options), capacity);
        Ok(Code::Ok)
    })
}

/// The bus of the node of `service`, with the routes that the topology at `path` gives it. The services of
/// a node share one bus: while it lives, also in Rust, asking again gives a handle of the same, and
/// `options`, which may be null, are those of the first.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn myc_bus_from_topology(
    path: *const c_char,
    service: *const c_char,
    options: *const MycBusOptions,
    bus: *mut *mut MycBus,
) -> c_int {
    run(|| {
        check_lending()?;
        // SAFETY: by this function's contract.
        let (path, service, options, out) = unsafe {
            (
                borrow_text(path, "path")?,
                borrow_text(service, "service")?,
                read_options(options)?,
                borrow_mut(bus, "bus")?,
            )
        };
        let capacity = options.qos.capacity;
        *out = give(MessageBus::from_topology_with(path, service, options)?, capacity);
        Ok(Code::Ok)
    })
}

/// Holds the handle once more: it takes one more myc_bus_release to free it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn myc_bus_retain(bus: *mut MycBus) -> c_int {
    run(|| {
        // SAFETY: by this function's contract.
        let shared = unsafe { handle::borrow(bus, "bus")? };
        // Relaxed: whoever passes the handle on to another thread sees to the order.
        shared.held.fetch_add(1, Ordering::Relaxed);
        Ok(Code::Ok)
    })
}

/// Lets go of the handle, and frees it at the last time. Publishers and subscribers go on: the bus leaves in
/// order when the last of all of them is closed. Null is nothing to do.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn myc_bus_release(bus: *mut MycBus) -> c_int {
    run(|| {
        check_lending()?;
        if bus.is_null() {
            return Ok(Code::Ok);
        }
        // SAFETY: by this function's contract.
        let shared = unsafe { handle::borrow(bus, "bus")? };
        // Release and acquire: whoever frees it does so behind everything that others did with it.
        if shared.held.fetch_sub(1, Ordering::Release) == 1 {
            fence(Ordering::Acquire);
            // SAFETY: nobody else holds it.
            drop(unsafe { handle::take_back(bus, "bus")? });
        }
        Ok(Code::Ok)
    })
}

/// Leaves in order, for all who use the bus: publishing is refused from now on, other processes get what
/// was published and a goodbye, subscribers receive what has reached them and then MYC_ERR_CLOSED. Waits until
/// peers have taken what was published. The handle is still to be released.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn myc_bus_shutdown(bus: *mut MycBus) -> c_int {
    run(|| {
        check_lending()?;
        // SAFETY: by this function's contract.
        unsafe { handle::borrow(bus, "bus")? }.bus.shutdown();
        Ok(Code::Ok)
    })
}

/// Reads the options of the caller.
///
/// # Safety
///
/// `options` is null, or points to options.
unsafe fn read_options(options: *const MycBusOptions) -> Result<Options, Failure> {
    let mut read = Options::default();
    // SAFETY: by this function's contract.
    let Some(given) = (unsafe { options.as_ref() }) else { return Ok(read) };
    if given.capacity > 0 {
        read.qos.capacity = given.capacity;
    }
    read.qos.when_full = match given.when_full {
        MYC_WHEN_FULL_BLOCK => WhenFull::Block,
        MYC_WHEN_FULL_DROP_OLDEST => WhenFull::DropOldest,
        MYC_WHEN_FULL_DROP_NEWEST => WhenFull::DropNewest,
        other => {
            return Err(Failure::argument(format!(
                "`options.when_full` is {other}; pass one of MYC_WHEN_FULL_"
            )));
        }
    };
    if given.spin_ns != 0 {
        read.waiting.spin = Duration::from_nanos(u64::try_from(given.spin_ns).unwrap_or(0));
    }
    if given.leave_timeout_ns > 0 {
        read.shutdown_timeout = Duration::from_nanos(given.leave_timeout_ns);
    }
    Ok(read)
}
