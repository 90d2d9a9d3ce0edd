//! What the compiler takes at most, so that hostile input gets an error and never a hang.

/// Bytes of one source file.
pub const FILE_BYTES: usize = 1 << 20;

/// Files of one run, imports included.
pub(crate) const FILES: usize = 1024;

/// Brackets inside brackets.
pub(crate) const NESTING: usize = 64;

/// Members, items or arguments between two brackets.
pub(crate) const PARTS: usize = 1 << 16;

/// Attributes of one thing.
pub(crate) const ATTRIBUTES: usize = 32;

/// Errors that one run reports.
pub(crate) const DIAGNOSTICS: usize = 100;

/// Fields of one message or struct, arms of one union.
pub(crate) const FIELDS: usize = 1024;

/// Bytes of the inline form of one type.
pub(crate) const INLINE_BYTES: u64 = 1 << 24;

/// Uses of types inside one named type, counted through all that it reaches.
pub(crate) const TYPE_USES: u64 = 1 << 14;

/// Types that lie inside one another.
pub(crate) const TYPE_DEPTH: u64 = 64;

/// Uses of types in one run, each counted through all that it reaches.
pub(crate) const ALL_TYPE_USES: u64 = 1 << 22;

/// Fields left out of the values of one run, and bytes of the texts that constants stand for in it: what
/// defaults hold beyond what is written.
pub(crate) const UNWRITTEN: usize = 1 << 20;

/// Bytes of one name.
pub(crate) const NAME_BYTES: usize = 128;
