//! Random messages, random edits of a known kind: the verdict is the one that the edit calls for, and
//! real values written by one version and read by the other bear it out.

use myc_schema::{Arena, Memory, SourceSet, Version, breaking, compile};
use mycelium_wire::reflect::Def;
use mycelium_wire::value::{Value, decode, encode};
use proptest::prelude::*;

/// Types that fields are made of; the enum, the unions and the inner message may be edited.
const TYPES: [&str; 15] = [
    "u8",
    "i64",
    "f64",
    "string",
    "string<5>",
    "[u16]",
    "[Level; ..3]",
    "u32?",
    "Venue",
    "Side",
    "Event",
    "Inner",
    "Inner?",
    "uuid",
    "map<u8, string>",
];

/// Those that a default can be given to.
const DEFAULTS: [(&str, &str); 8] = [
    ("u8", "7"),
    ("string", "\"none\""),
    ("i64", "-1"),
    ("Venue", "first"),
    ("[u16]", "[1, 2]"),
    ("Level", "{ price: 3, count: 4 }"),
    ("map<u8, string>", "{ 1: \"a\" }"),
    ("[Level; ..3]", "[{ price: 3, count: 4 }]"),
];

/// A version of the schema, before it is text.
#[derive(Debug, Clone)]
struct Model {
    /// Name, type and default.
    fields: Vec<(String, &'static str, Option<&'static str>)>,
    venue: &'static str,
    side: &'static str,
    event: &'static str,
    inner: &'static str,
}

impl Model {
    fn new(types: &[usize]) -> Model {
        let fields = types.iter().enumerate();
        Model {
            fields: fields.map(|(i, ty)| (format!("f{i}"), TYPES[*ty], None)).collect(),
            venue: "",
            side: "",
            event: "",
            inner: "",
        }
    }

    fn text(&self) -> String {
        let field = |(name, ty, default): &(String, &str, Option<&str>)| {
            let default = default.map(|value| format!(" = {value}")).unwrap_or_default();
            format!("    {name}: {ty}{default},\n")
        };
        let fields: String = self.fields.iter().map(field).collect();
        let Model { venue, side, event, inner, .. } = self;
        format!(
            "package test;\n\
             struct Level {{ price: i64, count: u16 }}\n\
             open enum Venue: u8 {{ first = 1{venue} }}\n\
             closed enum Side: u8 {{ buy = 1{side} }}\n\
             open union Event {{ level: Level = 1{event} }}\n\
             message Inner = 2 {{ id: u32, name: string{inner} }}\n\
             message Outer = 1 {{\n{fields}}}\n"
        )
    }
}

/// What is changed, and where the place matters: in which field.
#[derive(Debug, Clone)]
enum Edit {
    AppendOptional(usize),
    AppendDefault(usize),
    GrowVenue,
    GrowEvent,
    GrowInner,
    AppendRequired(usize),
    GrowSide,
    Remove(usize),
    Rename(usize),
    RenameKept(usize),
    Constrain(usize),
    Measure(usize),
    Swap(usize),
    Insert(usize),
    Retype(usize),
}

impl Edit {
    /// Makes the edit; what it breaks, if anything.
    fn apply(&self, model: &mut Model) -> Option<&'static str> {
        let last = model.fields.len() - 1;
        let fields = &mut model.fields;
        match *self {
            Edit::AppendOptional(i) => {
                let optional = ["u8?", "string?", "Level?", "Inner?", "Event?"];
                fields.push(("new".into(), optional[i % optional.len()], None));
                None
            }
            Edit::AppendDefault(i) => {
                let (ty, default) = DEFAULTS[i % DEFAULTS.len()];
                fields.push(("new".into(), ty, Some(default)));
                None
            }
            Edit::GrowVenue => {
                model.venue = ", second = 2";
                None
            }
            Edit::GrowEvent => {
                model.event = ", words: [string] = 9";
                None
            }
            Edit::GrowInner => {
                model.inner = ", more: [u16]?, number: u8 = 3";
                None
            }
            Edit::AppendRequired(i) => {
                let required = ["u8", "string", "Level", "Inner"];
                fields.push(("new".into(), required[i % required.len()], None));
                Some("field-appended-required")
            }
            Edit::GrowSide => {
                model.side = ", sell = 2";
                Some("member-added-to-closed")
            }
            Edit::Remove(i) => {
                fields.remove(i % (last + 1));
                Some("field-removed")
            }
            Edit::Rename(i) => {
                fields[i % (last + 1)].0 = "renamed".into();
                Some("field-renamed")
            }
            Edit::RenameKept(i) => {
                let field = &mut fields[i % (last + 1)];
                field.0 = format!("@was(\"{}\") renamed", field.0);
                None
            }
            Edit::Constrain(i) => {
                fields[i % (last + 1)].1 = "u8";
                fields[i % (last + 1)].0.insert_str(0, "@range(200..=201) ");
                Some("field-constraint-tightened")
            }
            Edit::Measure(i) => {
                fields[i % (last + 1)].1 = "f64";
                fields[i % (last + 1)].0.insert_str(0, "@unit(\"bps\") ");
                Some("field-unit-changed")
            }
            Edit::Swap(i) => {
                fields.swap(i % last, i % last + 1);
                Some("field-reordered")
            }
            Edit::Insert(i) => {
                fields.insert(i % (last + 1), ("new".into(), "u8?", None));
                Some("field-inserted")
            }
            Edit::Retype(i) => {
                let field = &mut fields[i % (last + 1)];
                field.1 = if field.1 == "bool" { "u8" } else { "bool" };
                Some("field-retyped")
            }
        }
    }
}

fn edits() -> impl Strategy<Value = Edit> {
    prop_oneof![
        any::<usize>().prop_map(Edit::AppendOptional),
        any::<usize>().prop_map(Edit::AppendDefault),
        Just(Edit::GrowVenue),
        Just(Edit::GrowEvent),
        Just(Edit::GrowInner),
        any::<usize>().prop_map(Edit::AppendRequired),
        Just(Edit::GrowSide),
        any::<usize>().prop_map(Edit::Remove),
        any::<usize>().prop_map(Edit::Rename),
        any::<usize>().prop_map(Edit::RenameKept),
        any::<usize>().prop_map(Edit::Constrain),
        any::<usize>().prop_map(Edit::Measure),
        any::<usize>().prop_map(Edit::Swap),
        any::<usize>().prop_map(Edit::Insert),
        any::<usize>().prop_map(Edit::Retype),
    ]
}

fn defs<'a>(arena: &'a Arena, model: &Model) -> Vec<&'a Def<'a>> {
    let files = Memory::new().file("test.myc", model.text());
    let (schema, diagnostics) = compile(&SourceSet::new(files).root("test.myc"));
    let schema = schema.unwrap_or_else(|| {
        panic!("{}{}", diagnostics.render(myc_schema::Format::Line), model.text())
    });
    schema.reflect_all(arena)
}

fn version<'v, 'a>(defs: &'v [&'a Def<'a>]) -> Version<'v, 'a> {
    Version { defs, reserved: &[] }
}

fn outer<'a>(defs: &[&'a Def<'a>]) -> &'a Def<'a> {
    defs.iter().find(|def| def.name == "Outer").expect("it is declared")
}

/// A value of a message of this model, made of a seed. It uses what the model has grown.
fn outer_value(model: &Model, seed: u64) -> Value {
    let fields = model.fields.iter().enumerate();
    Value::Fields(
        fields.map(|(i, (_, ty, _))| value(model, ty, seed.rotate_left(i as u32 * 7))).collect(),
    )
}

fn value(model: &Model, ty: &str, seed: u64) -> Value {
    let text = |max: u64| Value::Text("x".repeat((seed % (max + 1)) as usize));
    let items = |max: u64, item: &dyn Fn(u64) -> Value| {
        Value::Items((0..seed % (max + 1)).map(|i| item(seed / 7 + i)).collect())
    };
    match ty {
        "bool" => Value::Bool(seed & 1 == 1),
        "u8" => Value::Int((seed & 0xff).into()),
        "i64" => Value::Int((seed as i64).into()),
        "f64" => Value::F64(seed as f64),
        "string" => text(20),
        "string<5>" => text(5),
        "[u16]" => items(5, &|n| Value::Int((n & 0xffff).into())),
        "[string]" => items(3, &|n| value(model, "string", n)),
        "[Level; ..3]" => items(3, &|n| value(model, "Level", n)),
        "Level" => Value::Fields(vec![value(model, "i64", seed), Value::Int(5)]),
        "Venue" if !model.venue.is_empty() => Value::Int(2),
        "Side" if !model.side.is_empty() => Value::Int(2),
        "Venue" | "Side" => Value::Int(1),
        "Event" if !model.event.is_empty() => arm(9, value(model, "[string]", seed)),
        "Event" => arm(1, value(model, "Level", seed)),
        "Inner" => {
            let mut fields = vec![Value::Int((seed & 0xffff).into()), text(4)];
            if !model.inner.is_empty() {
                fields.extend([value(model, "[u16]", seed), Value::Int(8)]);
            }
            Value::Fields(fields)
        }
        "uuid" => Value::Uuid(mycelium_wire::Uuid::from_bytes([seed as u8; 16])),
        "map<u8, string>" => {
            let pair = |key: u64| {
                Value::Items(vec![Value::Int(key.into()), value(model, "string", seed + key)])
            };
            Value::Items((0..seed % 4).map(pair).collect())
        }
        "u32?" if seed & 1 == 1 => Value::Int((seed & 0xffff).into()),
        optional if seed & 1 == 1 => value(model, optional.trim_end_matches('?'), seed),
        _ => Value::Absent,
    }
}

fn arm(tag: u16, value: Value) -> Value {
    Value::Arm { tag, value: Box::new(value) }
}

fn fields(value: &Value) -> &[Value] {
    let Value::Fields(fields) = value else { panic!("{value:?}") };
    fields
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn verdicts_are_borne_out_by_values(
        types in prop::collection::vec(0..TYPES.len(), 2..7),
        edit in edits(),
        seed in any::<u64>(),
    ) {
        let mut before = Model::new(&types);
        // A constraint or unit that is new needs a field of its type before.
        let place = |i: usize| i % types.len();
        match edit {
            Edit::Constrain(i) => before.fields[place(i)].1 = "u8",
            Edit::Measure(i) => before.fields[place(i)].1 = "f64",
            _ => {}
        }
        let mut after = before.clone();
        let rule = edit.apply(&mut after);
        let arena = Arena::new();
        let (old_defs, new_defs) = (defs(&arena, &before), defs(&arena, &after));
        let (old, new) = (outer(&old_defs), outer(&new_defs));
        let breaks = breaking(version(&old_defs), version(&new_defs));
        let found: Vec<&str> = breaks.iter().map(|found| found.rule.id).collect();

        let (old_value, mut new_value) = (outer_value(&before, seed), outer_value(&after, seed));
        if let (Edit::Constrain(i), Value::Fields(fields)) = (&edit, &mut new_value) {
            fields[place(*i)] = Value::Int(200);
        }
        let old_bytes = encode(old, &old_value).expect("the value fits");
        let new_bytes = encode(new, &new_value).expect("the value fits");
        prop_assert_eq!(&decode(old, &old_bytes).expect("its own"), &old_value);
        prop_assert_eq!(&decode(new, &new_bytes).expect("its own"), &new_value);

        let Some(rule) = rule else {
            prop_assert!(found.is_empty(), "{:?} gives {:?}", edit, found);
            // The new version reads all that the old one wrote.
            let read = decode(new, &old_bytes).expect("new reads old");
            if !matches!(edit, Edit::GrowInner) {
                prop_assert_eq!(&fields(&read)[..types.len()], fields(&old_value));
            }
            // The old one reads what the new one wrote: all fields that it knows.
            let read = decode(old, &new_bytes).expect("old reads new");
            prop_assert_eq!(fields(&read).len(), types.len());
            if matches!(edit, Edit::GrowEvent | Edit::GrowVenue) {
                // Values that it does not know it keeps, and writes back as they were.
                let again = encode(old, &read).expect("what was read can be written");
                prop_assert_eq!(again, new_bytes);
            } else if !matches!(edit, Edit::GrowInner) {
                prop_assert_eq!(fields(&read), &fields(&new_value)[..types.len()]);
            }
            return Ok(());
        };
        // Neighbours of one type and a new name may be told apart in two ways; both break.
        prop_assert!(found.contains(&rule), "{:?} gives {:?}", edit, found);
        let uses = |ty: &str| before.fields.iter().any(|field| field.1 == ty);
        match edit {
            Edit::AppendRequired(_) => prop_assert!(decode(new, &old_bytes).is_err()),
            Edit::GrowSide if uses("Side") => prop_assert!(decode(old, &new_bytes).is_err()),
            Edit::Constrain(i) => {
                // What the old version wrote is refused where it is not within the range.
                let is_kept = matches!(fields(&old_value)[place(i)], Value::Int(200 | 201));
                prop_assert_eq!(decode(new, &old_bytes).is_ok(), is_kept);
                prop_assert_eq!(&decode(old, &new_bytes).expect("nothing is held there"), &new_value);
            }
            // Neither a name nor a unit is a byte.
            Edit::Rename(_) | Edit::Measure(_) => prop_assert_eq!(decode(new, &old_bytes).expect("same"), old_value),
            // Whatever else was changed: an error or another value, and never more.
            _ => {
                let _ = (decode(new, &old_bytes), decode(old, &new_bytes));
            }
        }
    }
}
