//! Links from one page to another lead somewhere.

use std::path::Path;

use super::{Finding, Source};
use crate::repo;

pub(super) fn check(sources: &[Source]) -> Vec<Finding> {
    let pages = sources.iter().filter(|source| source.has_extension(&["md"]));
    pages.flat_map(check_page).collect()
}

fn check_page(page: &Source) -> Vec<Finding> {
    let path = repo::root().join(&page.path);
    let folder = path.parent().unwrap_or(repo::root());
    let lines = page.text.lines().enumerate();
    let links = lines.flat_map(|(index, line)| links_in(line).map(move |link| (index, link)));
    links
        .filter(|(_, link)| leads_nowhere(folder, link))
        .map(|(index, link)| page.find(index + 1, format!("`{link}` leads nowhere")))
        .collect()
}

/// What stands between `](` and `)`.
fn links_in(line: &str) -> impl Iterator<Item = &str> {
    line.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(link, _)| link)
}

/// Only links to files of the repository are looked up.
fn leads_nowhere(folder: &Path, link: &str) -> bool {
    let file = link.split('#').next().unwrap_or_default();
    !file.is_empty() && !link.contains("://") && !folder.join(file).exists()
}
