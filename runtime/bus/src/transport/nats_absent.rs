//! What stands for a NATS server where the library was built without: a meeting that never is.

use std::sync::Arc;

use super::{Lane, Link, LinkId, Terms};
use crate::error::OpenError;
use crate::hub::Hub;
use crate::topic::TopicPort;
use crate::topology::{self, Refused, Tls};

/// There is none.
pub(crate) enum Meeting {}

impl Meeting {
    /// Says what is missing.
    pub(crate) fn new(_: &Arc<Hub>, _: &topology::Link, _: Option<&Tls>) -> Result<Self, Refused> {
        Err(Refused {
            what: "this library was built without NATS".to_owned(),
            remedy: "build it with the feature `nats`, or give the node an endpoint of another kind",
            source: None,
        })
    }

    pub(crate) async fn attend(&self, _: &Terms) {
        match *self {}
    }
}

impl Link for Meeting {
    fn id(&self) -> LinkId {
        match *self {}
    }

    fn open(&self, _: &dyn TopicPort) -> Result<Option<Arc<Lane>>, OpenError> {
        match *self {}
    }

    fn close(&self, _: &Lane) {
        match *self {}
    }

    fn leave(&self) {
        match *self {}
    }
}
