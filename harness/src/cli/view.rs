//! `view`: what a scenario looks like.

use std::path::{Path, PathBuf};

use clap::Args;
use dasdlab_model::event::Time;
use dasdlab_model::name::{ProfileName, Serial};
use dasdlab_model::read::Content;
use dasdlab_model::scenario::Scenario;
use dasdlab_model::story::Duration;
use dasdlab_model::unit::Lss;
use serde::Serialize;

use super::paint::Paint;
use super::{Context, Problem, files, load, replay};
use crate::exit::Exit;
use crate::picture::text::{Drawing, MIN_WIDTH, draw};
use crate::picture::{Grid, Picture, Wanted, html, picture};
use crate::suite::Entry;

/// The columns of a terminal that does not say how many it has.
const WIDTH: usize = 80;

/// The widest picture.
const MAX_WIDTH: usize = 240;

/// Draw a site, a setup or a story
///
/// Shows each logical subsystem as 16 x 16 unit addresses: what each volume is to the profile, how its system sees it,
/// how its copy stands, and what profile setup says of it. Of a story it shows how it ends, and lanes: the states of its
/// pairs from moment to moment, with faults and return codes where they came. Every state has a glyph of its own, so
/// that nothing depends on colour; the legend names those that are used.
#[derive(Debug, Args)]
pub struct ViewArgs {
    /// A site, a scenario file, a token such as g1-00000000deadbeef-42, or corpus/NAME
    #[arg(value_name = "FILE|TOKEN")]
    scenario: String,
    /// Draw in the terminal; so it is where no page is written
    #[arg(long)]
    text: bool,
    /// Write one self-contained HTML page, with a slider for the moments of a story
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// The profile to look at; the scenario's, else the first of the site, where left out
    #[arg(long, value_name = "NAME")]
    profile: Option<ProfileName>,
    /// Show the grids of a story as they are at this time, such as 2h or 00:13:21
    #[arg(long, value_name = "TIME", value_parser = instant)]
    at: Option<Time>,
    /// Draw this logical subsystem, such as 75ABC01/10; may be given again
    #[arg(long, value_name = "ARRAY/LSS", value_parser = subsystem)]
    lss: Vec<(Serial, Lss)>,
    /// Columns of the drawing; those of the terminal where left out
    #[arg(long, value_name = "N")]
    width: Option<usize>,
}

/// A picture as it is said to programs.
#[derive(Serialize)]
struct Report<'a> {
    #[serde(flatten)]
    picture: &'a Picture,
    /// The moment that is asked for, and how the grids look then.
    #[serde(skip_serializing_if = "Option::is_none")]
    shown: Option<Shown>,
}

#[derive(Serialize)]
struct Shown {
    slot: usize,
    grids: Vec<Grid>,
}

/// Draws the scenario.
///
/// # Errors
/// There is no such file or scenario, it is malformed, or it has no such profile, subsystem or time.
pub fn run(args: &ViewArgs, ctx: &Context) -> Result<Exit, Problem> {
    let Entry { id, scenario, .. } = open(&args.scenario)?;
    let wanted = Wanted { profile: args.profile.clone(), only: args.lss.clone() };
    check(&scenario, &wanted)?;
    let picture = picture(&id, &scenario, &wanted).map_err(|faults| {
        let faults: Vec<String> = faults.iter().take(10).map(ToString::to_string).collect();
        Problem::usage(format!("{id} is malformed: {}", faults.join("; ")))
    })?;
    if let Some(missing) =
        wanted.only.iter().find(|(array, lss)| !picture.grids.iter().any(|grid| (grid.array, grid.lss) == (*array, *lss)))
    {
        return Err(Problem::usage(format!("there is nothing in {}/{}", missing.0, missing.1)));
    }
    let slot = match args.at {
        None => None,
        Some(_) if picture.story.is_none() => {
            return Err(Problem::usage(format!("{id} is no story: it has no time but one")).help("leave out --at"));
        }
        Some(time) => Some(picture.slot_at(time).unwrap_or_default()),
    };
    if let Some(path) = &args.output {
        files::Staged::with(path, |file| {
            let mut out = std::io::BufWriter::new(file);
            html::page(&picture, &mut out).and_then(|()| std::io::Write::flush(&mut out))
        })?
        .put()?;
        if !args.text {
            return Ok(files::tell(ctx, std::slice::from_ref(path), &format!("{id} is drawn in {}", path.display())));
        }
    }
    if ctx.is_json() {
        let shown = slot.map(|slot| Shown { slot, grids: picture.grids_at(Some(slot)) });
        return Ok(ctx.json(&Report { picture: &picture, shown }, Exit::Good));
    }
    let width = args.width.unwrap_or_else(columns).clamp(MIN_WIDTH, MAX_WIDTH);
    let drawing = Drawing { width, paint: Paint(ctx.color_stdout()), slot };
    Ok(ctx.result(&draw(&picture, drawing), Exit::Good))
}

/// The scenario that a token, a name or a path stands for; a site is a scenario of which nothing is expected.
fn open(name: &str) -> Result<Entry, Problem> {
    let path = Path::new(name);
    if !path.exists() {
        return replay::find(name);
    }
    let document = load::document(path)?;
    load::well_formed(&document)?;
    let scenario = match document.content {
        Content::Scenario(scenario) => *scenario,
        Content::Site(site) => {
            Scenario { format: site.format, title: site.description.clone(), site: *site, ..Scenario::default() }
        }
    };
    let id = if scenario.id.is_empty() { name.to_owned() } else { scenario.id.clone() };
    Ok(Entry { id, replay: name.to_owned(), scenario })
}

/// Refuses a profile that the site does not have.
fn check(scenario: &Scenario, wanted: &Wanted) -> Result<(), Problem> {
    let names = || scenario.site.profiles.iter().map(|profile| profile.name.as_str());
    match &wanted.profile {
        Some(profile) if !names().any(|name| name == profile.as_str()) => {
            let list = "expected a profile of the site; `dasdlab profile FILE` shows them";
            Err(Problem::unknown("profile", profile.as_str(), names(), list))
        }
        _ => Ok(()),
    }
}

/// An instant: a duration since the beginning of virtual time, or hours, minutes and seconds.
fn instant(text: &str) -> Result<Time, String> {
    if let Ok(duration) = text.parse::<Duration>() {
        return Ok(Time(duration.ms));
    }
    let wrong = || format!("`{text}` is no time: expected one such as 2h, 1h30m or 00:13:21.500");
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let parts: Vec<u64> = whole.split(':').map(str::parse).collect::<Result<_, _>>().map_err(|_| wrong())?;
    let [hours, minutes @ 0..60, seconds @ 0..60] = *parts else { return Err(wrong()) };
    let digits = fraction.len();
    if !(1..=3).contains(&digits) || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(wrong());
    }
    let milliseconds: u64 = format!("{fraction:0<3}").parse().map_err(|_| wrong())?;
    let seconds = hours.checked_mul(3_600).and_then(|hours| hours.checked_add(minutes * 60 + seconds)).ok_or_else(wrong)?;
    Ok(Time::seconds(seconds).plus(milliseconds))
}

/// A logical subsystem of an array.
fn subsystem(text: &str) -> Result<(Serial, Lss), String> {
    let wrong = || format!("`{text}` is no logical subsystem: expected ARRAY/LSS such as 75ABC01/10");
    let (array, lss) = text.split_once('/').ok_or_else(wrong)?;
    Ok((array.parse().map_err(|_| wrong())?, lss.parse().map_err(|_| wrong())?))
}

/// The columns of the terminal.
#[cfg(unix)]
fn columns() -> usize {
    let size = rustix::termios::tcgetwinsize(std::io::stdout()).ok();
    size.map(|size| usize::from(size.ws_col)).filter(|columns| *columns > 0).unwrap_or(WIDTH)
}

/// The columns of a terminal that cannot be asked.
#[cfg(not(unix))]
const fn columns() -> usize {
    WIDTH
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<u64>) {
        assert_eq!(instant(text).ok(), expected.map(Time), "{text}");
    }

    #[test]
    fn an_instant_is_a_duration_or_hours_minutes_and_seconds() {
        check("2h", Some(7_200_000));
        check("00:13:21", Some(801_000));
        check("00:13:21.5", Some(801_500));
        check("100:00:00.001", Some(360_000_001));
        for text in
            ["", "13:21", "00:60:00", "00:00:60", "00:00:00.", "00:00:00.1234", "00:00:00.+1", "99999999999999999999:00:00"]
        {
            check(text, None);
        }
    }
}
