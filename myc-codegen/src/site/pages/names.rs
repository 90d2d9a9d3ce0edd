//! All names from A to Z: the search of those who have no script.

use std::collections::BTreeMap;

use myc_schema::schema::PackageId;

use crate::site::frame::Place;
use crate::site::model::{Entry, Letter, NamesPage};
use crate::site::survey::Survey;

pub(in crate::site) fn page(survey: &Survey<'_>) -> NamesPage {
    let mut letters: BTreeMap<char, Vec<Entry>> = BTreeMap::new();
    for entry in entries(survey) {
        let first = entry.link.text.chars().next().map_or('#', |c| c.to_ascii_uppercase());
        letters.entry(first).or_default().push(entry);
    }
    let letter = |(letter, mut entries): (char, Vec<Entry>)| {
        entries.sort_by_cached_key(|entry| {
            let name = &entry.link.text;
            (name.to_ascii_lowercase(), name.clone(), entry.package.clone())
        });
        Letter { letter, entries }
    };
    NamesPage {
        frame: survey.frame(Place::Site("All names")),
        letters: letters.into_iter().map(letter).collect(),
    }
}

fn entries(survey: &Survey<'_>) -> Vec<Entry> {
    let mut entries = Vec::new();
    for (index, package) in survey.schema.packages.iter().enumerate() {
        let contents = &survey.contents[index];
        let name = || package.name.clone();
        entries.extend(contents.types.iter().map(|id| survey.entry(*id, name())));
        entries.extend(contents.aliases.iter().map(|id| survey.alias_entry(*id, name())));
        let constants = contents.constants.iter();
        entries.extend(constants.map(|c| survey.constant_entry(PackageId(index), c, name())));
    }
    entries
}
