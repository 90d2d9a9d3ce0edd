//! The way from publishers to a subscriber of the same process that takes frames.
//!
//! One that takes certain types finds frames that are published as such by itself: publishers of raw frames
//! deliver to it as to every typed subscriber.

use std::cell::Cell;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use bytes::BytesMut;

use super::{Fill, FrameSink, Lane, Link, LinkId, NotSent, Way};
use crate::error::{DigestMismatch, OpenError, RecvError};
use crate::inbox::{FrameInbox, Refused, Run, deliver};
use crate::qos::Qos;
use crate::selector::{Selector, Verdict};
use crate::stats::RouteCounters;
use crate::topic::{TopicName, TopicPort};

/// Takes the topics that such a subscriber selects.
pub(crate) struct TapLink {
    pub(crate) id: LinkId,
    selector: Selector,
    inbox: Arc<dyn FrameInbox>,
}

/// One topic's way into the subscriber's inbox.
struct TapSink {
    topic: TopicName,
    inbox: Arc<dyn FrameInbox>,
    /// Held while a frame is numbered and delivered.
    order: Mutex<()>,
}

impl TapLink {
    pub(crate) fn new(selector: Selector, inbox: Arc<dyn FrameInbox>) -> Arc<Self> {
        Arc::new(Self { id: LinkId::next(), selector, inbox })
    }
}

impl Link for TapLink {
    fn id(&self) -> LinkId {
        self.id
    }

    fn open(&self, topic: &dyn TopicPort) -> Result<Option<Arc<Lane>>, OpenError> {
        if self.selector.is_typed() && topic.delivers_frames() {
            return Ok(None);
        }
        let topic = topic.info();
        match self.selector.judge(&topic.name, &topic.digest) {
            Verdict::Take => {}
            Verdict::Skip => return Ok(None),
            Verdict::Mismatch(ours) => {
                let fault =
                    RecvError::DigestMismatch(Box::new(DigestMismatch::within(ours, topic)));
                // Where there is no room for it, there is no need to know yet: it is said again by the next.
                let _ = self.inbox.offer_fault(&fault);
                return Ok(None);
            }
        }
        self.inbox.publisher_opened();
        let (name, inbox) = (topic.name.clone(), self.inbox.clone());
        let sink = Arc::new(TapSink { topic: name, inbox, order: Mutex::new(()) });
        // What wants every frame is waited for, whatever the topic does elsewhere.
        let way = Way::new("", topic, Qos::default());
        Ok(Some(Arc::new(Lane::new(self.id, 0, sink, Arc::<RouteCounters>::default(), way))))
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

    fn has_room(&self, _: usize) -> bool {
        true
    }

    fn send(
        &self,
        lane: &Lane,
        len: usize,
        fill: Fill<'_>,
        until: Option<Instant>,
    ) -> Result<(), NotSent> {
        let _order = self.order.lock().unwrap_or_else(PoisonError::into_inner);
        let mut bytes = BytesMut::zeroed(len);
        fill(lane.numbering.next(), &mut bytes);
        let gave_up = Cell::new(false);
        let offer = |mut run| match self.inbox.offer_frames(&self.topic, &mut run) {
            Ok(()) => Ok(()),
            Err(Refused::Full(())) => {
                gave_up.set(lane.gives_up(until));
                Err(if gave_up.get() { Refused::Closed } else { Refused::Full(run) })
            }
            Err(Refused::Closed) => Err(Refused::Closed),
        };
        let sent = deliver(&*self.inbox, Run::one(bytes.freeze()), offer);
        sent.map_err(|_| NotSent::Disconnected)?;
        if gave_up.get() { Err(NotSent::GaveUp) } else { Ok(()) }
    }

    fn subscribers(&self, _lane: &Lane) -> usize {
        1
    }

    fn name(&self) -> &str {
        "a frame subscriber in this process"
    }
}
