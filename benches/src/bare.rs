//! What the machine does without us: a cache line bounced between two cores, and plain sockets.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use crate::cores;
use crate::samples::{Summary, time_half};

/// Bytes on a plain socket: as many as the frame that the transports carry.
pub(crate) type Frame = Vec<u8>;

#[repr(align(128))]
struct Line(AtomicU64);

/// One word in one cache line goes to the other core and comes back.
pub(crate) fn cache_line(count: usize, (here, there): (usize, usize)) -> io::Result<Summary> {
    let rounds = (count + count / 10) as u64;
    let (ping, pong) = (&Line(AtomicU64::new(0)), &Line(AtomicU64::new(0)));
    cores::pin(here)?;
    thread::scope(|scope| {
        scope.spawn(move || {
            // Not pinned: slower, and still a measurement.
            let _ = cores::pin(there);
            for round in 1..=rounds {
                wait_for(ping, round);
                pong.0.store(round, Ordering::Release);
            }
        });
        let mut round = 0;
        time_half("cache line", count, || {
            round += 1;
            ping.0.store(round, Ordering::Release);
            wait_for(pong, round);
            Ok(())
        })
    })
}

/// Polls without a pause: the processor's pause instruction takes longer than the line's way.
/// Acquire pairs with the other side's Release: the measured word is all that crosses.
fn wait_for(line: &Line, round: u64) {
    while line.0.load(Ordering::Acquire) != round {}
}

/// A plain Unix socket, blocking reads.
pub(crate) fn unix(count: usize, on: (usize, usize), frame: &Frame) -> io::Result<Summary> {
    let (near, far) = UnixStream::pair()?;
    socket("bare Unix socket", count, on, frame, near, far)
}

/// A plain TCP connection over the loopback, blocking reads, no delay.
pub(crate) fn tcp(count: usize, on: (usize, usize), frame: &Frame) -> io::Result<Summary> {
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    let near = TcpStream::connect(listener.local_addr()?)?;
    let (far, _) = listener.accept()?;
    near.set_nodelay(true)?;
    far.set_nodelay(true)?;
    socket("bare TCP loopback", count, on, frame, near, far)
}

fn socket<S: Read + Write + Send>(
    name: &'static str,
    count: usize,
    (here, there): (usize, usize),
    frame: &Frame,
    mut near: S,
    mut far: S,
) -> io::Result<Summary> {
    let rounds = count + count / 10;
    cores::pin(here)?;
    thread::scope(|scope| {
        let echo = scope.spawn(move || -> io::Result<()> {
            cores::pin(there)?;
            let mut buffer = vec![0; frame.len()];
            for _ in 0..rounds {
                far.read_exact(&mut buffer)?;
                far.write_all(&buffer)?;
            }
            Ok(())
        });
        let mut buffer = vec![0; frame.len()];
        let summary = time_half(name, count, || {
            near.write_all(frame)?;
            near.read_exact(&mut buffer)
        });
        drop(near);
        echo.join().map_err(|_| io::Error::other("the echo panicked"))??;
        summary
    })
}
