//! Checks of how a NATS server is spoken to, and as whom.
//!
//! Secrets do not stand in a topology, which many read: it says in which file, or in which variable of the
//! environment, they are.

use toml::Spanned;

use super::check::{Paths, check_text};
use super::diagnostic::Diagnostics;
use super::draft::{DraftEndpoint, DraftNode};
use super::model::{Access, Secret};

/// How the server is spoken to, if all that is said of it holds.
pub(super) fn check_access(
    endpoint: &DraftEndpoint,
    node: &DraftNode,
    paths: &Paths<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Access> {
    let is_sound = check_authority(endpoint, node, diagnostics)
        & check_user(endpoint, diagnostics)
        & check_secret(endpoint, diagnostics);
    if !is_sound {
        return None;
    }
    let of_node = node.tls.as_ref().and_then(|tls| tls.authority.as_ref());
    let authority = endpoint.authority.as_ref().or(of_node).filter(|_| speaks_tls(endpoint, node));
    let file =
        endpoint.secret_file.as_ref().map(|path| Secret::File(paths.join(path, diagnostics)));
    let variable =
        endpoint.secret_env.as_ref().map(|name| Secret::Variable(name.get_ref().clone()));
    Some(Access {
        authority: authority.map(|path| paths.join(path, diagnostics)),
        user: endpoint.user.as_ref().map(|user| user.get_ref().clone()),
        secret: file.or(variable),
    })
}

/// As the endpoint says, else where there is an authority to hold the server's certificate against.
fn speaks_tls(endpoint: &DraftEndpoint, node: &DraftNode) -> bool {
    let has_authority = !endpoint.lacks("authority") || !node.lacks("tls");
    endpoint.tls.as_ref().map_or(has_authority, |asked| *asked.get_ref())
}

fn check_authority(
    endpoint: &DraftEndpoint,
    node: &DraftNode,
    diagnostics: &mut Diagnostics,
) -> bool {
    if let Some(asked) = &endpoint.tls
        && *asked.get_ref()
        && endpoint.lacks("authority")
        && node.lacks("tls")
    {
        diagnostics.at(
            asked.span(),
            "there is nothing to hold the server's certificate against",
            "needs an authority",
            "add `endpoint.authority`, the path of a PEM file with the certificates that must have signed \
             the server's",
        );
        return false;
    }
    endpoint.authority.as_ref().is_none_or(|path| check_text(path, "a path", diagnostics))
}

fn check_user(endpoint: &DraftEndpoint, diagnostics: &mut Diagnostics) -> bool {
    let Some(user) = &endpoint.user else { return true };
    if endpoint.lacks("secret_file") && endpoint.lacks("secret_env") {
        diagnostics.at(
            user.span(),
            "this user has no password",
            "says who, and not with which password",
            "add `endpoint.secret_file`, or `endpoint.secret_env` with the name of a variable",
        );
        return false;
    }
    check_text(user, "a user", diagnostics)
}

fn check_secret(endpoint: &DraftEndpoint, diagnostics: &mut Diagnostics) -> bool {
    if let (Some(file), Some(_)) = (&endpoint.secret_file, &endpoint.secret_env) {
        let help = "keep either `secret_file` or `secret_env`";
        diagnostics.at(file.span(), "this endpoint says twice where its secret is", "here", help);
        return false;
    }
    let is_file = |path: &Spanned<String>| check_text(path, "a path", diagnostics);
    if !endpoint.secret_file.as_ref().is_none_or(is_file) {
        return false;
    }
    let Some(name) = &endpoint.secret_env else { return true };
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let is_name = !name.get_ref().is_empty() && name.get_ref().bytes().all(plain);
    if !is_name {
        // Not at its own place: it may be the secret.
        diagnostics.at(
            endpoint.span.clone(),
            "what `secret_env` says cannot be a variable of the environment",
            "in this endpoint",
            "write the name of the variable that holds the secret, of letters, digits and `_`",
        );
    }
    is_name
}
