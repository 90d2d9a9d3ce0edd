//! The way from typed publishers to a frame subscriber of the same process.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::BytesMut;

use super::{Disconnected, FrameSink, Lane, Link, LinkId};
use crate::error::OpenError;
use crate::frames::Frame;
use crate::inbox::{Delivery, FrameInbox, Inbox, deliver};
use crate::selector::{Selector, Verdict};
use crate::stats::RouteCounters;
use crate::topic::{TopicInfo, TopicName};

/// Takes the topics that a frame subscriber selects.
pub(crate) struct TapLink {
    pub(crate) id: LinkId,
    selector: Selector,
    inbox: Arc<Inbox<Frame>>,
}

/// One topic's way into the subscriber's inbox.
struct TapSink {
    topic: TopicName,
    inbox: Arc<Inbox<Frame>>,
    /// Held while a frame is numbered and delivered.
    order: Mutex<()>,
}

impl TapLink {
    pub(crate) fn new(selector: Selector, inbox: Arc<Inbox<Frame>>) -> Arc<Self> {
        Arc::new(Self { id: LinkId::next(), selector, inbox })
    }
}

impl Link for TapLink {
    fn id(&self) -> LinkId {
        self.id
    }

    fn open(&self, topic: &TopicInfo) -> Result<Option<Arc<Lane>>, OpenError> {
        if self.selector.judge(&topic.name, &topic.digest) != Verdict::Take {
            return Ok(None);
        }
        self.inbox.publisher_opened();
        let (topic, inbox) = (topic.name.clone(), self.inbox.clone());
        let sink = Arc::new(TapSink { topic, inbox, order: Mutex::new(()) });
        Ok(Some(Arc::new(Lane::new(self.id, 0, sink, Arc::<RouteCounters>::default()))))
    }

    fn close(&self, _lane: &Lane) {
        self.inbox.publisher_closed();
    }

    fn leave(&self) {}
}

impl FrameSink for TapSink {
    fn max_frame_bytes(&self) -> usize {
        usize::MAX
    }

    fn send(&self, len: usize, fill: &mut dyn FnMut(&mut [u8])) -> Result<(), Disconnected> {
        let _order = self.order.lock().unwrap_or_else(PoisonError::into_inner);
        let mut bytes = BytesMut::zeroed(len);
        fill(&mut bytes);
        if let Ok(frame) = Frame::new(self.topic.clone(), bytes.freeze()) {
            let offer = |delivery| self.inbox.offer(delivery);
            deliver(&*self.inbox, Delivery::Message(frame), offer).map_err(|_| Disconnected)?;
        }
        Ok(())
    }

    fn subscribers(&self) -> usize {
        1
    }

    fn name(&self) -> &str {
        "a frame subscriber in this process"
    }
}
