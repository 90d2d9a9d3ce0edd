//! Names of columns that the recording adds to those of the message: no table has two of one name.

use mycelium_wire::reflect::Def;

/// The columns of a message's time and number: `_time` and `_sequence`, unless the message has fields that are called so.
pub(super) fn own_columns(def: &Def<'_>) -> [String; 2] {
    ["_time", "_sequence"].map(|name| free(name, def.fields().iter().map(|field| field.name)))
}

/// The name, behind as many underscores as it takes to be none of the others.
pub(super) fn free<'n>(name: &str, others: impl Iterator<Item = &'n str> + Clone) -> String {
    let mut name = name.to_owned();
    while others.clone().any(|other| other == name) {
        name.insert(0, '_');
    }
    name
}
