//! Arms of unions: what the derive's encode, decode and view come down to.
//!
//! Closed and open unions have the same functions in two modules, since they lie differently: a
//! [`closed`] one holds its value inline behind a tag of one or two bytes, an [`open`] one refers to it
//! as an embedded payload, which a reader that does not know the tag can keep.

use crate::error::Failed;
use crate::layout;
use crate::reflect::Arm;
use crate::tail::{Tail, TailReader, TailWriter};
use crate::validate::ValidationError;
use crate::wire::{Decode, Wire};

/// What an arm's tag is, where its value lies, and what it is called.
#[derive(Debug, Clone, Copy)]
pub struct ArmSlot {
    tag: u16,
    /// Bytes of the tag.
    tag_size: usize,
    /// Offset of the value, or of the reference to it.
    start: usize,
    /// The type with its package, for errors.
    owner: &'static str,
    /// The arm, for errors.
    name: &'static str,
}

/// The slots of all arms of the union called `owner`.
///
/// # Panics
///
/// Where `arms` are not `N`.
pub const fn arm_slots<const N: usize>(
    owner: &'static str,
    open: bool,
    arms: &[Arm<'static>],
) -> [ArmSlot; N] {
    assert!(arms.len() == N, "a slot for each arm");
    let (tag_size, start) =
        if open { (4, 4) } else { (layout::tag_size(arms), layout::arm_offset(arms)) };
    let mut slots = [ArmSlot { tag: 0, tag_size, start, owner, name: "" }; N];
    let mut i = 0;
    while i < N {
        slots[i].tag = arms[i].tag;
        slots[i].name = arms[i].name;
        i += 1;
    }
    slots
}

impl ArmSlot {
    fn write_tag<'a>(&self, inline: &'a mut [u8]) -> &'a mut [u8] {
        let (head, value) = inline.split_at_mut(self.start);
        let (tag, padding) = head.split_at_mut(self.tag_size);
        tag.copy_from_slice(&u32::from(self.tag).to_le_bytes()[..tag.len()]);
        padding.fill(0);
        value
    }

    fn name(&self, failed: Failed) -> Failed {
        failed.within(self.owner, self.name)
    }
}

/// The tag of an inline form; 0, which no arm has, where the bytes end before it.
#[inline]
pub fn read_tag<const N: usize>(inline: &[u8], slots: &[ArmSlot; N]) -> u32 {
    let size = slots.first().map_or(0, |slot| slot.tag_size);
    let mut tag = [0; 4];
    if let Some(bytes) = inline.get(..size) {
        tag[..size].copy_from_slice(bytes);
    }
    u32::from_le_bytes(tag)
}

/// Holds what an arm's value holds to its constraints.
///
/// # Errors
///
/// The first that is not kept.
#[inline]
pub fn validate_arm<T: Wire>(value: &T, slot: &ArmSlot) -> Result<(), ValidationError> {
    if !T::IS_CONSTRAINED {
        return Ok(());
    }
    value.validate_parts().map_err(|error| error.in_field(slot.name))
}

/// Arms of closed unions.
pub mod closed {
    use super::{ArmSlot, Decode, Failed, Tail, TailReader, TailWriter, Wire};

    /// Where the tail ends behind the value.
    pub fn tail_end<T: Wire>(value: &T, end: usize) -> usize {
        value.tail_end(end)
    }

    /// Writes tag and value, and zeros what is left of the room.
    pub fn encode<T: Wire>(
        value: &T,
        inline: &mut [u8],
        slot: &ArmSlot,
        tail: &mut TailWriter<'_>,
    ) {
        let (inline, rest) = slot.write_tag(inline).split_at_mut(T::SIZE);
        value.encode(inline, tail);
        rest.fill(0);
    }

    /// Reads the value.
    pub fn decode<'de, T: Decode<'de>>(
        inline: &'de [u8],
        slot: &ArmSlot,
        tail: &mut TailReader<'de>,
    ) -> Result<T, Failed> {
        T::decode(&inline[slot.start..slot.start + T::SIZE], tail)
            .map_err(|failed| slot.name(failed))
    }

    /// Checks the value.
    pub fn check<T: Wire>(
        inline: &[u8],
        slot: &ArmSlot,
        tail: &mut TailReader<'_>,
    ) -> Result<(), Failed> {
        T::check(&inline[slot.start..slot.start + T::SIZE], tail)
            .map_err(|failed| slot.name(failed))
    }

    /// Reads the value in place.
    pub fn view<'a, T: Wire>(inline: &'a [u8], slot: &ArmSlot, tail: Tail<'a>) -> T::View<'a> {
        T::view_inline(inline.get(slot.start..slot.start + T::SIZE).unwrap_or_default(), tail)
    }
}

/// Arms of open unions.
pub mod open {
    use super::{ArmSlot, Decode, Failed, Tail, TailReader, TailWriter, Wire};
    use crate::embedded::{self, UnknownArm};
    use crate::error::ErrorKind;
    use crate::validate::ValidationError;

    /// Where the tail ends behind the value.
    pub fn tail_end<T: Wire>(value: &T, end: usize) -> usize {
        embedded::tail_end(value, end)
    }

    /// Writes the tag, and the value as an embedded payload.
    pub fn encode<T: Wire>(
        value: &T,
        inline: &mut [u8],
        slot: &ArmSlot,
        tail: &mut TailWriter<'_>,
    ) {
        embedded::encode(value, slot.write_tag(inline), tail);
    }

    /// Reads the value.
    pub fn decode<'de, T: Decode<'de>>(
        inline: &'de [u8],
        slot: &ArmSlot,
        tail: &mut TailReader<'de>,
    ) -> Result<T, Failed> {
        embedded::decode(&inline[slot.start..], tail).map_err(|failed| slot.name(failed))
    }

    /// Checks the value.
    pub fn check<T: Wire>(
        inline: &[u8],
        slot: &ArmSlot,
        tail: &mut TailReader<'_>,
    ) -> Result<(), Failed> {
        embedded::check::<T>(&inline[slot.start..], tail).map_err(|failed| slot.name(failed))
    }

    /// Reads the value in place.
    pub fn view<'a, T: Wire>(inline: &'a [u8], slot: &ArmSlot, tail: Tail<'a>) -> T::View<'a> {
        embedded::view::<T>(inline.get(slot.start..).unwrap_or_default(), tail)
    }

    /// Whether the arm is one that the union does not know, as each is that was read.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Tag`] where the tag is none or that of a known arm; where the payload is no embedded
    /// payload, why not.
    pub fn validate_unknown<const N: usize>(
        arm: &UnknownArm,
        slots: &[ArmSlot; N],
    ) -> Result<(), ValidationError> {
        let is_known = arm.tag == 0 || slots.iter().any(|slot| u32::from(slot.tag) == arm.tag);
        let is_kept = if is_known {
            Err(ErrorKind::Tag { tag: arm.tag })
        } else {
            embedded::check_bytes(&arm.payload)
        };
        is_kept.map_err(|kind| ValidationError::new(kind, None))
    }

    /// Writes an arm that this reader does not know, as it came.
    pub fn encode_unknown(arm: &UnknownArm, inline: &mut [u8], tail: &mut TailWriter<'_>) {
        let (tag, reference) = inline.split_at_mut(4);
        tag.copy_from_slice(&arm.tag.to_le_bytes());
        arm.encode(reference, tail);
    }

    /// Keeps an arm that this reader does not know.
    pub fn decode_unknown(
        tag: u32,
        inline: &[u8],
        tail: &mut TailReader<'_>,
    ) -> Result<UnknownArm, Failed> {
        UnknownArm::decode(tag, &inline[4..], tail)
    }

    /// Checks that an arm that this reader does not know can be kept.
    pub fn check_unknown(inline: &[u8], tail: &mut TailReader<'_>) -> Result<(), Failed> {
        UnknownArm::check(&inline[4..], tail)
    }

    /// The embedded payload of an arm that this reader does not know.
    pub fn view_unknown<'a>(inline: &'a [u8], tail: Tail<'a>) -> &'a [u8] {
        UnknownArm::view(inline.get(4..).unwrap_or_default(), tail)
    }
}
