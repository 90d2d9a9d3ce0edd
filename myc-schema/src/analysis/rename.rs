//! Another name, everywhere at once.
//!
//! No rule of the language is written here a second time: the sources are changed in memory, looked at
//! again, and the renaming is refused unless they are right and every name in them means what it meant.

use super::{Analysis, Symbol};
use crate::diag::Severity;
use crate::schema::{Schema, TypeKind};
use crate::source::{Memory, SourceSet, Span};

/// What renaming comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renaming {
    /// Places where the new name goes.
    pub places: Vec<Span>,
    /// What peers see of it, a sentence each; empty where they see nothing.
    pub consequences: Vec<String>,
}

/// Why something is not renamed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal(pub String);

impl Analysis {
    /// What renaming a symbol to `name` changes, unless that would be wrong.
    pub fn rename(&self, symbol: Symbol, name: &str) -> Result<Renaming, Refusal> {
        self.can_rename(symbol)?;
        let places: Vec<Span> = self.uses_of(symbol).map(|found| found.span).collect();
        let after = self.with_name_at(&places, name);
        let errors =
            |diagnostic: &&crate::Diagnostic| diagnostic.code.severity() == Severity::Error;
        if let Some(error) = after.diagnostics().iter().find(errors) {
            let help = error.help.as_ref().map(|help| format!(" ({help})")).unwrap_or_default();
            return Err(Refusal(format!("`{name}` will not do: {}{help}", error.message)));
        }
        let means_the_same = self.uses.len() == after.uses.len()
            && (self.uses.iter().zip(&after.uses))
                .all(|(a, b)| a.symbol == b.symbol && a.is_declaration == b.is_declaration);
        if !means_the_same {
            let message =
                format!("with `{name}` another name in the sources would change its meaning");
            return Err(Refusal(message));
        }
        Ok(Renaming { places, consequences: consequences(&self.schema, &after.schema, name) })
    }

    /// Whether a symbol can have another name at all.
    pub fn can_rename(&self, symbol: Symbol) -> Result<(), Refusal> {
        let refuse = |message: &str| Err(Refusal(message.to_owned()));
        match symbol {
            Symbol::BuiltIn(_) | Symbol::Attribute(_) => refuse("this name is the language's own"),
            Symbol::File(_) => refuse("this is the path of a file"),
            Symbol::Package(_) => refuse(
                "the name of a package is part of every digest in it and of the generated code's \
                 files: change it by hand",
            ),
            _ if self.has_errors => refuse(
                "the sources have errors, behind which uses of the name may hide: mend them first",
            ),
            Symbol::Declaration(_) | Symbol::Member(..) | Symbol::Alias(..) => Ok(()),
        }
    }

    /// The same sources with another name at some places, which are in their order.
    fn with_name_at(&self, places: &[Span], name: &str) -> Analysis {
        let files = self.files();
        let mut memory = Memory::new();
        let mut roots = Vec::new();
        for module in &self.program.modules {
            let mut text = files.text(module.file).to_owned();
            for span in places.iter().rev().filter(|span| span.file == module.file) {
                text.replace_range(span.range(), name);
            }
            memory = memory.file(files.path(module.file), text);
            roots.extend(module.is_root.then(|| files.path(module.file)));
        }
        Analysis::of(&SourceSet::new(memory).roots(roots))
    }
}

/// What peers see: digests and topics of messages that are no longer the same.
fn consequences(before: &Schema, after: &Schema, name: &str) -> Vec<String> {
    let mut changed = Vec::new();
    let mut topics = Vec::new();
    for (was, is) in messages(before).iter().zip(&messages(after)) {
        if was.digest != is.digest {
            changed.push(format!("`{}`", was.name));
        }
        if was.topic != is.topic {
            topics.push(format!("The topic `{}` becomes `{}`.", was.topic, is.topic));
        }
    }
    let mut sentences = Vec::new();
    if !changed.is_empty() {
        let noun = if changed.len() == 1 { "the digest of" } else { "the digests of" };
        sentences.push(format!(
            "`{name}` changes {noun} {}: programs built before and after do not talk to each other. \
             `@was` with the former name keeps it the same.",
            changed.join(", ")
        ));
    }
    sentences.extend(topics);
    sentences
}

struct Seen {
    name: String,
    topic: String,
    digest: mycelium_wire::Digest,
}

/// All messages in the order of the sources, which a name does not change.
fn messages(schema: &Schema) -> Vec<Seen> {
    let packages = schema.packages.iter();
    let types = packages.flat_map(|package| &package.items).filter_map(|item| match item {
        crate::schema::Item::Type(id) => Some(*id),
        _ => None,
    });
    let seen = types.filter_map(|id| match &schema.types[id.0].kind {
        TypeKind::Message(message) => Some(Seen {
            name: schema.qualified_name(id),
            topic: message.topic.clone(),
            digest: schema.types[id.0].digest,
        }),
        _ => None,
    });
    seen.collect()
}
