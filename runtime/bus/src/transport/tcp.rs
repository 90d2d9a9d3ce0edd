//! TCP, with every frame sent at once.

use std::io;
use std::net::TcpListener;

use tokio::net::TcpStream;

use crate::topology::Refused;

/// Starts to listen.
pub(crate) fn bind(address: &str) -> Result<TcpListener, Refused> {
    let listen = || {
        let listener = TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
        Ok(listener)
    };
    listen().map_err(|source: io::Error| Refused {
        what: format!("cannot listen at {address}"),
        remedy: "stop the process that uses the port, or choose another one",
        source: Some(source),
    })
}

/// Connects to `address`.
pub(crate) async fn connect(address: &str) -> io::Result<TcpStream> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}
