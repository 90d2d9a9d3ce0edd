//! The C face of Mycelium: the bus, shared-memory rings and topologies, as `include/mycelium.h` declares them.
//!
//! cbindgen makes the header of these sources; a test holds it to them, and `MYC_BLESS=1` rewrites it. Each
//! function is thin: it checks what can be checked of its pointers, calls the crate that does
//! the work, and turns the answer into a code. Everything runs behind one fence, which stops panics
//! and keeps the message of a failure for [`myc_last_error`].

#![allow(
    clippy::missing_safety_doc,
    reason = "one contract for all: `cbindgen.toml` says it once, above the header"
)]

mod api;
mod bus;
mod fence;
mod folder;
mod handle;
mod listener;
mod publisher;
mod reader;
mod status;
mod subscriber;
mod taking;
mod text;
mod topic;
mod topology;
mod wakeup;
mod writer;

pub use crate::{
    api::{MYC_BUS_API_VERSION, MycBusApi, MycSharedBus, myc_bus_api_get},
    bus::*,
    fence::myc_last_error,
    folder::{myc_folder_clear, myc_folder_open},
    publisher::*,
    reader::{
        MYC_START_FIRST, MYC_START_NEWEST, MycReader, myc_reader_announcements, myc_reader_attach,
        myc_reader_attach_for, myc_reader_close, myc_reader_epoch, myc_reader_poll,
        myc_reader_release, myc_reader_wait,
    },
    status::*,
    subscriber::*,
    text::myc_free,
    topic::{MycFrame, MycTopic},
    topology::myc_topology_routes,
    writer::{
        MycWriter, myc_writer_announce, myc_writer_close, myc_writer_commit, myc_writer_create,
        myc_writer_live_readers, myc_writer_max_frame_len, myc_writer_readers_of,
        myc_writer_reserve, myc_writer_write,
    },
};
