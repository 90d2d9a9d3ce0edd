//! A table as Parquet: columns with the types of the schema, for whoever computes.
//!
//! Rows wait in memory until there are enough for a row group, which then is written: memory does not grow with the
//! file, but for what the file's end says of each group. [`shape`] says what becomes of each type.

mod column;
mod columns;
mod shape;
mod shred;

use super::names::own_columns;
use super::read::Entry;
use super::tables::{Fault, Table};
use super::unfit::Unfit;
use columns::{Columns, Refused};
use mycelium_wire::reflect::{Def, Type};
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

pub(super) struct Parquet<'a> {
    writer: SerializedFileWriter<BufWriter<File>>,
    /// Those of the recording, then those of the message.
    columns: Columns,
    message: Shape<'a>,
    /// That wait.
    rows: usize,
}

/// What a table's columns are.
pub(super) struct Layout<'a> {
    columns: Columns,
    message: Shape<'a>,
    root: Schema,
    /// What stands in the file beside its rows.
    facts: Vec<KeyValue>,
}

impl<'a> Layout<'a> {
    /// Of the messages of a type.
    pub(super) fn of(def: &'a Def<'a>) -> Result<Self, Unfit> {
        let mut builder = Builder::default();
        let [time, sequence] = own_columns(def);
        let (time, _) = builder.plain(&time, &Type::Timestamp)?;
        let (sequence, _) = builder.plain(&sequence, &Type::U32)?;
        let (schemas, shapes) = builder.fields(def.fields())?;
        let all = [time, sequence].into_iter().chain(schemas).collect();
        let root = Schema::group_type_builder(def.name).with_fields(all).build()?;
        let facts = [
            ("mycelium.type", format!("{}.{}", def.package, def.name)),
            ("mycelium.digest", def.digest.to_string()),
        ];
        let facts = facts.map(|(key, value)| KeyValue::new(key.to_owned(), value)).into();
        let columns = Columns::new(builder.columns);
        Ok(Self { columns, message: Shape::Group(shapes), root, facts })
    }
}

impl<'a> Parquet<'a> {
    /// Begins the file.
    pub(super) fn new(file: File, topic: &str, layout: Layout<'a>) -> Result<Self, String> {
        let Layout { columns, message, root, mut facts } = layout;
        facts.push(KeyValue::new("mycelium.topic".to_owned(), topic.to_owned()));
        let properties = WriterProperties::builder()
            .set_created_by(concat!("mycelium ", env!("CARGO_PKG_VERSION")).to_owned())
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_key_value_metadata(Some(facts))
            .build();
        let out = BufWriter::new(file);
        let writer = SerializedFileWriter::new(out, Arc::new(root), Arc::new(properties));
        let writer = writer.map_err(|error| error.to_string())?;
        Ok(Self { writer, columns, message, rows: 0 })
    }

    /// Takes a message apart.
    fn put(&mut self, entry: &Entry<'_>, value: &Value) -> Result<(), Refused> {
        let (time, sequence) = (i128::from(entry.time), i128::from(entry.sequence));
        let columns = &mut self.columns;
        columns.begin(entry.frame.len());
        shred::put_plain(0, Leaf::Int64, &Value::Int(time), columns)?;
        shred::put_plain(1, Leaf::Int32, &Value::Int(sequence), columns)?;
        shred::put(&self.message, value, column::Level::default(), columns)
    }

    /// Writes what waits as a row group.
    fn write_group(&mut self) -> Result<(), ParquetError> {
        self.columns.write(self.writer.next_row_group()?)?;
        self.rows = 0;
        Ok(())
    }
}

impl Table for Parquet<'_> {
    fn add(&mut self, entry: &Entry<'_>, value: &Value) -> Result<(), Fault> {
        if let Err(refused) = self.put(entry, value) {
            self.columns.undo();
            return Err(match refused {
                Refused::TooLarge => Fault::Unfit(Unfit::TooLarge),
                Refused::OtherType => {
                    Fault::Failed(format!("message {}: it is not of its type", entry.sequence))
                }
            });
        }
        self.rows += 1;
        if self.rows >= GROUP_ROWS || self.columns.waiting_bytes() >= GROUP_BYTES {
            self.flush().map_err(Fault::Failed)?;
        }
        Ok(())
    }

    fn waiting_bytes(&self) -> usize {
        self.columns.waiting_bytes()
    }

    fn flush(&mut self) -> Result<(), String> {
        match self.rows {
            0 => Ok(()),
            _ => self.write_group().map_err(|error| error.to_string()),
        }
    }

    fn finish(mut self: Box<Self>) -> Result<(), String> {
        self.flush()?;
        self.writer.close().map(drop).map_err(|error| error.to_string())
    }
}
