//! Every address on every page leads somewhere, and every anchor is there once.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use crate::{Site, here, schema_in, schema_of, site_of};

/// Values of an attribute.
fn values<'p>(page: &'p str, attribute: &str) -> Vec<&'p str> {
    let begin = format!(" {attribute}=\"");
    page.split(&begin).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

/// The file that an address on a page means, and the anchor in it.
fn target(page: &str, address: &str) -> (String, Option<String>) {
    let (path, anchor) = match address.split_once('#') {
        Some((path, anchor)) => (path, Some(anchor.to_owned())),
        None => (address, None),
    };
    let folder = page.rsplit_once('/').map(|(folder, _)| folder);
    let path = match (path.strip_prefix("../"), folder) {
        _ if path.is_empty() => page.to_owned(),
        (Some(path), Some(_)) => path.to_owned(),
        (None, None) => path.to_owned(),
        _ => panic!("{page} names {address}"),
    };
    (path, anchor)
}

#[track_caller]
fn check(site: &Site) -> usize {
    let pages = site.iter().filter(|(path, _)| path.ends_with(".html"));
    let mut anchors: HashMap<&str, BTreeSet<&str>> = HashMap::new();
    for (path, page) in pages.clone() {
        let ids = values(page, "id");
        let distinct: BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!(ids.len(), distinct.len(), "{path} has an anchor twice: {ids:?}");
        anchors.insert(path, distinct);
    }
    let mut count = 0;
    let mut follow = |from: &str, address: &str| {
        let (path, anchor) = target(from, address);
        assert!(site.contains_key(&path), "{from}: {address} leads nowhere");
        let Some(anchor) = anchor else { return };
        assert!(anchors[path.as_str()].contains(anchor.as_str()), "{from}: no anchor {address}");
        count += 1;
    };
    for (path, page) in pages {
        for attribute in ["href", "src", "action"] {
            let own = values(page, attribute);
            let is_outside = |address: &&&str| !address.starts_with("https://example.com/");
            own.iter().filter(is_outside).for_each(|address| follow(path, address));
        }
    }
    for (_, of, address, members) in searched(site) {
        follow("index.html", &address);
        for member in members {
            follow("index.html", &format!("{address}#member.{member}"));
        }
        assert!(of.is_empty() || site.contains_key(&format!("packages/{of}.html")), "{of}");
    }
    count
}

/// Name, package, address and members of all that the search knows.
fn searched(site: &Site) -> Vec<(String, String, String, Vec<String>)> {
    let script = &site["assets/names.js"];
    let list = script.split_once("mycNames(").and_then(|(_, rest)| rest.rsplit_once(");")).unwrap();
    let lines: Vec<Vec<String>> = serde_json::from_str(list.0).unwrap();
    let members = |line: &[String]| {
        let all = line.get(5).map(String::as_str).unwrap_or_default();
        all.split_whitespace().map(str::to_owned).collect()
    };
    let parts = |line: Vec<String>| {
        let members = members(&line);
        (line[0].clone(), line[2].clone(), line[3].clone(), members)
    };
    lines.into_iter().map(parts).collect()
}

#[test]
fn all_addresses_of_the_garden_lead_somewhere() {
    assert!(check(&site_of(&schema_in(&[here()]))) > 50);
}

#[test]
fn all_addresses_of_the_repository_lead_somewhere() {
    let schemas = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas");
    assert!(check(&site_of(&schema_in(&[schemas]))) > 500);
}

#[test]
fn names_that_differ_in_case_have_files_of_their_own() {
    let site = site_of(&schema_of("package a; struct Ab { x: u8 } struct AB { y: Ab }"));
    let lower: BTreeSet<String> = site.keys().map(|path| path.to_lowercase()).collect();
    assert_eq!(lower.len(), site.len());
    check(&site);
}

#[test]
fn the_list_and_the_search_have_every_name() {
    let site = site_of(&schema_in(&[here()]));
    let list = &site["names.html"];
    let searched: Vec<String> = searched(&site).into_iter().map(|(name, ..)| name).collect();
    let all = ["Bed", "Faults", "MOST_BEDS", "Moisture", "Remark", "Report", "Sky", "Tool"];
    for name in all {
        assert!(list.contains(&format!(">{name}</a>")), "{name}");
        assert!(searched.iter().any(|found| found == name), "{name}");
    }
    assert_eq!(searched.len(), all.len() + 2, "and the two packages");
}

#[test]
fn a_site_without_messages_or_types_is_one_too() {
    check(&site_of(&schema_of("package empty;")));
    check(&site_of(&schema_of("package empty; message Nothing = 1 {} struct Small { x: u8 }")));
}
