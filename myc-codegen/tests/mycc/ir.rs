//! `mycc ir`, and the JSON Schema that it keeps to.

use std::path::Path;

use serde_json::{Value as Json, json};

use crate::{POINT, folder, mycc};

/// What is wrong with a value by a JSON Schema, as far as ours uses the language.
pub(crate) fn faults(root: &Json, schema: &Json, value: &Json, at: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (key, rule) in schema.as_object().unwrap() {
        let is_right = match key.as_str() {
            "$ref" => {
                let target = root.pointer(rule.as_str().unwrap().trim_start_matches('#')).unwrap();
                found.extend(faults(root, target, value, at));
                true
            }
            "type" => match rule {
                Json::Array(types) => types.iter().any(|name| has_type(value, name)),
                name => has_type(value, name),
            },
            "const" => value == rule,
            "enum" => rule.as_array().unwrap().contains(value),
            "oneOf" => {
                let fits = |rule: &&Json| faults(root, rule, value, at).is_empty();
                rule.as_array().unwrap().iter().filter(fits).count() == 1
            }
            "required" => rule
                .as_array()
                .unwrap()
                .iter()
                .all(|name| value.get(name.as_str().unwrap()).is_some()),
            "properties" => {
                for (name, inner) in value.as_object().into_iter().flatten() {
                    match rule.get(name) {
                        Some(rule) => {
                            found.extend(faults(root, rule, inner, &format!("{at}.{name}")));
                        }
                        None => found.push(format!("{at}: `{name}` is not known")),
                    }
                }
                true
            }
            "items" => {
                for (index, inner) in value.as_array().into_iter().flatten().enumerate() {
                    found.extend(faults(root, rule, inner, &format!("{at}[{index}]")));
                }
                true
            }
            "minItems" => value.as_array().is_none_or(|a| a.len() as u64 >= rule.as_u64().unwrap()),
            "maxItems" => value.as_array().is_none_or(|a| a.len() as u64 <= rule.as_u64().unwrap()),
            "minProperties" | "maxProperties" => value.as_object().map(|o| o.len()) == Some(1),
            "additionalProperties" => rule == &json!(false),
            "$schema" | "$defs" | "title" | "description" => true,
            other => panic!("the test does not know `{other}`"),
        };
        if !is_right {
            found.push(format!("{at}: {key} {rule} does not hold for {value}"));
        }
    }
    found
}

fn has_type(value: &Json, name: &Json) -> bool {
    match name.as_str().unwrap() {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_u64() || value.is_i64(),
        "null" => value.is_null(),
        other => panic!("the test does not know the type `{other}`"),
    }
}

#[test]
fn all_schemas_keep_to_the_published_form() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let form = std::fs::read_to_string(root.join("docs/ir.schema.json")).unwrap();
    let form: Json = serde_json::from_str(&form).unwrap();
    for paths in [
        &["schemas/market.myc", "schemas/vectors"][..],
        &["schemas/mycelium"],
        &["myc-codegen/tests/rust"],
    ] {
        let text = mycc(&root, &[&["ir"], paths].concat()).ok();
        let ir: Json = serde_json::from_str(&text).unwrap();
        assert_eq!(faults(&form, &form, &ir, "$"), [""; 0]);
        let mut wrong = ir.clone();
        wrong["types"][0]["size"] = json!("8");
        assert_eq!(faults(&form, &form, &wrong, "$").len(), 1);
    }
}

#[test]
fn what_the_schema_says() {
    let dir = folder(&[("point.myc", POINT)]);
    let ir: Json = serde_json::from_str(&mycc(dir.path(), &["ir", "point.myc"]).ok()).unwrap();
    let types = ir["types"].as_array().unwrap();
    let point = types.iter().find(|ty| ty["name"] == "shapes.Point").unwrap();
    assert_eq!((&point["kind"], &point["id"]), (&json!("message"), &json!(7)));
    let y = &point["fields"][1];
    assert_eq!(y["type"], json!({ "kind": "i32" }));
    assert_eq!((&y["default"], &y["offset"]), (&json!({ "int": "-1" }), &json!(4)));
    let label = json!({ "kind": "optional", "item": { "kind": "string", "max": null } });
    assert_eq!(point["fields"][2]["type"], label);
    assert_eq!(
        ir["packages"][0]["items"],
        json!([{ "type": "shapes.Point" }, { "type": "shapes.Size" }])
    );
}

#[test]
fn hostile_schemas() {
    for bytes in [&b"\0"[..], b"\xff", &[b'('; 1 << 16], &vec![b' '; 2 << 20]] {
        let dir = folder(&[]);
        std::fs::write(dir.path().join("a.myc"), bytes).unwrap();
        mycc(dir.path(), &["ir", "a.myc"]).failed(1);
    }
}
