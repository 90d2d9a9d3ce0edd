//! The messages of the schemas in this repository and made-up ones, one of which an input names by its first
//! byte.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use myc_schema::schema::{Schema, TypeId, TypeKind};
use myc_schema::{Arena, SourceSet, compile};
use mycelium_wire::reflect::{Def, Kind};

use crate::machine::granted;

/// A message and where it comes from.
pub struct Message {
    /// All schemas.
    pub schema: &'static Schema,
    /// Its place there.
    pub id: TypeId,
    /// `market.Trade`.
    pub name: String,
    /// Number in the header of its frames.
    pub type_id: u16,
}

/// The path of the schema that is made up.
const MADE_UP: &str = "random.myc";

/// The folder of the repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("this crate lies in the repository")
}

/// All files below a folder whose names end so, sorted.
pub fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            match path.is_dir() {
                true => folders.push(path),
                false if path.to_string_lossy().ends_with(ending) => found.push(path),
                false => {}
            }
        }
    }
    found.sort();
    found
}

static SCHEMA: LazyLock<Schema> = LazyLock::new(|| {
    let read = |path: &Path| match path.to_str() {
        Some(MADE_UP) => Ok(mycelium_agreement::SCHEMA.into()),
        // What is not there may be looked for elsewhere.
        _ => match std::fs::read(path) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                Ok(granted(Err(error), format_args!("the schema {}", path.display())))
            }
            read => read,
        },
    };
    let roots = files("schemas", ".myc").into_iter().chain([MADE_UP.into()]);
    let (schema, diagnostics) = compile(&SourceSet::new(read).roots(roots));
    assert!(!diagnostics.has_errors());
    schema.expect("the schemas of this repository are right")
});

/// Compiles the schemas before any input is run, so that the edges of the compiler are not counted as those
/// of the first input.
pub fn prepare() {
    LazyLock::force(&MESSAGES);
}

/// All of them, in one order as long as the schemas stay.
pub static MESSAGES: LazyLock<Vec<Message>> = LazyLock::new(|| {
    let schema = &*SCHEMA;
    let ids = (0..schema.types.len()).map(TypeId);
    ids.filter_map(|id| match &schema.types[id.0].kind {
        TypeKind::Message(message) => {
            let name = schema.qualified_name(id);
            Some(Message { schema, id, name, type_id: message.id })
        }
        _ => None,
    })
    .collect()
});

/// Their tables, which every run reads.
pub fn with_def<T>(message: &Message, look: impl FnOnce(&Def<'_>) -> T) -> T {
    thread_local! {
        static DEFS: &'static [&'static Def<'static>] = {
            // One set of tables for the whole run: it lives as long as the program.
            let arena: &'static Arena = Box::leak(Box::new(Arena::new()));
            Box::leak(SCHEMA.reflect_all(arena).into_boxed_slice())
        };
    }
    DEFS.with(|defs| look(defs[message.id.0]))
}

/// Whether a frame's block has the length that this schema gives it.
pub fn has_own_block(def: &Def<'_>, block: u32) -> bool {
    match def.kind {
        Kind::Message { fields, .. } => mycelium_wire::layout::block_size(fields) == block as usize,
        _ => false,
    }
}

/// The message that the first byte names, and the rest.
pub fn choose(bytes: &[u8]) -> Option<(&'static Message, &[u8])> {
    let (first, rest) = bytes.split_first()?;
    Some((&MESSAGES[usize::from(*first) % MESSAGES.len()], rest))
}
