//! The byte form of each kind of field, through a message written by hand as the derive writes it.

use std::fmt::Debug;

use mycelium_wire::private::{Def, Field, Kind, Type};
use mycelium_wire::{
    BoundedBytes, BoundedList, BoundedString, Bytes, Decimal, Decode, DecodeOwned, Digest,
    Duration, Failed, Message, Tail, TailReader, TailWriter, Timestamp, U256, Uuid, Wire, embedded,
};
use proptest::prelude::*;

/// A message with one field.
#[derive(Debug, Clone, PartialEq)]
struct Holder<T>(T);

impl<T: Wire> Wire for Holder<T> {
    const TYPE: &'static Type<'static> = &Type::Named(Self::DEF);
    const BLOCK: usize = T::SIZE;
    type View<'a> = T::View<'a>;

    fn tail_end(&self, end: usize) -> usize {
        embedded::tail_end(self, end)
    }
    fn encode(&self, inline: &mut [u8], tail: &mut TailWriter<'_>) {
        embedded::encode(self, inline, tail);
    }
    fn check(inline: &[u8], tail: &mut TailReader<'_>) -> Result<(), Failed> {
        embedded::check::<Self>(inline, tail)
    }
    fn view_inline<'a>(inline: &'a [u8], tail: Tail<'a>) -> Self::View<'a> {
        embedded::view::<Self>(inline, tail)
    }
    fn block_tail_end(&self) -> usize {
        self.0.tail_end(0)
    }
    fn encode_block(&self, block: &mut [u8], tail: &mut TailWriter<'_>) {
        self.0.encode(block, tail);
    }
    fn check_block(block: &[u8], tail: &mut TailReader<'_>) -> Result<(), Failed> {
        T::check(&block[..T::SIZE], tail)
    }
    fn view_block<'a>(block: &'a [u8], tail: Tail<'a>) -> Self::View<'a> {
        T::view_inline(block, tail)
    }
}

impl<'de, T: Decode<'de>> Decode<'de> for Holder<T> {
    fn decode(inline: &'de [u8], tail: &mut TailReader<'de>) -> Result<Self, Failed> {
        embedded::decode(inline, tail)
    }
    fn decode_block(block: &'de [u8], tail: &mut TailReader<'de>) -> Result<Self, Failed> {
        T::decode(&block[..T::SIZE], tail).map(Holder)
    }
}

impl<T: Wire> Message for Holder<T> {
    const TYPE_ID: u16 = 7;
    const TOPIC: &'static str = "test.holder";
    const NAME: &'static str = "test.Holder";
    const DIGEST: Digest = Digest([0; 32]);
    const DEF: &'static Def<'static> = &Def {
        package: "test",
        name: "Holder",
        was: None,
        kind: Kind::Message {
            id: 7,
            topic: "test.holder",
            fields: &[Field::new("value", T::TYPE)],
        },
        digest: Digest([0; 32]),
    };
}

/// Checks the payload of `value` against `hex`, and that it reads back, whole and in place.
#[track_caller]
fn check<T: DecodeOwned + PartialEq + Debug + Clone>(value: T, hex: &str) {
    let frame = Holder(value.clone()).to_frame();
    let payload: String = frame[16..].iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(payload, hex.replace(' ', ""));
    assert_eq!(Holder::from_frame_strict(&frame), Ok(Holder(value)));
    Holder::<T>::view(&frame).map(|_| ()).expect("a frame that decodes can be viewed");
}

#[test]
fn scalars() {
    check(0x0102_u16, "0201 000000000000");
    check(-2_i32, "feffffff 00000000");
    check(1.5_f64, "000000000000f83f");
    check(true, "01 00000000000000");
    check(-1_i128, &"ff".repeat(16));
    check(
        U256::from_halves(2, 1),
        "01 000000000000000000000000000000 02 000000000000000000000000000000",
    );
    check(Uuid::from_u128(0x0102 << 112 | 3), "0102 00000000000000000000000000 03");
    check((1_u8, Uuid::MAX), "01 ffffffffffffffffffffffffffffffff 00000000000000");
    check(Decimal::<2>::from_mantissa(-150), "6affffffffffffff");
    check(Timestamp(1), "0100000000000000");
    check(Duration(-1), "ffffffffffffffff");
}

#[test]
fn bounded_values_lie_inline() {
    check(BoundedString::<6>::try_from("abc").unwrap(), "03 616263000000 00");
    check(BoundedBytes::<3>::try_from(&[9, 8][..]).unwrap(), "02 090800 00000000");
    check(BoundedList::<u16, 2>::try_from(&[5][..]).unwrap(), "01 00 0500 0000 0000");
    check([1_u32, 2], "0100000002000000");
    check((1_u8, 2_u32), "01 000000 02000000");
}

#[test]
fn unbounded_values_lie_in_the_tail() {
    check(String::from("hi"), "00000000 02000000 6869 000000000000");
    check(String::new(), "00000000 00000000");
    check(Bytes(vec![1, 2, 3]), "00000000 03000000 010203 0000000000");
    check(vec![1_u16, 2], "00000000 02000000 0100 0200 00000000");
    // The list's items first, then what they refer to, in order.
    check(
        vec![String::from("a"), String::from("bc")],
        "00000000 02000000  10000000 01000000 11000000 02000000  61 6263 0000000000",
    );
    // Each item at its own alignment.
    check(
        (String::from("a"), vec![7_u64]),
        "00000000 01000000 08000000 01000000  61 00000000000000 0700000000000000",
    );
}

#[test]
fn optionals() {
    check(Some(5_u32), "01 000000 05000000");
    check(None::<u32>, "0000000000000000");
    check(Some(String::from("x")), "00000000 01000000 78 00000000000000");
    check(Some(String::new()), "01000000 00000000");
    check(None::<String>, "00000000 00000000");
}

#[test]
fn messages_are_embedded_with_their_own_block_and_tail() {
    check(
        Holder(String::from("x")),
        "00000000 18000000  08000000 00000000  00000000 01000000  78 00000000000000",
    );
    check(None::<Holder<u8>>, "0000000000000000");
    check(Some(Holder(3_u8)), "00000000 10000000  01000000 00000000  03 00000000000000");
}

#[test]
fn views_read_in_place() {
    let frame = Holder((String::from("hé"), vec![(1_u8, Some(2_i64)), (3, None)])).to_frame();
    let (text, list) = Holder::<(String, Vec<(u8, Option<i64>)>)>::view(&frame).unwrap();
    assert_eq!(text, "hé");
    assert_eq!(list.iter().collect::<Vec<_>>(), [(1, Some(2)), (3, None)]);
    assert_eq!((list.len(), list.get(1), list.get(2)), (2, Some((3, None)), None));
}

#[test]
fn errors_name_the_kind_and_the_place() {
    let frame = Holder((true, String::from("ab"))).to_frame();
    let fault = |at: usize, byte: u8| {
        let mut frame = frame.clone();
        frame[at] = byte;
        let error = Holder::<(bool, String)>::from_frame(&frame).unwrap_err();
        (error.kind.name(), error.at)
    };
    assert_eq!(fault(0, 1), ("length", 0));
    assert_eq!(fault(0, 0), ("block", 8));
    assert_eq!(fault(4, 1), ("type_id", 4));
    assert_eq!(fault(16, 2), ("bool", 16));
    assert_eq!(fault(20, 1), ("reference", 20));
    assert_eq!(fault(24, 9), ("reference", 20));
    assert_eq!(fault(33, 0xff), ("utf8", 33));
    let truncated = Holder::<(bool, String)>::from_frame(&frame[..20]).unwrap_err();
    assert_eq!((truncated.kind.name(), truncated.at), ("truncated", 20));
}

#[test]
fn strict_decoding_refuses_padding_that_is_not_zero() {
    let mut frame = Holder((true, 1_u32)).to_frame();
    frame[17] = 1;
    assert!(Holder::<(bool, u32)>::from_frame(&frame).is_ok());
    let error = Holder::<(bool, u32)>::from_frame_strict(&frame).unwrap_err();
    assert_eq!((error.kind.name(), error.at), ("not_canonical", 17));
}

type Everything = (
    Vec<Option<String>>,
    (bool, Vec<(u8, u64)>),
    BoundedList<Vec<u16>, 3>,
    Option<Holder<Vec<Bytes>>>,
    (Vec<(bool, U256)>, Option<Uuid>),
    [Option<i32>; 2],
    BoundedString<9>,
);

fn everything() -> impl Strategy<Value = Everything> {
    let bytes = proptest::collection::vec(any::<u8>(), 0..9).prop_map(Bytes);
    (
        proptest::collection::vec(any::<Option<String>>(), 0..4),
        (any::<bool>(), proptest::collection::vec(any::<(u8, u64)>(), 0..4)),
        proptest::collection::vec(proptest::collection::vec(any::<u16>(), 0..3), 0..=3)
            .prop_map(|items| BoundedList::try_from(&items[..]).unwrap()),
        proptest::option::of(proptest::collection::vec(bytes, 0..4).prop_map(Holder)),
        (
            proptest::collection::vec((any::<bool>(), any::<[u8; 32]>()), 0..3).prop_map(|all| {
                all.into_iter().map(|(b, bytes)| (b, U256::from_le_bytes(bytes))).collect()
            }),
            any::<Option<[u8; 16]>>().prop_map(|bytes| bytes.map(Uuid::from_bytes)),
        ),
        any::<[Option<i32>; 2]>(),
        "[a-z]{0,9}".prop_map(|text| BoundedString::try_from(&text[..]).unwrap()),
    )
}

proptest! {
    #[test]
    fn every_value_reads_back(value in everything()) {
        let frame = Holder(value.clone()).to_frame();
        prop_assert_eq!(frame.len() % 8, 0);
        prop_assert_eq!(Holder::from_frame_strict(&frame), Ok(Holder(value)));
    }

    /// Any fault gives a value or an error, the same by decoding and by checking.
    #[test]
    fn no_fault_is_a_panic(value in everything(), at in any::<prop::sample::Index>(), bit in 0..8) {
        let mut frame = Holder(value).to_frame();
        let at = at.index(frame.len());
        frame[at] ^= 1_u8 << bit;
        let decoded = Holder::<Everything>::from_frame(&frame);
        let viewed = Holder::<Everything>::view(&frame);
        prop_assert_eq!(decoded.err(), viewed.err());
        prop_assert!(Holder::<Everything>::from_frame(&frame[..at]).is_err());
    }
}

#[test]
fn text_is_checked_whatever_its_length() {
    // Around a word, with the fault in each place: what the fast look passes over, nothing checks.
    for len in 1..=33 {
        for at in 0..len {
            let mut text = vec![b'a'; len];
            text[at] = 0xff;
            let mut frame = Holder(String::from_utf8(vec![b'a'; len]).unwrap()).to_frame();
            frame[24..24 + len].copy_from_slice(&text);
            let error = Holder::<String>::from_frame(&frame).unwrap_err();
            assert_eq!((error.kind.name(), error.at), ("utf8", 24 + at));
        }
    }
    check(String::from("1234567é"), "00000000 09000000 31323334353637 c3a9 00000000000000");
    check(BoundedString::<6>::try_from("é").unwrap(), "02 c3a900000000 00");
}

#[test]
fn what_lies_behind_bounded_text_means_nothing() {
    let text = BoundedString::<8>::try_from("ab").unwrap();
    let mut frame = Holder(text).to_frame();
    frame[16 + 5] = 0xff;
    let decoded = Holder::<BoundedString<8>>::from_frame(&frame).unwrap().0;
    assert_eq!(decoded, text);
    assert_eq!(Holder(decoded).to_frame(), Holder(text).to_frame());
    assert!(Holder::<BoundedString<8>>::from_frame_strict(&frame).is_err());
    // A count that ends inside a character.
    let mut frame = Holder(BoundedString::<8>::try_from("é").unwrap()).to_frame();
    frame[16] = 1;
    let error = Holder::<BoundedString<8>>::from_frame(&frame).unwrap_err();
    assert_eq!((error.kind.name(), error.at), ("utf8", 17));
}
