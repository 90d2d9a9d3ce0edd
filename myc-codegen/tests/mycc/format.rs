//! `mycc fmt`.

use std::fs;
use std::time::{Duration, Instant};

use crate::{POINT, folder, mycc, mycc_with};

const UGLY: &str = "package   a ;\nstruct A{x:u8,y:u8} // why\n";
const NICE: &str = "package a;\n\nstruct A { x: u8, y: u8 } // why\n";

#[test]
fn files_are_formatted_in_place() {
    let dir = folder(&[("a/ugly.myc", UGLY), ("a/nice.myc", NICE), ("a/other.txt", UGLY)]);
    let run = mycc(dir.path(), &["fmt", "a"]);
    assert_eq!(run.ok(), "");
    assert_eq!(run.stderr, "2 files, 1 changed\n");
    let read = |name| fs::read_to_string(dir.path().join(name)).unwrap();
    assert_eq!(read("a/ugly.myc"), NICE);
    assert_eq!(read("a/other.txt"), UGLY);
    assert_eq!(mycc(dir.path(), &["fmt", "a"]).stderr, "2 files, 0 changed\n");
}

#[test]
fn check_and_diff_write_nothing() {
    let dir = folder(&[("ugly.myc", UGLY), ("nice.myc", NICE)]);
    let run = mycc(dir.path(), &["fmt", "--check", "."]);
    assert_eq!(run.status, 1);
    assert_eq!(String::from_utf8_lossy(&run.stdout), "not formatted: ./ugly.myc\n");
    assert!(run.stderr.starts_with("error: 1 file is not formatted\n"), "{}", run.stderr);
    let run = mycc(dir.path(), &["fmt", "--diff", "ugly.myc"]);
    assert_eq!(run.status, 1);
    let expected = "\
--- ugly.myc as it is
+++ ugly.myc formatted
@@ -1,2 +1,3 @@
-package   a ;
-struct A{x:u8,y:u8} // why
+package a;
+
+struct A { x: u8, y: u8 } // why
";
    assert_eq!(String::from_utf8_lossy(&run.stdout), expected);
    assert_eq!(fs::read_to_string(dir.path().join("ugly.myc")).unwrap(), UGLY);
    assert_eq!(mycc(dir.path(), &["fmt", "--check", "--diff", "nice.myc"]).ok(), "");
}

#[test]
fn standard_input_goes_to_standard_output() {
    let dir = folder(&[]);
    assert_eq!(mycc_with(dir.path(), &["fmt", "-"], UGLY.as_bytes()).ok(), NICE);
    assert_eq!(mycc_with(dir.path(), &["fmt", "--check", "-"], NICE.as_bytes()).ok(), "");
    let run = mycc_with(dir.path(), &["fmt", "--check", "-"], UGLY.as_bytes());
    assert_eq!(run.status, 1);
    mycc(dir.path(), &["fmt", "-", "a.myc"]).failed(2);
}

#[test]
fn a_file_with_errors_is_left_alone_and_the_others_are_not() {
    let wrong = "package   b; struct B{x u8}";
    let dir = folder(&[("a.myc", UGLY), ("b.myc", wrong), ("c.myc", UGLY)]);
    let run = mycc(dir.path(), &["fmt", "."]);
    assert!(run.failed(1).starts_with("error[E0001]"), "{}", run.stderr);
    let read = |name| fs::read_to_string(dir.path().join(name)).unwrap();
    assert_eq!(
        (read("a.myc"), read("b.myc"), read("c.myc")),
        (NICE.into(), wrong.into(), NICE.into())
    );
    mycc_with(dir.path(), &["fmt", "-"], wrong.as_bytes()).failed(1);
}

#[test]
fn digests_stay() {
    let dir = folder(&[("point.myc", POINT)]);
    let before = mycc(dir.path(), &["digest", "point.myc"]).ok();
    mycc(dir.path(), &["fmt", "point.myc"]).ok();
    assert_ne!(fs::read_to_string(dir.path().join("point.myc")).unwrap(), POINT);
    assert_eq!(mycc(dir.path(), &["digest", "point.myc"]).ok(), before);
}

#[cfg(unix)]
#[test]
fn links_and_modes_are_kept() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let dir = folder(&[("real.myc", UGLY)]);
    let (real, link) = (dir.path().join("real.myc"), dir.path().join("link.myc"));
    fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
    symlink("real.myc", &link).unwrap();
    mycc(dir.path(), &["fmt", "link.myc"]).ok();
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(fs::read_to_string(&real).unwrap(), NICE);
    assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);
}

#[test]
fn hostile_input_is_an_error_at_once() {
    let dir = folder(&[]);
    let megabytes = vec![b'a'; 8 << 20];
    let dense = [b"package a; struct A { ".as_slice(), &b"x:".repeat(20_000)].concat();
    for input in
        [&b"\0\0\0"[..], b"\xff\xfe", &[b'('; 1 << 16], &[b'{'; 1 << 16], &megabytes, &dense]
    {
        let start = Instant::now();
        mycc_with(dir.path(), &["fmt", "-"], input).failed(1);
        assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
    }
    #[cfg(target_os = "linux")]
    assert!(mycc(dir.path(), &["fmt", "/dev/zero"]).failed(1).contains("not a regular file"));
}
