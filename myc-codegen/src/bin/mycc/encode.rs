//! `mycc encode`: JSON values to frames.

use myc_schema::Arena;
use mycelium_wire::json::Document;
use mycelium_wire::reflect::Def;
use mycelium_wire::{ValueError, hex, value};

use crate::args::{EncodeArgs, MessageFormat};
use crate::codec::{Input, Output};
use crate::failure::Failure;
use crate::{project, source, types};

/// Runs the command.
pub(crate) fn run(args: &EncodeArgs, format: MessageFormat) -> Result<(), Failure> {
    let schema = source::load(&project::paths_or_schemas(&args.streams.schemas)?, format)?;
    let id = types::find_message(&schema, &args.type_name)?;
    let mut input = Input::open(&args.streams)?;
    let mut output = Output::open(&args.streams)?;
    if output.is_terminal() && !args.streams.hex {
        return Err(Failure::Usage {
            message: "frames are not for a terminal".to_owned(),
            help: "give --hex, or -o FILE, or pipe them on".to_owned(),
        });
    }
    let reader = std::mem::replace(&mut input.reader, Box::new(std::io::empty()));
    let values = serde_json::Deserializer::from_reader(reader).into_iter::<Document>();
    let arena = Arena::new();
    let def = schema.reflect(&arena, id);
    for (index, json) in values.enumerate() {
        let place = format!("value {}", index + 1);
        let json = json.map_err(|error| input.failure(&place, error))?;
        let frame = encode(def, &json).map_err(|error| input.failure(&place, error))?;
        match args.streams.hex {
            true => output.write(format!("{}\n", hex::encode(&frame)).as_bytes())?,
            false => output.write(&frame)?,
        }
    }
    output.finish()
}

fn encode(def: &Def<'_>, json: &Document) -> Result<Vec<u8>, ValueError> {
    value::encode(def, &json.read(def)?)
}
