//! Topologies, for C.
#![allow(unsafe_code)]

use crate::fence::run;
use crate::status::Code;
use crate::text::{borrow_mut, borrow_text, give_text};
use mycelium::topology::Topology;
use std::ffi::{c_char, c_int};

/// See the header.
///
/// # Safety
///
/// Pointers that are not null are valid, as the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn myc_topology_routes(
    path: *const c_char,
    service: *const c_char,
    routes: *mut *mut c_char,
) -> c_int {
    run(|| {
        // SAFETY: by this function's contract.
        let (path, service, out) = unsafe {
            (
                borrow_text(path, "path")?,
                borrow_text(service, "service")?,
                borrow_mut(routes, "routes")?,
            )
        };
        let links = Topology::load(path)?.links(service)?;
        *out = give_text(links.to_string())?;
        Ok(Code::Ok)
    })
}
