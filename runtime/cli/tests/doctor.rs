//! `mycelium doctor`, through the command itself, on machines that are folders.

mod common;

use common::{mycelium, text};
use serde_json::Value;
use std::path::Path;

/// A machine whose files say this.
fn machine(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (path, content) in files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, content).expect("a file");
    }
    folder
}

fn doctor(root: &Path, more: &[&str]) -> std::process::Output {
    let root = root.display().to_string();
    mycelium(&[&["doctor", "--root", &root], more].concat())
}

/// By check, its state and what was found.
fn findings(root: &Path) -> Vec<(String, String, String)> {
    let found: Value = serde_json::from_str(&text(&doctor(root, &["--json"]))).expect("JSON");
    let word = |finding: &Value, key: &str| finding[key].as_str().expect("a text").to_owned();
    let all = found.as_array().expect("a list").iter();
    all.map(|one| {
        assert_eq!(one["advice"].is_null(), one["state"] == "ok", "{one}");
        (word(one, "check"), word(one, "state"), word(one, "found"))
    })
    .collect()
}

const LIMITS: &str = "Limit                     Soft Limit           Hard Limit           Units     \n\
    Max open files            FILES                1048576              files     \n\
    Max locked memory         LOCKED               8388608              bytes     \n\
    Max realtime priority     PRIORITY             0                    \n";

const FILES: [(&str, &str, &str); 16] = [
    ("sys/devices/system/clocksource/clocksource0/current_clocksource", "tsc\n", "hpet\n"),
    ("sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "performance\n", "performance\n"),
    ("sys/devices/system/cpu/cpu1/cpufreq/scaling_governor", "performance\n", "powersave\n"),
    ("sys/devices/system/cpu/cpu0/cpuidle/state0/latency", "2\n", "2\n"),
    ("sys/devices/system/cpu/cpu0/cpuidle/state1/latency", "10\n", "133\n"),
    ("proc/stat", "cpu  1 2\ncpu0 1 2\ncpu1 1 2\nintr 5\n", "cpu  1\ncpu0 1\ncpu1 1\n"),
    ("proc/loadavg", "0.50 0.40 0.30 1/200 4242\n", "3.50 0.40 0.30 1/200 4242\n"),
    (
        "proc/mounts",
        "tmpfs /dev/shm tmpfs rw,size=2097152k 0 0\n",
        "/dev/sda / ext4 rw 0 0\nshm /dev/shm tmpfs rw,nosuid,size=65536k 0 0\n",
    ),
    ("proc/swaps", "Filename\n", "Filename Type\n/dev/sda2 partition\n"),
    ("proc/sys/vm/swappiness", "60\n", "60\n"),
    ("proc/sys/kernel/numa_balancing", "0\n", "1\n"),
    ("proc/sys/vm/nr_hugepages", "512\n", "0\n"),
    (
        "sys/kernel/mm/transparent_hugepage/enabled",
        "always [madvise] never\n",
        "[always] madvise never\n",
    ),
    (
        "sys/kernel/mm/transparent_hugepage/shmem_enabled",
        "always within_size [advise] never deny force\n",
        "always within_size advise [never] deny force\n",
    ),
    ("sys/devices/system/cpu/isolated", "2-3\n", "\n"),
    ("sys/devices/system/cpu/nohz_full", "2-3\n", "(null)\n"),
];

#[test]
fn a_good_machine_is_left_in_peace() {
    let mut files: Vec<(&str, &str)> = FILES.iter().map(|(path, good, _)| (*path, *good)).collect();
    let limits =
        LIMITS.replace("FILES", "65536").replace("LOCKED", "unlimited").replace("PRIORITY", "99");
    files.push(("proc/self/limits", &limits));
    let machine = machine(&files);
    let found = findings(machine.path());
    assert_eq!(found.len(), 13, "{found:?}");
    assert!(found.iter().all(|(_, state, _)| state == "ok"), "{found:?}");
    assert_eq!(doctor(machine.path(), &["--strict"]).status.code(), Some(0));
}

#[test]
fn what_costs_latency_is_found_with_what_to_do() {
    let mut files: Vec<(&str, &str)> = FILES.iter().map(|(path, _, bad)| (*path, *bad)).collect();
    let limits =
        LIMITS.replace("FILES", "1024").replace("LOCKED", "65536").replace("PRIORITY", "0");
    files.push(("proc/self/limits", &limits));
    files.push(("sys/devices/system/cpu/smt/active", "1\n"));
    files.push(("proc/sys/net/core/rmem_max", "212992\n"));
    files.push(("proc/sys/net/core/wmem_max", "212992\n"));
    let machine = machine(&files);
    let found = findings(machine.path());
    let expected = [
        ("clock source", "warn", "hpet"),
        ("frequency governor", "warn", "powersave on 1 of 2 processors"),
        ("idle states", "note", "133 µs"),
        ("load", "warn", "3.5 on 2 processors"),
        ("/dev/shm", "warn", "64.0 MiB: room for 4 rings"),
        ("open files", "note", "1024"),
        ("swap", "warn", "swappiness 60"),
        ("NUMA balancing", "warn", "on"),
        ("huge pages", "note", "0 reserved, transparent ones: always"),
        ("huge pages of rings", "note", "never"),
        ("locked memory", "note", "64.0 KiB"),
        ("realtime priority", "note", "none"),
        ("isolated processors", "note", "none"),
        ("simultaneous threads", "note", "on"),
        ("socket buffers", "note", "208.0 KiB to read"),
    ];
    assert_eq!(found.len(), expected.len(), "{found:?}");
    for ((check, state, what), expected) in found.iter().zip(expected) {
        assert_eq!((check.as_str(), state.as_str()), (expected.0, expected.1));
        assert!(what.contains(expected.2), "{what}");
    }
    assert_eq!(doctor(machine.path(), &["--strict"]).status.code(), Some(1));
    let shown = text(&doctor(machine.path(), &[]));
    assert!(
        shown.contains("\n                           do: cpupower frequency-set -g performance\n"),
        "{shown}"
    );
}

#[test]
fn what_a_machine_does_not_tell_is_passed_over() {
    let nothing = machine(&[]);
    let output = doctor(nothing.path(), &[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("that tells anything"));
    let odd = machine(&[
        ("proc/loadavg", "many\n"),
        ("proc/stat", ""),
        ("proc/mounts", "x /dev/shm tmpfs size=99999999999999999999g 0 0\n"),
        ("proc/self/limits", "Max open files\nMax locked memory x y\n"),
        ("proc/sys/vm/nr_hugepages", "\u{fffd}"),
        ("sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "\n"),
    ]);
    let found = findings(odd.path());
    let checks: Vec<&str> = found.iter().map(|(check, ..)| check.as_str()).collect();
    assert_eq!(checks, ["frequency governor", "/dev/shm"]);
    // This machine, whatever it is.
    assert_eq!(mycelium(&["doctor"]).status.code(), Some(0));
}
