//! Handles that say what they are: a pointer of another kind is refused, not followed.
#![allow(unsafe_code)]

use crate::status::Failure;
use crate::text::null;
use std::ptr;

/// What a handle of the header stands for.
pub(crate) trait Handle {
    /// What it holds.
    type Inner;
    /// What it begins with in memory; differs from kind to kind.
    const TAG: u64;
    /// What messages call it.
    const KIND: &'static str;
}

/// What a handle points to.
#[repr(C)]
struct Tagged<T> {
    tag: u64,
    inner: T,
}

/// The tag of what was closed. It is seen at best: the memory may serve something else by then.
const CLOSED: u64 = 0x6465_736f_6c63_796d;

/// Gives a new handle to the caller.
pub(crate) fn give<H: Handle>(inner: H::Inner) -> *mut H {
    Box::into_raw(Box::new(Tagged { tag: H::TAG, inner })).cast()
}

/// Borrows what a handle of the caller holds.
///
/// # Safety
///
/// `handle` is null, or points to at least eight bytes; if they are the tag, to what [`give`] gave and
/// nobody took back for `'a`.
pub(crate) unsafe fn borrow<'a, H: Handle>(
    handle: *const H,
    name: &str,
) -> Result<&'a H::Inner, Failure> {
    // SAFETY: by this function's contract.
    unsafe { check(handle, name)? };
    // SAFETY: it has the tag; by this function's contract it is alive.
    Ok(unsafe { &(*handle.cast::<Tagged<H::Inner>>()).inner })
}

/// Takes a handle back from the caller.
///
/// # Safety
///
/// As [`borrow`], and nobody uses the handle now or later.
pub(crate) unsafe fn take_back<H: Handle>(handle: *mut H, name: &str) -> Result<H::Inner, Failure> {
    // SAFETY: by this function's contract.
    unsafe { check(handle, name)? };
    // SAFETY: it has the tag, so it comes from `give`, and by this function's contract is used by nobody else.
    let mut tagged = unsafe { Box::from_raw(handle.cast::<Tagged<H::Inner>>()) };
    // Volatile: the write would be left out before memory that is freed.
    // SAFETY: the tag is ours.
    unsafe { ptr::write_volatile(&raw mut tagged.tag, CLOSED) };
    Ok(tagged.inner)
}

unsafe fn check<H: Handle>(handle: *const H, name: &str) -> Result<(), Failure> {
    if handle.is_null() {
        return Err(null(name));
    }
    if !handle.cast::<Tagged<H::Inner>>().is_aligned() {
        return Err(Failure::argument(format!("`{name}` is not a pointer that this library gave")));
    }
    // SAFETY: aligned; by the contract of `borrow` there are eight bytes.
    match unsafe { handle.cast::<u64>().read() } {
        tag if tag == H::TAG => Ok(()),
        CLOSED => Err(Failure::argument(format!("`{name}` was closed; do not use it again"))),
        _ => {
            let kind = H::KIND;
            Err(Failure::argument(format!("`{name}` is no {kind}; pass a handle of that kind")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Handle, borrow, give, take_back};

    struct One;
    struct Two;

    impl Handle for One {
        type Inner = String;
        const TAG: u64 = 1;
        const KIND: &'static str = "one";
    }

    impl Handle for Two {
        type Inner = u8;
        const TAG: u64 = 2;
        const KIND: &'static str = "two";
    }

    #[test]
    fn what_is_given_comes_back_and_nothing_else_is_taken() {
        let one: *mut One = give("text".to_owned());
        // SAFETY: the handle is alive, and has its tag; others have eight bytes that are no tag.
        unsafe {
            assert_eq!(borrow(one, "one").expect("alive"), "text");
            let other = borrow(one.cast::<Two>(), "two").expect_err("of another kind");
            assert_eq!(other.message, "`two` is no two; pass a handle of that kind");
            assert!(borrow(one.cast::<u8>().add(1).cast::<One>(), "one").is_err());
            assert_eq!(take_back(one, "one").expect("alive"), "text");
        }
    }
}
