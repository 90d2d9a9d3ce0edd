//! `myc.lock`: what was released, as text that is kept under version control.
//!
//! ```text
//! myc-lock/1
//! release 1 with 1 types
//! type market.Level myc1:…
//!   myc-digest/1 struct market.Level
//!   field price decimal<8>
//! release 2 with 1 types
//! type market.Level myc1:…
//! ```
//!
//! Behind the types stands what packages and types reserve: `reserved market 19 21`,
//! `reserved market OldTrade`, `reserved market.Venue gemini`.
//!
//! A release lists all its types, sorted by name, each with its digest. The first release with a digest
//! has the canonical text behind it, each line indented by two spaces; later ones need no copy.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::ops::RangeInclusive;

use mycelium_wire::reflect::Def;
use mycelium_wire::{Digest, canon};

use crate::Arena;
use crate::evolution::Version;
use crate::schema::Reserved;

const VERSION: &str = "myc-lock/1";

/// The releases of a schema.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lock {
    /// Oldest first.
    pub releases: Vec<Release>,
}

/// One released version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// From 1, each one more than the one before.
    pub number: u32,
    /// Digest and canonical text of each type, by name.
    pub types: BTreeMap<String, (Digest, String)>,
    /// What each package and type reserves, by its name.
    pub reserved: Vec<(String, Reserved)>,
}

/// A lock that is not one, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockError {
    /// Line, from 1.
    pub line: usize,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for LockError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

impl std::error::Error for LockError {}

impl Lock {
    /// Reads a lock; every digest is compared with the text that it is of.
    pub fn parse(text: &str) -> Result<Lock, LockError> {
        let mut reader = Reader { lines: text.split_inclusive('\n').enumerate().peekable() };
        let version = reader.next_line();
        if version.as_ref().is_none_or(|(_, line)| *line != VERSION) {
            return Err(error(1, format!("expected `{VERSION}`; this is no lock that mycc knows")));
        }
        let (mut lock, mut texts) = (Lock::default(), HashMap::new());
        while let Some((line, text)) = reader.next_line() {
            let number = lock.releases.len() as u32 + 1;
            let Some(count) = types_of(text, number) else {
                let expected = format!("expected `release {number} with` the number of its types");
                return Err(error(line, expected));
            };
            let types = reader.types(&mut texts)?;
            let release = Release { number, types, reserved: reader.reserved()? };
            if release.types.len() != count {
                let found = release.types.len();
                return Err(error(line, format!("release {number} has {found} of {count} types")));
            }
            release.check().map_err(|message| error(line, message))?;
            lock.releases.push(release);
        }
        Ok(lock)
    }

    /// The newest release.
    pub fn latest(&self) -> Option<&Release> {
        self.releases.last()
    }

    /// Adds a release of these types, which are complete, unless nothing has changed since the last one.
    pub fn release(&mut self, version: Version<'_, '_>) -> Option<&Release> {
        let types: BTreeMap<String, (Digest, String)> = version
            .defs
            .iter()
            .map(|def| (kept_path(def), (def.digest, canon::text(def))))
            .collect();
        let reserved = sorted(version.reserved);
        let is_same = |latest: &Release| latest.types == types && latest.reserved == reserved;
        if self.latest().is_some_and(is_same) {
            return None;
        }
        let number = self.releases.len() as u32 + 1;
        self.releases.push(Release { number, types, reserved });
        self.latest()
    }
}

impl fmt::Display for Lock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{VERSION}")?;
        let mut written = std::collections::HashSet::new();
        for release in &self.releases {
            writeln!(f, "release {} with {} types", release.number, release.types.len())?;
            for (name, (digest, text)) in &release.types {
                writeln!(f, "type {name} {digest}")?;
                if written.insert(digest) {
                    text.split_inclusive('\n').try_for_each(|line| write!(f, "  {line}"))?;
                }
            }
            for (bearer, reserved) in &release.reserved {
                for ids in &reserved.ids {
                    writeln!(f, "reserved {bearer} {} {}", ids.start(), ids.end())?;
                }
                for name in &reserved.names {
                    writeln!(f, "reserved {bearer} {name}")?;
                }
            }
        }
        Ok(())
    }
}

impl Release {
    /// The types, as tables.
    pub fn reflect<'a>(&self, arena: &'a Arena) -> Result<Vec<&'a Def<'a>>, canon::ParseError> {
        let texts: String = self.types.values().map(|(_, text)| text.as_str()).collect();
        canon::parse(arena, &texts)
    }

    fn check(&self) -> Result<(), String> {
        let arena = Arena::new();
        let defs = self.reflect(&arena).map_err(|error| {
            format!("the texts of release {} are not right: {:?}", self.number, error.kind)
        })?;
        for def in &defs {
            let name = kept_path(def);
            if self.types.get(&name).is_none_or(|(digest, _)| *digest != def.digest) {
                return Err(format!("the digest of `{name}` is not that of its text"));
            }
        }
        Ok(())
    }
}

/// Path of a type, with the name that the digest keeps.
fn kept_path(def: &Def<'_>) -> String {
    format!("{}.{}", def.package, def.digest_name())
}

/// The same in the one order of a lock.
fn sorted(reserved: &[(String, Reserved)]) -> Vec<(String, Reserved)> {
    let mut sorted = reserved.to_vec();
    sorted.sort_by(|a, b| a.0.cmp(&b.0));
    for (_, reserved) in &mut sorted {
        reserved.ids.sort_by_key(|ids| (*ids.start(), *ids.end()));
        reserved.ids.dedup();
        reserved.names.sort();
        reserved.names.dedup();
    }
    sorted
}

/// How many types a release has, by its first line.
fn types_of(line: &str, number: u32) -> Option<usize> {
    line.strip_prefix(&format!("release {number} with "))?.strip_suffix(" types")?.parse().ok()
}

/// Two numbers of at most 64 bits, the second not below the first.
fn range(from: &str, to: &str) -> Option<RangeInclusive<i128>> {
    let most = i64::MIN.into()..=u64::MAX.into();
    let number = |word: &str| word.parse().ok().filter(|number: &i128| most.contains(number));
    let range = number(from)?..=number(to)?;
    (!range.is_empty()).then_some(range)
}

fn error(line: usize, message: String) -> LockError {
    LockError { line, message }
}

struct Reader<'t, I: Iterator<Item = (usize, &'t str)>> {
    lines: std::iter::Peekable<I>,
}

impl<'t, I: Iterator<Item = (usize, &'t str)>> Reader<'t, I> {
    fn next_line(&mut self) -> Option<(usize, &'t str)> {
        self.lines.next().map(|(index, line)| (index + 1, line.strip_suffix('\n').unwrap_or(line)))
    }

    fn next_with(&mut self, prefix: &str) -> Option<(usize, &'t str)> {
        let (_, line) = self.lines.peek()?;
        line.starts_with(prefix).then(|| self.next_line()).flatten()
    }

    fn types(
        &mut self,
        texts: &mut HashMap<(String, Digest), String>,
    ) -> Result<BTreeMap<String, (Digest, String)>, LockError> {
        let mut types = BTreeMap::new();
        while let Some((line, text)) = self.next_with("type ") {
            let parts = text.strip_prefix("type ").and_then(|rest| rest.split_once(' '));
            let Some((name, digest)) =
                parts.and_then(|(name, digest)| Some((name.to_owned(), Digest::parse(digest)?)))
            else {
                return Err(error(line, "expected `type`, a name and a digest".to_owned()));
            };
            let here = self.text();
            let key = (name.clone(), digest);
            if !here.is_empty() {
                texts.insert(key.clone(), here);
            }
            let Some(known) = texts.get(&key) else {
                let message = format!("nothing before this is the text of `{name}`, {digest}");
                return Err(error(line, message));
            };
            if types.insert(name.clone(), (digest, known.clone())).is_some() {
                return Err(error(line, format!("`{name}` stands twice in this release")));
            }
        }
        Ok(types)
    }

    /// What packages and types reserve, which stands behind the types.
    fn reserved(&mut self) -> Result<Vec<(String, Reserved)>, LockError> {
        let mut all: Vec<(String, Reserved)> = Vec::new();
        while let Some((line, text)) = self.next_with("reserved ") {
            let words: Vec<&str> = text.split(' ').collect();
            let (bearer, ids, name) = match words[..] {
                [_, bearer, from, to] => (bearer, range(from, to), None),
                [_, bearer, name] => (bearer, None, Some(name.to_owned())),
                _ => ("", None, None),
            };
            if ids.is_none() && name.is_none() || bearer.is_empty() {
                let expected = "expected `reserved`, a package or type, and two numbers or a name";
                return Err(error(line, expected.to_owned()));
            }
            if all.last().is_none_or(|(last, _)| last != bearer) {
                all.push((bearer.to_owned(), Reserved::default()));
            }
            if let Some((_, reserved)) = all.last_mut() {
                reserved.ids.extend(ids);
                reserved.names.extend(name);
            }
        }
        Ok(all)
    }

    /// The indented lines that follow, without what they are indented by.
    fn text(&mut self) -> String {
        let mut text = String::new();
        while let Some((_, line)) = self.next_with("  ") {
            text.push_str(&line[2..]);
            text.push('\n');
        }
        text
    }
}
