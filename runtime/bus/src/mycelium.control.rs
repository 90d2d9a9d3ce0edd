// What two transports say to each other beside the messages that they carry.
//
// A control frame is a frame with type id 0 whose payload is a `Control`.

/// Version of the conversation described here.
pub const PROTOCOL: u16 = 1;

/// The first frame on a connection, both ways.
#[derive(Debug, Clone, PartialEq, mycelium::Struct)]
#[myc(package = "mycelium.control")]
pub struct Hello {
    /// `PROTOCOL` of the sender.
    pub protocol: u16,
    /// Process id of the sender.
    pub process_id: u32,
    /// Node of the sender, as its topology names it.
    pub node: String,
    /// Service that opened the bus.
    pub service: String,
}

/// "I want this topic": from the receiving side of a route.
#[derive(Debug, Clone, PartialEq, mycelium::Struct)]
#[myc(package = "mycelium.control")]
pub struct Subscribe {
    /// Topic.
    pub topic: String,
    /// Type id that the subscriber knows it by.
    pub type_id: u16,
    /// Digest that the subscriber decodes by.
    pub digest: [u8; 32],
}

/// "This topic travels on this channel from here on": from the publishing side.
#[derive(Debug, Clone, PartialEq, mycelium::Struct)]
#[myc(package = "mycelium.control")]
pub struct Channel {
    /// Number in the header of each frame of the topic.
    pub channel: u16,
    /// Type id of the frames.
    pub type_id: u16,
    /// Digest of the type.
    pub digest: [u8; 32],
    /// Topic.
    pub topic: String,
}

/// "I publish that topic, but with another digest."
#[derive(Debug, Clone, PartialEq, mycelium::Struct)]
#[myc(package = "mycelium.control")]
pub struct Refusal {
    /// Topic.
    pub topic: String,
    /// Digest that the publisher encodes by.
    pub digest: [u8; 32],
    /// What differs, for a person.
    pub reason: String,
}

/// The topic's last publisher has closed; nothing more comes on the channel.
#[derive(Debug, Clone, PartialEq, mycelium::Struct)]
#[myc(package = "mycelium.control")]
pub struct Closed {
    /// Channel.
    pub channel: u16,
    /// Frames that were published on it.
    pub published: u64,
}

/// The sender leaves in order.
#[derive(Debug, Clone, PartialEq, mycelium::Struct)]
#[myc(package = "mycelium.control")]
pub struct Goodbye {
    /// Why, for a person; empty where nothing is wrong.
    pub reason: String,
}

/// The sender is alive and has nothing to say.
#[derive(Debug, Clone, PartialEq, mycelium::Struct)]
#[myc(package = "mycelium.control")]
pub struct Heartbeat {
    /// The sender's clock.
    pub sent_time: mycelium::Timestamp,
}

/// What a control frame says.
#[derive(Debug, Clone, PartialEq, mycelium::Union)]
#[myc(package = "mycelium.control", open)]
pub enum Body {
    /// First frame of a side.
    #[myc(tag = 1)]
    Hello(Hello),
    /// Wants a topic.
    #[myc(tag = 2)]
    Subscribe(Subscribe),
    /// Opens a channel.
    #[myc(tag = 3)]
    Channel(Channel),
    /// Declines a subscription.
    #[myc(tag = 4)]
    Refusal(Refusal),
    /// Ends a channel.
    #[myc(tag = 5)]
    Closed(Closed),
    /// Ends the connection.
    #[myc(tag = 6)]
    Goodbye(Goodbye),
    /// Keeps the connection.
    #[myc(tag = 7)]
    Heartbeat(Heartbeat),
    /// An arm that a newer schema has.
    #[myc(unknown)]
    Unknown(mycelium::UnknownArm),
}

/// A control frame.
#[derive(Debug, Clone, PartialEq, mycelium::Message)]
#[myc(package = "mycelium.control", id = 0)]
pub struct Control {
    /// What it says.
    pub body: Body,
}
