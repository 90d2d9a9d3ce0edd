//! The pages, each kind in a file of its own.

pub(super) mod index;
pub(super) mod named;
pub(super) mod names;
pub(super) mod package;

use super::model::Chip;

/// What a package is that nobody named.
fn package_chips(is_root: bool) -> Vec<Chip> {
    let imported = Chip {
        class: "quiet",
        text: "imported".to_owned(),
        title: "Shown because other packages import it",
    };
    if is_root { Vec::new() } else { vec![imported] }
}
