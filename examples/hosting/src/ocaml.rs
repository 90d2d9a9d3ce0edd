//! The OCaml runtime in a program of Rust: one thread starts it, and runs one function of OCaml that was registered
//! by `Callback.register`. Further threads are OCaml's own.
#![allow(unsafe_code)]

use std::ffi::{CStr, c_char};
use std::thread::{Builder, JoinHandle};

use mycelium::MessageBus;
use mycelium_ffi::{MycBus, myc_bus_release};

/// A value of OCaml, as `caml/mlvalues.h` has it.
type Value = isize;

// Of OCaml's runtime, which is linked where OCaml is: `caml/callback.h`, `caml/alloc.h`, `caml/printexc.h`,
// `caml/signals.h`.
unsafe extern "C" {
    fn caml_startup(arguments: *mut *mut c_char);
    fn caml_named_value(name: *const c_char) -> *const Value;
    fn caml_callback_exn(closure: Value, argument: Value) -> Value;
    fn caml_copy_nativeint(number: isize) -> Value;
    fn caml_format_exception(exception: Value) -> *mut c_char;
    fn caml_enter_blocking_section_no_pending();
}

/// Where a pointer ends a call that raised an exception.
const EXCEPTION: Value = 2;

/// The arguments of the program.
struct Arguments(*mut *mut c_char);

// SAFETY: they live as long as the program, and nobody changes them.
unsafe impl Send for Arguments {}

/// Starts OCaml in a thread of its own, and there the function of that name, with the address of the bus; the thread's
/// result says whether it raised an exception.
///
/// # Safety
///
/// `arguments` are those of the program, and nobody starts OCaml but this call.
pub(crate) unsafe fn start(
    arguments: *mut *mut c_char,
    bus: MessageBus,
    function: &'static CStr,
) -> Result<JoinHandle<Result<(), String>>, String> {
    let arguments = Arguments(arguments);
    let run = move || {
        let Arguments(arguments) = { arguments };
        let handle = MycBus::of(bus);
        // SAFETY: by this function's contract; this thread has the runtime lock until the end of `call`.
        let outcome = unsafe { call(arguments, handle, function) };
        // SAFETY: it was made above, and OCaml has retained it where it keeps it.
        unsafe { myc_bus_release(handle) };
        outcome
    };
    Builder::new().name("ocaml".to_owned()).spawn(run).map_err(|error| error.to_string())
}

unsafe fn call(
    arguments: *mut *mut c_char,
    bus: *mut MycBus,
    function: &CStr,
) -> Result<(), String> {
    // SAFETY: by the contract of `start`. No value is kept over a call that may move it: the closure is read
    // anew, behind the allocation of its argument.
    unsafe {
        caml_startup(arguments);
        let named = caml_named_value(function.as_ptr());
        if named.is_null() {
            return Err(format!("OCaml has registered no {}", function.to_string_lossy()));
        }
        let address = caml_copy_nativeint(bus as isize);
        let result = caml_callback_exn(*named, address);
        let outcome = match result & 3 == EXCEPTION {
            true => Err(text_of(result & !3)),
            false => Ok(()),
        };
        // Other threads of OCaml may go on. It runs no handler of a signal, whose exception nobody would catch.
        caml_enter_blocking_section_no_pending();
        outcome
    }
}

unsafe fn text_of(exception: Value) -> String {
    // SAFETY: it is an exception; the text lives until it is freed, which the end of the program does.
    unsafe { CStr::from_ptr(caml_format_exception(exception)) }.to_string_lossy().into_owned()
}
