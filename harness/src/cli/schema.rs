//! `schema`: JSON Schema of the documents, for editors and for other programs.

use clap::{Args, ValueEnum};
use dasdlab_model::schema;

use super::{Context, Problem};
use crate::exit::Exit;

/// Print the JSON Schema of a file format or of the protocol
///
/// An editor that knows TOML completes fields with it: begin the file with `#:schema site.schema.json`.
#[derive(Debug, Args)]
pub struct SchemaArgs {
    /// The kind of file, or the protocol
    #[arg(value_enum)]
    of: Of,
}

/// What has a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Of {
    /// Known failures of an implementation, for `run --expectations`
    Expectations,
    /// A scenario: a site, the profile to set up, and what is expected
    Scenario,
    /// A line between dasdlab and an implementation under test
    Protocol,
    /// A site: arrays, volumes, data sets, profiles
    Site,
}

/// Prints the schema.
///
/// # Errors
/// This program is at fault.
pub fn run(args: &SchemaArgs, ctx: &Context) -> Result<Exit, Problem> {
    let schema = match args.of {
        Of::Expectations => schema::expectations(),
        Of::Scenario => schema::scenario(),
        Of::Protocol => schema::protocol(),
        Of::Site => schema::site(),
    };
    let text = serde_json::to_string_pretty(&schema).map_err(|error| Problem::fault(format!("cannot write JSON: {error}")))?;
    Ok(ctx.result(&(text + "\n"), Exit::Good))
}
