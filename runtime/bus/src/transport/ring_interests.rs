//! What readers of a ring are after, and what a topic is to them: a number made of its name.
//!
//! A ring carries every topic of its node to all who read there. Whoever publishes on one and waits for subscribers
//! means those of that one.

use mycelium_ring::Interests;

use crate::selector::Selector;

/// The number that stands for a topic, which writer and readers make alike: 64-bit FNV-1a of its name
/// (<http://www.isthe.com/chongo/tech/comp/fnv/>). Two topics of one number are each counted for the other.
pub(super) fn number_of(topic: &str) -> u64 {
    let hash = topic.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    // Zero stands for none.
    hash.max(1)
}

/// What a subscriber is after; patterns may fit any topic.
pub(super) fn interests_of(selector: &Selector) -> Interests {
    match selector.is_typed() {
        true => Interests::of(selector.wishes().iter().map(|(topic, ..)| number_of(topic))),
        false => Interests::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::number_of;

    /// Other processes may run other versions of this.
    #[test]
    fn numbers_stay_as_they_are() {
        let of = ["", "a", "foobar"].map(number_of);
        assert_eq!(of, [0xcbf2_9ce4_8422_2325, 0xaf63_dc4c_8601_ec8c, 0x8594_4171_f739_67e8]);
    }
}
