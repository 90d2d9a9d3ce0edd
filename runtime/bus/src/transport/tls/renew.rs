//! A node's credentials, read again where their files have changed.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::load::{Loaded, load};
use crate::hub::Hub;
use crate::topology::{CredentialError, Tls};

/// Who this node is, and whom it trusts.
pub(crate) struct Identity {
    hub: Arc<Hub>,
    files: Tls,
    current: Mutex<Current>,
}

struct Current {
    /// What the files were when they were last read, whether or not they could be used.
    seen: Stamps,
    loaded: Arc<Loaded>,
    /// Why the files as they are cannot be used.
    fault: Option<String>,
    /// When this node's own certificate was last held against its authority and the clock.
    judged: Option<Instant>,
}

/// How long such a judgement holds: it costs as much as half a handshake, and strangers may come often.
const JUDGEMENT: Duration = Duration::from_secs(1);

/// What is known of the certificate, the key and the authority without reading them.
type Stamps = [Option<Stamp>; 3];

#[derive(PartialEq, Eq)]
struct Stamp {
    device: u64,
    inode: u64,
    len_bytes: u64,
    /// Seconds, and nanoseconds within.
    modified: (i64, i64),
}

/// What this node's credentials are filed under among the faults.
const ROUTE: &str = "tls";

impl Identity {
    /// Reads the files. They must be usable; a certificate that is not valid now is noted only, for
    /// it may be renewed, or the clock be set.
    pub(crate) fn open(hub: &Arc<Hub>, files: &Tls) -> Result<Self, CredentialError> {
        let seen = stamps(files);
        let loaded = Arc::new(load(&hub.node, files)?);
        let current = Mutex::new(Current { seen, loaded, fault: None, judged: None });
        let identity = Self { hub: hub.clone(), files: files.clone(), current };
        identity.current();
        Ok(identity)
    }

    /// What the files say by now, or said when they could last be used. Notes what is wrong.
    pub(super) fn current(&self) -> Arc<Loaded> {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        // Before they are read: what changes meanwhile is seen the next time.
        let seen = stamps(&self.files);
        if current.seen != seen {
            (current.seen, current.judged) = (seen, None);
            match load(&self.hub.node, &self.files) {
                Ok(loaded) => (current.loaded, current.fault) = (Arc::new(loaded), None),
                Err(error) => {
                    current.fault = Some(format!("{error}; what was loaded before stays in use"));
                }
            }
        }
        if current.judged.is_none_or(|judged| judged.elapsed() > JUDGEMENT) {
            current.judged = Some(Instant::now());
            self.hub.note(ROUTE, current.fault.clone().or_else(|| self.own_fault(&current)));
        }
        current.loaded.clone()
    }

    fn own_fault(&self, current: &Current) -> Option<String> {
        let fault = current.loaded.own_fault(&self.hub.node)?;
        let path = self.files.certificate.display();
        Some(format!("{path}: peers will refuse this node: {fault}"))
    }
}

fn stamps(files: &Tls) -> Stamps {
    [&files.certificate, &files.key, &files.authority].map(|path| stamp(path))
}

/// Nothing for a file that is not there: it says so when it is read.
fn stamp(path: &Path) -> Option<Stamp> {
    let found = fs::metadata(path).ok()?;
    Some(Stamp {
        device: found.dev(),
        inode: found.ino(),
        len_bytes: found.len(),
        modified: (found.mtime(), found.mtime_nsec()),
    })
}
