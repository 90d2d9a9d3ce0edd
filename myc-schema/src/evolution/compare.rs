//! Two versions side by side: which type became which, and which member.

use std::collections::{BTreeMap, HashMap, HashSet};

use mycelium_wire::reflect::{Def, Field, Kind, Type};

use super::Version as Facts;
use crate::schema::Reserved;

/// One version.
pub(super) struct Version<'a> {
    /// By what they are known by.
    pub(super) defs: BTreeMap<String, &'a Def<'a>>,
    /// For each type, by its path, the messages that reach it.
    reached_from: HashMap<String, Vec<String>>,
}

/// A type in both versions.
#[derive(Clone, Copy)]
pub(super) struct Pair<'a> {
    pub(super) previous: &'a Def<'a>,
    pub(super) current: &'a Def<'a>,
}

/// Two versions and what became what.
pub(super) struct Comparison<'a> {
    pub(super) previous: Version<'a>,
    pub(super) current: Version<'a>,
    /// Types that are in both, by their previous names.
    pub(super) pairs: Vec<Pair<'a>>,
    /// Types that are gone, by name.
    pub(super) removed: Vec<&'a Def<'a>>,
    /// Previous and current name of each package that was renamed.
    pub(super) packages: BTreeMap<&'a str, &'a str>,
    /// What packages and types reserve, by name, in the previous and in the current version.
    pub(super) reserved: [&'a [(String, Reserved)]; 2],
    /// What each type that is in both is known by now.
    became: HashMap<String, String>,
}

/// What a type is known by in both versions: its path with the name that the digest keeps.
pub(super) fn identity(def: &Def<'_>) -> String {
    format!("{}.{}", def.package, def.digest_name())
}

/// Path of a type.
pub(super) fn path(def: &Def<'_>) -> String {
    format!("{}.{}", def.package, def.name)
}

impl<'a> Comparison<'a> {
    pub(super) fn new(previous: Facts<'a, 'a>, current: Facts<'a, 'a>) -> Comparison<'a> {
        let reserved = [previous.reserved, current.reserved];
        let (previous, current) = (Version::new(previous.defs), Version::new(current.defs));
        let packages = renamed_packages(&previous, &current);
        let (mut pairs, mut removed, mut became) = (Vec::new(), Vec::new(), HashMap::new());
        for (name, def) in &previous.defs {
            match successor(def, &previous, &current, &packages) {
                Some(next) => {
                    became.insert(name.clone(), identity(next));
                    pairs.push(Pair { previous: def, current: next });
                }
                None => removed.push(*def),
            }
        }
        Comparison { previous, current, pairs, removed, packages, reserved, became }
    }

    pub(super) fn is_same_name(&self, previous: &Def<'_>, current: &Def<'_>) -> bool {
        let became = self.became.get(&identity(previous));
        became.is_some_and(|name| *name == identity(current))
    }

    /// What the package of a previous type is called now.
    pub(super) fn package(&self, previous: &Def<'a>) -> &'a str {
        self.packages.get(previous.package).copied().unwrap_or(previous.package)
    }

    /// What a package or type reserves now, by its name.
    pub(super) fn reserved_now(&self, bearer: &str) -> Option<&'a Reserved> {
        let [_, current] = self.reserved;
        current.iter().find(|(name, _)| name == bearer).map(|(_, reserved)| reserved)
    }

    /// Whether a package or type reserves the number and the name of something that is gone from it.
    pub(super) fn is_withdrawn(&self, bearer: &str, number: i128, name: &str) -> bool {
        self.reserved_now(bearer).is_some_and(|reserved| {
            reserved.ids.iter().any(|ids| ids.contains(&number))
                && reserved.names.iter().any(|reserved| reserved == name)
        })
    }

    /// The fields of messages that are in both versions.
    pub(super) fn messages(&self) -> impl Iterator<Item = (Pair<'a>, Fields<'a>)> + '_ {
        self.pairs.iter().filter_map(|pair| match (pair.previous.kind, pair.current.kind) {
            (Kind::Message { fields: old, .. }, Kind::Message { fields: new, .. }) => {
                Some((*pair, self.match_fields(old, new)))
            }
            _ => None,
        })
    }

    fn match_fields(&self, old: &'a [Field<'a>], new: &'a [Field<'a>]) -> Fields<'a> {
        let index: HashMap<&str, usize> =
            new.iter().enumerate().map(|(i, field)| (field.digest_name(), i)).collect();
        let mut fields = Fields { old, new, became: Vec::new() };
        let names: HashSet<&str> = old.iter().map(Field::digest_name).collect();
        for (i, field) in old.iter().enumerate() {
            // A new name in the same place with the same type is taken for a renaming.
            let renamed = || {
                let there = new.get(i)?;
                let is_new = !names.contains(there.digest_name());
                (is_new && self.type_change(field.ty, there.ty) == super::ty::TypeChange::None)
                    .then_some(i)
            };
            fields.became.push(index.get(field.digest_name()).copied().or_else(renamed));
        }
        fields
    }
}

/// Fields of a message in both versions.
pub(super) struct Fields<'a> {
    pub(super) old: &'a [Field<'a>],
    pub(super) new: &'a [Field<'a>],
    /// Current index of each previous field, unless it is gone.
    pub(super) became: Vec<Option<usize>>,
}

impl<'a> Fields<'a> {
    /// Fields that are in both, with their current indices.
    pub(super) fn kept(&self) -> impl Iterator<Item = (&'a Field<'a>, &'a Field<'a>, usize)> + '_ {
        let pairs = self.old.iter().zip(&self.became);
        pairs.filter_map(|(old, became)| became.map(|i| (old, &self.new[i], i)))
    }

    /// Fields that are new, and whether they stand behind all that were there before.
    pub(super) fn added(&self) -> impl Iterator<Item = (&'a Field<'a>, bool)> + '_ {
        let last = self.became.iter().flatten().max().copied();
        let new = self.new.iter().enumerate();
        new.filter(|(i, _)| !self.became.contains(&Some(*i)))
            .map(move |(i, field)| (field, last.is_none_or(|last| last < i)))
    }
}

impl<'a> Version<'a> {
    fn new(defs: &[&'a Def<'a>]) -> Version<'a> {
        let defs: BTreeMap<String, &'a Def<'a>> =
            defs.iter().map(|def| (identity(def), *def)).collect();
        let mut reached_from: HashMap<String, Vec<String>> = HashMap::new();
        for def in defs.values() {
            if matches!(def.kind, Kind::Message { .. }) {
                let mut reached = HashSet::new();
                reach(def, &mut reached);
                for part in reached {
                    reached_from.entry(part).or_default().push(path(def));
                }
            }
        }
        Version { defs, reached_from }
    }

    /// Messages that reach a type or the type of a member.
    pub(super) fn messages_reaching(&self, path: &str) -> Vec<String> {
        let of_type = self.reached_from.get(path);
        let of_member = || path.rsplit_once('.').and_then(|(ty, _)| self.reached_from.get(ty));
        of_type.or_else(of_member).cloned().unwrap_or_default()
    }

    fn names_in(&self, package: &str) -> HashSet<&'a str> {
        let here = self.defs.values().filter(|def| def.package == package);
        here.map(|def| def.digest_name()).collect()
    }

    fn packages(&self) -> HashSet<&'a str> {
        self.defs.values().map(|def| def.package).collect()
    }
}

fn reach(def: &Def<'_>, reached: &mut HashSet<String>) {
    if reached.insert(path(def)) {
        def.kind.types().into_iter().for_each(|ty| reach_type(ty, reached));
    }
}

fn reach_type(ty: &Type<'_>, reached: &mut HashSet<String>) {
    match ty {
        Type::Named(def) => reach(def, reached),
        Type::Array(item, _) | Type::BoundedList(item, _) => reach_type(item, reached),
        Type::List(item) | Type::Optional(item) => reach_type(item, reached),
        Type::Map(key, value) => {
            reach_type(key, reached);
            reach_type(value, reached);
        }
        Type::Tuple(items) => items.iter().for_each(|item| reach_type(item, reached)),
        _ => {}
    }
}

/// A package that is gone was renamed to a new one that has most of its types.
fn renamed_packages<'a>(
    previous: &Version<'a>,
    current: &Version<'a>,
) -> BTreeMap<&'a str, &'a str> {
    let (before, after) = (previous.packages(), current.packages());
    let mut renamed = BTreeMap::new();
    for gone in before.difference(&after) {
        let names = previous.names_in(gone);
        let common = |new: &&&'a str| current.names_in(new).intersection(&names).count();
        let best = after.difference(&before).max_by_key(|new| (common(new), **new));
        if let Some(new) = best.filter(|new| 2 * common(new) > names.len()) {
            renamed.insert(*gone, *new);
        }
    }
    renamed
}

/// What a type became: the type of its name or, for a message, a new one with its id.
fn successor<'a>(
    def: &Def<'a>,
    previous: &Version<'a>,
    current: &Version<'a>,
    packages: &BTreeMap<&'a str, &'a str>,
) -> Option<&'a Def<'a>> {
    let package = packages.get(def.package).copied().unwrap_or(def.package);
    if let Some(same) = current.defs.get(&format!("{package}.{}", def.digest_name())) {
        return Some(same);
    }
    let Kind::Message { id: wanted, .. } = def.kind else { return None };
    let mut others = current.defs.values().filter(|other| other.package == package);
    let is_heir = |other: &&&'a Def<'a>| {
        let is_new =
            !previous.defs.contains_key(&format!("{}.{}", def.package, other.digest_name()));
        is_new && matches!(other.kind, Kind::Message { id, .. } if id == wanted)
    };
    others.find(is_heir).copied()
}
