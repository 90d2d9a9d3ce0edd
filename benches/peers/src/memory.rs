//! The allocator of the C library, told to keep what it has got.

#![allow(unsafe_code)]

/// A large value is otherwise made of pages that the kernel hands out and takes back each time, or not,
/// as it happens to lie; that is not the codec's, and hides it.
pub(crate) fn keep() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        /// The most that the library takes.
        const MAPPED_BYTES: i32 = 32 << 20;
        // SAFETY: the process has one thread as yet, and the call only sets two numbers.
        let set = unsafe {
            libc::mallopt(libc::M_MMAP_THRESHOLD, MAPPED_BYTES)
                & libc::mallopt(libc::M_TRIM_THRESHOLD, i32::MAX)
        };
        assert!(set == 1, "the allocator refuses its settings");
    }
}
