//! `convert`: the same document in the other encoding.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use dasdlab_model::read::Encoding;
use dasdlab_model::write::write;

use super::{Context, Problem, comments, files, load};
use crate::exit::Exit;

/// Write a site or scenario in the other encoding
#[derive(Debug, Args)]
pub struct ConvertArgs {
    /// A site or scenario, .toml or .json
    file: PathBuf,
    /// The encoding to write; that of the output's name where left out
    #[arg(long, value_enum, required_unless_present = "output")]
    to: Option<To>,
    /// Where to write; stdout where left out
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// An encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum To {
    /// TOML, for people
    Toml,
    /// JSON, for programs
    Json,
}

impl From<To> for Encoding {
    fn from(to: To) -> Self {
        match to {
            To::Toml => Self::Toml,
            To::Json => Self::Json,
        }
    }
}

/// Writes the document.
///
/// # Errors
/// The file cannot be read, or the output cannot be written.
pub fn run(args: &ConvertArgs, ctx: &Context) -> Result<Exit, Problem> {
    let named = args.output.as_deref().map(Encoding::of).transpose().map_err(|error| load::problem(&error))?;
    let encoding = match (args.to.map(Encoding::from), named) {
        (Some(to), Some(named)) if to != named => {
            let output = args.output.clone().unwrap_or_default();
            return Err(Problem::usage("the name of the output says another encoding than --to").file(output));
        }
        (Some(encoding), _) | (None, Some(encoding)) => encoding,
        (None, None) => return Err(Problem::usage("nothing says which encoding to write").help("add --to or --output")),
    };
    let document = load::document(&args.file)?;
    let text = write(&document.content, encoding).map_err(|error| Problem::fault(error.to_string()))?;
    let lost = if document.encoding == Encoding::Toml { comments::count(&document.text) } else { 0 };
    if lost > 0 {
        ctx.note(&format!("note: the comments of {} are not carried over ({lost})", args.file.display()));
    }
    match &args.output {
        None => Ok(ctx.result(&text, Exit::Good)),
        Some(output) => {
            files::write(output, &text)?;
            Ok(files::tell(ctx, std::slice::from_ref(output), &format!("written to {}", output.display())))
        }
    }
}
