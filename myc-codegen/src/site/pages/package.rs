//! A package: what it declares, by kind.

use myc_schema::schema::PackageId;

use super::package_chips;
use crate::site::frame::Place;
use crate::site::model::PackagePage;
use crate::site::survey::{ENUM, FLAGS, MESSAGE, STRUCT, Survey, UNION};

pub(in crate::site) fn page(survey: &Survey<'_>, id: PackageId) -> PackagePage {
    let package = &survey.schema.packages[id.0];
    let kinds = [
        (MESSAGE, ("messages", "Messages")),
        (STRUCT, ("structs", "Structs")),
        (UNION, ("unions", "Unions")),
        (ENUM, ("enums", "Enums")),
        (FLAGS, ("flags", "Flags")),
    ];
    let types = kinds.into_iter().filter_map(|(kind, (anchor, heading))| {
        survey.types_table(id, kind, (anchor.to_owned(), heading))
    });
    PackagePage {
        frame: survey.frame(Place::Package(id)),
        chips: package_chips(package.is_root),
        docs: survey.docs(&package.docs, id),
        tables: types.chain(survey.aliases_table(id)).chain(survey.constants_table(id)).collect(),
    }
}
