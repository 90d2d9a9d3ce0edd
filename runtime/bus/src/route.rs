//! From a topology's links to open routes: the one place that knows both.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use mycelium_ring::RingDirectory;
use tokio::sync::watch;

use crate::address::Home;
use crate::bus::Alive;
use crate::hub::Hub;
use crate::options::Options;
use crate::topology::{Endpoint, Link, Links, Refused, Security, Tls, Topology, TopologyError};
use crate::transport::driver::Driver;
use crate::transport::net::{Job, Net};
use crate::transport::tls::Identity;
use crate::transport::{RingLink, RingPlace, RingWatch, Terms, nats, tcp, unix};

/// What a bus has open beyond its hub.
#[derive(Default)]
pub(crate) struct Routes {
    net: Option<Net>,
    ring_watch: Option<Arc<RingWatch>>,
    /// Folders of rings that this node reads or writes.
    folders: Vec<PathBuf>,
}

impl Routes {
    /// Waits until peers have taken what was published, and removes what was made, also by peers that
    /// are dead. The hub has told every link to leave.
    pub(crate) fn close(self) {
        if let Some(net) = self.net {
            net.stop();
        }
        if let Some(watch) = self.ring_watch {
            watch.stop();
        }
        for folder in self.folders {
            if let Ok(Some(folder)) = RingDirectory::open(folder) {
                // What is left for a reason, such as a ring of a peer that lives, stays.
                let _ = folder.remove_stale();
                folder.remove_if_empty();
            }
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
    #[cfg(feature = "tracing")]
    let _span =
        tracing::info_span!("mycelium::open", topology = %path.display(), service).entered();
    let topology = Topology::load(path)?;
    let links = topology.links(service)?;
    let file = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
    open.retain(|(_, _, bus)| bus.strong_count() > 0);
    let known = open.iter().filter(|(path, node, _)| *path == file && *node == links.node);
    let alive = known.filter_map(|(_, _, bus)| bus.upgrade()).find(|bus| !bus.hub().is_closed());
    if let Some(bus) = alive {
        return Ok(bus);
    }
    // What the deployment says goes before what the program says.
    let mut options = options;
    let rules = topology.topics.iter().map(|rule| (rule.pattern.clone(), rule.qos()));
    options.topics.splice(..0, rules);
    let rules = || topology.topics.iter().enumerate();
    let silent = rules().filter(|(_, rule)| rule.when_full.is_none());
    options.silent = silent.map(|(at, _)| at).collect();
    options.kept = rules().filter_map(|(at, rule)| Some((at, rule.keep?))).collect();
    let own = topology.node_of(service).map(|node| node.services.clone()).unwrap_or_default();
    let services = topology.nodes.iter().flat_map(|node| node.services.clone()).collect();
    let hub = Hub::of_topology(links.node.clone(), Home::Of(own.into()), services, options);
    let routes = open_routes(&hub, &links)?;
    let bus = Arc::new(Alive::new(hub, routes));
    open.push((file, links.node, Arc::downgrade(&bus)));
    Ok(bus)
}

fn open_routes(hub: &Arc<Hub>, links: &Links) -> Result<Routes, TopologyError> {
    let (ring_watch, folders) = open_rings(hub, links)?;
    let mut routes = Routes { net: None, ring_watch, folders };
    match open_sockets(hub, links) {
        Ok(net) => {
            routes.net = net;
            Ok(routes)
        }
        Err(error) => {
            hub.close();
            routes.close();
            Err(error)
        }
    }
}

fn open_rings(
    hub: &Arc<Hub>,
    links: &Links,
) -> Result<(Option<Arc<RingWatch>>, Vec<PathBuf>), TopologyError> {
    let (mut places, mut folders) = (Vec::new(), Vec::new());
    for link in &links.links {
        let path = match link {
            Link::WriteRing { path, capacity_bytes, policy, .. } => {
                let ring = Arc::new(RingLink::new(hub, path.clone(), *capacity_bytes, *policy));
                // Refused only by a hub that is closed, which this one is not yet.
                let _ = hub.add_link(ring);
                path
            }
            Link::ReadRing { path, peer } => {
                places.push(RingPlace { path: path.clone(), peer: peer.clone() });
                path
            }
            Link::Listen { .. } | Link::Dial { .. } | Link::Meet { .. } => continue,
        };
        let folder = path.parent().unwrap_or(Path::new(".")).to_owned();
        check_folder(links, &folder)?;
        if !folders.contains(&folder) {
            folders.push(folder);
        }
    }
    if places.is_empty() {
        return Ok((None, folders));
    }
    let watch = RingWatch::start(hub, places).map_err(|source| no_thread(links, source))?;
    hub.set_ring_watch(watch.clone());
    Ok((Some(watch), folders))
}

/// Refuses a folder of rings that cannot be used, before anything is published into it.
fn check_folder(links: &Links, folder: &Path) -> Result<(), TopologyError> {
    let checked = match RingDirectory::open(folder) {
        Ok(_) => return Ok(()),
        Err(error) => error,
    };
    let remedy = "name a folder that is this user's alone (mode 0700), or one that does not exist \
                  yet, whose parent does";
    let source = Refused { what: checked.to_string(), remedy, source: None };
    Err(refused(links, format!("shm:{}", folder.display()), source))
}

fn open_sockets(hub: &Arc<Hub>, links: &Links) -> Result<Option<Net>, TopologyError> {
    let is_ring = |link: &Link| matches!(link, Link::WriteRing { .. } | Link::ReadRing { .. });
    if links.links.iter().all(is_ring) {
        return Ok(None);
    }
    let driver = Driver::new().map_err(|source| no_thread(links, source))?;
    let driver = Arc::new(driver);
    hub.set_driver(driver.clone());
    let identity = open_identity(hub, links)?;
    let mut jobs = Vec::new();
    for link in &links.links {
        match link {
            Link::Listen { endpoint, policy } => {
                let refused = |source| refused(links, endpoint.to_string(), source);
                let job = bind(endpoint, identity.as_ref()).map_err(refused)?;
                jobs.push((job, links.peers.clone(), true, true, *policy, endpoint));
            }
            Link::Dial { endpoint, peer, subscribes, policy } => {
                let Some(job) = dial(endpoint, identity.as_ref()) else { continue };
                jobs.push((job, vec![peer.clone()], *subscribes, false, *policy, endpoint));
            }
            Link::Meet { endpoint, policy, .. } => {
                let refused = |source| refused(links, endpoint.to_string(), source);
                let job = meet(hub, link, links.tls.as_ref()).map_err(refused)?;
                // Whom it expects, and whom it receives from, a meeting knows by itself.
                jobs.push((job, Vec::new(), false, false, *policy, endpoint));
            }
            Link::WriteRing { .. } | Link::ReadRing { .. } => {}
        }
    }
    let with_terms = |stop: &watch::Receiver<bool>| {
        let terms =
            jobs.into_iter().map(|(job, expected, subscribes, listens, policy, endpoint)| {
                let terms = Terms {
                    hub: hub.clone(),
                    service: links.service.clone(),
                    expected,
                    subscribes,
                    listens,
                    policy,
                    endpoint: endpoint.to_string(),
                    stop: stop.clone(),
                };
                (job, terms)
            });
        terms.collect()
    };
    Net::start(driver, with_terms).map(Some).map_err(|source| no_thread(links, source))
}

fn no_thread(links: &Links, source: io::Error) -> TopologyError {
    let what = "cannot start a thread".to_owned();
    let remedy = "raise the limit on threads or on open files";
    refused(links, "its routes".to_owned(), Refused { what, remedy, source: Some(source) })
}

/// Who this node is, where a link of it wants to know.
fn open_identity(hub: &Arc<Hub>, links: &Links) -> Result<Option<Arc<Identity>>, TopologyError> {
    let mut endpoints = links.links.iter().filter_map(|link| match link {
        Link::Listen { endpoint, .. } | Link::Dial { endpoint, .. } => Some(endpoint),
        _ => None,
    });
    let Some(endpoint) = endpoints.find(|endpoint| speaks_tls(endpoint)) else {
        return Ok(None);
    };
    let Some(files) = &links.tls else {
        let what = "it is spoken to by TLS, and this node has no certificate".to_owned();
        let remedy = "give the node `tls` in the topology";
        return Err(refused(links, endpoint.to_string(), Refused { what, remedy, source: None }));
    };
    let opened = Identity::open(hub, files).map(|identity| Some(Arc::new(identity)));
    opened.map_err(|source| TopologyError::Credential { node: links.node.clone(), source })
}

fn bind(endpoint: &Endpoint, identity: Option<&Arc<Identity>>) -> Result<Job, Refused> {
    match endpoint {
        Endpoint::Unix { path } => unix::bind(path).map(Job::ListenUnix),
        Endpoint::Tcp { address, .. } => {
            let listener = tcp::bind(&tcp_address(endpoint, address))?;
            Ok(Job::ListenTcp(listener, identity.filter(|_| speaks_tls(endpoint)).cloned()))
        }
        Endpoint::Shm { .. } | Endpoint::Nats { .. } => Err(Refused {
            what: "nobody listens there".to_owned(),
            remedy: "report this as a fault of the library",
            source: None,
        }),
    }
}

fn dial(endpoint: &Endpoint, identity: Option<&Arc<Identity>>) -> Option<Job> {
    match endpoint {
        Endpoint::Unix { path } => Some(Job::DialUnix(path.clone())),
        Endpoint::Tcp { address, .. } => {
            let identity = identity.filter(|_| speaks_tls(endpoint)).cloned();
            Some(Job::DialTcp(tcp_address(endpoint, address), identity))
        }
        Endpoint::Shm { .. } | Endpoint::Nats { .. } => None,
    }
}

/// A link to a server, which the hub knows from here on.
fn meet(hub: &Arc<Hub>, link: &Link, own: Option<&Tls>) -> Result<Job, Refused> {
    let meeting = Arc::new(nats::Meeting::new(hub, link, own)?);
    // Refused only by a hub that is closed, which this one is not yet.
    let _ = hub.add_link(meeting.clone());
    Ok(Job::Meet(meeting))
}

pub(crate) fn speaks_tls(endpoint: &Endpoint) -> bool {
    matches!(endpoint, Endpoint::Tcp { security: Security::Tls, .. })
}

/// Without TLS, a name that the topology takes for this machine's must not lead to another.
pub(crate) fn tcp_address(endpoint: &Endpoint, address: &str) -> tcp::Address {
    let stays_here = !speaks_tls(endpoint) && !endpoint.crosses_hosts();
    tcp::Address { text: address.to_owned(), stays_here }
}

fn refused(links: &Links, endpoint: String, source: Refused) -> TopologyError {
    TopologyError::Endpoint { node: links.node.clone(), endpoint, source }
}
