//! kameo, on a runtime of one thread, with the bounded mailbox that is its own choice, of 1024.

use std::sync::mpsc::Sender;

use kameo::Actor;
use kameo::actor::{ActorRef, Recipient, Spawn};
use kameo::mailbox;
use kameo::message::{Context, Message};
use tokio::runtime::Handle;

const CAPACITY: usize = 1024;

struct Ping(u64);
struct Pong(u64);
struct Begin(Recipient<Ping>);

#[derive(Actor)]
struct Counter {
    seen: u64,
    sum: u64,
    end: u64,
    done: Sender<u64>,
}

impl Message<Ping> for Counter {
    type Reply = ();
    async fn handle(&mut self, ping: Ping, _: &mut Context<Self, ()>) {
        self.sum = self.sum.wrapping_add(ping.0);
        self.seen += 1;
        if self.seen == self.end {
            self.done.send(self.sum).expect("somebody waits");
        }
    }
}

pub(crate) fn stream(runtime: &Handle, count: u64) {
    let (done, ended) = std::sync::mpsc::channel();
    let counter: ActorRef<Counter> = crate::wait(runtime, async move {
        let counter = Counter { seen: 0, sum: 0, end: count, done };
        Counter::spawn_with_mailbox(counter, mailbox::bounded(CAPACITY))
    });
    for number in 0..count {
        counter.tell(Ping(number)).blocking_send().expect("it is taken");
    }
    crate::check(ended.recv().expect("it ends"), count);
}

#[derive(Actor)]
struct Echo(Recipient<Pong>, u64);

impl Message<Ping> for Echo {
    type Reply = ();
    async fn handle(&mut self, ping: Ping, _: &mut Context<Self, ()>) {
        if ping.0 % self.1 == 0 {
            self.0.tell(Pong(ping.0)).await.expect("it is taken");
        }
    }
}

#[derive(Actor)]
struct Player {
    echo: Option<Recipient<Ping>>,
    burst: u64,
    end: u64,
    done: Sender<u64>,
}

impl Player {
    async fn send(&self, first: u64) {
        let echo = self.echo.as_ref().expect("it has begun");
        for number in first..first + self.burst {
            echo.tell(Ping(number)).await.expect("it is taken");
        }
    }
}

impl Message<Begin> for Player {
    type Reply = ();
    async fn handle(&mut self, begin: Begin, _: &mut Context<Self, ()>) {
        self.echo = Some(begin.0);
        self.send(1).await;
    }
}

impl Message<Pong> for Player {
    type Reply = ();
    async fn handle(&mut self, pong: Pong, _: &mut Context<Self, ()>) {
        match pong.0 == self.end {
            true => self.done.send(pong.0).expect("somebody waits"),
            false => self.send(pong.0 + 1).await,
        }
    }
}

pub(crate) fn ping_pong(runtime: &Handle, trips: u64, burst: u64) {
    let (done, ended) = std::sync::mpsc::channel();
    let end = trips * burst;
    let _both = crate::wait(runtime, async move {
        let player = Player { echo: None, burst, end, done };
        let player = Player::spawn_with_mailbox(player, mailbox::bounded(CAPACITY));
        let echo = Echo(player.clone().recipient(), burst);
        let echo = Echo::spawn_with_mailbox(echo, mailbox::bounded(CAPACITY));
        player.tell(Begin(echo.clone().recipient())).await.expect("it is taken");
        (player, echo)
    });
    assert_eq!(ended.recv().expect("it ends"), end);
}

struct Idle;

impl Actor for Idle {
    type Args = Sender<u64>;
    type Error = kameo::error::Infallible;
    async fn on_start(up: Sender<u64>, _: ActorRef<Self>) -> Result<Self, Self::Error> {
        up.send(1).expect("somebody waits");
        Ok(Self)
    }
}

impl Message<Ping> for Idle {
    type Reply = ();
    async fn handle(&mut self, _: Ping, _: &mut Context<Self, ()>) {}
}

pub(crate) fn spawn(runtime: &Handle, count: u64) {
    let (up, ups) = std::sync::mpsc::channel();
    let actors = crate::wait(runtime, async move {
        let start = |_| Idle::spawn_with_mailbox(up.clone(), mailbox::bounded(CAPACITY));
        (0..count).map(start).collect::<Vec<ActorRef<Idle>>>()
    });
    (0..count).for_each(|_| assert_eq!(ups.recv().expect("it starts"), 1));
    std::mem::forget(actors);
}
