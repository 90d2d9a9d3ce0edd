//! The Rust back end: the files in `tests/rust` are what it makes of the schemas beside them, and they
//! compile and work. `BLESS=1` writes them anew.

// Generated code names the runtime `mycelium`: here it is this crate.
extern crate self as mycelium;

use std::fs;
use std::path::Path;

use myc_codegen::rust::Rust;
use myc_codegen::{Backend, file};
use myc_schema::{Format, SourceSet};
pub use mycelium_derive::{Enum, Flags, Message, Struct, Union};
pub use mycelium_wire::*;

#[path = "rust/common.money.rs"]
mod common_money;
#[path = "rust/orders.rs"]
mod orders;

#[test]
fn the_files_are_what_the_back_end_makes() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rust");
    let sources = SourceSet::new(|path: &Path| fs::read(path))
        .roots([folder.join("orders.myc"), folder.join("common.money.myc")]);
    let (schema, diagnostics) = myc_schema::compile(&sources);
    let Some(schema) = schema else {
        panic!("{}", diagnostics.render(Format::Text { color: false }));
    };
    let files = Rust.generate(&schema);
    if std::env::var_os("BLESS").is_some() {
        file::write(&folder, &files).unwrap();
    }
    assert_eq!(files, Rust.generate(&schema), "the same schema gives the same bytes");
    for file in files {
        let expected = fs::read_to_string(folder.join(&file.path)).unwrap();
        assert_eq!(file.contents, expected, "{}", file.path.display());
    }
}

fn def<T: Wire>() -> &'static reflect::Def<'static> {
    match T::TYPE {
        reflect::Type::Named(def) => def,
        other => panic!("{other:?} has no name"),
    }
}

#[test]
fn literal_digests_are_those_that_the_derives_would_compute() {
    let all = [
        def::<common_money::Venue>(),
        def::<common_money::Marks>(),
        def::<common_money::Money>(),
        def::<orders::Side>(),
        def::<orders::Point>(),
        def::<orders::Default>(),
        def::<orders::Size>(),
        #[allow(deprecated)]
        def::<orders::Event>(),
        def::<orders::OrderView>(),
        def::<orders::Order>(),
        def::<orders::OrderNote>(),
        def::<orders::Trade>(),
        def::<orders::Ping>(),
    ];
    for def in all {
        assert_eq!(def.digest, def.computed_digest(), "{}", def.name);
    }
}

#[test]
fn defaults_are_those_of_the_schema() {
    let order = orders::Order::default();
    assert_eq!(orders::Order::from_frame_strict(&order.to_frame()).as_ref(), Ok(&order));
    assert_eq!(order.symbol, "BTC");
    assert_eq!(order.price.to_string(), "-1.5000");
    assert_eq!((order.venue, order.large), (common_money::Venue::Book2, u128::MAX));
    let frame = orders::OrderView { order: Some(order) }.to_frame();
    let view = orders::OrderView::view(&frame).unwrap().order().unwrap();
    assert_eq!((view.side(), view.inner().is_none()), (orders::Side::Sell, true));
}
