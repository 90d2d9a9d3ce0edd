//! Enums as variants, flags as sets.

use myc_schema::schema::{Enum, Flags, Member, Repr, Ty};

use super::compare::Comparison;
use super::docs::comment;
use super::expr::{Expr, atom, call, label, string};
use super::json::{name_label, reader_definition};
use super::literal::int64;
use super::print::{definition, inlined};
use super::read::carrier;
use super::record::{beside, text_functions};
use super::types::Place;
use super::types::Types;
use crate::names;

/// What modules of flags have beside their members.
const TAKEN: &[&str] = &[
    "compare",
    "diff",
    "empty",
    "equal",
    "inter",
    "is_empty",
    "mem",
    "named",
    "json_reader",
    "load",
    "names",
    "of_bits",
    "of_json",
    "of_json_value",
    "of_list",
    "pp",
    "store",
    "to_bits",
    "to_json",
    "union",
    "write_json",
];

/// Definitions and declarations of an enum.
pub(super) fn lower_enum(
    code: &Types<'_>,
    face: &Types<'_>,
    declared: &Enum,
    name: &str,
) -> (Vec<String>, Vec<String>) {
    let code = &code.within(declared.members.iter().map(constructor));
    let number = Number::of(code, declared.repr);
    let mut implementation = vec![
        type_definition(code, declared),
        of_number(code, declared, &number),
        to_number(code, declared, &number),
        to_string(declared, &number),
        comparison(code, declared, &number, Comparison::Equal),
        comparison(code, declared, &number, Comparison::Compare),
        write_json(code, declared, &number),
        json_reader(code, declared, &number, name),
    ];
    implementation.extend(text_functions(code));
    implementation.push(load(code, declared, &number));
    implementation.push(store(code, declared.repr, &format!("({} t)", number.to)));
    (implementation, enum_interface(face, declared))
}

/// How a carrying integer is held.
struct Number {
    /// Its type.
    ty: String,
    /// Function from it, `of_int`.
    of: &'static str,
    /// Function to it, `to_int`.
    to: &'static str,
    /// What its patterns match: `n`, or the bits of it.
    scrutinee: String,
    /// Prints it.
    json: String,
    is_wide: bool,
}

impl Number {
    fn of(types: &Types<'_>, repr: Repr) -> Number {
        let (of, to) = match repr {
            Repr::I64 => ("of_int64", "to_int64"),
            Repr::U64 => ("of_u64", "to_u64"),
            _ => ("of_int", "to_int"),
        };
        let scrutinee = match repr {
            Repr::U64 => format!("{} n", types.wire("U64.to_bits")),
            _ => "n".to_owned(),
        };
        let json = match repr {
            Repr::I64 | Repr::U64 => types.wire_in("Json", repr.name()),
            _ => types.wire("Json.int"),
        };
        let is_wide = matches!(repr, Repr::I64 | Repr::U64);
        Number { ty: types.text(&Ty::Int(repr)), of, to, scrutinee, json, is_wide }
    }

    fn pattern(&self, value: i128) -> String {
        if self.is_wide { format!("{}L", value as i64) } else { value.to_string() }
    }
}

fn constructor(member: &Member) -> String {
    names::ocaml_constructor(&member.name)
}

fn type_definition(types: &Types<'_>, declared: &Enum) -> String {
    let mut cases: Vec<String> = declared.members.iter().map(constructor).collect();
    if declared.open {
        cases.push(format!("Unknown of {}", types.text(&Ty::Int(declared.repr))));
    }
    let flat = format!("type t = {}", cases.join(" | "));
    if flat.len() + 2 <= super::print::WIDTH {
        return flat;
    }
    format!("type t =\n    | {}", cases.join("\n    | "))
}

fn enum_interface(face: &Types<'_>, declared: &Enum) -> Vec<String> {
    let number = Number::of(face, declared.repr);
    let mut text = String::from("type t =");
    for member in &declared.members {
        let line = format!("| {}", constructor(member));
        let docs = comment(&member.docs, member.deprecated.as_deref(), 8);
        text.push_str(&format!("\n    {line}{}", beside(&line, &docs, 4)));
    }
    let of = if declared.open {
        let line = format!("| Unknown of {}", number.ty);
        text.push_str(&format!("\n    {line}  (** A value that this version does not name. *)"));
        format!("val {} : {} -> t", number.of, number.ty)
    } else {
        format!("val {} : {} -> t option", number.of, number.ty)
    };
    vec![
        text,
        of,
        format!("val {} : t -> {}", number.to, number.ty),
        "(** The member's name in the schema. *)\n  val to_string : t -> string".to_owned(),
        "include Mycelium_wire.Value.S with type t := t".to_owned(),
        "(**/**)".to_owned(),
        "include Mycelium_wire.Codec.ENUM with type t := t".to_owned(),
    ]
}

/// Members up to which a conversion is a few instructions.
const FEW: usize = 8;

/// A function between a variant and its number: what is small goes where it is needed.
fn conversion(declared: &Enum, head: &str, body: Expr) -> String {
    let definition = definition(head, &body, 2);
    match declared.members.len() <= FEW {
        true => inlined(definition),
        false => definition,
    }
}

fn of_number(types: &Types<'_>, declared: &Enum, number: &Number) -> String {
    let result = |name: String| match declared.open {
        true => atom(name),
        false => call(types.option("Some"), [atom(name)]),
    };
    let mut cases: Vec<(String, Expr)> = declared
        .members
        .iter()
        .map(|member| (number.pattern(member.value), result(constructor(member))))
        .collect();
    let otherwise = match declared.open {
        true => call("Unknown", [atom("n")]),
        false => atom(types.option("None")),
    };
    cases.push(("_".to_owned(), otherwise));
    conversion(declared, &format!("{} n", number.of), Expr::Match(number.scrutinee.clone(), cases))
}

fn to_number(types: &Types<'_>, declared: &Enum, number: &Number) -> String {
    let value = |value: i128| match declared.repr {
        Repr::I64 => int64(value as i64),
        Repr::U64 => format!("{} {}", types.wire("U64.of_bits"), int64(value as i64)),
        _ => value.to_string(),
    };
    let mut cases: Vec<(String, Expr)> = declared
        .members
        .iter()
        .map(|member| (constructor(member), atom(value(member.value))))
        .collect();
    if declared.open {
        cases.push(("Unknown n".to_owned(), atom("n")));
    }
    conversion(declared, &format!("{} t", number.to), Expr::Match("t".to_owned(), cases))
}

fn to_string(declared: &Enum, number: &Number) -> String {
    let mut cases: Vec<(String, Expr)> = declared
        .members
        .iter()
        .map(|member| (constructor(member), atom(string(&member.name))))
        .collect();
    if declared.open {
        let wire = number.json.split('.').next().unwrap_or_default();
        let text = call(format!("{wire}.Json.to_string"), [atom(number.json.clone()), atom("n")]);
        cases.push(("Unknown n".to_owned(), text));
    }
    definition("to_string t", &Expr::Match("t".to_owned(), cases), 2)
}

fn comparison(types: &Types<'_>, declared: &Enum, number: &Number, how: Comparison) -> String {
    let (a, b) = (format!("({} a)", number.to), format!("({} b)", number.to));
    let body = types.compare_values(&Ty::Int(declared.repr), how, a, b);
    definition(&format!("{} a b", how.function()), &body, 2)
}

fn write_json(types: &Types<'_>, declared: &Enum, number: &Number) -> String {
    let named = call(types.wire("Json.string"), [atom("out"), atom("(to_string t)")]);
    let body = if declared.open {
        let unknown = call(number.json.clone(), [atom("out"), atom("n")]);
        Expr::Match(
            "t".to_owned(),
            vec![("Unknown n".to_owned(), unknown), ("_".to_owned(), named)],
        )
    } else {
        named
    };
    definition("write_json out t", &body, 2)
}

fn json_reader(types: &Types<'_>, declared: &Enum, number: &Number, name: &str) -> String {
    let pair = |member: &Member| format!("({}, {})", string(&member.name), constructor(member));
    let members = declared.members.iter().map(pair).collect();
    let function = if declared.open { "Json_reader.open_enum" } else { "Json_reader.closed_enum" };
    let arguments = vec![
        name_label(name),
        Expr::Items(["[", "]"], members),
        types.json_reader(&Ty::Int(declared.repr)),
        atom(number.of),
    ];
    reader_definition(types.wire(function), arguments)
}

/// `load`, which reads one from a string.
fn load(types: &Types<'_>, declared: &Enum, number: &Number) -> String {
    let read = carrier(types, declared.repr);
    if declared.open {
        return inlined(definition("load ~field:_ src at", &call(number.of, [read]), 2));
    }
    let print = label("print", atom(number.json.clone()));
    let refuse =
        call(types.wire("Reader.bad_enum"), [atom("at"), atom("n"), print, atom("~field")]);
    let members = declared.members.iter();
    let mut cases: Vec<(String, Expr)> =
        members.map(|member| (number.pattern(member.value), atom(constructor(member)))).collect();
    cases.push(("_".to_owned(), refuse));
    let body = super::expr::bind("n", read, Expr::Match(number.scrutinee.clone(), cases));
    inlined(definition("load ~field src at", &body, 2))
}

/// `store`, which writes one.
fn store(types: &Types<'_>, repr: Repr, value: &str) -> String {
    let mut arguments = vec![atom("dst"), atom("at"), atom(value.to_owned())];
    let head = match repr {
        Repr::I64 | Repr::U64 => "store ~field:_ dst at t",
        _ => {
            arguments.push(atom("~field"));
            "store ~field dst at t"
        }
    };
    inlined(definition(head, &call(types.wire_in("Writer", repr.name()), arguments), 2))
}

/// Definitions and declarations of flags.
pub(super) fn lower_flags(
    code: &Types<'_>,
    flags: &Flags,
    name: &str,
) -> (Vec<String>, Vec<String>) {
    let is_wide = flags.repr == Repr::U64;
    let set = if is_wide { "Large" } else { "Small" };
    let mut implementation = vec![format!("include {}.Flags.{set}", code.wire)];
    for member in &flags.members {
        implementation.push(format!("let {} = {}", flag(member), bit(code, is_wide, member)));
    }
    implementation.push(named(code, flags, is_wide));
    let wide = |value: &str| match is_wide {
        true => value.to_owned(),
        false => format!("({}.Flags.small {value})", code.wire),
    };
    implementation.push(format!(
        "let names t =\n    let names, _ = {}.Flags.names named {} in\n    names",
        code.wire,
        wide("t")
    ));
    implementation.push(format!(
        "let write_json out t = {}.Json.flags named out {}",
        code.wire,
        wide("t")
    ));
    let function = if is_wide { "Json_reader.large_flags" } else { "Json_reader.small_flags" };
    let bits = code.json_reader(&Ty::Int(flags.repr));
    let arguments = vec![name_label(name), atom("named"), bits];
    implementation.push(reader_definition(code.wire(function), arguments));
    implementation.extend(text_functions(code));
    implementation.push(inlined(definition("load src at", &carrier(code, flags.repr), 2)));
    let write = code.write(&Ty::Int(flags.repr), Place(0), "t", name);
    implementation.push(inlined(definition("store dst at t", &write, 2)));
    (implementation, flags_interface(flags))
}

fn flags_interface(flags: &Flags) -> Vec<String> {
    let bits = if flags.repr == Repr::U64 { "Mycelium_wire.U64.t" } else { "int" };
    let mut interface = vec![format!("include Mycelium_wire.Flags.S with type bits = {bits}")];
    for member in &flags.members {
        let docs = comment(&member.docs, member.deprecated.as_deref(), 2);
        let line = format!("val {} : t", flag(member));
        interface.push(if docs.is_empty() { line } else { format!("{docs}\n  {line}") });
    }
    interface.push(
        "(** Names in the schema of the bits that have one, ascending by bit. *)\n  \
         val names : t -> string list"
            .to_owned(),
    );
    interface.push("include Mycelium_wire.Value.S with type t := t".to_owned());
    interface.push("(**/**)".to_owned());
    interface.push("include Mycelium_wire.Codec.FLAGS with type t := t".to_owned());
    interface
}

fn flag(member: &Member) -> String {
    let name = names::ocaml_name(&member.name);
    if TAKEN.contains(&name.as_str()) { format!("{name}_") } else { name }
}

fn bit(types: &Types<'_>, is_wide: bool, member: &Member) -> String {
    let value = 1u64 << (member.value.clamp(0, 63) as u32);
    match is_wide {
        true => format!("{}.U64.of_bits 0x{value:x}L", types.wire),
        false => format!("0x{value:x}"),
    }
}

fn named(types: &Types<'_>, flags: &Flags, is_wide: bool) -> String {
    let mut members: Vec<&Member> = flags.members.iter().collect();
    members.sort_by_key(|member| member.value);
    let pairs: Vec<String> = members
        .into_iter()
        .map(|member| {
            let value = match is_wide {
                true => flag(member),
                false => format!("{}.Flags.small {}", types.wire, flag(member)),
            };
            format!("({}, {value})", string(&member.name))
        })
        .collect();
    let flat = format!("let named = [ {} ]", pairs.join("; "));
    if flat.len() + 2 <= super::print::WIDTH {
        return flat;
    }
    format!("let named =\n    [\n      {};\n    ]", pairs.join(";\n      "))
}
