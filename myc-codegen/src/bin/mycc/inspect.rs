//! `mycc inspect`: what each byte of a frame is, also of a frame that is wrong.

use std::fs::File;
use std::io::{self, BufReader, Read, Write};
use std::path::{Path, PathBuf};

use myc_codegen::inspect::inspect;
use myc_schema::schema::{Schema, TypeId, TypeKind};
use mycelium_wire::FrameHeader;

use crate::args::{InspectArgs, MessageFormat};
use crate::codec::HexReader;
use crate::failure::Failure;
use crate::project::{self, Project};
use crate::{source, types};

/// Most bytes that are read: more is not for reading by people.
const MOST: u64 = 1 << 22;

/// Runs the command.
pub(crate) fn run(args: &InspectArgs, format: MessageFormat) -> Result<(), Failure> {
    let schema = match schemas(args)? {
        Some(paths) => source::load(&paths, format)?,
        None => Schema::default(),
    };
    let wanted = args.type_name.as_ref().map(|name| types::find_message(&schema, name));
    let wanted = wanted.transpose()?;
    let bytes = read(args)?;
    let mut out = io::BufWriter::new(io::stdout().lock());
    let mut fault = None;
    let (mut at, mut number) = (0, 0);
    while at < bytes.len() && fault.is_none() {
        number += 1;
        let given = &bytes[at..];
        let size = FrameHeader::parse(given).map_or(given.len(), |header| header.frame_len());
        let frame = &given[..size.min(given.len())];
        let id = match wanted {
            Some(id) => Some(id),
            None => message_of(&schema, frame)?,
        };
        let report = inspect(&schema, id, frame);
        let text = report.text(number, at);
        out.write_all(text.as_bytes()).map_err(|e| Failure::output("to standard output", &e))?;
        fault = report.fault.map(|fault| format!("frame {number} (from byte {at}): {fault}"));
        at += frame.len();
    }
    out.flush().map_err(|error| Failure::output("to standard output", &error))?;
    match fault {
        None => Ok(()),
        Some(fault) if at < bytes.len() => {
            let rest = bytes.len() - at;
            Err(Failure::input(fault).help(format!("{rest} bytes behind it were not looked at")))
        }
        Some(fault) => Err(Failure::input(fault)),
    }
}

/// Where the messages are declared; nowhere, if no project is around and no message is named either.
fn schemas(args: &InspectArgs) -> Result<Option<Vec<PathBuf>>, Failure> {
    let is_needed = args.type_name.is_some() || !args.schemas.is_empty();
    match is_needed || Project::find_any()?.is_some() {
        true => project::paths_or_schemas(&args.schemas).map(Some),
        false => Ok(None),
    }
}

/// All that is there to inspect.
fn read(args: &InspectArgs) -> Result<Vec<u8>, Failure> {
    let path: &Path = &args.input;
    let stream: Box<dyn Read> = match path.as_os_str() == "-" {
        true => Box::new(io::stdin().lock()),
        false => Box::new(File::open(path).map_err(|error| Failure::file("read", path, &error))?),
    };
    let mut bytes = Vec::new();
    // Digits and the space between them take more room than bytes.
    let limited = stream.take(if args.hex { 4 * MOST } else { MOST } + 1);
    let read = match args.hex {
        true => HexReader::new(BufReader::new(limited)).read_to_end(&mut bytes),
        false => BufReader::new(limited).read_to_end(&mut bytes),
    };
    read.map_err(|error| Failure::file("read", path, &error))?;
    if bytes.len() as u64 > MOST {
        return Err(Failure::input(format!("`{}` has more than {MOST} bytes", path.display()))
            .help("cut out the frames in question"));
    }
    Ok(bytes)
}

/// The message that a frame's type id names.
fn message_of(schema: &Schema, frame: &[u8]) -> Result<Option<TypeId>, Failure> {
    let Some(id) = frame.get(4..6).map(|id| u16::from_le_bytes([id[0], id[1]])) else {
        return Ok(None);
    };
    let is_it = |at: &TypeId| match &schema.types[at.0].kind {
        TypeKind::Message(message) => message.id == id,
        _ => false,
    };
    let found: Vec<TypeId> = (0..schema.types.len()).map(TypeId).filter(is_it).collect();
    if found.len() > 1 {
        let names: Vec<String> = found.iter().map(|id| schema.qualified_name(*id)).collect();
        return Err(Failure::input(format!("several messages have the type id {id}"))
            .help(format!("say which with --type: {}", names.join(", "))));
    }
    Ok(found.first().copied())
}
