//! What the language's own words mean, in a few words each.

/// What a type of the language holds.
pub(super) fn of_type(name: &str) -> &'static str {
    match name {
        "bool" => "`true` or `false`, 1 byte",
        "i8" | "u8" => "an integer of 8 bits",
        "i16" | "u16" => "an integer of 16 bits",
        "i32" | "u32" => "an integer of 32 bits",
        "i64" | "u64" => "an integer of 64 bits",
        "i128" | "u128" => "an integer of 128 bits",
        "u256" => "an integer of 256 bits",
        "f32" => "IEEE 754 floating point, 4 bytes",
        "f64" => "IEEE 754 floating point, 8 bytes",
        "timestamp" => "nanoseconds since the Unix epoch, 8 bytes",
        "duration" => "nanoseconds, with a sign, 8 bytes",
        "uuid" => "16 bytes",
        "decimal" => "`decimal<S>`: 64 bits with the point S places from the end, exact",
        "string" => "UTF-8; `string<N>`: at most N bytes, inline",
        "bytes" => "bytes; `bytes<N>`: at most N, inline",
        _ => "`map<K, V>`: values by key, each key once, in ascending order",
    }
}

/// What an attribute says.
pub(super) fn of_attribute(name: &str) -> &'static str {
    match name {
        "topic" => "the topic, `@topic(\"market.trades\")`",
        "fixed" => "all fields are to be inline",
        "key" => "the field is part of the instance key",
        "since" => "the version that it came with, `@since(2)`",
        "was" => "the name that it had before, `@was(\"qty\")`: the digest keeps it",
        "unit" => "what the number counts, `@unit(\"bps\")`",
        "range" => "the least and the greatest value, `@range(0..=100)`",
        "len" => "the least and the greatest length, `@len(1..=64)`",
        "nonempty" => "the same as `@len(1..)`",
        _ => "why it should not be used any more, `@deprecated(\"use quantity\")`",
    }
}
