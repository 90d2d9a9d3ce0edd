//! A crate that compiles its schema at build time, built by Cargo: a copy of `examples/build-script`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value as Json;
use tempfile::TempDir;

/// The copy's package, another than the example's, since both are built to the same place.
const PACKAGE: &str = "weather-station";

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).with_file_name("")
}

/// A copy of the example that depends on the crates here.
struct Copy(TempDir);

/// What a build came to.
struct Build {
    ok: bool,
    /// Whether the crate was up to date already.
    fresh: bool,
    stderr: String,
}

impl Copy {
    fn new() -> Copy {
        let copy = Copy(tempfile::tempdir().unwrap());
        let example = root().join("examples/build-script");
        for file in ["build.rs", "src/main.rs", "schemas/weather.myc", "schemas/places.myc"] {
            copy.write(file, &fs::read_to_string(example.join(file)).unwrap());
        }
        let path = |folder: &str| root().join(folder).display().to_string();
        let manifest = format!(
            "[workspace]\n\n[package]\nname = {PACKAGE:?}\nedition = \"2024\"\n\n\
             [dependencies]\nmycelium = {{ path = {:?} }}\n\n\
             [build-dependencies]\nmycelium-build = {{ path = {:?} }}\n\n\
             [profile.dev]\ndebug = \"line-tables-only\"\n\n\
             [profile.dev.package.\"*\"]\ndebug = false\n",
            path("runtime/bus"),
            path("build-support"),
        );
        copy.write("Cargo.toml", &manifest);
        copy.write("Cargo.lock", &fs::read_to_string(root().join("Cargo.lock")).unwrap());
        copy
    }

    fn write(&self, file: &str, contents: &str) {
        let path = self.0.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, contents).unwrap();
    }

    fn edit(&self, file: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.0.path().join(file)).unwrap();
        assert!(text.contains(from), "{file} has no {from:?}");
        self.write(file, &text.replace(from, to));
    }

    /// Runs Cargo offline, with the target folder that the tests themselves were built in, so that
    /// only our own crates are built again.
    fn cargo(&self, arguments: &[&str]) -> Output {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
        Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()))
            .args(arguments)
            .args(["--offline", "--target-dir"])
            .arg(target)
            .current_dir(self.0.path())
            .output()
            .unwrap()
    }

    fn build(&self) -> Build {
        let output = self.cargo(&["build", "--message-format", "json-render-diagnostics"]);
        let stdout = String::from_utf8(output.stdout).unwrap();
        let messages = stdout.lines().filter_map(|line| serde_json::from_str::<Json>(line).ok());
        let is_fresh = |message: &Json| {
            message["target"]["name"] == PACKAGE && message["fresh"].as_bool() == Some(true)
        };
        Build {
            ok: output.status.success(),
            fresh: messages.filter(is_fresh).count() == 1,
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    #[track_caller]
    fn rebuilds(&self) {
        let build = self.build();
        assert!(build.ok, "{}", build.stderr);
        assert!(!build.fresh, "the crate was not built again");
    }

    #[track_caller]
    fn stays(&self) {
        let build = self.build();
        assert!(build.ok, "{}", build.stderr);
        assert!(build.fresh, "the crate was built again:\n{}", build.stderr);
    }

    /// The build fails with this text, and nothing panicked.
    #[track_caller]
    fn fails(&self, expected: &[&str]) {
        let build = self.build();
        assert!(!build.ok, "the build succeeded");
        for text in expected {
            assert!(build.stderr.contains(text), "no {text:?} in:\n{}", build.stderr);
        }
        assert!(!build.stderr.contains("panicked"), "{}", build.stderr);
    }
}

#[test]
fn a_crate_with_a_schema() {
    let copy = Copy::new();
    let run = copy.cargo(&["run", "--quiet"]);
    let stdout = String::from_utf8_lossy(&run.stdout);
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    assert!(stdout.contains("topic   weather.report\n"), "{stdout}");
    assert!(stdout.contains("goes round\n"), "{stdout}");

    // Nothing changed, nothing is built.
    copy.stays();

    // A schema changed, and one that is imported.
    copy.edit("schemas/weather.myc", "/// One reading.", "/// One reading of all instruments.");
    copy.rebuilds();
    copy.stays();
    copy.edit("schemas/places.myc", "/// A weather station.", "/// Where the instruments stand.");
    copy.rebuilds();
    copy.stays();

    // A wrong schema shows what the compiler shows; mended, it builds.
    copy.edit("schemas/weather.myc", "decimal<1>", "decimal<99>");
    copy.edit("schemas/places.myc", "u32", "u33");
    copy.fails(&[
        "error[E0010]: unknown type `u33`\n",
        "--> schemas/places.myc:7:13\n",
        "7 |     number: u33,\n",
        "--> schemas/weather.myc:21:26\n",
    ]);
    copy.edit("schemas/weather.myc", "decimal<99>", "decimal<1>");
    copy.edit("schemas/places.myc", "u33", "u32");
    copy.rebuilds();

    // A schema that is not there.
    copy.edit("build.rs", "&[\"schemas\"]", "&[\"schemes\"]");
    copy.fails(&[
        "error: cannot read `schemes`: No such file or directory",
        "= help: paths of schemas are relative to the crate's folder",
    ]);
}

#[test]
fn outside_of_a_build_script() {
    let error = mycelium_build::Config::new().schema("none.myc").try_compile().unwrap_err();
    assert_eq!(
        error.to_string(),
        "error: OUT_DIR is not set\n  = help: call mycelium_build from a build script, build.rs"
    );
}
