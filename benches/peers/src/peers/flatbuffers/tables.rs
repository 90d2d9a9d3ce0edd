//! The tables: what a root, or a row with text, is.

#![allow(unsafe_code)]

use ::flatbuffers::{
    FlatBufferBuilder, Follow, ForwardsUOffset, InvalidFlatbuffer, Table, VOffsetT, Vector,
    Verifiable, Verifier, WIPOffset,
};

use super::Parts;
use super::records::{Address, Triangle};
use crate::shapes::fixed::{Fixed, Side};
use crate::shapes::log::{Log, Logs};
use crate::shapes::mesh::Mesh;

type Text<'b> = ForwardsUOffset<&'b str>;
type Rows<'b> = ForwardsUOffset<Vector<'b, ForwardsUOffset<LogTable<'b>>>>;
type Triangles<'b> = ForwardsUOffset<Vector<'b, Triangle>>;

/// A field's place in the table of offsets.
const fn slot(index: VOffsetT) -> VOffsetT {
    4 + 2 * index
}

/// A table type: how it is found, and which fields are checked.
macro_rules! table {
    ($name:ident { $($field:literal at $index:literal: $kind:ty, $required:literal;)+ }) => {
        #[derive(Clone, Copy)]
        pub(super) struct $name<'b>(Table<'b>);

        impl<'b> Follow<'b> for $name<'b> {
            type Inner = Self;

            #[inline]
            unsafe fn follow(buf: &'b [u8], loc: usize) -> Self {
                // SAFETY: the caller says that such a table lies there.
                Self(unsafe { Table::new(buf, loc) })
            }
        }

        impl Verifiable for $name<'_> {
            #[inline]
            fn run_verifier(v: &mut Verifier<'_, '_>, pos: usize) -> Result<(), InvalidFlatbuffer> {
                v.visit_table(pos)?
                    $(.visit_field::<$kind>($field, slot($index), $required)?)+
                    .finish();
                Ok(())
            }
        }

        impl<'b> $name<'b> {
            /// The field of the type that it was checked to have.
            #[inline]
            fn get<T: Follow<'b> + 'b>(&self, index: VOffsetT) -> Option<T::Inner> {
                // SAFETY: each caller names the type that the list above has for the field.
                unsafe { self.0.get::<T>(slot(index), None) }
            }
        }
    };
}

table!(LogsTable { "logs" at 0: Rows<'_>, true; });

table!(LogTable {
    "address" at 0: Address, true;
    "identity" at 1: Text<'_>, true;
    "userid" at 2: Text<'_>, true;
    "date" at 3: Text<'_>, true;
    "request" at 4: Text<'_>, true;
    "code" at 5: u16, false;
    "size" at 6: u64, false;
});

table!(MeshTable { "triangles" at 0: Triangles<'_>, true; });

table!(FixedTable {
    "timestamp" at 0: i64, false;
    "id" at 1: u64, false;
    "price" at 2: i64, false;
    "quantity" at 3: i64, false;
    "sequence" at 4: u64, false;
    "instrument" at 5: u32, false;
    "venue" at 6: u16, false;
    "side" at 7: u8, false;
    "marks" at 8: u8, false;
});

impl Parts for Logs {
    type Table<'b> = LogsTable<'b>;

    fn build(&self, builder: &mut FlatBufferBuilder<'static>) {
        let rows: Vec<_> = self.logs.iter().map(|log| build_log(log, builder)).collect();
        let rows = builder.create_vector(&rows);
        let root = builder.start_table();
        builder.push_slot_always(slot(0), rows);
        let root = builder.end_table(root);
        builder.finish_minimal(root);
    }

    fn read_table(table: &LogsTable<'_>) -> u64 {
        let add = |sum: u64, log: LogTable<'_>| {
            let x0 = log.get::<Address>(0).unwrap().x0();
            let code = log.get::<u16>(5).unwrap_or_default();
            let size = log.get::<u64>(6).unwrap_or_default();
            sum.wrapping_add(u64::from(x0) + u64::from(code)).wrapping_add(size)
        };
        table.get::<Rows<'_>>(0).unwrap().iter().fold(0, add)
    }

    fn rebuild_table(table: &LogsTable<'_>) -> Self {
        let rebuild = |log: LogTable<'_>| Log {
            address: log.get::<Address>(0).unwrap().rebuild(),
            identity: log.get::<Text<'_>>(1).unwrap().to_owned(),
            userid: log.get::<Text<'_>>(2).unwrap().to_owned(),
            date: log.get::<Text<'_>>(3).unwrap().to_owned(),
            request: log.get::<Text<'_>>(4).unwrap().to_owned(),
            code: log.get::<u16>(5).unwrap_or_default(),
            size: log.get::<u64>(6).unwrap_or_default(),
        };
        Self { logs: table.get::<Rows<'_>>(0).unwrap().iter().map(rebuild).collect() }
    }
}

fn build_log(
    log: &Log,
    builder: &mut FlatBufferBuilder<'static>,
) -> WIPOffset<::flatbuffers::TableFinishedWIPOffset> {
    let identity = builder.create_string(&log.identity);
    let userid = builder.create_string(&log.userid);
    let date = builder.create_string(&log.date);
    let request = builder.create_string(&log.request);
    let table = builder.start_table();
    builder.push_slot(slot(6), log.size, 0);
    builder.push_slot_always(slot(4), request);
    builder.push_slot_always(slot(3), date);
    builder.push_slot_always(slot(2), userid);
    builder.push_slot_always(slot(1), identity);
    builder.push_slot_always(slot(0), Address::of(log.address));
    builder.push_slot(slot(5), log.code, 0);
    builder.end_table(table)
}

impl Parts for Mesh {
    type Table<'b> = MeshTable<'b>;

    fn build(&self, builder: &mut FlatBufferBuilder<'static>) {
        let triangles = self.triangles.iter().map(Triangle::of);
        let triangles = builder.create_vector_from_iter(triangles);
        let root = builder.start_table();
        builder.push_slot_always(slot(0), triangles);
        let root = builder.end_table(root);
        builder.finish_minimal(root);
    }

    fn read_table(table: &MeshTable<'_>) -> f32 {
        table.get::<Triangles<'_>>(0).unwrap().iter().map(Triangle::x_of_v0).sum()
    }

    fn rebuild_table(table: &MeshTable<'_>) -> Self {
        let triangles = table.get::<Triangles<'_>>(0).unwrap();
        Self { triangles: triangles.iter().map(Triangle::rebuild).collect() }
    }
}

impl Parts for Fixed {
    type Table<'b> = FixedTable<'b>;

    fn build(&self, builder: &mut FlatBufferBuilder<'static>) {
        let root = builder.start_table();
        builder.push_slot(slot(0), self.timestamp, 0);
        builder.push_slot(slot(1), self.id, 0);
        builder.push_slot(slot(2), self.price, 0);
        builder.push_slot(slot(3), self.quantity, 0);
        builder.push_slot(slot(4), self.sequence, 0);
        builder.push_slot(slot(5), self.instrument, 0);
        builder.push_slot(slot(6), self.venue, 0);
        builder.push_slot(slot(7), self.side as u8, 0);
        builder.push_slot(slot(8), self.marks, 0);
        let root = builder.end_table(root);
        builder.finish_minimal(root);
    }

    fn read_table(table: &FixedTable<'_>) -> u64 {
        let price = table.get::<i64>(2).unwrap_or_default();
        let quantity = table.get::<i64>(3).unwrap_or_default();
        let id = table.get::<u64>(1).unwrap_or_default();
        id.wrapping_add(price as u64).wrapping_add(quantity as u64)
    }

    fn rebuild_table(table: &FixedTable<'_>) -> Self {
        Self {
            timestamp: table.get::<i64>(0).unwrap_or_default(),
            id: table.get::<u64>(1).unwrap_or_default(),
            price: table.get::<i64>(2).unwrap_or_default(),
            quantity: table.get::<i64>(3).unwrap_or_default(),
            sequence: table.get::<u64>(4).unwrap_or_default(),
            instrument: table.get::<u32>(5).unwrap_or_default(),
            venue: table.get::<u16>(6).unwrap_or_default(),
            side: match table.get::<u8>(7) {
                Some(1) => Side::Buy,
                Some(2) => Side::Sell,
                other => panic!("the side is {other:?}"),
            },
            marks: table.get::<u8>(8).unwrap_or_default(),
        }
    }
}
