//! What is looked at.

use super::Finding;
use super::machine::Machine;
use crate::table;

/// A look at one thing; nothing where the machine does not tell.
type Check = fn(&Machine) -> Option<Finding>;

/// All of them, what costs most first.
pub(super) const ALL: &[Check] = &[
    clock_source,
    governor,
    idle_states,
    load,
    shared_memory,
    open_files,
    swap,
    numa_balancing,
    huge_pages,
    shared_huge_pages,
    locked_memory,
    realtime,
    isolated,
    siblings,
    socket_buffers,
];

fn clock_source(machine: &Machine) -> Option<Finding> {
    const CHECK: &str = "clock source";
    let source = machine.read("sys/devices/system/clocksource/clocksource0/current_clocksource")?;
    Some(match source.as_str() {
        "tsc" | "arch_sys_counter" | "kvm-clock" | "hyperv_clocksource_tsc_page" => {
            Finding::ok(CHECK, source)
        }
        _ => Finding::warn(
            CHECK,
            format!("{source}: each look at the clock is a system call, or slower"),
            "boot with clocksource=tsc tsc=reliable, if the processor's counter is constant",
        ),
    })
}

fn governor(machine: &Machine) -> Option<Finding> {
    const CHECK: &str = "frequency governor";
    let governors = machine.of_processors("cpufreq/scaling_governor");
    let all = governors.len();
    let other = governors.iter().find(|governor| *governor != "performance");
    let Some(other) = other else {
        return (all > 0).then(|| Finding::ok(CHECK, format!("performance on {all} processors")));
    };
    let count = governors.iter().filter(|governor| *governor == other).count();
    Some(Finding::warn(
        CHECK,
        format!("{other} on {count} of {all} processors: they are slow when something comes"),
        "cpupower frequency-set -g performance",
    ))
}

fn idle_states(machine: &Machine) -> Option<Finding> {
    const CHECK: &str = "idle states";
    let latency = |state: usize| {
        let folder = format!("sys/devices/system/cpu/cpu0/cpuidle/state{state}");
        let is_off = machine.number(&format!("{folder}/disable")) == Some(1);
        machine.number(&format!("{folder}/latency")).map(|latency| if is_off { 0 } else { latency })
    };
    let longest = (0..16).map_while(latency).max()?;
    Some(match longest {
        0..=20 => Finding::ok(CHECK, format!("a processor wakes within {longest} µs")),
        _ => Finding::note(
            CHECK,
            format!("a processor that sleeps deeply wakes within {longest} µs"),
            "cpupower idle-set -D 20, or hold /dev/cpu_dma_latency open with a 0 in it",
        ),
    })
}

fn load(machine: &Machine) -> Option<Finding> {
    const CHECK: &str = "load";
    let load: f64 = machine.read("proc/loadavg")?.split(' ').next()?.parse().ok()?;
    let processors = machine.processors()?;
    let found = format!("{load} on {processors} processors");
    Some(match load > processors as f64 {
        true => Finding::warn(
            CHECK,
            found,
            "stop what need not run: whoever is woken waits for its turn",
        ),
        false => Finding::ok(CHECK, found),
    })
}

fn shared_memory(machine: &Machine) -> Option<Finding> {
    const CHECK: &str = "/dev/shm";
    const ADVICE: &str = "mount -o remount,size=2G /dev/shm; for a container: --shm-size=2g";
    let mounts = machine.read("proc/mounts")?;
    let mount = mounts.lines().find_map(|line| {
        let mut words = line.split(' ').skip(1);
        (words.next() == Some("/dev/shm")).then(|| words.nth(1).unwrap_or_default().to_owned())
    });
    let Some(options) = mount else {
        return Some(Finding::warn(
            CHECK,
            "is not there: rings go to a disk",
            "mount -t tmpfs shm /dev/shm",
        ));
    };
    let size =
        options.split(',').find_map(|option| option.strip_prefix("size=")).and_then(bytes_of);
    Some(match size {
        // The default is half of the memory.
        None => Finding::ok(CHECK, "as large as half of the memory"),
        Some(size) if size < 256 << 20 => Finding::warn(
            CHECK,
            format!("{}: room for {} rings of 16 MiB", table::bytes(size), size >> 24),
            ADVICE,
        ),
        Some(size) => Finding::ok(CHECK, table::bytes(size)),
    })
}

/// `65536k`, as mounts say sizes.
fn bytes_of(text: &str) -> Option<u64> {
    let digits = text.trim_end_matches(|char: char| !char.is_ascii_digit());
    let unit: u64 = match &text[digits.len()..] {
        "" => 1,
        "k" => 1 << 10,
        "m" => 1 << 20,
        "g" => 1 << 30,
        _ => return None,
    };
    digits.parse::<u64>().ok()?.checked_mul(unit)
}

fn open_files(machine: &Machine) -> Option<Finding> {
    const CHECK: &str = "open files";
    let limit = machine.limit("Max open files")?;
    Some(match limit {
        0..4096 => Finding::note(
            CHECK,
            format!("at most {limit} in a process"),
            "ulimit -n 65536, or LimitNOFILE=65536 in the unit",
        ),
        u64::MAX => Finding::ok(CHECK, "no limit"),
        limit => Finding::ok(CHECK, format!("at most {limit} in a process")),
    })
}

fn swap(machine: &Machine) -> Option<Finding> {
    const CHECK: &str = "swap";
    let areas = machine.read("proc/swaps")?.lines().count().saturating_sub(1);
    let eagerness = machine.number("proc/sys/vm/swappiness").unwrap_or(60);
    Some(match (areas, eagerness) {
        (0, _) => Finding::ok(CHECK, "none"),
        (_, 0..=10) => Finding::ok(CHECK, format!("only when it must be: swappiness {eagerness}")),
        _ => Finding::warn(
            CHECK,
            format!("memory that rests goes to a disk: swappiness {eagerness}"),
            "sysctl vm.swappiness=1, or swapoff -a",
        ),
    })
}

fn numa_balancing(machine: &Machine) -> Option<Finding> {
    const CHECK: &str = "NUMA balancing";
    Some(match machine.number("proc/sys/kernel/numa_balancing")? {
        0 => Finding::ok(CHECK, "off"),
        _ => Finding::warn(
            CHECK,
            "on: pages are unmapped now and then to see who uses them",
            "sysctl kernel.numa_balancing=0, and pin processes to a node",
        ),
    })
}

fn huge_pages(machine: &Machine) -> Option<Finding> {
    const CHECK: &str = "huge pages";
    let reserved = machine.number("proc/sys/vm/nr_hugepages")?;
    let chosen = machine.choice("sys/kernel/mm/transparent_hugepage/enabled");
    let chosen = chosen.unwrap_or_else(|| "none".to_owned());
    let found = format!("{reserved} reserved, transparent ones: {chosen}");
    Some(match chosen.as_str() {
        "always" => Finding::note(
            CHECK,
            format!("{found}: the system gathers pages whenever it likes"),
            "echo madvise > /sys/kernel/mm/transparent_hugepage/enabled",
        ),
        _ => Finding::ok(CHECK, found),
    })
}

fn shared_huge_pages(machine: &Machine) -> Option<Finding> {
    const CHECK: &str = "huge pages of rings";
    let chosen = machine.choice("sys/kernel/mm/transparent_hugepage/shmem_enabled")?;
    Some(match chosen.as_str() {
        "advise" | "always" | "within_size" | "force" => Finding::ok(CHECK, chosen),
        _ => Finding::note(
            CHECK,
            format!("{chosen}: a ring that asks for them (`huge_pages`) has none"),
            "echo advise > /sys/kernel/mm/transparent_hugepage/shmem_enabled",
        ),
    })
}

fn locked_memory(machine: &Machine) -> Option<Finding> {
    const CHECK: &str = "locked memory";
    Some(match machine.limit("Max locked memory")? {
        u64::MAX => Finding::ok(CHECK, "no limit"),
        limit if limit >= 1 << 30 => Finding::ok(CHECK, table::bytes(limit)),
        limit => Finding::note(
            CHECK,
            format!("at most {}: a process cannot keep its pages by mlockall", table::bytes(limit)),
            "ulimit -l unlimited, or LimitMEMLOCK=infinity in the unit",
        ),
    })
}

fn realtime(machine: &Machine) -> Option<Finding> {
    const CHECK: &str = "realtime priority";
    Some(match machine.limit("Max realtime priority")? {
        0 => Finding::note(
            CHECK,
            "none: a process cannot go before others by SCHED_FIFO",
            "LimitRTPRIO=99 in the unit, or rtprio in /etc/security/limits.d",
        ),
        limit => Finding::ok(CHECK, format!("up to {}", limit.min(99))),
    })
}

fn isolated(machine: &Machine) -> Option<Finding> {
    const CHECK: &str = "isolated processors";
    let isolated = machine.read("sys/devices/system/cpu/isolated")?;
    let tickless = machine.read("sys/devices/system/cpu/nohz_full").unwrap_or_default();
    Some(match isolated.as_str() {
        "" => Finding::note(
            CHECK,
            "none: whoever spins shares its processor with everything else",
            "boot with isolcpus=2-3 nohz_full=2-3 rcu_nocbs=2-3, and pin spinning threads there",
        ),
        isolated if tickless.trim_matches(['(', ')']).replace("null", "").is_empty() => {
            Finding::note(
                CHECK,
                format!("{isolated}, with the timer's ticks"),
                "boot with nohz_full for the same processors",
            )
        }
        isolated => Finding::ok(CHECK, format!("{isolated}, without ticks: {tickless}")),
    })
}

fn siblings(machine: &Machine) -> Option<Finding> {
    const CHECK: &str = "simultaneous threads";
    Some(match machine.number("sys/devices/system/cpu/smt/active")? {
        0 => Finding::ok(CHECK, "off"),
        _ => Finding::note(
            CHECK,
            "on: two processors share the units of one core",
            "pin only one spinning thread to a core, or echo off > /sys/devices/system/cpu/smt/control",
        ),
    })
}

fn socket_buffers(machine: &Machine) -> Option<Finding> {
    const CHECK: &str = "socket buffers";
    let read = machine.number("proc/sys/net/core/rmem_max")?;
    let write = machine.number("proc/sys/net/core/wmem_max")?;
    let found = format!("at most {} to read, {} to write", table::bytes(read), table::bytes(write));
    Some(match read.min(write) {
        0..1_048_576 => Finding::note(
            CHECK,
            found,
            "sysctl net.core.rmem_max=4194304 net.core.wmem_max=4194304, for bursts between machines",
        ),
        _ => Finding::ok(CHECK, found),
    })
}
