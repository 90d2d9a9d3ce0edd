//! What calls answer: the codes of `mycelium.h`.

use std::ffi::c_int;

/// What a call answered that did not do what it was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Code {
    /// Bytes, a name or a digest that the bus cannot take.
    Argument,
    /// A way between processes has no room for a frame of this length.
    TooLong,
    /// The bus was shut down.
    Closed,
    /// The topic carries another type, or another version of the type.
    Type,
    /// Bytes that are no frame of the type.
    Malformed,
    /// A subscriber or a route is full, and the topic says that publishing fails then.
    Full,
    /// A peer ended, or was cut off, without leaving in order.
    PeerVanished,
    /// The topic has all the subscribers in this process that it can have.
    Exhausted,
    /// A defect of Mycelium itself.
    Panic,
    /// One that `mycelium.h` says the meaning of.
    Other(c_int),
}

/// Done.
pub(crate) const OK: c_int = 0;
/// Nothing within the timeout.
pub(crate) const NONE: c_int = 1;
/// Frames were lost before the next one.
pub(crate) const LOST: c_int = 2;

impl Code {
    pub(crate) fn of(code: c_int) -> Self {
        match code {
            -1 => Self::Argument,
            -7 => Self::TooLong,
            -9 => Self::Closed,
            -14 => Self::Panic,
            -15 => Self::Type,
            -16 => Self::Malformed,
            -17 => Self::Full,
            -18 => Self::PeerVanished,
            -19 => Self::Exhausted,
            other => Self::Other(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Code, LOST, NONE, OK};

    #[test]
    fn each_code_is_the_number_that_the_library_has_for_it() {
        assert_eq!(
            [OK, NONE, LOST],
            [mycelium_ffi::MYC_OK, mycelium_ffi::MYC_NONE, mycelium_ffi::MYC_LOST]
        );
        for (code, number) in [
            (Code::Argument, mycelium_ffi::MYC_ERR_ARGUMENT),
            (Code::TooLong, mycelium_ffi::MYC_ERR_TOO_LONG),
            (Code::Closed, mycelium_ffi::MYC_ERR_CLOSED),
            (Code::Panic, mycelium_ffi::MYC_ERR_PANIC),
            (Code::Type, mycelium_ffi::MYC_ERR_TYPE),
            (Code::Malformed, mycelium_ffi::MYC_ERR_MALFORMED),
            (Code::Full, mycelium_ffi::MYC_ERR_FULL),
            (Code::PeerVanished, mycelium_ffi::MYC_ERR_PEER_VANISHED),
            (Code::Exhausted, mycelium_ffi::MYC_ERR_EXHAUSTED),
            (Code::Other(mycelium_ffi::MYC_ERR_IO), mycelium_ffi::MYC_ERR_IO),
        ] {
            assert_eq!(Code::of(number), code);
        }
    }
}
