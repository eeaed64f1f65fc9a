//! `generate`: scenarios as files, stories and matrices of faults among them, and large sites.

mod matrix;
pub mod site;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};
use dasdlab_model::read::{Content, Encoding};
use dasdlab_model::states::Method;
use dasdlab_model::write::write;
use dasdlab_scenarios::defects;
use dasdlab_scenarios::generate::{GenerateError, Generated, generate};
use dasdlab_scenarios::token::{Selector, Token, TokenError};

use super::aim::aim;
use super::{Context, Problem, files};
use crate::exit::Exit;
use crate::judge::panics;
use crate::suite::MANIFEST;

/// Write generated scenarios, with what is expected of them
///
/// The folder becomes a suite: `dasdlab run FOLDER` judges it. `dasdlab generate site` writes large sites.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_precedence_over_arg = true, subcommand_negates_reqs = true)]
pub struct GenerateArgs {
    #[command(subcommand)]
    site: Option<Large>,
    /// Tokens of scenarios, as `run` prints them
    #[arg(value_name = "TOKEN", conflicts_with_all = ["seed", "setups", "stories", "undirected", "defect", "fault", "method"])]
    tokens: Vec<String>,
    /// What the scenarios depend on
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// How many setups
    #[arg(long, value_name = "N", default_value_t = 10)]
    setups: u64,
    /// So many stories in place of setups
    #[arg(long, value_name = "N", conflicts_with_all = ["setups", "undirected", "defect"])]
    stories: Option<u64>,
    /// Stories about this fault, wherever it fires or in one phase, as in split:pair-failed
    #[arg(long, value_name = "[PHASE:]FAULT", requires = "stories")]
    fault: Option<String>,
    /// Write the cells of this matrix of faults, phases and places, with expectations and a manifest
    #[arg(
        long,
        value_name = "MATRIX.toml",
        conflicts_with_all = ["tokens", "seed", "setups", "stories", "undirected", "defect", "method"]
    )]
    faults: Option<PathBuf>,
    /// Not every cell of the matrix, but so many that any two values that can meet do meet
    #[arg(long, requires = "faults")]
    pairwise: bool,
    /// Vary this scenario over the matrix: its site, and its steps if it has any
    #[arg(long, value_name = "FILE", requires = "faults")]
    like: Option<PathBuf>,
    /// Mix arbitrary states, with no expectation
    #[arg(long, conflicts_with_all = ["defect", "method"])]
    undirected: bool,
    /// Plant this: a rule, a reason or a defect, such as PS06:too-small/one-cylinder
    #[arg(long, value_name = "NAME")]
    defect: Option<String>,
    /// Only profiles of this method
    #[arg(long, value_enum)]
    method: Option<By>,
    /// The encoding of the files
    #[arg(long, value_enum, default_value_t = To::Toml)]
    to: To,
    /// The folder to write; it must not exist, or be empty
    #[arg(long, short, value_name = "FOLDER", required = true)]
    output: Option<PathBuf>,
}

/// What else can be generated.
#[derive(Debug, Subcommand)]
enum Large {
    Site(site::SiteArgs),
}

/// A backup method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum By {
    /// FlashCopy
    Flashcopy,
    /// BCVs
    Bcv,
}

/// An encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum To {
    /// TOML, for people
    Toml,
    /// JSON, for programs
    Json,
}

impl To {
    /// The encoding, and how the names of its files end.
    const fn encoding(self) -> (Encoding, &'static str) {
        match self {
            Self::Toml => (Encoding::Toml, "toml"),
            Self::Json => (Encoding::Json, "json"),
        }
    }
}

/// The most scenarios that are written at once.
const MOST: u64 = 100_000;

/// Writes the scenarios or the site.
///
/// # Errors
/// A token or a defect is not known, or the folder cannot be written. No file is written before all options are right.
pub fn run(args: &GenerateArgs, ctx: &Context) -> Result<Exit, Problem> {
    match (&args.site, &args.output) {
        (Some(Large::Site(site)), _) => site::run(site, ctx),
        (None, Some(output)) => match &args.faults {
            Some(file) => {
                let asked = matrix::Asked { matrix: file, like: args.like.as_deref(), pairwise: args.pairwise, to: args.to };
                matrix::run(&asked, output, ctx)
            }
            None => scenarios(args, output, ctx),
        },
        (None, None) => Err(Problem::usage("nothing says where to write").help("add --output FOLDER")),
    }
}

fn scenarios(args: &GenerateArgs, output: &Path, ctx: &Context) -> Result<Exit, Problem> {
    let tokens = tokens(args)?;
    if tokens.is_empty() {
        return Err(Problem { exit: Exit::NothingSelected, ..Problem::usage("no scenario is asked for") });
    }
    empty(output)?;
    let (encoding, extension) = args.to.encoding();
    let mut names = BTreeSet::new();
    files::folder(output, |folder| {
        for token in &tokens {
            let name = file_name(token, extension);
            if names.insert(name.clone()) {
                files::write(&folder.join(name), &text(token, encoding)?)?;
            }
        }
        files::write(&folder.join(MANIFEST), &manifest(&tokens))
    })?;
    let counted = if names.len() == 1 { "1 scenario is".to_owned() } else { format!("{} scenarios are", names.len()) };
    let note = format!("{counted} in {}: judge with `dasdlab run {0}`", output.display());
    let written: Vec<PathBuf> = names.iter().map(String::as_str).chain([MANIFEST]).map(|name| output.join(name)).collect();
    Ok(files::tell(ctx, &written, &note))
}

/// What a token generates.
///
/// # Errors
/// The token leaves out a defect that is not there; or the generator fails, which is a fault of this program.
pub fn made(token: &Token) -> Result<Generated, Problem> {
    panics::catch(|| generate(token)).map_err(Problem::fault)?.map_err(|error| match error {
        GenerateError::Without { .. } => Problem::usage(error.to_string()),
        GenerateError::NoPlace(_) => Problem::fault(error.to_string()),
    })
}

fn text(token: &Token, encoding: Encoding) -> Result<String, Problem> {
    let scenario = made(token)?.scenario;
    write(&Content::Scenario(Box::new(scenario)), encoding).map_err(|error| Problem::fault(error.to_string()))
}

/// The scenarios that are asked for.
fn tokens(args: &GenerateArgs) -> Result<Vec<Token>, Problem> {
    if !args.tokens.is_empty() {
        return args.tokens.iter().map(|text| text.parse().map_err(refusal)).collect();
    }
    let count = args.stories.unwrap_or(args.setups);
    if count > MOST {
        return Err(Problem::usage(format!("{count} scenarios are more than the limit of {MOST}")));
    }
    let only: Option<Selector> = args.defect.as_deref().map(str::parse).transpose().map_err(refusal)?;
    let method = args.method.map(|method| match method {
        By::Flashcopy => Method::FlashCopy,
        By::Bcv => Method::Bcv,
    });
    let aim = args.fault.as_deref().map(|text| aim(text, method)).transpose()?;
    let token = |index| {
        if args.stories.is_some() {
            Token::story(args.seed, index).aimed(aim, method).map_err(refusal)
        } else if args.undirected {
            Ok(Token::undirected(args.seed, index))
        } else {
            Token::new(args.seed, index).restricted(only.clone(), method).map_err(refusal)
        }
    };
    (0..count).map(token).collect()
}

/// Why a token or a defect is refused, with the nearest defect where it names none.
fn refusal(error: TokenError) -> Problem {
    match &error {
        TokenError::Defect(name) => {
            Problem::unknown("defect", name, defects::all().map(|defect| defect.name), "`dasdlab list defects` shows all")
        }
        _ => Problem::usage(error.to_string()),
    }
}

/// A token as a file name: options hold characters that stand for folders or nothing on some machines.
fn file_name(token: &Token, extension: &str) -> String {
    let safe = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' };
    let name: String = token.to_string().chars().map(safe).collect();
    format!("{name}.{extension}")
}

/// Refuses a folder with something in it: what was there would be judged with the rest.
fn empty(folder: &Path) -> Result<(), Problem> {
    match fs::read_dir(folder) {
        Ok(mut entries) => match entries.next() {
            Some(_) => Err(Problem::usage("is not empty").file(folder).help("name a folder that does not exist yet")),
            None => Ok(()),
        },
        Err(_) => files::absent(folder),
    }
}

fn manifest(tokens: &[Token]) -> String {
    let first = tokens.first().map(ToString::to_string).unwrap_or_default();
    let count = tokens.len();
    format!("format = 1\nname = \"generated\"\ndescription = \"{count} generated scenarios, the first of them {first}\"\n")
}
