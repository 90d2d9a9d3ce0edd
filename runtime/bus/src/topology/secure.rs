//! Checks of what is spoken over TCP, and of who nodes are.

use toml::Spanned;

use super::check::{Paths, Placed, check_text};
use super::diagnostic::{Diagnostic, Diagnostics};
use super::draft::{DraftEndpoint, DraftNode, DraftTls};
use super::model::{Endpoint, Security, Tls, is_loopback};

/// TLS where the node has a certificate and does not turn it off; plain otherwise, which must not
/// leave the machine unless the file says that it may.
pub(super) fn check_security(
    endpoint: &DraftEndpoint,
    node: &DraftNode,
    address: &Spanned<String>,
    diagnostics: &mut Diagnostics,
) -> Option<Security> {
    let has_tls = !node.lacks("tls");
    let asked = endpoint.tls.as_ref();
    if let Some(asked) = asked.filter(|asked| *asked.get_ref() && !has_tls) {
        diagnostics.at(
            asked.span(),
            "this node has no certificate to speak TLS with",
            "needs the node's `tls`",
            "give the node `tls.certificate`, `tls.key` and `tls.authority`",
        );
        return None;
    }
    if asked.map_or(has_tls, |asked| *asked.get_ref()) {
        return Some(Security::Tls);
    }
    let is_allowed = endpoint.insecure.as_ref().is_some_and(|insecure| *insecure.get_ref());
    if !is_allowed && !is_loopback(address.get_ref()) {
        diagnostics.at(
            address.span(),
            format!("anybody on the network could read and write what goes over {}", address.get_ref()),
            "leaves the machine without TLS",
            "give the nodes `tls`, or write `endpoint.insecure = true` where the network is trusted",
        );
        return None;
    }
    Some(Security::Plain)
}

/// The three files of a `tls` table.
pub(super) fn check_tls(
    tls: &DraftTls,
    paths: &Paths<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Tls> {
    let mut file = |key: &str, path: &Option<Spanned<String>>| match path {
        Some(path) => {
            check_text(path, "a path", diagnostics).then(|| paths.join(path, diagnostics))
        }
        None => {
            if tls.lacks(key) {
                diagnostics.at(
                    tls.span.clone(),
                    format!("`tls` has no `{key}`"),
                    format!("`{key}` is missing"),
                    format!("add `tls.{key}`, the path of a PEM file"),
                );
            }
            None
        }
    };
    let certificate = file("certificate", &tls.certificate);
    let key = file("key", &tls.key);
    let authority = file("authority", &tls.authority);
    Some(Tls { certificate: certificate?, key: key?, authority: authority? })
}

/// Every node meets every endpoint, so where one speaks TLS all must have certificates.
pub(super) fn check_peers(nodes: &[Placed], diagnostics: &mut Diagnostics) {
    let speaks_tls = |placed: &&Placed| {
        matches!(placed.node.endpoint, Some(Endpoint::Tcp { security: Security::Tls, .. }))
    };
    let Some(listener) = nodes.iter().find(speaks_tls) else { return };
    nodes.iter().for_each(|placed| check_name(placed, diagnostics));
    for peer in nodes.iter().filter(|peer| peer.node.tls.is_none()) {
        diagnostics.push(Diagnostic {
            title: format!("node `{}` has no certificate for `{}`", peer.node.name, listener.node.name),
            span: peer.span.clone(),
            label: "has no `tls`".to_owned(),
            related: vec![(listener.endpoint_span.clone(), "is spoken to by TLS".to_owned())],
            help: format!(
                "give `{}` a table `tls`, or all nodes by `[defaults]`; or write `endpoint.tls = false` \
                 for `{}`",
                peer.node.name, listener.node.name
            ),
            is_warning: false,
        });
    }
}

/// A certificate names its node, and cannot hold every name that a node may have otherwise.
fn check_name(placed: &Placed, diagnostics: &mut Diagnostics) {
    if !is_dns_name(&placed.node.name) {
        diagnostics.at(
            placed.span.clone(),
            "no certificate can name this node",
            "is no DNS name, and TLS is spoken here",
            "let the parts between dots have 1 to 63 letters, digits, `_` and `-`, begin and end with \
             no `-`, and let the last one be no number",
        );
    }
}

/// Narrower than any library's notion of a DNS name, so that all take it.
fn is_dns_name(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(plain)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let last = name.rsplit('.').next().unwrap_or_default();
    let is_hex = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let hex = last.strip_prefix("0x").or_else(|| last.strip_prefix("0X"));
    let is_number = last.bytes().all(|byte| byte.is_ascii_digit()) || hex.is_some_and(is_hex);
    name.split('.').all(is_label) && !is_number
}

#[cfg(test)]
mod tests {
    use super::is_dns_name;

    const NAMES: &[&str] =
        &["a", "risk", "engine-2", "ml_node", "_x", "eu.risk", "9a", "a.9b", "A.b-C"];
    const OTHERS: &[&str] =
        &["", "-a", "a-", "a..b", "a.", ".a", "42", "10.0.0.1", "a.7", "a.0x1f", "0x", "a b", "ä"];

    #[test]
    fn names_for_certificates_are_known() {
        NAMES.iter().for_each(|name| assert!(is_dns_name(name), "{name}"));
        OTHERS.iter().for_each(|name| assert!(!is_dns_name(name), "{name}"));
        assert!(is_dns_name(&"a".repeat(63)) && !is_dns_name(&"a".repeat(64)));
    }

    /// All short names over the letters that make a difference: what is a name here is one to TLS.
    #[cfg(feature = "tls")]
    #[test]
    fn each_such_name_is_one_for_tls() {
        let letters = ["a", "x", "F", "0", "9", "_", "-", "."];
        let mut names = vec![String::new()];
        for _ in 0..5 {
            let longer = |name: &String| letters.map(|letter| format!("{name}{letter}"));
            names = names.iter().flat_map(longer).collect();
            for name in names.iter().filter(|name| is_dns_name(name)) {
                rustls::pki_types::DnsName::try_from(name.as_str()).unwrap();
                let server = rustls::pki_types::ServerName::try_from(name.as_str()).unwrap();
                assert!(matches!(server, rustls::pki_types::ServerName::DnsName(_)), "{name}");
            }
        }
    }
}
