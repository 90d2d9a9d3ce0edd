//! Subscribers to frames, for C.
#![allow(unsafe_code)]

use crate::bus::MycBus;
use crate::fence::{check_lending, run};
use crate::handle::{self, Handle};
use crate::listener::{Call, Source};
use crate::status::{Code, Failure};
use crate::taking::Taking;
use crate::text::{borrow_mut, borrow_texts, null, timeout};
use crate::topic::{MycFrame, MycTopic, read_topics};
use mycelium::FrameSubscriber;
use std::ffi::{c_char, c_int, c_void};
use std::slice;
use std::sync::Arc;

/// Receives frames. A call while another one, or a callback, has it is answered with MYC_ERR_BUSY.
#[derive(Debug)]
pub struct MycSubscriber {
    _opaque: [u8; 0],
}

/// Called, on a thread of the library, with each thing that a subscriber receives: `code` is what
/// myc_subscriber_recv would return, and `frame`, never null, what it would give. After a negative code
/// myc_last_error() says what is wrong; with MYC_ERR_CLOSED and MYC_ERR_PANIC it is called for the last time. It
/// must return: by no longjmp and no exception of C++.
pub type MycCallback =
    Option<unsafe extern "C" fn(user: *mut c_void, code: c_int, frame: *const MycFrame)>;

impl Handle for MycSubscriber {
    type Inner = Arc<Source>;
    const TAG: u64 = u64::from_le_bytes(*b"myc sub1");
    const KIND: &'static str = "subscriber";
}

/// Subscribes to `count` topics, each of one type: what is published from now on, as frames or as messages of Rust,
/// by the type's version or by a released one. Of a publisher of another version MYC_ERR_TYPE tells when
/// something is received.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn myc_subscriber_open(
    bus: *mut MycBus,
    topics: *const MycTopic,
    count: usize,
    subscriber: *mut *mut MycSubscriber,
) -> c_int {
    run(|| {
        check_lending()?;
        // SAFETY: by this function's contract.
        let (shared, topics, out) = unsafe {
            (
                handle::borrow(bus, "bus")?,
                read_topics(topics, count)?,
                borrow_mut(subscriber, "subscriber")?,
            )
        };
        *out = give(shared.bus.frames_of(&topics, shared.capacity)?);
        Ok(Code::Ok)
    })
}

/// Subscribes to all topics whose names fit one of `count` patterns, whatever they carry. In a pattern `*`
/// stands for any run of characters but `.`, and `>` at the end for all that follows. Such a subscriber
/// is always waited for.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn myc_subscriber_open_patterns(
    bus: *mut MycBus,
    patterns: *const *const c_char,
    count: usize,
    subscriber: *mut *mut MycSubscriber,
) -> c_int {
    run(|| {
        check_lending()?;
        // SAFETY: by this function's contract.
        let (shared, patterns, out) = unsafe {
            (
                handle::borrow(bus, "bus")?,
                borrow_texts(patterns, count, "patterns")?,
                borrow_mut(subscriber, "subscriber")?,
            )
        };
        *out = give(shared.bus.frames(&patterns)?);
        Ok(Code::Ok)
    })
}

/// Lends the next frame, until the next call with this subscriber; waits for it as long as the timeout
/// says. MYC_NONE: nothing came. MYC_LOST: `frame->lost` frames were lost here. MYC_ERR_CLOSED: nothing comes
/// any more. After any other negative code receiving can go on.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn myc_subscriber_recv(
    subscriber: *mut MycSubscriber,
    timeout_ns: i64,
    frame: *mut MycFrame,
) -> c_int {
    run(|| {
        // SAFETY: by this function's contract.
        let (source, out) =
            unsafe { (handle::borrow(subscriber, "subscriber")?, borrow_mut(frame, "frame")?) };
        source.with(|taking| taking.take(timeout(timeout_ns), out))
    })
}

/// The same for all frames that are there, at most `capacity`, once there is one: writes them to `frames` and
/// their number to `count`. With MYC_LOST that is 0, and `frames[0].lost` says how many were lost.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn myc_subscriber_recv_batch(
    subscriber: *mut MycSubscriber,
    timeout_ns: i64,
    frames: *mut MycFrame,
    capacity: usize,
    count: *mut usize,
) -> c_int {
    run(|| {
        // SAFETY: by this function's contract.
        let (source, places, out) = unsafe {
            (
                handle::borrow(subscriber, "subscriber")?,
                borrow_places(frames, capacity)?,
                borrow_mut(count, "count")?,
            )
        };
        let (code, taken) = source.with(|taking| taking.take_batch(timeout(timeout_ns), places))?;
        if code != Code::None {
            *out = taken;
        }
        Ok(code)
    })
}

/// A descriptor for poll, select and epoll, which is the subscriber's: do not read or close it. See
/// myc_subscriber_arm.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn myc_subscriber_descriptor(
    subscriber: *mut MycSubscriber,
    descriptor: *mut c_int,
) -> c_int {
    run(|| {
        // SAFETY: by this function's contract.
        let (source, out) = unsafe {
            (handle::borrow(subscriber, "subscriber")?, borrow_mut(descriptor, "descriptor")?)
        };
        *out = source.with(|taking| Ok(taking.wakeup()?.descriptor()))?;
        Ok(Code::Ok)
    })
}

/// To be called before waiting for the descriptor. MYC_OK: there is something to receive already. MYC_NONE:
/// there is not; the descriptor becomes readable once there may be. What was lent is still.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn myc_subscriber_arm(subscriber: *mut MycSubscriber) -> c_int {
    run(|| {
        // SAFETY: by this function's contract.
        let source = unsafe { handle::borrow(subscriber, "subscriber")? };
        let is_ready = source.with(|taking| {
            let wakeup = taking.wakeup()?;
            wakeup.silence();
            let waker = wakeup.waker.clone();
            Ok(taking.is_ready(&waker))
        })?;
        Ok(if is_ready { Code::Ok } else { Code::None })
    })
}

/// From now on calls `callback`, on a thread of the library, with everything that is received, one call at a
/// time. Between frames the callback may publish, and use any bus.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn myc_subscriber_listen(
    subscriber: *mut MycSubscriber,
    callback: MycCallback,
    user: *mut c_void,
) -> c_int {
    run(|| {
        // SAFETY: by this function's contract.
        let source = unsafe { handle::borrow(subscriber, "subscriber")? };
        let callback = callback.ok_or_else(|| null("callback"))?;
        source.listen(Call { callback, user })?;
        Ok(Code::Ok)
    })
}

/// Ends the calling back, and waits until no call runs: afterwards the user data are the caller's alone, and frames
/// can be received otherwise. From within the callback it does not wait: that call is the last. Without
/// a callback it is nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn myc_subscriber_stop(subscriber: *mut MycSubscriber) -> c_int {
    run(|| {
        check_lending()?;
        // SAFETY: by this function's contract.
        unsafe { handle::borrow(subscriber, "subscriber")? }.stop();
        Ok(Code::Ok)
    })
}

/// How many frames it has received so far, and how many it has lost.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn myc_subscriber_counts(
    subscriber: *mut MycSubscriber,
    received: *mut u64,
    lost: *mut u64,
) -> c_int {
    run(|| {
        // SAFETY: by this function's contract.
        let (source, received_out, lost_out) = unsafe {
            (
                handle::borrow(subscriber, "subscriber")?,
                borrow_mut(received, "received")?,
                borrow_mut(lost, "lost")?,
            )
        };
        (*received_out, *lost_out) = source.with(|taking| Ok(taking.received_and_lost()))?;
        Ok(Code::Ok)
    })
}

/// Stops it as myc_subscriber_stop does, closes it and frees the handle; what it lent is gone. Null is
/// nothing to do.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn myc_subscriber_close(subscriber: *mut MycSubscriber) -> c_int {
    run(|| {
        check_lending()?;
        if !subscriber.is_null() {
            // SAFETY: by this function's contract.
            unsafe { handle::take_back(subscriber, "subscriber")? }.stop();
        }
        Ok(Code::Ok)
    })
}

fn give(frames: FrameSubscriber) -> *mut MycSubscriber {
    handle::give(Source::new(Taking::new(frames)))
}

/// Borrows room for frames.
///
/// # Safety
///
/// `frames` is null, or points to room for `capacity` of them that nobody else uses for `'a`.
unsafe fn borrow_places<'a>(
    frames: *mut MycFrame,
    capacity: usize,
) -> Result<&'a mut [MycFrame], Failure> {
    if frames.is_null() {
        return Err(null("frames"));
    }
    if capacity > isize::MAX as usize / size_of::<MycFrame>() {
        return Err(Failure::argument(format!("`frames` cannot hold {capacity} frames")));
    }
    // SAFETY: by this function's contract, now that it is not null and no longer than an object can be.
    Ok(unsafe { slice::from_raw_parts_mut(frames, capacity) })
}
