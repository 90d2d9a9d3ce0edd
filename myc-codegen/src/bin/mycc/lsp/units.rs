//! Which files are compiled together: those of a project, as `mycc check` takes them, and any other file that is
//! open by itself, with what it imports.

use std::fs;
use std::path::{Path, PathBuf};

use myc_codegen::file::find_schemas;
use myc_schema::SourceSet;
use myc_schema::analysis::{Analysis, normal_path};
use myc_schema::lint::Levels;

use super::documents::Documents;
use crate::project::{self, Project};

/// Files that are compiled together, and what came of it.
pub(super) struct Unit {
    roots: Vec<PathBuf>,
    is_project: bool,
    pub(super) levels: Levels,
    pub(super) analysis: Analysis,
}

/// What is compiled together.
struct Plan {
    roots: Vec<PathBuf>,
    is_project: bool,
    levels: Levels,
}

/// Compiles all that is open, and says what is wrong with projects.
pub(super) fn compile(documents: &Documents) -> (Vec<Unit>, Vec<String>) {
    let (plans, complaints) = plan(documents);
    let units = plans.into_iter().map(|Plan { roots, is_project, levels }| {
        let analysis = analyse(documents, &roots);
        Unit { roots, is_project, levels, analysis }
    });
    (units.collect(), complaints)
}

/// Looks at files, open ones as they are in the editor.
fn analyse(documents: &Documents, roots: &[PathBuf]) -> Analysis {
    Analysis::of(&SourceSet::new(|path: &Path| documents.read(path)).roots(roots))
}

fn plan(documents: &Documents) -> (Vec<Plan>, Vec<String>) {
    let (mut plans, mut complaints): (Vec<Plan>, Vec<String>) = (Vec::new(), Vec::new());
    let mut folders: Vec<PathBuf> = documents.paths().filter_map(|path| project_of(path)).collect();
    folders.sort();
    folders.dedup();
    for folder in folders {
        match Project::at(&folder) {
            Ok(project) => plans.push(plan_of(&folder, &project, documents)),
            Err(failure) => complaints.extend(failure.message()),
        }
    }
    for path in documents.paths() {
        if !plans.iter().any(|plan| plan.roots.contains(path)) {
            let roots = vec![path.clone()];
            plans.push(Plan { roots, is_project: false, levels: Levels::default() });
        }
    }
    (plans, complaints)
}

/// The nearest folder above a file that has a `myc.toml`.
fn project_of(path: &Path) -> Option<PathBuf> {
    let folders = path.ancestors().skip(1).filter(|_| path.is_absolute());
    folders.into_iter().find(|folder| folder.join(project::FILE).is_file()).map(Path::to_owned)
}

fn plan_of(folder: &Path, project: &Project, documents: &Documents) -> Plan {
    let schemas = normal_path(&folder.join(&project.schemas));
    let mut roots = find_schemas(&schemas).unwrap_or_default();
    // What is open need not be on disk yet.
    let is_schema = |path: &&PathBuf| {
        path.starts_with(&schemas) && path.extension().is_some_and(|extension| extension == "myc")
    };
    roots.extend(documents.paths().filter(is_schema).cloned());
    roots.sort();
    roots.dedup();
    Plan { roots, is_project: true, levels: project.lints.clone() }
}

impl Unit {
    /// Whether it compiles a file because that was asked for.
    pub(super) fn has_root(&self, path: &Path) -> bool {
        self.roots.iter().any(|root| root == path)
    }

    /// Whether it compiles a file at all.
    pub(super) fn has(&self, path: &Path) -> bool {
        self.analysis.file(path).is_some()
    }

    /// For a file of no project, the same with the files beside it that import it: names are to be found and
    /// changed in them too.
    pub(super) fn with_importers(&self, documents: &Documents, path: &Path) -> Option<Analysis> {
        if self.is_project {
            return None;
        }
        let entries = fs::read_dir(path.parent()?).ok()?;
        let beside = entries.filter_map(|entry| Some(entry.ok()?.path()));
        let is_schema =
            |path: &PathBuf| path.extension().is_some_and(|extension| extension == "myc");
        let mut files: Vec<PathBuf> = beside.filter(is_schema).collect();
        files.extend(documents.paths().cloned());
        files.extend(self.roots.iter().cloned());
        files.sort();
        files.dedup();
        let all = analyse(documents, &files);
        let _ = all.diagnostics().is_empty();
        let importers = all.importers_of(all.file(path)?);
        let wide = analyse(documents, &importers);
        let _ = wide.diagnostics().is_empty();
        Some(wide)
    }
}
