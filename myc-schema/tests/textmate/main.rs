//! The TextMate grammar for editors gives each token the class that the compiler gives it.
//!
//! The grammar is read as editors read it, line by line, as far as it goes: `match` and `begin`/`end` with
//! captures, and includes. So no editor is needed, and the grammar cannot fall behind the language.
#![cfg(feature = "analysis")]

mod grammar;

use std::fs;
use std::path::{Path, PathBuf};

use grammar::Grammar;
use myc_schema::SourceSet;
use myc_schema::analysis::{Analysis, Class};

/// The class that a scope stands for.
fn class_of(scope: &str) -> Option<Class> {
    let classes = [
        ("comment.line.documentation", Class::Documentation),
        ("comment.", Class::Comment),
        ("keyword.", Class::Keyword),
        ("storage.modifier", Class::Keyword),
        ("entity.other.attribute-name", Class::Attribute),
        ("entity.name.namespace", Class::Namespace),
        ("support.type", Class::BuiltIn),
        ("entity.name.type", Class::Type),
        ("variable.other.constant", Class::Constant),
        ("variable.other.property", Class::Field),
        ("variable.other.enummember", Class::Member),
        ("constant.numeric", Class::Number),
        ("string.", Class::Text),
        ("constant.character.escape", Class::Text),
        ("constant.language", Class::Literal),
    ];
    classes.into_iter().find(|(prefix, _)| scope.starts_with(prefix)).map(|(_, class)| class)
}

/// A file with comments between keywords and names, which what reads line by line cannot follow.
const BEYOND_LINES: &str = "comments_everywhere.myc";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn grammar() -> Grammar {
    let path = root().join("editors/vscode/syntaxes/myc.tmLanguage.json");
    Grammar::parse(&fs::read_to_string(path).unwrap())
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "myc") {
            found.push(path);
        }
    }
}

/// The class of each byte by the compiler.
fn by_compiler(path: &Path) -> (String, Vec<Option<Class>>) {
    let analysis = Analysis::of(&SourceSet::new(|path: &Path| fs::read(path)).root(path));
    let _ = analysis.diagnostics().is_empty();
    let file = analysis.file(&myc_schema::analysis::normal_path(path)).unwrap();
    let text = analysis.files().text(file).to_owned();
    let mut classes = vec![None; text.len()];
    for token in analysis.tokens(file) {
        classes[token.span.range()].fill(Some(token.class));
    }
    (text, classes)
}

/// Lines in which the two do not agree, each with what they say.
fn differences(grammar: &Grammar, path: &Path) -> Vec<String> {
    let (text, expected) = by_compiler(path);
    let scopes = grammar.scopes(&text);
    let mut found = Vec::new();
    let mut start = 0;
    for (number, line) in text.split_inclusive('\n').enumerate() {
        let end = start + line.trim_end().len();
        let wrong = (start..end).find(|at| {
            // Space in a comment or string belongs to it for one, and may be left out by the other.
            !text.as_bytes()[*at].is_ascii_whitespace()
                && scopes[*at].as_deref().and_then(class_of) != expected[*at]
        });
        if let Some(at) = wrong {
            found.push(format!(
                "{}:{}:{}: the grammar says {:?}, the compiler {:?}: {}",
                path.display(),
                number + 1,
                at - start + 1,
                scopes[at],
                expected[at],
                line.trim_end()
            ));
        }
        start += line.len();
    }
    found
}

#[test]
fn all_schemas_have_the_compilers_tokens() {
    let mut paths = Vec::new();
    sources(&root().join("schemas"), &mut paths);
    sources(&root().join("myc-schema/tests/ok"), &mut paths);
    assert!(paths.len() > 20, "{paths:?}");
    paths.retain(|path| !path.ends_with(BEYOND_LINES));
    let grammar = grammar();
    let found: Vec<String> = paths.iter().flat_map(|path| differences(&grammar, path)).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn every_scope_stands_for_a_class_or_is_punctuation() {
    for name in grammar().names() {
        assert!(class_of(&name).is_some() || name.starts_with("punctuation."), "{name}");
    }
}
