//! The parts of the page, which are measured by themselves.

/// Where a part begins that has a command of its own; in the order of the page, after all else.
const OWN: [&str; 11] = [
    "## The ring between processes\n",
    "## Over sockets\n",
    "## Watched\n",
    "## The bus in one process\n",
    "## Actors and simulations\n",
    "## A backtest beside hftbacktest\n",
    "## Beside other codecs\n",
    "## OCaml beside other codecs\n",
    "## Python codecs side by side\n",
    "## Compile time of the derive\n",
    "## The compiler\n",
];

/// The page with the parts that were measured; the others stay as they are.
pub(super) fn join(old: &str, measured: &str) -> String {
    let (old, measured) = (Parts::of(old), Parts::of(measured));
    let newest =
        |measured: &str, old: &str| if measured.is_empty() { old } else { measured }.to_owned();
    let own = measured.own.iter().zip(&old.own).map(|(measured, old)| newest(measured, old));
    let all = std::iter::once(newest(measured.first, old.first)).chain(own);
    let all: Vec<String> = all.filter(|part| !part.is_empty()).collect();
    all.join("\n\n") + "\n"
}

/// Each without blank lines around it, and empty where there is none.
struct Parts<'a> {
    first: &'a str,
    own: [&'a str; OWN.len()],
}

impl<'a> Parts<'a> {
    fn of(page: &'a str) -> Self {
        let starts = OWN.map(|heading| find_line(page, heading).unwrap_or(page.len()));
        let end_of = |start: usize| {
            starts.iter().copied().filter(|other| *other > start).min().unwrap_or(page.len())
        };
        let first = starts.iter().copied().min().unwrap_or(page.len());
        Self {
            first: page[..first].trim(),
            own: starts.map(|start| page[start..end_of(start)].trim()),
        }
    }
}

/// Where a line begins that is this one.
fn find_line(page: &str, line: &str) -> Option<usize> {
    if page.starts_with(line) {
        return Some(0);
    }
    page.find(&format!("\n{line}")).map(|end_of_former| end_of_former + 1)
}

#[cfg(test)]
mod tests {
    use super::join;

    const PAGE: &str = "# Performance\n\n## The compiler\n\nslow\n";

    #[test]
    fn each_part_of_the_page_outlives_the_others() {
        let newer = join(PAGE, "## The compiler\n\nfast\n");
        assert_eq!(newer, "# Performance\n\n## The compiler\n\nfast\n");
        let newer = join(PAGE, "# Figures\n");
        assert_eq!(newer, "# Figures\n\n## The compiler\n\nslow\n");
        assert_eq!(join("# Performance\n", "# Figures\n"), "# Figures\n");
    }

    #[test]
    fn a_part_finds_its_place() {
        let both = "# Performance\n\n## Beside other codecs\n\nfirst\n\n## The compiler\n\nslow\n";
        assert_eq!(join(PAGE, "## Beside other codecs\n\nfirst\n"), both);
        let newer = join(both, "## Beside other codecs\n\nsecond\n");
        assert_eq!(newer, both.replace("first", "second"));
        assert_eq!(join(both, PAGE), both);
    }
}
