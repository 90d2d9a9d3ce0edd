//! Which versions of a type understand each other, and what is said of those that do not.

use bumpalo::Bump;
use mycelium_wire::Digest;
use mycelium_wire::canon::{ParseErrorKind, conflict, conflict_with_text, parse, texts};
use mycelium_wire::reflect::Def;

/// The first type of these texts, which are written without the version that begins each.
fn first<'a>(arena: &'a Bump, types: &[&str]) -> &'a Def<'a> {
    let text: String = types.iter().map(|text| format!("myc-digest/1 {text}")).collect();
    parse(arena, &text).unwrap_or_else(|error| panic!("{error}\n{text}"))[0]
}

/// What is said of two versions, from either side; nothing where they understand each other.
fn judged(left: &[&str], right: &[&str]) -> Option<[String; 2]> {
    let arena = Bump::new();
    let (left, right) = (first(&arena, left), first(&arena, right));
    assert_ne!(left.digest, right.digest);
    let [here, there] = [conflict(left, right), conflict(right, left)];
    assert_eq!(here.is_some(), there.is_some(), "{here:?} and {there:?}");
    Some([here?.to_string(), there?.to_string()])
}

fn agree(left: &[&str], right: &[&str]) {
    assert_eq!(judged(left, right), None);
}

fn refuse(left: &[&str], right: &[&str], here: &str, there: &str) {
    assert_eq!(judged(left, right), Some([here.to_owned(), there.to_owned()]));
}

const TRADE: &str = "message m.Trade 1 7:m.trade\nfield side u8\n";

#[test]
fn a_message_may_have_more_at_its_end() {
    agree(&[TRADE], &[&format!("{TRADE}field note string?\n")]);
    agree(&[TRADE], &[&format!("{TRADE}field note string default 1:x\nfield more u8 default 0\n")]);
    refuse(
        &[TRADE],
        &[&format!("{TRADE}field note string?\nfield price i64\n")],
        "m.Trade: nothing here, price i64 there",
        "m.Trade: price i64 here, nothing there",
    );
}

#[test]
fn what_both_have_is_the_same() {
    let with = |field: &str| format!("message m.Trade 1 7:m.trade\nfield {field}\n");
    let refuse = |facts: &str| {
        let (here, there) = (
            format!("m.Trade.side: u8 here, {facts} there"),
            format!("m.Trade.side: {facts} here, u8 there"),
        );
        refuse(&[TRADE], &[&with(&format!("side {facts}"))], &here, &there);
    };
    for facts in ["u16", "u8?", "u8 default 1", "u8 key", "u8 unit 3:bps", "u8 range 0..=9"] {
        refuse(facts);
    }
    refuse_renamed(&with);
}

fn refuse_renamed(with: &dyn Fn(&str) -> String) {
    refuse(
        &[TRADE],
        &[&with("way u8")],
        "m.Trade: side u8 here, way u8 there",
        "m.Trade: way u8 here, side u8 there",
    );
}

#[test]
fn a_message_keeps_its_name_id_and_topic() {
    for head in
        ["message m.Trade 2 7:m.trade", "message m.Trade 1 7:m.other", "message m.Deal 1 7:m.trade"]
    {
        let found = judged(&[TRADE], &[&format!("{head}\nfield side u8\n")]).expect("another head");
        assert!(
            found[0].starts_with("m.Trade: message m.Trade 1 m.trade here, message m."),
            "{found:?}"
        );
    }
}

/// A message that uses a type `m.Part` of this text, in a list of optional ones.
fn with_part(text: &str) -> [String; 2] {
    ["message m.Trade 1 7:m.trade\nfield parts [m.Part?]\n".to_owned(), text.to_owned()]
}

fn parts(left: &str, right: &str) -> Option<String> {
    let [left, right] = [left, right].map(with_part);
    let [left, right] = [&left, &right].map(|texts| texts.each_ref().map(String::as_str));
    judged(&left, &right).map(|[here, _]| here)
}

#[test]
fn what_is_open_may_grow_wherever_it_is_used() {
    let grows = [
        ("open enum m.Part u8\nmember a 1\n", "open enum m.Part u8\nmember z 0\nmember a 1\n"),
        ("flags m.Part u8\nbit a 1\n", "flags m.Part u8\nbit a 1\nbit b 3\n"),
        ("open union m.Part\narm a 1 u8\n", "open union m.Part\narm a 1 u8\narm b 2 string\n"),
        ("message m.Part 2 1:p\nfield a u8\n", "message m.Part 2 1:p\nfield a u8\nfield b u8?\n"),
    ];
    for (left, right) in grows {
        assert_eq!(parts(left, right), None, "{right}");
    }
}

#[test]
fn what_is_closed_or_changed_is_refused_where_it_lies() {
    let cases = [
        (
            "closed enum m.Part u8\nmember a 1\n",
            "closed enum m.Part u8\nmember a 1\nmember b 2\n",
            "m.Part: nothing here, b = 2 there",
        ),
        (
            "open enum m.Part u8\nmember a 1\n",
            "open enum m.Part u8\nmember b 1\n",
            "m.Part: a = 1 here, b = 1 there",
        ),
        (
            "open enum m.Part u8\nmember a 1\n",
            "open enum m.Part u8\nmember a 2\n",
            "m.Part: a = 1 here, a = 2 there",
        ),
        (
            "open enum m.Part u8\nmember a 1\n",
            "open enum m.Part u16\nmember a 1\n",
            "m.Part: open enum m.Part u8 here, open enum m.Part u16 there",
        ),
        (
            "open union m.Part\narm a 1 u8\n",
            "open union m.Part\narm a 1 u16\n",
            "m.Part.a: u8 here, u16 there",
        ),
        (
            "struct m.Part\nfield a u8\n",
            "struct m.Part\nfield a u8\nfield b u8?\n",
            "m.Part: nothing here, b u8? there",
        ),
        (
            "struct m.Part\nfield a u8\n",
            "message m.Part 3 1:p\nfield a u8\n",
            "m.Part: struct m.Part here, message m.Part 3 p there",
        ),
    ];
    for (left, right, said) in cases {
        assert_eq!(parts(left, right).as_deref(), Some(&*format!("m.Trade.parts > {said}")));
    }
}

#[test]
fn the_texts_of_a_type_are_read_back() {
    let arena = Bump::new();
    let types = [
        "message m.Trade 1 7:m.trade\nfield a map<u8, m.Part>\nfield b (m.Part, m.Other)\n",
        "struct m.Part\nfield a m.Other\n",
        "flags m.Other u8\nbit a 1\n",
    ];
    let trade = first(&arena, &types);
    let text = texts(trade);
    assert_eq!(text.matches("myc-digest/1").count(), 3);
    let again = Bump::new();
    assert_eq!(parse(&again, &text).unwrap()[0].digest, trade.digest);
}

#[test]
fn texts_of_others_are_judged_by_their_digest() {
    let (arena, other) = (Bump::new(), Bump::new());
    let one = "message m.Trade 1 7:m.trade\nfield a u8\n";
    let trade = first(&arena, &[one]);
    let grown = first(&other, &[&format!("{one}field b u8 default 1\n")]);
    let changed = first(&other, &["message m.Trade 1 7:m.trade\nfield a u16\n"]);
    let judged = |theirs: &Def<'_>| conflict_with_text(trade, theirs.digest, &texts(theirs));
    assert_eq!(judged(grown), Ok(None));
    assert!(matches!(judged(changed), Ok(Some(_))));
    let error = conflict_with_text(trade, Digest([7; 32]), &texts(grown)).unwrap_err();
    assert!(matches!(error.kind, ParseErrorKind::Refused(_)), "{error}");
}

/// Text of a few kilobytes whose types are many to look at, or deep, wherever a field has them.
#[test]
fn what_texts_of_others_cost_is_bounded() {
    let arena = Bump::new();
    let trade = first(&arena, &["message m.Trade 1 7:m.trade\nfield a u8\n"]);
    let text = |types: usize, fields: &dyn Fn(usize) -> String| {
        let ty = |at| format!("myc-digest/1 struct t.T{at}\n{}", fields(at));
        let users =
            (0..2_000).map(|at| format!("myc-digest/1 struct t.U{at}\nfield a t.T{}\n", types - 1));
        (0..types).map(ty).chain(users).collect::<String>()
    };
    let doubled = text(12, &|at| match at {
        0 => "field a u8\n".to_owned(),
        at => format!("field a t.T{0}\nfield b t.T{0}\n", at - 1),
    });
    let deep = text(60, &|at| match at {
        0 => "field a u8\n".to_owned(),
        at => format!("field a t.T{}\n", at - 1),
    });
    for text in [doubled, deep] {
        let error = conflict_with_text(trade, Digest([7; 32]), &text).unwrap_err();
        assert!(
            matches!(error.kind, ParseErrorKind::Limit { of: "looks at types", .. }),
            "{error}"
        );
    }
}
