//! Value at risk and expected shortfall of simulated profits.

/// What may be lost at one level of confidence.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Risk {
    /// The level, 0.95 for instance.
    pub level: f64,
    /// Loss that is exceeded with a probability of one less the level.
    pub value_at_risk: f64,
    /// Where the true one lies, with a probability of 99 %: two of the ordered losses.
    pub interval: (f64, f64),
    /// Mean of the losses beyond the value at risk.
    pub expected_shortfall: f64,
}

/// Quantile of the normal distribution for a two-sided probability of 99 %.
const Z_99: f64 = 2.575_829_303_548_901;

/// The risk of profits, which are sorted.
///
/// # Panics
/// There are fewer than a hundred profits.
#[must_use]
pub fn risk(sorted_profits: &[f64], level: f64) -> Risk {
    let count = sorted_profits.len();
    assert!(count >= 100, "a tail of {count} profits says nothing");
    let tail = 1.0 - level;
    let rank = tail * count as f64;
    // How many of the profits lie beyond the true quantile is binomially distributed.
    let spread = Z_99 * (count as f64 * tail * level).sqrt();
    let loss_at = |rank: f64| -sorted_profits[(rank.max(0.0) as usize).min(count - 1)];
    let beyond = (rank as usize).max(1);
    Risk {
        level,
        value_at_risk: loss_at(rank),
        interval: (loss_at((rank + spread).ceil()), loss_at((rank - spread).floor())),
        expected_shortfall: -sorted_profits[..beyond].iter().sum::<f64>() / beyond as f64,
    }
}

/// The quantile of the normal distribution at 95 % and 99 %, and the mean beyond it.
pub const NORMAL: [(f64, f64, f64); 2] = [
    (0.95, 1.644_853_626_951_472, 2.062_712_807_507_426),
    (0.99, 2.326_347_874_040_841, 2.665_214_220_345_806),
];
