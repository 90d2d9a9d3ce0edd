//! Publishers of frames, for C.
#![allow(unsafe_code)]

use crate::bus::MycBus;
use crate::fence::{check_lending, run};
use crate::handle::{self, Handle};
use crate::status::{Code, Failure};
use crate::text::{borrow_bytes, borrow_mut};
use crate::topic::{MycTopic, read_topic};
use bytes::Bytes;
use mycelium::{FrameLoan, FramePublisher, PublishError, TryPublishError};
use std::ffi::{c_int, c_void};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Publishes frames of one type on one topic. All threads may use it at a time, but only one what it reserved.
#[derive(Debug)]
pub struct MycPublisher {
    _opaque: [u8; 0],
}

/// What is to be done around each wait, for a caller with a lock that nobody may hold who waits, as those of Python
/// and OCaml: `before` lets go of it, `after` takes it again. Neither is called where nothing has to wait.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct MycWaiting {
    /// Called before a wait. Not null.
    pub before: Option<unsafe extern "C" fn(user: *mut c_void)>,
    /// Called after a wait. Not null.
    pub after: Option<unsafe extern "C" fn(user: *mut c_void)>,
    /// Passed to both.
    pub user: *mut c_void,
}

pub(crate) struct Publishing {
    publisher: FramePublisher,
    reserved: Mutex<Option<Reserved>>,
}

/// Where a frame is being written.
enum Reserved {
    Own(Vec<u8>),
    Lent(Box<FrameLoan>),
}

impl Handle for MycPublisher {
    type Inner = Publishing;
    const TAG: u64 = u64::from_le_bytes(*b"myc pub1");
    const KIND: &'static str = "publisher";
}

impl Publishing {
    fn reserved(&self) -> MutexGuard<'_, Option<Reserved>> {
        self.reserved.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Opens a publisher. MYC_ERR_TYPE: the topic carries another type, or version of it, in this process.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn myc_publisher_open(
    bus: *mut MycBus,
    topic: *const MycTopic,
    publisher: *mut *mut MycPublisher,
) -> c_int {
    run(|| {
        check_lending()?;
        // SAFETY: by this function's contract.
        let (shared, topic, out) = unsafe {
            (handle::borrow(bus, "bus")?, read_topic(topic)?, borrow_mut(publisher, "publisher")?)
        };
        let publisher = shared.bus.frame_publisher_of(&topic)?;
        *out = handle::give(Publishing { publisher, reserved: Mutex::default() });
        Ok(Code::Ok)
    })
}

/// Publishes a copy of one frame, header included; its channel and number are set on the way. Waits while a
/// subscriber or a route is full, unless the topic may lose messages. `waiting` may be null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn myc_publisher_publish(
    publisher: *mut MycPublisher,
    frame: *const u8,
    len: usize,
    waiting: *const MycWaiting,
) -> c_int {
    run(|| {
        // SAFETY: by this function's contract.
        let (handle, frame, waiting) = unsafe {
            (
                handle::borrow(publisher, "publisher")?,
                borrow_bytes(frame, len, "frame")?,
                Waits::read(waiting)?,
            )
        };
        match waiting {
            Some(waits) => {
                check_lending()?;
                match handle.publisher.try_publish_copy(frame)? {
                    true => Ok(Code::Ok),
                    // The caller's memory may move while it waits.
                    false => send(handle, Bytes::copy_from_slice(frame), Some(waits)),
                }
            }
            None => {
                check_lending()?;
                handle.publisher.publish(frame)?;
                Ok(Code::Ok)
            }
        }
    })
}

/// Gives a place for one frame of `len` bytes, all zero, that begins at a multiple of 8. Write the frame there,
/// then commit: subscribers of this process read it in that place. What was reserved before and not
/// committed is dropped.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn myc_publisher_reserve(
    publisher: *mut MycPublisher,
    len: usize,
    place: *mut *mut u8,
) -> c_int {
    run(|| {
        // SAFETY: by this function's contract.
        let (handle, out) =
            unsafe { (handle::borrow(publisher, "publisher")?, borrow_mut(place, "place")?) };
        // What was reserved before is dropped, once it is not locked any more.
        let before = handle.reserved().take();
        drop(before);
        let mut bytes = Vec::new();
        // Exact, so that it is shared later without another allocation.
        let refused = PublishError::NoMemory { frame_bytes: len as u64 };
        bytes.try_reserve_exact(len).map_err(|_| refused)?;
        bytes.resize(len, 0);
        *out = bytes.as_mut_ptr();
        *handle.reserved() = Some(Reserved::Own(bytes));
        Ok(Code::Ok)
    })
}

/// As myc_publisher_reserve, for large frames: in the ring, as it was left, where that is the only way out. Until the commit nobody
/// else of the process publishes there, and MYC_ERR_ARGUMENT refuses what this thread would publish, open, count, stop or close.
/// `waiting` may be null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn myc_publisher_loan(
    publisher: *mut MycPublisher,
    len: usize,
    place: *mut *mut u8,
    waiting: *const MycWaiting,
) -> c_int {
    run(|| {
        // SAFETY: by this function's contract.
        let (handle, out, waiting) = unsafe {
            (
                handle::borrow(publisher, "publisher")?,
                borrow_mut(place, "place")?,
                Waits::read(waiting)?,
            )
        };
        // What was reserved before is dropped.
        drop(handle.reserved().take());
        check_lending()?;
        let mut lent = Ok(None);
        let mut lend = || lent = handle.publisher.loan(len, None);
        match waiting {
            Some(waits) => waits.around(&mut lend),
            None => lend(),
        }
        // Without a deadline there is room in the end.
        let mut loan = lent?.ok_or_else(|| Failure::argument("there is no room"))?;
        *out = loan.frame_mut().as_mut_ptr();
        *handle.reserved() = Some(Reserved::Lent(Box::new(loan)));
        Ok(Code::Ok)
    })
}

/// Drops what was reserved or lent last, if anything; nothing is published.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn myc_publisher_give_up(publisher: *mut MycPublisher) -> c_int {
    run(|| {
        // SAFETY: by this function's contract.
        let handle = unsafe { handle::borrow(publisher, "publisher")? };
        drop(handle.reserved().take());
        Ok(Code::Ok)
    })
}

/// Publishes the frame that was reserved or lent last, as myc_publisher_publish does. `waiting` may be null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn myc_publisher_commit(
    publisher: *mut MycPublisher,
    waiting: *const MycWaiting,
) -> c_int {
    run(|| {
        // SAFETY: by this function's contract.
        let (handle, waiting) =
            unsafe { (handle::borrow(publisher, "publisher")?, Waits::read(waiting)?) };
        let frame = handle.reserved().take();
        match frame.ok_or_else(|| Failure::argument("nothing is reserved; reserve first"))? {
            Reserved::Own(bytes) => send(handle, bytes.into(), waiting),
            // In a ring nothing has to be waited for.
            Reserved::Lent(loan) => match handle.publisher.publish_loan(*loan)? {
                None => Ok(Code::Ok),
                Some(frame) => send(handle, frame, waiting),
            },
        }
    })
}

/// Counts the subscribers that are known to take what it publishes, here and elsewhere.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn myc_publisher_subscribers(
    publisher: *mut MycPublisher,
    count: *mut usize,
) -> c_int {
    run(|| {
        // SAFETY: by this function's contract.
        let (handle, out) =
            unsafe { (handle::borrow(publisher, "publisher")?, borrow_mut(count, "count")?) };
        check_lending()?;
        *out = handle.publisher.subscribers();
        Ok(Code::Ok)
    })
}

/// Ends it as myc_publisher_close does, and keeps the handle, for which all calls that publish get MYC_ERR_CLOSED
/// from now on. Another thread may be using it: one that waits for room is refused. May itself wait for room, to say it
/// to other processes. The handle is still to be closed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn myc_publisher_end(publisher: *mut MycPublisher) -> c_int {
    run(|| {
        // SAFETY: by this function's contract.
        let handle = unsafe { handle::borrow(publisher, "publisher")? };
        check_lending()?;
        handle.publisher.close();
        Ok(Code::Ok)
    })
}

/// Closes it and frees the handle. Subscribers of the topic end behind the last frame of its last publisher.
/// Null is nothing to do.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn myc_publisher_close(publisher: *mut MycPublisher) -> c_int {
    run(|| {
        if !publisher.is_null() {
            // SAFETY: by this function's contract.
            let handle = unsafe { handle::borrow(publisher, "publisher")? };
            // What was lent goes back before others can be told that nothing more comes.
            drop(handle.reserved().take());
            check_lending()?;
            // SAFETY: as above.
            drop(unsafe { handle::take_back(publisher, "publisher")? });
        }
        Ok(Code::Ok)
    })
}

/// What the caller does around a wait.
#[derive(Clone, Copy)]
struct Waits {
    before: unsafe extern "C" fn(*mut c_void),
    after: unsafe extern "C" fn(*mut c_void),
    user: *mut c_void,
}

impl Waits {
    /// Reads it of the caller.
    ///
    /// # Safety
    ///
    /// `waiting` is null, or points to one whose functions may be called with what it says.
    unsafe fn read(waiting: *const MycWaiting) -> Result<Option<Self>, Failure> {
        // SAFETY: by this function's contract.
        let Some(given) = (unsafe { waiting.as_ref() }) else { return Ok(None) };
        let (Some(before), Some(after)) = (given.before, given.after) else {
            return Err(Failure::argument("`waiting` lacks a function; set both, or pass null"));
        };
        Ok(Some(Self { before, after, user: given.user }))
    }

    fn around(self, wait: &mut dyn FnMut()) {
        // SAFETY: by the contract of `read`.
        unsafe { (self.before)(self.user) };
        let _again = Again(self);
        wait();
    }
}

/// Takes the caller's lock again, also where waiting panics.
struct Again(Waits);

impl Drop for Again {
    fn drop(&mut self) {
        // SAFETY: by the contract of `Waits::read`.
        unsafe { (self.0.after)(self.0.user) };
    }
}

fn send(handle: &Publishing, frame: Bytes, waiting: Option<Waits>) -> Result<Code, Failure> {
    check_lending()?;
    let Some(waits) = waiting else {
        handle.publisher.publish_bytes(frame)?;
        return Ok(Code::Ok);
    };
    let mut outcome = Ok(());
    match handle.publisher.try_publish(frame) {
        // Goes on where that ended.
        Err(TryPublishError::Full(frame)) => {
            waits.around(&mut || outcome = handle.publisher.publish_bytes(frame.clone()));
        }
        Err(TryPublishError::Failed(fault)) => outcome = Err(fault),
        _ => {}
    }
    outcome?;
    Ok(Code::Ok)
}
