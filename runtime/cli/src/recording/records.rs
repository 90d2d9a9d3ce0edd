//! The records of an MCAP file, as bytes: <https://mcap.dev/spec>.
//!
//! What is written a million times a second is written here, into memory; the crate `mcap` reads it.

use std::collections::BTreeMap;

/// How a file begins and ends.
pub(super) const MAGIC: &[u8; 8] = b"\x89MCAP0\r\n";

/// Operation codes.
pub(super) mod op {
    pub(in super::super) const HEADER: u8 = 0x01;
    pub(in super::super) const FOOTER: u8 = 0x02;
    pub(in super::super) const SCHEMA: u8 = 0x03;
    pub(in super::super) const CHANNEL: u8 = 0x04;
    pub(in super::super) const MESSAGE: u8 = 0x05;
    pub(in super::super) const CHUNK: u8 = 0x06;
    pub(in super::super) const MESSAGE_INDEX: u8 = 0x07;
    pub(in super::super) const CHUNK_INDEX: u8 = 0x08;
    pub(in super::super) const STATISTICS: u8 = 0x0b;
    pub(in super::super) const METADATA: u8 = 0x0c;
    pub(in super::super) const METADATA_INDEX: u8 = 0x0d;
    pub(in super::super) const SUMMARY_OFFSET: u8 = 0x0e;
    pub(in super::super) const DATA_END: u8 = 0x0f;
}

/// Bytes before a record's body: its operation code and its length.
const HEAD: usize = 1 + 8;

/// Adds a record.
pub(super) fn record(out: &mut Vec<u8>, op: u8, body: impl FnOnce(&mut Body<'_>)) {
    let start = out.len();
    out.extend_from_slice(&[op, 0, 0, 0, 0, 0, 0, 0, 0]);
    body(&mut Body(out));
    let len = (out.len() - start - HEAD) as u64;
    out[start + 1..start + HEAD].copy_from_slice(&len.to_le_bytes());
}

/// What stands in a record.
pub(super) struct Body<'o>(&'o mut Vec<u8>);

impl Body<'_> {
    pub(super) fn u8(&mut self, value: u8) -> &mut Self {
        self.bytes(&[value])
    }

    pub(super) fn u16(&mut self, value: u16) -> &mut Self {
        self.bytes(&value.to_le_bytes())
    }

    pub(super) fn u32(&mut self, value: u32) -> &mut Self {
        self.bytes(&value.to_le_bytes())
    }

    pub(super) fn u64(&mut self, value: u64) -> &mut Self {
        self.bytes(&value.to_le_bytes())
    }

    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        self.sized(|body| {
            body.bytes(text.as_bytes());
        })
    }

    /// Texts by name.
    pub(super) fn texts(&mut self, all: &BTreeMap<String, String>) -> &mut Self {
        self.sized(|body| {
            for (name, text) in all {
                body.text(name).text(text);
            }
        })
    }

    /// Numbers by channel.
    pub(super) fn numbers(&mut self, all: impl Iterator<Item = (u16, u64)>) -> &mut Self {
        self.sized(|body| {
            for (channel, number) in all {
                body.u16(channel).u64(number);
            }
        })
    }

    pub(super) fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        self.0.extend_from_slice(bytes);
        self
    }

    /// What stands behind its length.
    pub(super) fn sized(&mut self, inner: impl FnOnce(&mut Body<'_>)) -> &mut Self {
        let start = self.0.len();
        self.u32(0);
        inner(self);
        // Texts of this length come from nowhere: frames and announcements are shorter.
        let len = u32::try_from(self.0.len() - start - 4).unwrap_or(u32::MAX);
        self.0[start..start + 4].copy_from_slice(&len.to_le_bytes());
        self
    }
}
