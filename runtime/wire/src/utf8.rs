//! How far bytes are UTF-8.
//!
//! Nearly all text in messages is short ASCII. So bytes are looked at by blocks and words first, several texts in one
//! go, and only those with a high bit go through the standard library's check.

/// The high bit of each byte of a word.
const HIGH: u64 = 0x8080_8080_8080_8080;

/// How many of the first of `bytes` are UTF-8, of which the first `len` should be a text; `read` bytes were read so
/// far. It looks at that text and at some of what follows.
///
/// The more there was before, the more is looked at in one go: what is looked at in vain, since it belongs
/// to no text, is a part of what was read.
#[inline(never)]
pub(crate) fn len_ahead(bytes: &[u8], len: usize, read: usize) -> usize {
    let ahead = (read / 4).clamp(128, 4096);
    utf8_len(bytes.get(..len.max(ahead)).unwrap_or(bytes))
}

/// How many of the first bytes are UTF-8. Only what is beyond ASCII goes through the standard library, and so long as
/// there is no ASCII.
fn utf8_len(bytes: &[u8]) -> usize {
    let mut len = 0;
    loop {
        len += ascii_len(&bytes[len..]);
        let rest = &bytes[len..];
        // One letter of two bytes, as between those of many a language, is seen faster here.
        if let [0xc2..=0xdf, 0x80..=0xbf, 0..=0x7f, ..] = rest {
            len += 2;
            continue;
        }
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
    let beyond = |word: &[u8; 8]| u64::from_le_bytes(*word) & HIGH;
    if let Some(index) = words.iter().position(|word| beyond(word) != 0) {
        return blocks * BLOCK + index * 8 + beyond(&words[index]).trailing_zeros() as usize / 8;
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
