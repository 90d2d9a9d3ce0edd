//! Readers say what they are after, and the writer counts those of one kind.

mod common;

use common::{Place, reader, writer};
use mycelium_ring::{Interests, LossyReader, Reader, ReaderOptions};

fn after(names: &[&str]) -> ReaderOptions {
    let mut options = ReaderOptions::default();
    options.interests = Interests::named(names);
    options
}

fn attach(place: &Place, names: &[&str]) -> Reader {
    Reader::attach(place.ring(), &after(names)).expect("a reader")
}

#[test]
fn readers_count_for_what_they_name() {
    let place = Place::new();
    let writer = writer(&place.ring());
    let _two = attach(&place, &["trades", "quotes"]);
    let _one = attach(&place, &["quotes"]);
    let counts = ["trades", "quotes", "books", ""].map(|name| writer.readers_of(name));
    assert_eq!((counts, writer.live_readers()), ([1, 2, 0, 0], 2));
}

#[test]
fn who_names_nothing_or_too_much_counts_for_all() {
    let place = Place::new();
    let writer = writer(&place.ring());
    let names = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];
    let eight = attach(&place, &names[..8]);
    assert_eq!(names.map(|name| writer.readers_of(name)), [1, 1, 1, 1, 1, 1, 1, 1, 0]);
    drop(eight);
    let _nine = attach(&place, &names);
    let _none = attach(&place, &[]);
    assert_eq!(["1", "9", "books"].map(|name| writer.readers_of(name)), [2; 3]);
}

/// In the place of one that has named something.
#[test]
fn the_next_reader_has_interests_of_its_own() {
    let place = Place::new();
    let writer = writer(&place.ring());
    drop(attach(&place, &["trades", "quotes"]));
    let of = |name: &str| writer.readers_of(name);
    let all = reader(&place.ring());
    assert_eq!([of("trades"), of("books")], [1, 1]);
    drop(all);
    let _books = attach(&place, &["books"]);
    assert_eq!([of("trades"), of("quotes"), of("books")], [0, 0, 1]);
}

/// The writer does not wait for it.
#[test]
fn a_lossy_reader_does_not_count() {
    let place = Place::new();
    let writer = writer(&place.ring());
    let _lossy = LossyReader::attach(place.ring(), &after(&["trades"])).expect("a reader");
    assert_eq!((writer.readers_of("trades"), writer.live_readers()), (0, 1));
}
