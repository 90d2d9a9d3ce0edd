//! A schema with types of every shape, made of one seed.

use std::fmt::Write;
use std::ops::RangeInclusive;

use mycelium_wire::reflect::MAX_TUPLE_ITEMS;

use crate::splitmix64;

/// How many named types of each kind there are.
const PER_KIND: usize = 12;
const MESSAGES: usize = 40;
/// Items of tuples that have messages of their own.
const WIDE_TUPLES: RangeInclusive<usize> = 5..=MAX_TUPLE_ITEMS;

/// The schema's text.
pub(crate) fn schema() -> String {
    let mut maker = Maker {
        state: 0x6d79_6365_6c69_756d,
        inline: Vec::new(),
        keys: Vec::new(),
        all: Vec::new(),
    };
    let mut text = "package random;\nclosed enum Side: u8 { buy = 1, sell = 2 }\n".to_owned();
    for number in 0..PER_KIND {
        text += &maker.an_enum(number);
        text += &maker.flags(number);
        text += &maker.a_struct(number);
        text += &maker.plain(number);
        text += &maker.union(number);
        text += &maker.message(number);
    }
    for number in PER_KIND..MESSAGES {
        text += &maker.message(number);
    }
    for items in WIDE_TUPLES {
        text += &maker.wide(items);
    }
    text
}

/// Makes declarations that use those made before.
struct Maker {
    state: u64,
    /// Types of which bounded lists and arrays are made: small ones.
    inline: Vec<String>,
    /// Types that keys may have.
    keys: Vec<String>,
    all: Vec<String>,
}

const INTEGERS: [&str; 8] = ["u8", "i8", "u16", "i16", "u32", "i32", "u64", "i64"];
const SCALARS: [&str; 20] = [
    "bool",
    "u8",
    "i8",
    "u16",
    "i16",
    "u32",
    "i32",
    "u64",
    "i64",
    "u128",
    "i128",
    "u256",
    "f32",
    "f64",
    "timestamp",
    "duration",
    "uuid",
    "decimal<0>",
    "decimal<8>",
    "decimal<18>",
];
const WIDE: [&str; 6] = ["u64", "i64", "f64", "timestamp", "duration", "decimal<8>"];

impl Maker {
    /// A number below `most`.
    fn below(&mut self, most: usize) -> usize {
        (splitmix64::next(&mut self.state) % most as u64) as usize
    }

    fn one_of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len())]
    }

    fn made(&mut self, from: fn(&Maker) -> &Vec<String>) -> Option<String> {
        let most = from(self).len();
        (most > 0).then(|| {
            let index = self.below(most);
            from(self)[index].clone()
        })
    }

    fn a_type(&mut self, depth: usize) -> String {
        match self.below(if depth == 0 { 7 } else { 14 }) {
            0..=2 => self.one_of(&SCALARS).to_owned(),
            3 => self.one_of(&["string", "bytes"]).to_owned(),
            4 => format!(
                "{}<{}>",
                self.one_of(&["string", "bytes"]),
                [1, 3, 7, 16, 70, 300][self.below(6)]
            ),
            5 | 6 => self.made(|maker| &maker.all).unwrap_or_else(|| "u8".to_owned()),
            7 => format!("[{}; {}]", self.small(), 1 + self.below(4)),
            8 => format!("[{}; ..{}]", self.small(), [1, 2, 5, 300][self.below(4)]),
            9 | 10 => format!("[{}]", self.a_type(depth - 1)),
            11 => format!("map<{}, {}>", self.key(), self.a_type(depth - 1)),
            12 => {
                let items: Vec<String> =
                    (0..2 + self.below(3)).map(|_| self.a_type(depth - 1)).collect();
                format!("({})", items.join(", "))
            }
            _ => {
                let item = self.a_type(depth - 1);
                if item.ends_with('?') { item } else { format!("{item}?") }
            }
        }
    }

    /// A type of which several may lie side by side.
    fn small(&mut self) -> String {
        match self.below(4) {
            0 => self.made(|maker| &maker.inline).unwrap_or_else(|| "bool".to_owned()),
            1 => "string".to_owned(),
            _ => self.one_of(&SCALARS).to_owned(),
        }
    }

    fn key(&mut self) -> String {
        match self.below(6) {
            0 | 1 => self.one_of(&INTEGERS).to_owned(),
            2 => self.one_of(&["string", "bytes", "string<9>", "bytes<4>"]).to_owned(),
            3 => self.one_of(&["bool", "u128", "i128", "u256", "uuid"]).to_owned(),
            4 => self.one_of(&["timestamp", "duration", "decimal<3>"]).to_owned(),
            _ => self.made(|maker| &maker.keys).unwrap_or_else(|| "u8".to_owned()),
        }
    }

    fn fields(&mut self, count: usize, is_message: bool) -> String {
        let mut text = String::new();
        for number in 0..count {
            let field = match self.below(12) {
                0 => format!("@range(..=100) f{number}: {}", self.one_of(&INTEGERS)),
                1 => {
                    format!("@len(..=3) f{number}: {}", self.one_of(&["string", "[u16]", "bytes"]))
                }
                2 => format!("@range(-1.0..) f{number}: f64?"),
                _ => format!("f{number}: {}", self.a_type(2)),
            };
            let _ = writeln!(text, "    {field},");
        }
        if is_message && self.below(2) == 0 {
            text += self.one_of(&[
                "    d0: u16 = 7,\n    d1: string = \"none\",\n",
                "    d0: [i32] = [1, -2],\n    d1: f64 = 0.5,\n",
                "    d0: bool = true,\n    d1: map<u8, string> = { 1: \"a\" },\n    d2: u64?,\n",
            ]);
        }
        text
    }

    fn an_enum(&mut self, number: usize) -> String {
        let (open, repr) = (self.one_of(&["open", "closed"]), self.one_of(&INTEGERS));
        let least = if repr.starts_with('i') { -3 } else { 0 };
        let members: Vec<String> = (0..1 + self.below(4))
            .map(|index| format!("m{index} = {}", least + 2 * index as i64))
            .collect();
        self.add(&format!("E{number}"), true, true);
        format!("{open} enum E{number}: {repr} {{ {} }}\n", members.join(", "))
    }

    fn flags(&mut self, number: usize) -> String {
        let repr = self.one_of(&["u8", "u16", "u32", "u64"]);
        self.add(&format!("F{number}"), true, true);
        format!("flags F{number}: {repr} {{ first = 0, last = 7 }}\n")
    }

    fn a_struct(&mut self, number: usize) -> String {
        let count = 1 + self.below(5);
        let fields = self.fields(count, false);
        self.add(&format!("S{number}"), false, false);
        format!("struct S{number} {{\n{fields}}}\n")
    }

    /// A struct without gaps, which with `repr(C)` is plain.
    fn plain(&mut self, number: usize) -> String {
        let mut types: Vec<&str> = (0..self.below(3)).map(|_| self.one_of(&WIDE)).collect();
        types.push(self.one_of(&["u64", "[u16; 4]", "[[u8; 4]; 2]", "uuid"]));
        if self.below(2) == 0 {
            types.extend(["u32", "f32"]);
        }
        if self.below(2) == 0 {
            types.extend(["i16", "bool", "[bool; 3]", "Side", "i8"]);
        }
        let fields = types.iter().enumerate().map(|(index, ty)| format!("f{index}: {ty}"));
        let fields: Vec<String> = fields.collect();
        self.add(&format!("P{number}"), true, false);
        let fields = fields.join(", ");
        format!(
            "struct P{number} {{ {fields} }}\nmessage Q{number} = {} {{ {fields} }}\n",
            500 + number
        )
    }

    fn union(&mut self, number: usize) -> String {
        let open = self.one_of(&["open", "closed"]);
        let mut tag = 0;
        let mut arms = String::new();
        for index in 0..1 + self.below(4) {
            tag += 1 + self.below(200);
            let _ = write!(arms, "a{index}: {} = {tag}, ", self.a_type(1));
        }
        self.add(&format!("U{number}"), false, false);
        format!("{open} union U{number} {{ {arms}}}\n")
    }

    fn message(&mut self, number: usize) -> String {
        let count = self.below(7);
        let fields = self.fields(count, true);
        self.add(&format!("M{number}"), false, false);
        format!("message M{number} = {} {{\n{fields}}}\n", number + 1)
    }

    /// A message of tuples of so many items: scalars, so that it stays small.
    fn wide(&mut self, items: usize) -> String {
        let mut fields = String::new();
        for (number, [before, after]) in [["", ""], ["", "?"], ["map<u8, ", ">"]].iter().enumerate()
        {
            let items: Vec<&str> = (0..items).map(|_| self.one_of(&SCALARS)).collect();
            let _ = writeln!(fields, "    f{number}: {before}({}){after},", items.join(", "));
        }
        format!("message W{items} = {} {{\n{fields}}}\n", 600 + items)
    }

    fn add(&mut self, name: &str, is_small: bool, is_key: bool) {
        self.all.push(name.to_owned());
        if is_small {
            self.inline.push(name.to_owned());
        }
        if is_key {
            self.keys.push(name.to_owned());
        }
    }
}
