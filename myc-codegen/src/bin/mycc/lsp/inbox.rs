//! Messages that wait, in their order; a request that is cancelled meanwhile waits no longer.

use std::collections::VecDeque;

use lsp_server::{Message, RequestId};
use lsp_types::notification::{Cancel, Notification};
use lsp_types::{CancelParams, NumberOrString};

/// Messages that wait.
#[derive(Default)]
pub(super) struct Inbox(VecDeque<Message>);

impl Inbox {
    /// Puts a message behind the others; gives the request that it cancels, if that still waited.
    pub(super) fn put(&mut self, message: Message) -> Option<RequestId> {
        let Message::Notification(notification) = &message else {
            self.0.push_back(message);
            return None;
        };
        if notification.method != Cancel::METHOD {
            self.0.push_back(message);
            return None;
        }
        let CancelParams { id } = serde_json::from_value(notification.params.clone()).ok()?;
        let id = match id {
            NumberOrString::Number(number) => RequestId::from(number),
            NumberOrString::String(text) => RequestId::from(text),
        };
        let is_meant = |message: &Message| matches!(message, Message::Request(r) if r.id == id);
        let at = self.0.iter().position(is_meant)?;
        self.0.remove(at);
        Some(id)
    }

    /// The message that has waited longest.
    pub(super) fn next(&mut self) -> Option<Message> {
        self.0.pop_front()
    }
}

#[cfg(test)]
mod tests {
    use lsp_server::{Message, Notification, Request};
    use serde_json::json;

    use super::Inbox;

    fn request(id: i32) -> Message {
        Request::new(id.into(), "textDocument/hover".to_owned(), json!({})).into()
    }

    fn cancel(id: i32) -> Message {
        Notification::new("$/cancelRequest".to_owned(), json!({ "id": id })).into()
    }

    #[test]
    fn only_what_still_waits_is_cancelled() {
        let mut inbox = Inbox::default();
        assert!(inbox.put(request(1)).is_none());
        assert!(inbox.put(request(2)).is_none());
        assert_eq!(inbox.put(cancel(2)), Some(2.into()));
        assert_eq!(inbox.put(cancel(2)), None);
        assert!(matches!(inbox.next(), Some(Message::Request(request)) if request.id == 1.into()));
        assert_eq!(inbox.put(cancel(1)), None);
        assert!(inbox.next().is_none());
    }
}
