//! Names that are odd elsewhere: whatever they are, what comes out compiles.

use myc_codegen::import::Format;

use crate::{assert_compiles, import_one, notes};

/// Keywords, names that become one in another style, digits, letters of other scripts.
const ODD: &[&str] = &[
    "type",
    "Type",
    "TYPE",
    "_type",
    "type_",
    "message",
    "struct",
    "self",
    "Self",
    "SELF",
    "None",
    "none",
    "True",
    "true",
    "False",
    "unknown",
    "Unknown",
    "UNKNOWN",
    "fooBar",
    "FooBar",
    "foo_bar",
    "FOO_BAR",
    "foo__bar",
    "level1",
    "level_1",
    "Level1",
    "LEVEL_1",
    "HTTPServer",
    "HttpServer",
    "http_server",
    "_",
    "__",
    "_1",
    "_2fa",
    "a",
    "A",
    "a1b2",
    "a_1_b_2",
    "open",
    "closed",
    "enum",
    "flags",
    "union",
    "const",
    "package",
    "import",
    "reserved",
    "map",
    "uuid",
    "string",
    "bytes",
    "decimal",
    "timestamp",
    "match",
    "async",
    "def",
    "class",
    "val",
    "let",
    "from_frame",
    "x_n2",
    "x",
    "X",
    "X_N2",
    "unknown_value",
];

/// Names of YAML and XML may be any text.
const FOREIGN: &[&str] = &["größe", "価格", "a-b", "a.b", "a b", "1", "2fa", "e1", "💥", "'", "//"];

fn long() -> [String; 2] {
    ["x".repeat(300), format!("{}y", "x".repeat(299))]
}

/// Numbers from a seed: the same ones in each run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end
    }

    /// Some of these names, each once.
    fn some(&mut self, names: &[&str]) -> Vec<String> {
        let mut left: Vec<&str> = names.to_vec();
        let count = 1 + self.below(12);
        (0..count.min(left.len()))
            .map(|_| left.swap_remove(self.below(left.len())).to_owned())
            .collect()
    }
}

fn proto(numbers: &mut Numbers) -> String {
    let mut text = "syntax = \"proto3\";\n".to_owned();
    // Messages have other names than enums, as protobuf wants it.
    let names = numbers.some(ODD);
    for (index, name) in names.iter().enumerate() {
        if index % 3 == 2 {
            let members = numbers.some(ODD);
            let lines =
                members.iter().enumerate().map(|(value, name)| format!("{name} = {value};"));
            text.push_str(&format!("enum {name} {{ {} }}\n", lines.collect::<String>()));
            continue;
        }
        let enums: Vec<&String> = names.iter().skip(2).step_by(3).collect();
        let mut fields = String::new();
        for (number, field) in numbers.some(ODD).iter().enumerate() {
            let number = number + 1;
            fields.push_str(&match (number % 4, enums.first()) {
                (1, Some(ty)) => format!(".{ty} {field} = {number};"),
                (2, _) => format!("oneof {field} {{ int32 {field}_a = {number}; }}"),
                (3, _) => format!("map<string, bytes> {field} = {number};"),
                _ => format!("optional string {field} = {number};"),
            });
        }
        text.push_str(&format!("message {name} {{ message {name} {{}} {fields} }}\n"));
    }
    text
}

fn sbe(numbers: &mut Numbers) -> String {
    let all: Vec<&str> = ODD.iter().chain(FOREIGN).copied().collect();
    let mut types = String::new();
    for (index, name) in numbers.some(&all).iter().enumerate() {
        let parts = numbers.some(&all);
        let list = |tag: &str, attributes: &str| -> String {
            let line = |(value, name): (usize, &String)| {
                let value = if tag == "type" { String::new() } else { value.to_string() };
                format!("<{tag} name=\"{name}\"{attributes}>{value}</{tag}>")
            };
            parts.iter().take(8).enumerate().map(line).collect()
        };
        types.push_str(&match index % 3 {
            0 => format!(
                "<enum name=\"{name}\" encodingType=\"uint8\">{}</enum>",
                list("validValue", "")
            ),
            1 => {
                format!("<set name=\"{name}\" encodingType=\"uint8\">{}</set>", list("choice", ""))
            }
            _ => {
                let parts = list("type", " primitiveType=\"int8\"");
                format!("<composite name=\"{name}\">{parts}</composite>")
            }
        });
    }
    let mut messages = String::new();
    for (id, name) in numbers.some(&all).iter().enumerate() {
        let fields: String = numbers
            .some(&all)
            .iter()
            .map(|name| {
                format!("<group name=\"{name}\"><field name=\"{name}\" type=\"int8\"/></group>")
            })
            .collect();
        messages
            .push_str(&format!("<message name=\"{name}\" id=\"{}\">{fields}</message>", id + 1));
    }
    format!(
        "<messageSchema package=\"odd.Package-1\"><types>{types}</types>{messages}</messageSchema>"
    )
}

fn contracts(numbers: &mut Numbers) -> String {
    let all: Vec<&str> = ODD.iter().chain(FOREIGN).copied().collect();
    let mut text = "messages:\n".to_owned();
    for (id, name) in numbers.some(&all).iter().enumerate() {
        let domain = numbers.some(&all).remove(0);
        text.push_str(&format!(
            "  \"{name}\":\n    tlv_type: {}\n    domain: \"{domain}\"\n    fields:\n",
            id + 1
        ));
        for field in numbers.some(&all) {
            text.push_str(&format!("      \"{field}\": u64\n"));
        }
    }
    text
}

#[test]
fn odd_names_compile() {
    let mut numbers = Numbers(7);
    for _ in 0..150 {
        for (format, text) in [
            (Format::Proto, proto(&mut numbers)),
            (Format::Sbe, sbe(&mut numbers)),
            (Format::Contracts, contracts(&mut numbers)),
        ] {
            let imported = import_one(format, "in/odd.txt", text.as_bytes());
            assert_compiles(&imported.unwrap_or_else(|error| panic!("{error}\n{text}")).files);
        }
    }
}

#[test]
fn odd_names_of_ros_compile() {
    let fields: String = ODD.iter().map(|name| format!("int8 {name}\nint8 {name}=1\n")).collect();
    for name in ["Self", "None", "type", "HTTPServer", "_", "1"] {
        let imported =
            import_one(Format::Ros, &format!("Odd-Package/msg/{name}.msg"), fields.as_bytes());
        let imported = imported.unwrap();
        assert_compiles(&imported.files);
        assert!(notes(&imported).contains("which is taken"));
    }
}

#[test]
fn long_names_are_cut_and_stay_distinct() {
    let [first, second] = long();
    let text = format!("messages:\n  {first}: {{ tlv_type: 1 }}\n  {second}: {{ tlv_type: 2 }}\n");
    let imported = import_one(Format::Contracts, "long.yaml", text.as_bytes()).unwrap();
    assert_compiles(&imported.files);
    assert_eq!(imported.notes.len(), 2, "{}", notes(&imported));
}

#[test]
fn many_names_that_become_one_are_numbered() {
    const COUNT: u32 = 20_000;
    // Letters of another script are not carried over, so all are called `a`.
    let letter = |index: u32| char::from_u32(0x4e00 + index).unwrap();
    let value = |index| format!("<validValue name=\"a{}\">{index}</validValue>", letter(index));
    let values: String = (0..COUNT).map(value).collect();
    let text = format!(
        "<messageSchema><types><enum name=\"E\" encodingType=\"uint16\">{values}</enum></types>\
         </messageSchema>"
    );
    let imported = import_one(Format::Sbe, "in/many.xml", text.as_bytes()).unwrap();
    let names: Vec<&str> = imported.files[0].contents.lines().skip(4).collect();
    assert_eq!(names[..3], ["    a = 0,", "    a_n2 = 1,", "    a_n3 = 2,"]);
    assert_eq!(names[19_999..], ["    a_n20000 = 19999,", "}"]);
}

#[test]
fn numbers_go_around_names_that_have_them() {
    let names = ["x n2", "x-n3", "x", "x_", "x__", "x_n2", "unknown", "unknown_value", "Unknown"];
    let value = |(index, name)| format!("<validValue name=\"{name}\">{index}</validValue>");
    let values: String = names.iter().enumerate().map(value).collect();
    let text = format!(
        "<messageSchema><types><enum name=\"E\" encodingType=\"uint8\">{values}</enum></types>\
         </messageSchema>"
    );
    let imported = import_one(Format::Sbe, "in/many.xml", text.as_bytes()).unwrap();
    let names: Vec<&str> = imported.files[0]
        .contents
        .lines()
        .filter_map(|line| line.trim().split_once(" = ").map(|(name, _)| name))
        .collect();
    assert_eq!(
        names,
        [
            "x_n2",
            "x_n3",
            "x",
            "x_n4",
            "x_n5",
            "x_n2_n2",
            "unknown_value",
            "unknown_value_n2",
            "unknown_value_n3"
        ]
    );
}

#[test]
fn texts_that_cannot_be_seen_are_escaped() {
    let text = "string turned=\"a\u{202e}b\u{feff}\u{2069}\"\nuint8[] bytes [1, 171]\n";
    let imported = import_one(Format::Ros, "a_msgs/msg/Odd.msg", text.as_bytes()).unwrap();
    assert_compiles(&imported.files);
    let text = &imported.files[0].contents;
    assert!(text.contains(r#"= "a\u{202e}b\u{feff}\u{2069}";"#), "{text}");
    assert!(text.contains(r#"bytes: bytes = "01ab","#), "{text}");
}
