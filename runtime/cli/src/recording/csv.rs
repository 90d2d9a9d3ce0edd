//! A table as CSV: text, for whoever reads text.

use super::names::own_columns;
use super::read::Entry;
use super::tables::{Fault, Table};
use super::time;
use super::unfit::{MOST_COLUMNS, Unfit};
use mycelium_wire::json;
use mycelium_wire::reflect::{Def, Kind, Type};
use mycelium_wire::value::Value;
use serde_json::Value as Json;
use std::fs::File;
use std::io::BufWriter;

pub(super) struct Csv<'a> {
    def: &'a Def<'a>,
    columns: Vec<Column<'a>>,
    out: csv::Writer<BufWriter<File>>,
}

/// Names from the message down.
pub(super) type Column<'a> = Vec<&'a str>;

/// One column for each field of a type that is no struct or message itself.
pub(super) fn columns<'a>(def: &'a Def<'a>) -> Result<Vec<Column<'a>>, Unfit> {
    let mut columns = Vec::new();
    match add_columns(&mut Vec::new(), def, &mut columns) {
        true => Ok(columns),
        false => Err(Unfit::TooWide),
    }
}

impl<'a> Csv<'a> {
    /// Writes the heading.
    pub(super) fn new(
        file: File,
        def: &'a Def<'a>,
        columns: Vec<Column<'a>>,
    ) -> Result<Self, String> {
        let mut out = csv::Writer::from_writer(BufWriter::new(file));
        let heading = columns.iter().map(|column| column.join("."));
        let heading = own_columns(def).into_iter().chain(heading);
        out.write_record(heading).map_err(|error| error.to_string())?;
        Ok(Self { def, columns, out })
    }
}

impl Table for Csv<'_> {
    fn add(&mut self, entry: &Entry<'_>, value: &Value) -> Result<(), Fault> {
        let message = json::to_json(self.def, value)
            .map_err(|error| Fault::Failed(format!("message {}: {error}", entry.sequence)))?;
        let cells = self.columns.iter().map(|column| {
            let value = column.iter().try_fold(&message, |value, name| value.get(name));
            value.map_or_else(String::new, cell)
        });
        let head = [time::shown(entry.time), entry.sequence.to_string()];
        let written = self.out.write_record(head.into_iter().chain(cells));
        written.map_err(|error| Fault::Failed(error.to_string()))
    }

    /// Rows are written as they come, but for a few KiB.
    fn waiting_bytes(&self) -> usize {
        0
    }

    fn flush(&mut self) -> Result<(), String> {
        self.out.flush().map_err(|error| error.to_string())
    }

    fn finish(mut self: Box<Self>) -> Result<(), String> {
        self.flush()
    }
}

/// Adds the columns of a type that is reached by these names; false where there are too many.
fn add_columns<'a>(
    names: &mut Vec<&'a str>,
    def: &'a Def<'a>,
    columns: &mut Vec<Column<'a>>,
) -> bool {
    let (Kind::Message { fields, .. } | Kind::Struct { fields }) = def.kind else { return true };
    fields.iter().all(|field| {
        names.push(field.name);
        let has_room = match inner(field.ty) {
            Some(def) => add_columns(names, def, columns),
            None => {
                columns.push(names.clone());
                columns.len() <= MOST_COLUMNS
            }
        };
        names.pop();
        has_room
    })
}

fn inner<'a>(ty: &'a Type<'a>) -> Option<&'a Def<'a>> {
    match ty {
        Type::Optional(item) => inner(item),
        Type::Named(def @ Def { kind: Kind::Message { .. } | Kind::Struct { .. }, .. }) => {
            Some(def)
        }
        _ => None,
    }
}

fn cell(value: &Json) -> String {
    match value {
        Json::Null => String::new(),
        Json::String(text) => text.clone(),
        other => other.to_string(),
    }
}
