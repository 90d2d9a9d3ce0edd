//! `[defaults]`: what a node has that says nothing itself.
//!
//! Tables are filled key by key. What means nothing to a node's kind of endpoint is left out without
//! a word, for the defaults speak for all kinds at once; a node's own key would be a fault.

use toml::Spanned;

use super::draft::{DraftEndpoint, DraftNode, DraftTls};

impl DraftNode {
    /// Fills in what the node does not say, and writes its port as the TCP endpoint that it means.
    pub(super) fn complete(&mut self, defaults: &Self) {
        fill(&mut self.host, &defaults.host, "host", &mut self.meant);
        if let Some(default) = &defaults.tls {
            match &mut self.tls {
                Some(own) => own.complete(default),
                None => fill(&mut self.tls, &defaults.tls, "tls", &mut self.meant),
            }
        }
        self.complete_endpoint(defaults);
    }

    /// The kind of its endpoint, which a port says too.
    fn kind(&self) -> Option<Spanned<&'static str>> {
        let kind = self.endpoint.as_ref().and_then(|endpoint| endpoint.kind.clone());
        let by_port = || self.port.as_ref().map(|port| Spanned::new(port.span(), "tcp"));
        kind.or_else(by_port)
    }

    fn complete_endpoint(&mut self, defaults: &Self) {
        let is_unreadable = match &self.endpoint {
            Some(own) => own.kind.is_none() && !own.lacks("kind"),
            None => !self.lacks("endpoint"),
        };
        let default_kind = defaults.kind();
        let Some(kind) = self.kind().or_else(|| default_kind.clone()) else { return };
        if is_unreadable {
            return;
        }
        let is_same_kind = default_kind.is_none_or(|default| default.get_ref() == kind.get_ref());
        if *kind.get_ref() == "tcp" && is_same_kind && self.lacks_address() {
            fill(&mut self.port, &defaults.port, "port", &mut self.meant);
        }
        let span = match (&self.port, &self.name) {
            (Some(port), _) => port.span(),
            (None, Some(name)) => name.span(),
            (None, None) => self.span.clone(),
        };
        let has_port = !self.lacks("port");
        let own = self.endpoint.get_or_insert_with(|| DraftEndpoint { span, ..<_>::default() });
        own.kind = Some(kind);
        if let Some(default) = &defaults.endpoint {
            own.complete(default, is_same_kind, has_port);
        }
    }

    fn lacks_address(&self) -> bool {
        self.endpoint.as_ref().is_none_or(|endpoint| endpoint.lacks("addr"))
    }
}

impl DraftEndpoint {
    /// Fills in what means something to its kind; places only from defaults for the same kind.
    fn complete(&mut self, default: &Self, is_same_kind: bool, has_port: bool) {
        let kind = self.kind.as_ref().map(|kind| *kind.get_ref());
        let meant = &mut self.meant;
        if is_same_kind && matches!(kind, Some("shm" | "unix")) {
            fill(&mut self.path, &default.path, "path", meant);
        }
        if is_same_kind && kind == Some("shm") {
            fill(&mut self.capacity, &default.capacity, "capacity", meant);
        }
        if is_same_kind && kind == Some("tcp") && !has_port {
            fill(&mut self.addr, &default.addr, "addr", meant);
        }
        if kind == Some("tcp") {
            fill(&mut self.tls, &default.tls, "tls", meant);
            fill(&mut self.insecure, &default.insecure, "insecure", meant);
        }
        if kind != Some("none") {
            fill(&mut self.policy, &default.policy, "policy", meant);
        }
    }
}

impl DraftTls {
    fn complete(&mut self, default: &Self) {
        fill(&mut self.certificate, &default.certificate, "certificate", &mut self.meant);
        fill(&mut self.key, &default.key, "key", &mut self.meant);
        fill(&mut self.authority, &default.authority, "authority", &mut self.meant);
    }
}

/// A default stands where the key is not there, not even in an unreadable way.
fn fill<T: Clone>(
    own: &mut Option<T>,
    default: &Option<T>,
    key: &'static str,
    meant: &mut Vec<&'static str>,
) {
    if default.is_some() && !meant.contains(&key) {
        own.clone_from(default);
        meant.push(key);
    }
}
