//! Folders of rings, for C.
#![allow(unsafe_code)]

use crate::fence::run;
use crate::status::{Code, Failure};
use crate::text::borrow_text;
use mycelium_ring::RingDirectory;
use std::ffi::{c_char, c_int};

/// Makes the folder for rings at `path` where there is none, for this user alone (mode 0700). Its parent
/// must exist.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn myc_folder_open(path: *const c_char) -> c_int {
    run(|| {
        // SAFETY: by this function's contract.
        let path = unsafe { borrow_text(path, "path")? };
        RingDirectory::open_or_create(path).map_err(Failure::folder)?;
        Ok(Code::Ok)
    })
}

/// Removes what dead writers left behind in the folder, and the folder if nothing else is in it. No
/// folder is nothing to do.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn myc_folder_clear(path: *const c_char) -> c_int {
    run(|| {
        // SAFETY: by this function's contract.
        let path = unsafe { borrow_text(path, "path")? };
        if let Some(folder) = RingDirectory::open(path).map_err(Failure::folder)? {
            folder.remove_stale().map_err(Failure::folder)?;
            folder.remove_if_empty();
        }
        Ok(Code::Ok)
    })
}
