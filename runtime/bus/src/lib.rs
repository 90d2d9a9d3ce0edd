//! Typed messages between services: in one process, through shared memory, over sockets.

pub mod topology;
