//! The front end of the .myc language: source to checked schema, layout, digest

pub mod schema;
