//! The observer's end of a connection: says who it is, asks, and listens.

use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::timeout;

use super::connection::Connection;
use super::control::{self, Body, OBSERVER, PROTOCOL, Subscribe};
use super::outbox::Outbox;
use super::stream::{FrameReader, ReadError, write_all};
use super::tls;
use crate::inbox::Run;
use crate::options::Options;
use crate::selector::ANY_DIGEST;

/// What an observer hears.
pub(crate) enum Heard {
    /// The other side has let it in.
    Welcome,
    /// A control frame.
    Control(Body),
    /// Frames of one channel.
    Frames(Run),
}

/// Asks for topics, or patterns as peers understand them, and hands on what is heard until the connection ends, or
/// `take` fails. Gives why it has ended.
pub(crate) async fn observe<R, W, E>(
    connection: Connection<R, W>,
    options: &Options,
    wishes: Vec<String>,
    take: impl AsyncFnMut(Heard) -> Result<(), E>,
) -> Result<String, E>
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin + Send + 'static,
{
    let Connection { read, write, .. } = connection;
    let (room, longest) = (options.outgoing_bytes, options.max_frame_bytes);
    let outbox = Arc::new(Outbox::new("an observed socket".to_owned(), room, longest, None));
    outbox.push(&control::hello(OBSERVER, "observer"));
    for topic in wishes {
        let wish = Subscribe { topic, type_id: 0, digest: ANY_DIGEST.0 };
        outbox.push(&control::frame(Body::Subscribe(wish)));
    }
    let writer = tokio::spawn(write_all(write, outbox.clone(), options.heartbeat));
    let ending = listen(&mut FrameReader::new(read, longest), options, take).await;
    writer.abort();
    ending
}

async fn listen<R: AsyncRead + Unpin, E>(
    reader: &mut FrameReader<R>,
    options: &Options,
    mut take: impl AsyncFnMut(Heard) -> Result<(), E>,
) -> Result<String, E> {
    let mut is_welcome = false;
    loop {
        let (header, frames) = match reader.split_run() {
            Ok(Some(run)) => run,
            Ok(None) => match timeout(options.peer_timeout, reader.fill()).await {
                Ok(Ok(())) => continue,
                Ok(Err(error)) => {
                    return Ok(tls::reason(&error).unwrap_or_else(|| match is_welcome {
                        true => format!("the node is gone: {error}"),
                        false => "it was closed before a word was said".to_owned(),
                    }));
                }
                Err(_) => return Ok(format!("no sign of life for {:?}", options.peer_timeout)),
            },
            Err(ReadError::NotAFrame(reason)) => return Ok(reason),
            Err(ReadError::Ended(error)) => return Ok(error.to_string()),
        };
        if header.type_id != 0 {
            take(Heard::Frames(frames)).await?;
            continue;
        }
        match control::parse(frames.first().unwrap_or_default()) {
            Ok(Body::Hello(hello)) if hello.protocol == PROTOCOL => {
                is_welcome = true;
                take(Heard::Welcome).await?;
            }
            Ok(Body::Hello(hello)) => {
                return Ok(format!("it speaks protocol {}, not {PROTOCOL}", hello.protocol));
            }
            Ok(Body::Goodbye(goodbye)) if goodbye.reason.is_empty() => {
                return Ok("the node has left".to_owned());
            }
            Ok(Body::Goodbye(goodbye)) => {
                return Ok(format!("it refuses: {}", control::shorten(&goodbye.reason)));
            }
            Ok(body) => take(Heard::Control(body)).await?,
            Err(error) => return Ok(format!("a bad control frame: {error}")),
        }
    }
}
