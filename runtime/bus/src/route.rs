//! From a topology's links to open routes: the one place that knows both.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::watch;

use crate::bus::Alive;
use crate::hub::Hub;
use crate::options::Options;
use crate::topology::{Endpoint, Link, Links, Refused, Topology, TopologyError};
use crate::transport::Terms;
use crate::transport::net::{Job, Net};
use crate::transport::{tcp, unix};

/// What a bus has open beyond its hub.
#[derive(Default)]
pub(crate) struct Routes {
    net: Option<Net>,
}

impl Routes {
    /// Waits until peers have taken what was published, and removes what was made. The hub has told
    /// every link to leave.
    pub(crate) fn close(self) {
        if let Some(net) = self.net {
            net.stop();
        }
    }
}

/// The buses of this process, by topology file and node.
static OPEN: Mutex<Vec<(PathBuf, String, Weak<Alive>)>> = Mutex::new(Vec::new());

/// The bus of a service's node: the one that is open, or a new one.
pub(crate) fn open(
    path: &Path,
    service: &str,
    options: Options,
) -> Result<Arc<Alive>, TopologyError> {
    let links = Topology::load(path)?.links(service)?;
    let file = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
    open.retain(|(_, _, bus)| bus.strong_count() > 0);
    let known = open.iter().filter(|(path, node, _)| *path == file && *node == links.node);
    let alive = known.filter_map(|(_, _, bus)| bus.upgrade()).find(|bus| !bus.hub().is_closed());
    if let Some(bus) = alive {
        return Ok(bus);
    }
    let hub = Hub::new(links.node.clone(), options);
    let routes = open_routes(&hub, &links)?;
    let bus = Arc::new(Alive::new(hub, routes));
    open.push((file, links.node, Arc::downgrade(&bus)));
    Ok(bus)
}

fn open_routes(hub: &Arc<Hub>, links: &Links) -> Result<Routes, TopologyError> {
    let mut jobs = Vec::new();
    for link in &links.links {
        match link {
            Link::Listen { endpoint } => {
                let refused = |source| refused(links, endpoint.to_string(), source);
                jobs.push((bind(endpoint).map_err(refused)?, links.peers.clone(), true, endpoint));
            }
            Link::Dial { endpoint, peer, subscribes } => {
                let Some(job) = dial(endpoint) else { continue };
                jobs.push((job, vec![peer.clone()], *subscribes, endpoint));
            }
            Link::WriteRing { .. } | Link::ReadRing { .. } => {}
        }
    }
    if jobs.is_empty() {
        return Ok(Routes::default());
    }
    let with_terms = |stop: &watch::Receiver<bool>| {
        let terms = jobs.into_iter().map(|(job, expected, subscribes, endpoint)| {
            let terms = Terms {
                hub: hub.clone(),
                service: links.service.clone(),
                expected,
                subscribes,
                endpoint: endpoint.to_string(),
                stop: stop.clone(),
            };
            (job, terms)
        });
        terms.collect()
    };
    let net = Net::start(with_terms).map_err(|source: io::Error| {
        let what = "cannot start the network thread".to_owned();
        let source =
            Refused { what, remedy: "raise the limit on threads or files", source: Some(source) };
        refused(links, "its connections".to_owned(), source)
    })?;
    Ok(Routes { net: Some(net) })
}

fn bind(endpoint: &Endpoint) -> Result<Job, Refused> {
    match endpoint {
        Endpoint::Unix { path } => unix::bind(path).map(Job::ListenUnix),
        Endpoint::Tcp { address } => tcp::bind(address).map(Job::ListenTcp),
        Endpoint::Shm { .. } => Err(Refused {
            what: "nobody listens at shared memory".to_owned(),
            remedy: "report this as a fault of the library",
            source: None,
        }),
    }
}

fn dial(endpoint: &Endpoint) -> Option<Job> {
    match endpoint {
        Endpoint::Unix { path } => Some(Job::DialUnix(path.clone())),
        Endpoint::Tcp { address } => Some(Job::DialTcp(address.clone())),
        Endpoint::Shm { .. } => None,
    }
}

fn refused(links: &Links, endpoint: String, source: Refused) -> TopologyError {
    TopologyError::Endpoint { node: links.node.clone(), endpoint, source }
}
