//! Which files a ring is made of, which are refused, and what is cleaned up.

mod common;

use common::{Peer, Place, own_part, pause, reader, say, writer};
use mycelium_ring::{
    AttachError, CreateError, DirectoryError, FactsError, MAX_CAPACITY, Reader, ReaderOptions,
    RingDirectory, UnusableFile, Writer, WriterOptions,
};
use rustix::fs::{CWD, FileType, Mode, mknodat, statvfs};
use std::fs::{self, File, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

/// The part that another process plays; does nothing in the test itself.
#[test]
fn peer() {
    let Some((_, ring)) = own_part() else { return };
    let _writer = writer(&ring);
    say("ready");
    pause();
}

fn attach_error(path: &Path) -> AttachError {
    Reader::attach(path, &ReaderOptions::default()).expect_err("refused")
}

fn unusable(path: &Path) -> UnusableFile {
    match attach_error(path) {
        AttachError::Unusable { reason, .. } => reason,
        other => panic!("{other:?}"),
    }
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    let mut names: Vec<String> = entries
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8"))
        .collect();
    names.sort();
    names
}

/// Makes a file that its owner alone may open, as those of rings are.
fn write_private(path: &Path, content: &[u8]) {
    fs::write(path, content).expect("a file");
    fs::set_permissions(path, Permissions::from_mode(0o600)).expect("our file");
}

#[test]
fn a_ring_is_one_file_for_its_owner_alone() {
    let place = Place::new();
    let writer = writer(&place.ring());
    assert_eq!(names(place.path()), ["test.ring"]);
    let mode = fs::metadata(place.ring()).expect("the file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    drop(writer);
    assert!(names(place.path()).is_empty());
}

#[test]
fn a_file_that_others_may_open_is_refused() {
    let place = Place::new();
    let _writer = writer(&place.ring());
    fs::set_permissions(place.ring(), Permissions::from_mode(0o640)).expect("our file");
    assert_eq!(unusable(&place.ring()), UnusableFile::Mode { found: 0o640 });
}

#[test]
fn links_folders_and_pipes_are_refused() {
    let place = Place::new();
    let _writer = writer(&place.ring());
    let link = place.path().join("link.ring");
    symlink(place.ring(), &link).expect("a link");
    let folder = place.path().join("folder.ring");
    fs::create_dir(&folder).expect("a folder");
    let pipe = place.path().join("pipe.ring");
    mknodat(CWD, &pipe, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).expect("a pipe");
    for path in [link, folder, pipe] {
        assert_eq!(unusable(&path), UnusableFile::NotRegular);
        let created = Writer::create(&path, &WriterOptions::with_capacity(4096));
        assert!(matches!(
            created,
            Err(CreateError::Occupied { reason: UnusableFile::NotRegular, .. })
        ));
    }
    assert_eq!(names(place.path()), ["folder.ring", "link.ring", "pipe.ring", "test.ring"]);
}

#[test]
fn a_file_that_is_no_ring_is_not_touched() {
    let place = Place::new();
    for content in [&b"dear diary"[..], &[7; 100_000]] {
        fs::write(place.ring(), content).expect("a file");
        fs::set_permissions(place.ring(), Permissions::from_mode(0o600)).expect("our file");
        let reason = UnusableFile::Facts(FactsError::Magic);
        assert_eq!(unusable(&place.ring()), reason);
        let created = Writer::create(place.ring(), &WriterOptions::with_capacity(4096));
        assert!(matches!(created, Err(CreateError::Occupied { reason: found, .. })
            if found == reason));
        assert_eq!(fs::read(place.ring()).expect("the file"), content);
        assert_eq!(names(place.path()), ["test.ring"]);
    }
}

#[test]
fn a_file_of_another_length_than_it_says_is_refused() {
    let place = Place::new();
    let _writer = writer(&place.ring());
    let copy = place.path().join("copy.ring");
    for change in [-4096, -1, 1] {
        fs::copy(place.ring(), &copy).expect("a copy");
        let len = fs::metadata(&copy).expect("the copy").len();
        let file = File::options().write(true).open(&copy).expect("the copy");
        file.set_len(len.saturating_add_signed(change)).expect("another length");
        let reason = unusable(&copy);
        assert!(matches!(reason, UnusableFile::Facts(FactsError::FileLength { expected, .. })
            if expected == len));
    }
}

fn resize(path: &Path, len: u64) {
    File::options().write(true).open(path).expect("the file").set_len(len).expect("it is ours");
}

#[test]
fn a_ring_of_the_dead_is_replaced_and_removed_whatever_its_length() {
    let place = Place::new();
    let folder = RingDirectory::open_or_create(place.path().join("rings")).expect("a folder");
    let ring = folder.ring_path("dead").expect("a good name");
    for len in [128, 4096, 81_920, 1 << 20] {
        let mut peer = Peer::start("write", &ring);
        peer.expect("ready");
        resize(&ring, len);
        let created = Writer::create(&ring, &WriterOptions::with_capacity(4096));
        assert!(matches!(created, Err(CreateError::Occupied { .. })), "{len}: its writer lives");
        assert_eq!(folder.remove_stale().expect("a folder"), 0, "{len}: its writer lives");
        assert_eq!(fs::metadata(&ring).expect("the file").len(), len);
        peer.kill();
        drop(writer(&ring));

        let mut peer = Peer::start("write", &ring);
        peer.expect("ready");
        resize(&ring, len);
        peer.kill();
        assert_eq!(folder.remove_stale().expect("a folder"), 1, "{len}");
        assert!(!ring.exists());
    }
}

#[test]
fn what_is_too_short_to_be_known_for_a_ring_is_not_touched() {
    let place = Place::new();
    let folder = RingDirectory::open_or_create(place.path().join("rings")).expect("a folder");
    let ring = folder.ring_path("dead").expect("a good name");
    let mut peer = Peer::start("write", &ring);
    peer.expect("ready");
    peer.kill();
    for len in [127, 8, 7, 0] {
        resize(&ring, len);
        let created = Writer::create(&ring, &WriterOptions::with_capacity(4096));
        let error = created.expect_err("refused").to_string();
        assert!(error.contains("move it away"), "{error}");
        assert_eq!(folder.remove_stale().expect("a folder"), 0);
        assert_eq!(fs::metadata(&ring).expect("the file").len(), len);
    }
}

#[test]
fn a_copy_of_a_ring_has_no_writer() {
    let place = Place::new();
    let _writer = writer(&place.ring());
    let copy = place.path().join("copy.ring");
    fs::copy(place.ring(), &copy).expect("a copy");
    assert!(matches!(attach_error(&copy), AttachError::WriterVanished { .. }));
}

#[test]
fn another_version_is_named() {
    let place = Place::new();
    let _writer = writer(&place.ring());
    let mut bytes = fs::read(place.ring()).expect("the file");
    bytes[8] = 99;
    let copy = place.path().join("copy.ring");
    fs::write(&copy, bytes).expect("a file");
    fs::set_permissions(&copy, Permissions::from_mode(0o600)).expect("our file");
    let error = attach_error(&copy);
    assert!(error.to_string().contains("version 99"), "{error}");
}

#[test]
fn a_full_file_system_is_an_error() {
    // Only where there is surely less room than we ask for.
    let shm = Path::new("/dev/shm");
    let stat = statvfs(shm).expect("a /dev/shm");
    let total = stat.f_blocks * stat.f_frsize;
    assert!((1..MAX_CAPACITY).contains(&total), "a /dev/shm of limited size");
    let folder = tempfile::tempdir_in(shm).expect("a temporary folder");
    let path = folder.path().join("huge.ring");
    let created = Writer::create(&path, &WriterOptions::with_capacity(MAX_CAPACITY));
    assert!(matches!(created, Err(CreateError::NoSpace { needed, .. }) if needed > MAX_CAPACITY));
    assert!(names(folder.path()).is_empty());
}

#[test]
fn beyond_the_largest_capacity_is_refused_by_name() {
    let place = Place::new();
    let created = Writer::create(place.ring(), &WriterOptions::with_capacity(MAX_CAPACITY + 1));
    let error = created.expect_err("refused");
    assert!(error.to_string().contains(&MAX_CAPACITY.to_string()), "{error}");
}

#[test]
fn a_folder_for_rings_is_private() {
    let place = Place::new();
    let path = place.path().join("rings");
    assert!(RingDirectory::open(&path).expect("nothing wrong").is_none());
    let folder = RingDirectory::open_or_create(&path).expect("a folder");
    let mode = fs::metadata(&path).expect("the folder").permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
    assert!(RingDirectory::open(&path).expect("a folder").is_some());

    fs::set_permissions(&path, Permissions::from_mode(0o755)).expect("our folder");
    let refused = RingDirectory::open_or_create(&path);
    assert!(matches!(refused, Err(DirectoryError::Mode { found: 0o755, .. })));
    fs::set_permissions(&path, Permissions::from_mode(0o700)).expect("our folder");

    let link = place.path().join("link");
    symlink(&path, &link).expect("a link");
    let refused = RingDirectory::open_or_create(&link);
    assert!(matches!(refused, Err(DirectoryError::NotADirectory { .. })));

    assert!(folder.remove_if_empty());
    assert!(!path.exists());
}

#[test]
fn names_that_could_lead_elsewhere_are_refused() {
    let place = Place::new();
    let folder = RingDirectory::open_or_create(place.path().join("rings")).expect("a folder");
    for name in ["", ".", "..", ".new-x", "a/b", "a b", "a\0b", "é"] {
        assert!(matches!(folder.ring_path(name), Err(DirectoryError::Name { .. })), "{name:?}");
    }
    let path = folder.ring_path("ml-node_2.a").expect("a good name");
    assert_eq!(path.file_name().expect("a name"), "ml-node_2.a.ring");
}

#[test]
fn rings_are_listed_and_those_of_the_dead_removed() {
    let place = Place::new();
    let folder = RingDirectory::open_or_create(place.path().join("rings")).expect("a folder");
    let _living = writer(&folder.ring_path("living").expect("a good name"));
    let mut dead = Peer::start("write", &folder.ring_path("dead").expect("a good name"));
    dead.expect("ready");
    write_private(&folder.path().join(".new-torn.ring.1.0"), b"");
    let others = [".new-notes", ".new-notes.1.0", ".new-a.ring.b.0", ".new-.ring.1.0", "notes.txt"];
    for name in others {
        write_private(&folder.path().join(name), b"");
    }

    assert_eq!(folder.rings().expect("a folder"), ["dead", "living"]);
    assert_eq!(folder.remove_stale().expect("a folder"), 1, "the unfinished file alone");
    dead.kill();
    assert_eq!(folder.remove_stale().expect("a folder"), 1, "the dead writer's ring");
    let left = names(folder.path());
    assert!(others.iter().all(|name| left.contains(&(*name).to_owned())), "{left:?}");
    assert_eq!(left.len(), others.len() + 1, "{left:?}");
    assert!(left.contains(&"living.ring".to_owned()));
    assert!(!folder.remove_if_empty());
    let _reader = reader(&folder.ring_path("living").expect("a good name"));
}
