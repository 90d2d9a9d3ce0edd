//! Which releases a message still talks with, also across releases that broke something.

use myc_schema::schema::{Schema, TypeKind};
use myc_schema::{Arena, Lock, Memory, SourceSet, Version, compile};
use mycelium_wire::Digest;

fn schema(items: &str) -> Schema {
    let files = Memory::new().file("a.myc", format!("package a; {items}"));
    compile(&SourceSet::new(files).root("a.myc")).0.unwrap_or_else(|| panic!("{items}"))
}

fn lock(releases: &[&str]) -> Lock {
    let mut lock = Lock::default();
    for items in releases {
        let arena = Arena::new();
        let schema = schema(items);
        let (defs, reserved) = (schema.reflect_all(&arena), schema.reserved());
        let version = Version { defs: &defs, reserved: &reserved };
        assert!(lock.release(version).is_some(), "{items}");
    }
    // As it comes from a file.
    Lock::parse(&lock.to_string()).unwrap_or_else(|error| panic!("{error}"))
}

fn digest(items: &str, name: &str) -> Digest {
    let found = schema(items).types.into_iter().find(|ty| ty.name == name);
    found.unwrap_or_else(|| panic!("no {name}")).digest
}

fn ancestors(releases: &[&str], current: &str, name: &str) -> Vec<Digest> {
    let schema = schema(current).with_ancestors(&lock(releases)).expect("a lock that was read");
    let found = schema.types.into_iter().find(|ty| ty.name == name).map(|ty| ty.kind);
    let Some(TypeKind::Message(message)) = found else { panic!("{name} is no message") };
    message.ancestors
}

const ONE: &str = "message M = 1 { x: u8 }";
const TWO: &str = "message M = 1 { x: u8, y: u8? }";
const THREE: &str = "message M = 1 { x: u8, y: u8?, z: u8 = 5 }";
const OTHER: &str = "message M = 1 { x: u16 }";

#[test]
fn a_message_that_grows_talks_with_all_its_releases() {
    let (one, two) = (digest(ONE, "M"), digest(TWO, "M"));
    assert_eq!(ancestors(&[ONE, TWO], THREE, "M"), [one, two]);
    assert_eq!(ancestors(&[ONE, TWO, THREE], THREE, "M"), [one, two]);
    assert_eq!(ancestors(&[THREE], THREE, "M"), [] as [Digest; 0]);
    assert_eq!(ancestors(&[], THREE, "M"), [] as [Digest; 0]);
}

#[test]
fn releases_that_broke_are_left_out() {
    let two = digest(TWO, "M");
    assert_eq!(ancestors(&[OTHER, TWO], THREE, "M"), [two]);
    assert_eq!(ancestors(&[ONE, OTHER], OTHER, "M"), [] as [Digest; 0]);
    // It came back.
    assert_eq!(ancestors(&[TWO, OTHER, THREE, TWO], TWO, "M"), [] as [Digest; 0]);
}

#[test]
fn what_a_message_reaches_counts() {
    let with = |side: &str| format!("{side} message M = 1 {{ side: Side }} {ONE_MORE}");
    const ONE_MORE: &str = "message N = 2 {}";
    let (open, grown) =
        ("open enum Side: u8 { buy = 1 }", "open enum Side: u8 { buy = 1, sell = 2 }");
    let first = with(open);
    assert_eq!(ancestors(&[&first], &with(grown), "M"), [digest(&first, "M")]);
    let (closed, both) = (open.replace("open", "closed"), grown.replace("open", "closed"));
    assert_eq!(ancestors(&[&with(&closed)], &with(&both), "M"), [] as [Digest; 0]);
    // A message beside it is not hurt.
    let grown = with(&both).replace("N = 2 {", "N = 2 { x: u8?");
    let closed = with(&closed);
    assert_eq!(ancestors(&[&closed], &grown, "N"), [digest(&closed, "N")]);
}

/// Old frames with them are read as values that are not known, and nothing else takes their place.
#[test]
fn what_an_open_type_gave_up_knowingly_is_no_harm() {
    let with = |venue: &str| format!("{venue} message M = 1 {{ venue: Venue }}");
    let before = with("open enum Venue: u8 { a = 1, b = 2 }");
    let reserved = with("open enum Venue: u8 { a = 1, reserved 2, \"b\"; }");
    let digest = digest(&before, "M");
    assert_eq!(ancestors(&[&before], &reserved, "M"), [digest]);
    // The lock of a release that reserves something is read again.
    assert_eq!(ancestors(&[&before, &reserved], &reserved, "M"), [digest]);
    let forgotten = with("open enum Venue: u8 { a = 1 }");
    assert_eq!(ancestors(&[&before], &forgotten, "M"), [] as [Digest; 0]);
    let half = with("open enum Venue: u8 { a = 1, reserved 2; }");
    assert_eq!(ancestors(&[&before], &half, "M"), [] as [Digest; 0]);
    let closed = |text: &str| text.replace("open", "closed");
    assert_eq!(ancestors(&[&closed(&before)], &closed(&reserved), "M"), [] as [Digest; 0]);
}

#[test]
fn another_name_changes_no_byte() {
    let renamed = "@topic(\"a.m\") message New = 1 { a: u8 }";
    assert_eq!(ancestors(&[ONE], renamed, "New"), [digest(ONE, "M")]);
    // Another topic does: nobody would meet there.
    assert_eq!(ancestors(&[ONE], "message New = 1 { x: u8 }", "New"), [] as [Digest; 0]);
    assert_eq!(ancestors(&[ONE], "message M = 2 { x: u8 }", "M"), [] as [Digest; 0]);
}
