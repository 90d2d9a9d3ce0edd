//! Topologies, for C.
#![allow(unsafe_code)]

use crate::fence::run;
use crate::status::Code;
use crate::text::{borrow_mut, borrow_text, give_text};
use mycelium::topology::Topology;
use std::ffi::{c_char, c_int};

/// What the node of `service` opens by the topology at `path`, as text. One link a line, as `key=value` separated by
/// tabs: `link` (listen, dial, write_ring, read_ring, meet), `node`, `service`, and what else it has; where a value is
/// several names, these are separated by commas. Free it with myc_free.
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
