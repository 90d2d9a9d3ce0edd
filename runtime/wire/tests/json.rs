//! The JSON mapping, type by type, both ways.

use mycelium_wire::json::{from_json, to_json};
use mycelium_wire::reflect::{Arm, Constraint, Def, Field, Kind, Literal, Member, Repr, Type};
use mycelium_wire::{Digest, Timestamp, Value};
use serde_json::Value as Json;

const fn named(kind: Kind<'static>) -> Def<'static> {
    Def { package: "test", name: "Named", was: None, kind, digest: Digest([0; 32]) }
}

const MEMBERS: &[Member<'static>] = &[Member::new("first", 1), Member::new("second", 3)];

const OPEN_ENUM: Type<'static> =
    Type::Named(&named(Kind::Enum { open: true, repr: Repr::U16, members: MEMBERS }));
const CLOSED_ENUM: Type<'static> =
    Type::Named(&named(Kind::Enum { open: false, repr: Repr::I8, members: MEMBERS }));
const FLAGS: Type<'static> = Type::Named(&named(Kind::Flags { repr: Repr::U64, members: MEMBERS }));
const ARMS: &[Arm<'static>] =
    &[Arm::new("count", 1, &Type::U8), Arm::new("name", 2, &Type::String)];
const OPEN_UNION: Type<'static> = Type::Named(&named(Kind::Union { open: true, arms: ARMS }));
const CLOSED_UNION: Type<'static> = Type::Named(&named(Kind::Union { open: false, arms: ARMS }));
const POINT: Type<'static> = Type::Named(&named(Kind::Struct {
    fields: &[
        Field::new("x", &Type::I32),
        Field { default: Some(Literal::Number("-7")), ..Field::new("y", &Type::I32) },
        Field::new("z", &Type::Optional(&Type::I32)),
    ],
}));

/// Does `check` with a message that holds one field of the type.
fn with_field<T>(ty: &Type<'_>, check: impl FnOnce(&Def<'_>) -> T) -> T {
    let fields = [Field::new("it", ty)];
    let kind = Kind::Message { id: 1, topic: "test.holder", fields: &fields };
    check(&Def { package: "test", name: "Holder", was: None, kind, digest: Digest([0; 32]) })
}

fn parse(json: &str) -> Json {
    serde_json::from_str(&format!("{{\"it\":{json}}}")).unwrap()
}

fn read(ty: &Type<'_>, json: &str) -> Result<Value, String> {
    with_field(ty, |def| from_json(def, &parse(json)).map_err(|error| error.to_string()))
}

/// `json` is read, and written as `canonical`.
fn check_as(ty: &Type<'_>, json: &str, canonical: &str) {
    with_field(ty, |def| {
        let value = from_json(def, &parse(json)).unwrap_or_else(|error| panic!("{json}: {error}"));
        let written = to_json(def, &value).unwrap().to_string();
        assert_eq!(written, format!("{{\"it\":{canonical}}}"));
    });
}

fn check(ty: &Type<'_>, json: &str) {
    check_as(ty, json, json);
}

fn refuse(ty: &Type<'_>, json: &str, error: &str) {
    assert_eq!(read(ty, json).unwrap_err(), error, "{json}");
}

#[test]
fn integers() {
    check(&Type::U64, "18446744073709551615");
    check(&Type::I64, "-9223372036854775808");
    check_as(&Type::U8, "\"255\"", "255");
    check(&Type::I128, "\"-170141183460469231731687303715884105728\"");
    check(&Type::U128, "\"340282366920938463463374607431768211455\"");
    check_as(
        &Type::U128,
        "340282366920938463463374607431768211455",
        "\"340282366920938463463374607431768211455\"",
    );
    refuse(&Type::U8, "256", "$.it: expected an integer from 0 to 255, found the number 256");
    refuse(&Type::U8, "1.0", "$.it: expected an integer from 0 to 255, found the number 1.0");
    refuse(&Type::I8, "true", "$.it: expected an integer from -128 to 127, found true");
    refuse(
        &Type::U128,
        "-1",
        "$.it: expected an integer from 0 to 340282366920938463463374607431768211455, found the number -1",
    );
}

#[test]
fn integers_of_256_bits() {
    let most = "115792089237316195423570985008687907853269984665640564039457584007913129639935";
    check(&Type::U256, &format!("\"{most}\""));
    check_as(&Type::U256, most, &format!("\"{most}\""));
    check_as(&Type::U256, "7", "\"7\"");
    for (json, found) in [("-1", "number -1"), ("1.0", "number 1.0"), ("\"\"", "string \"\"")] {
        let error = format!("$.it: expected an integer from 0 to {most}, found the {found}");
        refuse(&Type::U256, json, &error);
    }
}

#[test]
fn uuids() {
    let uuid = "\"f81d4fae-7dec-11d0-a765-00a0c91e6bf6\"";
    check(&Type::Uuid, uuid);
    check_as(&Type::Uuid, "\"F81D4FAE-7dec-11D0-a765-00A0C91E6BF6\"", uuid);
    refuse(
        &Type::Uuid,
        "\"f81d4fae7dec11d0a76500a0c91e6bf6\"",
        "$.it: expected a UUID such as \"f81d4fae-7dec-11d0-a765-00a0c91e6bf6\", found the string \"f81d4fae7dec11d0a76500a0c91e6bf6\"",
    );
    assert!(read(&Type::Uuid, "7").is_err());
}

#[test]
fn floats() {
    for json in ["0.1", "-0.0", "1e+300", "5e-324", "\"NaN\"", "\"Infinity\"", "\"-Infinity\""] {
        check(&Type::F64, json);
    }
    check(&Type::F64, "\"NaN:7ff8000000000001\"");
    check(&Type::F64, "\"NaN:fff8000000000000\"");
    check_as(&Type::F64, "\"NaN:7ff8000000000000\"", "\"NaN\"");
    check_as(&Type::F64, "1", "1.0");
    check_as(&Type::F32, "0.1", "0.10000000149011612");
    check(&Type::F32, "\"NaN:7fc00001\"");
    check(&Type::F32, "\"-Infinity\"");
    assert!(read(&Type::F64, "1e999").is_err());
    assert!(read(&Type::F32, "1e300").is_err());
    assert!(read(&Type::F32, "\"NaN:7f800000\"").is_err());
    refuse(
        &Type::F32,
        "\"nan\"",
        "$.it: expected a number, or one of \"NaN\", \"Infinity\", \"-Infinity\", found the string \"nan\"",
    );
}

#[test]
fn decimals() {
    check_as(&Type::Decimal(8), "\"1.50\"", "\"1.50000000\"");
    check_as(&Type::Decimal(8), "-0.00000001", "\"-0.00000001\"");
    check(&Type::Decimal(0), "\"9223372036854775807\"");
    check(&Type::Decimal(18), "\"-9.223372036854775808\"");
    refuse(
        &Type::Decimal(2),
        "\"1.234\"",
        "$.it: expected a decimal with at most 2 places in a string, such as \"1.5\", found the string \"1.234\"",
    );
    assert!(read(&Type::Decimal(2), "1e2").is_err());
    assert!(read(&Type::Decimal(18), "\"10\"").is_err());
}

#[test]
fn times() {
    let time = "\"2024-08-08T23:54:15.030314667Z\"";
    check(&Type::Timestamp, time);
    check_as(&Type::Timestamp, "1723161255030314667", time);
    check_as(&Type::Timestamp, "\"1969-12-31T23:59:59Z\"", "\"1969-12-31T23:59:59.000000000Z\"");
    check_as(&Type::Timestamp, "\"2024-08-09T01:54:15.030314667+02:00\"", time);
    check(&Type::Timestamp, &format!("\"{}\"", Timestamp(i64::MIN)));
    check(&Type::Timestamp, &format!("\"{}\"", Timestamp(i64::MAX)));
    check(&Type::Duration, "\"1.5s\"");
    check(&Type::Duration, "\"-0.000000001s\"");
    check(&Type::Duration, "\"-9223372036.854775808s\"");
    check_as(&Type::Duration, "60000000000", "\"60s\"");
    assert!(read(&Type::Timestamp, "\"2024-02-30T00:00:00Z\"").is_err());
    refuse(
        &Type::Duration,
        "\"1.5\"",
        "$.it: expected a duration such as \"1.5s\", or nanoseconds, found the string \"1.5\"",
    );
}

#[test]
fn text_and_bytes() {
    check(&Type::String, "\"gr\u{fc}n \\\"\\u0000\"");
    check(&Type::BoundedString(3), "\"\u{20ac}\"");
    refuse(
        &Type::BoundedString(3),
        "\"\u{20ac}\u{20ac}\"",
        "$.it: expected text of at most 3 bytes of UTF-8, found the string \"\u{20ac}\u{20ac}\"",
    );
    check(&Type::Bytes, "\"00ff\"");
    check_as(&Type::BoundedBytes(2), "\"00FF\"", "\"00ff\"");
    check(&Type::Array(&Type::U8, 2), "\"00ff\"");
    check(&Type::BoundedList(&Type::U8, 2), "\"00\"");
    check(&Type::List(&Type::U8), "\"\"");
    refuse(
        &Type::Array(&Type::U8, 2),
        "\"00\"",
        "$.it: expected 2 bytes in hex, found the string \"00\"",
    );
    refuse(&Type::Bytes, "\"0\"", "$.it: expected bytes in hex, found the string \"0\"");
    refuse(&Type::List(&Type::U8), "[0]", "$.it: expected bytes in hex, found an array of 1 items");
}

#[test]
fn rows() {
    check(&Type::List(&Type::U16), "[1,2]");
    check(&Type::Array(&Type::Bool, 2), "[true,false]");
    check(&Type::BoundedList(&Type::List(&Type::String), 2), "[[\"a\"],[]]");
    check(&Type::Tuple(&[&Type::U8, &Type::String]), "[1,\"a\"]");
    refuse(
        &Type::List(&Type::U16),
        "[1,-1]",
        "$.it[1]: expected an integer from 0 to 65535, found the number -1",
    );
    refuse(
        &Type::Array(&Type::Bool, 2),
        "[true]",
        "$.it: expected an array of 2 items, found an array of 1 items",
    );
    refuse(
        &Type::BoundedList(&Type::Bool, 1),
        "[true,true]",
        "$.it: expected an array of at most 1 items, found an array of 2 items",
    );
    refuse(
        &Type::Tuple(&[&Type::U8]),
        "{}",
        "$.it: expected an array of 1 items, found an object of 0 members",
    );
}

#[test]
fn enums_and_flags() {
    check(&OPEN_ENUM, "\"first\"");
    check(&OPEN_ENUM, "65535");
    check_as(&OPEN_ENUM, "3", "\"second\"");
    refuse(
        &OPEN_ENUM,
        "\"third\"",
        "$.it: expected a member of `test.Named` (one of \"first\", \"second\") or its number, found the string \"third\"",
    );
    refuse(
        &CLOSED_ENUM,
        "2",
        "$.it: expected a member of `test.Named`: one of \"first\", \"second\", found the number 2",
    );
    check(&FLAGS, "[]");
    check(&FLAGS, "[\"first\",\"second\"]");
    check(&FLAGS, "[\"second\",9223372036854775809]");
    check_as(&FLAGS, "[10,\"first\"]", "[\"first\",\"second\"]");
    refuse(
        &FLAGS,
        "[\"first\",\"x\"]",
        "$.it[1]: expected an array of names of `test.Named` (of \"first\", \"second\") and numbers, found the string \"x\"",
    );
}

#[test]
fn unions() {
    check(&OPEN_UNION, "{\"count\":5}");
    check(&CLOSED_UNION, "{\"name\":\"a\"}");
    check(&OPEN_UNION, "{\"unknown\":{\"tag\":9,\"payload\":\"0000000000000000\"}}");
    let arms = "an object with one arm of `test.Named`: one of \"count\", \"name\"";
    refuse(
        &CLOSED_UNION,
        "{\"other\":1}",
        &format!("$.it: expected {arms}, found the arm \"other\""),
    );
    refuse(&CLOSED_UNION, "{}", &format!("$.it: expected {arms}, found an object of 0 members"));
    refuse(
        &OPEN_UNION,
        "{\"count\":1,\"name\":\"a\"}",
        &format!("$.it: expected {arms}, found an object of 2 members"),
    );
    refuse(
        &OPEN_UNION,
        "{\"unknown\":{\"tag\":9}}",
        "$.it.unknown: expected {\"tag\": a number of no known arm, \"payload\": an embedded payload in hex}, found an object with the member \"tag\"",
    );
    refuse(
        &OPEN_UNION,
        "{\"count\":256}",
        "$.it.count: expected an integer from 0 to 255, found the number 256",
    );
}

#[test]
fn fields() {
    check_as(&POINT, "{\"x\":1}", "{\"x\":1,\"y\":-7,\"z\":null}");
    check_as(&POINT, "{\"z\":3,\"x\":1,\"y\":2}", "{\"x\":1,\"y\":2,\"z\":3}");
    refuse(
        &POINT,
        "{\"y\":1}",
        "$.it.x: expected an integer from -2147483648 to 2147483647, found no such field",
    );
    refuse(
        &POINT,
        "{\"x\":1,\"w\":1}",
        "$.it: expected a field of `test.Named`: one of \"x\", \"y\", \"z\", found \"w\"",
    );
    refuse(&POINT, "[]", "$.it: expected an object for `test.Named`, found an array of 0 items");
    check(&Type::Optional(&POINT), "null");
    refuse(&Type::Optional(&Type::Bool), "1", "$.it: expected true or false, found the number 1");
}

#[test]
fn constraints() {
    const RANGE: Constraint<'static> = Constraint::Range { min: Some("5"), max: Some("9") };
    const LEN: Constraint<'static> = Constraint::Len { min: 2, max: None };
    const FIELDS: &[Field<'static>] = &[
        Field { constraint: Some(RANGE), ..Field::new("grown", &Type::Optional(&Type::U8)) },
        Field { constraint: Some(LEN), ..Field::new("tag", &Type::String) },
    ];
    let held = named(Kind::Struct { fields: FIELDS });
    let ty = Type::Named(&held);
    check(&ty, "{\"grown\":9,\"tag\":\"ab\"}");
    check(&ty, "{\"grown\":null,\"tag\":\"abc\"}");
    refuse(&ty, "{\"grown\":4,\"tag\":\"ab\"}", "$.it.grown: expected 5 to 9, found the integer 4");
    refuse(
        &ty,
        "{\"grown\":5,\"tag\":\"a\"}",
        "$.it.tag: expected at least 2 of them, found text of 1 bytes",
    );
}

#[test]
fn long_text_is_quoted_in_part() {
    let error = read(&Type::Bool, &format!("\"{}\"", "x".repeat(100))).unwrap_err();
    assert_eq!(
        error,
        format!(
            "$.it: expected true or false, found the string \"{}\"… of 100 bytes",
            "x".repeat(40)
        )
    );
}
