//! A named type: its facts, members, bytes, users, and the text that is hashed.

use myc_schema::schema::{TypeDef, TypeId, TypeKind};
use mycelium_wire::canon;

use crate::layout::Layout;
use crate::site::frame::Place;
use crate::site::markdown;
use crate::site::model::{Fact, Html, LayoutFigure, TypePage};
use crate::site::survey::Survey;

pub(in crate::site) fn page(survey: &Survey<'_>, id: TypeId) -> TypePage {
    let def = &survey.schema.types[id.0];
    let layout = Layout::of(survey.schema, id, survey.defs[id.0]);
    let uses = survey.use_lines(survey.uses.of_type(id));
    TypePage {
        frame: survey.frame(Place::Type(id)),
        name: def.name.clone(),
        kind: survey.kind(id),
        kind_words: kind_words(def),
        deprecated: survey.reason(def.deprecated.as_ref(), def.package),
        docs: survey.docs(&def.docs, def.package),
        facts: facts(def, &layout),
        members: survey.members(id),
        layout: figure(&layout),
        unused: if uses.is_empty() { "No other type uses it." } else { "" },
        uses,
        canonical: markdown::plain_lines(&canon::text(survey.defs[id.0])),
    }
}

fn kind_words(def: &TypeDef) -> String {
    let openness = |open| if open { "open" } else { "closed" };
    match &def.kind {
        TypeKind::Message(_) => "message".to_owned(),
        TypeKind::Struct(_) => "struct".to_owned(),
        TypeKind::Enum(e) => format!("{} enum : {}", openness(e.open), e.repr.name()),
        TypeKind::Flags(flags) => format!("flags : {}", flags.repr.name()),
        TypeKind::Union(union) => format!("{} union", openness(union.open)),
    }
}

fn facts(def: &TypeDef, layout: &Layout) -> Vec<Fact> {
    let mut facts = Vec::new();
    let mut add = |term, class, value| facts.push(Fact { term, value, class });
    if let TypeKind::Message(message) = &def.kind {
        add("Topic", "code", markdown::plain(&message.topic));
        add("Type id", "code", message.id.to_string());
        let frame = match layout.frame_size {
            Some(size) => format!("{size} bytes, always"),
            None => "grows with its tail".to_owned(),
        };
        add("Block", "text", bytes(layout.size));
        add("Frame", "text", frame);
    } else {
        add("Size", "text", bytes(layout.size));
        add("Alignment", "text", bytes(layout.align));
        let tail = if def.is_fixed { "nothing" } else { "what has no bound" };
        add("In the tail", "text", tail.to_owned());
    }
    add("Digest", "digest", def.digest.to_string());
    facts
}

fn bytes(count: usize) -> String {
    format!("{count} byte{}", if count == 1 { "" } else { "s" })
}

fn figure(layout: &Layout) -> LayoutFigure {
    let lines = layout.cache_lines();
    let caption = format!(
        "{}, {} of padding, {lines} cache line{} of 64.",
        bytes(layout.size),
        layout.padding(),
        if lines == 1 { "" } else { "s" },
    );
    let better = layout.better.as_ref().map(|better| {
        format!(
            "Before its first release, another order would save {}: {}.",
            bytes(better.saves),
            better.fields.join(", ")
        )
    });
    LayoutFigure { picture: Html(layout.figure()), caption, better }
}
