//! Links from one page to another lead somewhere, to a heading too; the book's summary has all of its pages.

use std::collections::{HashMap, HashSet};
use std::path::{Component, Path, PathBuf};

use super::{Finding, Source};
use crate::markdown::{Link, Markdown};
use crate::repo;

const SUMMARY: &str = "docs/SUMMARY.md";

pub(super) fn check(sources: &[Source]) -> Vec<Finding> {
    let pages: Vec<(&Source, Markdown)> = sources
        .iter()
        .filter(|source| source.has_extension(&["md"]))
        .map(|source| (source, Markdown::parse(&source.text)))
        .collect();
    let anchors: HashMap<&str, Anchors> = pages
        .iter()
        .map(|(source, page)| (source.path.as_str(), Anchors::of(&page.headings)))
        .collect();
    let mut findings: Vec<Finding> =
        pages.iter().flat_map(|(source, page)| check_page(source, page, &anchors)).collect();
    findings.extend(missing_in_summary(&pages));
    findings
}

fn check_page(source: &Source, page: &Markdown, anchors: &HashMap<&str, Anchors>) -> Vec<Finding> {
    let find = |link: &Link| {
        let what = fault_of(&source.path, &link.target, anchors)?;
        Some(source.find(link.line, format!("`{}` {what}", link.target)))
    };
    page.links.iter().filter_map(find).collect()
}

/// Only links within the repository are looked up.
fn fault_of(page: &str, link: &str, anchors: &HashMap<&str, Anchors>) -> Option<&'static str> {
    if has_scheme(link) {
        return None;
    }
    let (file, anchor) = match link.split_once('#') {
        Some((file, anchor)) => (file, Some(anchor)),
        None => (link, None),
    };
    let target = if file.is_empty() { Some(PathBuf::from(page)) } else { joined(page, file) };
    let Some(target) = target else { return Some("leads out of the repository") };
    if !file.is_empty() && !repo::root().join(&target).exists() {
        return Some("leads nowhere");
    }
    let known = anchors.get(target.to_str()?)?;
    anchor.and_then(|anchor| known.fault_of(anchor))
}

/// Whether it is a whole address: `https:`, `mailto:`.
fn has_scheme(link: &str) -> bool {
    let is_part = |char: char| char.is_ascii_alphanumeric() || ['+', '-', '.'].contains(&char);
    link.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|char: char| char.is_ascii_alphabetic()) && scheme.chars().all(is_part)
    })
}

/// A link's file from the repository's folder, if it lies in it.
fn joined(page: &str, file: &str) -> Option<PathBuf> {
    let mut path = Path::new(page).parent().unwrap_or(Path::new("")).to_owned();
    for part in Path::new(file).components() {
        match part {
            Component::ParentDir => {
                if !path.pop() {
                    return None;
                }
            }
            Component::CurDir => {}
            Component::Normal(name) => path.push(name),
            // On a forge that is the repository, in the book the site.
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(path)
}

/// The anchors of a page's headings. The forge and the book do not make the same ones of all headings; a link has to find
/// its own in both.
struct Anchors {
    forge: HashSet<String>,
    book: HashSet<String>,
}

impl Anchors {
    fn of(headings: &[String]) -> Self {
        Self { forge: forge_anchors(headings), book: book_anchors(headings) }
    }

    fn fault_of(&self, anchor: &str) -> Option<&'static str> {
        match (self.forge.contains(anchor), self.book.contains(anchor)) {
            (true, true) => None,
            (true, false) => Some("leads to no heading in the book, though on a forge"),
            (false, true) => Some("leads to no heading on a forge, though in the book"),
            (false, false) => Some("leads to no heading"),
        }
    }
}

/// As forges make them: none is there twice, whatever headings look like.
fn forge_anchors(headings: &[String]) -> HashSet<String> {
    let mut counts: HashMap<String, usize> = HashMap::new();
    for heading in headings {
        let plain = plain(&heading.to_lowercase());
        let mut anchor = plain.clone();
        while counts.contains_key(&anchor) {
            let count = counts.entry(plain.clone()).or_default();
            *count += 1;
            anchor = format!("{plain}-{count}");
        }
        counts.insert(anchor, 0);
    }
    counts.into_keys().collect()
}

/// As mdBook makes them: those of the same words are numbered.
fn book_anchors(headings: &[String]) -> HashSet<String> {
    let mut counts: HashMap<String, usize> = HashMap::new();
    let mut anchors = HashSet::new();
    for heading in headings {
        let plain = plain(&heading.to_ascii_lowercase());
        let count = counts.entry(plain.clone()).or_default();
        anchors.insert(if *count == 0 { plain } else { format!("{plain}-{count}") });
        *count += 1;
    }
    anchors
}

/// Letters, digits, `-` and `_`; each space is a `-`, and all else nothing.
fn plain(title: &str) -> String {
    let word = |char: char| match char {
        '-' | '_' => Some(char),
        _ if char.is_whitespace() => Some('-'),
        _ => char.is_alphanumeric().then_some(char),
    };
    title.trim().chars().filter_map(word).collect()
}

/// Pages of the book that its summary does not list; those of single errors are listed by their own index.
fn missing_in_summary(pages: &[(&Source, Markdown)]) -> Vec<Finding> {
    let Some((summary, page)) = pages.iter().find(|(source, _)| source.path == SUMMARY) else {
        return Vec::new();
    };
    let listed: Vec<&str> = page.links.iter().map(|link| link.target.as_str()).collect();
    let is_page = |path: &str| {
        let name = path.strip_prefix("docs/")?;
        let is_error = name.starts_with("errors/E");
        (!is_error && name != "SUMMARY.md").then(|| name.to_owned())
    };
    let names = pages.iter().filter_map(|(source, _)| is_page(&source.path));
    names
        .filter(|name| !listed.contains(&name.as_str()))
        .map(|name| summary.find(1, format!("the summary does not list `{name}`")))
        .collect()
}
