//! Why a peer was refused, or has refused us, in words.

use std::io;

use mycelium_wire::Timestamp;
use rustls::pki_types::UnixTime;
use rustls::{AlertDescription, CertificateError, Error, InvalidMessage};

/// What TLS has to say about an error of a stream; nothing if the error is not of its making.
pub(crate) fn reason(error: &io::Error) -> Option<String> {
    error.get_ref()?.downcast_ref().map(words)
}

pub(super) fn words(error: &Error) -> String {
    match error {
        Error::InvalidCertificate(fault) => certificate(fault),
        Error::NoCertificatesPresented => {
            "it shows no certificate; give its node `tls` in the topology".to_owned()
        }
        Error::AlertReceived(alert) => format!("it refuses this node: {}", alert_words(*alert)),
        Error::InvalidMessage(InvalidMessage::InvalidContentType) => {
            "what it sends is not TLS; use the same topology on both sides".to_owned()
        }
        Error::NoApplicationProtocol => NO_PROTOCOL.to_owned(),
        other => other.to_string(),
    }
}

pub(super) const NO_PROTOCOL: &str = "it speaks TLS, but not Mycelium in it";

fn certificate(fault: &CertificateError) -> String {
    match fault {
        CertificateError::Expired => "its certificate has expired".to_owned(),
        CertificateError::ExpiredContext { not_after, .. } => {
            format!("its certificate has expired, at {}; renew it", instant(*not_after))
        }
        CertificateError::NotValidYet => "its certificate is not valid yet".to_owned(),
        CertificateError::NotValidYetContext { not_before, .. } => format!(
            "its certificate is not valid before {}; check the clocks of both machines",
            instant(*not_before)
        ),
        // An authority of the same name, but with another key, is found out by its signature.
        CertificateError::UnknownIssuer | CertificateError::BadSignature => {
            "its certificate is not signed by this node's authority".to_owned()
        }
        CertificateError::NotValidForNameContext { expected, presented } => format!(
            "node `{}` was expected, but its certificate names {}",
            expected.to_str(),
            names(presented)
        ),
        CertificateError::InvalidPurposeContext { required, .. } => {
            format!("its certificate is not meant for {required}; make one for both sides")
        }
        CertificateError::Other(other)
            if matches!(other.0.downcast_ref(), Some(webpki::Error::CaUsedAsEndEntity)) =>
        {
            "its certificate is one of an authority; make one with `basicConstraints=CA:FALSE`"
                .to_owned()
        }
        other => format!("its certificate cannot be used: {other}"),
    }
}

/// The library gives names as in `DnsName("risk")`.
fn names(presented: &[String]) -> String {
    let bare = |name: &String| match name.split('"').nth(1) {
        Some(bare) => bare.to_owned(),
        None => name.clone(),
    };
    match presented {
        [] => "nobody".to_owned(),
        some => some.iter().map(bare).collect::<Vec<_>>().join(", "),
    }
}

/// What another TLS library may mean as well by an alert is left open.
fn alert_words(alert: AlertDescription) -> String {
    match alert {
        AlertDescription::CertificateExpired => {
            "by its clock this node's certificate is not valid now".to_owned()
        }
        AlertDescription::UnknownCA => {
            "its authority has not signed this node's certificate".to_owned()
        }
        AlertDescription::DecryptError => {
            "a signature is not what it expected (has its authority signed this node's \
             certificate?)"
                .to_owned()
        }
        AlertDescription::CertificateRequired => "it wants a certificate".to_owned(),
        AlertDescription::BadCertificate => {
            "this node's certificate is not what it expected (does it name this node?)".to_owned()
        }
        AlertDescription::NoApplicationProtocol => NO_PROTOCOL.to_owned(),
        AlertDescription::ProtocolVersion => "it does not speak TLS 1.3".to_owned(),
        other => format!("TLS alert {other:?}"),
    }
}

/// As in `2026-12-24T18:00:00Z`.
fn instant(time: UnixTime) -> String {
    let seconds = i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
    let shown = Timestamp(seconds.saturating_mul(1_000_000_000)).to_string();
    shown.replace(".000000000Z", "Z")
}
