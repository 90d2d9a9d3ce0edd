//! What most programs that use the bus name: `use mycelium::prelude::*;`

pub use crate::{
    BoundedBytes, BoundedList, BoundedString, Decimal, Duration, Enum, Flags, FrameSubscriber,
    Message, MessageBus, Publisher, Received, RecvError, Struct, Subscriber, Timestamp,
    TryRecvError, U256, Union, Uuid, Wire,
};
