//! `mycc layout`: where each byte of a type lies.

use std::io::{self, Write};

use myc_codegen::layout::{CACHE_LINE, Layout};
use myc_schema::Arena;
use serde_json::json;

use crate::args::{LayoutArgs, MessageFormat};
use crate::failure::Failure;
use crate::{project, source, types};

/// Runs the command.
pub(crate) fn run(args: &LayoutArgs, format: MessageFormat) -> Result<(), Failure> {
    let schema = source::load(&project::paths_or_schemas(&args.schemas)?, format)?;
    let id = types::find(&schema, &args.type_name)?;
    let arena = Arena::new();
    let layout = Layout::of(&schema, id, schema.reflect(&arena, id));
    let text = match (args.json, args.svg) {
        (true, _) => format!("{:#}\n", in_json(&layout)),
        (_, true) => layout.svg(),
        _ => layout.table(),
    };
    io::stdout()
        .write_all(text.as_bytes())
        .map_err(|error| Failure::output("to standard output", &error))
}

fn in_json(layout: &Layout) -> serde_json::Value {
    let cells: Vec<serde_json::Value> = layout
        .cells
        .iter()
        .map(|cell| {
            json!({
                "name": cell.label.as_ref().map(|label| &label.name),
                "type": cell.label.as_ref().map(|label| &label.ty),
                "align": cell.label.as_ref().map(|label| label.align),
                "offset": cell.offset,
                "size": cell.size,
                "cache_lines": [cell.offset / CACHE_LINE, (cell.end() - 1) / CACHE_LINE],
            })
        })
        .collect();
    json!({
        "type": layout.name,
        "kind": layout.kind,
        "size": layout.size,
        "align": layout.align,
        "frame_size": layout.frame_size,
        "padding": layout.padding(),
        "cache_lines": layout.cache_lines(),
        "cells": cells,
        "better_order": layout.better.as_ref().map(|better| {
            json!({ "fields": better.fields, "saves": better.saves })
        }),
    })
}
