//! Names and sentences that look like those of a real schema, from a generator of numbers.

const FIRST: [&str; 16] = [
    "best", "last", "total", "open", "remote", "local", "signed", "market", "limit", "median",
    "session", "order", "trade", "feed", "clearing", "risk",
];
const SECOND: [&str; 16] = [
    "price",
    "quantity",
    "sequence",
    "venue",
    "latency",
    "ratio",
    "account",
    "level",
    "window",
    "offset",
    "margin",
    "status",
    "volume",
    "reason",
    "checksum",
    "reference",
];
const TITLES: [&str; 10] = [
    "OrderUpdate",
    "TradeReport",
    "BookSnapshot",
    "RiskLimit",
    "FundingRate",
    "SessionEvent",
    "PositionChange",
    "ClearingNotice",
    "LatencySample",
    "AccountBalance",
];

/// The kind of message at a place in its file.
pub(super) fn title(index: usize) -> &'static str {
    TITLES[index % TITLES.len()]
}

/// A stream of words that depends on its seed alone.
pub(super) struct Words(u64);

impl Words {
    pub(super) fn new(seed: u64) -> Words {
        Words(seed)
    }

    /// A number below `end`. SplitMix64: short, and good enough to shuffle shapes.
    pub(super) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % end as u64) as usize
    }

    /// Different names of two words each.
    pub(super) fn names(&mut self, count: usize) -> Vec<String> {
        let all = FIRST.len() * SECOND.len();
        let start = self.below(all);
        // An odd step visits all places before it comes back to one.
        let name = |index| {
            let place = (start + index * 37) % all;
            format!("{}_{}", FIRST[place / SECOND.len()], SECOND[place % SECOND.len()])
        };
        (0..count).map(name).collect()
    }

    pub(super) fn sentence(&mut self) -> String {
        let (first, second) = (FIRST[self.below(FIRST.len())], SECOND[self.below(SECOND.len())]);
        match self.below(3) {
            0 => format!("The {first} {second} as the venue reported it, before any correction."),
            1 => format!("A {second} of the {first} side."),
            _ => format!("Set by the {first} service; compare it with the {second}."),
        }
    }

    /// A sentence in so many of a hundred cases.
    pub(super) fn sometimes(&mut self, percent: usize) -> Option<String> {
        (self.below(100) < percent).then(|| self.sentence())
    }
}
