//! `mycc gen`: code from schemas.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::PathBuf;

use myc_codegen::file::{self, Change, FileError, Outcome};
use myc_codegen::rust::{Feature, Rust};
use myc_codegen::{Backend, GeneratedFile, Language};
use myc_schema::{Lock, Schema};
use serde_json::Value as Json;

use crate::args::{GenArgs, MessageFormat};
use crate::check::count;
use crate::failure::{Failure, print_error};
use crate::plugin::Plugin;
use crate::project::{self, Output, Project};
use crate::{source, version};

/// What is generated.
struct Plan {
    paths: Vec<PathBuf>,
    outputs: Vec<Output>,
    /// Of the generated Rust.
    features: Vec<Feature>,
    plugins: Vec<Plugin>,
}

/// Files and the folder that they go to.
type Made = (PathBuf, Vec<GeneratedFile>);

/// Runs the command.
pub(crate) fn run(args: &GenArgs, format: MessageFormat) -> Result<(), Failure> {
    let lock = read_lock(args)?;
    let plan = plan(args)?;
    let has_rust = plan.outputs.iter().any(|(language, _)| *language == Language::Rust);
    if !args.rust_features.is_empty() && !has_rust {
        return Err(Failure::Usage {
            message: "--rust-features, and no Rust is generated".to_owned(),
            help: "add --lang rust, or leave it out".to_owned(),
        });
    }
    let mut schema = source::load(&plan.paths, format)?;
    if let Some(lock) = &lock {
        schema = with_ancestors(schema, lock)?;
    }
    let made = make(&plan, &schema, format)?;
    let mut outcomes = Vec::new();
    for (folder, files) in &made {
        let put = if args.check { file::compare } else { file::write };
        outcomes.extend(put(folder, files).map_err(cannot)?);
    }
    report(&outcomes, args.check)?;
    let changed = outcomes.iter().filter(|outcome| outcome.change != Change::Same).count();
    if args.check && changed > 0 {
        return Err(Failure::input(format!("{} out of date", count(changed, "generated file")))
            .help("run the same command without --check"));
    }
    if format == MessageFormat::Text {
        print_error(&format!("{}, {changed} changed\n", count(outcomes.len(), "file")));
    }
    Ok(())
}

/// Everything, before anything is written.
fn make(plan: &Plan, schema: &Schema, format: MessageFormat) -> Result<Vec<Made>, Failure> {
    let of_language = |(language, folder): &Output| {
        let files = match language {
            Language::Rust => Rust::with_features(plan.features.iter().copied()).generate(schema),
            language => language.backend().generate(schema),
        };
        (folder.clone(), files)
    };
    let mut made: Vec<Made> = plan.outputs.iter().map(of_language).collect();
    for plugin in &plan.plugins {
        made.push((plugin.out.clone(), plugin.generate(schema, format)?));
    }
    let mut targets = BTreeSet::new();
    for (folder, files) in &made {
        for target in files.iter().map(|file| folder.join(&file.path)) {
            if !targets.insert(target.clone()) {
                let message = format!("`{}` is generated twice", target.display());
                return Err(Failure::input(message).help("give each output a folder of its own"));
            }
        }
    }
    Ok(made)
}

/// The lock of the command line or, without paths, that of the project. It is read before a project's
/// folder is entered.
fn read_lock(args: &GenArgs) -> Result<Option<Lock>, Failure> {
    if args.lock.is_none() && !args.paths.is_empty() {
        return Ok(None);
    }
    let path = project::lock_for(&args.lock, &args.paths)?;
    // A project may have no release yet; a lock that was asked for is there.
    if args.lock.is_none() && !path.exists() {
        return Ok(None);
    }
    version::read_lock(&path).map(Some)
}

fn with_ancestors(schema: Schema, lock: &Lock) -> Result<Schema, Failure> {
    schema.with_ancestors(lock).map_err(|error| Failure::input(format!("the lock: {error}")))
}

/// The schemas and what is made of them, by the command line or the project.
fn plan(args: &GenArgs) -> Result<Plan, Failure> {
    let is_bare = args.lang.is_empty() && args.out.is_none() && args.plugin.is_none();
    if args.paths.is_empty() && is_bare {
        let project = Project::find()?;
        project.enter()?;
        let Project { schemas, outputs, plugins, features, .. } = project;
        if outputs.is_empty() && plugins.is_empty() {
            let message = format!("the {} names no outputs", project::FILE);
            let help = "write `[outputs]`, and below it `rust = \"src\"`; or give --lang and --out";
            return Err(Failure::input(message).help(help));
        }
        let features = match args.rust_features.as_slice() {
            [] => features,
            asked_for => asked_for.to_vec(),
        };
        return Ok(Plan { paths: vec![schemas], outputs, features, plugins });
    }
    let paths = project::paths_or_schemas(&args.paths)?;
    if let Some(program) = &args.plugin {
        let out = args.out.clone().unwrap_or_else(|| PathBuf::from("generated"));
        let options =
            args.option.iter().map(|(key, value)| (key.clone(), Json::from(value.as_str())));
        let (program, options) = (program.clone(), options.collect());
        let plugin = Plugin { program, arguments: Vec::new(), options, out };
        return Ok(Plan {
            paths,
            outputs: Vec::new(),
            features: Vec::new(),
            plugins: vec![plugin],
        });
    }
    let languages = languages(&args.lang);
    let out = args.out.clone().unwrap_or_else(|| PathBuf::from("generated"));
    let folder = |language: &Language| match languages.len() {
        1 => out.clone(),
        _ => out.join(language.name()),
    };
    let outputs = languages.iter().map(|language| (*language, folder(language))).collect();
    let features = match (args.rust_features.as_slice(), args.paths.as_slice()) {
        ([], []) => Project::find()?.features,
        (asked_for, _) => asked_for.to_vec(),
    };
    Ok(Plan { paths, outputs, features, plugins: Vec::new() })
}

/// Those that were asked for, each once; all, if none was.
fn languages(wanted: &[Language]) -> Vec<Language> {
    let is_wanted = |language: &Language| wanted.is_empty() || wanted.contains(language);
    Language::ALL.into_iter().filter(is_wanted).collect()
}

/// Prints the files that change, one a line.
fn report(outcomes: &[Outcome], check: bool) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    for Outcome { path, change } in outcomes {
        let did = match (change, check) {
            (Change::Same, _) => continue,
            (Change::New, true) => "missing",
            (Change::Changed, true) => "out of date",
            (Change::New, false) => "new",
            (Change::Changed, false) => "changed",
        };
        writeln!(out, "{did}: {}", path.display())
            .map_err(|error| Failure::output("to standard output", &error))?;
    }
    Ok(())
}

fn cannot(error: FileError) -> Failure {
    Failure::file(error.action, &error.path, &error.source)
        .help("choose another folder with --out, or change what is in the way")
}
