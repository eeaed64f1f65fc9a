//! The command line: what can be asked, and who answers. One file per command.

mod aim;
pub mod bench;
pub mod check;
pub mod comments;
pub mod completions;
pub mod config;
pub mod context;
pub mod convert;
pub mod diff;
pub mod driven;
pub mod expectations;
pub mod explain;
pub mod explore;
pub mod export;
pub mod files;
pub mod fmt;
pub mod generate;
pub mod implement;
pub mod import;
pub mod job;
pub mod lint;
pub mod list;
pub mod load;
pub mod merge;
pub mod mutants;
pub mod new;
pub mod outside;
pub mod pack;
pub mod paint;
mod pictures;
pub mod preset;
pub mod problem;
pub mod profile;
pub mod promote;
pub mod replay;
pub mod report;
pub mod reports;
pub mod rerun_failed;
pub mod run;
pub mod schema;
pub mod selection;
#[cfg(feature = "serve")]
pub mod serve;
pub mod server;
pub mod setup;
pub mod shrink;
mod small;
pub mod smoke;
pub mod tables;
pub mod threads;
pub mod tour;
pub mod transitions;
pub mod verdict;
pub mod verify_report;
pub mod view;
pub mod why;

use std::ffi::OsString;
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use clap::{ColorChoice, CommandFactory, FromArgMatches, Parser, Subcommand};

pub use context::{Color, Context, MessageFormat};
pub use problem::{Place, Problem};

use crate::exit::Exit;
use preset::Given;

/// Proves that a mainframe backup will work before it is taken.
///
/// Reads a site (arrays, volumes, data sets, backup profiles), applies every rule of profile setup and says what it
/// finds; and proves the rules right over thousands of generated scenarios.
#[derive(Debug, Parser)]
#[command(name = "dasdlab", version, propagate_version = false, disable_help_subcommand = true, max_term_width = 100, after_help = EXITS)]
pub struct Cli {
    /// How results and messages are written
    #[arg(long, global = true, value_enum, value_name = "human|json", default_value_t, hide_possible_values = true, help_heading = GLOBAL)]
    message_format: MessageFormat,
    /// When to colour
    #[arg(long, global = true, value_enum, value_name = "auto|always|never", default_value_t, hide_possible_values = true, help_heading = GLOBAL)]
    color: Color,
    /// Leave out progress and notes
    #[arg(long, short, global = true, help_heading = GLOBAL)]
    quiet: bool,
    #[command(subcommand)]
    command: Command,
}

const GLOBAL: &str = "Global options";

const EXITS: &str = "\
Exit codes: 0 done, good; 1 done, but the verdict is bad; 2 usage or bad input; 3 nothing selected; 4 an implementation that cannot be used; 5 repeated, \
it came out in another way; 70 a fault of dasdlab; 75 the machine failed; 130 or 143 stopped by a signal. `check`, `setup` and `job` end with a return code of \
the host: 0, 4, 8 or 12.";

/// What can be asked.
#[derive(Debug, Subcommand)]
enum Command {
    Run(Box<run::RunArgs>),
    Merge(merge::MergeArgs),
    Report(report::ReportArgs),
    Diff(diff::DiffArgs),
    RerunFailed(rerun_failed::RerunFailedArgs),
    VerifyReport(verify_report::VerifyReportArgs),
    Replay(replay::ReplayArgs),
    View(view::ViewArgs),
    Check(check::CheckArgs),
    Import(import::ImportArgs),
    Export(export::ExportArgs),
    Pack(pack::PackArgs),
    Setup(setup::SetupArgs),
    Job(job::JobArgs),
    Profile(profile::ProfileArgs),
    Explore(explore::ExploreArgs),
    Mutants(mutants::MutantsArgs),
    Bench(bench::BenchArgs),
    Implement(implement::ImplementArgs),
    Smoke(smoke::SmokeArgs),
    Shrink(shrink::ShrinkArgs),
    Promote(promote::PromoteArgs),
    Explain(explain::ExplainArgs),
    Why(why::WhyArgs),
    Tour(tour::TourArgs),
    #[cfg(feature = "serve")]
    Serve(serve::ServeArgs),
    New(new::NewArgs),
    Generate(generate::GenerateArgs),
    Lint(lint::LintArgs),
    Fmt(fmt::FmtArgs),
    Convert(convert::ConvertArgs),
    Schema(schema::SchemaArgs),
    List(list::ListArgs),
    Config(config::ConfigArgs),
    Completions(completions::CompletionsArgs),
}

/// Runs the program with the arguments it was started with.
#[must_use]
pub fn main() -> ExitCode {
    let args: Vec<OsString> = std::env::args_os().collect();
    // A panic is a fault of this program, whatever the input: its exit code must not look like a verdict.
    let exit = catch_unwind(AssertUnwindSafe(|| start(&args))).unwrap_or_else(|_| {
        let fault = Problem::fault("dasdlab has failed").help("please report the command and its input");
        let format = if wants_json(&args) { MessageFormat::Json } else { MessageFormat::Human };
        Context { format, color: Color::Never, quiet: false }.problem(&fault)
    });
    exit.into()
}

fn start(typed: &[OsString]) -> Exit {
    let unread = || {
        let format = if wants_json(typed) { MessageFormat::Json } else { MessageFormat::Human };
        Context { format, color: Color::Auto, quiet: false }
    };
    let given = match Given::new(typed) {
        Ok(given) => given,
        Err(problem) => return unread().problem(&problem),
    };
    let args = given.args();
    let cli = command(&args).try_get_matches_from(&args).and_then(|matches| Cli::from_arg_matches(&matches));
    match cli {
        Ok(cli) => {
            let ctx = Context { format: cli.message_format, color: cli.color, quiet: cli.quiet };
            dispatch(cli.command, &given, &ctx).unwrap_or_else(|problem| ctx.problem(&problem))
        }
        Err(error) if error.use_stderr() => match given.blame() {
            Some(problem) => unread().problem(&problem),
            None if wants_json(typed) => {
                let text = error.render().to_string();
                let (message, help) = text.split_once("\n\n").unwrap_or((&text, ""));
                unread().problem(&Problem::usage(message.trim_start_matches("error: ")).help(help.trim()))
            }
            None => tell(&error),
        },
        Err(error) => tell(&error),
    }
}

/// Prints help, a version or what is wrong with the arguments.
fn tell(error: &clap::Error) -> Exit {
    // Help and version are results; everything else is a message. Nobody is told where neither can be written.
    let _ = error.print();
    let _ = std::io::stdout().flush();
    if error.use_stderr() { Exit::Usage } else { Exit::Good }
}

/// Whether the arguments, which could not be read, ask for messages in JSON.
fn wants_json(args: &[OsString]) -> bool {
    option(args, "--message-format").as_deref() == Some("json")
}

/// The last value of an option in arguments that have not been read.
fn option(args: &[OsString], name: &str) -> Option<String> {
    let mut words = args.iter().filter_map(|arg| arg.to_str()).take_while(|&word| word != "--");
    let mut found = None;
    while let Some(word) = words.next() {
        match word.strip_prefix(name) {
            Some("") => found = words.next().or(found),
            Some(rest) => found = rest.strip_prefix('=').or(found),
            None => {}
        }
    }
    found.map(str::to_owned)
}

fn dispatch(command: Command, given: &Given, ctx: &Context) -> Result<Exit, Problem> {
    match command {
        Command::Run(args) => {
            given.note(ctx);
            run::run(&args, ctx)
        }
        Command::Merge(args) => merge::run(&args, ctx),
        Command::Report(args) => report::run(&args, ctx),
        Command::Diff(args) => diff::run(&args, ctx),
        Command::RerunFailed(args) => rerun_failed::run(&args, ctx),
        Command::VerifyReport(args) => verify_report::run(&args, ctx),
        Command::Replay(args) => replay::run(&args, ctx),
        Command::View(args) => view::run(&args, ctx),
        Command::Check(args) => check::run(&args, ctx),
        Command::Import(args) => import::run(&args, ctx),
        Command::Export(args) => export::run(&args, ctx),
        Command::Pack(args) => pack::run(&args, ctx),
        Command::Setup(args) => setup::run(&args, ctx),
        Command::Job(args) => job::run(&args, ctx),
        Command::Profile(args) => profile::run(&args, ctx),
        Command::Explore(args) => explore::run(&args, ctx),
        Command::Mutants(args) => mutants::run(&args, ctx),
        Command::Bench(args) => bench::run(&args, ctx),
        Command::Implement(args) => implement::run(&args, ctx),
        Command::Smoke(args) => smoke::run(&args, ctx),
        Command::Shrink(args) => shrink::run(&args, ctx),
        Command::Promote(args) => promote::run(&args, ctx),
        Command::Explain(args) => explain::run(&args, ctx),
        Command::Why(args) => why::run(&args, ctx),
        Command::Tour(args) => tour::run(&args, ctx),
        #[cfg(feature = "serve")]
        Command::Serve(args) => serve::run(&args, ctx),
        Command::New(args) => new::run(&args, ctx),
        Command::Generate(args) => generate::run(&args, ctx),
        Command::Lint(args) => lint::run(&args, ctx),
        Command::Fmt(args) => fmt::run(&args, ctx),
        Command::Convert(args) => convert::run(&args, ctx),
        Command::Schema(args) => schema::run(&args, ctx),
        Command::List(args) => list::run(&args, ctx),
        Command::Config(args) => config::run(&args, given, ctx),
        Command::Completions(args) => completions::run(&args, ctx),
    }
}

/// The command line as clap knows it, coloured as the arguments ask: clap needs to know before it has read them.
#[must_use]
pub fn command(args: &[OsString]) -> clap::Command {
    let color = match option(args, "--color").as_deref() {
        Some("always") => ColorChoice::Always,
        Some("never") => ColorChoice::Never,
        _ => ColorChoice::Auto,
    };
    Cli::command().color(color)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
