//! ractor, on a runtime of one thread.

use std::sync::mpsc::Sender;

use ractor::{Actor, ActorProcessingErr, ActorRef, cast};
use tokio::runtime::Handle;

struct Counter;

impl Actor for Counter {
    type Msg = u64;
    type State = (u64, u64, u64, Sender<u64>);
    type Arguments = (u64, Sender<u64>);

    async fn pre_start(
        &self,
        _: ActorRef<u64>,
        (end, done): Self::Arguments,
    ) -> Result<Self::State, ActorProcessingErr> {
        Ok((0, 0, end, done))
    }

    async fn handle(
        &self,
        myself: ActorRef<u64>,
        number: u64,
        (seen, sum, end, done): &mut Self::State,
    ) -> Result<(), ActorProcessingErr> {
        *sum = sum.wrapping_add(number);
        *seen += 1;
        if seen == end {
            done.send(*sum).expect("somebody waits");
            myself.stop(None);
        }
        Ok(())
    }
}

pub(crate) fn stream(runtime: &Handle, count: u64) {
    let (done, ended) = std::sync::mpsc::channel();
    let started =
        crate::wait(runtime, async move { Actor::spawn(None, Counter, (count, done)).await });
    let (counter, _) = started.expect("an actor");
    for number in 0..count {
        cast!(counter, number).expect("it is taken");
    }
    crate::check(ended.recv().expect("it ends"), count);
}

struct Echo;

impl Actor for Echo {
    type Msg = u64;
    type State = (ActorRef<PlayerMessage>, u64);
    type Arguments = (ActorRef<PlayerMessage>, u64);

    async fn pre_start(
        &self,
        _: ActorRef<u64>,
        player: Self::Arguments,
    ) -> Result<Self::State, ActorProcessingErr> {
        Ok(player)
    }

    async fn handle(
        &self,
        _: ActorRef<u64>,
        number: u64,
        (player, burst): &mut Self::State,
    ) -> Result<(), ActorProcessingErr> {
        if number % *burst == 0 {
            cast!(player, PlayerMessage::Pong(number))?;
        }
        Ok(())
    }
}

enum PlayerMessage {
    Begin(ActorRef<u64>),
    Pong(u64),
}

struct Player;

impl Actor for Player {
    type Msg = PlayerMessage;
    type State = (Option<ActorRef<u64>>, u64, u64, Sender<u64>);
    type Arguments = (u64, u64, Sender<u64>);

    async fn pre_start(
        &self,
        _: ActorRef<PlayerMessage>,
        (burst, end, done): Self::Arguments,
    ) -> Result<Self::State, ActorProcessingErr> {
        Ok((None, burst, end, done))
    }

    async fn handle(
        &self,
        _: ActorRef<PlayerMessage>,
        message: PlayerMessage,
        (echo, burst, end, done): &mut Self::State,
    ) -> Result<(), ActorProcessingErr> {
        let next = match message {
            PlayerMessage::Begin(to) => {
                *echo = Some(to);
                1
            }
            PlayerMessage::Pong(number) if number == *end => {
                done.send(number).expect("somebody waits");
                return Ok(());
            }
            PlayerMessage::Pong(number) => number + 1,
        };
        let echo = echo.as_ref().expect("it has begun");
        for number in next..next + *burst {
            cast!(echo, number)?;
        }
        Ok(())
    }
}

pub(crate) fn ping_pong(runtime: &Handle, trips: u64, burst: u64) {
    let (done, ended) = std::sync::mpsc::channel();
    let end = trips * burst;
    let (player, echo) = crate::wait(runtime, async move {
        let (player, _) = Actor::spawn(None, Player, (burst, end, done)).await.expect("an actor");
        let (echo, _) = Actor::spawn(None, Echo, (player.clone(), burst)).await.expect("an actor");
        (player, echo)
    });
    cast!(player, PlayerMessage::Begin(echo.clone())).expect("it is taken");
    assert_eq!(ended.recv().expect("it ends"), end);
    player.stop(None);
    echo.stop(None);
}

struct Idle;

impl Actor for Idle {
    type Msg = u64;
    type State = ();
    type Arguments = Sender<u64>;

    async fn pre_start(&self, _: ActorRef<u64>, up: Sender<u64>) -> Result<(), ActorProcessingErr> {
        up.send(1).expect("somebody waits");
        Ok(())
    }

    async fn handle(
        &self,
        _: ActorRef<u64>,
        _: u64,
        (): &mut (),
    ) -> Result<(), ActorProcessingErr> {
        Ok(())
    }
}

pub(crate) fn spawn(runtime: &Handle, count: u64) {
    let (up, ups) = std::sync::mpsc::channel();
    let actors = crate::wait(runtime, async move {
        let mut actors = Vec::new();
        for _ in 0..count {
            actors.push(Actor::spawn(None, Idle, up.clone()).await.expect("an actor"));
        }
        actors
    });
    (0..count).for_each(|_| assert_eq!(ups.recv().expect("it starts"), 1));
    std::mem::forget(actors);
}
