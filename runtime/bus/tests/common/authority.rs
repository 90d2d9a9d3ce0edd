//! Authorities and certificates, made in the test.

use std::path::Path;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, KeyUsagePurpose,
    date_time_ymd,
};

/// Whom nodes may trust.
pub(crate) struct Authority(CertifiedIssuer<'static, KeyPair>);

/// A certificate and its key, in PEM.
pub(crate) struct Pair {
    pub(crate) certificate: String,
    pub(crate) key: String,
}

/// When a certificate is valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Valid {
    Now,
    NoMore,
    NotYet,
}

impl Authority {
    /// One that nobody else is.
    pub(crate) fn new() -> Self {
        Self::named(&KeyPair::generate().unwrap().serialize_pem()[30..60])
    }

    /// One that calls itself so, as another may too.
    pub(crate) fn named(name: &str) -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    /// Its own certificate, in PEM.
    pub(crate) fn certificate(&self) -> String {
        self.0.pem()
    }

    /// A certificate made out to these names.
    pub(crate) fn issue(&self, names: &[&str], valid: Valid) -> Pair {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let mut params = CertificateParams::new(names).unwrap();
        match valid {
            Valid::Now => {}
            Valid::NoMore => params.not_after = date_time_ymd(2020, 2, 29),
            Valid::NotYet => params.not_before = date_time_ymd(2199, 1, 1),
        }
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.0).unwrap().pem();
        Pair { certificate, key: key.serialize_pem() }
    }
}

impl Pair {
    /// Puts both in place as `<name>.pem` and `<name>.key`, each at once, as a renewal does.
    pub(crate) fn install(&self, folder: &Path, name: &str) {
        put(folder, &format!("{name}.pem"), &self.certificate);
        put(folder, &format!("{name}.key"), &self.key);
    }
}

/// Writes a file beside and gives it the name, so that nobody reads half of it.
pub(crate) fn put(folder: &Path, name: &str, text: &str) {
    let beside = folder.join(format!("{name}.new"));
    std::fs::write(&beside, text).unwrap();
    std::fs::rename(beside, folder.join(name)).unwrap();
}
