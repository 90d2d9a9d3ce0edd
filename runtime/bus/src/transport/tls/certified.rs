//! Who the other side has proved to be.

use rustls::client::verify_server_name;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::server::ParsedCertificate;
use webpki::EndEntityCert;

/// The certificate that a peer has shown, and whose key it has.
pub(crate) struct Certified {
    certificate: CertificateDer<'static>,
}

impl Certified {
    pub(super) fn new(certificate: CertificateDer<'static>) -> Self {
        Self { certificate }
    }

    /// The DNS names that it was made out to.
    pub(super) fn names(&self) -> Result<Vec<String>, String> {
        let parsed = EndEntityCert::try_from(&self.certificate).map_err(|e| e.to_string())?;
        Ok(parsed.valid_dns_names().map(str::to_owned).collect())
    }

    /// Refuses a peer that is none of these nodes.
    pub(crate) fn check_any(&self, nodes: &[&str]) -> Result<(), String> {
        if nodes.iter().any(|node| self.check(node).is_ok()) {
            return Ok(());
        }
        let (names, nodes) = (self.names()?.join(", "), nodes.join(", "));
        Err(format!(
            "its certificate names {names}; an observer here needs that of one of: {nodes}"
        ))
    }

    /// Refuses a peer that is not `node`.
    ///
    /// The name must stand in the certificate as it is: what fits by a wildcard, or in other letters,
    /// might be another node.
    pub(crate) fn check(&self, node: &str) -> Result<(), String> {
        let names = self.names()?;
        let name = ServerName::try_from(node)
            .map_err(|_| format!("`{node}` is no name that a certificate can hold"))?;
        let parsed = ParsedCertificate::try_from(&self.certificate).map_err(|e| e.to_string())?;
        let is_named = verify_server_name(&parsed, &name).is_ok();
        if is_named && names.iter().any(|known| known == node) {
            return Ok(());
        }
        let names = if names.is_empty() { "nobody".to_owned() } else { names.join(", ") };
        Err(format!("it says that it is node `{node}`, but its certificate names {names}"))
    }
}
