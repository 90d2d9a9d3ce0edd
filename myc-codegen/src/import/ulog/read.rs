//! The head of a log: a header, and messages up to the first that belongs to the data.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::Read;

use flate2::read::GzDecoder;

use super::format::{self, Definition};
use crate::import::report::{At, ImportError, Report};
use crate::import::{SOURCE_BYTES, Source};

const MAGIC: &[u8] = b"ULog\x01\x12\x35";

/// Magic number, version, time.
const HEADER_BYTES: usize = 16;

/// Length and kind of a message.
const HEAD_BYTES: usize = 3;

/// Byte of a message of flags that says what readers must know: only bit 0, data appended, is known.
const INCOMPATIBLE: std::ops::Range<usize> = 8..16;

/// All definitions, in the order of the log.
pub(super) fn definitions(
    source: &Source,
    report: &mut Report,
) -> Result<Vec<Definition>, ImportError> {
    let bytes = plain(source, report)?;
    if !bytes.starts_with(MAGIC) || bytes.len() < HEADER_BYTES {
        let message = "this is not a ULog file: it does not begin with its header";
        return Err(report.error(At::Byte(0), message));
    }
    let mut definitions: Vec<Definition> = Vec::new();
    let mut known: HashMap<String, usize> = HashMap::new();
    let mut at = HEADER_BYTES;
    while let Some((kind, payload)) = message(&bytes, at, report)? {
        match kind {
            b'F' => {
                let definition = definition(payload, at, report)?;
                match known.get(&definition.name).map(|first| &definitions[*first]) {
                    None => {
                        known.insert(definition.name.clone(), definitions.len());
                        definitions.push(definition);
                    }
                    // Some loggers write a definition again.
                    Some(first) if first.parts == definition.parts => {}
                    Some(first) => {
                        let message = format!(
                            "`{}` is defined otherwise than at byte {}",
                            definition.name, first.at
                        );
                        return Err(report.error(At::Byte(at), message));
                    }
                }
            }
            b'B' => check_flags(payload, at, report)?,
            // Information and parameters.
            b'I' | b'M' | b'P' | b'Q' => {}
            // Data begins.
            _ => break,
        }
        at += HEAD_BYTES + payload.len();
    }
    if definitions.is_empty() {
        return Err(report.error(At::Byte(at), "the log defines no messages"));
    }
    Ok(definitions)
}

/// The log itself, or its head where it is long; unpacked where it is packed.
fn plain<'s>(source: &'s Source, report: &Report) -> Result<Cow<'s, [u8]>, ImportError> {
    if !source.bytes.starts_with(&[0x1f, 0x8b]) {
        return Ok(Cow::Borrowed(&source.bytes));
    }
    let mut bytes = Vec::new();
    // A stream that is cut off, or whose end was not read, still has its head.
    let unpacked = GzDecoder::new(&*source.bytes).take(SOURCE_BYTES as u64).read_to_end(&mut bytes);
    match unpacked {
        Err(error) if bytes.is_empty() => {
            Err(report.error(At::Byte(0), format!("this cannot be unpacked: {error}")))
        }
        _ => Ok(Cow::Owned(bytes)),
    }
}

/// Kind and payload of the message at a byte; nothing at the end.
fn message<'b>(
    bytes: &'b [u8],
    at: usize,
    report: &Report,
) -> Result<Option<(u8, &'b [u8])>, ImportError> {
    let rest = &bytes[at.min(bytes.len())..];
    if rest.is_empty() {
        return Ok(None);
    }
    let cut_off = || report.error(At::Byte(at), "the log is cut off here, among its definitions");
    let [low, high, kind, payload @ ..] = rest else { return Err(cut_off()) };
    let len = usize::from(u16::from_le_bytes([*low, *high]));
    match payload.get(..len) {
        Some(payload) => Ok(Some((*kind, payload))),
        None if matches!(kind, b'F' | b'B' | b'I' | b'M' | b'P' | b'Q') => Err(cut_off()),
        None => Ok(Some((*kind, &[]))),
    }
}

fn definition(payload: &[u8], at: usize, report: &Report) -> Result<Definition, ImportError> {
    let wrong = |message: String| report.error(At::Byte(at), message);
    let text = std::str::from_utf8(payload)
        .map_err(|_| wrong("a definition that is not text".to_owned()))?;
    format::parse(text, at).map_err(wrong)
}

fn check_flags(payload: &[u8], at: usize, report: &Report) -> Result<(), ImportError> {
    let incompatible = payload.get(INCOMPATIBLE).unwrap_or_default();
    let (first, others) = incompatible.split_first().unwrap_or((&0, &[]));
    if first & !1 != 0 || others.iter().any(|byte| *byte != 0) {
        let message = "the log has flags that mean something this reader does not know";
        return Err(report.error(At::Byte(at), message));
    }
    Ok(())
}
