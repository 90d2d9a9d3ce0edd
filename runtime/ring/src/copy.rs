//! Copying bytes that another process may be changing.
//!
//! Who copies checks afterwards whether they were whole, and throws them away if not. A plain copy of
//! bytes that change is undefined in Rust even so; loads of atomics are not, nor is what the compiler does
//! not see. Above a few cache lines the processor's own copying instruction is as fast as `memcpy`, where
//! loads word by word take twice as long and more.
#![allow(unsafe_code)]

use std::ptr::NonNull;
use std::sync::atomic::{AtomicU64, Ordering};

/// From how many bytes on the processor's own instruction is the faster one.
#[cfg(target_arch = "x86_64")]
const BLOCK_FROM: usize = 1024;

/// Copies `words` words to the beginning of `into`, which grows where it must.
///
/// # Safety
///
/// So many words can be read from `from`, an address that is a multiple of 8, and whoever changes them
/// meanwhile is another process, or does so by atomics.
pub(crate) unsafe fn copy_changing(from: NonNull<u64>, words: usize, into: &mut Vec<u64>) {
    if into.len() < words {
        into.resize(words, 0);
    }
    #[cfg(target_arch = "x86_64")]
    if words * 8 >= BLOCK_FROM {
        // SAFETY: the source can be read, by the caller's promise; the target has so many words, and is
        // ours alone. The direction flag is clear, as it is in all Rust code.
        unsafe {
            std::arch::asm!(
                "rep movsb",
                inout("rsi") from.as_ptr() => _,
                inout("rdi") into.as_mut_ptr() => _,
                inout("rcx") words * 8 => _,
                options(nostack, preserves_flags)
            );
        }
        return;
    }
    for (index, word) in into.iter_mut().take(words).enumerate() {
        // SAFETY: the word can be read and is aligned, by the caller's promise; an atomic has the layout of
        // its value, and every bit pattern is valid for it.
        let shared: &AtomicU64 = unsafe { from.add(index).cast().as_ref() };
        // Relaxed: a fence follows before the copy is believed.
        *word = shared.load(Ordering::Relaxed);
    }
}

/// The bytes of words.
pub(crate) fn as_bytes(words: &[u64]) -> &[u8] {
    // SAFETY: the words are initialized bytes of this length, and bytes need no alignment.
    unsafe { std::slice::from_raw_parts(words.as_ptr().cast(), size_of_val(words)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_are_equal_at_every_length() {
        let source: Vec<u64> = (0..600).map(|word| word * 0x0101_0203).collect();
        let mut copy = Vec::new();
        for words in 0..=source.len() {
            copy.fill(u64::MAX);
            // SAFETY: the source has so many words, and nobody changes them.
            unsafe { copy_changing(NonNull::from(&source[..]).cast(), words, &mut copy) };
            assert_eq!(copy[..words], source[..words]);
        }
        assert_eq!(as_bytes(&[0x0102_u64.to_le()])[..3], [2, 1, 0]);
    }
}
