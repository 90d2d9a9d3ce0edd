//! A column of a row group: values, and the levels that say which of them are there and where lists begin.

use parquet::basic::Type as Physical;
use parquet::data_type::{
    BoolType, ByteArray, ByteArrayType, DataType, DoubleType, FixedLenByteArray,
    FixedLenByteArrayType, FloatType, Int32Type, Int64Type,
};
use parquet::errors::ParquetError;
use parquet::file::writer::SerializedColumnWriter;

/// How deep a value lies: how many of the optional and repeated things around it are there, and which of the lists
/// around it goes on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Level {
    pub(super) definition: i16,
    pub(super) repetition: i16,
}

/// What waits to be written of one column.
#[derive(Debug)]
pub(super) struct Column {
    values: Values,
    definitions: Vec<i16>,
    repetitions: Vec<i16>,
    /// The deepest levels that there are.
    most: Level,
    /// Bytes of texts and bytes among the values.
    heap_bytes: usize,
}

#[derive(Debug)]
enum Values {
    Bool(Vec<bool>),
    Int32(Vec<i32>),
    Int64(Vec<i64>),
    Float(Vec<f32>),
    Double(Vec<f64>),
    Bytes(Vec<ByteArray>),
    Fixed(Vec<FixedLenByteArray>),
}

/// A value as the file has it.
#[derive(Debug, PartialEq)]
pub(super) enum Cell {
    Bool(bool),
    Int32(i32),
    Int64(i64),
    Float(f32),
    Double(f64),
    Bytes(Vec<u8>),
    Fixed(Vec<u8>),
}

impl Column {
    pub(super) fn new(physical: Physical, most: Level) -> Self {
        let values = match physical {
            Physical::BOOLEAN => Values::Bool(Vec::new()),
            Physical::INT32 => Values::Int32(Vec::new()),
            Physical::FLOAT => Values::Float(Vec::new()),
            Physical::DOUBLE => Values::Double(Vec::new()),
            Physical::BYTE_ARRAY => Values::Bytes(Vec::new()),
            Physical::FIXED_LEN_BYTE_ARRAY => Values::Fixed(Vec::new()),
            Physical::INT64 | Physical::INT96 => Values::Int64(Vec::new()),
        };
        let (definitions, repetitions) = (Vec::new(), Vec::new());
        Self { values, definitions, repetitions, most, heap_bytes: 0 }
    }

    /// Adds a value; false where it is of another kind than the column.
    pub(super) fn push(&mut self, cell: Cell, level: Level) -> bool {
        match (&mut self.values, cell) {
            (Values::Bool(values), Cell::Bool(value)) => values.push(value),
            (Values::Int32(values), Cell::Int32(value)) => values.push(value),
            (Values::Int64(values), Cell::Int64(value)) => values.push(value),
            (Values::Float(values), Cell::Float(value)) => values.push(value),
            (Values::Double(values), Cell::Double(value)) => values.push(value),
            (Values::Bytes(values), Cell::Bytes(value)) => {
                self.heap_bytes += value.len();
                values.push(value.into());
            }
            (Values::Fixed(values), Cell::Fixed(value)) => {
                self.heap_bytes += value.len();
                values.push(value.into());
            }
            _ => return false,
        }
        self.push_level(level);
        true
    }

    /// Adds that there is no value.
    pub(super) fn push_absent(&mut self, level: Level) {
        self.push_level(level);
    }

    fn push_level(&mut self, level: Level) {
        if self.most.definition > 0 {
            self.definitions.push(level.definition);
        }
        if self.most.repetition > 0 {
            self.repetitions.push(level.repetition);
        }
    }

    /// Bytes that wait, about.
    pub(super) fn bytes(&self) -> usize {
        let values = match &self.values {
            Values::Bool(values) => values.len(),
            Values::Int32(values) => 4 * values.len(),
            Values::Int64(values) => 8 * values.len(),
            Values::Float(values) => 4 * values.len(),
            Values::Double(values) => 8 * values.len(),
            Values::Bytes(values) => size_of::<ByteArray>() * values.len(),
            Values::Fixed(values) => size_of::<FixedLenByteArray>() * values.len(),
        };
        values + self.heap_bytes + 2 * (self.definitions.len() + self.repetitions.len())
    }

    /// Writes what waits, and is empty again.
    pub(super) fn write(
        &mut self,
        mut writer: SerializedColumnWriter<'_>,
    ) -> Result<(), ParquetError> {
        let definitions = (self.most.definition > 0).then_some(self.definitions.as_slice());
        let repetitions = (self.most.repetition > 0).then_some(self.repetitions.as_slice());
        let levels = (definitions, repetitions);
        match &mut self.values {
            Values::Bool(values) => write_all::<BoolType>(&mut writer, values, levels),
            Values::Int32(values) => write_all::<Int32Type>(&mut writer, values, levels),
            Values::Int64(values) => write_all::<Int64Type>(&mut writer, values, levels),
            Values::Float(values) => write_all::<FloatType>(&mut writer, values, levels),
            Values::Double(values) => write_all::<DoubleType>(&mut writer, values, levels),
            Values::Bytes(values) => write_all::<ByteArrayType>(&mut writer, values, levels),
            Values::Fixed(values) => {
                write_all::<FixedLenByteArrayType>(&mut writer, values, levels)
            }
        }?;
        self.definitions.clear();
        self.repetitions.clear();
        self.heap_bytes = 0;
        writer.close()
    }
}

fn write_all<T: DataType>(
    writer: &mut SerializedColumnWriter<'_>,
    values: &mut Vec<T::T>,
    (definitions, repetitions): (Option<&[i16]>, Option<&[i16]>),
) -> Result<(), ParquetError> {
    writer.typed::<T>().write_batch(values, definitions, repetitions)?;
    values.clear();
    Ok(())
}
