//! What happens when a ring's file is truncated while it is mapped.
//!
//! Memory behind the file's new end is gone, and the first to touch it gets `SIGBUS`, which kills. Whoever
//! may open the file can do that to us. So the first mapping installs a handler: a fault within a ring is
//! answered by putting zeros in the place of what is gone, and by noting that on the [`Watched`] range;
//! readers and writers see the note and answer with an error. Every other fault goes to the handler that was
//! there before, and so does a `SIGBUS` that somebody has sent. A handler that is installed later and does not
//! pass faults on takes this protection away.
//!
//! The handler walks a list of ranges, which only grows: entries of unmapped ranges are used again, for ranges
//! of the same length. Lengths are few: one for each capacity, and one for the shared pages.
#![allow(unsafe_code)]

use std::io;
use std::ptr::{self, NonNull};
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

/// One mapped range.
#[derive(Debug)]
struct Entry {
    /// Its first byte; 0 while the entry is free.
    start: AtomicUsize,
    /// It never changes: a handler that has found an earlier start must not take a later, longer range's end
    /// for its end, and put zeros over what lies behind it.
    len: usize,
    /// Something of it is gone.
    hit: AtomicBool,
    next: Option<&'static Entry>,
}

/// The list, newest entry first.
static ENTRIES: AtomicPtr<Entry> = AtomicPtr::new(ptr::null_mut());
/// Entries that are free.
static FREE: Mutex<Vec<&'static Entry>> = Mutex::new(Vec::new());
/// Who answered faults before us.
static BEFORE: OnceLock<libc::sigaction> = OnceLock::new();
static PAGE_LEN: AtomicUsize = AtomicUsize::new(4096);

/// A range whose faults are answered, until this is dropped.
#[derive(Debug)]
pub(crate) struct Watched(&'static Entry);

impl Watched {
    /// Answers faults in the `len` bytes from `start` on.
    pub(crate) fn new(start: NonNull<u8>, len: usize) -> io::Result<Self> {
        install()?;
        let entry = free_entry(len);
        entry.hit.store(false, Ordering::Relaxed);
        // Release: the handler that finds the start comes after what was noted of the range before.
        entry.start.store(start.as_ptr() as usize, Ordering::Release);
        Ok(Self(entry))
    }

    /// Whether something of the range is gone.
    #[inline]
    pub(crate) fn is_hit(&self) -> bool {
        self.0.hit.load(Ordering::Relaxed)
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.0.start.store(0, Ordering::Release);
        FREE.lock().unwrap_or_else(PoisonError::into_inner).push(self.0);
    }
}

/// An entry for a range of `len` bytes.
fn free_entry(len: usize) -> &'static Entry {
    let mut free = FREE.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(index) = free.iter().position(|entry| entry.len == len) {
        return free.swap_remove(index);
    }
    // The lock is held: nobody else changes the head.
    let head = ENTRIES.load(Ordering::Acquire);
    let entry: &'static mut Entry = Box::leak(Box::new(Entry {
        start: AtomicUsize::new(0),
        len,
        hit: AtomicBool::new(false),
        // SAFETY: entries are never freed.
        next: unsafe { head.as_ref() },
    }));
    ENTRIES.store(entry, Ordering::Release);
    entry
}

/// Installs the handler, once.
fn install() -> io::Result<()> {
    static INSTALLED: Mutex<bool> = Mutex::new(false);
    let mut installed = INSTALLED.lock().unwrap_or_else(PoisonError::into_inner);
    if *installed {
        return Ok(());
    }
    // SAFETY: this only asks.
    let page_len = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
    PAGE_LEN.store(usize::try_from(page_len).unwrap_or(4096), Ordering::Relaxed);
    // SAFETY: a zeroed `sigaction` is a valid one; both calls get pointers to such, or null.
    unsafe {
        let mut before: libc::sigaction = std::mem::zeroed();
        checked(libc::sigaction(libc::SIGBUS, ptr::null(), &mut before))?;
        // Before the handler can run.
        let _ = BEFORE.set(before);
        let mut ours: libc::sigaction = std::mem::zeroed();
        ours.sa_sigaction = on_fault as *const () as usize;
        ours.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK;
        libc::sigemptyset(&mut ours.sa_mask);
        checked(libc::sigaction(libc::SIGBUS, &ours, ptr::null_mut()))?;
    }
    *installed = true;
    Ok(())
}

fn checked(result: libc::c_int) -> io::Result<()> {
    if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

extern "C" fn on_fault(
    signal: libc::c_int,
    info: *mut libc::siginfo_t,
    context: *mut libc::c_void,
) {
    // SAFETY: the kernel passes valid information to a handler with `SA_SIGINFO`.
    let info_of_signal = unsafe { &*info };
    // What the kernel finds has a positive code, and only that has an address.
    let is_sent = info_of_signal.si_code <= 0;
    // SAFETY: any bytes are an address, if not one that means something.
    let address = unsafe { info_of_signal.si_addr() } as usize;
    if is_sent || !replace_by_zeros(address) {
        pass_on(signal, info, context, is_sent);
    }
}

/// Maps zeros over what is gone, from the page with this address to the end of its range. False if the
/// address is in none. Safe in a signal handler: it touches atomics alone, and calls the system once.
fn replace_by_zeros(address: usize) -> bool {
    // SAFETY: entries are never freed.
    let mut next = unsafe { ENTRIES.load(Ordering::Acquire).as_ref() };
    while let Some(entry) = next {
        let start = entry.start.load(Ordering::Acquire);
        let end = start + entry.len;
        if start != 0 && (start..end).contains(&address) {
            entry.hit.store(true, Ordering::Relaxed);
            let page = address & !(PAGE_LEN.load(Ordering::Relaxed) - 1);
            return map_zeros(page, end - page);
        }
        next = entry.next;
    }
    false
}

fn map_zeros(at: usize, len: usize) -> bool {
    let protection = libc::PROT_READ | libc::PROT_WRITE;
    let flags = libc::MAP_FIXED | libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE;
    // SAFETY: the pages belong to a range that we have mapped and whose owner holds it; what was there is
    // gone, and any bytes are valid for those who look at it. `errno` is put back for whom we interrupt.
    unsafe {
        let errno = *libc::__errno_location();
        let mapped = libc::mmap(at as *mut libc::c_void, len, protection, flags, -1, 0);
        *libc::__errno_location() = errno;
        mapped != libc::MAP_FAILED
    }
}

/// Lets the handler that was there before ours answer the signal.
fn pass_on(
    signal: libc::c_int,
    info: *mut libc::siginfo_t,
    context: *mut libc::c_void,
    is_sent: bool,
) {
    type Full = extern "C" fn(libc::c_int, *mut libc::siginfo_t, *mut libc::c_void);
    let before = BEFORE.get().map(|before| (before.sa_sigaction, before.sa_flags));
    match before {
        // A fault cannot be ignored, but a signal can.
        Some((libc::SIG_IGN, _)) if is_sent => {}
        Some((handler, flags)) if handler != libc::SIG_DFL && handler != libc::SIG_IGN => {
            if flags & libc::SA_SIGINFO != 0 {
                // SAFETY: this is how such a handler was to be called by the kernel.
                let handler: Full = unsafe { std::mem::transmute(handler) };
                handler(signal, info, context);
            } else {
                // SAFETY: as above.
                let handler: extern "C" fn(libc::c_int) = unsafe { std::mem::transmute(handler) };
                handler(signal);
            }
        }
        _ => {
            // SAFETY: no pointers are passed.
            unsafe { libc::signal(signal, libc::SIG_DFL) };
        }
    }
    if is_sent && is_default(signal) {
        // A fault comes again when its instruction is tried again, and then kills the process as it would
        // have without us. A signal does not: it would be lost, and with it the protection.
        // SAFETY: no pointers are passed.
        unsafe { libc::raise(signal) };
    }
}

/// Whether the signal has no handler: ours was taken away, by ourselves or by the one before ours, as that
/// of Rust's standard library does.
fn is_default(signal: libc::c_int) -> bool {
    // SAFETY: a zeroed `sigaction` is a valid one; this only asks.
    unsafe {
        let mut now: libc::sigaction = std::mem::zeroed();
        libc::sigaction(signal, ptr::null(), &mut now) == 0 && now.sa_sigaction == libc::SIG_DFL
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_used_again_for_the_same_length_alone() {
        // Lengths that no ring has, so that no other test takes these entries.
        let watched = |len| Watched::new(NonNull::dangling(), len).expect("a handler");
        let first = watched(3).0;
        assert!(ptr::eq(watched(3).0, first));
        assert!(!ptr::eq(watched(5).0, first));
        assert!(ptr::eq(watched(3).0, first));
    }
}
