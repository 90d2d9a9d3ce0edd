//! Frames that are filled where they lie: what comes of it is what encoding the same value gives.
#![forbid(unsafe_code)]
#![deny(missing_docs, warnings, clippy::all, clippy::pedantic)]

extern crate mycelium_wire as mycelium;

use mycelium::{Bytes, ErrorKind, Message, Shape, UpdateError};
use mycelium_derive::{Enum, Message, Struct};

/// One that has no zero.
#[derive(Debug, Clone, Copy, PartialEq, Enum)]
#[myc(package = "test", closed, repr = u8)]
#[repr(u8)]
enum Format {
    Rgb = 1,
    Gray = 2,
}

#[derive(Debug, Clone, Copy, PartialEq, Struct)]
#[myc(package = "test")]
#[repr(C)]
struct Point {
    x: f32,
    y: f32,
}

#[derive(Debug, Clone, PartialEq, Message)]
#[myc(package = "test", id = 1)]
struct Image {
    format: Format,
    width: u32,
    camera: String,
    pixels: Vec<u8>,
    depths: Vec<f64>,
    raw: Bytes,
    #[myc(len(..=9))]
    points: Vec<Point>,
    tags: Vec<String>,
    formats: Vec<Format>,
    valid: Vec<bool>,
}

fn image() -> Image {
    Image {
        format: Format::Gray,
        width: 3,
        camera: "front".to_owned(),
        pixels: vec![1, 2, 3],
        depths: vec![0.5, -0.5],
        raw: Bytes(vec![9; 5]),
        points: vec![Point { x: 1.0, y: 2.0 }],
        tags: Vec::new(),
        formats: Vec::new(),
        valid: vec![true, false],
    }
}

/// The form of its frame, in no order.
fn shape() -> Shape<Image> {
    let lens = [
        ImageView::POINTS.of_len(7),
        ImageView::VALID.of_len(2),
        ImageView::POINTS.of_len(1),
        ImageView::RAW.of_len(5),
        ImageView::PIXELS.of_len(3),
        ImageView::CAMERA.of_len(5),
        ImageView::DEPTHS.of_len(2),
    ];
    Shape::new(&lens).unwrap()
}

#[test]
fn what_is_filled_is_what_is_encoded() {
    let shape = shape();
    for keeps in [false, true] {
        let mut frame = vec![0xff; shape.frame_len()];
        if keeps {
            shape.write_around(&mut frame, 0);
        } else {
            shape.write(&mut frame, 0);
        }
        let mut room = shape.message(&mut frame);
        // Behind fields that are not set yet.
        room.items_mut(ImageView::VALID).unwrap()[0] = true;
        room.set(ImageView::CAMERA, "front".to_owned()).unwrap();
        room.items_mut(ImageView::POINTS).unwrap()[0] = Point { x: 1.0, y: 2.0 };
        room.items_mut(ImageView::RAW).unwrap().fill(9);
        room.items_mut(ImageView::DEPTHS).unwrap().copy_from_slice(&[0.5, -0.5]);
        room.items_mut(ImageView::PIXELS).unwrap().copy_from_slice(&[1, 2, 3]);
        assert!(room.items_mut(ImageView::FORMATS).unwrap().is_empty());
        room.set(ImageView::WIDTH, 3).unwrap();
        assert_eq!(room.view().pixels().as_slice(), Some([1, 2, 3].as_slice()));
        assert!(shape.check(&frame).is_err(), "there is no format zero");
        shape.message(&mut frame).set(ImageView::FORMAT, Format::Gray).unwrap();
        shape.check(&frame).unwrap();
        assert_eq!(frame, image().to_frame());
    }
}

#[test]
fn what_lay_there_is_kept_where_it_can_be() {
    let shape = Shape::new(&[
        ImageView::PIXELS.of_len(3),
        ImageView::CAMERA.of_len(2),
        ImageView::VALID.of_len(4),
    ])
    .unwrap();
    let mut frame = vec![0xff; shape.frame_len()];
    shape.write_around(&mut frame, 7);
    let mut room = shape.message(&mut frame);
    room.set(ImageView::FORMAT, Format::Rgb).unwrap();
    assert_eq!(room.items_mut(ImageView::PIXELS).unwrap(), [0xff; 3]);
    assert_eq!(room.items_mut(ImageView::VALID).unwrap(), [false; 4]);
    shape.check(&frame).unwrap();
    assert_eq!(Image::from_frame(&frame).unwrap().camera, "\0\0");
    shape.write(&mut frame, 7);
    assert_eq!(shape.message(&mut frame).items_mut(ImageView::PIXELS).unwrap(), [0; 3]);
}

#[test]
fn what_breaks_a_rule_is_refused() {
    let shape = shape();
    let mut frame = vec![0; shape.frame_len()];
    shape.write(&mut frame, 0);
    let mut room = shape.message(&mut frame);
    let longer = room.set(ImageView::CAMERA, "behind".to_owned());
    assert!(matches!(longer, Err(UpdateError::Length { expected: 5, found: 6, .. })), "{longer:?}");
    let refused = room.set(ImageView::TAGS, vec!["one".to_owned()]);
    assert!(refused.is_err(), "a list of which nothing is known but that it is empty");

    let formats = Shape::new(&[ImageView::FORMATS.of_len(2)]).unwrap();
    let mut frame = vec![0; formats.frame_len()];
    formats.write(&mut frame, 0);
    let mut room = formats.message(&mut frame);
    let zeros = room.items_mut(ImageView::FORMATS);
    let Err(UpdateError::NoItems(error)) = zeros else { panic!("{zeros:?}") };
    assert_eq!(error.kind, ErrorKind::Enum { value: 0 });
    room.set(ImageView::FORMATS, vec![Format::Rgb, Format::Gray]).unwrap();
    room.items_mut(ImageView::FORMATS).unwrap()[1] = Format::Rgb;

    let many = Shape::new(&[ImageView::POINTS.of_len(10)]).unwrap();
    let mut frame = vec![0; many.frame_len()];
    many.write(&mut frame, 0);
    many.message(&mut frame).set(ImageView::FORMAT, Format::Rgb).unwrap();
    let error = many.check(&frame).unwrap_err();
    assert_eq!(error.kind.name(), "len");
}

#[test]
fn what_no_frame_holds_is_too_long() {
    for count in [1 << 32, usize::MAX / 8, usize::MAX] {
        assert!(Shape::new(&[ImageView::DEPTHS.of_len(count)]).is_err());
        let both = [ImageView::DEPTHS.of_len(1), ImageView::RAW.of_len(count)];
        assert!(Shape::new(&both).is_err());
    }
    let most = Shape::new(&[ImageView::PIXELS.of_len(u32::MAX as usize - 1000)]).unwrap();
    assert!(most.frame_len() > u32::MAX as usize - 1000);
}

#[test]
fn a_frame_that_is_not_aligned_has_no_slices_of_numbers() {
    let frame = image().to_frame();
    let mut bytes = vec![0; frame.len() + 16];
    let start = bytes.as_ptr().align_offset(8) + 1;
    bytes[start..][..frame.len()].copy_from_slice(&frame);
    let mut image = Image::view_mut(&mut bytes[start..][..frame.len()]).unwrap();
    assert_eq!(image.items_mut(ImageView::PIXELS).unwrap(), [1, 2, 3]);
    let refused = image.items_mut(ImageView::DEPTHS);
    let Err(UpdateError::NoItems(error)) = refused else { panic!("{refused:?}") };
    assert_eq!(error.kind, ErrorKind::Misaligned { align: 8 });
}
