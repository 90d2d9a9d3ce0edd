//! How the server is spoken to, and as whom.
//!
//! Files are read when a connection is made, so one that was renewed counts from the next connection on. They are
//! looked at once before, when the bus is opened: what is missing then is a fault of the deployment, and is told there.
//! A secret is in memory while it is sent, and in nothing that is printed.

use std::path::{Path, PathBuf};

use async_nats::rustls::crypto::{CryptoProvider, ring};
use async_nats::{Auth, AuthError, ConnectOptions};

use crate::topology::{Access, Refused, Secret, Tls};

/// What the first section of a file of NATS credentials is called, and the second.
const SECTIONS: [&str; 2] = ["BEGIN NATS USER JWT", "BEGIN USER NKEY SEED"];

/// Where certificates and secrets are.
#[derive(Debug, Clone)]
pub(super) struct Login {
    access: Access,
    /// The node's own certificate and its key.
    own: Option<(PathBuf, PathBuf)>,
}

impl Login {
    pub(super) fn new(access: &Access, own: Option<&Tls>) -> Result<Self, Refused> {
        let own = own.map(|tls| (tls.certificate.clone(), tls.key.clone()));
        let login = Self { access: access.clone(), own };
        let mut files = Vec::new();
        if let Some(authority) = &login.access.authority {
            files.push(authority);
            files.extend(login.own.iter().flat_map(|(certificate, key)| [certificate, key]));
        }
        files.into_iter().try_for_each(|path| check_pem(path)).map_err(refused)?;
        login.auth(b"").map_err(refused)?;
        Ok(login)
    }

    /// What a connection is made with.
    pub(super) fn options(&self) -> ConnectOptions {
        let login = self.clone();
        self.options_where(move |nonce| login.auth(nonce))
    }

    /// The same, where something else proves who this is.
    pub(super) fn options_where(
        &self,
        prove: impl Fn(&[u8]) -> Result<Auth, String> + Send + Sync + 'static,
    ) -> ConnectOptions {
        let prove = move |nonce: Vec<u8>| std::future::ready(prove(&nonce).map_err(AuthError::new));
        let options = ConnectOptions::with_auth_callback(prove);
        let Some(authority) = &self.access.authority else { return options };
        if CryptoProvider::get_default().is_none() {
            // Another has been chosen meanwhile: as good.
            let _ = ring::default_provider().install_default();
        }
        let options = options.require_tls(true).add_root_certificates(authority.clone());
        match &self.own {
            Some((certificate, key)) => {
                options.add_client_certificate(certificate.clone(), key.clone())
            }
            None => options,
        }
    }

    /// What proves who this is, to a server that has given this to sign.
    pub(super) fn auth(&self, nonce: &[u8]) -> Result<Auth, String> {
        let mut auth = Auth::new();
        let Some(secret) = &self.access.secret else { return Ok(auth) };
        let text = read(secret)?;
        if let Some(user) = &self.access.user {
            (auth.username, auth.password) = (Some(user.clone()), Some(text));
        } else if text.contains(SECTIONS[0]) {
            let [jwt, seed] = SECTIONS.map(|section| line_after(&text, section));
            let (jwt, seed) = jwt.zip(seed).ok_or_else(|| bad_credentials(secret))?;
            let key = nkeys::KeyPair::from_seed(seed).map_err(|_| bad_credentials(secret))?;
            auth.signature = Some(key.sign(nonce).map_err(|_| bad_credentials(secret))?);
            auth.jwt = Some(jwt.to_owned());
        } else {
            auth.token = Some(text);
        }
        Ok(auth)
    }
}

/// The secret, without the end of its line.
fn read(secret: &Secret) -> Result<String, String> {
    let text = match secret {
        Secret::File(path) => std::fs::read_to_string(path).map_err(|error| {
            let path = path.display();
            format!(
                "the secret in {path} cannot be read: {error}; name a file that this user may read"
            )
        })?,
        Secret::Variable(name) => std::env::var(name).map_err(|_| {
            format!("the environment has no variable `{name}` with the endpoint's secret; set it")
        })?,
    };
    let text = text.trim_end_matches(['\n', '\r']);
    if text.is_empty() {
        return Err(format!("the secret in {} is empty; write it there", place(secret)));
    }
    Ok(text.to_owned())
}

fn place(secret: &Secret) -> String {
    match secret {
        Secret::File(path) => path.display().to_string(),
        Secret::Variable(name) => format!("the variable `{name}`"),
    }
}

fn bad_credentials(secret: &Secret) -> String {
    format!(
        "what is in {} is not whole: NATS credentials with the sections `{}` and `{}` were expected",
        place(secret),
        SECTIONS[0],
        SECTIONS[1]
    )
}

fn line_after<'t>(text: &'t str, section: &str) -> Option<&'t str> {
    text.lines().skip_while(|line| !line.contains(section)).nth(1).map(str::trim)
}

/// Whether it can be read and seems to be what it should: what is in it, the handshake sees.
fn check_pem(path: &Path) -> Result<(), String> {
    let text = std::fs::read(path)
        .map_err(|error| format!("{} cannot be read: {error}; it is for TLS", path.display()))?;
    let begin = b"-----BEGIN ";
    let is_pem = text.windows(begin.len()).any(|part| part == begin);
    is_pem.then_some(()).ok_or_else(|| format!("{} is not PEM; TLS needs it", path.display()))
}

fn refused(what: String) -> Refused {
    Refused {
        what,
        remedy: "see `endpoint.authority`, `user`, `secret_file` and `secret_env` in the topology",
        source: None,
    }
}

/// The words of a server, or of TLS, that has refused to go on, with what to do.
pub(super) fn explain(error: &str) -> String {
    let hint = if error.contains("authorization violation") {
        "; it refuses this node: look at `endpoint.user` and its secret"
    } else if ["UnknownIssuer", "BadSignature"].iter().any(|word| error.contains(word)) {
        "; its certificate is not signed by `endpoint.authority`"
    } else if error.contains("not valid for name") {
        "; its certificate is that of another name than `endpoint.addr` says"
    } else if error.contains("CertificateRequired") {
        "; it wants to see a certificate: give the node `tls`"
    } else {
        ""
    };
    format!("{error}{hint}")
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::{Login, line_after};
    use crate::topology::{Access, Secret};

    const CREDENTIALS: &str = "-----BEGIN NATS USER JWT-----\r\neyJ0.x.y\r\n------END NATS USER JWT------\r\n\r\n\
        -----BEGIN USER NKEY SEED-----\r\nSUAIO3FHUX5PNV2LQIIP7TZ3N4L7TX3W53MQGEIVYFIGA635OZCKEYHFLM\r\n\
        ------END USER NKEY SEED------\r\n";

    fn login(user: Option<&str>, secret: &str) -> (tempfile::TempDir, Result<Login, String>) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        std::fs::write(&path, secret).unwrap();
        let secret = Some(Secret::File(path));
        let access = Access { authority: None, user: user.map(str::to_owned), secret };
        (folder, Login::new(&access, None).map_err(|refused| refused.what))
    }

    #[test]
    fn what_a_secret_is_follows_from_what_it_says() {
        let (_folder, user) = login(Some("engine"), "pass word\n");
        let auth = user.unwrap().auth(b"nonce").unwrap();
        assert_eq!(auth.username.as_deref(), Some("engine"));
        assert_eq!(auth.password.as_deref(), Some("pass word"));
        let (_folder, token) = login(None, "s3cret");
        let auth = token.unwrap().auth(b"nonce").unwrap();
        assert_eq!((auth.token.as_deref(), auth.username), (Some("s3cret"), None));
        let (_folder, credentials) = login(None, CREDENTIALS);
        let auth = credentials.unwrap().auth(b"nonce").unwrap();
        assert_eq!(auth.jwt.as_deref(), Some("eyJ0.x.y"));
        assert!(auth.signature.is_some() && auth.token.is_none());
    }

    #[test]
    fn a_secret_is_in_nothing_that_is_printed() {
        let (_folder, sound) = login(Some("engine"), "hunter2");
        assert!(!format!("{:?}", sound.unwrap()).contains("hunter2"));
        let broken = CREDENTIALS.replace("SUAIO3FH", "SUAIO3Fx");
        for secret in [&*broken, "-----BEGIN NATS USER JWT-----\nhunter2"] {
            let (_folder, refused) = login(None, secret);
            let refused = refused.unwrap_err();
            assert!(refused.contains("not whole"), "{refused}");
            assert!(!refused.contains("SUAIO") && !refused.contains("hunter2"), "{refused}");
        }
    }

    #[test]
    fn what_is_missing_is_told_when_the_bus_is_opened() {
        let (_folder, refused) = login(None, "\n");
        assert!(refused.unwrap_err().contains("is empty"));
        let with = |authority: Option<&str>, secret| {
            let authority = authority.map(PathBuf::from);
            let access = Access { authority, user: None, secret: Some(secret) };
            Login::new(&access, None).unwrap_err().what
        };
        let absent = Secret::Variable("MYCELIUM_NO_SUCH_VARIABLE".to_owned());
        assert!(with(None, absent.clone()).contains("MYCELIUM_NO_SUCH_VARIABLE"));
        assert!(with(None, Secret::File("/no/such".into())).contains("/no/such"));
        assert!(with(Some("/no/such.pem"), absent).contains("/no/such.pem"));
    }

    #[test]
    fn a_section_is_the_line_behind_its_beginning() {
        assert_eq!(line_after("a\n--BEGIN X--\n b \nc", "BEGIN X"), Some("b"));
        assert_eq!(line_after("--BEGIN X--", "BEGIN X"), None);
    }
}
