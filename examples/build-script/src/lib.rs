//! A crate that compiles its schema at build time
