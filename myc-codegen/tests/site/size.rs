//! The site grows as the schema does, however its types are spread over packages.

use std::fmt::Write;

use crate::{Site, schema_of, site_of};

fn site_with(types: usize) -> Site {
    let mut text = String::from("package big;\n");
    for number in 1..=types {
        let _ = writeln!(
            text,
            "/// Number {number}.\nmessage M{number} = {number} {{ x: u8, y: u64 }}"
        );
    }
    site_of(&schema_of(&text))
}

#[test]
fn a_page_does_not_grow_with_its_neighbours() {
    let (small, large) = (site_with(500), site_with(2000));
    let page = |site: &Site| site["types/big.M250.html"].len();
    assert!(page(&large) <= page(&small) + 100, "{} and {}", page(&small), page(&large));
    let whole = |site: &Site| site.values().map(String::len).sum::<usize>();
    assert!(whole(&large) < 4 * whole(&small) + whole(&small) / 10);
    let nav = large["types/big.M250.html"].split_once("<nav id=\"nav\"").unwrap().1.to_owned();
    assert!(
        nav.contains(">M249</a>") && nav.contains(">M251</a>") && nav.contains("all 2000 types")
    );
    assert!(nav.contains("aria-current=\"page\"><i class=\"mark message\""), "{nav}");
}
