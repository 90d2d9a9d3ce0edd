//! How far bytes are UTF-8.
//!
//! Nearly all text in messages is short ASCII. So bytes are looked at by blocks and words first, several texts in one
//! go, and only those with a high bit go through the standard library's check.

/// The high bit of each byte of a word.
const HIGH: u64 = 0x8080_8080_8080_8080;

/// Whether a byte of UTF-8 is the first of a character.
#[inline]
pub(crate) fn begins_character(byte: u8) -> bool {
    byte & 0xc0 != 0x80
}

/// Looks at `bytes` from `start` on: where the text ends that begins there, which is `end` or lies behind
/// it, or 0 where what lies before `end` is no text.
///
/// The more there was before, the more is looked at in one go: what is looked at in vain, since it belongs
/// to no text, is a part of what was read.
#[inline(never)]
pub(crate) fn end_from(bytes: &[u8], start: usize, end: usize) -> usize {
    let ahead = (end / 4).clamp(128, 4096);
    let rest = bytes.get(start..).unwrap_or_default();
    let rest = rest.get(..(end - start).max(ahead)).unwrap_or(rest);
    let text_end = start + utf8_len(rest);
    let is_whole = text_end == end
        || text_end > end && bytes.get(end).is_some_and(|next| begins_character(*next));
    if is_whole { text_end } else { 0 }
}

/// How many of the first bytes are UTF-8. Only what is beyond ASCII goes through the standard library, and so long as
/// there is no ASCII.
fn utf8_len(bytes: &[u8]) -> usize {
    let mut len = 0;
    loop {
        len += ascii_len(&bytes[len..]);
        let rest = &bytes[len..];
        let run = rest.iter().position(u8::is_ascii).unwrap_or(rest.len());
        match core::str::from_utf8(&rest[..run]) {
            Ok("") => return len,
            Ok(_) => len += run,
            Err(error) => return len + error.valid_up_to(),
        }
    }
}

/// How many of the first bytes are ASCII: by blocks, by words, and byte by byte.
fn ascii_len(bytes: &[u8]) -> usize {
    const BLOCK: usize = 128;
    let (blocks, _) = bytes.as_chunks::<BLOCK>();
    let blocks = blocks.iter().take_while(|block| is_ascii(*block)).count();
    let rest = &bytes[blocks * BLOCK..];
    let (words, last) = rest.as_chunks::<8>();
    for (word, at) in words.iter().zip((blocks * BLOCK..).step_by(8)) {
        let beyond = u64::from_le_bytes(*word) & HIGH;
        if beyond != 0 {
            return at + beyond.trailing_zeros() as usize / 8;
        }
    }
    bytes.len() - last.len() + last.iter().take_while(|byte| byte.is_ascii()).count()
}

/// Whether no byte has its high bit set: by words, the last of which may overlap the one before it,
/// so that short text costs a few loads and no call.
#[inline]
pub(crate) fn is_ascii(bytes: &[u8]) -> bool {
    let Some(last) = bytes.last_chunk::<8>() else {
        return bytes.iter().fold(0, |all, byte| all | byte) < 0x80;
    };
    let (words, _) = bytes.as_chunks::<8>();
    let all =
        words.iter().fold(u64::from_le_bytes(*last), |all, word| all | u64::from_le_bytes(*word));
    all & HIGH == 0
}
