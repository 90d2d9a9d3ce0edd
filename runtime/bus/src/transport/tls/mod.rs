//! TLS on TCP: both sides show a certificate, and are the nodes that their certificates name.
//!
//! TLS 1.3 only. Each side trusts the authority that the topology names for its node, and no other;
//! there are no sessions to resume, so that each connection proves anew who is at its ends. The
//! dialer checks in the handshake that it has reached the node that it dials; the listener, which
//! cannot know who comes, checks it against the hello. A peer that fails is told why as far as TLS
//! has a word for it, and both sides note the reason.
//!
//! Certificates are looked at before each handshake and read again where a file has changed. What
//! cannot be used then leaves in use what was loaded before, and is noted. Connections that are open
//! stay as they are.
//!
//! There is no thread here, and no wait but for the peer: the network thread works a handshake out by
//! itself.

mod certified;
mod load;
mod reason;
mod renew;

use std::io;

use rustls::CommonState;
use rustls::pki_types::{CertificateDer, ServerName};
use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader, ReadHalf, WriteHalf, split};
use tokio::net::TcpStream;
use tokio::time::{Duration, timeout};
use tokio_rustls::{TlsAcceptor, TlsConnector, TlsStream};

use super::connection::{Connection, Refusal};

pub(crate) use self::certified::Certified;
pub(crate) use self::reason::reason;
pub(crate) use self::renew::Identity;

/// The socket below TLS. What comes is read in large pieces, for TLS by itself asks for 4 KiB at once.
type Socket = BufReader<TcpStream>;

/// A connection over TLS.
pub(crate) type Secured = Connection<ReadHalf<TlsStream<Socket>>, WriteHalf<TlsStream<Socket>>>;

/// How much is read from the socket at once: two records.
const READ_BYTES: usize = 32 * 1024;

/// How long, and how much, a peer that was refused is listened to. If the socket were closed at once
/// on what it still sends, the reason might not reach it.
const LINGER: Duration = Duration::from_secs(1);
const LINGER_BYTES: u64 = 64 * 1024;

impl Identity {
    /// Lets a peer that has dialled prove who it is.
    pub(crate) async fn accept(&self, stream: TcpStream) -> Result<Secured, Refusal> {
        let acceptor = TlsAcceptor::from(self.current().server.clone());
        let socket = BufReader::with_capacity(READ_BYTES, stream);
        match acceptor.accept(socket).into_fallible().await {
            Ok(stream) => secured(TlsStream::Server(stream)),
            // Who only wants to know whether anybody listens here is no fault.
            Err((error, _)) if error.kind() == io::ErrorKind::UnexpectedEof => {
                Err(Refusal { reason: None, parting: None })
            }
            Err((error, socket)) => {
                let parting = async move {
                    // It has had its chance, whatever became of it.
                    let _ = timeout(LINGER, linger(socket)).await;
                };
                Err(Refusal { parting: Some(Box::pin(parting)), ..refusal(&error) })
            }
        }
    }

    /// Proves to `node`, which was dialled, who this is, and lets it prove that it is that node.
    pub(crate) async fn connect(&self, node: &str, stream: TcpStream) -> Result<Secured, Refusal> {
        let name = ServerName::try_from(node.to_owned())
            .map_err(|_| Refusal::because(format!("`{node}` is no name for a certificate")))?;
        let connector = TlsConnector::from(self.current().client.clone());
        let socket = BufReader::with_capacity(READ_BYTES, stream);
        match connector.connect(name, socket).await {
            Ok(stream) => secured(TlsStream::Client(stream)),
            Err(error) => Err(refusal(&error)),
        }
    }
}

fn refusal(error: &io::Error) -> Refusal {
    let of_tls = reason(error).map(|reason| format!("TLS with the peer failed: {reason}"));
    Refusal::because(of_tls.unwrap_or_else(|| format!("the TLS handshake failed: {error}")))
}

fn secured(stream: TlsStream<Socket>) -> Result<Secured, Refusal> {
    let certified = proof(stream.get_ref().1).map_err(Refusal::because)?;
    let (read, write) = split(stream);
    Ok(Connection { read, write, socket: None, certified: Some(certified) })
}

/// Who the other side is. Both protocol and certificate are there, for both sides want them.
fn proof(session: &CommonState) -> Result<Certified, &'static str> {
    if session.alpn_protocol() != Some(load::PROTOCOL) {
        return Err(reason::NO_PROTOCOL);
    }
    let shown = session.peer_certificates().and_then(|chain| chain.first());
    let certified =
        |certificate: &CertificateDer<'_>| Certified::new(certificate.clone().into_owned());
    shown.map(certified).ok_or("it shows no certificate")
}

/// Says that nothing more comes, and takes what is still on its way.
async fn linger(mut socket: Socket) -> io::Result<()> {
    socket.shutdown().await?;
    tokio::io::copy(&mut socket.take(LINGER_BYTES), &mut tokio::io::sink()).await.map(drop)
}
