//! From files to what a handshake needs: the configurations of both sides, checked.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use rustls::client::danger::ServerCertVerifier;
use rustls::client::{Resumption, WebPkiServerVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::server::danger::ClientCertVerifier;
use rustls::server::{NoServerSessionStorage, WebPkiClientVerifier};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::version::TLS13;
use rustls::{ClientConfig, InconsistentKeys, RootCertStore, ServerConfig};

use super::certified::Certified;
use super::reason;
use crate::topology::{CredentialError, CredentialFault, Tls};

/// What both sides say that they speak inside TLS. A certificate of the same authority that serves
/// something else is of no use here, and none of ours is there.
pub(super) const PROTOCOL: &[u8] = b"mycelium/1";

/// Longest file that is read, so that a wrong path costs no more.
const LONGEST_FILE_BYTES: u64 = 1 << 20;

/// A node's credentials, ready for handshakes.
pub(super) struct Loaded {
    pub(super) server: Arc<ServerConfig>,
    pub(super) client: Arc<ClientConfig>,
    chain: Vec<CertificateDer<'static>>,
    judge_server: Arc<WebPkiServerVerifier>,
    judge_client: Arc<dyn ClientCertVerifier>,
}

/// Reads and checks the files of `node`.
pub(super) fn load(node: &str, files: &Tls) -> Result<Loaded, CredentialError> {
    let chain = read_certificates(&files.certificate)?;
    check_node(node, &chain, &files.certificate)?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let ours = read_key(files, chain.clone(), &provider)?;
    let roots = read_authority(&files.authority)?;
    let unusable = |error: &dyn std::fmt::Display| {
        fault(&files.authority, CredentialFault::BadCertificate(error.to_string()))
    };
    let judge_server = WebPkiServerVerifier::builder_with_provider(roots.clone(), provider.clone());
    let judge_server = judge_server.build().map_err(|error| unusable(&error))?;
    let judge_client = WebPkiClientVerifier::builder_with_provider(roots, provider.clone());
    let judge_client = judge_client.build().map_err(|error| unusable(&error))?;
    let (server, client) = configure(&provider, ours, &judge_server, &judge_client)
        .map_err(|error| unusable(&error))?;
    Ok(Loaded {
        server: Arc::new(server),
        client: Arc::new(client),
        chain,
        judge_server,
        judge_client,
    })
}

impl Loaded {
    /// What peers that trust the same authority have against this node's certificate by now.
    pub(super) fn own_fault(&self, node: &str) -> Option<String> {
        let (own, others) = self.chain.split_first()?;
        let name = ServerName::try_from(node).ok()?;
        let now = UnixTime::now();
        let as_client = self.judge_client.verify_client_cert(own, others, now).map(drop);
        let as_both = as_client.and_then(|()| {
            self.judge_server.verify_server_cert(own, others, &name, &[], now).map(drop)
        });
        as_both.err().map(|error| reason::words(&error))
    }
}

/// The two configurations. Neither side resumes sessions: a resumed one would skip the
/// certificates, which may have expired or been replaced since.
fn configure(
    provider: &Arc<CryptoProvider>,
    ours: CertifiedKey,
    judge_server: &Arc<WebPkiServerVerifier>,
    judge_client: &Arc<dyn ClientCertVerifier>,
) -> Result<(ServerConfig, ClientConfig), rustls::Error> {
    let ours = Arc::new(SingleCertAndKey::from(ours));
    let mut server = ServerConfig::builder_with_provider(provider.clone())
        .with_protocol_versions(&[&TLS13])?
        .with_client_cert_verifier(judge_client.clone())
        .with_cert_resolver(ours.clone());
    server.send_tls13_tickets = 0;
    server.session_storage = Arc::new(NoServerSessionStorage {});
    server.alpn_protocols = vec![PROTOCOL.to_vec()];
    let mut client = ClientConfig::builder_with_provider(provider.clone())
        .with_protocol_versions(&[&TLS13])?
        .with_webpki_verifier(judge_server.clone())
        .with_client_cert_resolver(ours);
    client.resumption = Resumption::disabled();
    client.alpn_protocols = vec![PROTOCOL.to_vec()];
    Ok((server, client))
}

fn read_certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, CredentialError> {
    let text = read(path)?;
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&text).collect();
    match chain {
        Ok(chain) if chain.is_empty() => Err(fault(path, CredentialFault::NoCertificate)),
        Ok(chain) => Ok(chain),
        Err(error) => Err(fault(path, CredentialFault::NotPem(error.to_string()))),
    }
}

fn read_authority(path: &Path) -> Result<Arc<RootCertStore>, CredentialError> {
    let mut roots = RootCertStore::empty();
    for certificate in read_certificates(path)? {
        let added = roots.add(certificate);
        added.map_err(|error| fault(path, CredentialFault::BadCertificate(error.to_string())))?;
    }
    Ok(Arc::new(roots))
}

fn read_key(
    files: &Tls,
    chain: Vec<CertificateDer<'static>>,
    provider: &CryptoProvider,
) -> Result<CertifiedKey, CredentialError> {
    let key = PrivateKeyDer::from_pem_slice(&read(&files.key)?).map_err(|error| {
        let what = match error {
            pem::Error::NoItemsFound => CredentialFault::NoKey,
            other => CredentialFault::NotPem(other.to_string()),
        };
        fault(&files.key, what)
    })?;
    CertifiedKey::from_der(chain, key, provider).map_err(|error| {
        let what = match error {
            rustls::Error::InconsistentKeys(InconsistentKeys::KeyMismatch) => {
                CredentialFault::OtherKey { certificate: files.certificate.clone() }
            }
            other => CredentialFault::BadKey(other.to_string()),
        };
        fault(&files.key, what)
    })
}

/// A certificate that does not name its node is refused by every peer.
fn check_node(
    node: &str,
    chain: &[CertificateDer<'static>],
    path: &Path,
) -> Result<(), CredentialError> {
    let Some(own) = chain.first() else {
        return Err(fault(path, CredentialFault::NoCertificate));
    };
    let own = Certified::new(own.clone());
    let names = own.names().map_err(|what| fault(path, CredentialFault::BadCertificate(what)))?;
    match own.check(node) {
        Ok(()) => Ok(()),
        Err(_) => Err(fault(path, CredentialFault::OtherNode { node: node.to_owned(), names })),
    }
}

fn read(path: &Path) -> Result<Vec<u8>, CredentialError> {
    let mut bytes = Vec::new();
    let read = File::open(path)
        .and_then(|file| file.take(LONGEST_FILE_BYTES).read_to_end(&mut bytes).map(drop));
    match read {
        Ok(()) => Ok(bytes),
        Err(error) => Err(fault(path, CredentialFault::Unreadable(error))),
    }
}

fn fault(path: &Path, fault: CredentialFault) -> CredentialError {
    CredentialError { path: path.to_owned(), fault }
}
