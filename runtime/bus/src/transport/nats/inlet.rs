//! What comes from the server: what is said between nodes, and the topics that are subscribed to.

use std::collections::{BTreeSet, VecDeque};
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use async_nats::{Client, Message, Subscriber};
use futures_core::Stream;

use super::subject::{Subjects, covers};
use crate::hub::Receiving;

/// How long a subscription listens on once the server has said that it knows of its end. It hands messages of several
/// connections on side by side: of one it may have looked up the subscriptions before that, and still be about to send it.
const LINGER: Duration = Duration::from_millis(200);

/// Everything that a node is subscribed to.
pub(super) struct Inlet {
    client: Client,
    subjects: Subjects,
    /// What is said to all, and to this node.
    said: [Subscriber; 2],
    /// By subject.
    topics: Vec<(String, Subscriber)>,
    /// Subscriptions that are not wanted any more, and still give what was on its way when others took their place.
    retired: VecDeque<Retired>,
    /// Where the next look begins, so that no topic waits for another for ever.
    turn: usize,
    /// Messages of topics that were taken out and not acted on.
    waiting: VecDeque<Message>,
}

/// Subscriptions that ended at once.
struct Retired {
    subscribers: Vec<Subscriber>,
    /// Nothing where the server has not said yet that it knows.
    until: Option<Instant>,
}

impl Inlet {
    /// Nothing where the client has ended.
    pub(super) async fn open(client: &Client, subjects: &Subjects, node: &str) -> Option<Self> {
        let all = client.subscribe(subjects.all()).await.ok()?;
        let own = client.subscribe(subjects.node(node)).await.ok()?;
        Some(Self {
            client: client.clone(),
            subjects: subjects.clone(),
            said: [all, own],
            topics: Vec::new(),
            retired: VecDeque::new(),
            turn: 0,
            waiting: VecDeque::new(),
        })
    }

    /// Subscribes to what subscribers here want, and to nothing else. Gives whether subscriptions end by that: until a
    /// message to this node itself comes back, which was published after it. Nothing where the client has ended.
    /// What the server keeps is read otherwise.
    pub(super) async fn follow(
        &mut self,
        receivers: &[Arc<Receiving>],
        is_kept: impl Fn(&str) -> bool,
    ) -> Option<bool> {
        let wishes = receivers.iter().flat_map(|receiver| receiver.selector.wishes());
        let wishes = wishes.filter(|(topic, ..)| topic.contains('*') || !is_kept(topic));
        let all: BTreeSet<String> =
            wishes.filter_map(|(topic, ..)| self.subjects.of_wish(&topic)).collect();
        let is_covered =
            |narrow: &String| all.iter().any(|wide| wide != narrow && covers(wide, narrow));
        let wanted: Vec<&String> = all.iter().filter(|subject| !is_covered(subject)).collect();
        for subject in &wanted {
            if self.topics.iter().all(|(known, _)| known != *subject) {
                let subscriber = self.client.subscribe((*subject).clone()).await.ok()?;
                self.topics.push(((*subject).clone(), subscriber));
            }
        }
        // What comes by two subscriptions is known by its number.
        let ending = self.topics.extract_if(.., |(subject, _)| !wanted.contains(&&*subject));
        let ending: Vec<Subscriber> = ending.map(|(_, subscriber)| subscriber).collect();
        let is_ending = !ending.is_empty();
        if is_ending {
            self.retired.push_back(Retired { subscribers: ending, until: None });
        }
        Some(is_ending)
    }

    /// The server knows of the end of those that ended first.
    pub(super) fn hear_of_retired(&mut self) {
        if let Some(first) = self.retired.iter_mut().find(|retired| retired.until.is_none()) {
            first.until = Some(Instant::now() + LINGER);
        }
    }

    /// Ends the subscriptions by which nothing is on its way any more.
    pub(super) fn end_retired(&mut self) {
        let now = Instant::now();
        let is_over = |retired: &Retired| retired.until.is_some_and(|until| until <= now);
        if self.retired.front().is_some_and(is_over) {
            self.gather();
        }
        while self.retired.front().is_some_and(is_over) {
            self.retired.pop_front();
        }
    }

    /// The server is away: nothing is on its way any more.
    pub(super) fn forget_retired(&mut self) {
        self.retired.clear();
    }

    /// The next message: what nodes say goes before topics. Nothing where the client has ended.
    pub(super) async fn next(&mut self) -> Option<Message> {
        poll_fn(|context| self.poll_next(context)).await
    }

    fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<Message>> {
        for subscriber in &mut self.said {
            if let Poll::Ready(message) = Pin::new(subscriber).poll_next(context) {
                return Poll::Ready(message);
            }
        }
        if let Some(message) = self.waiting.pop_front() {
            return Poll::Ready(Some(message));
        }
        for subscriber in self.retired.iter_mut().flat_map(|retired| &mut retired.subscribers) {
            if let Poll::Ready(Some(message)) = poll_topic(subscriber, &self.subjects, context) {
                return Poll::Ready(Some(message));
            }
        }
        let count = self.topics.len();
        for index in 0..count {
            let index = (self.turn + index) % count;
            let subscriber = &mut self.topics[index].1;
            if let Poll::Ready(message) = poll_topic(subscriber, &self.subjects, context) {
                self.turn = index + 1;
                return Poll::Ready(message);
            }
        }
        Poll::Pending
    }

    /// What a node says, if something is there.
    pub(super) fn said_now(&mut self) -> Option<Message> {
        self.said.iter_mut().find_map(take_now)
    }

    /// All messages of topics that are there and meant: they came before what was said last.
    pub(super) fn take_where(&mut self, is_meant: impl Fn(&Message) -> bool) -> VecDeque<Message> {
        self.gather();
        let (meant, others) = self.waiting.drain(..).partition(is_meant);
        self.waiting = others;
        meant
    }

    fn gather(&mut self) {
        // What came by a subscription that ends is older than what comes by the one in its place.
        let topics = self.topics.iter_mut().map(|(_, subscriber)| subscriber);
        let retired = self.retired.iter_mut().flat_map(|retired| &mut retired.subscribers);
        for subscriber in retired.chain(topics) {
            let there = std::iter::from_fn(|| take_now(subscriber));
            self.waiting.extend(there.filter(|message| self.subjects.is_topic(message)));
        }
    }
}

/// The next message of a topic. What nodes say fits a wide subscription too, and has come by its own.
fn poll_topic(
    subscriber: &mut Subscriber,
    subjects: &Subjects,
    context: &mut Context<'_>,
) -> Poll<Option<Message>> {
    loop {
        match Pin::new(&mut *subscriber).poll_next(context) {
            Poll::Ready(Some(message)) if !subjects.is_topic(&message) => {}
            other => return other,
        }
    }
}

fn take_now(subscriber: &mut Subscriber) -> Option<Message> {
    let mut context = Context::from_waker(std::task::Waker::noop());
    match Pin::new(subscriber).poll_next(&mut context) {
        Poll::Ready(message) => message,
        Poll::Pending => None,
    }
}
