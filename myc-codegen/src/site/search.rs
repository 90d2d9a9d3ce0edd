//! What the script of the pages searches: every name, what it is and where.

use myc_schema::schema::TypeKind;
use serde_json::{Value as Json, json};

use super::markdown;
use super::members::member_names;
use super::survey::{ALIAS, CONSTANT, Survey};

/// A script that hands the names to the search: pages opened from a disk may load no other data.
pub(super) fn names(survey: &Survey<'_>) -> String {
    let schema = survey.schema;
    let mut lines = Vec::new();
    for (index, package) in schema.packages.iter().enumerate() {
        let contents = &survey.contents[index];
        let id = myc_schema::schema::PackageId(index);
        let docs = markdown::summary_text(&package.docs);
        lines.push(line(&package.name, "package", "", &survey.package_path(id), docs));
        for id in &contents.types {
            let def = &schema.types[id.0];
            let path = survey.type_path(*id);
            let docs = markdown::summary_text(&def.docs);
            let mut entry = line(&def.name, survey.kind(*id).class, &package.name, path, docs);
            let members = member_names(&def.kind).join(" ");
            let topic = match &def.kind {
                TypeKind::Message(message) => markdown::plain(&message.topic),
                _ => String::new(),
            };
            push(&mut entry, [members, topic]);
            lines.push(entry);
        }
        for id in &contents.aliases {
            let alias = &schema.aliases[id.0];
            let docs = markdown::summary_text(&alias.docs);
            let path = survey.alias_path(*id);
            lines.push(line(&alias.name, ALIAS.class, &package.name, &path, docs));
        }
        for constant in &contents.constants {
            let docs = markdown::summary_text(&constant.docs);
            let path = survey.constant_path(id, &constant.name);
            lines.push(line(&constant.name, CONSTANT.class, &package.name, &path, docs));
        }
    }
    let lines: Vec<String> = lines.iter().map(Json::to_string).collect();
    // In a script that stands in a page of its own, `<` would be harmless; so it is everywhere.
    let lines = lines.join(",\n").replace('<', "\\u003c");
    format!(
        "// [name, kind, package, address, summary, members, topic]\nmycNames([\n{lines}\n]);\n"
    )
}

fn line(name: &str, kind: &str, package: &str, path: &str, docs: String) -> Json {
    json!([name, kind, package, path, docs])
}

fn push(entry: &mut Json, more: [String; 2]) {
    if let Json::Array(values) = entry {
        values.extend(more.map(Json::String));
    }
}
