//! Watches the services while they run and makes sure that all of them end together.

use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

use super::format::grouped;
use super::service::{Board, Service, describe};
use crate::Outcome;
use crate::failure::Failure;
use crate::progress::Progress;

const LOOK_EVERY: Duration = Duration::from_millis(20);
/// Time that a service has to end in order once it was told to.
const PATIENCE: Duration = Duration::from_secs(10);

/// Runs until all have ended; fails where one of them did, or where the user stopped them.
///
/// `sharing` services are in the process of another one.
pub(super) fn watch(mut services: Vec<Service>, sharing: usize) -> Outcome {
    let interrupted = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        signal_hook::flag::register(signal, interrupted.clone())
            .map_err(|error| Failure::new(format!("cannot listen for Ctrl-C: {error}")))?;
    }
    let progress = Progress::start("running");
    let mut ending: Option<Ending> = None;
    let mut is_flowing = false;
    loop {
        let all = services.len() + sharing;
        if !is_flowing
            && services.first().is_some_and(|service| all_have_messages(&service.board, all))
        {
            is_flowing = true;
            println!("running  every service has messages");
        }
        progress.detail(shown(services.first().map(|service| &service.board)));
        let running =
            services.iter_mut().filter_map(|service| service.ended().is_none().then_some(()));
        if running.count() == 0 {
            break;
        }
        if let Some(reason) = reason_to_end(&mut services, &interrupted)
            && ending.is_none()
        {
            services.iter_mut().for_each(|service| service.tell_to_end(&reason));
            ending = Some(Ending { reason, told: Instant::now() });
        }
        if ending.as_ref().is_some_and(|ending| ending.told.elapsed() > PATIENCE) {
            services.iter_mut().for_each(Service::kill);
        }
        std::thread::sleep(LOOK_EVERY);
    }
    let last = reason_to_end(&mut services, &interrupted);
    let reason = ending.map(|ending| ending.reason).or(last);
    progress.finish(if reason.is_none() { "ok" } else { "stopped" });
    let said: String = services.into_iter().map(Service::finish).collect();
    match reason {
        None => Ok(()),
        Some(reason) => Err(Failure::new(reason).seen(said)),
    }
}

struct Ending {
    reason: String,
    told: Instant,
}

/// The user's wish, or a service that ended otherwise than in order: first of all one that was
/// killed, since the others may have failed for lack of it.
fn reason_to_end(services: &mut [Service], interrupted: &AtomicBool) -> Option<String> {
    let failed: Vec<(&str, ExitStatus)> = services
        .iter_mut()
        .filter_map(|service| Some((service.name, service.ended()?)))
        .filter(|(_, status)| !status.success())
        .collect();
    let killed = failed.iter().find(|(_, status)| status.signal().is_some());
    let first =
        killed.or(failed.first()).map(|(name, status)| format!("{name} {}", describe(*status)));
    first.or_else(|| {
        // Relaxed: the flag carries nothing but itself.
        interrupted.load(Ordering::Relaxed).then(|| "stopped by the user".to_owned())
    })
}

fn all_have_messages(board: &Board, all: usize) -> bool {
    let board = board.lock().unwrap_or_else(PoisonError::into_inner);
    board.len() == all && board.values().all(|reached| reached.messages > 0)
}

fn shown(board: Option<&Board>) -> String {
    let Some(board) = board else { return String::new() };
    let board = board.lock().unwrap_or_else(PoisonError::into_inner);
    let lost: u64 = board.values().map(|reached| reached.lost).sum();
    let each = board.iter().map(|(name, reached)| format!("{name} {}", grouped(reached.messages)));
    let each: Vec<String> = each.collect();
    format!("{} · lost {}", each.join(" · "), grouped(lost))
}
