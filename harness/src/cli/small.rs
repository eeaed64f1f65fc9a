//! Failing scenarios of a page, each made small: which of them, by whom they are judged, and for how long.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use dasdlab_model::read::{Content, Encoding};
use dasdlab_model::write::write;
use dasdlab_scenarios::shrink::Budget;
use tokio::sync::mpsc;

use super::outside::{Alone, Outside, bench};
use super::pictures::figure;
use super::threads::Threads;
use super::{Context, replay};
use crate::judge::panics;
use crate::judge::strict::Strictness;
use crate::report::html::MAX_TOLD;
use crate::report::html::small::{Small, Told};
use crate::results::row::{Row, Trouble};
use crate::run::clock::Clock;
use crate::shrink::{self, NotShrunk, Shrunk, Size, slug};
use crate::suite::{self, Entry};
use crate::sut::{LATE, Sut};

/// How many are shrunk where nothing is said.
pub(super) const SHRUNK: u16 = 20;

/// The most that can be asked for: no more are told in full.
pub(super) const MAX_SHRUNK: i64 = MAX_TOLD as i64;

/// The most smaller scenarios that are judged for one; most need less than a hundred.
const CANDIDATES: usize = 500;

/// The most volumes of a scenario that is shrunk for a page.
const MAX_VOLUMES: usize = 4_096;

/// How long an implementation outside is asked about one of them, and about all.
const OUTSIDE: (Duration, Duration) = (Duration::from_secs(15), Duration::from_secs(60));

/// Who judges smaller scenarios.
#[derive(Debug, Clone, Copy)]
pub(super) enum By<'a> {
    /// Our own validator, or this implementation.
    Run(Option<(&'a Outside, Strictness)>),
    /// Our own validator alone: what another one was asked is not asked again when results are told.
    Results,
    /// Nobody: the run was stopped.
    Nobody,
}

/// How failing scenarios are shrunk.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shrinking<'a> {
    pub by: By<'a>,
    pub threads: Threads,
}

impl Shrinking<'_> {
    /// How scenarios of results are shrunk.
    pub(super) fn of_results() -> Self {
        Self { by: By::Results, threads: Threads::default() }
    }

    /// What becomes of each of these scenarios when so many of them are shrunk at most.
    pub(super) fn shrunk(self, rows: &[Row], most: u16, ctx: &Context) -> Vec<Small> {
        let mut small: Vec<Option<Small>> = rows.iter().map(|row| self.refused(row, most).map(Small::Not)).collect();
        let open: Vec<usize> = (0..rows.len()).filter(|&at| small.get(at).is_some_and(Option::is_none)).collect();
        let chosen = chosen(rows, &open, usize::from(most));
        if !chosen.is_empty() {
            let plural = if chosen.len() == 1 { "" } else { "s" };
            ctx.note(&format!("shrinking {} failing scenario{plural} for the page", chosen.len()));
        }
        for (at, one) in self.all(rows, &chosen) {
            if let Some(place) = small.get_mut(at) {
                *place = Some(one);
            }
        }
        let told: Vec<usize> =
            chosen.iter().copied().filter(|&at| matches!(small.get(at), Some(Some(Small::Shrunk(_))))).collect();
        let cause = |at: usize| rows.get(at).and_then(cause);
        let left = |at: usize| match told.iter().find(|&&other| cause(other) == cause(at)) {
            Some(other) => Small::Like(other + 1),
            None if chosen.contains(&at) => Small::Not("it was stopped".to_owned()),
            None => Small::Not(format!("a page has {most} shrunk scenarios at most (`--shrink-failures`)")),
        };
        small.into_iter().enumerate().map(|(at, one)| one.unwrap_or_else(|| left(at))).collect()
    }

    /// Why a scenario is not shrunk, whatever room there is.
    fn refused(self, row: &Row, most: u16) -> Option<String> {
        let Some(trouble) = &row.trouble else { return Some("it passes".to_owned()) };
        let is_outside = words(trouble).is_some_and(|(_, behind)| !behind.is_empty());
        let why = match self.by {
            _ if most == 0 => "`--shrink-failures 0` was asked for",
            By::Nobody => "the run was stopped",
            By::Results if is_outside => "when kept results are told, the implementation that was judged is not asked again",
            // Each smaller scenario that fails in this way would take all of its time.
            _ if trouble.signature.contains(LATE) => "an answer that is late takes its time for each smaller scenario too",
            _ if row.volumes > MAX_VOLUMES => {
                return Some(format!("it has {} volumes, for a page {MAX_VOLUMES} is the most", row.volumes));
            }
            _ => return None,
        };
        Some(why.to_owned())
    }

    /// Shrinks these, several at once, until somebody wants it to stop.
    fn all(self, rows: &[Row], chosen: &[usize]) -> Vec<(usize, Small)> {
        let threads = self.threads.count().min(chosen.len());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let Ok(runtime) = runtime else { return Vec::new() };
        let (next, stop, clock) = (AtomicUsize::new(0), AtomicBool::new(false), Clock::start());
        let (sender, mut receiver) = mpsc::unbounded_channel();
        let work = |sender: mpsc::UnboundedSender<(usize, Small)>| {
            let asked = Asked::of(self.by);
            while let Some(&at) = chosen.get(next.fetch_add(1, Ordering::Relaxed)) {
                let Some(row) = rows.get(at).filter(|_| !stop.load(Ordering::Relaxed)) else { break };
                let one = panics::catch(|| asked.shrunk(at, row, &clock, &stop));
                // Whoever counts stays until everybody is done.
                let _ = sender.send((at, one.unwrap_or_else(|_| Small::Not("shrinking it has failed".to_owned()))));
            }
        };
        let mut all = Vec::new();
        std::thread::scope(|scope| {
            for _ in 0..threads {
                let sender = sender.clone();
                // Where no thread can be started, the others do its work.
                let _ = std::thread::Builder::new().name("shrinking".to_owned()).spawn_scoped(scope, || work(sender));
            }
            drop(sender);
            runtime.block_on(async {
                let mut signal = Box::pin(crate::run::signal());
                loop {
                    tokio::select! {
                        one = receiver.recv() => match one {
                            Some(one) => all.push(one),
                            None => break,
                        },
                        _ = &mut signal, if !stop.load(Ordering::Relaxed) => stop.store(true, Ordering::Relaxed),
                    }
                }
            });
        });
        name_files(&mut all);
        all
    }
}

/// What [`suite::shell`] has written of a scenario into its command, and what stands behind it.
fn words(trouble: &Trouble) -> Option<(String, &str)> {
    Some(suite::named(trouble.replay.strip_prefix("dasdlab replay ")?))
}

fn cause(row: &Row) -> Option<&str> {
    row.trouble.as_ref().map(|trouble| trouble.signature.as_str())
}

/// Which are shrunk: the first of each cause, and then whichever come first, as far as there is room.
fn chosen(rows: &[Row], open: &[usize], most: usize) -> Vec<usize> {
    let of = |at: usize| rows.get(at).and_then(cause);
    let is_first = |at: usize| open.iter().find(|&&other| of(other) == of(at)) == Some(&at);
    let (firsts, others): (Vec<usize>, Vec<usize>) = open.iter().copied().partition(|&at| is_first(at));
    let mut chosen: Vec<usize> = firsts.into_iter().chain(others).take(most).collect();
    chosen.sort_unstable();
    chosen
}

/// Gives each small scenario a file of its own, after what fails in it.
fn name_files(all: &mut [(usize, Small)]) {
    all.sort_by_key(|(at, _)| *at);
    let mut taken: Vec<String> = Vec::new();
    for (_, small) in all {
        let Small::Shrunk(told) = small else { continue };
        let slug = Some(slug(&told.title)).filter(|slug| !slug.is_empty()).unwrap_or_else(|| "small".to_owned());
        let nth = taken.iter().filter(|other| **other == slug).count() + 1;
        let file = if nth == 1 { format!("{slug}.toml") } else { format!("{slug}-{nth}.toml") };
        taken.push(slug);
        told.write = told.write.replace(FILE, &file);
        told.replay = told.replay.replace(FILE, &file);
    }
}

/// Stands in a command for the name of a file until all names are known.
const FILE: &str = "\0";

/// Whoever is asked by one worker.
enum Asked {
    Ours,
    Outside(Box<Sut>, Strictness),
    /// It cannot be started.
    Unusable(String),
}

impl Asked {
    fn of(by: By<'_>) -> Self {
        let By::Run(Some((outside, strict))) = by else { return Self::Ours };
        let alone = Alone { sut: outside.sut.clone(), time_limit: outside.time_limit, strict };
        match alone.start(None) {
            Ok(Some(sut)) => Self::Outside(Box::new(sut), strict),
            Ok(None) => Self::Ours,
            Err(problem) => Self::Unusable(problem.message),
        }
    }

    /// Shrinks one.
    fn shrunk(&self, at: usize, row: &Row, clock: &Clock, stop: &AtomicBool) -> Small {
        let Some(trouble) = &row.trouble else { return Small::Not("it passes".to_owned()) };
        let (sut, strict) = match self {
            Self::Unusable(message) => return Small::Not(message.clone()),
            Self::Ours => (None, Strictness::default()),
            Self::Outside(sut, strict) => (Some(sut.as_ref()), *strict),
        };
        let found = words(trouble).and_then(|(name, behind)| Some((replay::find(&name).ok()?, behind)));
        let Some((Entry { id, scenario, .. }, behind)) = found else {
            return Small::Not("its file cannot be read any more".to_owned());
        };
        let began = Clock::start();
        let has_time = || sut.is_none() || began.elapsed() < OUTSIDE.0 && clock.elapsed() < OUTSIDE.1;
        if !has_time() {
            return Small::Not(format!("the implementation is asked for {} s in all, and they are over", OUTSIDE.1.as_secs()));
        }
        let goes_on = || has_time() && !stop.load(Ordering::Relaxed);
        let budget = Budget { candidates: CANDIDATES };
        match shrink::shrink_while(&bench(sut, strict), &id, &scenario, budget, &goes_on) {
            Ok(shrunk) if !trouble.is_signed(shrunk.signature.as_str()) => {
                Small::Not(format!("judged by itself it fails in another way ({})", shrunk.signature))
            }
            Ok(shrunk) => told(at, trouble, behind, &shrunk),
            Err(NotShrunk::Passes) => Small::Not("judged by itself it passes".to_owned()),
            Err(why) => Small::Not(why.to_string()),
        }
    }
}

impl Drop for Asked {
    fn drop(&mut self) {
        if let Self::Outside(sut, _) = self {
            // What it does at the end is nothing new: it fails.
            let _ = sut.close();
        }
    }
}

/// A shrunk scenario as a page tells it.
fn told(at: usize, trouble: &Trouble, behind: &str, shrunk: &Shrunk) -> Small {
    let scenario = &shrunk.scenario;
    let text = match write(&Content::Scenario(Box::new(scenario.clone())), Encoding::Toml) {
        Ok(text) => text,
        Err(error) => return Small::Not(error.to_string()),
    };
    let (Size { volumes, data_sets, profiles, steps, faults }, after) = (shrunk.before, shrunk.after);
    let rest = trouble.replay.strip_prefix("dasdlab replay ").unwrap_or_default();
    let behind = if behind.is_empty() { String::new() } else { format!(" {behind}") };
    let picture = panics::catch(|| figure("the small scenario", scenario, &format!("small-{}", at + 1)));
    Small::Shrunk(Box::new(Told {
        title: scenario.title.clone(),
        sizes: vec![
            ("volumes", volumes, after.volumes),
            ("data sets", data_sets, after.data_sets),
            ("profiles", profiles, after.profiles),
            ("steps", steps, after.steps),
            ("faults", faults, after.faults),
        ],
        tried: shrunk.tried,
        kept: shrunk.kept,
        finished: shrunk.finished,
        text,
        picture: picture.ok().flatten(),
        write: format!("dasdlab shrink {rest} -o {FILE}"),
        replay: format!("dasdlab replay {FILE}{behind}"),
    }))
}
