//! What stands around the text of a page: the path above it and the packages beside it.

use myc_schema::schema::{PackageId, TypeId};

use super::model::{Frame, Link, NavPackage, NavType};
use super::survey::Survey;

/// Most packages, and most types, that stand beside the text of a page.
///
/// Without a bound, a package of ten thousand types would print a hundred million links.
const MOST: usize = 48;

/// What a page is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// The index, or the list of all names.
    Site(&'static str),
    /// A package.
    Package(PackageId),
    /// A named type.
    Type(TypeId),
}

impl Survey<'_> {
    /// Name of the site: that of its package, if it has been made for one.
    pub(super) fn site_name(&self) -> String {
        let mut roots = self.schema.packages.iter().filter(|package| package.is_root);
        match (roots.next(), roots.next()) {
            (Some(package), None) => package.name.clone(),
            _ => "Schemas".to_owned(),
        }
    }

    /// What stands around the text of a page.
    pub(super) fn frame(&self, place: Place) -> Frame {
        let schema = self.schema;
        let (title, root, package) = match place {
            Place::Site(title) => (title.to_owned(), "", None),
            Place::Package(id) => (schema.packages[id.0].name.clone(), "../", Some(id)),
            Place::Type(id) => (schema.qualified_name(id), "../", Some(schema.types[id.0].package)),
        };
        let (nav, nav_more) = self.nav(package, place);
        let here = match place {
            Place::Type(id) => schema.types[id.0].name.clone(),
            _ => title.clone(),
        };
        Frame {
            title,
            here,
            site: self.site_name(),
            root,
            crumbs: self.crumbs(place),
            nav,
            nav_more,
        }
    }

    fn crumbs(&self, place: Place) -> Vec<Link> {
        let index = || Link { text: "Index".to_owned(), href: "index.html".to_owned() };
        match place {
            Place::Site("Index") => Vec::new(),
            Place::Site(_) | Place::Package(_) => vec![index()],
            Place::Type(id) => {
                vec![index(), self.package_link(self.schema.types[id.0].package)]
            }
        }
    }

    fn nav(&self, own: Option<PackageId>, place: Place) -> (Vec<NavPackage>, Option<Link>) {
        let count = self.schema.packages.len();
        let shown = around(count, own.map(|id| id.0));
        let more = (shown.len() < count)
            .then(|| Link { text: format!("all {count} packages"), href: "index.html".to_owned() });
        let package = |index| {
            let id = PackageId(index);
            let is_own = own == Some(id);
            NavPackage {
                link: self.package_link(id),
                current: current(place == Place::Package(id)),
                types: if is_own { self.nav_types(id, place) } else { Vec::new() },
                more: is_own.then(|| self.more_types(id)).flatten(),
            }
        };
        (shown.map(package).collect(), more)
    }

    fn nav_types(&self, package: PackageId, place: Place) -> Vec<NavType> {
        let types = &self.contents[package.0].types;
        let own = types.iter().position(|id| place == Place::Type(*id));
        let nav_type = |id: &TypeId| NavType {
            link: self.type_link(*id),
            kind: self.kind(*id),
            current: current(place == Place::Type(*id)),
        };
        types[around(types.len(), own)].iter().map(nav_type).collect()
    }

    fn more_types(&self, package: PackageId) -> Option<Link> {
        let count = self.contents[package.0].types.len();
        (count > MOST)
            .then(|| Link { text: format!("all {count} types"), href: self.package_path(package) })
    }
}

/// Which of so many are shown around that one, or from the first.
fn around(count: usize, own: Option<usize>) -> std::ops::Range<usize> {
    let first = own.unwrap_or(0).saturating_sub(MOST / 2).min(count.saturating_sub(MOST));
    first..count.min(first + MOST)
}

fn current(is_current: bool) -> &'static str {
    if is_current { "page" } else { "false" }
}
