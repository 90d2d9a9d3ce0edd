//! Measurements, side by side with the bare machine
