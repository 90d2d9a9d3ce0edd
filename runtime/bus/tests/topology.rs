//! Topology files, good and bad, against what is said about them.
//!
//! `BLESS=1 cargo test -p mycelium --test topology` writes the expectations anew.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use mycelium::topology::{Node, Topology, TopologyError};

#[test]
fn bad_files_are_explained() {
    for path in cases("bad") {
        let text = fs::read_to_string(&path).unwrap();
        let file = path.file_name().unwrap();
        let fault = Topology::parse_with(&text, file, variables).unwrap_err();
        compare(&path.with_extension("txt"), &format!("{fault}\n"));
    }
}

/// A file may come from anybody: what is shown of it does nothing to a terminal, in colours or without.
#[test]
fn what_a_file_says_steers_no_terminal() {
    // In the text itself, as an escape in a name, and in a key that is not known.
    let hostile = [
        "# \u{1b}[2J\u{9b}2J\u{202e}\u{7f}\nnodes = 3",
        "[[nodes]] # \u{9b}\u{202e}\u{feff}\nname = \"a\\u001b[2J\\u009b\"\nservices = [\"a\"]\n",
        "[[nodes]]\n\"b\\u001b[2J\\u009b\\u202e\" = 1 # \u{9b}\u{202e}",
    ];
    for text in hostile {
        let file = Path::new("a\u{1b}[2J\u{9b}.toml");
        let fault = Topology::parse_with(text, file, variables).unwrap_err();
        let TopologyError::Invalid(found) = &fault else { panic!("{fault}") };
        let coloured = found.coloured();
        assert!(coloured.contains("\u{1b}[1m"), "{coloured:?}");
        // Colours alone.
        let mut rest = coloured.split('\u{1b}');
        let mut shown = rest.next().unwrap_or_default().to_owned();
        for rest in rest {
            let colour = rest.strip_prefix('[').and_then(|rest| rest.split_once('m'));
            let (colour, rest) = colour.unwrap_or_else(|| panic!("{coloured:?}"));
            assert!(
                colour.chars().all(|char| char.is_ascii_digit() || char == ';'),
                "{coloured:?}"
            );
            shown += rest;
        }
        for shown in [shown, found.to_string()] {
            let steers = |char: &char| {
                (char.is_control() && *char != '\n') || matches!(char, '\u{202e}' | '\u{feff}')
            };
            assert_eq!(shown.chars().find(steers), None, "{shown:?}");
            assert!(shown.contains("a\\u{1b}[2J\\u{9b}.toml"), "{shown}");
        }
    }
}

#[test]
fn good_files_give_links() {
    for path in cases("good") {
        let text = fs::read_to_string(&path).unwrap();
        let topology = Topology::parse_with(&text, path.file_name().unwrap(), variables)
            .unwrap_or_else(|fault| panic!("{fault}"));
        let services = topology.nodes.iter().flat_map(|node| &node.services);
        let links: Vec<String> = services
            .map(|service| format!("{service}:\n{}", topology.links(service).unwrap()))
            .collect();
        compare(&path.with_extension("txt"), &links.join("\n"));
    }
}

/// Each case is a folder: `topology.toml` and what it includes.
#[test]
fn included_files_are_part_of_the_topology() {
    for entry in fs::read_dir(folder("include")).unwrap() {
        let case = entry.unwrap().path();
        let said = match Topology::load_with(case.join("topology.toml"), variables) {
            Ok(topology) => format!("{topology:#?}\n"),
            Err(fault) => format!("{fault}\n"),
        };
        let said = said.replace(&format!("{}/", case.display()), "");
        compare(&case.join("expected.txt"), &said);
    }
}

#[test]
fn what_is_suspicious_is_told() {
    let is_here = |node: &Node| node.host == "localhost";
    for path in cases("suspect") {
        let found = Topology::examine(&path, variables, is_here);
        let (_, found) = found.unwrap_or_else(|fault| panic!("{fault}"));
        assert!(found.findings().all(|finding| finding.is_warning));
        let said = format!("{found}\n").replace(&format!("{}/", folder("suspect").display()), "");
        compare(&path.with_extension("txt"), &said);
    }
}

#[test]
fn a_key_that_others_read_is_suspicious() {
    let folder = tempfile::tempdir().unwrap();
    for file in ["certificate", "key", "authority"] {
        fs::write(folder.path().join(file), "").unwrap();
    }
    let text = "[[nodes]]\nname = \"a\"\nservices = [\"a\"]\nport = 9002\n\
                tls = { certificate = \"certificate\", key = \"key\", authority = \"authority\" }";
    let path = folder.path().join("topology.toml");
    fs::write(&path, text).unwrap();
    let titles = |mode| {
        let key = folder.path().join("key");
        fs::set_permissions(key, fs::Permissions::from_mode(mode)).unwrap();
        let (_, found) = Topology::examine(&path, variables, |_| true).unwrap();
        found.findings().map(|finding| finding.title.to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(titles(0o600), Vec::<String>::new());
    assert_eq!(titles(0o640), ["the key of `a` has mode 0640: others may read it"]);
}

#[test]
fn what_is_relative_starts_at_the_file_that_says_it() {
    let topology = Topology::load_with(folder("include").join("parts/topology.toml"), variables);
    let topology = topology.unwrap_or_else(|fault| panic!("{fault}"));
    let node = topology.node_of("risk").unwrap();
    let parts = folder("include").join("parts/parts");
    assert_eq!(node.command.as_ref().unwrap().folder, parts);
    assert_eq!(node.tls.as_ref().unwrap().key, parts.join("tls/risk.key"));
}

#[test]
fn each_way_between_two_nodes_is_opened_at_both_ends() {
    use mycelium::topology::Link::{ReadRing, WriteRing};
    let text = fs::read_to_string(folder("good").join("demo.toml")).unwrap();
    let topology = Topology::parse(&text, "demo.toml").unwrap();
    let links = |service: &str| topology.links(service).unwrap();
    for (writer, reader) in [("risk", "strategy"), ("strategy", "execution")] {
        let written = links(writer).links.into_iter().find_map(|link| match link {
            WriteRing { path, .. } => Some(path),
            _ => None,
        });
        let read = links(reader).links.into_iter().any(|link| match link {
            ReadRing { path, .. } => Some(path) == written,
            _ => false,
        });
        assert!(read, "{reader} does not read what {writer} writes");
    }
}

#[test]
fn an_unknown_service_is_told_what_there_is() {
    let text = fs::read_to_string(folder("good").join("demo.toml")).unwrap();
    let topology = Topology::parse(&text, "demo.toml").unwrap();
    assert_eq!(
        topology.links("startegy").unwrap_err().to_string(),
        "demo.toml holds no service `startegy`; did you mean `strategy`? it holds: market-data, \
         execution, strategy, risk"
    );
}

#[test]
fn a_missing_file_is_named() {
    let fault = Topology::load("nowhere/topology.toml").unwrap_err();
    assert!(matches!(fault, TopologyError::Unreadable { .. }));
    assert!(fault.to_string().contains("nowhere/topology.toml"), "{fault}");
}

#[test]
fn places_are_counted_from_one() {
    let Err(TopologyError::Invalid(found)) = Topology::parse("[[nodes]]\nnam = 1\n", "t.toml")
    else {
        panic!("refused for another reason, or not at all");
    };
    assert_eq!(found.findings().map(|found| (found.line, found.column)).last(), Some((2, 1)));
}

#[test]
fn the_schema_of_the_documentation_is_that_of_the_reader() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/topology.schema.json");
    compare(&path, &Topology::json_schema());
}

/// What the environment holds; the tests of other languages set the same.
fn variables(name: &str) -> Option<String> {
    match name {
        "TEST_HOST" => Some("10.0.2.20".to_owned()),
        "TEST_PORT" => Some("9002".to_owned()),
        "TEST_EMPTY" => Some(String::new()),
        _ => None,
    }
}

fn folder(kind: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/topology").join(kind)
}

fn cases(kind: &str) -> Vec<PathBuf> {
    let files = fs::read_dir(folder(kind)).unwrap().map(|entry| entry.unwrap().path());
    let mut cases: Vec<PathBuf> =
        files.filter(|path| path.extension().is_some_and(|kind| kind == "toml")).collect();
    cases.sort();
    assert!(!cases.is_empty());
    cases
}

fn compare(expectation: &Path, found: &str) {
    if std::env::var_os("BLESS").is_some() {
        fs::write(expectation, found).unwrap();
    }
    let expected = fs::read_to_string(expectation).unwrap_or_default();
    assert_eq!(found, expected, "{} (BLESS=1 writes it anew)", expectation.display());
}
