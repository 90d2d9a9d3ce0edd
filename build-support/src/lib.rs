//! Compiles .myc files from build.rs
