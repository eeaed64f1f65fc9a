//! `generate site`: large sites, for measuring and for trying things out at the size of a data centre.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use dasdlab_model::read::{Content, Encoding};
use dasdlab_model::states::{LssScope, Method};
use dasdlab_model::unit::Unit;
use dasdlab_model::write::write;
use dasdlab_scenarios::large::{self, LargeOptions};

use crate::cli::{Context, Problem, files, load};
use crate::exit::Exit;

/// Write a large site
///
/// Volumes are written in ranges; a faulty one stands alone. The same options always give the same site.
#[derive(Debug, Args)]
pub struct SiteArgs {
    /// Arrays over which the volumes are spread
    #[arg(long, value_name = "N", default_value_t = 1)]
    arrays: u32,
    /// Volumes in all: sources, targets, and a few outside of every profile
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    volumes: u32,
    /// Profiles over which the sources are spread
    #[arg(long, value_name = "N", default_value_t = 1)]
    profiles: u32,
    /// Systems over which the profiles are spread; as many as the units need where left out
    #[arg(long, value_name = "N")]
    systems: Option<u32>,
    /// Generations of each profile
    #[arg(long, value_name = "N", default_value_t = 1)]
    generations: u8,
    /// How many volumes are faulty: a percentage such as 1% or 0.5%, or so many in a million such as 500ppm
    #[arg(long, value_name = "RATIO", default_value = "0%", value_parser = parts_per_million)]
    faulty: u32,
    /// What the choice of faulty volumes depends on
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// The method of the profiles
    #[arg(long, value_enum, default_value_t = By::Flashcopy)]
    method: By,
    /// How far apart pairs are
    #[arg(long, value_enum, default_value_t = Within::SameLss)]
    lss_scope: Within,
    /// Every pair was copied before: FlashCopy relations are complete, mirror pairs are split
    #[arg(long)]
    copied: bool,
    /// The file to write, .toml or .json; an existing one is replaced
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,
}

/// A backup method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum By {
    /// FlashCopy, on DS8000s
    Flashcopy,
    /// BCVs, on Symmetrix arrays
    Bcv,
}

/// An LSS scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Within {
    /// In one LSS
    SameLss,
    /// In one array
    SameArray,
}

/// Writes the site.
///
/// # Errors
/// The numbers do not fit together, or the file cannot be written.
pub fn run(args: &SiteArgs, ctx: &Context) -> Result<Exit, Problem> {
    let encoding = Encoding::of(&args.output).map_err(|error| load::problem(&error))?;
    let options = LargeOptions {
        arrays: args.arrays,
        volumes: args.volumes,
        profiles: args.profiles,
        systems: args.systems.unwrap_or_else(|| args.volumes.div_ceil(Unit::MAX + 1).max(1)),
        generations: args.generations,
        faulty: args.faulty,
        seed: args.seed,
        method: match args.method {
            By::Flashcopy => Method::FlashCopy,
            By::Bcv => Method::Bcv,
        },
        lss_scope: match args.lss_scope {
            Within::SameLss => LssScope::SameLss,
            Within::SameArray => LssScope::SameArray,
        },
        copied: args.copied,
    };
    let site = large::site(&options).map_err(Problem::usage)?;
    let text = write(&Content::Site(Box::new(site)), encoding).map_err(|error| Problem::fault(error.to_string()))?;
    files::write(&args.output, &text)?;
    let note = format!("{} volumes are in {}", args.volumes, args.output.display());
    Ok(files::tell(ctx, std::slice::from_ref(&args.output), &note))
}

/// Reads `1%`, `0.5%` or `500ppm`.
fn parts_per_million(text: &str) -> Result<u32, String> {
    /// The digits after the point of a percentage that a part in a million has.
    const DIGITS: usize = 4;
    const ALL: u32 = 1_000_000;
    let expected = || "expected a percentage such as 1% or 0.5%, or parts in a million such as 500ppm, at most all".to_owned();
    let digits =
        |text: &str| (!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse::<u32>().ok());
    let parts = if let Some(percent) = text.strip_suffix('%') {
        let (whole, part) = percent.split_once('.').unwrap_or((percent, "0"));
        if part.len() > DIGITS {
            return Err(expected());
        }
        let whole = digits(whole).flatten().and_then(|whole| whole.checked_mul(ALL / 100));
        let part = digits(part).and_then(|_| digits(&format!("{part:0<DIGITS$}")).flatten());
        whole.zip(part).and_then(|(whole, part)| whole.checked_add(part))
    } else {
        text.strip_suffix("ppm").and_then(digits).flatten()
    };
    parts.filter(|&parts| parts <= ALL).ok_or_else(expected)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<u32>) {
        assert_eq!(parts_per_million(text).ok(), expected, "{text}");
    }

    #[test]
    fn a_ratio_is_a_percentage_or_parts_in_a_million() {
        check("1%", Some(10_000));
        check("0.5%", Some(5_000));
        check("0.0001%", Some(1));
        check("100%", Some(1_000_000));
        check("500ppm", Some(500));
        for text in ["", "%", "1", "-1%", "101%", "1.%", ".5%", "0.00001%", "99999999999%", "1e2%"] {
            check(text, None);
        }
    }
}
