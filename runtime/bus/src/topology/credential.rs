//! Why a node's certificate, key or authority cannot be used.

use std::error::Error;
use std::path::PathBuf;
use std::{fmt, io};

/// A node's TLS files cannot be used: which of them, why, and what to do.
#[derive(Debug)]
pub struct CredentialError {
    /// The file.
    pub path: PathBuf,
    /// What is wrong with it.
    pub fault: CredentialFault,
}

/// What is wrong with a file of certificates or with a key.
#[derive(Debug)]
#[non_exhaustive]
pub enum CredentialFault {
    /// The library was built without TLS.
    NoTls,
    /// The file cannot be read.
    Unreadable(io::Error),
    /// There is no certificate in it.
    NoCertificate,
    /// There is no key in it that can be used.
    NoKey,
    /// It is not the PEM that it seems to be.
    NotPem(String),
    /// A certificate in it cannot be read.
    BadCertificate(String),
    /// The key in it is of no kind that can be used.
    BadKey(String),
    /// The key in it is not that of the certificate.
    OtherKey {
        /// The certificate's file.
        certificate: PathBuf,
    },
    /// The certificate in it is that of another node.
    OtherNode {
        /// The node that it should name.
        node: String,
        /// The names that it has.
        names: Vec<String>,
    },
}

impl fmt::Display for CredentialError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.fault)
    }
}

impl fmt::Display for CredentialFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoTls => f.write_str(
                "it is for TLS, which this program was built without; build it with the feature \
                 `tls` of the crate `mycelium`",
            ),
            Self::Unreadable(source) => write!(
                f,
                "{source}; name files in PEM that this user may read, with paths from the \
                 topology's folder"
            ),
            Self::NoCertificate => f.write_str(
                "there is no certificate in it; a file in PEM was expected, with a section \
                 `BEGIN CERTIFICATE`",
            ),
            Self::NoKey => f.write_str(
                "there is no private key in it; a file in PEM was expected, with a section \
                 `BEGIN PRIVATE KEY` that no passphrase protects",
            ),
            Self::NotPem(found) => {
                write!(f, "this is not PEM ({found}); was the file written to its end?")
            }
            Self::BadCertificate(found) => write!(
                f,
                "a certificate in it cannot be read ({found}); a certificate of X.509 version 3 was \
                 expected"
            ),
            Self::BadKey(found) => write!(
                f,
                "the key in it cannot be used ({found}); make one of ECDSA on P-256, Ed25519, or RSA"
            ),
            Self::OtherKey { certificate } => write!(
                f,
                "this is not the key of the certificate {}; name the two that were made together",
                certificate.display()
            ),
            Self::OtherNode { node, names } => {
                f.write_str("this certificate ")?;
                match names.is_empty() {
                    true => f.write_str("names nobody")?,
                    false => write!(f, "names {}", names.join(", "))?,
                }
                write!(
                    f,
                    ", not node `{node}`; make one whose subject alternative names hold \
                     `DNS:{node}`"
                )
            }
        }
    }
}

impl Error for CredentialError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.fault {
            CredentialFault::Unreadable(source) => Some(source),
            _ => None,
        }
    }
}
