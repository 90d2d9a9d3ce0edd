//! The tables that tools work by are those that layout and digest came from.

use std::path::Path;

use myc_schema::schema::{Field, TypeId, TypeKind};
use myc_schema::{Arena, SourceSet, compile};
use mycelium_wire::{layout, reflect};

#[test]
fn tables_agree_with_the_schema() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ok");
    for case in std::fs::read_dir(folder).expect("the cases are there") {
        let case = case.expect("it can be listed").path();
        if case.extension().is_none_or(|extension| extension != "myc") {
            continue;
        }
        let set = SourceSet::new(|path: &Path| std::fs::read(path)).root(&case);
        let (schema, diagnostics) = compile(&set);
        assert!(diagnostics.is_empty());
        let schema = schema.expect("it is right");
        for (index, def) in schema.types.iter().enumerate() {
            let arena = Arena::new();
            let table = schema.reflect(&arena, TypeId(index));
            assert_eq!(table.computed_digest(), def.digest, "{}", def.name);
            assert_eq!((table.name, table.digest), (def.name.as_str(), def.digest));
            let used = reflect::Type::Named(table);
            assert_eq!((layout::size(&used), layout::align(&used)), (def.size, def.align));
            match (&def.kind, table.kind) {
                (TypeKind::Message(message), reflect::Kind::Message { fields, .. }) => {
                    assert_eq!(layout::block_size(fields), message.block_size);
                    check_fields(&message.fields, fields);
                }
                (TypeKind::Struct(ours), reflect::Kind::Struct { fields }) => {
                    check_fields(ours, fields);
                }
                _ => {}
            }
        }
    }
}

fn check_fields(ours: &[Field], tables: &[reflect::Field<'_>]) {
    assert_eq!(ours.len(), tables.len());
    for (index, (field, table)) in ours.iter().zip(tables).enumerate() {
        assert_eq!(field.name, table.name);
        assert_eq!(field.offset, layout::field_offset(tables, index));
        if let Some(default) = table.default {
            assert!(default.fits(table.ty), "{} = {default:?}", field.name);
        }
    }
}
