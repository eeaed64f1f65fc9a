//! Which mutants a plan kills, by what, and how soon.
//!
//! Every scenario is first put to our own validator, for only what passes with ours says anything about a mutant. Then all
//! mutants that are alive are asked. What comes out does not depend on the number of threads: a mutant is asked of everything
//! that stands before the scenario that kills it.

use std::sync::atomic::{AtomicU64, Ordering};

use dasdlab_model::declare;
use dasdlab_model::scenario::Scenario;
use parking_lot::Mutex;
use serde::Serialize;

use super::worn::Worn;
use super::{Deviation, Mutant};
use crate::cli::Problem;
use crate::judge::strict::Strictness;
use crate::judge::{self, Bench, FaultKind, Judged, Ours, Outcome, Validator, panics};
use crate::run::plan::{Asked, Item, Plan};
use crate::run::work::{left_out, made};
use crate::shrink::signature;
use crate::suite::Entry;

/// The most scenarios that are named of those that our own validator does not pass.
const MOST_NAMED: usize = 20;

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Score {
    /// How many scenarios were put to somebody.
    pub scenarios: u64,
    /// How many of them are stories: only these show what machines do.
    pub stories: u64,
    /// How many our own validator does not pass; they say nothing about mutants.
    pub not_passed: u64,
    /// The first of them.
    pub not_passed_first: Vec<String>,
    /// The mutants in the order of their registry.
    pub mutants: Vec<Standing>,
}

/// How it went with a mutant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Standing {
    /// The mutant.
    pub mutant: &'static str,
    /// What it changes.
    pub text: &'static str,
    /// What kind of change that is: `sees`, `says` or `acts`.
    pub deviation: &'static str,
    /// Whether it makes no difference and must survive.
    pub equivalent: bool,
    /// What killed it; none where it is alive.
    pub killed: Option<Kill>,
    /// How many scenarios it was asked, or would have been: those that can show what it changes.
    pub asked: u64,
    /// Of one that is alive: in how many stories something else was done or said, and nobody objected.
    pub differs: u64,
    /// The first of these stories.
    pub differs_first: Option<String>,
    /// A fault of the harness that came of it, and in which scenario: neither the mutant's death nor its life.
    pub fault: Option<String>,
}

/// What killed a mutant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Kill {
    /// The scenario.
    pub scenario: String,
    /// The command that runs the scenario alone, with our own validator.
    pub replay: String,
    /// How many scenarios it was asked until then, this one among them.
    pub after: u64,
    /// What was broken, as failures are told apart.
    pub signature: String,
    /// The first difference, or more about it.
    pub shown: String,
}

impl Standing {
    /// Whether it is as it should be: dead, or alive where it makes no difference.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.fault.is_none() && self.killed.is_some() != self.equivalent
    }
}

impl Score {
    /// The mutants that should die.
    pub fn wrong(&self) -> impl Iterator<Item = &Standing> {
        self.mutants.iter().filter(|standing| !standing.equivalent)
    }

    /// How many of those did.
    #[must_use]
    pub fn killed(&self) -> usize {
        self.wrong().filter(|standing| standing.killed.is_some()).count()
    }

    /// After how many scenarios mutants died: the median and the worst; none where none did.
    #[must_use]
    pub fn soon(&self) -> Option<(u64, u64)> {
        let after: Vec<u64> = self.wrong().filter_map(|standing| Some(standing.killed.as_ref()?.after)).collect();
        median(after.clone()).zip(after.into_iter().max())
    }
}

/// The median of numbers, the larger one of two in the middle; none of none.
#[must_use]
pub fn median(mut numbers: Vec<u64>) -> Option<u64> {
    numbers.sort_unstable();
    numbers.get(numbers.len() / 2).copied()
}

/// Puts a plan to mutants. `tick` is called for each piece of work that is done.
///
/// # Errors
/// The machine failed: no threads.
pub fn score(plan: &Plan, mutants: &[&'static Mutant], threads: usize, tick: &(dyn Fn() + Sync)) -> Result<Score, Problem> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let pool = pool.map_err(|error| Problem::machine(format!("cannot start the workers: {error}")))?;
    let trial = Trial {
        plan,
        accused: mutants.iter().map(|&mutant| Accused::new(mutant)).collect(),
        asked: Mutex::default(),
        not_passed: Mutex::default(),
    };
    let all = |end: u64, work: &(dyn Fn(u64) + Sync)| {
        let next = AtomicU64::new(0);
        pool.broadcast(|_| {
            loop {
                let index = next.fetch_add(1, Ordering::Relaxed);
                if index >= end || !trial.is_anybody_alive(index) {
                    break;
                }
                work(index);
            }
        });
    };
    all(plan.len(), &|index| {
        if let Some(item) = plan.item(index) {
            trial.piece(index, &item);
        }
        tick();
    });
    // What no verdict shows may show in a relation between two.
    let alive: Vec<&Accused> = trial.accused.iter().filter(|accused| accused.is_alive(Place::MAX - 1)).collect();
    all(plan.entries.len() as u64, &|index| {
        if let Some(Item::File(entry)) = plan.item(index) {
            trial.related(index, entry, &alive);
        }
    });
    Ok(trial.end())
}

/// Where a scenario stands in a plan: pieces of work have two at most.
type Place = u64;

/// How many scenarios a piece of work can have.
const PLACES: u64 = 2;

/// A mutant before the plan.
struct Accused {
    mutant: &'static Mutant,
    /// It is asked of everything that stands before this place.
    until: AtomicU64,
    found: Mutex<Found>,
}

/// What was found of a mutant.
#[derive(Default)]
struct Found {
    kill: Option<(Place, Kill)>,
    fault: Option<(Place, String)>,
    differs: u64,
    differs_first: Option<(Place, String)>,
}

impl Accused {
    fn new(mutant: &'static Mutant) -> Self {
        Self { mutant, until: AtomicU64::new(Place::MAX), found: Mutex::default() }
    }

    fn is_alive(&self, place: Place) -> bool {
        place < self.until.load(Ordering::Relaxed)
    }

    /// Whether a scenario can show what it changes.
    fn is_about(&self, is_story: bool) -> bool {
        is_story || !matches!(self.mutant.deviation, Deviation::Acts(_))
    }
}

/// A scenario with its name.
struct Case<'a> {
    place: Place,
    id: &'a str,
    replay: &'a str,
    scenario: &'a Scenario,
}

/// A plan and all mutants.
struct Trial<'a> {
    plan: &'a Plan,
    accused: Vec<Accused>,
    /// The scenarios that passed with ours: where they stand, and whether they are stories.
    asked: Mutex<Vec<(Place, bool)>>,
    /// Those that did not.
    not_passed: Mutex<Vec<(Place, String)>>,
}

impl Trial<'_> {
    fn is_anybody_alive(&self, index: u64) -> bool {
        let place = index.saturating_mul(PLACES);
        self.accused.iter().any(|accused| accused.is_alive(place))
    }

    /// One piece of work: a scenario from a file, or a generated one and its counterpart.
    fn piece(&self, index: u64, item: &Item<'_>) {
        let place = index.saturating_mul(PLACES);
        let is_asked = |id: &str, scenario: &Scenario| self.plan.filter.asked(id, scenario) == Asked::Yes;
        match item {
            Item::File(entry) => {
                if is_asked(&entry.id, &entry.scenario) {
                    let (id, replay) = (entry.id.as_str(), entry.replay.as_str());
                    self.case(&Case { place, id, replay, scenario: &entry.scenario });
                }
            }
            Item::Setup(token) | Item::Story(token) => {
                let id = token.to_string();
                let generated = match made(token) {
                    Ok(generated) => generated,
                    Err(_) => return self.not_passed.lock().push((place, id)),
                };
                if !is_asked(&id, &generated.scenario) {
                    return;
                }
                self.case(&Case { place, id: &id, replay: &id, scenario: &generated.scenario });
                let Some(ordinal) = left_out(&generated.planted).filter(|_| matches!(item, Item::Setup(_))) else { return };
                let token = token.clone().without(ordinal);
                let (place, id) = (place + 1, token.to_string());
                match made(&token) {
                    Ok(without) => {
                        self.case(&Case { place, id: &id, replay: &id, scenario: &without.scenario });
                    }
                    Err(_) => self.not_passed.lock().push((place, id)),
                }
            }
        }
    }

    /// Asks mutants that nothing else has killed for the relations between verdicts on a file and on its changed copies.
    fn related(&self, index: u64, entry: &Entry, alive: &[&Accused]) {
        let place = index.saturating_mul(PLACES);
        let is_known = self.asked.lock().iter().any(|(asked, is_story)| *asked == place && !is_story);
        if !is_known {
            return;
        }
        let case = Case { place, id: &entry.id, replay: &entry.replay, scenario: &entry.scenario };
        for accused in alive.iter().filter(|accused| accused.is_about(false) && accused.is_alive(place)) {
            self.judged(&case, accused, true);
        }
    }

    /// Puts a scenario to ours, and then to every mutant that is alive.
    fn case(&self, case: &Case<'_>) {
        let is_story = case.scenario.is_story();
        let ours = Bench { relations: false, ..Bench::new(&Ours) }.judge(case.scenario);
        if !ours.outcome.passed() {
            self.not_passed.lock().push((case.place, case.id.to_owned()));
            return;
        }
        self.asked.lock().push((case.place, is_story));
        let alive = |accused: &&Accused| accused.is_about(is_story) && accused.is_alive(case.place);
        if is_story {
            self.accused.iter().filter(alive).for_each(|accused| self.story(case, accused, &ours));
            return;
        }
        let seen = declare::declare(&case.scenario.site).ok().zip(judge::profile(case.scenario).ok());
        for accused in self.accused.iter().filter(alive) {
            // Mostly it says the same, and that is soon seen.
            let same = || {
                let ((seen, profile), expected) = seen.as_ref().zip(ours.expected.as_ref())?;
                let said = panics::catch(|| Worn::new(accused.mutant).check(seen, profile)).ok()??;
                Some(Strictness::Evidence.differences(expected, &said).is_empty())
            };
            if same() != Some(true) {
                self.judged(case, accused, false);
            }
        }
    }

    /// Has a mutant act in a story.
    fn story(&self, case: &Case<'_>, accused: &Accused, ours: &Judged) {
        let judged = self.judged(case, accused, false);
        let hash = |judged: &Judged| judged.story.as_ref().map(|story| story.hash);
        if judged.outcome.passed() && hash(&judged) != hash(ours) {
            let mut found = accused.found.lock();
            found.differs += 1;
            if found.differs_first.as_ref().is_none_or(|(first, _)| case.place < *first) {
                found.differs_first = Some((case.place, case.id.to_owned()));
            }
        }
    }

    /// Judges a mutant by a scenario that ours has passed, and keeps what kills it.
    fn judged(&self, case: &Case<'_>, accused: &Accused, relations: bool) -> Judged {
        let worn = Worn::new(accused.mutant);
        let bench = Bench { relations, actors: worn.actors(), ..Bench::new(&worn) };
        let judged = bench.judge(case.scenario);
        if judged.outcome.passed() {
            return judged;
        }
        let mut found = accused.found.lock();
        if !is_the_mutants_doing(&judged.outcome) {
            if found.fault.as_ref().is_none_or(|(first, _)| case.place < *first) {
                found.fault = Some((case.place, format!("{}: {}", case.id, shown(&judged.outcome))));
            }
            return judged;
        }
        accused.until.fetch_min(case.place, Ordering::Relaxed);
        if found.kill.as_ref().is_none_or(|(first, _)| case.place < *first) {
            let kill = Kill {
                scenario: case.id.to_owned(),
                replay: format!("dasdlab replay {}", case.replay),
                after: 0,
                signature: signature(&judged).map(|signature| signature.to_string()).unwrap_or_default(),
                shown: shown(&judged.outcome),
            };
            found.kill = Some((case.place, kill));
        }
        judged
    }

    fn end(self) -> Score {
        let mut asked = self.asked.into_inner();
        asked.sort_unstable();
        let mut not_passed = self.not_passed.into_inner();
        not_passed.sort_unstable();
        // What lies behind the last death depends on who was faster.
        let last = self.accused.iter().map(|accused| accused.until.load(Ordering::Relaxed)).max().unwrap_or(0);
        asked.retain(|(place, _)| *place <= last);
        not_passed.retain(|(place, _)| *place <= last);
        let count = |stories_only: bool, until: Place| {
            asked.iter().take_while(|(place, _)| *place <= until).filter(|(_, is_story)| *is_story || !stories_only).count()
                as u64
        };
        let standing = |accused: Accused| {
            let Found { kill, fault, differs, differs_first } = accused.found.into_inner();
            let stories_only = matches!(accused.mutant.deviation, Deviation::Acts(_));
            let alive = kill.is_none();
            let until = kill.as_ref().map_or(Place::MAX, |(place, _)| *place);
            Standing {
                mutant: accused.mutant.slug,
                text: accused.mutant.text,
                deviation: accused.mutant.deviation.as_str(),
                equivalent: accused.mutant.equivalent,
                killed: kill.map(|(place, kill)| Kill { after: count(stories_only, place), ..kill }),
                asked: count(stories_only, until),
                differs: if alive { differs } else { 0 },
                differs_first: differs_first.filter(|_| alive).map(|(_, id)| id),
                fault: fault.filter(|(place, _)| *place < until).map(|(_, fault)| fault),
            }
        };
        Score {
            scenarios: count(false, Place::MAX),
            stories: count(true, Place::MAX),
            not_passed: not_passed.len() as u64,
            not_passed_first: not_passed.into_iter().take(MOST_NAMED).map(|(_, id)| id).collect(),
            mutants: self.accused.into_iter().map(standing).collect(),
        }
    }
}

/// Whether what went wrong was done by the mutant. A fault of the harness is, where it says what was done: that a file
/// expects something else, or what the world must never do. Any other says nothing about it.
fn is_the_mutants_doing(outcome: &Outcome) -> bool {
    match outcome {
        Outcome::Failed { .. } => true,
        Outcome::HarnessFault { kind, .. } => matches!(kind, FaultKind::Expectation | FaultKind::Invariant),
        Outcome::Passed | Outcome::Errored { .. } | Outcome::Unsupported { .. } => false,
    }
}

/// The first difference, or the first line of the message.
fn shown(outcome: &Outcome) -> String {
    match outcome.differences().first() {
        Some(difference) => difference.to_string(),
        None => outcome.message().lines().next().unwrap_or_default().to_owned(),
    }
}
