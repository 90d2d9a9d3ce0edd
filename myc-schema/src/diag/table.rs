//! All codes. A row is never removed, moved or given another meaning; new ones go to the end.
//!
//! What a code means stands on its page in `docs/errors`, with examples that a test compiles.

use super::code::{Code, Entry, Severity};

macro_rules! codes {
    ($($code:literal $name:ident $severity:ident;)*) => {
        impl Code {
            $(
                #[doc = concat!("Explained in `docs/errors/", $code, ".md`.")]
                pub const $name: Code = Code(number($code));
            )*
        }

        pub(super) static TABLE: &[Entry] = &[
            $(Entry {
                name: stringify!($name),
                severity: Severity::$severity,
                page: include_str!(concat!("../../../docs/errors/", $code, ".md")),
            },)*
        ];
    };
}

/// The number in `E0012`.
const fn number(code: &str) -> u16 {
    let digits = code.as_bytes();
    let mut number = 0;
    let mut i = 1;
    while i < digits.len() {
        number = 10 * number + (digits[i] - b'0') as u16;
        i += 1;
    }
    number
}

codes! {
    "E0001" SYNTAX Error;
    "E0002" FILE Error;
    "E0003" LIMIT Error;
    "E0004" PACKAGE Error;
    "E0005" ORDER Error;
    "E0006" IMPORT_CYCLE Error;
    "E0007" IMPORT Error;
    "E0008" UNUSED_IMPORT Warning;
    "E0009" DUPLICATE_NAME Error;
    "E0010" UNKNOWN_TYPE Error;
    "E0011" UNKNOWN_NAME Error;
    "E0012" AMBIGUOUS Error;
    "E0013" WRONG_KIND Error;
    "E0014" CYCLE Error;
    "E0015" NAME_STYLE Error;
    "E0016" NAME_CLASH Error;
    "E0017" UNKNOWN_ATTRIBUTE Error;
    "E0018" ATTRIBUTE Error;
    "E0019" OPENNESS Error;
    "E0020" REPR Error;
    "E0021" MISSING_VALUE Error;
    "E0022" DUPLICATE_VALUE Error;
    "E0023" RANGE Error;
    "E0024" WRONG_VALUE Error;
    "E0025" NUMBER Error;
    "E0026" STRING Error;
    "E0027" EMPTY Error;
    "E0028" ZERO_LENGTH Error;
    "E0029" TYPE_ARGUMENTS Error;
    "E0030" OPTIONAL Error;
    "E0031" DEFAULT Error;
    "E0032" KEY Error;
    "E0033" SINCE Error;
    "E0034" TOPIC Error;
    "E0035" DUPLICATE_TOPIC Error;
    "E0036" ARITHMETIC Error;
    "E0037" TUPLE Error;
    "E0038" TOO_LARGE Error;
    "E0039" DOC Error;
    "E0040" CONSTRAINT Error;
    "E0041" UNIT Error;
    "E0042" FORMER_NAME Error;
    "E0043" RESERVED Error;
}
