//! Finds the name that was probably meant.

/// Longer names are not compared, nor more names than this, so that finding stays quick.
const MAX_NAME_BYTES: usize = 40;
const MAX_NAMES: usize = 2000;

/// The candidate nearest to `given` by edit distance, if it is near enough to be meant.
pub fn nearest<'c>(given: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    if given.len() > MAX_NAME_BYTES {
        return None;
    }
    let given: Vec<char> = given.to_lowercase().chars().collect();
    let allowed = (given.len() / 3).clamp(1, 3);
    candidates
        .into_iter()
        .take(MAX_NAMES)
        .filter(|candidate| candidate.len().abs_diff(given.len()) <= allowed)
        .filter_map(|candidate| {
            let letters: Vec<char> = candidate.to_lowercase().chars().collect();
            distance(&given, &letters, allowed).map(|distance| (distance, candidate))
        })
        .min()
        .map(|(_, candidate)| candidate)
}

/// Edits that make `a` into `b`, where swapping two neighbours is one edit; nothing if there are more
/// than `allowed`.
fn distance(a: &[char], b: &[char], allowed: usize) -> Option<usize> {
    let mut before = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let change = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = change.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(before[j - 2] + 1);
            }
            row.push(least);
        }
        if row.iter().all(|edits| *edits > allowed) {
            return None;
        }
        before = std::mem::replace(&mut last, row);
    }
    Some(last[b.len()]).filter(|edits| *edits <= allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_found() {
        let names = ["timestamp", "string", "u16", "u64"];
        assert_eq!(nearest("timstamp", names), Some("timestamp"));
        assert_eq!(nearest("String", names), Some("string"));
        assert_eq!(nearest("u61", names), Some("u16"));
        assert_eq!(nearest("money", names), None);
    }
}
