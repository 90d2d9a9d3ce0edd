//! Integers of 256 bits and UUIDs: numbers, texts, orders, defaults.

use mycelium_wire::reflect::{Literal, Type};
use mycelium_wire::{NarrowU256Error, ParseU256Error, ParseUuidError, U256, Uuid};
use proptest::prelude::*;

const MAX: &str = "115792089237316195423570985008687907853269984665640564039457584007913129639935";

#[test]
fn numbers_have_one_text() {
    for text in ["0", "7", "10000000000000000000", "340282366920938463463374607431768211456", MAX] {
        assert_eq!(text.parse::<U256>().map(|number| number.to_string()).as_deref(), Ok(text));
    }
    assert_eq!("000".parse(), Ok(U256::ZERO));
    assert_eq!(format!("{:>5}|{:05}", U256::from(42_u8), U256::from(42_u8)), "   42|00042");
    assert_eq!(format!("{:?}", U256::MAX), MAX);
    for malformed in ["", "-1", "+1", "1_0", "0x10", " 1", "1.0", "٣"] {
        assert_eq!(malformed.parse::<U256>(), Err(ParseU256Error::Malformed), "{malformed}");
    }
    let beyond = format!("{}6", &MAX[..MAX.len() - 1]);
    for too_large in [beyond, format!("{MAX}0"), "9".repeat(1000)] {
        assert_eq!(too_large.parse::<U256>(), Err(ParseU256Error::OutOfRange));
    }
    assert_eq!(U256::from_str_radix(&"f".repeat(64), 16), Ok(U256::MAX));
    assert_eq!(U256::from_str_radix(&"f".repeat(65), 16), Err(ParseU256Error::OutOfRange));
    const LITERAL: U256 = U256::literal("18446744073709551616");
    assert_eq!(LITERAL, U256::from(1_u128 << 64));
}

#[test]
fn numbers_narrow_where_they_fit() {
    assert_eq!(u8::try_from(U256::from(255_u64)), Ok(255));
    assert_eq!(u8::try_from(U256::from(256_u64)), Err(NarrowU256Error));
    assert_eq!(u128::try_from(U256::from(u128::MAX)), Ok(u128::MAX));
    assert_eq!(u128::try_from(U256::from_halves(1, 0)), Err(NarrowU256Error));
    assert_eq!(U256::MAX.halves(), (u128::MAX, u128::MAX));
}

#[test]
fn uuids_have_one_text_and_are_read_in_either_case() {
    const ORDER: Uuid = Uuid::literal("F81D4FAE-7dec-11d0-a765-00a0c91e6bf6");
    assert_eq!(ORDER.to_string(), "f81d4fae-7dec-11d0-a765-00a0c91e6bf6");
    assert_eq!(format!("{ORDER:?}"), ORDER.to_string());
    assert_eq!(ORDER.to_u128(), 0xf81d_4fae_7dec_11d0_a765_00a0_c91e_6bf6);
    assert_eq!(Uuid::from_u128(ORDER.to_u128()), ORDER);
    assert_eq!(<[u8; 16]>::from(ORDER)[15], 0xf6);
    assert_eq!(Uuid::NIL.to_string(), "00000000-0000-0000-0000-000000000000");
    for malformed in [
        "",
        "f81d4fae7dec11d0a76500a0c91e6bf6",
        "{f81d4fae-7dec-11d0-a765-00a0c91e6bf6}",
        "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
        "f81d4fae-7dec-11d0-a765-00a0c91e6bf",
        "f81d4fae-7dec-11d0-a765-00a0c91e6bf6 ",
        "f81d4fae-7dec-11d0-a76500-a0c91e6bf6",
        "f81d4fae+7dec-11d0-a765-00a0c91e6bf6",
        "g81d4fae-7dec-11d0-a765-00a0c91e6bf6",
        "f81d4fae-7dec-11d0-a765-00a0c91e6\u{e9}6",
    ] {
        assert_eq!(malformed.parse::<Uuid>(), Err(ParseUuidError), "{malformed}");
    }
}

#[test]
fn defaults_are_numbers_and_texts_in_their_one_spelling() {
    assert!(Literal::Number(MAX).fits(&Type::U256));
    for wrong in [Literal::Number("-1"), Literal::Number("1.5"), Literal::Text("1")] {
        assert!(!wrong.fits(&Type::U256), "{wrong:?}");
    }
    let nil = Literal::Text("00000000-0000-0000-0000-000000000000");
    assert!(nil.fits(&Type::Uuid));
    assert!(!Literal::Text("F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6").fits(&Type::Uuid));
    assert!(!Literal::Text("").fits(&Type::Uuid));
    assert!(!Literal::Number("0").fits(&Type::Uuid));
}

proptest! {
    #[test]
    fn bytes_and_halves_are_the_same_number(high in any::<u128>(), low in any::<u128>()) {
        let number = U256::from_halves(high, low);
        prop_assert_eq!(U256::from_le_bytes(number.to_le_bytes()), number);
        let mut bytes = number.to_le_bytes();
        bytes.reverse();
        prop_assert_eq!(number.to_be_bytes(), bytes);
        prop_assert_eq!(U256::from_be_bytes(bytes), number);
        prop_assert_eq!(number.to_string().parse(), Ok(number));
        prop_assert_eq!(U256::from_str_radix(&format!("{high:x}{low:032x}"), 16), Ok(number));
        prop_assert_eq!(U256::from(low).to_string(), low.to_string());
    }

    #[test]
    fn order_is_that_of_the_bytes_written_first(a in any::<[u8; 32]>(), b in any::<[u8; 32]>()) {
        prop_assert_eq!(U256::from_be_bytes(a).cmp(&U256::from_be_bytes(b)), a.cmp(&b));
    }

    #[test]
    fn uuids_read_back(bytes in any::<[u8; 16]>()) {
        let uuid = Uuid::from_bytes(bytes);
        prop_assert_eq!(uuid.to_string().parse(), Ok(uuid));
        prop_assert_eq!(uuid.to_string().to_uppercase().parse(), Ok(uuid));
    }
}
