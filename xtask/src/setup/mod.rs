//! Makes ready what the commands need beside Rust, and says in a sentence what it cannot make.

pub(crate) mod aeron;
pub(crate) mod chromium;
pub(crate) mod compiler;
pub(crate) mod hosts;
pub(crate) mod nats;
pub(crate) mod nng;
pub(crate) mod ocaml;
mod packages;
pub(crate) mod python;
pub(crate) mod tmux;
pub(crate) mod valgrind;
