//! The back ends of Mycelium and the mycc command
