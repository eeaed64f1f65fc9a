//! A server: the desk, and a listener for each face.

use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use dasdlab_model::declare::Fault;
use dasdlab_model::name::Serial;
use dasdlab_model::site::Site;
use dasdlab_model::states::Family;
use dasdlab_servers::auth::Access;
use dasdlab_servers::clock::PacedClock;
use dasdlab_servers::control::Control;
use dasdlab_servers::control::order::Question;
use dasdlab_servers::core::Core;
use dasdlab_servers::desk::{Desk, Journal};
use dasdlab_servers::face::{Face, Quirks};
use dasdlab_servers::journal::{FILE, InMemory, JournalError, Line, State};
use dasdlab_servers::limits::{Limits, MAX_SITE};
use dasdlab_servers::listen::{self, Listening, Refuse, Router};
use dasdlab_servers::pace::Pace;
use dasdlab_servers::tls::Tls;
use dasdlab_servers::{control, ds8000, unisphere};
use dasdlab_simulator::World;
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::Living;
use super::views::Drawn;
use crate::cli::{Problem, files};

/// How often it is looked whether the desk has closed by itself.
const LOOK: Duration = Duration::from_millis(100);

/// A world that is ready to be served, and where its orders are kept.
pub struct Opened {
    /// The world and what the faces remember.
    pub core: Core,
    /// How time passes.
    pub pace: Pace,
    /// Where orders are kept.
    pub journal: Box<dyn Journal>,
    /// The number of the next order.
    pub next: u64,
}

impl Opened {
    /// A world that ends with the server.
    #[must_use]
    pub fn in_memory(living: Living, pace: Pace) -> Self {
        Self { core: Core::new(Box::new(living)), pace, journal: Box::new(InMemory), next: 1 }
    }

    /// A world that outlives the server: it begins with this site, or goes on from what the directory says.
    ///
    /// # Errors
    /// The directory is in use or damaged, the site is malformed, there is none, or the directory began with another one.
    pub fn in_directory(directory: &Path, site: Option<&Site>, pace: Pace) -> Result<Self, Problem> {
        let nothing = || Problem::usage("there is nothing to go on with").file(directory).help("name a site to begin with");
        if site.is_none() && !directory.join(FILE).exists() {
            return Err(nothing());
        }
        let mut state = State::open(directory).map_err(|error| unusable(&error))?;
        let replayed = replay(&mut state)?;
        let (core, next) = match (replayed, site) {
            (Some(replayed), Some(site)) if replayed.site != *site => {
                let message = format!("{} began with another site", directory.display());
                return Err(Problem::usage(message).help("leave the site out to go on, or name another directory"));
            }
            (Some(replayed), _) => (replayed.core, replayed.orders + 1),
            (None, None) => return Err(nothing()),
            (None, Some(site)) => {
                let world = World::boot(site).map_err(|faults| malformed(&faults))?;
                state.begin(site).map_err(|error| unusable(&error))?;
                (Core::new(Box::new(Living::new(world, site.description.clone()))), 1)
            }
        };
        Ok(Self { core, pace, journal: Box::new(state.into_journal()), next })
    }
}

/// A world that was made again of its journal.
pub struct Replayed {
    /// The world and what the faces remember.
    pub core: Core,
    /// The site that it began with.
    pub site: Site,
    /// How many orders there were.
    pub orders: u64,
}

/// Makes a world again of its journal alone; none where nothing was begun.
///
/// # Errors
/// The journal is damaged.
pub fn replay(state: &mut State) -> Result<Option<Replayed>, Problem> {
    let (mut begun, mut until) = (None::<Replayed>, None);
    let read = state.read(|line| {
        match (line, &mut begun) {
            (Line::Begun { site, .. }, _) => {
                let world = World::boot(&site).map_err(|faults| malformed(&faults).message)?;
                let core = Core::new(Box::new(Living::new(world, site.description.clone())));
                begun = Some(Replayed { core, site: *site, orders: 0 });
            }
            (Line::Order(entry), Some(begun)) => {
                until = None;
                begun.core.apply(entry.at_ms, entry.settle, &entry.order);
                begun.core.engine.take_delay();
                begun.core.engine.take_events();
                begun.orders = entry.number;
            }
            (Line::Until { until_ms }, Some(_)) => until = Some(until_ms),
            (_, None) => return Err("expected the site as it was booted".to_owned()),
        }
        Ok(())
    });
    read.map_err(|error| unusable(&error))?;
    if let (Some(begun), Some(until)) = (&mut begun, until) {
        begun.core.engine.advance(until);
    }
    Ok(begun)
}

/// How a directory that cannot be used ends a command.
#[must_use]
pub fn unusable(error: &JournalError) -> Problem {
    match error {
        JournalError::Io { file, error } => files::failed(file, "cannot be used", error),
        other => Problem::usage(other.to_string()).file(other.file()),
    }
}

fn malformed(faults: &[Fault]) -> Problem {
    Problem::usage(faults.first().map_or_else(|| "the site is malformed".to_owned(), ToString::to_string))
}

/// The site as the world of a server stands; booted again, it goes on from there, what runs in it aside.
///
/// # Errors
/// It cannot be said.
pub fn site(core: &mut Core) -> Result<Site, Problem> {
    let value = core.engine.answer(&Question::Site).map_err(|refused| Problem::fault(refused.message))?;
    serde_json::from_value(value).map_err(|error| Problem::fault(error.to_string()))
}

/// Where and for whom a world is served.
#[derive(Debug, Clone)]
pub struct Installation {
    /// Who may ask.
    pub access: Access,
    /// Whether the control face asks for user and password too: where the password is the user's own.
    pub guards_control: bool,
    /// The address to listen on.
    pub bind: IpAddr,
    /// The port of the control face; those of the arrays follow. 0: any that are free.
    pub port: u16,
    /// Plain HTTP where the clients of a face can speak it.
    pub http: bool,
    /// Small departures from what arrays do.
    pub quirks: Quirks,
}

/// An array and where it is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reached {
    /// The array.
    pub serial: Serial,
    /// Its family.
    pub family: Family,
    /// Where.
    pub address: SocketAddr,
    /// Whether by plain HTTP.
    pub http: bool,
}

/// A world that is served.
pub struct Server {
    desk: Desk,
    thread: JoinHandle<std::io::Result<Core>>,
    stop: watch::Sender<bool>,
    listeners: Vec<tokio::task::JoinHandle<()>>,
    control: (bool, SocketAddr),
    arrays: Vec<Reached>,
    certificate: Option<String>,
}

impl Server {
    /// Opens the desk and every listener.
    ///
    /// # Errors
    /// An address cannot be had, or no certificate be made.
    pub async fn start(opened: Opened, installation: Installation) -> Result<Self, Problem> {
        let Opened { mut core, pace, journal, next } = opened;
        let Installation { access, guards_control, bind, port, http, quirks } = installation;
        let arrays: Vec<(Serial, Family)> = core.engine.look().arrays.iter().map(|array| (array.serial, array.family)).collect();
        let tls = if http && arrays.iter().all(|&(_, family)| family == Family::Ds8000) {
            None
        } else {
            let further = if bind.is_unspecified() { Vec::new() } else { vec![bind] };
            Some(Tls::own(&further).map_err(|error| Problem::machine(error.to_string()))?)
        };
        // Every address first: a server that cannot have them all has begun nothing.
        if port != 0 && usize::from(u16::MAX - port) < arrays.len() {
            let message = format!("port {port} is too high: {} arrays need ports behind it", arrays.len());
            return Err(Problem::usage(message).help(format!("expected {} at most", usize::from(u16::MAX) - arrays.len())));
        }
        let mut ports = Ports(port);
        let control_listener = bound(bind, ports.next()).await?;
        let mut listeners = Vec::with_capacity(arrays.len());
        for _ in &arrays {
            listeners.push(bound(bind, ports.next()).await?);
        }

        let clock = PacedClock::starting_at(core.engine.now(), pace);
        let (desk, thread) = Desk::open(core, Box::new(clock), journal, next)
            .map_err(|error| Problem::machine(format!("cannot start a thread: {error}")))?;
        let (stop, stopped) = watch::channel(false);
        let mut server = Self {
            desk: desk.clone(),
            thread,
            stop,
            listeners: Vec::new(),
            control: (http, control_listener.1),
            arrays: Vec::new(),
            certificate: tls.as_ref().map(|tls| tls.pem.clone()),
        };
        let access = Arc::new(access);
        let mut open = |(listener, _): (TcpListener, SocketAddr), router: Router, refuse: Refuse, limits: Limits, http: bool| {
            let tls = tls.as_ref().filter(|_| !http).map(|tls| tls.acceptor.clone());
            let listening = Listening { listener, router, refuse, limits, tls };
            server.listeners.push(tokio::spawn(listening.serve(stopped.clone())));
        };
        let limits = Limits { body: MAX_SITE, ..Limits::default() };
        let face = Control {
            desk: desk.clone(),
            access: guards_control.then(|| Arc::clone(&access)),
            views: Arc::new(Drawn),
            stopped: stopped.clone(),
        };
        open(control_listener, control::router(face), listen::with_message, limits, http);
        for ((serial, family), bound) in arrays.into_iter().zip(listeners) {
            let face = Face { desk: desk.clone(), array: serial, access: Arc::clone(&access), quirks };
            let address = bound.1;
            let http = http && family == Family::Ds8000;
            match family {
                Family::Ds8000 => open(bound, ds8000::router(face), ds8000::refuse, Limits::default(), http),
                Family::Symmetrix => open(bound, unisphere::router(face), listen::with_message, Limits::default(), http),
            }
            server.arrays.push(Reached { serial, family, address, http });
        }
        Ok(server)
    }

    /// Whether the control face speaks plain HTTP, and where it is reached.
    #[must_use]
    pub const fn control(&self) -> (bool, SocketAddr) {
        self.control
    }

    /// Where the arrays are reached, sorted by serial number.
    #[must_use]
    pub fn arrays(&self) -> &[Reached] {
        &self.arrays
    }

    /// The certificate, where a listener speaks TLS.
    #[must_use]
    pub fn certificate(&self) -> Option<&str> {
        self.certificate.as_deref()
    }

    /// The way to the world.
    #[must_use]
    pub const fn desk(&self) -> &Desk {
        &self.desk
    }

    /// Waits until the desk has closed by itself: its journal cannot be written.
    pub async fn desk_closed(&self) {
        while !self.thread.is_finished() {
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Stops listening, answers what has been begun, and gives the world back.
    ///
    /// # Errors
    /// The journal could not be written.
    pub async fn stop(self) -> Result<Core, Problem> {
        // Whoever listens no more has stopped already.
        let _ = self.stop.send(true);
        for listener in self.listeners {
            let _ = listener.await;
        }
        self.desk.stop();
        match self.thread.join() {
            Ok(Ok(core)) => Ok(core),
            Ok(Err(error)) => Err(Problem::machine(format!("the journal cannot be written: {error}"))),
            Err(_) => Err(Problem::fault("the world has failed")),
        }
    }
}

/// The ports that are still to be given out; 0 for any.
struct Ports(u16);

impl Ports {
    fn next(&mut self) -> u16 {
        let next = if self.0 == 0 { 0 } else { self.0.saturating_add(1) };
        std::mem::replace(&mut self.0, next)
    }
}

/// A listener, and its address.
async fn bound(bind: IpAddr, port: u16) -> Result<(TcpListener, SocketAddr), Problem> {
    let wanted = SocketAddr::new(bind, port);
    let refused = |error| Problem::machine(format!("cannot listen on {wanted}: {error}"));
    let listener = TcpListener::bind(wanted).await.map_err(refused)?;
    let address = listener.local_addr().map_err(refused)?;
    Ok((listener, address))
}
