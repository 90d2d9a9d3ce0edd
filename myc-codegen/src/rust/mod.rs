//! The Rust back end: plain types with derives.
//!
//! Each package becomes one module, `a.b` the file `a.b.rs`: its docs, constants, aliases and types in
//! the order of the schema, with `#[derive(mycelium::Message)]` and its siblings, which make the codec.
//! The digests stand as literals, which spares every build their evaluation.
//!
//! **Traits.** All types are `Clone` and `PartialEq`; `Eq` and `Hash` where no float is inside; `Copy`
//! where all that is inside is, but never a message, which may grow by a field that is not. A type has
//! a `Default` where nobody needs to choose a value: each field has a default in the schema, or is
//! optional, text, bytes, a list, a map, flags, or a struct or
//! message that has one; not where an empty one would be too short for the field. Enums and flags are
//! `Ord`, so that they can be keys of maps.
//!
//! **No `#[non_exhaustive]`.** It would take struct literals from other crates, and give nothing for it: a
//! message grows only where its code is generated anew, and then the compiler shows what lacks the field;
//! an open enum or union has a variant for what it does not know, so that a `match` has its arm for it.
//!
//! **Docs** of a field end with its unit and with what it is held to.
//!
//! **Features.** With some, each type asks for what they make of it, `#[cfg_attr(feature = "serde",
//! myc(serde))]`: so the generated code belongs to a crate that has the features of these names, and is
//! no heavier where they are off.
//!
//! **Modules of one output folder are siblings**: package `a.b` is module `a_b`, and a type that an
//! imported package declares is `super::a_b::Name`.

mod attribute_text;
mod attributes;
mod defaults;
mod lower;
mod memory;
mod model;
mod print;
mod rust_type;
mod traits;
mod types;
mod values;

use std::collections::BTreeSet;

use myc_schema::schema::{PackageId, Schema};

use crate::{Backend, GeneratedFile, names};

/// The Rust back end.
#[derive(Debug, Clone, Default)]
pub struct Rust {
    features: BTreeSet<Feature>,
}

/// Feature of the crate that generated code belongs to, and with which its types can do more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Feature {
    /// `Serialize` and `Deserialize` of serde.
    Serde,
    /// `Arbitrary`, for fuzzing.
    Arbitrary,
}

impl Feature {
    /// All of them.
    pub const ALL: [Feature; 2] = [Feature::Serde, Feature::Arbitrary];

    /// Name of the feature, and the word in `#[myc(…)]`.
    pub const fn name(self) -> &'static str {
        match self {
            Feature::Serde => "serde",
            Feature::Arbitrary => "arbitrary",
        }
    }

    /// The feature of that name.
    pub fn from_name(name: &str) -> Option<Feature> {
        Feature::ALL.into_iter().find(|feature| feature.name() == name)
    }
}

impl Rust {
    /// The back end for a crate that has these features.
    pub fn with_features(features: impl IntoIterator<Item = Feature>) -> Rust {
        Rust { features: features.into_iter().collect() }
    }
}

impl Backend for Rust {
    fn generate(&self, schema: &Schema) -> Vec<GeneratedFile> {
        let roots = schema.packages.iter().enumerate().filter(|(_, package)| package.is_root);
        let file = |(index, package): (usize, &myc_schema::schema::Package)| GeneratedFile {
            path: names::rust_file(&package.name),
            contents: print::print(&lower::lower(schema, PackageId(index), &self.features)),
        };
        roots.map(file).collect()
    }
}
