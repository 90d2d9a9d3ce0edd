//! Random numbers that a seed decides, the same in every build and on every machine.
//!
//! The algorithm is part of what a simulation promises, so it stands here and not in a library that
//! may change it: xoshiro256++ of Blackman and Vigna, seeded through SplitMix64.

/// A stream of random numbers, fixed by its seed.
///
/// ```
/// use mycelium::actor::Random;
///
/// let (mut one, mut other) = (Random::seeded(7), Random::seeded(7));
/// assert_eq!(one.next_u64(), other.next_u64());
/// assert!(one.below(6) < 6);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Random {
    state: [u64; 4],
}

impl Random {
    /// The stream of a seed.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        let mut walk = seed;
        Self { state: std::array::from_fn(|_| split_mix(&mut walk)) }
    }

    /// Sixty-four random bits.
    #[inline]
    pub fn next_u64(&mut self) -> u64 {
        let [a, b, c, d] = &mut self.state;
        let result = a.wrapping_add(*d).rotate_left(23).wrapping_add(*a);
        let shifted = *b << 17;
        *c ^= *a;
        *d ^= *b;
        *b ^= *c;
        *a ^= *d;
        *c ^= shifted;
        *d = d.rotate_left(45);
        result
    }

    /// A number from 0 up to, but without, `end`; 0 where `end` is 0.
    #[inline]
    pub fn below(&mut self, end: u64) -> u64 {
        // Of 2^64 numbers at most `end` come once too often: no more than a sample could show.
        ((u128::from(self.next_u64()) * u128::from(end)) >> 64) as u64
    }

    /// A number in `0.0..1.0`, one of 2^53 that lie evenly.
    #[inline]
    pub fn unit(&mut self) -> f64 {
        (self.next_u64() >> 11) as f64 * (1.0 / (1_u64 << 53) as f64)
    }

    /// Whether something of this probability happens: never at 0, always at 1.
    #[inline]
    pub fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// A number of the normal distribution of mean 0 and deviation 1, by Marsaglia's polar method.
    pub fn normal(&mut self) -> f64 {
        loop {
            let (x, y) = (2.0 * self.unit() - 1.0, 2.0 * self.unit() - 1.0);
            let square = x * x + y * y;
            if square > 0.0 && square < 1.0 {
                return x * (-2.0 * square.ln() / square).sqrt();
            }
        }
    }

    /// A number of the exponential distribution of mean 1.
    pub fn exponential(&mut self) -> f64 {
        -(1.0 - self.unit()).ln()
    }
}

/// The seed of one of many: of a point of a sweep, or an actor of a simulation. Neighbours are unlike.
#[must_use]
pub fn derive_seed(seed: u64, index: u64) -> u64 {
    let mut walk = seed ^ index.wrapping_mul(0xD134_2543_DE82_EF95);
    split_mix(&mut walk)
}

fn split_mix(walk: &mut u64) -> u64 {
    *walk = walk.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut mixed = *walk;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::{Random, derive_seed, split_mix};

    #[test]
    fn the_stream_is_the_published_one() {
        let mut walk = 1_234_567;
        assert_eq!(split_mix(&mut walk), 6_457_827_717_110_365_317);
        let mut random = Random { state: [1, 2, 3, 4] };
        let first: Vec<u64> = (0..3).map(|_| random.next_u64()).collect();
        assert_eq!(first, [41_943_041, 58_720_359, 3_588_806_011_781_223]);
    }

    /// Python's test has the same numbers.
    #[test]
    fn seeds_of_points_are_fixed() {
        let seeds = [derive_seed(0, 0), derive_seed(42, 1), derive_seed(u64::MAX, 9_999)];
        assert_eq!(
            seeds,
            [16_294_208_416_658_607_535, 527_119_514_220_057_781, 8_168_282_444_125_611_715]
        );
    }

    #[test]
    fn moments_are_those_of_the_distributions() {
        let (mut random, count) = (Random::seeded(3), 200_000);
        let normal: Vec<f64> = (0..count).map(|_| random.normal()).collect();
        let mean = normal.iter().sum::<f64>() / f64::from(count);
        let variance = normal.iter().map(|x| x * x).sum::<f64>() / f64::from(count);
        assert!(mean.abs() < 0.01 && (variance - 1.0).abs() < 0.02, "{mean} {variance}");
        let mean = (0..count).map(|_| random.exponential()).sum::<f64>() / f64::from(count);
        assert!((mean - 1.0).abs() < 0.01, "{mean}");
        assert!((0..1000).all(|_| random.below(3) < 3 && !random.chance(0.0)));
    }
}
