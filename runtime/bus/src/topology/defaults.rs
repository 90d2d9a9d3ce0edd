//! `[defaults]`: what a node has that says nothing itself.
//!
//! Tables are filled key by key. What means nothing to a node's kind of endpoint is left out without
//! a word, for the defaults speak for all kinds at once; a node's own key would be a fault.

use toml::Spanned;

use super::draft::{Draft, DraftEndpoint, DraftNode, DraftTls};

impl Draft {
    /// Takes in a file that this one includes: what this one says goes before it.
    pub(super) fn absorb(&mut self, included: Self) {
        self.nodes.extend(included.nodes);
        self.topics.extend(included.topics);
        self.defaults.absorb(included.defaults);
    }
}

impl DraftNode {
    /// Fills in what the node does not say, and writes its port as the TCP endpoint that it means.
    pub(super) fn complete(&mut self, defaults: &Self) {
        self.complete_common(defaults);
        self.complete_endpoint(defaults);
    }

    /// Fills defaults from those of a file that counts less.
    fn absorb(&mut self, defaults: Self) {
        self.complete_common(&defaults);
        self.complete_endpoint(&defaults);
        // What no kind was said for yet.
        if self.kind().is_none() {
            match (&mut self.endpoint, &defaults.endpoint) {
                (Some(own), Some(default)) => own.complete(default, true, false),
                (None, Some(_)) => {
                    fill(&mut self.endpoint, &defaults.endpoint, "endpoint", &mut self.meant);
                }
                _ => {}
            }
        }
    }

    fn complete_common(&mut self, defaults: &Self) {
        fill(&mut self.host, &defaults.host, "host", &mut self.meant);
        fill(&mut self.command, &defaults.command, "command", &mut self.meant);
        fill(&mut self.restart, &defaults.restart, "restart", &mut self.meant);
        if let Some(default) = &defaults.tls {
            match &mut self.tls {
                Some(own) => own.complete(default),
                None => fill(&mut self.tls, &defaults.tls, "tls", &mut self.meant),
            }
        }
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
    /// Fills in what means something to its kind, where it has one; places only from defaults for
    /// the same kind.
    fn complete(&mut self, default: &Self, is_same_kind: bool, has_port: bool) {
        let kind = self.kind.as_ref().map(|kind| *kind.get_ref());
        let takes = |kinds: &[&str]| kind.is_none_or(|kind| kinds.contains(&kind));
        let meant = &mut self.meant;
        if is_same_kind && takes(&["shm", "unix"]) {
            fill(&mut self.path, &default.path, "path", meant);
        }
        if is_same_kind && takes(&["shm"]) {
            fill(&mut self.capacity, &default.capacity, "capacity", meant);
        }
        if is_same_kind && takes(&["tcp"]) && !has_port {
            fill(&mut self.addr, &default.addr, "addr", meant);
        }
        if is_same_kind && takes(&["nats"]) {
            // Where a TCP endpoint has a port, this kind has none.
            fill(&mut self.addr, &default.addr, "addr", meant);
            fill(&mut self.subject, &default.subject, "subject", meant);
            fill(&mut self.authority, &default.authority, "authority", meant);
            fill(&mut self.user, &default.user, "user", meant);
            // A node that says where its secret is has one.
            if !meant.contains(&"secret_file") && !meant.contains(&"secret_env") {
                fill(&mut self.secret_file, &default.secret_file, "secret_file", meant);
                fill(&mut self.secret_env, &default.secret_env, "secret_env", meant);
            }
        }
        if takes(&["tcp", "nats"]) {
            fill(&mut self.tls, &default.tls, "tls", meant);
        }
        if takes(&["tcp", "nats"]) {
            fill(&mut self.insecure, &default.insecure, "insecure", meant);
        }
        if takes(&["shm", "unix", "tcp", "nats"]) {
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
