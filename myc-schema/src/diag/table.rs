//! All codes. A row is never removed, moved or given another meaning; new ones go to the end.

use super::code::{Code, Entry, Severity};

macro_rules! codes {
    ($($number:literal $name:ident $severity:ident $title:literal $explanation:literal;)*) => {
        impl Code {
            $(
                #[doc = $title]
                pub const $name: Code = Code($number);
            )*
        }

        pub(super) static TABLE: &[Entry] = &[
            $(Entry {
                severity: Severity::$severity,
                title: $title,
                explanation: $explanation,
            },)*
        ];

        #[cfg(test)]
        const NUMBERS: &[u16] = &[$($number),*];
    };
}

codes! {
1 SYNTAX Error "the text is not what the grammar asks for"
"The compiler expected something else at the place shown. It skips to the next member or item and \
goes on, so that one run shows every such place.";

2 FILE Error "a file cannot be read"
"A file that was named on the command line or in an `import` is not there, may not be read, or is \
not UTF-8. The path of an import counts from the folder of the file that holds it.";

3 LIMIT Error "the source goes beyond a limit"
"The compiler bounds the size of files, their number, how deep brackets and types nest and how many \
fields a type has, so that no input makes it hang. Split what is too big.";

4 PACKAGE Error "a file names no package, or not exactly one"
"Every file begins with `package name;`, once. Parts of the name are snake_case and separated by \
points: `package market;`, `package exchange.feed;`.";

5 ORDER Error "something stands in the wrong order"
"A file goes: `//!` documentation, `package`, imports, items.";

6 IMPORT_CYCLE Error "files import one another in a circle"
"A file may not import itself, directly or through others. Move what both need into a third file.";

7 IMPORT Error "an import names no file that it may"
"The path of an import is relative, written with `/`, and counts from the folder of the file that \
holds it: `import \"../common/money.myc\";`.";

8 UNUSED_IMPORT Warning "an import is not used"
"Nothing in the file uses a name from the imported file. Remove the import.";

9 DUPLICATE_NAME Error "two things have one name"
"Types, aliases and constants of one package share one set of names; so do the fields, members or \
arms of one type. Rename one of them.";

10 UNKNOWN_TYPE Error "a type is not known"
"The name is neither a built-in type, nor declared in the file's package, nor in a file that it \
imports. Imports do not reach further than one step: import the file that declares the type.";

11 UNKNOWN_NAME Error "a constant or member is not known"
"A name in a value is that of a constant of the package or of an imported file or, where the type \
is an enum, of one of its members.";

12 AMBIGUOUS Error "a name could mean several things"
"Two imported files of different packages declare the name. Write the package in front of it: \
`common.Price`.";

13 WRONG_KIND Error "a name is of another kind"
"A constant stands where a type is needed, or the other way round.";

14 CYCLE Error "a type or constant contains itself"
"A value of such a type could not be finite in size, or have a depth known in advance. Refer to the other \
value by its id instead of containing it.";

15 NAME_STYLE Error "a name is not in the style of its kind"
"Types are PascalCase, constants SCREAMING_SNAKE_CASE, all other names snake_case without leading, \
trailing or doubled underscores. Each language's back end derives its own style from these.";

16 NAME_CLASH Error "a name collides in a generated language"
"Two names that differ here become equal in Rust, Python or OCaml, or a name falls on one that the \
generated code needs. Rename one of them.";

17 UNKNOWN_ATTRIBUTE Error "an attribute is not known"
"The attributes are `@topic`, `@key`, `@since` and `@deprecated`.";

18 ATTRIBUTE Error "an attribute is misused"
"It stands twice, on something that it does not apply to, or with other arguments than it takes: \
`@topic(\"market.trades\")` on a message, `@key` on a field of a message, `@since(2)` on a field, \
member or arm, `@deprecated(\"use qty\")` on all but constants and aliases.";

19 OPENNESS Error "an enum or union is neither open nor closed"
"An open one keeps a value that it does not know, and may grow later; a closed one refuses it, and \
is frozen. There is no default: write `open` or `closed`.";

20 REPR Error "the integer behind an enum or flags is missing or wrong"
"Write it behind the name: `open enum Venue: u16`. An enum takes an integer of 8 to 64 bits, flags \
take an unsigned one.";

21 MISSING_VALUE Error "a number is missing"
"Every message has an id, every member of an enum a value, every flag a bit, every arm of a union a \
tag. They are written out because they are what is sent: `buy = 1`.";

22 DUPLICATE_VALUE Error "two things have one number"
"Ids of messages in one package, values of an enum's members, bits of flags and tags of a union's \
arms are distinct. Give one of them another number.";

23 RANGE Error "a value is out of range"
"The value does not fit its type, or a number is not within what is allowed at this place.";

24 WRONG_VALUE Error "a value is of another type"
"Numbers, strings, `true` and `false`, and members of enums each fit some types. A timestamp is an \
RFC 3339 string or nanoseconds, a duration a string such as \"1.5s\" or nanoseconds.";

25 NUMBER Error "a number is malformed"
"Numbers are decimal or hexadecimal, `1_000`, `0xff`, or have a point or an exponent, `0.25`, `1e-3`.";

26 STRING Error "a string is malformed"
"A string ends on the line that it begins on. Its escapes are \\n, \\r, \\t, \\0, \\\\, \\\" and \
\\u{1F600}.";

27 EMPTY Error "a type holds nothing"
"A struct has at least one field, an enum one member, a union one arm, flags one bit. A message may \
be empty.";

28 ZERO_LENGTH Error "a length is zero"
"An array, bounded list, string or bytes of length zero could hold nothing.";

29 TYPE_ARGUMENTS Error "a type is given the wrong arguments"
"`decimal<S>` takes the number of decimal places, `string<N>` and `bytes<N>` the greatest number of \
bytes; without `<N>` they are unbounded. `map<K, V>` takes two types. No other type takes arguments.";

30 OPTIONAL Error "an optional is optional again"
"`T?` is there or not; there is no third case. Remove one `?`, perhaps that of an alias.";

31 DEFAULT Error "a default stands where there cannot be one"
"A default is what a reader takes where the sender's message ends before the field. So only fields \
of messages have one, and not optional ones: they are absent. Messages and unions, and what holds \
one, have no constant values.";

32 KEY Error "a key field cannot be one"
"Messages are told apart by the value of their key fields: integers, bool, enums, flags, decimals, \
times, strings and bytes. Floats, optionals and composite types are not compared.";

33 SINCE Error "a field that came later is out of place"
"Fields are appended: a field with `@since` stands behind all that came before it, and is optional \
or has a default, because older senders do not send it.";

34 TOPIC Error "a topic is malformed"
"A topic is parts of lower-case letters, digits, `_` and `-`, separated by points, 255 bytes at \
most: `market.trades`.";

35 DUPLICATE_TOPIC Error "two messages have one topic"
"A topic carries messages of one type. Give one of them another `@topic`.";

36 ARITHMETIC Error "a constant cannot be computed"
"A division by zero, or a result beyond 128 bits.";

37 TUPLE Error "a tuple has too few or too many items"
"A tuple has 2 to 8 items. Declare a struct for more; for one, use the type itself.";

38 TOO_LARGE Error "a type is too large"
"Inline, a value has at most 16 MiB. Without a bound a list, string or bytes goes to the tail, where \
this limit does not count.";

39 DOC Error "a documentation comment documents nothing"
"`///` stands in front of an item, field, member or arm, `//!` at the top of the file. Elsewhere \
write `//`.";

40 CONSTRAINT Error "a constraint does not fit"
"`@range(0..=100)` bounds numbers and times, `@len(1..=64)` and `@nonempty` the length of strings, \
bytes, lists and maps; of an optional field they bound the value that is there. Both ends are \
included, either may be left out, and the field's default has to be within them.";

41 UNIT Error "a unit does not fit"
"`@unit(\"bps\")` says what a number counts. It stands on fields whose type is an integer, float or \
decimal, or holds such, and is a short text on one line.";

42 FORMER_NAME Error "a former name cannot have been one"
"`@was(\"old_name\")` names what the digest goes on to call a type, field, member or arm after it was \
renamed. It is a name in the style of its kind, not the present one, and belongs to one part only.";

43 RESERVED Error "something reserved is used, or nothing is reserved"
"`reserved message 19..=21, \"OldTrade\";` keeps ids and names of a package from being used, most \
often because they once had another meaning.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_without_gaps() {
        assert!(NUMBERS.iter().copied().eq(1..=TABLE.len() as u16));
    }

    #[test]
    fn titles_and_explanations_are_in_style() {
        for code in Code::all() {
            let (title, text) = (code.title(), code.explanation());
            assert!(title.starts_with(char::is_lowercase) && !title.ends_with('.'), "{title}");
            assert!(text.ends_with('.') && !text.contains('\n'), "{code}: {text}");
            assert_eq!(Code::parse(&code.to_string()), Some(code));
        }
    }
}
