//! A descriptor that becomes readable when something has come.

use crate::status::Failure;
use rustix::event::{EventfdFlags, eventfd};
use std::os::fd::{AsRawFd, OwnedFd, RawFd};
use std::sync::Arc;
use std::task::{Wake, Waker};

/// The descriptor, and who writes to it.
pub(crate) struct Wakeup {
    bell: Arc<Bell>,
    pub(crate) waker: Waker,
}

struct Bell(OwnedFd);

impl Wakeup {
    pub(crate) fn new() -> Result<Self, Failure> {
        let descriptor = eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)
            .map_err(|error| Failure::exhausted(format!("no descriptor: {error}")))?;
        let bell = Arc::new(Bell(descriptor));
        Ok(Self { waker: bell.clone().into(), bell })
    }

    pub(crate) fn descriptor(&self) -> RawFd {
        self.bell.0.as_raw_fd()
    }

    /// Makes it unreadable until the next time.
    pub(crate) fn silence(&self) {
        // It is nonblocking: an error says that there is nothing to read.
        let _ = rustix::io::read(&self.bell.0, &mut [0; 8]);
    }
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        // An error would say that it is readable already.
        let _ = rustix::io::write(&self.0, &1_u64.to_ne_bytes());
    }
}
