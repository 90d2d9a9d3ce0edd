//! What one message says, and what follows from it.

use async_nats::Message;
use mycelium_wire::Digest;

use super::super::control::{self, Body, Channel, Hello, PROTOCOL, Stream};
use super::guests::Guest;
use super::letter::{Letter, next_frame};
use super::subject::Place;
use super::talk::Talk;

impl Talk<'_> {
    pub(super) async fn take(&mut self, message: Message) {
        match self.meeting.subjects.place(&message.subject) {
            Some(Place::Topic(_)) => self.take_of_topic(&message).await,
            Some(Place::All) => self.take_said(&message, true).await,
            Some(Place::Node) => self.take_said(&message, false).await,
            None => {}
        }
    }

    /// The sender, if it is one of those that may be here.
    fn sender<'m>(&mut self, message: &'m Message, is_said: bool) -> Option<Letter<'m>> {
        let meeting = self.meeting;
        let refused = match Letter::parse(message.headers.as_ref()) {
            Err(reason) => format!("a message that no node sends: {reason}"),
            Ok(letter) if letter.node == meeting.hub.node => {
                if letter.session == meeting.session {
                    if is_said {
                        self.hear_itself(message);
                    }
                    return None;
                }
                "another process says that it is this node; give each a node of its own".to_owned()
            }
            Ok(letter) if !meeting.expects(letter.node) => format!(
                "node `{}` is not expected here; use one topology everywhere, or another \
                 `endpoint.subject` for each",
                control::shorten(letter.node)
            ),
            Ok(letter) => return Some(letter),
        };
        self.note_strange(refused);
        None
    }

    /// What this node has said comes back: the server has all that was said before.
    fn hear_itself(&mut self, message: &Message) {
        match said(message).as_deref() {
            Ok([Body::Goodbye(_)]) => self.has_left = true,
            // To all it is said with a hello.
            Ok([Body::Heartbeat(_)]) => self.inlet.hear_of_retired(),
            _ => {}
        }
    }

    fn note_strange(&self, fault: String) {
        let route = &self.meeting.route;
        self.meeting.hub.note(&format!("{route}, strangers"), Some(fault));
    }

    /// Acts on a topic's message: its frames, and what opens and ends its channel.
    pub(super) async fn take_of_topic(&mut self, message: &Message) {
        let Some(Place::Topic(topic)) = self.meeting.subjects.place(&message.subject) else {
            return;
        };
        // What the server keeps is read from what it has kept, also where a pattern covers it.
        if self.meeting.keep_of(topic).is_some() {
            return;
        }
        let Some(letter) = self.sender(message, false) else { return };
        if !self.meeting.receives_from(letter.node) {
            return;
        }
        let Some(of) = letter.of else {
            return self.note_strange("a topic's message that names no stream".to_owned());
        };
        // Of one that has not said hello nothing is taken, nor of its process before this one.
        let guest = self.guests.get_mut(letter.node);
        let Some(guest) = guest.filter(|guest| guest.session == letter.session) else { return };
        let most_bytes = self.meeting.hub.options.max_frame_bytes;
        if let Err(reason) = guest.take_all(topic, of, message.payload.clone(), most_bytes).await {
            let about = guest.peer.about(topic);
            self.meeting.hub.note(&about, Some(format!("a message was refused: {reason}")));
        }
    }

    /// Acts on what a node says to all, or to this one.
    async fn take_said(&mut self, message: &Message, to_all: bool) {
        let Some(letter) = self.sender(message, true) else { return };
        let bodies = match said(message) {
            Ok(bodies) => bodies,
            Err(reason) => return self.note_strange(reason),
        };
        let is_known = |guest: &Guest| guest.session == letter.session;
        let is_new = !self.guests.get(letter.node).is_some_and(is_known);
        if is_new && self.welcome(&letter, &bodies).await.is_none() {
            return;
        }
        // A sign of life says hello too, to those alone who have not met its node.
        let asks = !is_new && matches!(bodies.first(), Some(Body::Hello(_)));
        if let Some(guest) = self.guests.get_mut(letter.node) {
            guest.hear();
            if asks && to_all {
                guest.greet(self.meeting, self.terms);
            } else if asks {
                self.meeting.tell(letter.node);
                guest.answer().await;
            }
        }
        for body in bodies {
            self.act(letter.node, body).await;
        }
    }

    /// A node that is new here, or its new process. Nothing where it is neither.
    async fn welcome(&mut self, letter: &Letter<'_>, bodies: &[Body]) -> Option<()> {
        let hello = bodies.iter().find_map(|body| match body {
            Body::Hello(hello) => Some(hello),
            _ => None,
        })?;
        if let Err(reason) = check_hello(hello, letter, &self.meeting.hub.node) {
            self.note_strange(reason);
            return None;
        }
        self.take_what_is_left(letter.node).await;
        if let Some(before) = self.guests.remove(letter.node) {
            before.end(self.meeting, true).await;
        }
        let mut guest = Guest::new(self.meeting, self.terms, self.client, letter);
        self.meeting.hub.note(&guest.peer.route, None);
        guest.incoming.catch_up().await;
        self.guests.insert(letter.node.to_owned(), guest);
        Some(())
    }

    async fn act(&mut self, node: &str, body: Body) {
        let meeting = self.meeting;
        let Some(guest) = self.guests.get_mut(node) else { return };
        match body {
            Body::Subscribe(wish) if meeting.sends_to(node) => {
                let pattern = wish.topic.clone();
                match guest.peer.subscribe(wish) {
                    Ok(()) => meeting.admit(&guest.peer, &pattern),
                    Err(reason) => meeting.hub.note(&guest.peer.route, Some(reason)),
                }
            }
            Body::Resume(question) => {
                if let Some(end) = meeting.tell_of(question.stream) {
                    guest.peer.outbox.push(&end);
                }
            }
            Body::Stream(over) => guest.over = Some(over),
            Body::Closed(closed) => {
                self.take_what_is_left(node).await;
                if let Some(guest) = self.guests.get_mut(node)
                    && let Err(reason) = guest.close(closed).await
                {
                    meeting.hub.note(&guest.peer.route, Some(reason));
                }
            }
            Body::Description(description) => guest.incoming.hear(description),
            Body::Refusal(refusal) => {
                guest.incoming.refuse(&refusal.topic, Digest(refusal.digest)).await;
            }
            Body::Objection(objection) => guest.peer.hear_objection(&objection),
            Body::Goodbye(_) => {
                self.take_what_is_left(node).await;
                if let Some(guest) = self.guests.remove(node) {
                    guest.end(meeting, false).await;
                }
            }
            // Channels are opened where their frames are. What a newer node may say beside is no concern of ours.
            Body::Subscribe(_) | Body::Channel(_) => {}
            Body::Hello(_) | Body::Heartbeat(_) | Body::Unknown(_) => {}
        }
    }
}

/// Control frames of a message; says what is wrong with it where it holds anything else.
fn said(message: &Message) -> Result<Vec<Body>, String> {
    let (mut frames, mut bodies) = (message.payload.clone(), Vec::new());
    while let Some((header, frame)) = next_frame(&mut frames, usize::MAX)? {
        if header.type_id != 0 {
            return Err("a message between nodes that is no control frame".to_owned());
        }
        let body = control::parse(&frame);
        bodies.push(body.map_err(|error| format!("a bad control frame: {error}"))?);
    }
    Ok(bodies)
}

fn check_hello(hello: &Hello, letter: &Letter<'_>, node: &str) -> Result<(), String> {
    if hello.protocol != PROTOCOL {
        let (theirs, name) = (hello.protocol, letter.node);
        return Err(format!(
            "node `{name}` speaks protocol {theirs}; node `{node}` speaks {PROTOCOL}"
        ));
    }
    if hello.node != letter.node {
        let (says, name) = (control::shorten(&hello.node), letter.node);
        return Err(format!("node `{name}` says that it is `{says}`"));
    }
    Ok(())
}

impl Guest {
    /// Takes all frames of a topic's message.
    async fn take_all(
        &mut self,
        topic: &str,
        of: (u64, Digest),
        mut frames: bytes::Bytes,
        most_bytes: usize,
    ) -> Result<(), String> {
        let mut announced = None;
        while let Some((header, frame)) = next_frame(&mut frames, most_bytes)? {
            if header.type_id != 0 {
                self.take(&header, frame, of).await?;
                continue;
            }
            match control::parse(&frame).map_err(|error| format!("a bad control frame: {error}"))? {
                Body::Description(description) => self.incoming.hear(description),
                Body::Stream(stream) => announced = Some(stream),
                Body::Channel(opened) => {
                    let stream = announced.take();
                    let stream = stream.filter(|stream| is_of(&opened, topic, stream, of));
                    let stream = stream.ok_or("it opens a channel of something else")?;
                    self.open(opened, stream).await?;
                }
                Body::Closed(closed) => {
                    if self.incoming.next_of(closed.channel, of.0, of.1).is_some() {
                        self.incoming.close(closed).await?;
                    }
                }
                _ => return Err("it says what is said between nodes".to_owned()),
            }
        }
        Ok(())
    }
}

/// Whether what opens a channel is what the message's subject and headers say.
fn is_of(opened: &Channel, topic: &str, stream: &Stream, of: (u64, Digest)) -> bool {
    let is_one = opened.topic == topic && opened.channel == stream.channel;
    is_one && (stream.stream, Digest(opened.digest)) == of
}
