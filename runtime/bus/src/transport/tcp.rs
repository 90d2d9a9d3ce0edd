//! TCP, with every frame sent at once.

use std::io;
use std::net::{SocketAddr, TcpListener, ToSocketAddrs};

use tokio::net::{TcpStream, lookup_host};

use crate::topology::Refused;

/// Where a socket is, as the topology says it.
pub(crate) struct Address {
    /// `host:port`.
    pub(crate) text: String,
    /// Whether what passes there may be read and written by nobody outside this machine: it is
    /// neither encrypted nor said to be insecure.
    pub(crate) stays_here: bool,
}

/// Starts to listen.
pub(crate) fn bind(address: &Address) -> Result<TcpListener, Refused> {
    let text = &address.text;
    let refused = |source: io::Error| Refused {
        what: format!("cannot listen at {text}"),
        remedy: "stop the process that uses the port, or choose another one",
        source: Some(source),
    };
    let found: Vec<SocketAddr> = text.to_socket_addrs().map_err(refused)?.collect();
    if let Some(fault) = found.iter().find_map(|found| address.fault_of(*found)) {
        return Err(Refused { what: fault, remedy: REMEDY, source: None });
    }
    let listener = TcpListener::bind(&found[..]).map_err(refused)?;
    listener.set_nonblocking(true).map_err(refused)?;
    Ok(listener)
}

/// Connects to `address`, to the first that answers of those that its name stands for.
pub(crate) async fn connect(address: &Address) -> io::Result<TcpStream> {
    let mut last = io::Error::new(io::ErrorKind::NotFound, "its host has no address");
    for found in lookup_host(&address.text).await? {
        if let Some(fault) = address.fault_of(found) {
            last = io::Error::new(io::ErrorKind::PermissionDenied, format!("{fault}; {REMEDY}"));
            continue;
        }
        match TcpStream::connect(found).await {
            Ok(stream) => {
                stream.set_nodelay(true)?;
                return Ok(stream);
            }
            Err(error) => last = error,
        }
    }
    Err(last)
}

const REMEDY: &str = "give the nodes `tls`, or write `endpoint.insecure = true` where everybody on \
                      the way is trusted";

impl Address {
    /// A name that should stand for this machine may stand for another one.
    fn fault_of(&self, found: SocketAddr) -> Option<String> {
        let is_here = found.ip().to_canonical().is_loopback();
        (self.stays_here && !is_here)
            .then(|| format!("{} is {}, which is beyond this machine", self.text, found.ip()))
    }
}

#[cfg(test)]
mod tests {
    use super::{Address, bind};

    #[test]
    fn a_name_that_leads_elsewhere_is_refused() {
        let elsewhere = Address { text: "0.0.0.0:0".into(), stays_here: true };
        let refused = bind(&elsewhere).unwrap_err().to_string();
        assert!(refused.contains("beyond this machine"), "{refused}");
        assert!(refused.contains("insecure = true"), "{refused}");
        let here = Address { text: "localhost:0".into(), stays_here: true };
        bind(&here).unwrap();
        let allowed = Address { text: "0.0.0.0:0".into(), stays_here: false };
        bind(&allowed).unwrap();
    }
}
