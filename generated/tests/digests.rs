//! The digests that generated code carries as literals are those of the tables that the derives make.

use std::collections::BTreeSet;
use std::path::Path;

use mycelium_generated::{
    market, vectors_constraints as constraints, vectors_containers as containers,
    vectors_defaults as defaults, vectors_enums as enums, vectors_evolution as evolution,
    vectors_identifiers as identifiers, vectors_maps as maps, vectors_names as names,
    vectors_nested as nested, vectors_optionals as optionals, vectors_renames as renames,
    vectors_scalars as scalars, vectors_text as text, vectors_unions as unions,
};
use mycelium_wire::reflect::{Def, Type};
use mycelium_wire::{Message, Wire};

#[path = "../../runtime/bus/src/mycelium.control.rs"]
mod control;

/// Digests, as they are shown, of types whose tables give them.
type Seen = BTreeSet<String>;

#[test]
fn every_literal_digest_is_that_of_its_type() {
    let seen = seen();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files: Vec<_> =
        root.join("rust").read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    files.push(root.join("../runtime/bus/src/mycelium.control.rs"));
    for file in files {
        let source = std::fs::read_to_string(&file).unwrap();
        let literals = source.split("digest = \"").skip(1);
        for literal in literals.map(|rest| rest.split('"').next().unwrap()) {
            assert!(seen.contains(literal), "{}: {literal} is no type's digest", file.display());
        }
    }
}

fn seen() -> Seen {
    let mut seen = Seen::new();
    message::<market::BookTicker>(&mut seen);
    message::<market::Trade>(&mut seen);
    message::<market::DepthUpdate>(&mut seen);
    message::<market::Snapshot>(&mut seen);
    message::<market::Signal>(&mut seen);
    message::<market::Verdict>(&mut seen);
    message::<control::Control>(&mut seen);
    message::<renames::Trade>(&mut seen);
    message::<constraints::Ranges>(&mut seen);
    message::<constraints::Lengths>(&mut seen);
    message::<constraints::Inside>(&mut seen);
    message::<constraints::Older>(&mut seen);
    message::<defaults::Grown>(&mut seen);
    message::<identifiers::Identifiers>(&mut seen);
    message::<maps::Note>(&mut seen);
    message::<maps::Numbers>(&mut seen);
    message::<maps::Wides>(&mut seen);
    message::<maps::Named>(&mut seen);
    message::<maps::Texts>(&mut seen);
    message::<maps::Values>(&mut seen);
    message::<maps::Inside>(&mut seen);
    message::<containers::Arrays>(&mut seen);
    message::<containers::Bounded>(&mut seen);
    message::<containers::Lists>(&mut seen);
    message::<containers::Tuples>(&mut seen);
    message::<enums::Enums>(&mut seen);
    message::<enums::Rows>(&mut seen);
    message::<evolution::Grown>(&mut seen);
    message::<evolution::Log>(&mut seen);
    message::<evolution::Outer>(&mut seen);
    message::<evolution::Strict>(&mut seen);
    message::<names::Message>(&mut seen);
    message::<nested::Branch>(&mut seen);
    message::<nested::Empty>(&mut seen);
    message::<nested::Holders>(&mut seen);
    message::<nested::Leaf>(&mut seen);
    message::<nested::Tree>(&mut seen);
    message::<optionals::Note>(&mut seen);
    message::<optionals::Optionals>(&mut seen);
    message::<scalars::Nothing>(&mut seen);
    message::<scalars::Padding>(&mut seen);
    message::<scalars::Scalars>(&mut seen);
    message::<text::Bounded>(&mut seen);
    message::<text::Huge>(&mut seen);
    message::<text::Unbounded>(&mut seen);
    message::<unions::Order>(&mut seen);
    message::<unions::Unions>(&mut seen);
    seen
}

/// Checks a message and all that it reaches.
fn message<M: Message>(seen: &mut Seen) {
    assert_eq!(M::DIGEST, M::DEF.digest, "{}", M::NAME);
    walk(<M as Wire>::TYPE, seen);
}

fn walk(ty: &Type<'_>, seen: &mut Seen) {
    match ty {
        Type::Array(item, _) | Type::BoundedList(item, _) => walk(item, seen),
        Type::List(item) | Type::Optional(item) => walk(item, seen),
        Type::Map(key, value) => [key, value].into_iter().for_each(|ty| walk(ty, seen)),
        Type::Tuple(items) => items.iter().for_each(|item| walk(item, seen)),
        Type::Named(def) => walk_def(def, seen),
        _ => {}
    }
}

fn walk_def(def: &Def<'_>, seen: &mut Seen) {
    assert_eq!(def.digest, def.computed_digest(), "{}.{}", def.package, def.name);
    seen.insert(def.digest.to_string());
    def.kind.types().iter().for_each(|ty| walk(ty, seen));
}
