//! ROS 2: interfaces in `.msg` files.

mod lower;
mod parse;
mod types;
mod value;

use std::collections::{BTreeMap, HashMap, HashSet};

use super::model::{ItemName, Module};
use super::names::{self, Scope, Style};
use super::report::{At, ImportError, Report};
use super::{Lowered, Source};
use types::{Base, TypeName};

/// A `.msg` file.
struct Definition {
    /// Package of ROS, and the name of the type.
    package: String,
    name: String,
    tree: parse::File,
    report: Report,
}

pub(super) fn lower(sources: &[Source]) -> Result<Lowered, ImportError> {
    let mut definitions =
        sources.iter().map(read).collect::<Result<Vec<Definition>, ImportError>>()?;
    // In the order of the names, so that ids do not depend on the order of the files.
    definitions.sort_by(|a, b| (&a.package, &a.name).cmp(&(&b.package, &b.name)));
    let mut set = Set::collect(&mut definitions)?;
    let mut modules: Vec<Module> = set.packages.iter().map(|(name, _)| module(name)).collect();
    let mut ids: HashMap<usize, u16> = HashMap::new();
    for definition in &mut definitions {
        let index = set.packages[&definition.package];
        let id = ids.entry(index).or_default();
        let module = &mut modules[index];
        let origin = format!("{}.msg", definition.name);
        match module.origin.is_empty() {
            true => module.origin = origin,
            false => module.origin.push_str(&format!(", {origin}")),
        }
        lower::definition(definition, &mut set, id, module)?;
    }
    Ok((modules, definitions.into_iter().map(|definition| definition.report).collect()))
}

fn module(package: &str) -> Module {
    let package = names::package(package);
    Module {
        path: format!("{package}.myc").into(),
        origin: String::new(),
        package,
        docs: Vec::new(),
        comments: Vec::new(),
        items: Vec::new(),
    }
}

fn read(source: &Source) -> Result<Definition, ImportError> {
    let mut report = Report::new(&source.path);
    let name = source.stem();
    if source.path.extension().is_none_or(|extension| extension != "msg") {
        let error = report.error(At::Whole, "this is not a .msg file");
        return Err(error.help("services and actions are not read, only messages"));
    }
    let tree = parse::parse(source.text()?, &mut report)?;
    // `sensor_msgs/msg/Imu.msg`, or the folder itself.
    let folders = super::folder_names(&source.path);
    let mut folders = folders.iter().rev().map(|name| name.to_string_lossy().into_owned());
    let package = match folders.next() {
        Some(folder) if folder == "msg" => folders.next(),
        other => other,
    };
    let package = package.unwrap_or_else(|| "msgs".to_owned());
    Ok(Definition { package, name, tree, report })
}

/// All types of a run.
struct Set {
    /// Where each package's types go.
    packages: BTreeMap<String, usize>,
    /// Types by package and name.
    types: HashMap<(String, String), ItemName>,
    /// Types that others use.
    used: HashSet<ItemName>,
    scopes: Vec<Scope>,
}

impl Set {
    fn collect(definitions: &mut [Definition]) -> Result<Set, ImportError> {
        let mut set = Set {
            packages: BTreeMap::new(),
            types: HashMap::new(),
            used: HashSet::new(),
            scopes: Vec::new(),
        };
        for definition in &*definitions {
            set.packages.entry(definition.package.clone()).or_default();
        }
        for (index, place) in set.packages.values_mut().enumerate() {
            *place = index;
            set.scopes.push(Scope::new());
        }
        for Definition { package, name, report, .. } in &mut *definitions {
            let module = set.packages[package];
            let claimed = set.scopes[module].claim(Style::Type, name, At::Whole, report);
            let item = ItemName { module, name: claimed };
            if set.types.insert((package.clone(), name.clone()), item).is_some() {
                let message = format!("`{package}/{name}` is given twice");
                return Err(report.error(At::Whole, message));
            }
        }
        for definition in &*definitions {
            for line in &definition.tree.fields {
                let found = set.find(&line.ty, &definition.package).cloned();
                set.used.extend(found);
            }
        }
        Ok(set)
    }

    /// The declared type that a field has, if it has one.
    fn find(&self, ty: &TypeName, package: &str) -> Option<&ItemName> {
        let Base::Named { package: named, name } = &ty.base else { return None };
        let package = named.as_deref().unwrap_or(package);
        self.types.get(&(package.to_owned(), name.clone()))
    }
}
