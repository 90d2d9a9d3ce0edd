//! A table as Parquet: columns with the types of the schema, for whoever computes.
//!
//! Rows wait in memory until there are enough for a row group, which then is written: memory does not grow with the
//! file, but for what the file's end says of each group. [`shape`] says what becomes of each type.

mod column;
mod shape;
mod shred;

use super::read::Entry;
use super::tables::Table;
use column::Column;
use mycelium_wire::reflect::{Def, Kind, Type};
use mycelium_wire::value::Value;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type as Schema;
use shape::{Builder, Leaf, Shape};
use std::fs::File;
use std::io::BufWriter;
use std::sync::Arc;

/// Most rows of a row group.
const GROUP_ROWS: usize = 1 << 17;

/// Most bytes that wait for a row group, about.
const GROUP_BYTES: usize = 32 << 20;

/// Rows between two looks at how many bytes wait.
const LOOK_EVERY: usize = 256;

/// Columns of the recording itself. No field has such a name.
const TIME: &str = "_time";
const SEQUENCE: &str = "_sequence";

pub(super) struct Parquet<'a> {
    writer: SerializedFileWriter<BufWriter<File>>,
    /// Those of the recording, then those of the message.
    columns: Vec<Column>,
    message: Shape<'a>,
    /// That wait.
    rows: usize,
}

impl<'a> Parquet<'a> {
    /// Begins the file.
    pub(super) fn new(file: File, def: &'a Def<'a>, topic: &str) -> Result<Self, String> {
        Self::begin(file, def, topic).map_err(|error| error.to_string())
    }

    fn begin(file: File, def: &'a Def<'a>, topic: &str) -> Result<Self, ParquetError> {
        let mut builder = Builder::default();
        let (time, _) = builder.plain(TIME, &Type::Timestamp)?;
        let (sequence, _) = builder.plain(SEQUENCE, &Type::U32)?;
        let fields = match def.kind {
            Kind::Message { fields, .. } | Kind::Struct { fields } => fields,
            _ => &[],
        };
        let (schemas, shapes) = builder.fields(fields)?;
        let all = [time, sequence].into_iter().chain(schemas).collect();
        let root = Schema::group_type_builder(def.name).with_fields(all).build()?;
        let facts = [
            ("mycelium.topic", topic.to_owned()),
            ("mycelium.type", format!("{}.{}", def.package, def.name)),
            ("mycelium.digest", def.digest.to_string()),
        ];
        let facts = facts.map(|(key, value)| KeyValue::new(key.to_owned(), value)).into();
        let properties = WriterProperties::builder()
            .set_created_by(concat!("mycelium ", env!("CARGO_PKG_VERSION")).to_owned())
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_key_value_metadata(Some(facts))
            .build();
        let out = BufWriter::new(file);
        let writer = SerializedFileWriter::new(out, Arc::new(root), Arc::new(properties))?;
        Ok(Self { writer, columns: builder.columns, message: Shape::Group(shapes), rows: 0 })
    }

    /// Writes what waits as a row group.
    fn write_group(&mut self) -> Result<(), ParquetError> {
        let mut group = self.writer.next_row_group()?;
        for column in &mut self.columns {
            match group.next_column()? {
                Some(writer) => column.write(writer)?,
                None => return Err(ParquetError::General("a column too many".to_owned())),
            }
        }
        group.close()?;
        self.rows = 0;
        Ok(())
    }

    fn is_full(&self) -> bool {
        self.rows >= GROUP_ROWS
            || self.rows.is_multiple_of(LOOK_EVERY)
                && self.columns.iter().map(Column::bytes).sum::<usize>() >= GROUP_BYTES
    }
}

impl Table for Parquet<'_> {
    fn add(&mut self, entry: &Entry<'_>, value: &Value) -> Result<(), String> {
        let (time, sequence) = (i128::from(entry.time), i128::from(entry.sequence));
        let columns = &mut self.columns;
        shred::put_plain(0, Leaf::Int64, &Value::Int(time), columns)
            .and_then(|()| shred::put_plain(1, Leaf::Int32, &Value::Int(sequence), columns))
            .and_then(|()| shred::put(&self.message, value, column::Level::default(), columns))
            .map_err(|_| format!("message {}: it is not of its type", entry.sequence))?;
        self.rows += 1;
        if self.is_full() {
            self.write_group().map_err(|error| error.to_string())?;
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<(), String> {
        if self.rows > 0 {
            self.write_group().map_err(|error| error.to_string())?;
        }
        self.writer.close().map(drop).map_err(|error| error.to_string())
    }
}
