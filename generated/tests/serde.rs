//! The golden vectors in the formats of serde, and values of random bytes: a list of the runtime's own
//! has what its items need, so that it does not matter whether these were generated with features.

use std::fs;
use std::path::Path;

use arbitrary::{Arbitrary, Unstructured};
use mycelium::wire::{BoundedList, DecodeOwned, Message, hex};
use mycelium_generated::messages::{Visitor, visit_all};
use serde_json::Value as Json;

type One<M> = BoundedList<M, 1>;

/// All vectors that are a value.
fn vectors() -> Vec<Json> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas/vectors");
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut all = Vec::new();
    for path in paths.filter(|path| path.extension().is_some_and(|it| it == "json")) {
        let file: Json = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
        let vectors = file["vectors"].as_array().unwrap().iter();
        all.extend(vectors.filter(|vector| vector.get("error").is_none()).cloned());
    }
    all
}

/// Does something with a stack on which the largest of the messages finds room several times.
fn with_room(check: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(1 << 26).spawn(check);
    thread.unwrap().join().unwrap();
}

/// The value goes through the text and the bytes of serde, and comes back the same.
fn check<M: Message + DecodeOwned>(one: &One<M>, frame: &[u8]) -> String {
    let text = serde_json::to_string(one).unwrap();
    let read: One<M> = serde_json::from_str(&text).unwrap();
    assert_eq!(read[0].to_frame(), frame, "{text}");
    let bytes = postcard::to_allocvec(one).unwrap();
    assert_eq!(postcard::from_bytes::<One<M>>(&bytes).unwrap()[0].to_frame(), frame);
    text
}

#[test]
fn vectors_are_the_same() {
    struct Vectors(Vec<Json>, usize);

    impl Visitor for Vectors {
        fn visit<M: Message + DecodeOwned>(&mut self) {
            for vector in self.0.iter().filter(|vector| vector["type"] == M::NAME) {
                let text = format!("[{}]", vector["value"]);
                let frame = hex::decode(vector["frame"].as_str().unwrap()).unwrap();
                let canonical = M::from_frame(&frame).unwrap().to_frame();
                let one: One<M> = serde_json::from_str(&text).unwrap();
                assert_eq!(check(&one, &canonical), text);
                self.1 += 1;
            }
        }
    }

    with_room(|| {
        let mut vectors = Vectors(vectors(), 0);
        visit_all(&mut vectors);
        assert_eq!(vectors.0.len(), vectors.1);
    });
}

#[test]
fn values_of_random_bytes() {
    struct Random(u64);

    impl Random {
        fn bytes(&mut self, count: usize) -> Vec<u8> {
            let mut next = || {
                self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                (self.0 >> 56) as u8
            };
            (0..count).map(|_| next()).collect()
        }
    }

    impl Visitor for Random {
        fn visit<M: Message + DecodeOwned>(&mut self) {
            let mut checked = 0;
            for count in (0..400).map(|round| round * 3) {
                let bytes = self.bytes(count);
                let one = One::<M>::arbitrary(&mut Unstructured::new(&bytes)).unwrap();
                let Some(value) = one.first() else { continue };
                assert_eq!(value.validate(), Ok(()));
                let frame = value.to_frame();
                assert_eq!(M::from_frame_strict(&frame).unwrap().to_frame(), frame);
                check(&one, &frame);
                checked += 1;
            }
            assert!(checked > 100, "{checked} values of {}", M::NAME);
        }
    }

    with_room(|| visit_all(&mut Random(7)));
}
