//! `serve`: a site alive behind the interfaces that its arrays speak.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use dasdlab_model::name::Serial;
use dasdlab_model::states::Family;
use dasdlab_servers::auth::Access;
use dasdlab_servers::clock::PacedClock;
use dasdlab_servers::core::Core;
use dasdlab_servers::desk::Desk;
use dasdlab_servers::engine::Engine;
use dasdlab_servers::face::{Face, Quirks};
use dasdlab_servers::journal::InMemory;
use dasdlab_servers::listen;
use dasdlab_servers::pace::Pace;
use dasdlab_servers::{control, ds8000, unisphere};
use serde::Serialize;
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::{Context, Problem, load};
use crate::exit::Exit;
use crate::run::event::Stop;
use crate::run::signal;
use crate::serve::Living;

/// The user and the password where none are given; only on loopback.
const DEFAULT_USER: &str = "dasdlab";

/// Serve the arrays of a site to the clients that real arrays have
///
/// One listener for each array, which speaks what an array of its family speaks, and one for everything else. Prints one
/// line of JSON with the addresses. Ends with 130 or 143 when it is interrupted or asked to terminate.
#[derive(Debug, Args)]
pub struct ServeArgs {
    /// A site, .toml or .json
    site: PathBuf,
    /// How virtual time passes: 1x, 1000x …, instant (copies end at once), hand (it stands until it is moved)
    #[arg(long, value_name = "SPEED", default_value = "1x")]
    speed: Pace,
    /// The address to listen on
    #[arg(long, value_name = "ADDRESS", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    bind: IpAddr,
    /// The port of the control face; the arrays follow in the order of the site. 0: any that are free
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    port: u16,
    /// Plain HTTP for DS8000 arrays and the control face
    #[arg(long)]
    http: bool,
    /// The user that clients log in as
    #[arg(long, value_name = "NAME", default_value = DEFAULT_USER)]
    user: String,
}

/// Where everything is, as it is said to programs.
#[derive(Serialize)]
struct Report {
    control: Address,
    arrays: Vec<ArrayAddress>,
    certificate: Option<PathBuf>,
    user: String,
}

#[derive(Serialize)]
struct Address {
    url: String,
}

#[derive(Serialize)]
struct ArrayAddress {
    serial: Serial,
    family: Family,
    url: String,
    http: bool,
}

/// Serves until it is stopped.
///
/// # Errors
/// The site is malformed, or an address cannot be had.
pub fn run(args: &ServeArgs, ctx: &Context) -> Result<Exit, Problem> {
    let document = load::document(&args.site)?;
    load::note_story(&document, ctx);
    let world = load::world(&document)?;
    let description = document.site().description.clone();
    let arrays: Vec<(Serial, Family)> = document.site().arrays.iter().map(|array| (array.serial, array.family)).collect();
    drop(document);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Problem::machine(format!("cannot start threads: {error}")))?;
    runtime.block_on(serve(args, ctx, Living::new(world, description), arrays))
}

async fn serve(args: &ServeArgs, ctx: &Context, living: Living, arrays: Vec<(Serial, Family)>) -> Result<Exit, Problem> {
    let access = Arc::new(Access::new(args.user.as_str(), DEFAULT_USER));
    let clock = PacedClock::starting_at(living.now(), args.speed);
    let (desk, thread) = Desk::open(Core::new(Box::new(living)), Box::new(clock), Box::new(InMemory), 1)
        .map_err(|error| Problem::machine(format!("cannot start a thread: {error}")))?;
    let (stop, stopped) = watch::channel(false);
    let mut port = args.port;
    let mut next_port = || {
        let next = if port == 0 { 0 } else { port.saturating_add(1) };
        std::mem::replace(&mut port, next)
    };
    let (listener, control) = bound(args.bind, next_port()).await?;
    let mut servers =
        vec![tokio::spawn(listen::serve(listener, control::router(desk.clone(), Arc::clone(&access)), stopped.clone()))];
    let mut report = Report {
        control: Address { url: format!("http://{control}") },
        arrays: Vec::new(),
        certificate: None,
        user: access.user().to_owned(),
    };
    for (serial, family) in arrays {
        let face = Face { desk: desk.clone(), array: serial, access: Arc::clone(&access), quirks: Quirks::default() };
        let router = match family {
            Family::Ds8000 => ds8000::router(face),
            Family::Symmetrix => unisphere::router(face),
        };
        let (listener, address) = bound(args.bind, next_port()).await?;
        servers.push(tokio::spawn(listen::serve(listener, router, stopped.clone())));
        report.arrays.push(ArrayAddress { serial, family, url: format!("http://{address}"), http: true });
    }
    let told = ctx.json(&report, Exit::Good);
    if told != Exit::Good {
        return Ok(told);
    }
    let exit = match signal().await {
        Stop::Interrupted => Exit::Interrupted,
        _ => Exit::Terminated,
    };
    // Whoever listens no more has stopped already.
    let _ = stop.send(true);
    for server in servers {
        let _ = server.await;
    }
    desk.stop();
    drop(desk);
    match thread.join() {
        Ok(Ok(_)) => Ok(exit),
        Ok(Err(error)) => Err(Problem::machine(format!("the journal cannot be written: {error}"))),
        Err(_) => Err(Problem::fault("the world has failed")),
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
