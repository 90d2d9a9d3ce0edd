//! The digests that generated code carries as literals are those of the tables that the derives make.

use std::collections::BTreeSet;
use std::path::Path;

use mycelium_generated::messages::{Visitor, visit_all};
use mycelium_wire::reflect::{Def, Type};
use mycelium_wire::{DecodeOwned, Message, Wire};

#[path = "../../runtime/bus/src/mycelium.control.rs"]
mod control;

/// Digests, as they are shown, of types whose tables give them.
#[derive(Default)]
struct Seen(BTreeSet<String>);

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
            assert!(seen.0.contains(literal), "{}: {literal} is no type's digest", file.display());
        }
    }
}

impl Visitor for Seen {
    fn visit<M: Message + DecodeOwned>(&mut self) {
        message::<M>(self);
    }
}

fn seen() -> Seen {
    let mut seen = Seen::default();
    visit_all(&mut seen);
    message::<control::Control>(&mut seen);
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
    seen.0.insert(def.digest.to_string());
    def.kind.types().iter().for_each(|ty| walk(ty, seen));
}
