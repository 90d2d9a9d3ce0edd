//! Numbers as Rust writes them: read from expressions, spelled canonically.

use syn::{Expr, ExprLit, ExprUnary, Lit, UnOp};

/// An integer written as a literal, possibly with a minus.
pub(crate) fn integer(expr: &Expr) -> Option<i128> {
    match strip(expr) {
        Expr::Lit(ExprLit { lit: Lit::Int(int), .. }) => int.base10_parse().ok(),
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => match strip(expr) {
            Expr::Lit(ExprLit { lit: Lit::Int(int), .. }) => {
                format!("-{}", int.base10_digits()).parse().ok()
            }
            _ => None,
        },
        _ => None,
    }
}

/// A number written as a literal, possibly with a minus, in canonical spelling; an error text where
/// it has a type suffix or an exponent beyond all reason.
pub(crate) fn number(expr: &Expr) -> Option<Result<String, &'static str>> {
    match strip(expr) {
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => {
            number(expr).map(|number| number.map(negate))
        }
        Expr::Lit(ExprLit { lit: Lit::Int(int), .. }) => {
            Some(unsuffixed(int.suffix()).and_then(|()| canonical(int.base10_digits())))
        }
        Expr::Lit(ExprLit { lit: Lit::Float(float), .. }) => {
            Some(unsuffixed(float.suffix()).and_then(|()| canonical(float.base10_digits())))
        }
        _ => None,
    }
}

/// The expression inside parentheses and macro groups.
pub(crate) fn strip(expr: &Expr) -> &Expr {
    match expr {
        Expr::Group(group) => strip(&group.expr),
        Expr::Paren(paren) => strip(&paren.expr),
        other => other,
    }
}

fn unsuffixed(suffix: &str) -> Result<(), &'static str> {
    match suffix {
        "" => Ok(()),
        _ => Err("a default has the type of its field: leave the type suffix out"),
    }
}

fn negate(number: String) -> String {
    match number.strip_prefix('-') {
        Some(positive) => positive.to_owned(),
        None if number == "0" => number,
        None => format!("-{number}"),
    }
}

/// Plain decimal notation of digits with an optional point and exponent: no exponent, no zero that
/// says nothing.
fn canonical(digits: &str) -> Result<String, &'static str> {
    const FAR: &str = "the exponent of a default lies between -400 and 400";
    let (mantissa, exponent) = digits.split_once(['e', 'E']).unwrap_or((digits, "0"));
    let exponent: i32 = exponent.parse().map_err(|_| FAR)?;
    if !(-400..=400).contains(&exponent) {
        return Err(FAR);
    }
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let mut all = format!("{whole}{fraction}");
    let mut point = whole.len() as i64 + i64::from(exponent);
    while point < 0 {
        all.insert(0, '0');
        point += 1;
    }
    while point > all.len() as i64 {
        all.push('0');
    }
    let (whole, fraction) = all.split_at(point as usize);
    let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
    let whole = if whole.is_empty() { "0" } else { whole };
    Ok(if fraction.is_empty() { whole.to_owned() } else { format!("{whole}.{fraction}") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_one_spelling() {
        for (written, spelled) in [
            ("0", "0"),
            ("-0", "0"),
            ("-0.0", "0"),
            ("1_000", "1000"),
            ("0x10", "16"),
            ("1.50", "1.5"),
            ("-1.0", "-1"),
            ("1e3", "1000"),
            ("1.25e1", "12.5"),
            ("12.5e-3", "0.0125"),
            ("(7)", "7"),
            ("340282366920938463463374607431768211455", "340282366920938463463374607431768211455"),
        ] {
            let expr = syn::parse_str(written).expect("an expression");
            assert_eq!(number(&expr), Some(Ok(spelled.to_owned())), "{written}");
        }
    }

    #[test]
    fn integers_are_literals() {
        let integer = |text| integer(&syn::parse_str(text).expect("an expression"));
        assert_eq!(integer("-128"), Some(-128));
        assert_eq!(integer("0xff"), Some(255));
        assert_eq!(integer("1.0"), None);
        assert_eq!(integer("MAX"), None);
        assert_eq!(integer("1 + 1"), None);
    }
}
