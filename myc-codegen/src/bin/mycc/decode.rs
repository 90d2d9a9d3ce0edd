//! `mycc decode`: frames to JSON values.

use std::io::{self, Read};

use myc_schema::Arena;
use myc_schema::schema::{Schema, TypeId, TypeKind};
use mycelium_wire::reflect::Def;
use mycelium_wire::value::{self, DecodeValueError};
use mycelium_wire::{ErrorKind, FrameHeader, json};

use crate::args::{DecodeArgs, MessageFormat};
use crate::codec::{HexReader, Input, Output};
use crate::failure::Failure;
use crate::{project, source, types};

/// Runs the command.
pub(crate) fn run(args: &DecodeArgs, format: MessageFormat) -> Result<(), Failure> {
    let schema = source::load(&project::paths_or_schemas(&args.streams.schemas)?, format)?;
    let id = types::find_message(&schema, &args.type_name)?;
    let mut input = Input::open(&args.streams)?;
    let mut output = Output::open(&args.streams)?;
    let reader = std::mem::replace(&mut input.reader, Box::new(io::empty()));
    let mut frames: Box<dyn Read> = match args.streams.hex {
        true => Box::new(HexReader::new(reader)),
        false => reader,
    };
    let arena = Arena::new();
    let def = schema.reflect(&arena, id);
    let mut at = 0;
    for number in 1.. {
        let place = format!("frame {number} (from byte {at})");
        let frame = match read_frame(&mut *frames) {
            Ok(Some(frame)) => frame,
            Ok(None) => break,
            Err(error) => return Err(input.failure(place, error)),
        };
        let line = decode(def, &frame, args.strict)
            .map_err(|error| explain(&schema, input.failure(&place, &error), &error))?;
        output.write(line.as_bytes())?;
        at += frame.len();
    }
    output.finish()
}

fn decode(def: &Def<'_>, frame: &[u8], strict: bool) -> Result<String, DecodeValueError> {
    let read = if strict { value::decode_strict } else { value::decode };
    let value = read(def, frame)?;
    // A value that was decoded fits its type.
    let json = json::to_json(def, &value).map_or_else(|error| error.to_string(), |j| j.to_string());
    Ok(json + "\n")
}

/// Reads the next frame, or as much of it as is there; `decode` says what is wrong with a part.
fn read_frame(reader: &mut dyn Read) -> io::Result<Option<Vec<u8>>> {
    let mut frame = Vec::new();
    reader.take(FrameHeader::SIZE as u64).read_to_end(&mut frame)?;
    if frame.is_empty() {
        return Ok(None);
    }
    if let Ok(header) = FrameHeader::parse(&frame) {
        // Grows with what comes in, not with what the header claims.
        reader.take(header.length.into()).read_to_end(&mut frame)?;
    }
    Ok(Some(frame))
}

/// Adds what to do about an error.
fn explain(schema: &Schema, failure: Failure, error: &DecodeValueError) -> Failure {
    match error.error.kind {
        ErrorKind::TypeId { found, .. } => match message_with_id(schema, found) {
            Some(name) => failure.help(format!("a frame with this id is one of `{name}`")),
            None => failure.help("no message of the schema has this id"),
        },
        ErrorKind::NotCanonical => failure.help("without --strict it is a value"),
        _ => failure,
    }
}

fn message_with_id(schema: &Schema, wanted: u16) -> Option<String> {
    let has_id = |id: &TypeId| match &schema.types[id.0].kind {
        TypeKind::Message(message) => message.id == wanted,
        _ => false,
    };
    (0..schema.types.len()).map(TypeId).find(has_id).map(|id| schema.qualified_name(id))
}
