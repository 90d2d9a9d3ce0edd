//! One side of TLS without a bus: it says what no bus would say.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::server::WebPkiClientVerifier;
use rustls::{
    ClientConfig, ClientConnection, RootCertStore, ServerConfig, ServerConnection, StreamOwned,
};

use crate::common::authority::{Authority, Pair};

/// What a bus speaks inside TLS.
pub(crate) const OURS: &[u8] = b"mycelium/1";

pub(crate) type Client = StreamOwned<ClientConnection, TcpStream>;

/// Dials as somebody who trusts the authority and has this certificate, or none.
pub(crate) fn dial(
    socket: TcpStream,
    authority: &Authority,
    pair: Option<&Pair>,
    protocol: &[u8],
) -> std::io::Result<Client> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots(authority));
    let mut config = match pair {
        None => builder.with_no_client_auth(),
        Some(pair) => builder.with_client_auth_cert(chain(pair), key(pair)).unwrap(),
    };
    if !protocol.is_empty() {
        config.alpn_protocols = vec![protocol.to_vec()];
    }
    let name = ServerName::try_from("b").unwrap();
    let session = ClientConnection::new(Arc::new(config), name).unwrap();
    let mut client = StreamOwned::new(session, socket);
    while client.conn.is_handshaking() {
        client.conn.complete_io(&mut client.sock)?;
    }
    Ok(client)
}

/// Answers one that has dialled, with this certificate. Gives what it is refused for.
pub(crate) fn answer(
    mut socket: TcpStream,
    authority: &Authority,
    pair: &Pair,
) -> std::io::Result<()> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let judge = WebPkiClientVerifier::builder_with_provider(roots(authority), provider.clone());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_client_cert_verifier(judge.build().unwrap())
        .with_single_cert(chain(pair), key(pair))
        .unwrap();
    config.alpn_protocols = vec![OURS.to_vec()];
    let mut session = ServerConnection::new(Arc::new(config)).unwrap();
    while session.is_handshaking() {
        session.complete_io(&mut socket)?;
    }
    Ok(())
}

/// Says this and hears everything until the end. The end may be an error.
pub(crate) fn exchange(client: &mut Client, said: &[u8]) -> (Vec<u8>, std::io::Result<usize>) {
    let mut heard = Vec::new();
    // Refused already where it fails; what was heard says why.
    let _ = client.write_all(said);
    let ended = client.read_to_end(&mut heard);
    (heard, ended)
}

/// The certificate that the other side has shown.
pub(crate) fn shown(client: &Client) -> CertificateDer<'static> {
    client.conn.peer_certificates().unwrap()[0].clone().into_owned()
}

pub(crate) fn chain(pair: &Pair) -> Vec<CertificateDer<'static>> {
    vec![CertificateDer::from_pem_slice(pair.certificate.as_bytes()).unwrap()]
}

fn key(pair: &Pair) -> PrivateKeyDer<'static> {
    PrivateKeyDer::from_pem_slice(pair.key.as_bytes()).unwrap()
}

fn roots(authority: &Authority) -> Arc<RootCertStore> {
    let mut roots = RootCertStore::empty();
    let text = authority.certificate();
    roots.add(CertificateDer::from_pem_slice(text.as_bytes()).unwrap()).unwrap();
    Arc::new(roots)
}
