//! Locks on single bytes of a file, which the kernel opens when their holder dies.
//!
//! They belong to the *open file description* (`F_OFD_SETLK`), not to the process: two readers in
//! one process hold different ones, and closing another descriptor of the file frees nothing. They
//! count across pid namespaces. A forked child shares its parent's; for that, processes are also
//! known by pid and start time.
#![allow(unsafe_code)]

use std::io;
use std::os::fd::{AsRawFd, BorrowedFd};

/// Tries to lock byte `at` exclusively, until the file is closed. False if somebody else has it.
pub(crate) fn try_lock(file: BorrowedFd<'_>, at: u64) -> io::Result<bool> {
    let mut request = exclusive(at)?;
    match fcntl(file, libc::F_OFD_SETLK, &mut request) {
        Ok(()) => Ok(true),
        Err(error) if matches!(error.raw_os_error(), Some(libc::EAGAIN | libc::EACCES)) => {
            Ok(false)
        }
        Err(error) => Err(error),
    }
}

/// Whether somebody else has byte `at` locked.
pub(crate) fn is_locked(file: BorrowedFd<'_>, at: u64) -> io::Result<bool> {
    let mut request = exclusive(at)?;
    fcntl(file, libc::F_OFD_GETLK, &mut request)?;
    Ok(libc::c_int::from(request.l_type) != libc::F_UNLCK)
}

fn exclusive(at: u64) -> io::Result<libc::flock> {
    let start = libc::off_t::try_from(at).map_err(|_| io::ErrorKind::InvalidInput)?;
    Ok(libc::flock {
        l_type: libc::F_WRLCK as libc::c_short,
        l_whence: libc::SEEK_SET as libc::c_short,
        l_start: start,
        l_len: 1,
        // Must be zero for locks of open file descriptions.
        l_pid: 0,
    })
}

fn fcntl(file: BorrowedFd<'_>, command: libc::c_int, lock: &mut libc::flock) -> io::Result<()> {
    loop {
        // SAFETY: the descriptor is open as long as it is borrowed, and both commands take a
        // pointer to a `flock` that they may write.
        let result = unsafe { libc::fcntl(file.as_raw_fd(), command, std::ptr::from_mut(lock)) };
        if result != -1 {
            return Ok(());
        }
        let error = io::Error::last_os_error();
        if error.kind() != io::ErrorKind::Interrupted {
            return Err(error);
        }
    }
}
