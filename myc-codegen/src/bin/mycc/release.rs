//! `mycc release`: writes this version into the lock, unless it breaks the last one.

use std::fs;
use std::path::Path;

use myc_schema::{Arena, Lock, Places, breaking};

use crate::args::{MessageFormat, ReleaseArgs};
use crate::failure::{Failure, print_error};
use crate::version::Version;
use crate::{breaking as report, check, project, version};

/// Runs the command.
pub(crate) fn run(args: &ReleaseArgs, format: MessageFormat) -> Result<(), Failure> {
    let paths = project::paths_or_schemas(&args.paths)?;
    let arena = Arena::new();
    let current = version::of_paths(&arena, &paths, format)?;
    let path = project::lock_for(&args.lock, &args.paths)?;
    let mut lock = if path.exists() { version::read_lock(&path)? } else { Lock::default() };
    refuse_breaks(&arena, &lock, &current, format)?;
    let said = match lock.release(current.facts()) {
        None => format!("ok: nothing has changed since release {}\n", lock.releases.len()),
        Some(release) => {
            let types = check::count(release.types.len(), "type");
            format!("release {}: {types} written to {}\n", release.number, path.display())
        }
    };
    write(&path, &lock.to_string())?;
    if format == MessageFormat::Text {
        print_error(&said);
    }
    Ok(())
}

fn refuse_breaks(
    arena: &Arena,
    lock: &Lock,
    current: &Version<'_>,
    format: MessageFormat,
) -> Result<(), Failure> {
    let Some(latest) = lock.latest() else { return Ok(()) };
    let defs = latest
        .reflect(arena)
        .map_err(|error| Failure::input(format!("the lock's last release: {error}")))?;
    let previous = Version { defs, reserved: latest.reserved.clone(), places: Places::default() };
    let breaks = breaking(previous.facts(), current.facts());
    if breaks.is_empty() {
        return Ok(());
    }
    print_error(&report::in_words(&breaks, &previous, current));
    report::outcome(&breaks, format)
}

/// Replaces the file as a whole, so that there is never half a lock.
fn write(path: &Path, text: &str) -> Result<(), Failure> {
    if fs::read(path).is_ok_and(|there| there == text.as_bytes()) {
        return Ok(());
    }
    let beside = path.with_extension("lock.new");
    fs::write(&beside, text).map_err(|error| Failure::file("write", &beside, &error))?;
    fs::rename(&beside, path).map_err(|error| Failure::file("write", path, &error))
}
