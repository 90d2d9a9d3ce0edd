//! actix, on one arbiter.

use std::sync::mpsc::Sender;

use actix::{Actor, ActorContext, Arbiter, Context, Handler, Message, Recipient};

#[derive(Message)]
#[rtype(result = "()")]
struct Ping(u64);

#[derive(Message)]
#[rtype(result = "()")]
struct Pong(u64);

#[derive(Message)]
#[rtype(result = "()")]
struct Begin(Recipient<Ping>);

struct Counter {
    seen: u64,
    sum: u64,
    end: u64,
    done: Sender<u64>,
}

impl Actor for Counter {
    type Context = Context<Self>;
}

impl Handler<Ping> for Counter {
    type Result = ();
    fn handle(&mut self, ping: Ping, context: &mut Context<Self>) {
        self.sum = self.sum.wrapping_add(ping.0);
        self.seen += 1;
        if self.seen == self.end {
            self.done.send(self.sum).expect("somebody waits");
            context.stop();
        }
    }
}

pub(crate) fn stream(arbiter: &Arbiter, count: u64) {
    let (done, ended) = std::sync::mpsc::channel();
    let counter = Counter { seen: 0, sum: 0, end: count, done };
    let counter = Counter::start_in_arbiter(&arbiter.handle(), move |_| counter);
    for number in 0..count {
        counter.do_send(Ping(number));
    }
    crate::check(ended.recv().expect("it ends"), count);
}

struct Echo(Recipient<Pong>, u64);

impl Actor for Echo {
    type Context = Context<Self>;
}

impl Handler<Ping> for Echo {
    type Result = ();
    fn handle(&mut self, ping: Ping, _: &mut Context<Self>) {
        if ping.0 % self.1 == 0 {
            self.0.do_send(Pong(ping.0));
        }
    }
}

struct Player {
    echo: Option<Recipient<Ping>>,
    burst: u64,
    end: u64,
    done: Sender<u64>,
}

impl Player {
    fn send(&self, first: u64) {
        let echo = self.echo.as_ref().expect("it has begun");
        (first..first + self.burst).for_each(|number| echo.do_send(Ping(number)));
    }
}

impl Actor for Player {
    type Context = Context<Self>;
}

impl Handler<Begin> for Player {
    type Result = ();
    fn handle(&mut self, begin: Begin, _: &mut Context<Self>) {
        self.echo = Some(begin.0);
        self.send(1);
    }
}

impl Handler<Pong> for Player {
    type Result = ();
    fn handle(&mut self, pong: Pong, context: &mut Context<Self>) {
        match pong.0 == self.end {
            true => {
                self.done.send(pong.0).expect("somebody waits");
                context.stop();
            }
            false => self.send(pong.0 + 1),
        }
    }
}

pub(crate) fn ping_pong(arbiter: &Arbiter, trips: u64, burst: u64) {
    let (done, ended) = std::sync::mpsc::channel();
    let end = trips * burst;
    let player = Player { echo: None, burst, end, done };
    let player = Player::start_in_arbiter(&arbiter.handle(), move |_| player);
    let back = player.clone().recipient();
    let echo = Echo::start_in_arbiter(&arbiter.handle(), move |_| Echo(back, burst));
    player.do_send(Begin(echo.recipient()));
    assert_eq!(ended.recv().expect("it ends"), end);
}

struct Idle(Sender<u64>);

impl Actor for Idle {
    type Context = Context<Self>;
    fn started(&mut self, _: &mut Context<Self>) {
        self.0.send(1).expect("somebody waits");
    }
}

impl Handler<Ping> for Idle {
    type Result = ();
    fn handle(&mut self, _: Ping, _: &mut Context<Self>) {}
}

pub(crate) fn spawn(arbiter: &Arbiter, count: u64) {
    let (up, ups) = std::sync::mpsc::channel();
    let actors: Vec<_> = (0..count)
        .map(|_| {
            let up = up.clone();
            Idle::start_in_arbiter(&arbiter.handle(), move |_| Idle(up))
        })
        .collect();
    (0..count).for_each(|_| assert_eq!(ups.recv().expect("it starts"), 1));
    std::mem::forget(actors);
}
