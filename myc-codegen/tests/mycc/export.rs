//! `mycc export`: Rust types become the schema that they are.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value as Json;

use crate::{files_in, folder, mycc};

/// Digests of all types, by name.
fn digests(dir: &Path, path: &str) -> Vec<(String, String)> {
    let ir: Json = serde_json::from_str(&mycc(dir, &["ir", path]).ok()).unwrap();
    let text = |ty: &Json, key: &str| ty[key].as_str().unwrap().to_owned();
    let types = ir["types"].as_array().unwrap().iter();
    let mut all: Vec<_> = types.map(|ty| (text(ty, "name"), text(ty, "digest"))).collect();
    all.sort();
    all
}

#[test]
fn what_was_generated_goes_back_to_its_schema() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap();
    let source = |path: &str| root.join(path).to_str().unwrap().to_owned();
    let (rust, control) = (source("generated/rust"), source("runtime/bus/src/mycelium.control.rs"));
    let dir = folder(&[]);
    mycc(dir.path(), &["export", "--rust", &rust, &control, "--out", "out"]).ok();
    let exported = digests(dir.path(), "out");
    // Of each package that there is Rust of, every type.
    let package = |name: &str| name.rsplit_once('.').unwrap().0.to_owned();
    let covered: BTreeSet<String> = exported.iter().map(|(name, _)| package(name)).collect();
    let mut original = digests(&root, "schemas");
    original.retain(|(name, _)| covered.contains(&package(name)));
    assert_eq!(exported, original);
    assert!(exported.len() > 50, "{}", exported.len());
    mycc(dir.path(), &["fmt", "--check", "out"]).ok();
}

const RUST: &str = r#"//! Quotes.

use std::sync::Arc;
use mycelium::{BoundedString, Decimal, Message, Struct, Enum, Flags, Union};

const LEVELS: usize = 2 + 0;
const DEPTH: usize = 3;

/// As `type Price` in a schema.
#[derive(Clone, Struct)]
struct Price(Decimal<8>);

type Symbol = BoundedString<16>;
type Unused = std::net::IpAddr;

/// One of them.
#[derive(Enum)]
#[myc(package = "market", open, repr = u8)]
enum Venue {
    /// The first.
    #[myc(value = 1)]
    BinanceUs,
    #[deprecated(since = "1", note = "it is \"gone\"")]
    #[myc(value = 0x10, name = "other_1")]
    Other,
    #[myc(unknown)]
    Unknown(u8),
}

#[derive(Flags)]
#[myc(package = "market", bits(
    /// At the end.
    auction = 0, block = 7
))]
struct Marks(u8);

mod events {
    #[derive(mycelium::Union)]
    #[myc(package = "market.events", closed)]
    pub(crate) enum Event {
        #[myc(tag = 2)]
        Quote(Box<super::Quote>),
        #[myc(tag = 1)]
        Text(std::borrow::Cow<'static, str>),
    }
}

/// A quote.
#[derive(Debug, Message)]
#[myc(package = "market", id = 1, topic = "quotes")]
#[message(schema = "market.myc")]
struct Quote {
    #[myc(key)]
    symbol: Symbol,
    r#type: u8,
    bids: Arc<[(Price, u32)]>,
    asks: mycelium::BoundedList<Price, DEPTH>,
    hash: [u8; 4],
    age: std::time::Duration,
    #[myc(default = Venue::other_1, name = "venue")]
    place: Venue,
    #[myc(default = -1_000)]
    offset: i32,
    #[myc(default = "a \"b\" \\")]
    text: String,
    note: Option<Vec<mycelium::Bytes>>,
    marks: Marks,
}

#[derive(Message)]
#[myc(package = "market.events", id = 2)]
pub struct Log { events: Vec<events::Event> }

/// Of somebody else.
#[derive(prost::Message)]
struct Other { x: std::rc::Weak<u8> }
"#;

#[test]
fn hand_written_types() {
    let dir = folder(&[("quotes.rs", RUST)]);
    let run = mycc(dir.path(), &["export", "--rust", "quotes.rs"]);
    assert!(run.failed(1).contains("= help: each is a file: name a folder for them with --out"));
    mycc(dir.path(), &["export", "--rust", "quotes.rs", "--out", "out"]).ok();
    assert_eq!(files_in(&dir.path().join("out")), ["market.events.myc", "market.myc"]);
    let market = fs::read_to_string(dir.path().join("out/market.myc")).unwrap();
    assert_eq!(
        market,
        r#"//! Quotes.
package market;

/// As `type Price` in a schema.
type Price = decimal<8>;

/// One of them.
open enum Venue: u8 {
    /// The first.
    binance_us = 1,
    @deprecated("it is \"gone\"") other_1 = 16,
}

flags Marks: u8 {
    /// At the end.
    auction = 0,
    block = 7,
}

type Symbol = string<16>;

/// A quote.
@topic("quotes")
message Quote = 1 {
    @key symbol: Symbol,
    type: u8,
    bids: [(Price, u32)],
    asks: [Price; ..3],
    hash: [u8; 4],
    age: duration,
    venue: Venue = other_1,
    offset: i32 = -1000,
    text: string = "a \"b\" \\",
    note: [bytes]?,
    marks: Marks,
}
"#
    );
}

#[test]
fn what_cannot_be_carried_over_is_named() {
    let source = |fields: &str| {
        format!("#[derive(Message)]\n#[myc(package = \"a\", id = 1)]\nstruct A {{\n{fields}\n}}\n")
    };
    for (fields, expected) in [
        ("    x: std::net::IpAddr,", "`std::net::IpAddr` is no type of the language"),
        ("    x: Vec<usize>,", "`usize` is no type of the language"),
        ("    x: &'static str,", "`&'staticstr` is no type"),
        ("    x: [u8; LENGTH],", "`LENGTH` is no number literal"),
        ("    #[myc(default = f())] x: u8,", "a default of this form cannot be carried over"),
        ("    #[myc(frobnicate = 1)] x: u8,", "`frobnicate` cannot be carried over from here"),
    ] {
        let dir = folder(&[("a.rs", &source(fields))]);
        let run = mycc(dir.path(), &["export", "--rust", "a.rs", "--out", "out"]);
        let said = run.failed(1);
        assert!(said.contains(expected), "{said}");
        assert!(said.contains(" --> a.rs:4:"), "{said}");
        assert_eq!(said.matches("error").count(), 1, "{said}");
        assert!(!dir.path().join("out").exists());
    }
    let two = source("    x: Weak<u8>,\n    y: usize,\n    z: u8,");
    let dir = folder(&[("a.rs", &two), ("bad.rs", "struct {"), ("none.rs", "fn main() {}")]);
    let run = mycc(dir.path(), &["export", "--rust", "a.rs", "--message-format", "json"]);
    let places: Vec<Json> =
        run.failed(1).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let at = |found: &Json| (found["place"]["line"].clone(), found["place"]["column"].clone());
    assert_eq!(
        places.iter().map(at).collect::<Vec<_>>(),
        [(4.into(), 8.into()), (5.into(), 8.into())]
    );
    assert!(mycc(dir.path(), &["export", "--rust", "bad.rs"]).failed(1).contains("bad.rs:1:8"));
    let none = mycc(dir.path(), &["export", "--rust", "none.rs"]);
    assert!(none.failed(1).contains("there is no type with a derive"));
    // What is no schema is refused by its compiler.
    let wrong = source("x: u8,").replace("struct A", "struct a_b");
    fs::write(dir.path().join("a.rs"), wrong).unwrap();
    assert!(mycc(dir.path(), &["export", "--rust", "a.rs"]).failed(1).contains("error[E00"));
}

#[test]
fn a_package_may_be_given() {
    let rust = "#[derive(Struct)]\nstruct Price(Decimal<8>);\n";
    let dir = folder(&[("a.rs", rust)]);
    let run = mycc(dir.path(), &["export", "--rust", "a.rs"]);
    assert!(run.failed(1).contains("it names no package; say one with --package\n --> a.rs:2:8"));
    let run = mycc(dir.path(), &["export", "--rust", "a.rs", "--package", "money"]);
    assert_eq!(run.ok(), "package money;\n\ntype Price = decimal<8>;\n");
}

const PING: &str = "#[derive(Message)]\n#[myc(package = \"a\", id = 1)]\nstruct Ping";

#[test]
fn a_long_chain_of_aliases_is_refused() {
    let chain = |count: usize| {
        let links: String =
            (0..count).map(|index| format!("type A{index} = A{};\n", index + 1)).collect();
        format!("{PING} {{ x: A0 }}\n{links}type A{count} = u8;\n")
    };
    let dir = folder(&[("a.rs", &chain(20_000)), ("b.rs", &chain(60))]);
    let run = mycc(dir.path(), &["export", "--rust", "a.rs"]);
    let expected = "error: aliases refer to one another more than 64 deep\n --> a.rs:68:6\n\n";
    assert_eq!(run.failed(1), expected);
    let text = mycc(dir.path(), &["export", "--rust", "b.rs"]).ok();
    assert!(text.contains("type A59 = A60;"), "{text}");
}

#[test]
fn a_source_that_is_too_long_is_refused() {
    let long = format!("{PING} {{ x: u8 }}\n{}", "// Long.\n".repeat(1 << 17));
    let dir = folder(&[("a.rs", &long)]);
    let run = mycc(dir.path(), &["export", "--rust", "a.rs"]);
    assert_eq!(run.failed(1), "error: `a.rs` has more than 1048576 bytes\n");
}

#[test]
fn refusals_for_github_are_one_line_each() {
    let dir = folder(&[(
        "a,b.rs",
        &format!("{PING} {{ #[myc(x = \"\n::error::b\")] x: Weak<[\n::error; 1]> }}"),
    )]);
    let run = mycc(dir.path(), &["export", "--rust", "a,b.rs", "--message-format", "github"]);
    let said = run.failed(1);
    assert!(said.lines().all(|line| line.starts_with("::error file=a%2Cb.rs,line=")), "{said}");
}

/// The derive calls a default by the former name; of two enums of one name it means the one in sight.
#[test]
fn a_default_is_called_by_its_present_name() {
    let venue = |was: &str| {
        format!(
            "#[derive(Enum)]\n#[myc(package = \"a.{was}\", open, repr = u8)]\npub enum Venue {{\n\
             #[myc(value = 1, was = \"old\", name = \"{was}\")] A,\n\
             #[myc(value = 2)] Old{was},\n#[myc(unknown)] U(u8) }}\n"
        )
    };
    let text = format!(
        "mod one {{ use mycelium::Enum; {} }}\nmod two {{ use mycelium::Enum; {} }}\n\
         {PING} {{ #[myc(default = Venue::old)] x: two::Venue }}",
        venue("first"),
        venue("second")
    );
    let dir = folder(&[("a.rs", &text)]);
    mycc(dir.path(), &["export", "--rust", "a.rs", "--out", "out"]).ok();
    let exported = fs::read_to_string(dir.path().join("out/a.myc")).unwrap();
    assert!(exported.contains("x: a.second.Venue = second,"), "{exported}");
}

#[test]
fn what_is_wrong_with_an_enum_is_said_once() {
    let text = format!(
        "#[derive(Enum)]\n#[myc(package = \"a\", open, repr = u8)]\nenum Venue {{\n\
         #[myc(value = 1, frobnicate)] One, #[myc(unknown)] Unknown(u8) }}\n\
         {PING} {{ #[myc(default = Venue::one)] x: Venue, #[myc(default = Venue::one)] y: Venue }}"
    );
    let dir = folder(&[("a.rs", &text)]);
    let run = mycc(dir.path(), &["export", "--rust", "a.rs"]);
    assert_eq!(run.failed(1).matches("frobnicate").count(), 1, "{}", run.stderr);
}

/// What leads back is not followed, whatever it is called.
#[cfg(unix)]
#[test]
fn linked_folders_are_not_followed() {
    let dir = folder(&[("a.rs", &format!("{PING} {{ x: u8 }}\n"))]);
    std::os::unix::fs::symlink(".", dir.path().join("loop.rs")).unwrap();
    std::os::unix::fs::symlink(".", dir.path().join("loop.myc")).unwrap();
    let exported = mycc(dir.path(), &["export", "--rust", "."]).ok();
    assert!(exported.contains("message Ping = 1 {\n    x: u8,\n}\n"), "{exported}");
    fs::write(dir.path().join("a.myc"), exported).unwrap();
    mycc(dir.path(), &["check", "."]).ok();
}

/// What turns the direction of a text stands in a schema as an escape, and means the same.
#[test]
fn what_cannot_be_seen_is_escaped() {
    let text = r"a\u{202e}b\u{feff}\u{2066}\0\u{7}";
    let rust = format!("{PING} {{ #[myc(default = \"{text}\")] x: String }}\n");
    let dir = folder(&[("a.rs", &rust)]);
    let exported = mycc(dir.path(), &["export", "--rust", "a.rs"]).ok();
    assert!(exported.contains(&format!("x: string = \"{text}\",")), "{exported}");
    fs::write(dir.path().join("a.myc"), &exported).unwrap();
    let ir: Json = serde_json::from_str(&mycc(dir.path(), &["ir", "a.myc"]).ok()).unwrap();
    let shown = ir.to_string();
    assert!(shown.contains("a\u{202e}b\u{feff}\u{2066}\\u0000\\u0007"), "{shown}");
}
