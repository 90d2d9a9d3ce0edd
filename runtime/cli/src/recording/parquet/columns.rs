//! All columns of a row group: they grow by a message at a time, whole or not at all, and know how much waits in them.

use parquet::errors::ParquetError;
use parquet::file::writer::SerializedRowGroupWriter;

use super::column::{Cell, Column, Level};

/// Most bytes that one message may take in its columns: so many, and sixteen for each byte of its frame. What stands in
/// a frame takes fewer there; but each item of a list says in the columns of a union's other arms that they are absent,
/// of which there may be thousands.
const MOST_BYTES: usize = 64 << 20;
const MOST_TIMES_FRAME: usize = 16;

pub(super) struct Columns {
    columns: Vec<Column>,
    /// The number of the message that is taken apart now.
    message: u64,
    /// In all columns, about.
    waiting_bytes: usize,
    /// The same before this message.
    before_bytes: usize,
    /// More than this it must not become by it.
    most_bytes: usize,
}

/// Why a message is not taken apart.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// Its value is not of its type, which decoding does not give.
    OtherType,
    /// It would take too much memory.
    TooLarge,
}

impl Columns {
    pub(super) fn new(columns: Vec<Column>) -> Self {
        Self { columns, message: 0, waiting_bytes: 0, before_bytes: 0, most_bytes: 0 }
    }

    /// Bytes that wait, about.
    pub(super) fn waiting_bytes(&self) -> usize {
        self.waiting_bytes
    }

    /// Begins a message whose frame is so long.
    pub(super) fn begin(&mut self, frame_bytes: usize) {
        self.message += 1;
        self.before_bytes = self.waiting_bytes;
        let most_bytes = frame_bytes.saturating_mul(MOST_TIMES_FRAME).saturating_add(MOST_BYTES);
        self.most_bytes = self.waiting_bytes.saturating_add(most_bytes);
    }

    /// Adds a value.
    pub(super) fn push(&mut self, column: usize, cell: Cell, level: Level) -> Result<(), Refused> {
        let bytes = self.column(column)?.push(cell, level).ok_or(Refused::OtherType)?;
        self.count(bytes)
    }

    /// Adds that there is no value.
    pub(super) fn push_absent(&mut self, column: usize, level: Level) -> Result<(), Refused> {
        let bytes = self.column(column)?.push_absent(level);
        self.count(bytes)
    }

    fn column(&mut self, column: usize) -> Result<&mut Column, Refused> {
        let column = self.columns.get_mut(column).ok_or(Refused::OtherType)?;
        column.begin(self.message);
        Ok(column)
    }

    fn count(&mut self, bytes: usize) -> Result<(), Refused> {
        self.waiting_bytes += bytes;
        if self.waiting_bytes <= self.most_bytes { Ok(()) } else { Err(Refused::TooLarge) }
    }

    /// Takes out what the message that was begun has put in.
    pub(super) fn undo(&mut self) {
        for column in &mut self.columns {
            column.undo(self.message);
        }
        self.waiting_bytes = self.before_bytes;
    }

    /// Writes what waits as a row group, and is empty again.
    pub(super) fn write(
        &mut self,
        mut group: SerializedRowGroupWriter<'_, impl std::io::Write + Send>,
    ) -> Result<(), ParquetError> {
        for column in &mut self.columns {
            match group.next_column()? {
                Some(writer) => column.write(writer)?,
                None => return Err(ParquetError::General("a column too many".to_owned())),
            }
        }
        group.close()?;
        self.waiting_bytes = 0;
        Ok(())
    }
}
