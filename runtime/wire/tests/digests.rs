//! The const SHA-256 against the well-kept one, and the shape of digests.

use mycelium_wire::reflect::{Def, Field, Kind, Literal, Type};
use mycelium_wire::{Digest, canon, sha256};
use proptest::prelude::*;
use sha2::Digest as _;

proptest! {
    #[test]
    fn sha256_agrees_with_the_reference(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        prop_assert_eq!(sha256(&bytes), <[u8; 32]>::from(sha2::Sha256::digest(&bytes)));
    }
}

const LEVEL: Def<'static> = with_digest(Def {
    package: "market",
    name: "Level",
    was: None,
    kind: Kind::Struct { fields: &[Field::new("price", &Type::Decimal(8))] },
    digest: Digest([0; 32]),
});

const fn with_digest(def: Def<'static>) -> Def<'static> {
    Def { digest: Digest([7; 32]), ..def }
}

const TICK: Def<'static> = Def {
    package: "market",
    name: "Tick",
    was: None,
    kind: Kind::Message {
        id: 9,
        topic: "market.ticks",
        fields: &[
            Field { key: true, ..Field::new("symbol", &Type::BoundedString(16)) },
            Field { default: Some(Literal::Number("5")), ..Field::new("size", &Type::U32) },
            Field::new("levels", &Type::List(&Type::Named(&LEVEL))),
            Field::new(
                "best",
                &Type::Optional(&Type::Tuple(&[&Type::F64, &Type::Array(&Type::U8, 12)])),
            ),
        ],
    },
    digest: Digest([0; 32]),
};

#[test]
fn canonical_text_spells_every_fact() {
    assert_eq!(
        canon::text(&TICK),
        "myc-digest/1 message market.Tick 9 12:market.ticks\n\
         field symbol string<16> key\n\
         field size u32 default 5\n\
         field levels [market.Level]\n\
         field best (f64, [u8; 12])?\n"
    );
    assert_eq!(
        canon::facts(&TICK),
        "myc-digest/1 message market.Tick 9 12:market.ticks\n\
         field symbol _ key\n\
         field size _ default 5\n\
         field levels _\n\
         field best _\n"
    );
}

#[test]
fn digest_is_the_hash_that_the_documentation_gives() {
    let mut text = b"myc-digest/1\n".to_vec();
    text.extend(sha2::Sha256::digest(canon::facts(&TICK).as_bytes()));
    text.extend(b"string<16>;u32;[#");
    text.extend([7; 32]);
    text.extend(b"];(f64,[u8;12],)?;");
    let expected = Digest(sha2::Sha256::digest(&text).into());
    assert_eq!(TICK.computed_digest(), expected);
    assert_eq!(Digest::parse(&expected.to_string()), Some(expected));
}

#[test]
fn digest_of_a_schema_does_not_depend_on_order() {
    let digests = [Digest([3; 32]), Digest([1; 32]), Digest([2; 32])];
    let reversed = digests.iter().rev().copied();
    assert_eq!(Digest::of_schema(digests), Digest::of_schema(reversed));
    assert_ne!(Digest::of_schema(digests), Digest::of_schema([Digest([1; 32])]));
}

#[test]
fn digest_text_is_exact() {
    let hex = "0".repeat(64);
    assert_eq!(Digest::parse(&format!("myc1:{hex}")), Some(Digest([0; 32])));
    assert_eq!(Digest::parse(&format!("myc2:{hex}")), None);
    assert_eq!(Digest::parse(&format!("myc1:{hex}0")), None);
    assert_eq!(Digest::parse(&format!("myc1:{}", "G".repeat(64))), None);
}
