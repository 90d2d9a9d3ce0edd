//! Help, and command lines that are wrong.

use crate::{POINT, files_in, folder, mycc};

#[test]
fn help_teaches_by_example() {
    let dir = folder(&[]);
    let all = mycc(dir.path(), &["--help"]).ok();
    for verb in [
        "new", "gen", "check", "fmt", "digest", "layout", "ir", "encode", "decode", "inspect",
        "explain",
    ] {
        assert!(all.contains(&format!("  {verb} ")), "{all}");
        let help = mycc(dir.path(), &[verb, "--help"]).ok();
        assert!(help.contains("Examples:\n  mycc ") || help.contains("\n  echo "), "{help}");
    }
}

#[test]
fn a_wrong_command_line_is_status_2() {
    let dir = folder(&[("point.myc", POINT)]);
    for (arguments, expected) in [
        (&[][..], "Usage: mycc"),
        (&["gem"], "unrecognized subcommand 'gem'"),
        (&["check"], "there is no myc.toml here or above"),
        (&["gen"], "there is no myc.toml here or above"),
        (&["completions", "dos"], "possible values: bash"),
        (&["check", "--wrong", "point.myc"], "unexpected argument '--wrong'"),
        (&["gen", "--lang", "cobol", "point.myc"], "there is a back end for rust, python, ocaml"),
        (&["encode", "Point"], "name files or folders, with --schema where the command has it"),
        (&["layout", "Point"], "there is no myc.toml here or above"),
        (&["inspect", "--type", "Point", "-"], "there is no myc.toml here or above"),
        (&["check", "--message-format", "xml", "point.myc"], "possible values: text, json, github"),
    ] {
        let run = mycc(dir.path(), arguments);
        let error = run.failed(2);
        assert!(error.contains(expected), "{arguments:?}: {error}");
    }
}

#[test]
fn codes_are_explained() {
    let dir = folder(&[]);
    let text = mycc(dir.path(), &["explain", "E0010"]).ok();
    assert!(text.starts_with("# E0010: a type is not known\n\n"), "{text}");
    assert!(text.contains("\n## Wrong\n") && text.contains("\n## Right\n"), "{text}");
    for spelling in ["10", "e10", "e0010"] {
        assert_eq!(mycc(dir.path(), &["explain", spelling]).ok(), text);
    }
    let near = mycc(dir.path(), &["explain", "E00O1"]);
    assert!(near.failed(1).contains("did you mean E0001?"), "{}", near.failed(1));
    let all = mycc(dir.path(), &["explain"]).ok();
    assert!(all.lines().any(|line| line == "E0010  a type is not known"), "{all}");
    assert_eq!(
        mycc(dir.path(), &["explain", "E9999"]).failed(1),
        "error: `E9999` is no code of the compiler\n  = help: codes look like E0012; `mycc explain` \
         lists them\n"
    );
}

#[test]
fn every_verb_has_a_manual_page() {
    let dir = folder(&[]);
    mycc(dir.path(), &["man", "--out", "man"]).ok();
    let help = mycc(dir.path(), &["--help"]).ok();
    let verbs = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let verbs = verbs.take_while(|line| !line.is_empty()).filter_map(|line| {
        line.strip_prefix("  ")
            .and_then(|line| line.split(' ').next())
            .filter(|verb| *verb != "help")
    });
    let mut expected: Vec<String> =
        verbs.filter(|verb| !verb.is_empty()).map(|verb| format!("mycc-{verb}.1")).collect();
    assert!(expected.contains(&"mycc-check.1".to_owned()), "{expected:?}");
    expected.push("mycc.1".to_owned());
    expected.sort();
    assert_eq!(files_in(&dir.path().join("man")), expected);
    let whole = mycc(dir.path(), &["man"]).ok();
    assert!(whole.contains(".TH mycc 1") && whole.contains("mycc check schemas"), "{whole}");
    let check = std::fs::read_to_string(dir.path().join("man/mycc-check.1")).unwrap();
    assert!(check.contains(".TH mycc\\-check 1") || check.contains(".TH mycc-check 1"), "{check}");
    assert!(check.contains("Set a lint to allow, warn or deny"), "{check}");
}
