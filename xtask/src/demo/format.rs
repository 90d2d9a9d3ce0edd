//! Numbers for people.

/// `1234567` as `1,234,567`.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Nanoseconds with three digits and the unit that fits.
pub(super) fn duration(ns: f64) -> String {
    let (value, unit) = match ns {
        ns if ns < 1e3 => (ns, "ns"),
        ns if ns < 1e6 => (ns / 1e3, "µs"),
        ns if ns < 1e9 => (ns / 1e6, "ms"),
        ns => (ns / 1e9, "s"),
    };
    let places = if value < 9.995 { 2 } else { usize::from(value < 99.95) };
    format!("{value:.places$} {unit}")
}

#[cfg(test)]
mod tests {
    use super::{duration, grouped};

    #[test]
    fn numbers_are_grouped() {
        let shown = [0, 999, 1_000, 168_609, 1_234_567].map(grouped);
        assert_eq!(shown, ["0", "999", "1,000", "168,609", "1,234,567"]);
    }

    #[test]
    fn durations_have_three_digits() {
        let shown = [5.0, 999.0, 1_234.0, 56_789.0, 123_456.0, 7.5e6, 2e9].map(duration);
        assert_eq!(
            shown,
            ["5.00 ns", "999 ns", "1.23 µs", "56.8 µs", "123 µs", "7.50 ms", "2.00 s"]
        );
    }
}
