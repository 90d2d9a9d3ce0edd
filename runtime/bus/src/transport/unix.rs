//! Unix sockets: only in folders that nobody else can enter, only with this user's processes.

use std::fs::Permissions;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener as StdListener, UnixStream as StdStream};
use std::path::{Path, PathBuf};

use mycelium_ring::RingDirectory;
use rustix::fs::{FlockOperation, Mode, OFlags, flock};
use tokio::net::UnixStream;

use crate::topology::Refused;

/// A socket that this process listens at; its file goes away with it.
pub(crate) struct BoundUnix {
    pub(crate) listener: StdListener,
    path: PathBuf,
    /// Whether the file was removed.
    closed: bool,
}

/// Starts to listen. Makes the folder where there is none; takes the place of a listener that died.
pub(crate) fn bind(path: &Path) -> Result<BoundUnix, Refused> {
    let parent = folder_of(path);
    let folder = RingDirectory::open_or_create(parent).map_err(|error| Refused {
        what: error.to_string(),
        remedy: "put the socket into a folder of its own, whose parent exists; the folder is made \
                 with mode 0700 where it is missing",
        source: None,
    })?;
    let refused = |source: io::Error| Refused {
        what: format!("cannot listen at {}", path.display()),
        remedy: "check the path",
        source: Some(source),
    };
    let _turn = lock(folder.path()).map_err(refused)?;
    if path.symlink_metadata().is_ok() {
        make_way(path)?;
    }
    let listener = StdListener::bind(path).map_err(refused)?;
    // The folder keeps others out; so does the file, should the folder be opened later.
    std::fs::set_permissions(path, Permissions::from_mode(0o600)).map_err(refused)?;
    listener.set_nonblocking(true).map_err(refused)?;
    Ok(BoundUnix { listener, path: path.to_owned(), closed: false })
}

/// Connects to the socket at `path`.
pub(crate) async fn connect(path: &Path) -> io::Result<UnixStream> {
    let stream = UnixStream::connect(path).await?;
    check_peer(&stream)?;
    Ok(stream)
}

/// Refuses a peer that runs as another user.
pub(crate) fn check_peer(stream: &UnixStream) -> io::Result<()> {
    let (theirs, ours) = (stream.peer_cred()?.uid(), rustix::process::geteuid().as_raw());
    if theirs == ours {
        return Ok(());
    }
    let reason = format!("the peer runs as user {theirs}, this process as user {ours}");
    Err(io::Error::new(io::ErrorKind::PermissionDenied, reason))
}

/// Removes the socket file of a listener that died, and its folder if nothing else is in it.
pub(crate) fn clear_away(path: &Path) {
    let parent = folder_of(path);
    let Ok(Some(folder)) = RingDirectory::open(parent) else { return };
    let Ok(_turn) = lock(parent) else { return };
    if is_stale(path) {
        // Whoever removed it before us did our work.
        let _ = std::fs::remove_file(path);
    }
    folder.remove_if_empty();
}

impl BoundUnix {
    /// Takes no more connections; those that were made go on.
    pub(crate) fn close(&mut self) {
        if std::mem::replace(&mut self.closed, true) {
            return;
        }
        let parent = folder_of(&self.path);
        let Ok(_turn) = lock(parent) else { return };
        // The name is still ours: nobody takes it from a listener that lives.
        let _ = std::fs::remove_file(&self.path);
        if let Ok(Some(folder)) = RingDirectory::open(parent) {
            folder.remove_if_empty();
        }
    }
}

impl Drop for BoundUnix {
    fn drop(&mut self) {
        self.close();
    }
}

/// Removes a socket file at which nobody listens any more; refuses anything else.
fn make_way(path: &Path) -> Result<(), Refused> {
    if is_stale(path) {
        return std::fs::remove_file(path).map_err(|source| Refused {
            what: format!("cannot remove the stale socket {}", path.display()),
            remedy: "remove it by hand",
            source: Some(source),
        });
    }
    Err(Refused {
        what: format!("{} is in use", path.display()),
        remedy: "stop the process that listens there (all services of one node run in one \
                 process), or choose another path",
        source: None,
    })
}

/// Whether a socket is there at which nobody listens.
fn is_stale(path: &Path) -> bool {
    use std::os::unix::fs::FileTypeExt;
    let is_socket = path.symlink_metadata().is_ok_and(|found| found.file_type().is_socket());
    let refused = |error: io::Error| error.kind() == io::ErrorKind::ConnectionRefused;
    is_socket && StdStream::connect(path).err().is_some_and(refused)
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|parent| *parent != Path::new("")).unwrap_or(Path::new("."))
}

/// Holds off others who look for stale files in the folder, until it is dropped.
fn lock(folder: &Path) -> io::Result<OwnedFd> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let folder = rustix::fs::open(folder, flags, Mode::empty())?;
    flock(&folder, FlockOperation::LockExclusive)?;
    Ok(folder)
}
