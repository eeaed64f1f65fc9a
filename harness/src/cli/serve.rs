//! `serve`: a site alive behind the interfaces that its arrays speak.

use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};

use clap::Args;
use dasdlab_model::event::Time;
use dasdlab_model::name::Serial;
use dasdlab_model::read::{Content, Document, Encoding};
use dasdlab_model::states::Family;
use dasdlab_model::write::write;
use dasdlab_servers::auth::Access;
use dasdlab_servers::core::Core;
use dasdlab_servers::face::Quirks;
use dasdlab_servers::journal::{FILE, State};
use dasdlab_servers::pace::Pace;
use serde::Serialize;

use super::{Context, Problem, files, load};
use crate::exit::Exit;
use crate::run::event::Stop;
use crate::run::signal;
use crate::serve::{Installation, Living, Opened, Server, replay, site, unusable};

/// The user and the password where none are given; only on loopback.
pub const DEFAULT_USER: &str = "dasdlab";

/// The most bytes of a password.
const MAX_PASSWORD: usize = 256;

/// Serve the arrays of a site to the clients that real arrays have
///
/// One listener for each array, which speaks what an array of its family speaks, and one for everything else. Prints one
/// line of JSON with the addresses once all of them can be reached. Ends with 130 or 143 when it is interrupted or asked to
/// terminate, after what has been begun is answered; with 75 when the journal cannot be written.
#[derive(Debug, Args)]
pub struct ServeArgs {
    /// A site, .toml or .json; may be left out where --state has one to go on with
    #[arg(required_unless_present = "state")]
    site: Option<PathBuf>,
    /// Keep every order in this directory before it is acknowledged, and go on from there when started again
    #[arg(long, value_name = "DIR")]
    state: Option<PathBuf>,
    /// Serve nothing: make the world of --state again from its journal alone, and say where it stands
    #[arg(long, requires = "state", conflicts_with = "site")]
    replay: bool,
    /// Save the site as it stands at the end, .toml or .json
    #[arg(long, value_name = "FILE")]
    write: Option<PathBuf>,
    /// How virtual time passes: 1x, 1000x …, instant (copies end at once), hand (it stands until it is moved)
    #[arg(long, value_name = "SPEED", default_value = "1x")]
    speed: Pace,
    /// The address to listen on
    #[arg(long, value_name = "ADDRESS", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    bind: IpAddr,
    /// Really listen on an address that other machines reach; needs a password
    #[arg(long, requires = "password_file")]
    expose: bool,
    /// The port of the control face; those of the arrays follow in the order of serial numbers. 0: any that are free
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    port: u16,
    /// Plain HTTP for DS8000 arrays and the control face; Unisphere always speaks TLS
    #[arg(long)]
    http: bool,
    /// Where to write the certificate that clients are to trust; a temporary file where left out
    #[arg(long, value_name = "FILE")]
    certificate: Option<PathBuf>,
    /// The user that clients log in as
    #[arg(long, value_name = "NAME", default_value = DEFAULT_USER)]
    user: String,
    /// A file whose first line is the password; `dasdlab` where left out, and then only on loopback
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
    /// Pass over one blank behind the password that a client of a DS8000 sends
    #[arg(long, help_heading = "Quirks")]
    trailing_blank: bool,
    /// List the FlashCopies of a DS8000 under the key of older releases
    #[arg(long, help_heading = "Quirks")]
    old_flashcopy_key: bool,
}

/// Where everything is, as it is said to programs.
#[derive(Serialize)]
struct Report<'a> {
    control: Address,
    arrays: Vec<ArrayAddress>,
    certificate: Option<&'a Path>,
    user: &'a str,
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
    /// Whether it speaks plain HTTP.
    http: bool,
}

/// Serves until it is stopped.
///
/// # Errors
/// The site is malformed, an address cannot be had, or the arguments do not fit together.
pub fn run(args: &ServeArgs, ctx: &Context) -> Result<Exit, Problem> {
    let encoding = args.write.as_deref().map(Encoding::of).transpose().map_err(|error| load::problem(&error))?;
    let write = args.write.as_deref().zip(encoding);
    if let Some((path, _)) = write {
        // Not only when the server has ended.
        files::writable(path)?;
    }
    if let (true, Some(directory)) = (args.replay, &args.state) {
        return replayed(directory, write, ctx);
    }
    if args.user.is_empty() || args.user.contains(|c: char| c == ':' || c.is_control()) {
        let message = format!("nobody can log in as `{}`", args.user.escape_debug());
        return Err(Problem::usage(message).help("expected a name without colons, which part it from the password"));
    }
    let password = password(args)?;
    let opened = opened(args, ctx)?;
    let installation = Installation {
        access: Access::new(args.user.as_str(), password.as_str()),
        guards_control: args.password_file.is_some(),
        bind: args.bind,
        port: args.port,
        http: args.http,
        quirks: Quirks { trailing_blank: args.trailing_blank, old_flashcopy_key: args.old_flashcopy_key },
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Problem::machine(format!("cannot start threads: {error}")))?;
    runtime.block_on(async {
        let server = Server::start(opened, installation).await?;
        let certificate = certificate(args, &server)?;
        let report = report(&server, certificate.as_ref().map(Certificate::path), &args.user);
        // Whoever reads the addresses may signal at once: signals are watched from before.
        let mut signal = std::pin::pin!(signal());
        tokio::select! {
            biased;
            stop = &mut signal => return Ok(ended(stop)),
            () = std::future::ready(()) => {}
        }
        let told = ctx.json(&report, Exit::Good);
        if told != Exit::Good {
            return Ok(told);
        }
        let exit = tokio::select! {
            stop = &mut signal => ended(stop),
            () = server.desk_closed() => Exit::Machine,
        };
        let mut core = server.stop().await?;
        if let Some(write) = write {
            save(write, &mut core)?;
        }
        Ok(exit)
    })
}

const fn ended(stop: Stop) -> Exit {
    match stop {
        Stop::Interrupted => Exit::Interrupted,
        Stop::Terminated | Stop::Unread | Stop::Unusable => Exit::Terminated,
    }
}

/// The world that is to be served.
fn opened(args: &ServeArgs, ctx: &Context) -> Result<Opened, Problem> {
    let document = args.site.as_deref().map(load::document).transpose()?;
    if let Some(document) = &document {
        load::note_story(document, ctx);
        // Located in the file, which a journal does not know.
        load::well_formed(document)?;
    }
    match (&args.state, document) {
        (Some(directory), document) => Opened::in_directory(directory, document.as_ref().map(Document::site), args.speed),
        (None, Some(document)) => {
            let description = document.site().description.clone();
            Ok(Opened::in_memory(Living::new(load::world(&document)?, description), args.speed))
        }
        (None, None) => Err(Problem::usage("there is nothing to serve: expected a site or --state")),
    }
}

/// Where a world stands that was made again, as it is said to programs.
#[derive(Serialize)]
struct ReplayReport {
    orders: u64,
    now_ms: Time,
}

fn replayed(directory: &Path, write: Option<(&Path, Encoding)>, ctx: &Context) -> Result<Exit, Problem> {
    let nothing = || Problem::usage("there is nothing to make again").file(directory);
    if !directory.join(FILE).exists() {
        return Err(nothing());
    }
    let mut state = State::open(directory).map_err(|error| unusable(&error))?;
    let mut replayed = replay(&mut state)?.ok_or_else(nothing)?;
    if let Some(write) = write {
        save(write, &mut replayed.core)?;
    }
    Ok(ctx.json(&ReplayReport { orders: replayed.orders, now_ms: replayed.core.engine.now() }, Exit::Good))
}

/// Saves the site as it stands.
fn save((path, encoding): (&Path, Encoding), core: &mut Core) -> Result<(), Problem> {
    let text = write(&Content::Site(Box::new(site(core)?)), encoding).map_err(|error| Problem::fault(error.to_string()))?;
    files::write(path, &text)
}

/// The password: of the file, or the one that goes without saying on loopback.
fn password(args: &ServeArgs) -> Result<String, Problem> {
    if !args.bind.is_loopback() && !args.expose {
        let message = format!("{} is reached by other machines", args.bind);
        return Err(Problem::usage(message).help("say that you mean it with --expose and --password-file FILE"));
    }
    let Some(path) = &args.password_file else { return Ok(DEFAULT_USER.to_owned()) };
    let text = files::secret(path)?;
    let first = text.lines().next().unwrap_or_default();
    if first.is_empty() || first.len() > MAX_PASSWORD {
        return Err(Problem::usage(format!("the first line must be a password of 1 to {MAX_PASSWORD} bytes")).file(path));
    }
    Ok(first.to_owned())
}

/// The certificate in a file.
enum Certificate {
    /// In a file that was named; it stays.
    Kept(PathBuf),
    /// In a temporary one; it goes with the server.
    Temporary(PathBuf),
}

impl Certificate {
    fn path(&self) -> &Path {
        match self {
            Self::Kept(path) | Self::Temporary(path) => path,
        }
    }
}

impl Drop for Certificate {
    fn drop(&mut self) {
        if let Self::Temporary(path) = self {
            // It is gone, or nobody can say so any more.
            let _ = std::fs::remove_file(path);
        }
    }
}

/// Writes the certificate, where there is one.
fn certificate(args: &ServeArgs, server: &Server) -> Result<Option<Certificate>, Problem> {
    let Some(pem) = server.certificate() else { return Ok(None) };
    let certificate = match &args.certificate {
        Some(path) => Certificate::Kept(path.clone()),
        None => {
            let name = format!("dasdlab-serve-{}.pem", std::process::id());
            Certificate::Temporary(std::env::temp_dir().join(name))
        }
    };
    files::write(certificate.path(), pem)?;
    Ok(Some(certificate))
}

fn report<'a>(server: &Server, certificate: Option<&'a Path>, user: &'a str) -> Report<'a> {
    let url = |http: bool, address| format!("{}://{address}", if http { "http" } else { "https" });
    let arrays = server.arrays().iter().map(|array| ArrayAddress {
        serial: array.serial,
        family: array.family,
        url: url(array.http, array.address),
        http: array.http,
    });
    let (http, address) = server.control();
    Report { control: Address { url: url(http, address) }, arrays: arrays.collect(), certificate, user }
}
