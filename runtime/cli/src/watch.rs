//! What tools watch: a topology, or one endpoint.

use crate::failure::Failure;
use crate::hangup::is_hangup_ignored;
use crate::say::say;
use crate::topology;
use clap::Args;
use mycelium::observe::{Observer, ObserverOptions, Place};
use mycelium::topology::{Endpoint, Security, Topology};
use std::os::unix::fs::FileTypeExt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What is watched, and how.
#[derive(Args)]
pub(crate) struct Watch {
    /// A topology's file, or one endpoint: a ring, a folder of rings, a Unix socket, `tcp:HOST:PORT`
    #[arg(value_name = "TOPOLOGY|ENDPOINT")]
    place: String,
    /// Topics, by name or pattern: `*` stands for any run of characters but `.`, `>` at the end for all that follows
    /// [default: all]
    #[arg(value_name = "TOPIC")]
    topics: Vec<String>,
    /// Speak plain TCP with another machine, as an endpoint that says `insecure = true`
    #[arg(long)]
    insecure: bool,
}

/// What is watched.
pub(crate) enum Target {
    /// All nodes of a topology.
    Topology(Topology),
    /// One place.
    Place(Place),
}

impl Watch {
    /// Begins to watch: all that there is, also where that takes the processor from others; or, if it is not eager, where
    /// others leave it, and over a socket only so much.
    pub(crate) fn open(&self, is_eager: bool) -> Result<Observer, Failure> {
        self.open_at(&self.target()?, is_eager)
    }

    /// The same, where it is known what is watched.
    pub(crate) fn open_at(&self, target: &Target, is_eager: bool) -> Result<Observer, Failure> {
        let mut options = ObserverOptions::new(target.places());
        if !is_eager {
            options = options.unhurried();
            // A process may always be nicer than it is.
            let _ = rustix::process::nice(19);
        }
        let options = match self.topics.as_slice() {
            [] => options,
            topics => options.topics(topics),
        };
        Observer::open(options).map_err(|error| Failure::Input(error.to_string()))
    }

    /// What is watched. Says which nodes of a topology cannot be.
    pub(crate) fn target(&self) -> Result<Target, Failure> {
        if let Some(place) = endpoint(&self.place, self.insecure)? {
            return Ok(Target::Place(place));
        }
        let topology = topology::load(&self.place.clone().into())?;
        for node in Place::hidden_nodes(&topology) {
            say(format!(
                "note: what node `{node}` publishes is seen nowhere: it writes no ring, and only \
                 dials; an endpoint of its own would show it"
            ));
        }
        Ok(Target::Topology(topology))
    }

    /// The word that names it.
    #[cfg(feature = "top")]
    pub(crate) fn name(&self) -> &str {
        &self.place
    }
}

impl Target {
    pub(crate) fn places(&self) -> Vec<Place> {
        match self {
            Self::Topology(topology) => Place::of_topology(topology),
            Self::Place(place) => vec![place.clone()],
        }
    }
}

/// The place that a word names; nothing where it is a topology's file.
fn endpoint(word: &str, insecure: bool) -> Result<Option<Place>, Failure> {
    if let Some(address) = word.strip_prefix("tcp:") {
        return tcp(address, insecure).map(Some);
    }
    if let Some(path) = word.strip_prefix("unix:") {
        return Ok(Some(unix(Path::new(path))));
    }
    let named = word.strip_prefix("shm:");
    let path = Path::new(named.unwrap_or(word));
    if path.extension().is_some_and(|extension| extension == "ring") {
        return Ok(Some(Place::Ring(path.to_owned())));
    }
    if named.is_some() {
        return Ok(Some(Place::Rings(path.to_owned())));
    }
    let found = path.metadata().map_err(|error| {
        let hint = "name a topology's file, a ring, a folder of rings or a socket that is there; \
                    `unix:PATH`, `shm:FOLDER` and `tcp:HOST:PORT` are waited for";
        Failure::Input(format!("{word}: {error}; {hint}"))
    })?;
    Ok(match found.file_type() {
        kind if kind.is_dir() => Some(Place::Rings(path.to_owned())),
        kind if kind.is_socket() => Some(unix(path)),
        _ => None,
    })
}

fn unix(path: &Path) -> Place {
    let endpoint = Endpoint::Unix { path: path.to_owned() };
    Place::Socket { endpoint, node: String::new(), credentials: None }
}

fn tcp(address: &str, insecure: bool) -> Result<Place, Failure> {
    let endpoint = Endpoint::Tcp { address: address.to_owned(), security: Security::Plain };
    if endpoint.crosses_hosts() && !insecure {
        return Err(Failure::Input(format!(
            "tcp:{address} is beyond this machine, where plain TCP can be read by others: name the \
             topology's file, whose certificates are then used, or say --insecure"
        )));
    }
    Ok(Place::Socket { endpoint, node: String::new(), credentials: None })
}

/// Becomes true once somebody wants the program to end: by SIGINT, SIGTERM or, where it is not ignored, SIGHUP. A second
/// one ends it at once.
pub(crate) fn stop_signal() -> Result<Arc<AtomicBool>, Failure> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    let stop = Arc::new(AtomicBool::new(false));
    let hangup = Some(SIGHUP).filter(|_| !is_hangup_ignored());
    for signal in [SIGINT, SIGTERM].into_iter().chain(hangup) {
        signal_hook::flag::register_conditional_default(signal, stop.clone())?;
        signal_hook::flag::register(signal, stop.clone())?;
    }
    Ok(stop)
}

/// Whether somebody wants the program to end.
pub(crate) fn is_set(stop: &AtomicBool) -> bool {
    stop.load(Ordering::Relaxed)
}
