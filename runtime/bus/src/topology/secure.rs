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
