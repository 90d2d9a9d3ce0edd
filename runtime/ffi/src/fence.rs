//! The fence around each call: panics stop here, and the message of a failure is kept for the caller.
#![allow(unsafe_code)]

use crate::status::{Code, Failure};
use std::any::Any;
use std::cell::RefCell;
use std::ffi::{CString, c_char, c_int};
use std::panic::{AssertUnwindSafe, catch_unwind};

thread_local! {
    static LAST_ERROR: RefCell<CString> = RefCell::new(CString::default());
}

/// Runs the body of a call and turns its outcome into a code.
pub(crate) fn run(body: impl FnOnce() -> Result<Code, Failure>) -> c_int {
    // A handle whose call has panicked may hold a frame or a claim too many; the ring itself checks
    // all that it reads, so going on with it is safe.
    let outcome = catch_unwind(AssertUnwindSafe(body)).unwrap_or_else(|panic| {
        Err(Failure { code: Code::Panic, message: explain(panic.as_ref()) })
    });
    match outcome {
        Ok(code) => code.as_int(),
        Err(failure) => keep(failure).as_int(),
    }
}

/// Refuses what would wait for a frame that the thread itself is writing in place.
pub(crate) fn check_lending() -> Result<(), Failure> {
    if mycelium::is_lending() {
        return Err(Failure::argument(
            "this thread is writing a frame in place; commit it or give it up first",
        ));
    }
    Ok(())
}

/// What went wrong in this thread's last call that returned a negative code. Never null; valid until
/// this thread's next failing call.
#[unsafe(no_mangle)]
pub extern "C" fn myc_last_error() -> *const c_char {
    LAST_ERROR.with_borrow(|message| message.as_ptr())
}

#[cold]
fn keep(failure: Failure) -> Code {
    let mut message = failure.message.into_bytes();
    message.retain(|&byte| byte != 0);
    LAST_ERROR.set(CString::new(message).unwrap_or_default());
    failure.code
}

fn explain(panic: &(dyn Any + Send)) -> String {
    let said = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let said = said.or_else(|| panic.downcast_ref::<String>().cloned());
    let said = said.unwrap_or_else(|| "no message".to_owned());
    format!("a defect of Mycelium, please report it: {said}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ffi::CStr;

    fn last_error() -> String {
        // SAFETY: the message lives until this thread's next failing call.
        let message = unsafe { CStr::from_ptr(myc_last_error()) };
        message.to_str().expect("UTF-8").to_owned()
    }

    #[test]
    fn a_panic_becomes_a_code_and_a_message() {
        assert_eq!(run(|| panic!("as {}", "planned")), Code::Panic.as_int());
        assert!(last_error().ends_with("as planned"));
    }

    #[test]
    fn each_thread_has_its_own_message() {
        run(|| Err(Failure::argument("one\0 two")));
        assert_eq!(last_error(), "one two");
        std::thread::spawn(|| assert_eq!(last_error(), "")).join().expect("no panic");
        run(|| Ok(Code::Ok));
        assert_eq!(last_error(), "one two");
    }
}
