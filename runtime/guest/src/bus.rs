//! The bus that was handed over.
#![allow(unsafe_code)]

use std::ffi::{CStr, CString, c_char, c_int};
use std::ptr::{self, NonNull};
use std::sync::Arc;

use mycelium_wire::{DecodeOwned, Message};

use crate::abi::{BUS_API_VERSION, Bus, BusApi, SharedBus, Topic};
use crate::code::{Code, OK};
use crate::error::{Failure, OpenError};
use crate::publisher::Publisher;
use crate::subscriber::Subscriber;

/// The bus of the module that handed it over. Clones are of the same one.
#[derive(Debug, Clone)]
pub struct MessageBus {
    held: Arc<Held>,
}

/// A bus that is retained, with its functions.
#[derive(Debug)]
struct Held {
    api: &'static BusApi,
    bus: NonNull<Bus>,
}

// SAFETY: `mycelium.h` promises that all threads may use a bus at a time, and its table is never written.
unsafe impl Send for Held {}
// SAFETY: the same.
unsafe impl Sync for Held {}

impl MessageBus {
    /// Takes the bus that another module of the process shares.
    ///
    /// # Errors
    /// Where that module was built for another version.
    ///
    /// # Safety
    /// `shared` points to what the name says, or at least to a pointer to a version and a size; the bus is
    /// not released meanwhile, and the module is never unloaded.
    pub unsafe fn from_shared(shared: *const SharedBus) -> Result<Self, OpenError> {
        // SAFETY: by this function's contract.
        let (api, bus) = unsafe { (checked(&raw const (*shared).api)?, (*shared).bus) };
        let bus = NonNull::new(bus).ok_or_else(|| OpenError::NoBus("a null pointer".into()))?;
        // SAFETY: by this function's contract it is a bus of the table's library, and not released.
        check(api, unsafe { (api.bus_retain)(bus.as_ptr()) })?;
        Ok(Self { held: Arc::new(Held { api, bus }) })
    }

    /// A publisher of a message type.
    ///
    /// # Errors
    /// Where the topic carries another type in this process, or the bus was shut down.
    pub fn publisher<M: Message>(&self) -> Result<Publisher<M>, OpenError> {
        let Held { api, bus } = &*self.held;
        let mut raw = ptr::null_mut();
        let open = |topic: &Topic| {
            // SAFETY: the bus is retained, the topic's pointers are what they say, and there is a place for the handle.
            unsafe { (api.publisher_open)(bus.as_ptr(), topic, &raw mut raw) }
        };
        check(api, with_topic::<M, _>(open))?;
        // SAFETY: it was just made by the table's library, and nobody else has it.
        Ok(unsafe { Publisher::new(api, raw) })
    }

    /// A subscriber to a message type: to all that is published from now on.
    ///
    /// # Errors
    /// Where the topic carries another type in this process, or the bus was shut down.
    pub fn subscriber<M: Message + DecodeOwned>(&self) -> Result<Subscriber<M>, OpenError> {
        let Held { api, bus } = &*self.held;
        let mut raw = ptr::null_mut();
        let open = |topic: &Topic| {
            // SAFETY: as in `publisher`.
            unsafe { (api.subscriber_open)(bus.as_ptr(), topic, 1, &raw mut raw) }
        };
        check(api, with_topic::<M, _>(open))?;
        // SAFETY: it was just made by the table's library, and nobody else has it.
        Ok(unsafe { Subscriber::new(api, raw) })
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        // SAFETY: it was retained when this was made, and nobody uses it through this any more.
        unsafe { (self.api.bus_release)(self.bus.as_ptr()) };
    }
}

/// The table, if it is one that this module was built for.
///
/// # Safety
///
/// `place` holds null, or points to a table of the version that it says, which is never freed.
unsafe fn checked(place: *const *const BusApi) -> Result<&'static BusApi, OpenError> {
    // SAFETY: by this function's contract.
    let api = unsafe { *place };
    if api.is_null() {
        return Err(OpenError::NoBus("a null pointer".into()));
    }
    // SAFETY: whatever the version, these two come first. No reference to the whole is made before they are seen.
    let (found, found_bytes) = unsafe { ((*api).version, (*api).size) };
    let needed_bytes = size_of::<BusApi>() as u32;
    if found != BUS_API_VERSION {
        return Err(OpenError::OtherVersion { found });
    }
    if found_bytes < needed_bytes {
        return Err(OpenError::TooOld { found_bytes, needed_bytes });
    }
    // SAFETY: now it is known to be such a table, and by this function's contract it stays.
    Ok(unsafe { &*api })
}

/// Calls with what C says of a message type.
fn with_topic<M: Message, R>(call: impl FnOnce(&Topic) -> R) -> R {
    let text = |text: String| CString::new(text).unwrap_or_default();
    let (name, digest) = (text(M::TOPIC.into()), text(M::DIGEST.to_string()));
    let ancestors: Vec<_> = M::ANCESTORS.iter().map(|digest| text(digest.to_string())).collect();
    let pointers: Vec<*const c_char> = ancestors.iter().map(|digest| digest.as_ptr()).collect();
    call(&Topic {
        name: name.as_ptr(),
        type_id: M::TYPE_ID,
        digest: digest.as_ptr(),
        ancestors: pointers.as_ptr(),
        ancestor_count: pointers.len(),
    })
}

/// Fails with what the library says of a code that is not `OK`.
#[inline]
pub(crate) fn check(api: &BusApi, code: c_int) -> Result<(), Failure> {
    if code == OK { Ok(()) } else { Err(failure(api, code)) }
}

#[cold]
pub(crate) fn failure(api: &BusApi, code: c_int) -> Failure {
    let said = (api.last_error)();
    let message = match said.is_null() {
        true => format!("a call of the bus answered {code}"),
        // SAFETY: it is text of this thread that ends with a zero byte and lives until the next call that fails.
        false => unsafe { CStr::from_ptr(said) }.to_string_lossy().into_owned(),
    };
    Failure { code: Code::of(code), message }
}
