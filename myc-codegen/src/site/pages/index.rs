//! The first page: each package with its messages.

use myc_schema::schema::{PackageId, TypeId};

use super::package_chips;
use crate::site::frame::Place;
use crate::site::markdown;
use crate::site::model::{Fact, IndexPage, KindMark, PackageCard};
use crate::site::survey::{ALIAS, CONSTANT, MESSAGE, Survey, TYPE_KINDS};

pub(in crate::site) fn page(survey: &Survey<'_>) -> IndexPage {
    let schema = survey.schema;
    let messages = schema.types.iter().enumerate();
    let messages = messages.filter(|(index, _)| survey.kind(TypeId(*index)) == MESSAGE).count();
    let mut facts = vec![
        fact("Packages", schema.packages.len().to_string()),
        fact("Messages", messages.to_string()),
        fact("Types", schema.types.len().to_string()),
    ];
    facts.extend(schema.digest.map(|digest| Fact {
        term: "Digest",
        value: digest.to_string(),
        class: "digest",
    }));
    IndexPage {
        frame: survey.frame(Place::Site("Index")),
        facts,
        packages: (0..schema.packages.len()).map(|index| card(survey, PackageId(index))).collect(),
    }
}

fn fact(term: &'static str, value: String) -> Fact {
    Fact { term, value, class: "text" }
}

fn card(survey: &Survey<'_>, id: PackageId) -> PackageCard {
    let package = &survey.schema.packages[id.0];
    let contents = &survey.contents[id.0];
    let is_other = |id: &&TypeId| survey.kind(**id) != MESSAGE;
    let others = contents.types.iter().filter(is_other);
    let messages = (format!("{}.messages", package.name), "Messages");
    PackageCard {
        link: survey.package_link(id),
        contents: in_words(survey, id),
        chips: package_chips(package.is_root),
        docs: markdown::summary(&package.docs),
        messages: survey.types_table(id, MESSAGE, messages).into_iter().collect(),
        others: others.map(|id| survey.entry(*id, String::new())).collect(),
    }
}

/// How much of each kind there is.
fn in_words(survey: &Survey<'_>, id: PackageId) -> String {
    let contents = &survey.contents[id.0];
    let of_kind = |kind: KindMark| {
        let types = contents.types.iter().filter(|id| survey.kind(**id) == kind);
        (kind, types.count())
    };
    let mut counts: Vec<(KindMark, usize)> = TYPE_KINDS.map(of_kind).into();
    counts.push((ALIAS, contents.aliases.len()));
    counts.push((CONSTANT, contents.constants.len()));
    let words = counts.iter().filter(|(_, count)| *count > 0).map(|(kind, count)| {
        let plural = match (count, kind.class) {
            (1, _) | (_, "flags") => "",
            (_, "alias") => "es",
            _ => "s",
        };
        format!("{count} {}{plural}", kind.word)
    });
    words.collect::<Vec<_>>().join(", ")
}
