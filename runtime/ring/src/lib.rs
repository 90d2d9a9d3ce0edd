//! The shared-memory ring: one writing process, up to 64 reading ones, frames of any size
