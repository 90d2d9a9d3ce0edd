//! Decimal text to the nearest float, as const functions: what `str::parse` does, at compile time.
//!
//! Nearly all numbers that people write have few digits and lie near one; those come from one exact
//! multiplication or division. The others are divided as whole numbers of any length, bit by bit.

/// What the bits of a float are.
#[derive(Clone, Copy)]
struct Format {
    /// Bits of the significand, the leading one included.
    precision: i32,
    /// Power of two of the smallest number whose leading bit is one.
    least_exponent: i32,
    /// Power of two of the largest numbers.
    greatest_exponent: i32,
}

const BINARY32: Format = Format { precision: 24, least_exponent: -126, greatest_exponent: 127 };
const BINARY64: Format = Format { precision: 53, least_exponent: -1022, greatest_exponent: 1023 };

/// Significant digits that are looked at one by one; of those behind them it matters only whether all
/// are zero, since no number between two floats that has as many is half way.
const DIGITS: usize = 770;
/// Whole digits above which a number is beyond every float, and zeros behind the point above which it is
/// nearer to zero than to the smallest.
const FAR: usize = 400;

/// The float nearest to a number in plain decimal notation: digits with at most one point inside and a
/// leading minus. Of two as near, the one whose last bit is zero.
pub(crate) const fn f64_of(text: &str) -> f64 {
    let number = Number::read(text.as_bytes());
    let magnitude = match number.short() {
        Some((digits, places)) if digits <= 1 << 53 && places <= 22 => {
            digits as f64 / power_of_ten(places)
        }
        _ => f64::from_bits(number.round(BINARY64)),
    };
    if number.negative { -magnitude } else { magnitude }
}

/// The same of 32 bits; the number is rounded once.
pub(crate) const fn f32_of(text: &str) -> f32 {
    let number = Number::read(text.as_bytes());
    let magnitude = match number.short() {
        Some((digits, places)) if digits <= 1 << 24 && places <= 10 => {
            digits as f32 / power_of_ten(places) as f32
        }
        _ => f32::from_bits(number.round(BINARY32) as u32),
    };
    if number.negative { -magnitude } else { magnitude }
}

/// Exact, since a float holds all powers of ten up to the 22nd.
const fn power_of_ten(exponent: usize) -> f64 {
    let (mut power, mut i) = (1.0, 0);
    while i < exponent {
        power *= 10.0;
        i += 1;
    }
    power
}

/// A plain decimal number, taken apart.
struct Number<'a> {
    negative: bool,
    /// All digits, and the point.
    text: &'a [u8],
    /// Where the digits begin that are not leading zeros.
    start: usize,
    /// Where the point is or would be.
    point: usize,
}

impl<'a> Number<'a> {
    const fn read(text: &'a [u8]) -> Number<'a> {
        let (negative, text) = match text {
            [b'-', rest @ ..] => (true, rest),
            text => (false, text),
        };
        let mut point = 0;
        while point < text.len() && text[point] != b'.' {
            point += 1;
        }
        let mut start = 0;
        while start < text.len() && matches!(text[start], b'0' | b'.') {
            start += 1;
        }
        Number { negative, text, start, point }
    }

    /// The digits as one integer, and how many of them stand behind the point; nothing where 64 bits do
    /// not hold them.
    const fn short(&self) -> Option<(u64, usize)> {
        let (mut digits, mut i) = (0_u64, self.start);
        while i < self.text.len() {
            if i != self.point {
                let Some(shifted) = digits.checked_mul(10) else { return None };
                let Some(more) = shifted.checked_add((self.text[i] - b'0') as u64) else {
                    return None;
                };
                digits = more;
            }
            i += 1;
        }
        Some((digits, self.text.len().saturating_sub(self.point + 1)))
    }

    /// Bits of the nearest float, without the sign.
    const fn round(&self, format: Format) -> u64 {
        let infinity = (2 * format.greatest_exponent as u64 + 1) << (format.precision - 1);
        if self.start == self.text.len() || self.start > self.point + FAR {
            return 0;
        }
        if self.point > self.start + FAR {
            return infinity;
        }
        let (dividend, divisor) = self.fraction();
        let bits = divide(dividend, divisor, format);
        if bits < infinity { bits } else { infinity }
    }

    /// The number as a quotient of whole numbers.
    const fn fraction(&self) -> (Whole, Whole) {
        let (mut dividend, mut divisor) = (Whole::of(0), Whole::of(1));
        let (mut i, mut taken, mut rest) = (self.start, 0, false);
        while i < self.text.len() {
            if i != self.point {
                let digit = self.text[i] - b'0';
                if taken < DIGITS {
                    dividend.push_digit(digit);
                    taken += 1;
                } else {
                    rest |= digit != 0;
                }
            }
            i += 1;
        }
        let behind = self.text.len().saturating_sub(self.point + 1);
        let given =
            self.text.len() - self.start - (self.point >= self.start && behind > 0) as usize;
        // Digits that were not taken: so many powers of ten more, or fewer places.
        let mut places = behind as i64 - (given - taken) as i64;
        if rest {
            dividend.push_digit(1);
            places += 1;
        }
        while places > 0 {
            divisor.push_digit(0);
            places -= 1;
        }
        while places < 0 {
            dividend.push_digit(0);
            places += 1;
        }
        (dividend, divisor)
    }
}

/// The quotient, which is not zero, as the bits of a float.
const fn divide(mut dividend: Whole, mut divisor: Whole, format: Format) -> u64 {
    let mut exponent = dividend.bits() as i32 - divisor.bits() as i32;
    if exponent > 0 {
        divisor.shift(exponent as usize);
    } else {
        dividend.shift(-exponent as usize);
    }
    if dividend.is_below(&divisor) {
        dividend.shift(1);
        exponent -= 1;
    }
    // The quotient is now from 1 to 2, and its leading bit is worth 2^exponent.
    let missing =
        if exponent < format.least_exponent { format.least_exponent - exponent } else { 0 };
    let (mut wanted, mut significand) = (format.precision - missing, 0_u64);
    if wanted < 0 {
        return 0;
    }
    while wanted > 0 {
        significand <<= 1;
        if !dividend.is_below(&divisor) {
            dividend.subtract(&divisor);
            significand |= 1;
        }
        dividend.shift(1);
        wanted -= 1;
    }
    // What is left is twice the part of the last bit that was cut off.
    let is_above = divisor.is_below(&dividend);
    let is_half = !is_above && !dividend.is_below(&divisor);
    significand += (is_above || is_half && significand & 1 == 1) as u64;
    if missing > 0 {
        return significand;
    }
    // The leading bit, which is not stored, adds one to the exponent.
    let biased = (exponent - format.least_exponent) as u64;
    (biased << (format.precision - 1)) + significand
}

/// Limbs that hold 10^(DIGITS + FAR) and as much again as is shifted.
const LIMBS: usize = 64;

/// A whole number, the least significant limb first.
#[derive(Clone, Copy)]
struct Whole {
    limbs: [u64; LIMBS],
    /// Limbs in use.
    len: usize,
}

impl Whole {
    const fn of(number: u64) -> Whole {
        let mut limbs = [0; LIMBS];
        limbs[0] = number;
        Whole { limbs, len: 1 }
    }

    /// `self * 10 + digit`
    const fn push_digit(&mut self, digit: u8) {
        let (mut carry, mut i) = (digit as u128, 0);
        while i < self.len {
            let sum = self.limbs[i] as u128 * 10 + carry;
            self.limbs[i] = sum as u64;
            carry = sum >> 64;
            i += 1;
        }
        self.carry(carry as u64);
    }

    /// `self << count`
    const fn shift(&mut self, count: usize) {
        let (whole, part) = (count / 64, count % 64);
        let mut i = self.len;
        while whole > 0 && i > 0 {
            i -= 1;
            self.limbs[i + whole] = self.limbs[i];
            self.limbs[i] = 0;
        }
        self.len += whole;
        let (mut carry, mut i) = (0, whole);
        while part > 0 && i < self.len {
            let limb = self.limbs[i];
            self.limbs[i] = limb << part | carry;
            carry = limb >> (64 - part);
            i += 1;
        }
        self.carry(carry);
    }

    const fn carry(&mut self, carry: u64) {
        if carry > 0 {
            self.limbs[self.len] = carry;
            self.len += 1;
        }
    }

    /// `self - other`, which is not negative.
    const fn subtract(&mut self, other: &Whole) {
        let (mut borrow, mut i) = (false, 0);
        while i < self.len {
            let (less, first) = self.limbs[i].overflowing_sub(other.limbs[i]);
            let (less, second) = less.overflowing_sub(borrow as u64);
            self.limbs[i] = less;
            borrow = first | second;
            i += 1;
        }
    }

    const fn is_below(&self, other: &Whole) -> bool {
        let mut i = LIMBS;
        while i > 0 {
            i -= 1;
            if self.limbs[i] != other.limbs[i] {
                return self.limbs[i] < other.limbs[i];
            }
        }
        false
    }

    /// How many bits it has without leading zeros.
    const fn bits(&self) -> usize {
        let mut i = LIMBS;
        while i > 0 {
            i -= 1;
            if self.limbs[i] != 0 {
                return 64 * (i + 1) - self.limbs[i].leading_zeros() as usize;
            }
        }
        0
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::string::String;

    use proptest::prelude::*;

    use super::*;

    fn check(text: &str) {
        let (double, single): (f64, f32) = (text.parse().unwrap(), text.parse().unwrap());
        assert_eq!(f64_of(text).to_bits(), double.to_bits(), "f64 of {text}");
        assert_eq!(f32_of(text).to_bits(), single.to_bits(), "f32 of {text}");
    }

    /// Plain notation of a float, and of the point half way to the next.
    fn halfway(bits: u64) -> [String; 2] {
        let float = f64::from_bits(bits);
        // Exact: a float has at most 1074 places.
        let exact = |float: f64| format!("{float:.1100}");
        // Half of the sum of two neighbours has one bit more, and so one place more; by decimals.
        let (a, b) = (exact(float), exact(f64::from_bits(bits + 1)));
        [a.clone(), half_of_sum(&a, &b)]
    }

    fn half_of_sum(a: &str, b: &str) -> String {
        let width = a.len().max(b.len()) + 1;
        let digits = |text: &str| -> alloc::vec::Vec<u8> {
            let text = format!("{text:0>width$}0");
            text.bytes().filter(|byte| *byte != b'.').map(|byte| byte - b'0').collect()
        };
        let (a, b) = (digits(a), digits(b));
        let mut sum: alloc::vec::Vec<u8> = a.iter().zip(&b).map(|(a, b)| a + b).collect();
        for i in (1..sum.len()).rev() {
            if sum[i] > 9 {
                sum[i] -= 10;
                sum[i - 1] += 1;
            }
        }
        let mut rest = 0;
        for digit in &mut sum {
            let all = rest * 10 + *digit;
            *digit = all / 2;
            rest = all % 2;
        }
        let text: String = sum.iter().map(|digit| char::from(b'0' + digit)).collect();
        let (whole, places) = text.split_at(text.len() - 1101);
        format!("{whole}.{places}")
    }

    #[test]
    fn edges_are_those_of_the_standard_library() {
        for text in ["0", "-0", "0.0", "1", "-1", "0.5", "0.1", "-0.001", "16777217", "33554435"] {
            check(text);
        }
        check("9007199254740993");
        check("0.30000000000000004");
        check("179769313486231570814527423731704356798070000000000000000000000000000000000");
        for float in [f64::MAX, f64::MIN_POSITIVE, f64::from_bits(1), f64::from_bits(3)] {
            check(&format!("{float:.1100}"));
        }
        for float in [f32::MAX, f32::MIN_POSITIVE, f32::from_bits(1)] {
            check(&format!("{float:.200}"));
        }
        check(&format!("1{}", "0".repeat(309)));
        check(&format!("1{}", "0".repeat(5000)));
        check(&format!("0.{}1", "0".repeat(322)));
        check(&format!("0.{}1", "0".repeat(5000)));
        check(&format!("0.{}", "3".repeat(2000)));
        check(&format!("9007199254740993{}.{}1", "0".repeat(10), "0".repeat(1500)));
        check(&format!("9007199254740993.{}1", "0".repeat(1500)));
    }

    #[test]
    fn it_is_const() {
        const TENTH: f64 = f64_of("0.1");
        const SMALL: f64 = f64_of("0.000000000000000000000000000000123456789012345678901234567890");
        const THIRD: f32 = f32_of("0.333333333333333333");
        assert_eq!((TENTH, SMALL), (0.1, "1.2345678901234567890123456789e-31".parse().unwrap()));
        assert_eq!(THIRD, 0.333_333_34);
    }

    proptest! {
        #[test]
        fn texts_of_any_length_are_rounded_as_by_the_standard_library(
            text in "-?[0-9]{1,40}(\\.[0-9]{1,40})?|[0-9]{1,3}\\.[0-9]{250,330}|[0-9]{250,330}",
        ) {
            check(&text);
        }

        #[test]
        fn small_numbers_too(zeros in 0_usize..400, digits in "[1-9][0-9]{0,30}") {
            check(&format!("0.{}{digits}", "0".repeat(zeros)));
        }

        #[test]
        fn so_are_floats_and_points_half_way(bits in 0..f64::MAX.to_bits()) {
            for text in halfway(bits) {
                check(&text);
                check(&format!("{text}1"));
            }
        }

        #[test]
        fn subnormals_are_exact(bits in 0_u64..1 << 52) {
            for text in halfway(bits) {
                check(&text);
            }
        }
    }
}
