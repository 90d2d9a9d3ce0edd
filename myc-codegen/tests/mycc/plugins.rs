//! `mycc gen` with plugins: real programs, well behaved and not.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value as Json, json};

use crate::ir::faults;
use crate::{POINT, Run, files_in, folder, mycc};

/// A program that does what its option says.
const PROGRAM: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/mycc/plugin.py");

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn generate(dir: &Path, options: &[&str]) -> Run {
    let options = options.iter().flat_map(|option| ["--option", *option]);
    let arguments = ["gen", "--plugin", PROGRAM, "--out", "out"].into_iter().chain(options);
    mycc(dir, &arguments.chain(["point.myc"]).collect::<Vec<_>>())
}

/// What is wrong by a definition of docs/plugin.schema.json.
fn faults_by(definition: &str, value: &Json) -> Vec<String> {
    let form = fs::read_to_string(root().join("docs/plugin.schema.json")).unwrap();
    let form: Json = serde_json::from_str(&form).unwrap();
    faults(&form, &form["$defs"][definition], value, "$")
}

#[test]
fn it_gets_the_schema_and_its_options() {
    let dir = folder(&[("point.myc", POINT)]);
    let run = generate(dir.path(), &["title=A = b", "empty="]);
    assert_eq!(run.ok(), "new: out/request.json\n");
    let request = fs::read_to_string(dir.path().join("out/request.json")).unwrap();
    let request: Json = serde_json::from_str(&request).unwrap();
    assert_eq!(faults_by("request", &request), [""; 0]);
    assert_eq!(request["options"], json!({ "title": "A = b", "empty": "" }));
    let ir: Json = serde_json::from_str(&mycc(dir.path(), &["ir", "point.myc"]).ok()).unwrap();
    assert_eq!(request["schema"], ir);
    // Once more, and nothing changes.
    assert_eq!(generate(dir.path(), &["title=A = b", "empty="]).ok(), "");
    let check = |option: &str| {
        let gen_check = ["gen", "--plugin", PROGRAM, "--out", "out", "--check", "--option"];
        mycc(dir.path(), &[&gen_check[..], &[option, "point.myc"]].concat())
    };
    assert_eq!(check("title=B").status, 1);
    assert!(check("do=echo").stderr.contains("1 generated file out of date"));
}

#[test]
fn nothing_is_written_when_it_fails() {
    let dir = folder(&[("point.myc", POINT)]);
    for (what, expected) in [
        ("fail", "failed: exit status: 3"),
        ("killed", "failed: signal: 9"),
        ("endless", "answers with more than 67108864 bytes"),
        ("bytes", "is not right: invalid unicode"),
        ("xyzzy", "is not right: there is none"),
    ] {
        let run = generate(dir.path(), &[&format!("do={what}")]);
        assert!(run.failed(1).contains(expected), "{what}: {}", run.stderr);
        // What it says is shown.
        assert_eq!(run.stderr.contains("I cannot do that\n"), what == "fail", "{}", run.stderr);
    }
    for (text, expected) in [
        ("{", "EOF while parsing"),
        ("[]", "the answer is no object"),
        ("{}", "it has no `version`"),
        (r#"{"version":2}"#, "its version is 2, expected 1"),
        (r#"{"version":1,"file":[]}"#, "the answer has `file`, which is not known"),
        (r#"{"version":1,"files":{}}"#, "`files` is no list"),
        (r#"{"version":1,"files":[{"path":"a"}]}"#, "a file has no `content`"),
        (r#"{"version":1,"files":[{"path":1,"content":""}]}"#, "`path` of a file is no text"),
        (r#"{"version":1} {}"#, "trailing characters"),
        (
            r#"{"version":1,"diagnostics":[{"severity":"fatal","message":""}]}"#,
            "`fatal` is neither",
        ),
    ] {
        let run = generate(dir.path(), &["do=raw", &format!("text={text}")]);
        assert!(run.failed(1).contains(expected), "{text}: {}", run.stderr);
    }
    assert!(!dir.path().join("out").exists());
    let missing = mycc(dir.path(), &["gen", "--plugin", "./no-such-program", "point.myc"]);
    assert!(missing.failed(1).contains("cannot run the plugin `./no-such-program`"));
    let missing = mycc(dir.path(), &["gen", "--plugin", "no-such-program-anywhere", "point.myc"]);
    assert!(missing.failed(1).contains("= help: name a program that PATH has"));
}

#[test]
fn paths_stay_in_the_folder() {
    let dir = folder(&[("point.myc", POINT), ("out/kept.txt", "kept"), ("elsewhere/a", "")]);
    symlink("../elsewhere", dir.path().join("out/link")).unwrap();
    symlink("../elsewhere/a", dir.path().join("out/direct")).unwrap();
    let deep = "a/".repeat(600) + "a";
    for (paths, expected) in [
        ("/tmp/a", "`/tmp/a`, which is not one below"),
        ("../a", "`../a`, which is not one below"),
        ("a/../../b", "not one below"),
        ("./a", "not one below"),
        ("a//b", "not one below"),
        ("a/", "not one below"),
        ("a\\b", "not one below"),
        ("C:a", "not one below"),
        (&deep, "not one below"),
        ("good,a,b,a", "two files for one place, `a` and `a`"),
        ("b/A,b/a", "two files for one place, `b/A` and `b/a`"),
        ("a,a/b", "the files `a` and `a/b`, one inside the other"),
        ("a/b/c,a", "the files `a` and `a/b/c`, one inside the other"),
        ("link/a", "`out/link` is a link"),
        ("direct", "`out/direct` is a link"),
    ] {
        let run = generate(dir.path(), &["do=files", &format!("paths={paths}")]);
        assert!(run.failed(1).contains(expected), "{paths}: {}", run.stderr);
    }
    assert_eq!(files_in(&dir.path().join("elsewhere")), ["a"]);
    assert_eq!(fs::read_to_string(dir.path().join("elsewhere/a")).unwrap(), "");
    let run = generate(dir.path(), &["do=files", "paths=.hidden,a-b/c.d/e f,kept.txt"]);
    assert_eq!(run.ok(), "new: out/.hidden\nnew: out/a-b/c.d/e f\nchanged: out/kept.txt\n");
    assert_eq!(generate(dir.path(), &["do=files", "paths="]).stderr, "0 files, 0 changed\n");
}

#[test]
fn remarks_are_shown_and_errors_stop() {
    let dir = folder(&[("point.myc", POINT)]);
    let run = generate(dir.path(), &["do=remarks", "severity=warning"]);
    assert_eq!(run.ok(), "new: out/remarks.txt\n");
    let expected = format!(
        "warning[{PROGRAM}]: odd\n --> shapes.Point.x\n\nwarning[{PROGRAM}]: more\n\n1 file, 1 changed\n"
    );
    assert_eq!(run.stderr, expected);
    fs::remove_dir_all(dir.path().join("out")).unwrap();
    let run = generate(dir.path(), &["do=remarks", "severity=error"]);
    assert!(run.failed(1).starts_with(&format!("error[{PROGRAM}]: odd\n")));
    assert!(!dir.path().join("out").exists());
}

#[test]
fn remarks_for_github_are_one_line_each() {
    let dir = folder(&[("point.myc", POINT)]);
    let remark = json!({ "severity": "warning", "message": "50%\r\n::error::b", "about": "a\nb" });
    let answer = json!({ "version": 1, "diagnostics": [remark] });
    let (option, github) = (format!("text={answer}"), ["--message-format", "github"]);
    let arguments = ["gen", "--plugin", PROGRAM, "--out", "out", "point.myc"];
    let options = ["--option", "do=raw", "--option", &option];
    let run = mycc(dir.path(), &[&arguments[..], &options, &github].concat());
    run.ok();
    let expected = format!("::warning title={PROGRAM}::a%0Ab: 50%25%0D%0A::error::b\n");
    assert_eq!(run.stderr, expected);
}

/// A schema whose JSON fills any pipe.
fn large() -> String {
    let message =
        |id: usize| format!("message M{id} = {id} {{ a: u64, b: string, c: [u8; 7]? }}\n");
    format!("package shapes;\n{}", (1..=2000).map(message).collect::<String>())
}

#[test]
fn a_project_has_plugins() {
    let plugin =
        |rest: &str| format!("[[plugins]]\nprogram = \"{PROGRAM}\"\nout = \"out\"\n{rest}\n");
    let project = |rest: &str| {
        let toml = format!("schemas = \"point.myc\"\n{}", plugin(rest));
        folder(&[("myc.toml", &toml), ("point.myc", &large()), ("below/note", "")])
    };
    // Neither one that does not read nor one that speaks first gets stuck.
    for (name, content) in [("early", "early\n"), ("chatter", "2000")] {
        let dir = project(&format!("arguments = [\"{name}\"]"));
        mycc(&dir.path().join("below"), &["gen"]).ok();
        let written = fs::read_to_string(dir.path().join(format!("out/{name}.txt"))).unwrap();
        assert_eq!(written, content);
    }
    let dir =
        project("options = { n = 0x1f, x = 1_0.5, on = true, day = 2026-01-02, l = [1, \"a\"] }");
    mycc(dir.path(), &["gen"]).ok();
    let request = fs::read_to_string(dir.path().join("out/request.json")).unwrap();
    let request: Json = serde_json::from_str(&request).unwrap();
    let expected = json!({ "n": 31, "x": 10.5, "on": true, "day": "2026-01-02", "l": [1, "a"] });
    assert_eq!(request["options"], expected);
    // If the second fails, the first has written nothing, and no language either.
    let both = format!("[outputs]\nrust = \"out\"\n{}", plugin("options = { do = \"fail\" }"));
    let dir = project(&both);
    mycc(dir.path(), &["gen"]).failed(1);
    assert!(!dir.path().join("out").exists());
    // Two may not write one file.
    let dir = project(&plugin(""));
    assert!(mycc(dir.path(), &["gen"]).failed(1).contains("`out/request.json` is generated twice"));
    for (rest, expected) in [
        ("arguments = [1]", "`arguments` is or has a number"),
        ("options = 1", "`options` is a number, not a table"),
        ("options = { x = nan }", "the option `x` is no number that JSON has"),
        ("option = 1", "did you mean `options`?"),
        ("[[plugins]]\nprogram = \"a\"", "a plugin has no `out`"),
    ] {
        assert!(mycc(project(rest).path(), &["gen"]).failed(1).contains(expected), "{rest}");
    }
}

#[test]
fn the_example_of_the_manual_makes_a_table() {
    let manual = fs::read_to_string(root().join("docs/plugins.md")).unwrap();
    let code = manual
        .split("```python,tested-by=myc-codegen/tests/mycc/plugins.rs\n")
        .nth(1)
        .and_then(|rest| rest.split("```").next())
        .unwrap();
    let toml = "schemas = \"a.myc\"\n[[plugins]]\nprogram = \"python3\"\nout = \"docs\"\n\
        arguments = [\"table.py\"]\noptions = { title = \"Shapes\" }\n";
    let schema = "package a;\nimport \"b.myc\";\n/// Where it is.\nmessage At = 1 { x: i32, s: b.S }\n\
        message Bare = 2 { text: string }\n";
    let other = "package b;\nstruct S { x: u8 }\nmessage Other = 1 {}\n";
    let files = [("a.myc", schema), ("b.myc", other), ("myc.toml", toml), ("table.py", code)];
    let dir = folder(&files);
    let run = mycc(dir.path(), &["gen"]);
    assert_eq!(run.ok(), "new: docs/messages.md\n");
    let expected = "warning[python3]: it has no docs\n --> a.Bare\n\n1 file, 1 changed\n";
    assert_eq!(run.stderr, expected);
    assert_eq!(
        fs::read_to_string(dir.path().join("docs/messages.md")).unwrap(),
        "# Shapes\n\n| message | id | topic | bytes | about |\n|---|---|---|---|---|\n\
         | a.At | 1 | a.at | 5 | Where it is. |\n| a.Bare | 2 | a.bare | 8 and a tail |  |\n"
    );
    // The answers that the manual shows keep to the form, too.
    let shown = manual.split("```json\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    let shown: Vec<Json> = shown.map(|text| serde_json::from_str(text).unwrap()).collect();
    assert_eq!(faults_by("request", &shown[0]), [""; 0]);
    assert_eq!(faults_by("answer", &shown[1]), [""; 0]);
    assert_eq!(faults_by("answer", &json!({ "files": [] })).len(), 1);
}

#[test]
fn the_example_in_rust_lists_topics() {
    // Built already where all tests are.
    let build = ["build", "--quiet", "--locked", "--package", "myc-codegen", "--example", "topics"];
    assert!(Command::new(env!("CARGO")).args(build).status().unwrap().success());
    let program = Path::new(env!("CARGO_BIN_EXE_mycc")).with_file_name("examples").join("topics");
    let dir = folder(&[("point.myc", POINT)]);
    let program = program.to_str().unwrap();
    mycc(dir.path(), &["gen", "--plugin", program, "--out", "out", "point.myc"]).ok();
    let topics = fs::read_to_string(dir.path().join("out/topics.txt")).unwrap();
    assert!(topics.starts_with("shapes.point 7 myc1:"), "{topics}");
    assert_eq!(topics.lines().count(), 1);
}
