//! What editors ask, of right sources, wrong ones and those that are half typed.
#![cfg(feature = "analysis")]

use std::fs;
use std::path::Path;

use myc_schema::analysis::{Analysis, Class, Symbol};
use myc_schema::{FileId, Memory, SourceSet};

const MARKET: &str = r#"//! Market data.
package market;

const DEPTH: u32 = 2 * 10;

/// A price.
type Price = decimal<8>;

closed enum Side: u8 { buy = 1, sell = 2 }

flags Conditions: u16 { auction = 0, late = 15 }

struct Level { price: Price, quantity: decimal<8> }

/// A trade print.
message Trade = 1 {
    @unit("bps") slippage: u16,
    /// Who took.
    side: Side = sell,
    at: Level = { price: 1, quantity: 2 },
    conditions: Conditions = [late],
    sides: [Side; ..DEPTH] = [buy, sell],
}
"#;

fn analysis(files: &[(&str, &str)]) -> Analysis {
    let memory = files.iter().fold(Memory::new(), |memory, (path, text)| memory.file(path, *text));
    Analysis::of(&SourceSet::new(memory).roots(files.iter().map(|(path, _)| path)))
}

/// Lines in which a symbol is used.
fn uses(analysis: &Analysis, symbol: Symbol) -> Vec<String> {
    let line = |span: myc_schema::Span| {
        let text = analysis.files().text(span.file);
        let line = text[..span.start].matches('\n').count();
        text.lines().nth(line).unwrap().trim().to_owned()
    };
    analysis.uses_of(symbol).map(|found| line(found.span)).collect()
}

fn symbol(analysis: &Analysis, text: &str) -> Symbol {
    let file = analysis.file("a.myc".as_ref()).unwrap();
    let at = analysis.files().text(file).find(text).unwrap();
    analysis.use_at(file, at).unwrap().symbol
}

#[test]
fn names_in_values_are_known_by_the_types_of_the_values() {
    let analysis = analysis(&[("a.myc", MARKET)]);
    assert!(analysis.diagnostics().is_empty());
    let found = |text: &str| uses(&analysis, symbol(&analysis, text));
    let sides = "sides: [Side; ..DEPTH] = [buy, sell],";
    let side = "closed enum Side: u8 { buy = 1, sell = 2 }";
    assert_eq!(found("sell = 2"), [side, "side: Side = sell,", sides]);
    let flags = "flags Conditions: u16 { auction = 0, late = 15 }";
    assert_eq!(found("late = 15"), [flags, "conditions: Conditions = [late],"]);
    let level = "struct Level { price: Price, quantity: decimal<8> }";
    assert_eq!(found("price: Price"), [level, "at: Level = { price: 1, quantity: 2 },"]);
    assert_eq!(found("DEPTH: u32"), ["const DEPTH: u32 = 2 * 10;", sides]);
}

#[test]
fn hover_tells_what_lies_on_the_wire() {
    let analysis = analysis(&[("a.myc", MARKET)]);
    let file = analysis.file("a.myc".as_ref()).unwrap();
    let hover = |text: &str| analysis.hover(file, MARKET.find(text).unwrap()).unwrap().text;
    let trade = hover("Trade = 1");
    assert!(trade.starts_with("```myc\nmessage Trade = 1\n```\n\nA trade print.\n"), "{trade}");
    assert!(trade.contains("id 1, topic `market.trade`"), "{trade}");
    assert!(trade.contains("digest `myc1:"), "{trade}");
    let slippage = hover("slippage");
    assert!(slippage.contains("offset 0, 2 bytes inline"), "{slippage}");
    assert!(slippage.contains("unit `bps`"), "{slippage}");
    let side = hover("side: Side");
    assert!(side.contains("side: Side = sell") && side.contains("Who took."), "{side}");
    assert!(side.contains("offset 2, 1 byte inline"), "{side}");
    assert!(hover("DEPTH: u32").contains("= 20"));
    assert!(hover("Price = dec").contains("8 bytes inline"));
    assert!(hover("sell = 2").contains("value 2"));
    assert!(hover("unit(").contains("what the number counts"));
    assert!(hover("u32").contains("32 bits"));
}

#[test]
fn what_is_right_is_known_beside_what_is_wrong() {
    let wrong = MARKET.replace("at: Level", "at: Lvel") + "struct Half { a: ";
    let analysis = analysis(&[("a.myc", &wrong)]);
    assert!(analysis.diagnostics().has_errors());
    let file = analysis.file("a.myc".as_ref()).unwrap();
    let level = analysis.hover(file, wrong.find("Level {").unwrap()).unwrap().text;
    assert!(level.contains("16 bytes inline"), "{level}");
    let trade = analysis.hover(file, wrong.find("Trade = 1").unwrap()).unwrap().text;
    assert!(!trade.contains("block"), "{trade}");
}

#[test]
fn renaming_keeps_what_every_name_means_or_is_refused() {
    let analysis = analysis(&[("a.myc", MARKET)]);
    let renamed = |text: &str, name: &str| analysis.rename(symbol(&analysis, text), name);
    let price = renamed("Price = dec", "Cost").unwrap();
    assert_eq!((price.places.len(), price.consequences), (2, vec![]));
    let level = renamed("Level {", "Row").unwrap();
    assert!(level.consequences[0].contains("the digest of `market.Trade`"));
    let trade = renamed("Trade = 1", "Print").unwrap();
    assert!(trade.consequences[1].contains("`market.trade` becomes `market.print`"));
    for (text, name, why) in [
        ("Price = dec", "Level", "declared twice"),
        ("Price = dec", "price", "PascalCase"),
        ("Price = dec", "None", "keyword"),
        ("Price = dec", "", "expected"),
        ("Price = dec", "A; B", "expected"),
        ("sell = 2", "true", "true"),
        ("sell = 2", "buy", "declared twice"),
        ("DEPTH: u32", "depth", "SCREAMING"),
        ("u32", "u64", "language's own"),
        ("market;", "market2", "package"),
    ] {
        let refusal = renamed(text, name).expect_err(name);
        assert!(refusal.0.contains(why), "{name}: {}", refusal.0);
    }
}

#[test]
fn renaming_does_not_hide_an_imported_name() {
    let other = "package b; struct Level { a: u8 } struct Other { a: u8 }";
    let own =
        "package a; import \"b.myc\"; struct Mine { a: u8 } struct Both { a: Mine, b: Level }";
    let analysis = analysis(&[("a.myc", own), ("b.myc", other)]);
    let refusal = analysis.rename(symbol(&analysis, "Mine"), "Level").unwrap_err();
    assert!(refusal.0.contains("change its meaning"), "{}", refusal.0);
    assert!(analysis.rename(symbol(&analysis, "Mine"), "Other").is_ok());
}

#[test]
fn tokens_are_what_the_grammar_says() {
    let text = "package a; message message = 1 { type: u8 = MAX, b: open }";
    let analysis = analysis(&[("a.myc", text)]);
    assert!(analysis.diagnostics().has_errors());
    let file = analysis.file("a.myc".as_ref()).unwrap();
    let tokens = analysis.tokens(file);
    let shown: Vec<(&str, Class)> =
        tokens.iter().map(|token| (&text[token.span.range()], token.class)).collect();
    use Class::{BuiltIn, Constant, Field, Keyword, Namespace, Number, Type};
    let expected = [
        ("package", Keyword),
        ("a", Namespace),
        ("message", Keyword),
        ("message", Type),
        ("1", Number),
        ("type", Field),
        ("u8", BuiltIn),
        ("MAX", Constant),
        ("b", Field),
        ("open", Type),
    ];
    assert_eq!(shown, expected);
}

#[test]
fn a_type_is_completed_with_the_import_of_its_own_file() {
    let text = "package a; struct Own { x: u8 } struct Mine { x:  }";
    let analysis = analysis(&[
        ("a.myc", text),
        ("b.myc", "package b; struct Level { x: u8 } struct Own { x: u8 }"),
        ("c.myc", "package c; struct Level { x: u8 }"),
    ]);
    // A field without a type yet.
    assert!(analysis.diagnostics().has_errors());
    let file = analysis.file("a.myc".as_ref()).unwrap();
    let found = analysis.completions(file, text.find("  }").unwrap() + 1);
    let import = |name: &str| {
        let of = found.iter().filter(|completion| completion.label == name);
        let import = |found: &myc_schema::analysis::Completion| {
            let import = found.import.as_ref().map(|import| import.title.clone());
            (found.detail.clone(), import)
        };
        of.map(import).collect::<Vec<_>>()
    };
    let from = |name: &str, file: &str| (name.to_owned(), Some(format!("import `{file}`")));
    assert_eq!(import("Level"), [from("b.Level", "b.myc"), from("c.Level", "c.myc")]);
    // One's own comes first whatever is imported, so no other is offered by that name.
    assert_eq!(import("Own"), [("a.Own".to_owned(), None)]);
}

/// Asks everything at every place of a text.
fn ask_everything(analysis: &Analysis, file: FileId) {
    let _ = analysis.diagnostics().is_empty();
    for diagnostic in analysis.diagnostics() {
        analysis.fixes(diagnostic);
    }
    analysis.outline(file);
    let text = analysis.files().text(file);
    let mut end = 0;
    for token in analysis.tokens(file) {
        assert!(token.span.start >= end, "tokens overlap in {text:?}");
        assert!(!text[token.span.range()].contains('\n'), "a token of two lines in {text:?}");
        end = token.span.end;
    }
    // Where names begin and end; between them nothing else is to be found.
    let places: Vec<usize> = (text.char_indices().map(|(at, _)| at).chain([text.len()])).collect();
    for at in places.iter().rev().take(3) {
        analysis.hover(file, *at);
        analysis.completions(file, *at);
        if let Some(found) = analysis.use_at(file, *at) {
            assert!(analysis.uses_of(found.symbol).count() > 0);
            analysis.definition(found.symbol);
        }
    }
}

#[test]
fn half_typed_texts_are_looked_at() {
    for end in (0..=MARKET.len()).filter(|end| MARKET.is_char_boundary(*end)) {
        let analysis = analysis(&[("a.myc", &MARKET[..end])]);
        let file = analysis.file("a.myc".as_ref()).unwrap();
        ask_everything(&analysis, file);
    }
}

#[test]
fn wrong_texts_are_looked_at() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/err");
    let read = |path: &Path| fs::read(path);
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "myc") {
            continue;
        }
        let analysis = Analysis::of(&SourceSet::new(read).root(&path));
        let file = analysis.file(&path).unwrap();
        ask_everything(&analysis, file);
        for at in 0..analysis.files().text(file).len() {
            analysis.hover(file, at);
        }
    }
}
