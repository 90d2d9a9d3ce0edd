//! What `mycc gen` makes of `schemas/`, as one crate for tests, examples and benchmarks.
