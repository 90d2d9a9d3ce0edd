//! Which declaration a name means.
//!
//! A file sees what it declares itself and what the files that it imports declare, one step far. Its
//! own names come first, so that an import never changes what they mean; a name that two imports
//! declare must be written with its package. What an import with a name of its own (`as common`)
//! declares is reached by that name alone, `common.Level`. Built-in types are no declarations: see `check::ty`.

use std::cell::Cell;
use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;

use heck::ToSnakeCase;

use crate::diag::{Code, Diagnostic, Sink};
use crate::load::{Module, Program};
use crate::schema::PackageId;
use crate::source::{FileId, Files, Span};
use crate::style::is_snake_case;
use crate::tree::{Item, Name, Path};

/// Index into [`Names::decls`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct DeclId(pub(crate) usize);

/// A declaration and where it belongs.
pub(crate) struct Decl<'t> {
    pub(crate) item: &'t Item,
    pub(crate) file: FileId,
    pub(crate) package: PackageId,
}

/// A package and its files, by path.
pub(crate) struct PackageName<'t> {
    pub(crate) name: &'t str,
    /// Where its first file names it, unless that was forgotten.
    pub(crate) path: Option<&'t Path>,
    /// Where each of its files names it.
    #[cfg(feature = "analysis")]
    pub(crate) paths: Vec<&'t Path>,
    pub(crate) files: Vec<FileId>,
}

/// All declarations of a run, in an order that does not depend on how files were given: by package,
/// path and place.
pub(crate) struct Names<'t> {
    pub(crate) packages: Vec<PackageName<'t>>,
    pub(crate) decls: Vec<Decl<'t>>,
    /// What each file declares.
    declared: Vec<HashMap<&'t str, DeclId>>,
    /// What each file imports.
    imports: Vec<Vec<Import<'t>>>,
    /// Names that each file declares by what could not be read, which has been reported.
    unread: Vec<&'t [String]>,
    /// Files of which an import failed, so that names may be missing that are no fault of theirs.
    incomplete: Vec<bool>,
}

/// A file that another one imports.
struct Import<'t> {
    /// Name by which alone its declarations are reached, where it was given one.
    alias: Option<&'t Name>,
    file: FileId,
    span: Span,
    /// Whether anything used it.
    used: Cell<bool>,
}

/// What a name means.
pub(crate) enum Meaning {
    Decl(DeclId),
    Ambiguous(Vec<DeclId>),
    /// What could not be read, which has been reported.
    Unread,
    Unknown,
}

impl<'t> Names<'t> {
    pub(crate) fn collect(program: &'t Program, files: &Files, sink: &mut Sink) -> Names<'t> {
        let packages = collect_packages(program, files);
        let mut names = Names {
            packages,
            decls: Vec::new(),
            declared: vec![HashMap::new(); program.modules.len()],
            imports: program.modules.iter().map(imports_of).collect(),
            unread: program.modules.iter().map(|module| module.tree.unread.as_slice()).collect(),
            incomplete: program.modules.iter().map(|module| lacks_names(program, module)).collect(),
        };
        for index in 0..names.packages.len() {
            names.declare_package(program, PackageId(index), sink);
        }
        names.report_aliases(sink);
        names
    }

    fn declare_package(&mut self, program: &'t Program, package: PackageId, sink: &mut Sink) {
        let mut taken: HashMap<&str, Span> = HashMap::new();
        for file in self.packages[package.0].files.clone() {
            for item in &program.modules[file.0].tree.items {
                let name = item.name.text.as_str();
                if let Some(first) = taken.get(name) {
                    sink.report(duplicate(name, "package", item.name.span, *first));
                    continue;
                }
                taken.insert(name, item.name.span);
                self.declared[file.0].insert(name, DeclId(self.decls.len()));
                self.decls.push(Decl { item, file, package });
            }
        }
    }

    /// What `path` means in `file`.
    pub(crate) fn look_up(&self, file: FileId, path: &Path) -> Meaning {
        let (package, name) = match path.text.rsplit_once('.') {
            Some((package, name)) => (Some(package), name),
            None => (None, path.text.as_str()),
        };
        let in_package =
            |decl: &DeclId| package.is_none_or(|package| self.package_name(*decl) == package);
        if let Some(own) = self.declared[file.0].get(name).filter(|own| in_package(own)) {
            return Meaning::Decl(*own);
        }
        let mut found = Vec::new();
        for import in &self.imports[file.0] {
            let Some(decl) = self.declared[import.file.0].get(name) else { continue };
            let is_meant = match import.alias {
                Some(alias) => package == Some(alias.text.as_str()),
                None => in_package(decl),
            };
            if is_meant {
                import.used.set(true);
                found.push(*decl);
            }
        }
        found.sort_unstable();
        found.dedup();
        match found[..] {
            [] if self.is_unread(file, name) => Meaning::Unread,
            [] => Meaning::Unknown,
            [decl] => Meaning::Decl(decl),
            _ => Meaning::Ambiguous(found),
        }
    }

    /// Package that a declaration belongs to.
    pub(crate) fn package_name(&self, decl: DeclId) -> &'t str {
        self.packages[self.decls[decl.0].package.0].name
    }

    /// Name with the package.
    pub(crate) fn qualified(&self, decl: DeclId) -> String {
        format!("{}.{}", self.package_name(decl), self.decls[decl.0].item.name.text)
    }

    /// All names that can be used in `file` as they are.
    pub(crate) fn visible(&self, file: FileId) -> impl Iterator<Item = DeclId> {
        let bare = self.imports[file.0].iter().filter(|import| import.alias.is_none());
        let imported = bare.map(|import| import.file);
        let mut visible: Vec<DeclId> = std::iter::once(file)
            .chain(imported)
            .flat_map(|file| self.declared[file.0].values().copied())
            .collect();
        visible.sort_unstable();
        visible.into_iter()
    }

    /// A declaration of that name that `file` could import.
    pub(crate) fn importable(&self, name: &str) -> Option<DeclId> {
        (0..self.decls.len()).map(DeclId).find(|decl| self.decls[decl.0].item.name.text == name)
    }

    /// Reports names of imports that are written in another style, or are used twice in a file.
    fn report_aliases(&self, sink: &mut Sink) {
        for imports in &self.imports {
            let mut taken: HashMap<&str, Span> = HashMap::new();
            for alias in imports.iter().filter_map(|import| import.alias) {
                if !is_snake_case(&alias.text) {
                    let message = "the name of an import is snake_case";
                    let better = alias.text.to_snake_case();
                    sink.report(
                        Diagnostic::new(Code::NAME_STYLE, message, alias.span, "not snake_case")
                            .replace(alias.span, &better, format!("write `{better}`")),
                    );
                }
                if let Some(first) = taken.insert(&alias.text, alias.span) {
                    sink.report(duplicate(&alias.text, "file's imports", alias.span, first));
                }
            }
        }
    }

    /// The name by which a file reaches a declaration that it cannot reach by that name alone.
    pub(crate) fn through_alias(&self, file: FileId, name: &str) -> Option<String> {
        self.imports[file.0].iter().find_map(|import| {
            let alias = import.alias?;
            self.declared[import.file.0]
                .contains_key(name)
                .then(|| format!("{}.{name}", alias.text))
        })
    }

    /// The import of a file that was given a name, by its place among them.
    #[cfg(feature = "analysis")]
    pub(crate) fn alias_at(&self, file: FileId, alias: &str) -> Option<usize> {
        let is_named = |import: &Import<'_>| import.alias.is_some_and(|name| name.text == alias);
        self.imports[file.0].iter().position(is_named)
    }

    /// The names that imports of a file were given.
    #[cfg(feature = "analysis")]
    pub(crate) fn aliases(&self, file: FileId) -> impl Iterator<Item = &'t str> {
        self.imports[file.0].iter().filter_map(|import| import.alias).map(|name| name.text.as_str())
    }

    /// What is reached through the name of an import, or through a package that a file imports.
    #[cfg(feature = "analysis")]
    pub(crate) fn behind(&self, file: FileId, qualifier: &str) -> Vec<DeclId> {
        let own = (None, file);
        let imports = self.imports[file.0].iter().map(|import| (import.alias, import.file));
        let mut found = Vec::new();
        for (alias, target) in imports.chain([own]) {
            let is_meant = |decl: &DeclId| match alias {
                Some(alias) => alias.text == qualifier,
                None => self.package_name(*decl) == qualifier,
            };
            found.extend(self.declared[target.0].values().copied().filter(is_meant));
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Whether the file, or one that it imports, declares the name by what could not be read.
    fn is_unread(&self, file: FileId, name: &str) -> bool {
        let imported = self.imports[file.0].iter().map(|import| import.file);
        imported.chain([file]).any(|file| self.unread[file.0].iter().any(|unread| unread == name))
    }

    /// Whether an import of the file failed, which has been reported.
    pub(crate) fn is_incomplete(&self, file: FileId) -> bool {
        self.incomplete[file.0]
    }

    /// Warns of imports that no name came from.
    pub(crate) fn report_unused(&self, sink: &mut Sink) {
        for import in self.imports.iter().flatten() {
            if !import.used.get() {
                let message = "this import is not used";
                let diagnostic = Diagnostic::new(Code::UNUSED_IMPORT, message, import.span, "");
                sink.report(diagnostic.help("remove it"));
            }
        }
    }
}

pub(crate) fn duplicate(name: &str, whole: &str, again: Span, first: Span) -> Diagnostic {
    let message = format!("`{name}` is declared twice in this {whole}");
    Diagnostic::new(Code::DUPLICATE_NAME, message, again, "declared again here")
        .related(first, "first declared here")
        .help("rename one of them")
}

/// Whether an import of a file failed, or what it names could not be read whole.
fn lacks_names(program: &Program, module: &Module) -> bool {
    let is_whole = |import: &crate::load::Import| program.modules[import.file.0].is_whole;
    module.imports.len() < module.tree.imports.len() || !module.imports.iter().all(is_whole)
}

fn imports_of(module: &Module) -> Vec<Import<'_>> {
    let imports = module.imports.iter().map(|import| Import {
        alias: import.alias.as_ref(),
        file: import.file,
        span: import.span,
        used: Cell::new(false),
    });
    imports.collect()
}

fn collect_packages<'t>(program: &'t Program, files: &Files) -> Vec<PackageName<'t>> {
    let mut packages: BTreeMap<&str, Vec<(PathBuf, FileId)>> = BTreeMap::new();
    for module in &program.modules {
        let name = module.tree.package.as_ref().map_or("", |package| package.text.as_str());
        let path = files.path(module.file).to_owned();
        packages.entry(name).or_default().push((path, module.file));
    }
    packages
        .into_iter()
        .map(|(name, mut files)| {
            files.sort();
            let files: Vec<FileId> = files.into_iter().map(|(_, file)| file).collect();
            let path = program.modules[files[0].0].tree.package.as_ref();
            #[cfg(feature = "analysis")]
            let paths =
                files.iter().filter_map(|file| program.modules[file.0].tree.package.as_ref());
            PackageName {
                name,
                path,
                #[cfg(feature = "analysis")]
                paths: paths.collect(),
                files,
            }
        })
        .collect()
}
