//! The C face of Mycelium
