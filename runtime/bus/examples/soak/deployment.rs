//! The ways of the soak: a topology for each, of the nodes `here` and `there`.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};

use crate::Outcome;

/// A way between two processes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Unix,
    Tcp,
    Tls,
}

pub(crate) const KINDS: [Kind; 3] = [Kind::Unix, Kind::Tcp, Kind::Tls];

impl Kind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Unix => "unix",
            Self::Tcp => "tcp",
            Self::Tls => "tcp+tls",
        }
    }

    pub(crate) fn topology(self, folder: &Path) -> PathBuf {
        folder.join(format!("{}.toml", self.name()))
    }
}

/// Writes the topologies and the certificates.
pub(crate) fn write(folder: &Path) -> Outcome<()> {
    let mut params = CertificateParams::new(Vec::new())?;
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate()?)?;
    fs::write(folder.join("authority.pem"), authority.pem())?;
    for node in ["here", "there"] {
        let key = KeyPair::generate()?;
        let certificate = CertificateParams::new([node.to_owned()])?.signed_by(&key, &authority)?;
        fs::write(folder.join(format!("{node}.pem")), certificate.pem())?;
        fs::write(folder.join(format!("{node}.key")), key.serialize_pem())?;
    }
    for kind in KINDS {
        fs::write(kind.topology(folder), topology(kind)?)?;
    }
    Ok(())
}

fn topology(kind: Kind) -> Outcome<String> {
    let nodes = "[[nodes]]\nname = \"there\"\nservices = [\"there\"]\n\n\
                 [[nodes]]\nname = \"here\"\nservices = [\"here\"]\n";
    // A port that was free a moment ago.
    let port = || TcpListener::bind("127.0.0.1:0")?.local_addr().map(|address| address.port());
    Ok(match kind {
        Kind::Unix => {
            format!("{nodes}endpoint.kind = \"unix\"\nendpoint.path = \"run/soak.sock\"\n")
        }
        Kind::Tcp => format!("{nodes}port = {}\n", port()?),
        Kind::Tls => format!(
            "{nodes}port = {}\n\n[defaults]\ntls.certificate = \"{{node}}.pem\"\n\
             tls.key = \"{{node}}.key\"\ntls.authority = \"authority.pem\"\n",
            port()?
        ),
    })
}
