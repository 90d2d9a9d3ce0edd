//! What a message of the server says of itself: who sent it, and of which stream it is.
//!
//! Nothing of it is believed before it was parsed: whoever may publish at the server may publish anything.

use async_nats::HeaderMap;
use bytes::Bytes;
use mycelium_wire::{Digest, FrameHeader};

/// The node that sent it.
pub(super) const NODE: &str = "Mycelium-Node";
/// Tells a node's process from its earlier and later ones.
pub(super) const SESSION: &str = "Mycelium-Session";
/// The stream that a topic's frame belongs to.
pub(super) const STREAM: &str = "Mycelium-Stream";
/// The digest of the frame's type.
pub(super) const DIGEST: &str = "Mycelium-Digest";

/// Longest name of a node in a topology.
const NODE_BYTES: usize = 64;

/// A message's headers.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Letter<'h> {
    pub(super) node: &'h str,
    pub(super) session: u64,
    /// Of a topic's frame.
    pub(super) of: Option<(u64, Digest)>,
}

impl<'h> Letter<'h> {
    /// Reads the headers; says what is wrong with them.
    pub(super) fn parse(headers: Option<&'h HeaderMap>) -> Result<Self, String> {
        let headers = headers.ok_or("it has no headers")?;
        let text = |name| headers.get(name).map(|value| value.as_str());
        let expect = |name| text(name).ok_or_else(|| format!("it has no header `{name}`"));
        let node = expect(NODE)?;
        if node.is_empty() || node.len() > NODE_BYTES {
            return Err(format!("its header `{NODE}` has {} bytes", node.len()));
        }
        let session = parse_number(SESSION, expect(SESSION)?)?;
        let of = match text(STREAM) {
            None => None,
            Some(stream) => {
                let digest = Digest::parse(expect(DIGEST)?);
                let digest = digest.ok_or_else(|| format!("its header `{DIGEST}` is no digest"))?;
                Some((parse_number(STREAM, stream)?, digest))
            }
        };
        Ok(Self { node, session, of })
    }
}

fn parse_number(name: &str, text: &str) -> Result<u64, String> {
    let is_hex = text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let number = is_hex.then(|| u64::from_str_radix(text, 16).ok()).flatten();
    number.ok_or_else(|| format!("its header `{name}` is no number of 16 hexadecimal digits"))
}

/// The headers of what a node says.
pub(super) fn headers(node: &str, session: u64) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(NODE, node);
    headers.insert(SESSION, format!("{session:016x}"));
    headers
}

/// The same of a topic's frames.
pub(super) fn headers_of(mut headers: HeaderMap, stream: u64, digest: Digest) -> HeaderMap {
    headers.insert(STREAM, format!("{stream:016x}"));
    headers.insert(DIGEST, digest.to_string());
    headers
}

/// Takes the next frame from bytes that hold whole ones.
pub(super) fn next_frame(
    bytes: &mut Bytes,
    max_frame_bytes: usize,
) -> Result<Option<(FrameHeader, Bytes)>, String> {
    if bytes.is_empty() {
        return Ok(None);
    }
    let header = FrameHeader::parse(bytes).map_err(|error| error.to_string())?;
    let len = header.frame_len();
    if len > max_frame_bytes {
        return Err(format!("a frame of {len} bytes where at most {max_frame_bytes} are taken"));
    }
    if len > bytes.len() {
        return Err(format!("{} bytes of a frame of {len}", bytes.len()));
    }
    Ok(Some((header, bytes.split_to(len))))
}

#[cfg(test)]
mod tests {
    use async_nats::HeaderMap;
    use bytes::Bytes;
    use mycelium_wire::Digest;

    use super::{DIGEST, Letter, NODE, SESSION, STREAM, headers, headers_of, next_frame};
    use crate::transport::control;

    #[test]
    fn what_a_node_writes_is_read() {
        let digest = Digest([7; 32]);
        let said = headers("engine", 1);
        let letter = Letter::parse(Some(&said));
        assert_eq!(letter, Ok(Letter { node: "engine", session: 1, of: None }));
        let of_topic = headers_of(said.clone(), u64::MAX, digest);
        let of = Some((u64::MAX, digest));
        let letter = Letter::parse(Some(&of_topic));
        assert_eq!(letter, Ok(Letter { node: "engine", session: 1, of }));
    }

    #[test]
    fn what_is_wrong_is_named() {
        let sound = headers_of(headers("engine", 1), 2, Digest([7; 32]));
        let with = |name: &str, value: &str| {
            let mut headers = sound.clone();
            headers.insert(name, value);
            Letter::parse(Some(&headers)).map(drop).unwrap_err()
        };
        assert!(Letter::parse(None).is_err());
        assert!(Letter::parse(Some(&HeaderMap::new())).unwrap_err().contains(NODE));
        for bad in ["", &"x".repeat(65)] {
            assert!(with(NODE, bad).contains(NODE));
        }
        for bad in ["", "1", "+00000000000000a", "000000000000000g", "00000000000000001"] {
            assert!(with(SESSION, bad).contains(SESSION));
            assert!(with(STREAM, bad).contains(STREAM));
        }
        for bad in ["", "myc1:", "myc1:07", &format!("{}0", Digest([7; 32]))] {
            assert!(with(DIGEST, bad).contains(DIGEST));
        }
    }

    #[test]
    fn frames_are_whole_or_refused() {
        let frame = control::heartbeat();
        let mut two = Bytes::from([&*frame, &*frame].concat());
        for _ in 0..2 {
            let (_, found) = next_frame(&mut two, 4096).unwrap().unwrap();
            assert_eq!(found, frame);
        }
        assert_eq!(next_frame(&mut two, 4096), Ok(None));
        for len in 1..frame.len() {
            assert!(next_frame(&mut Bytes::copy_from_slice(&frame[..len]), 4096).is_err());
        }
        assert!(next_frame(&mut Bytes::from(frame.clone()), frame.len() - 1).is_err());
    }
}
