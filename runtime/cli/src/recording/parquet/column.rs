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
    /// What waited before the message that is taken apart now.
    before: Before,
}

/// How much waited before a message.
#[derive(Debug, Default)]
struct Before {
    /// The message's number; the first is 1.
    message: u64,
    values: usize,
    definitions: usize,
    repetitions: usize,
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
        Self { values, definitions, repetitions, most, before: Before::default() }
    }

    /// Keeps in mind what waits now, where the message of this number has put nothing in yet.
    pub(super) fn begin(&mut self, message: u64) {
        if self.before.message != message {
            let (definitions, repetitions) = (self.definitions.len(), self.repetitions.len());
            self.before = Before { message, values: self.values.len(), definitions, repetitions };
        }
    }

    /// Takes out what the message of this number has put in, and gives its memory back.
    pub(super) fn undo(&mut self, message: u64) {
        if self.before.message == message {
            self.values.truncate(self.before.values);
            for (levels, len) in [
                (&mut self.definitions, self.before.definitions),
                (&mut self.repetitions, self.before.repetitions),
            ] {
                levels.truncate(len);
                levels.shrink_to_fit();
            }
        }
    }

    /// Adds a value. Gives the bytes that it takes, about; nothing where it is of another kind than the column.
    pub(super) fn push(&mut self, cell: Cell, level: Level) -> Option<usize> {
        let bytes = match (&mut self.values, cell) {
            (Values::Bool(values), Cell::Bool(value)) => add(values, value, 0),
            (Values::Int32(values), Cell::Int32(value)) => add(values, value, 0),
            (Values::Int64(values), Cell::Int64(value)) => add(values, value, 0),
            (Values::Float(values), Cell::Float(value)) => add(values, value, 0),
            (Values::Double(values), Cell::Double(value)) => add(values, value, 0),
            (Values::Bytes(values), Cell::Bytes(value)) => {
                let len = value.len();
                add(values, value.into(), len)
            }
            (Values::Fixed(values), Cell::Fixed(value)) => {
                let len = value.len();
                add(values, value.into(), len)
            }
            _ => return None,
        };
        Some(bytes + self.push_absent(level))
    }

    /// Adds that there is no value. Gives the bytes that this takes.
    pub(super) fn push_absent(&mut self, level: Level) -> usize {
        let mut bytes = 0;
        if self.most.definition > 0 {
            bytes += add(&mut self.definitions, level.definition, 0);
        }
        if self.most.repetition > 0 {
            bytes += add(&mut self.repetitions, level.repetition, 0);
        }
        bytes
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
        // Their memory too: another table may need it.
        self.definitions = Vec::new();
        self.repetitions = Vec::new();
        writer.close()
    }
}

/// Adds a value that holds so many bytes elsewhere. Gives how many it takes in all.
fn add<T>(values: &mut Vec<T>, value: T, elsewhere: usize) -> usize {
    values.push(value);
    size_of::<T>() + elsewhere
}

impl Values {
    fn len(&self) -> usize {
        match self {
            Self::Bool(values) => values.len(),
            Self::Int32(values) => values.len(),
            Self::Int64(values) => values.len(),
            Self::Float(values) => values.len(),
            Self::Double(values) => values.len(),
            Self::Bytes(values) => values.len(),
            Self::Fixed(values) => values.len(),
        }
    }

    fn truncate(&mut self, len: usize) {
        fn cut<T>(values: &mut Vec<T>, len: usize) {
            values.truncate(len);
            values.shrink_to_fit();
        }
        match self {
            Self::Bool(values) => cut(values, len),
            Self::Int32(values) => cut(values, len),
            Self::Int64(values) => cut(values, len),
            Self::Float(values) => cut(values, len),
            Self::Double(values) => cut(values, len),
            Self::Bytes(values) => cut(values, len),
            Self::Fixed(values) => cut(values, len),
        }
    }
}

fn write_all<T: DataType>(
    writer: &mut SerializedColumnWriter<'_>,
    values: &mut Vec<T::T>,
    (definitions, repetitions): (Option<&[i16]>, Option<&[i16]>),
) -> Result<(), ParquetError> {
    writer.typed::<T>().write_batch(values, definitions, repetitions)?;
    *values = Vec::new();
    Ok(())
}
