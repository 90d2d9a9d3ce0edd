//! The bus over the ring: messages with a list, which is lent by the publisher and seen in place by the subscriber.

use crate::Outcome;
use crate::link::{self, Kind, Plan, first_word, sum};
use mycelium::{Message, MessageBus, Publisher, ViewSubscriber};
use std::time::Duration;

#[derive(Message, Clone, Debug)]
#[myc(package = "bench", id = 1)]
struct Image {
    pixels: Vec<u8>,
}

/// Longer than a process takes to start.
const PATIENCE: Duration = Duration::from_secs(20);

/// The bus of a node. Each of the two writes into the other's folder.
fn open(plan: &Plan, node: &str) -> Outcome<MessageBus> {
    let path = plan.folder.join("topology.toml");
    // As much as a ring has by itself.
    let capacity = (plan.len * 8).max(1 << 20);
    let node_of = |name: &str| {
        let folder = plan.folder.join(name);
        format!(
            "[[nodes]]\nname = \"{name}\"\nservices = [\"{name}\"]\nendpoint.kind = \"shm\"\n\
             endpoint.path = \"{}\"\nendpoint.capacity = {capacity}\n\n",
            folder.display()
        )
    };
    // The first to come writes it, before there is a second process.
    if !path.exists() {
        std::fs::write(&path, node_of("first") + &node_of("second"))?;
    }
    Ok(MessageBus::from_topology(&path, node)?)
}

/// The nodes that send and receive on the way of this name.
fn ends(name: &str) -> (&'static str, &'static str) {
    if name == "there" { ("first", "second") } else { ("second", "first") }
}

pub(crate) struct Sender {
    publisher: Publisher<Image>,
    /// Whether the other end is known to be there.
    is_heard: bool,
    _bus: MessageBus,
}

impl link::Sender for Sender {
    fn create(plan: &Plan, name: &str) -> Outcome<Self> {
        let bus = open(plan, ends(name).0)?;
        Ok(Self { publisher: bus.publisher_on(name)?, is_heard: false, _bus: bus })
    }

    #[inline]
    fn send(&mut self, bytes: &[u8]) -> Outcome<()> {
        self.lend(bytes.len(), |pixels| pixels.copy_from_slice(bytes))
    }

    #[inline]
    fn lend(&mut self, len: usize, write: impl FnOnce(&mut [u8])) -> Outcome<()> {
        if !self.is_heard {
            self.publisher.wait_for_subscribers(1, PATIENCE)?;
            self.is_heard = true;
        }
        let mut image = self.publisher.loan_lists_uninit(&[ImageView::PIXELS.of_len(len)])?;
        write(image.items_mut(ImageView::PIXELS)?);
        Ok(image.publish()?)
    }
}

pub(crate) struct Receiver {
    images: ViewSubscriber<u64>,
    _bus: MessageBus,
}

impl link::Receiver for Receiver {
    fn attach(plan: &Plan, name: &str) -> Outcome<Self> {
        let bus = open(plan, ends(name).1)?;
        // It sees the image only here.
        let look = if plan.kind == Kind::Bulk { sum } else { first_word };
        let look = move |image: ImageView<'_>| image.pixels().as_slice().map_or(0, look);
        Ok(Self { images: bus.views_on::<Image, _>(name, look)?, _bus: bus })
    }

    #[inline]
    fn try_receive(&mut self, mut take: impl FnMut(&[u8])) -> Outcome<bool> {
        match self.images.try_recv() {
            Ok(first) => {
                take(&first.ok_or("the other process has left")?.to_le_bytes());
                Ok(true)
            }
            Err(mycelium::TryRecvError::Empty) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}
