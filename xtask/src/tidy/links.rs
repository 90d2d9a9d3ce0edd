//! Links from one page to another lead somewhere, to a heading too; the book's summary has all of its pages.

use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};

use super::{Finding, Source};
use crate::repo;

const SUMMARY: &str = "docs/SUMMARY.md";

pub(super) fn check(sources: &[Source]) -> Vec<Finding> {
    let pages: Vec<&Source> =
        sources.iter().filter(|source| source.has_extension(&["md"])).collect();
    let anchors: HashMap<&str, Vec<String>> =
        pages.iter().map(|page| (page.path.as_str(), anchors_of(&page.text))).collect();
    let mut findings: Vec<Finding> =
        pages.iter().flat_map(|page| check_page(page, &anchors)).collect();
    findings.extend(missing_in_summary(&pages));
    findings
}

fn check_page(page: &Source, anchors: &HashMap<&str, Vec<String>>) -> Vec<Finding> {
    let lines = prose(&page.text);
    let links = lines.flat_map(|(index, line)| links_in(line).map(move |link| (index, link)));
    links
        .filter_map(|(index, link)| {
            let what = fault_of(&page.path, link, anchors)?;
            Some(page.find(index + 1, format!("`{link}` {what}")))
        })
        .collect()
}

/// What stands between `](` and `)`.
fn links_in(line: &str) -> impl Iterator<Item = &str> {
    line.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(link, _)| link)
}

/// Only links within the repository are looked up.
fn fault_of(page: &str, link: &str, anchors: &HashMap<&str, Vec<String>>) -> Option<&'static str> {
    if link.contains("://") || link.starts_with("mailto:") {
        return None;
    }
    let (file, anchor) = match link.split_once('#') {
        Some((file, anchor)) => (file, Some(anchor)),
        None => (link, None),
    };
    let target = if file.is_empty() { PathBuf::from(page) } else { joined(page, file) };
    if !file.is_empty() && !repo::root().join(&target).exists() {
        return Some("leads nowhere");
    }
    let known = anchors.get(target.to_str()?)?;
    (!known.iter().any(|known| known == anchor.unwrap_or(known))).then_some("leads to no heading")
}

/// A link's file from the repository's folder.
fn joined(page: &str, file: &str) -> PathBuf {
    let mut path = Path::new(page).parent().unwrap_or(Path::new("")).to_owned();
    for part in Path::new(file).components() {
        match part {
            Component::ParentDir => {
                path.pop();
            }
            Component::CurDir => {}
            other => path.push(other),
        }
    }
    path
}

/// The anchors of a page's headings, as forges and mdBook make them.
fn anchors_of(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for (_, line) in prose(text) {
        let title = line.trim_start_matches('#');
        if title.len() == line.len() || !title.starts_with(' ') {
            continue;
        }
        let word = |char: char| match char {
            ' ' => Some('-'),
            '-' | '_' => Some(char),
            _ if char.is_alphanumeric() => Some(char),
            _ => None,
        };
        let plain: String = title.trim().to_lowercase().chars().filter_map(word).collect();
        let same = found.iter().filter(|known| **known == plain).count();
        found.push(if same == 0 { plain } else { format!("{plain}-{same}") });
    }
    found
}

/// Lines that are neither code nor hidden, with their index.
fn prose(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut end = None;
    text.lines().enumerate().filter(move |(_, line)| {
        let line = line.trim();
        match end {
            Some(mark) => {
                if line == mark {
                    end = None;
                }
                false
            }
            None if line.starts_with("```") => {
                end = Some("```");
                false
            }
            None if line.starts_with("<!-- hidden ") => {
                end = Some("-->");
                false
            }
            None => true,
        }
    })
}

/// Pages of the book that its summary does not list; those of single errors are listed by their own index.
fn missing_in_summary(pages: &[&Source]) -> Vec<Finding> {
    let Some(summary) = pages.iter().find(|page| page.path == SUMMARY) else { return Vec::new() };
    let listed: Vec<&str> = summary.text.lines().flat_map(links_in).collect();
    let is_page = |path: &str| {
        let name = path.strip_prefix("docs/")?;
        let is_error = name.starts_with("errors/E");
        (!is_error && name != "SUMMARY.md").then(|| name.to_owned())
    };
    let names = pages.iter().filter_map(|page| is_page(&page.path));
    names
        .filter(|name| !listed.contains(&name.as_str()))
        .map(|name| summary.find(1, format!("the summary does not list `{name}`")))
        .collect()
}
