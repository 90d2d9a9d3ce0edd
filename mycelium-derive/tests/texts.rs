//! Texts side by side: one look tells of many that they are UTF-8, and none is taken for text that is not.
#![forbid(unsafe_code)]

extern crate mycelium_wire as mycelium;

use mycelium::{Bytes, ErrorKind, FrameHeader, Message};
use mycelium_derive::Message;

#[derive(Debug, PartialEq, Message)]
#[myc(package = "test", id = 1)]
struct Texts {
    texts: Vec<String>,
}

#[derive(Debug, PartialEq, Message)]
#[myc(package = "test", id = 1, name = "Texts")]
struct TextsRef<'a> {
    texts: Vec<&'a str>,
}

/// Between its texts lies what is none.
#[derive(Debug, PartialEq, Message)]
#[myc(package = "test", id = 2)]
struct Mixed {
    before: String,
    bytes: Bytes,
    numbers: Vec<u16>,
    behind: String,
}

/// Where the first text lies: behind the header, the block and a reference for each.
fn start(texts: &Texts) -> usize {
    FrameHeader::SIZE + 8 + 8 * texts.texts.len()
}

/// Makes text `index` end so many bytes later, and the next one begin there.
fn shift(frame: &mut [u8], index: usize, by: i32) {
    let mut add = |at: usize, by: i32| {
        let at = FrameHeader::SIZE + 8 + at;
        let number: [u8; 4] = frame[at..at + 4].try_into().expect("four bytes");
        let number = u32::from_le_bytes(number).wrapping_add_signed(by);
        frame[at..at + 4].copy_from_slice(&number.to_le_bytes());
    };
    add(8 * index + 4, by);
    add(8 * (index + 1), by);
    add(8 * (index + 1) + 4, -by);
}

/// Whether all ways to read it give the same, which is the texts or a fault of UTF-8.
fn is_read(frame: &[u8], expected: Option<&[String]>) {
    let owned = Texts::from_frame(frame);
    let borrowed = TextsRef::from_frame(frame);
    let view = Texts::view(frame);
    let Some(expected) = expected else {
        for error in [owned.err(), borrowed.err(), view.err()] {
            assert_eq!(error.expect("it is refused").kind, ErrorKind::Utf8);
        }
        return;
    };
    assert_eq!(owned.expect("it is a value").texts, expected);
    assert_eq!(borrowed.expect("it is a value").texts, expected);
    let view = view.expect("it is a value");
    assert!(view.texts().iter().eq(expected.iter().map(String::as_str)));
}

/// Texts of many lengths, of characters of one to four bytes.
fn many() -> Texts {
    let words = [
        "",
        "-",
        "søren",
        "harvest of 2024",
        "漢字",
        "🦀",
        "0123456789 abcdefghijklmnopqrstuvwxyz",
    ];
    let text = |index: usize| words[index % words.len()].repeat(index % 11);
    Texts { texts: (0..700).map(text).collect() }
}

#[test]
fn texts_are_read_as_they_were_written() {
    let texts = many();
    is_read(&texts.to_frame(), Some(&texts.texts));
    let long = Texts { texts: vec!["a".repeat(9000), "ø".repeat(5000), String::new()] };
    is_read(&long.to_frame(), Some(&long.texts));
}

#[test]
fn a_character_is_not_shared_by_two_texts() {
    for before in [0, 1, 100, 200, 5000] {
        let texts = ["b".repeat(before + 1), "aø".into(), "øb".into(), "c".repeat(300)];
        let texts = Texts { texts: texts.into() };
        let mut frame = texts.to_frame();
        shift(&mut frame, 1, -1);
        is_read(&frame, None);
        let mut frame = texts.to_frame();
        shift(&mut frame, 1, 1);
        is_read(&frame, None);
        let mut frame = texts.to_frame();
        shift(&mut frame, 1, 2);
        let [first, _, _, last] = &texts.texts[..] else { unreachable!("there are four") };
        is_read(&frame, Some(&[first.clone(), "aøø".into(), "b".into(), last.clone()]));
    }
}

#[test]
fn a_byte_of_no_text_is_found_wherever_it_lies() {
    let texts = many();
    let (frame, start) = (texts.to_frame(), start(&texts));
    let lens: Vec<usize> = texts.texts.iter().map(String::len).collect();
    // An interpreter takes some hundred times as long.
    let step = if cfg!(miri) { 4621 } else { 23 };
    for (at, with) in
        (start..frame.len()).step_by(step).flat_map(|at| [(at, 0xff), (at, 0x80), (at, b'x')])
    {
        let mut frame = frame.clone();
        frame[at] = with;
        let mut rest = &frame[start..];
        let expected: Option<Vec<String>> = lens
            .iter()
            .map(|len| {
                let (text, after) = rest.split_at(*len);
                rest = after;
                String::from_utf8(text.to_vec()).ok()
            })
            .collect();
        if rest.iter().all(|padding| *padding == 0) {
            is_read(&frame, expected.as_deref());
        }
    }
}

/// Short texts are copied by words that overlap, of a size for each range of lengths.
#[test]
fn text_of_every_length_is_written_as_it_is() {
    let alphabet = (b'!'..=b'~').map(char::from).cycle();
    let texts: Vec<String> =
        (0..=140).map(|len| alphabet.clone().skip(len).take(len).collect()).collect();
    let frame = Texts { texts: texts.clone() }.to_frame();
    let all = texts.concat();
    let written = &frame[FrameHeader::SIZE + 8 + 8 * texts.len()..][..all.len()];
    assert_eq!(written, all.as_bytes());
    is_read(&frame, Some(&texts));
}

/// Bytes at the edges of what UTF-8 has, in each of three places.
#[test]
fn text_is_what_the_standard_library_takes_for_it() {
    const EDGES: [u8; 14] =
        [b'x', 0x7f, 0x80, 0x9f, 0xa0, 0xbf, 0xc1, 0xc2, 0xdf, 0xe0, 0xed, 0xf0, 0xf4, 0xff];
    let texts = Texts { texts: vec!["abc".into(), "d".repeat(40)] };
    let (mut frame, start) = (texts.to_frame(), start(&texts));
    for first in EDGES {
        for second in EDGES {
            for third in EDGES {
                frame[start..start + 3].copy_from_slice(&[first, second, third]);
                let text = String::from_utf8(vec![first, second, third]).ok();
                let expected = text.map(|text| [text, texts.texts[1].clone()]);
                is_read(&frame, expected.as_ref().map(|texts| &texts[..]));
            }
        }
    }
}

#[test]
fn what_lies_between_texts_may_be_text_or_not() {
    let between: [&[u8]; 5] = [b"", b"abc", b"\xc3", b"a\xc3", b"\xff\x80"];
    for bytes in between {
        for numbers in [vec![], vec![0x4141], vec![0xc341]] {
            let mixed = Mixed {
                before: "sør".into(),
                bytes: Bytes::from(bytes),
                numbers: numbers.clone(),
                behind: "øst".into(),
            };
            let frame = mixed.to_frame();
            assert_eq!(Mixed::from_frame(&frame).as_ref(), Ok(&mixed));
            assert_eq!(Mixed::view(&frame).expect("it is a value").behind(), "øst");

            // A text that begins within a character is none, also where what lies before it has the other half.
            let mut frame = frame;
            let at =
                frame.windows(4).position(|bytes| bytes == "øst".as_bytes()).expect("it is there");
            frame[at] = 0xb8;
            for error in [Mixed::from_frame(&frame).err(), Mixed::view(&frame).err()] {
                assert_eq!(error.expect("it is refused").kind, ErrorKind::Utf8);
            }
        }
    }
}
