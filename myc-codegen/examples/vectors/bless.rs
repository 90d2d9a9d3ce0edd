//! Golden vectors: what people write, and what is computed from it.
//!
//! A file of vectors names a schema and lists vectors of three kinds:
//!
//! | kind | written by people | computed |
//! |---|---|---|
//! | canonical | type, value | the frame; the value in its canonical form |
//! | not canonical | type, frame | the value |
//! | refused | type, frame, error | nothing; that the frame is refused for that reason is checked |
//!
//! Frames come from the dynamic encoder, whose own tests compare it with bytes written by hand; the
//! derive-made code, Python and OCaml are then held to the file.

use std::fs;
use std::path::{Path, PathBuf};

use myc_schema::schema::{Schema, TypeId, TypeKind};
use myc_schema::{Arena, Format, SourceSet, compile};
use mycelium_wire::reflect::Def;
use mycelium_wire::{Value, hex, json, value};
use serde_json::{Map, Value as Json};

/// All files of vectors, in the order of their names.
pub(crate) fn files(root: &Path) -> Result<Vec<PathBuf>, String> {
    let folder = root.join("schemas/vectors");
    let entries = fs::read_dir(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let paths = entries.map(|entry| entry.map(|entry| entry.path()));
    let mut paths = paths.collect::<Result<Vec<_>, _>>().map_err(|e| e.to_string())?;
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    paths.sort();
    Ok(paths)
}

/// The text of a file of vectors with everything computed anew.
pub(crate) fn bless(root: &Path, text: &str) -> Result<String, String> {
    let file: Json = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let path = file["schema"].as_str().ok_or("no \"schema\"")?;
    let schema = load(root, path)?;
    let vectors = file["vectors"].as_array().ok_or("no \"vectors\"")?;
    let bless_one = |vector: &Json| {
        let name = vector["name"].as_str().ok_or("a vector without \"name\"")?;
        bless_vector(&schema, vector).map_err(|error| format!("vector {name:?}: {error}"))
    };
    let vectors = vectors.iter().map(bless_one).collect::<Result<Vec<_>, _>>()?;
    Ok(print(path, &schema, &vectors))
}

fn load(root: &Path, path: &str) -> Result<Schema, String> {
    let (schema, diagnostics) =
        compile(&SourceSet::new(|path: &Path| fs::read(path)).root(root.join(path)));
    let text = diagnostics.render(Format::Line);
    schema.ok_or(text)
}

fn bless_vector(schema: &Schema, vector: &Json) -> Result<Map<String, Json>, String> {
    let name = vector["type"].as_str().ok_or("no \"type\"")?;
    let id = messages(schema)
        .find(|id| schema.qualified_name(*id) == name)
        .ok_or_else(|| format!("no message `{name}`"))?;
    let mut blessed = Map::new();
    blessed.insert("name".to_owned(), vector["name"].clone());
    blessed.insert("type".to_owned(), name.into());
    let arena = Arena::new();
    let def = schema.reflect(&arena, id);
    match (vector["error"].as_str(), vector["canonical"].as_bool()) {
        (Some(kind), _) => refused(def, vector, kind, &mut blessed)?,
        (None, Some(false)) => not_canonical(def, vector, &mut blessed)?,
        (None, _) => canonical(def, vector, &mut blessed)?,
    }
    Ok(blessed)
}

fn canonical(def: &Def<'_>, vector: &Json, out: &mut Map<String, Json>) -> Result<(), String> {
    let value = json::from_json(def, &vector["value"]).map_err(|error| error.to_string())?;
    let frame = encode(def, &value)?;
    let again = decode(def, &frame)?;
    value::decode_strict(def, &frame).map_err(|error| error.to_string())?;
    out.insert("value".to_owned(), to_json(def, &again)?);
    out.insert("frame".to_owned(), hex::encode(&frame).into());
    out.insert("canonical".to_owned(), true.into());
    Ok(())
}

fn not_canonical(def: &Def<'_>, vector: &Json, out: &mut Map<String, Json>) -> Result<(), String> {
    let frame = frame(vector)?;
    let value = decode(def, &frame)?;
    if encode(def, &value)? == frame {
        return Err("the frame is canonical".to_owned());
    }
    let json = to_json(def, &value)?;
    if !vector["value"].is_null() && vector["value"] != json {
        return Err(format!("the frame's value is {json}"));
    }
    out.insert("value".to_owned(), json);
    out.insert("frame".to_owned(), hex::encode(&frame).into());
    out.insert("canonical".to_owned(), false.into());
    Ok(())
}

fn refused(
    def: &Def<'_>,
    vector: &Json,
    kind: &str,
    out: &mut Map<String, Json>,
) -> Result<(), String> {
    let frame = frame(vector)?;
    match value::decode(def, &frame) {
        Ok(value) => return Err(format!("it is not refused: {}", to_json(def, &value)?)),
        Err(error) if error.error.kind.name() != kind => {
            return Err(format!("refused as {:?}: {error}", error.error.kind.name()));
        }
        Err(_) => {}
    }
    out.insert("value".to_owned(), Json::Null);
    out.insert("frame".to_owned(), hex::encode(&frame).into());
    out.insert("canonical".to_owned(), false.into());
    out.insert("error".to_owned(), kind.into());
    Ok(())
}

fn frame(vector: &Json) -> Result<Vec<u8>, String> {
    let digits = vector["frame"].as_str().ok_or("no \"frame\"")?;
    hex::decode(digits).ok_or_else(|| "the frame is no hexadecimal".to_owned())
}

fn encode(def: &Def<'_>, value: &Value) -> Result<Vec<u8>, String> {
    value::encode(def, value).map_err(|error| error.to_string())
}

fn decode(def: &Def<'_>, frame: &[u8]) -> Result<Value, String> {
    value::decode(def, frame).map_err(|error| error.to_string())
}

fn to_json(def: &Def<'_>, value: &Value) -> Result<Json, String> {
    json::to_json(def, value).map_err(|error| error.to_string())
}

fn messages(schema: &Schema) -> impl Iterator<Item = TypeId> {
    let is_message = |id: &TypeId| matches!(schema.types[id.0].kind, TypeKind::Message(_));
    (0..schema.types.len()).map(TypeId).filter(is_message)
}

/// One line a member, so that a change of a vector is seen in a diff.
fn print(path: &str, schema: &Schema, vectors: &[Map<String, Json>]) -> String {
    let digests = messages(schema).map(|id| {
        format!("    {}: \"{}\"", quoted(&schema.qualified_name(id)), schema.types[id.0].digest)
    });
    let vectors = vectors.iter().map(|vector| {
        let members = vector.iter().map(|(key, value)| format!("      {}: {value}", quoted(key)));
        format!("    {{\n{}\n    }}", lines(members))
    });
    format!(
        "{{\n  \"schema\": {},\n  \"digests\": {{\n{}\n  }},\n  \"vectors\": [\n{}\n  ]\n}}\n",
        quoted(path),
        lines(digests),
        lines(vectors)
    )
}

fn lines(items: impl Iterator<Item = String>) -> String {
    items.collect::<Vec<_>>().join(",\n")
}

fn quoted(text: &str) -> String {
    Json::from(text).to_string()
}
