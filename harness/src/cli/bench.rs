//! `bench`: how fast this machine reads, builds and checks.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use serde::Serialize;

use super::paint::{Paint, Shade, masked};
use super::{Context, Problem, files};
use crate::bench::{Change, FORMAT, Measure, Report, Text, bench, changes};
use crate::exit::Exit;

/// Measure how fast this machine reads, builds and checks a site
///
/// Reads the site, observes its world, puts it into columns and checks all its profiles again and again, rule by rule and
/// all together. Every check is held against the floor, which reads the same columns once and adds them up: ratios say
/// more than times, which depend on the machine and on what else it does.
#[derive(Debug, Args)]
pub struct BenchArgs {
    /// A site of your own, .toml or .json; a generated one where left out
    #[arg(long, value_name = "FILE", conflicts_with = "pairs")]
    site: Option<PathBuf>,
    /// Pairs of the generated site; an array holds 65,280 volumes
    #[arg(long, value_name = "N", default_value_t = 65_280, value_parser = clap::value_parser!(u32).range(1..=1_048_576))]
    pairs: u32,
    /// About how long to measure
    #[arg(long, value_name = "N", default_value_t = 6, value_parser = clap::value_parser!(u64).range(1..=3_600))]
    seconds: u64,
    /// Keep what was measured in this file
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,
    /// Hold what is measured against this file, which `--save` has written
    #[arg(long, value_name = "FILE")]
    compare: Option<PathBuf>,
}

/// The most bytes of a file that `--save` has written.
const MAX_KEPT: u64 = 16 * 1024 * 1024;

/// What is said to programs.
#[derive(Serialize)]
struct Said<'a> {
    #[serde(flatten)]
    report: &'a Report,
    #[serde(skip_serializing_if = "Option::is_none")]
    changes: Option<&'a [Change]>,
}

/// Measures and reports.
///
/// # Errors
/// A site or a file that cannot be read, or is malformed; a file that cannot be written.
pub fn run(args: &BenchArgs, ctx: &Context) -> Result<Exit, Problem> {
    let kept = args.compare.as_deref().map(|path| Ok::<_, Problem>((path, read(path)?))).transpose()?;
    if let Some(path) = &args.save {
        files::writable(path)?;
    }
    let text = match &args.site {
        Some(path) => Text::File(path.clone()),
        None => Text::generated(args.pairs)?,
    };
    let report = bench(text, Duration::from_secs(args.seconds))?;
    if let Some((path, why)) = kept.as_ref().and_then(|(path, kept)| Some((path, report.unlike(kept)?))) {
        return Err(Problem::usage(why).file(path).help("measure the same again, and keep it with --save"));
    }
    if !report.release {
        ctx.note("note: this is a debug build: its figures say little");
    }
    let changes = kept.as_ref().map(|(_, kept)| changes(kept, &report));
    if let Some(path) = &args.save {
        let text = serde_json::to_string_pretty(&report).map_err(|error| Problem::fault(error.to_string()))?;
        files::write(path, &(text + "\n"))?;
        ctx.note(&format!("kept in {}", path.display()));
    }
    if ctx.is_json() {
        return Ok(ctx.json(&Said { report: &report, changes: changes.as_deref() }, Exit::Good));
    }
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = tell(&mut out, &report, changes.as_deref(), Paint(ctx.color_stdout()));
    Ok(ctx.result(&out, Exit::Good))
}

fn read(path: &Path) -> Result<Report, Problem> {
    let text = files::small(path, MAX_KEPT)?;
    let foreign = |why: String| Problem::usage(format!("is not what `dasdlab bench --save` writes: {why}")).file(path);
    let report: Report = serde_json::from_str(&text).map_err(|error| foreign(error.to_string()))?;
    if report.format != FORMAT {
        return Err(foreign(format!("format {}, this release has {FORMAT}", report.format)));
    }
    Ok(report)
}

fn tell(out: &mut String, report: &Report, changes: Option<&[Change]>, paint: Paint) -> std::fmt::Result {
    writeln!(out, "{}", paint.paint(Shade::Bold, &masked(&report.subject)))?;
    let Report { volumes, pairs, findings, bytes_per_pair, .. } = report;
    writeln!(out, "{volumes} volumes, {pairs} pairs, {findings} findings; a check reads {bytes_per_pair:.1} bytes a pair")?;
    match report.peak_bytes {
        Some(peak) => {
            let a_volume = peak as f64 / (*volumes).max(1) as f64;
            writeln!(out, "loading took {:.1} MiB at its peak, {a_volume:.0} bytes a volume", peak as f64 / f64::from(1 << 20))?;
        }
        None => writeln!(out, "this system does not say how much memory loading took")?,
    }
    let compared = if changes.is_some() { "      before   ratio" } else { "" };
    writeln!(out, "\n{:<10} {:>11} {:>17} {:>9} {:>7}{compared}", "", "median", "a second", "floors", "times")?;
    for measure in &report.measures {
        let change = changes.and_then(|changes| changes.iter().find(|change| change.name == measure.name));
        line(out, measure, change, paint)?;
    }
    writeln!(out, "\nfloor: the same columns read once and added up; fused: all rules in one pass, to the rows to look at;")?;
    writeln!(out, "check: the whole verdict; scenarios: small setups, each generated and checked")
}

fn line(out: &mut String, measure: &Measure, change: Option<&Change>, paint: Paint) -> std::fmt::Result {
    let what = if measure.is_of_scenarios() { "scenarios" } else { "pairs" };
    let floors = measure.floors.map(|floors| format!("{floors:.2}")).unwrap_or_default();
    let rate = format!("{} {what}", rounded(measure.per_second));
    write!(out, "{:<10} {:>11} {rate:>17} {floors:>9} {:>7}", measure.name, shown(measure.median()), measure.times)?;
    if let Some(change) = change {
        let ratio = format!("{:>7.2}", change.ratio);
        let ratio = match change.ratio {
            slower if slower > 1.1 => paint.paint(Shade::Yellow, &ratio),
            faster if faster < 0.9 => paint.paint(Shade::Green, &ratio),
            _ => ratio,
        };
        write!(out, " {:>11} {ratio}", shown(Duration::from_nanos(change.before_ns)))?;
    }
    writeln!(out)
}

/// A time in the unit that suits it.
fn shown(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    match seconds {
        _ if seconds >= 1.0 => format!("{seconds:.2} s"),
        _ if seconds >= 1e-3 => format!("{:.2} ms", seconds * 1e3),
        _ => format!("{:.2} us", seconds * 1e6),
    }
}

/// A number of things in thousands, millions or milliards.
fn rounded(number: f64) -> String {
    match number {
        _ if number >= 1e9 => format!("{:.2} G", number / 1e9),
        _ if number >= 1e6 => format!("{:.2} M", number / 1e6),
        _ if number >= 1e3 => format!("{:.1} k", number / 1e3),
        _ => format!("{number:.0}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_rates_are_said_in_units_that_suit_them() {
        let times = [1_500, 2_500_000, 3_210_000_000].map(|nanos| shown(Duration::from_nanos(nanos)));
        assert_eq!(times, ["1.50 us", "2.50 ms", "3.21 s"]);
        assert_eq!([12.0, 1_234.0, 5_600_000.0, 2e9].map(rounded), ["12", "1.2 k", "5.60 M", "2.00 G"]);
    }
}
