//! Numbers as people read them.

/// Such as `1.25 M`: three digits, and a letter for thousands, millions and billions.
pub(crate) fn count(count: f64) -> String {
    scaled(count, &["", " k", " M", " G", " T"])
}

/// Nanoseconds, such as `1.25 µs`.
pub(crate) fn nanos(nanos: f64) -> String {
    match nanos {
        seconds if seconds >= 1e9 => format!("{} s", three_digits(seconds / 1e9)),
        nanos => scaled(nanos, &[" ns", " µs", " ms"]),
    }
}

/// Bytes, such as `1.25 MB`, in units of ten as rates have them.
pub(crate) fn bytes(bytes: f64) -> String {
    scaled(bytes, &[" B", " kB", " MB", " GB", " TB"])
}

fn scaled(value: f64, units: &[&str]) -> String {
    // The sum of no numbers is a zero with a sign, which nobody wants to read.
    let (mut value, mut unit) = (value + 0.0, 0);
    // What would be shown as a thousand has the next unit.
    while value >= 999.5 && unit + 1 < units.len() {
        value /= 1000.0;
        unit += 1;
    }
    let whole = unit == 0 && value.fract() == 0.0;
    let digits = if whole { format!("{value:.0}") } else { three_digits(value) };
    format!("{digits}{}", units[unit])
}

fn three_digits(value: f64) -> String {
    match value {
        value if value >= 99.95 => format!("{value:.0}"),
        value if value >= 9.995 => format!("{value:.1}"),
        value => format!("{value:.2}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_three_digits_and_the_unit_that_fits() {
        let counts = [0.0, 7.0, 0.5, 999.0, 999.6, 12_345.0, 9_990_000.0, 1e15].map(count);
        assert_eq!(counts, ["0", "7", "0.50", "999", "1.00 k", "12.3 k", "9.99 M", "1000 T"]);
        let times = [0.0, 850.0, 1_234.0, 99_960.0, 45_600_000.0, 1.5e9, 3.6e12].map(nanos);
        assert_eq!(times, ["0 ns", "850 ns", "1.23 µs", "100 µs", "45.6 ms", "1.50 s", "3600 s"]);
        assert_eq!([64.0, 8_192.0, 5e8].map(bytes), ["64 B", "8.19 kB", "500 MB"]);
        let nothing: f64 = std::iter::empty::<f64>().sum();
        assert_eq!(
            (count(nothing), bytes(-0.0), nanos(-0.0)),
            ("0".into(), "0 B".into(), "0 ns".into())
        );
    }
}
