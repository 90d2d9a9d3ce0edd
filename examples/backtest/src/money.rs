//! Money as the exact product of price, quantity and fee.

/// Money of the quote currency, in units of 1e-22: a price in 1e-8, times a quantity in 1e-8, times a fee
/// in 1e-6. Every sum of the accounts is exact.
pub type Money = i128;

/// Units of one of the quote currency.
pub const ONE: Money = 10_000_000_000_000_000_000_000;
/// Units of price and of quantity.
pub const UNIT: i64 = 100_000_000;

const PPM: Money = 1_000_000;

/// What a quantity costs at a price.
#[must_use]
pub fn cost(price: i64, quantity: i64) -> Money {
    Money::from(price) * Money::from(quantity) * PPM
}

/// The fee on it.
#[must_use]
pub fn fee(price: i64, quantity: i64, fee_ppm: i32) -> Money {
    Money::from(price) * Money::from(quantity) * Money::from(fee_ppm)
}

/// As a number of the quote currency, for statistics and pictures only.
#[must_use]
pub fn to_f64(money: Money) -> f64 {
    money as f64 / ONE as f64
}

/// As text, to six decimals, cut.
#[must_use]
pub fn to_text(money: Money) -> String {
    let sign = if money < 0 { "-" } else { "" };
    let (whole, rest) = (money.unsigned_abs() / ONE as u128, money.unsigned_abs() % ONE as u128);
    format!("{sign}{whole}.{:06}", rest / 10_000_000_000_000_000)
}
