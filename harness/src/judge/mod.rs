//! Who judges whom.
//!
//! What a scenario expects (true by construction, or written down by a person) and the oracle must agree, else the
//! harness is at fault and no validator is blamed. A validator must say what the oracle says, evidence and all, and must
//! keep the relations between runs.

pub mod compare;
pub mod difference;
pub mod form;
pub mod panics;
mod relation;
pub mod story;
pub mod strict;

use dasdlab_model::declare;
use dasdlab_model::finding::Verdict;
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::scenario::Scenario;
use dasdlab_model::site::Site;
use dasdlab_scenarios::relations::Relation;
use dasdlab_simulator::World;
use serde::Serialize;

use crate::coverage::impossible;
use crate::results::counts::Status;
use crate::story::actors::Actors;
use crate::sut::Sut;
use difference::{Difference, FindingName};
use strict::Strictness;

/// Whoever can say what profile setup must say of a site: our validator, the oracle, or one under test.
pub trait Validator: Sync {
    /// The verdict on a profile; none where the observation has no such profile.
    fn check(&self, observation: &Observation, profile: &ProfileName) -> Option<Verdict>;
}

/// The validator of this product.
#[derive(Debug, Clone, Copy, Default)]
pub struct Ours;

impl Validator for Ours {
    fn check(&self, observation: &Observation, profile: &ProfileName) -> Option<Verdict> {
        dasdlab_validator::check(observation, profile)
    }
}

/// The second opinion.
#[derive(Debug, Clone, Copy, Default)]
pub struct Oracle;

impl Validator for Oracle {
    fn check(&self, observation: &Observation, profile: &ProfileName) -> Option<Verdict> {
        dasdlab_oracle::judge(observation, profile)
    }
}

/// Builds a world of what a site declares and looks at it.
pub type Observe = fn(&Site, &Observation) -> Observation;

/// What can be seen of the simulator's world of a site that declares this.
#[must_use]
pub fn observe_declared(site: &Site, declared: &Observation) -> Observation {
    World::from_declared(declared.clone(), &site.alive).observe()
}

/// The simulator's world of a site.
///
/// # Errors
/// Everything that is malformed in the site.
pub fn observe(site: &Site) -> Result<Observation, Vec<declare::Fault>> {
    World::boot(site).map(|world| world.observe())
}

/// Those who take part in judging, so that tests can put a wrong one in each place.
#[derive(Clone, Copy)]
pub struct Bench<'a> {
    /// The one who is judged.
    pub validator: &'a dyn Validator,
    /// The second opinion.
    pub oracle: &'a dyn Validator,
    /// The simulator.
    pub observe: Observe,
    /// Whether the relations between runs are asked too.
    pub relations: bool,
    /// Those who act in stories.
    pub actors: &'a dyn Actors,
    /// How much of the validator's verdicts is compared.
    pub strict: Strictness,
    /// An implementation outside this program that is judged in the place of validator and actors.
    pub sut: Option<&'a Sut>,
    /// How many bytes of the event log of a story are kept, about.
    pub log: usize,
}

impl<'a> Bench<'a> {
    /// This validator before our oracle and our simulator.
    #[must_use]
    pub fn new(validator: &'a dyn Validator) -> Self {
        Self {
            validator,
            oracle: &Oracle,
            observe: observe_declared,
            relations: true,
            actors: &Ours,
            strict: Strictness::Evidence,
            sut: None,
            log: 0,
        }
    }
}

/// What was broken first, the same for every failure with one cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Signature {
    /// The validator says something else than what is expected.
    Verdict,
    /// The validator gives no verdict.
    NoVerdict,
    /// The validator panicked.
    Panic,
    /// The validator breaks a relation between runs.
    Relation(Relation),
    /// In a story the validator says, commands or leaves behind something else than it must.
    Story,
    /// A machine of the validator does not end.
    Endless,
    /// The validator breaks what must hold in every story.
    Invariant(&'static str),
}

impl Signature {
    /// The word as it stands in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Verdict => "verdict",
            Self::NoVerdict => "no-verdict",
            Self::Panic => "panic",
            Self::Relation(relation) => relation.as_str(),
            Self::Story => "story",
            Self::Endless => "endless",
            Self::Invariant(slug) => slug,
        }
    }
}

/// Which part of the harness is at fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FaultKind {
    /// The scenario is malformed, or names no profile.
    Scenario,
    /// The expectation and the oracle differ.
    Expectation,
    /// The oracle's verdict breaks the form of verdicts.
    Form,
    /// The simulator shows another world than the site declares.
    World,
    /// The oracle breaks a relation between runs.
    Relation(Relation),
    /// Findings that cannot occur together, or at all, did.
    Impossible,
    /// The world breaks what must hold in every story.
    Invariant,
    /// The harness, the oracle or the simulator panicked.
    Panic,
}

impl FaultKind {
    /// The word as it stands in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Scenario => "scenario",
            Self::Expectation => "expectation",
            Self::Form => "form",
            Self::World => "world",
            Self::Relation(relation) => relation.as_str(),
            Self::Impossible => "impossible",
            Self::Invariant => "invariant",
            Self::Panic => "panic",
        }
    }
}

/// How the judging of a scenario ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The validator said what was expected.
    Passed,
    /// The validator is wrong.
    Failed {
        /// What was broken.
        signature: Signature,
        /// How; empty where there is only a message.
        differences: Vec<Difference>,
        /// More about it.
        message: String,
    },
    /// The harness is at fault; the validator is not blamed.
    HarnessFault {
        /// Which part of it.
        kind: FaultKind,
        /// How; empty where there is only a message.
        differences: Vec<Difference>,
        /// More about it.
        message: String,
    },
    /// The implementation under test could not be judged by it: it broke the protocol, was late or died.
    Errored {
        /// What it did, and the last that it wrote to stderr.
        message: String,
    },
    /// The implementation under test does not have what the scenario needs.
    Unsupported {
        /// What that is.
        needs: Vec<&'static str>,
    },
}

impl Outcome {
    fn fault(kind: FaultKind, message: impl Into<String>) -> Self {
        Self::HarnessFault { kind, differences: Vec::new(), message: message.into() }
    }

    /// Whether the validator said what was expected.
    #[must_use]
    pub fn passed(&self) -> bool {
        *self == Self::Passed
    }

    /// Whether the harness is at fault.
    #[must_use]
    pub const fn is_fault(&self) -> bool {
        matches!(self, Self::HarnessFault { .. })
    }

    /// How it ended, in a word.
    #[must_use]
    pub const fn status(&self) -> Status {
        match self {
            Self::Passed => Status::Passed,
            Self::Failed { .. } => Status::Failed,
            Self::HarnessFault { .. } => Status::HarnessFault,
            Self::Errored { .. } => Status::Errored,
            Self::Unsupported { .. } => Status::Unsupported,
        }
    }

    /// What was broken, in a word; none where nothing was.
    #[must_use]
    pub const fn broken(&self) -> Option<&'static str> {
        match self {
            Self::Passed | Self::Unsupported { .. } => None,
            Self::Failed { signature, .. } => Some(signature.as_str()),
            Self::HarnessFault { kind, .. } => Some(kind.as_str()),
            Self::Errored { .. } => Some("process"),
        }
    }

    /// More about what was broken.
    #[must_use]
    pub fn message(&self) -> &str {
        match self {
            Self::Passed | Self::Unsupported { .. } => "",
            Self::Failed { message, .. } | Self::HarnessFault { message, .. } | Self::Errored { message } => message,
        }
    }

    /// What the implementation does not have.
    #[must_use]
    pub fn needs(&self) -> &[&'static str] {
        match self {
            Self::Unsupported { needs } => needs,
            _ => &[],
        }
    }

    /// How the verdicts differ, where they do.
    #[must_use]
    pub fn differences(&self) -> &[Difference] {
        match self {
            Self::Passed | Self::Errored { .. } | Self::Unsupported { .. } => &[],
            Self::Failed { differences, .. } | Self::HarnessFault { differences, .. } => differences,
        }
    }
}

/// A scenario that was judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// How it ended.
    pub outcome: Outcome,
    /// What the validator said; none where it said nothing or was not asked.
    pub verdict: Option<Verdict>,
    /// What the oracle said; none where it was not asked.
    pub expected: Option<Verdict>,
    /// How many volumes the site has.
    pub volumes: usize,
    /// What is left of a story that was told.
    pub story: Option<Box<story::Story>>,
    /// What happened last in a story that did not pass.
    pub recorded: Vec<String>,
    /// The event log of a story, as much of it as the bench keeps.
    pub log: Vec<String>,
}

impl Judged {
    /// A scenario of which there is nothing to say but how it ended.
    #[must_use]
    pub fn without(outcome: Outcome) -> Self {
        Self { outcome, verdict: None, expected: None, volumes: 0, story: None, recorded: Vec::new(), log: Vec::new() }
    }
}

/// Judges a validator by a scenario.
#[must_use]
pub fn judge(scenario: &Scenario, validator: &dyn Validator) -> Judged {
    Bench::new(validator).judge(scenario)
}

/// The profile that a scenario sets up: the one it names, or the only one of its site.
///
/// # Errors
/// Why there is none.
pub fn profile(scenario: &Scenario) -> Result<ProfileName, String> {
    let profiles = &scenario.site.profiles;
    match (&scenario.profile, profiles.as_slice()) {
        (Some(name), _) if profiles.iter().any(|profile| profile.name == *name) => Ok(name.clone()),
        (Some(name), _) => Err(format!("the site has no profile `{name}`")),
        (None, [only]) => Ok(only.name.clone()),
        (None, []) => Err("the site has no profile to set up".to_owned()),
        (None, _) => Err("the site has several profiles: say which one with `profile`".to_owned()),
    }
}

impl Bench<'_> {
    /// Judges the validator by a scenario. Never panics: a panic of the validator is its failure, any other a harness
    /// fault.
    #[must_use]
    pub fn judge(&self, scenario: &Scenario) -> Judged {
        self.judge_declared(scenario, None)
    }

    /// The same for whoever has what the site of the scenario declares: it is not unrolled again.
    #[must_use]
    pub fn judge_declared(&self, scenario: &Scenario, declared: Option<Observation>) -> Judged {
        if let Some(sut) = self.sut {
            return sut.judge(self, scenario);
        }
        let mut judged = Judged::without(Outcome::Passed);
        let outcome = panics::catch(|| match scenario.is_story() {
            true => self.story(scenario, &mut judged),
            false => self.outcome(scenario, declared, &mut judged),
        });
        judged.outcome = match outcome {
            Ok(Ok(())) => Outcome::Passed,
            Ok(Err(outcome)) => outcome,
            Err(message) => Outcome::fault(FaultKind::Panic, message),
        };
        judged
    }

    /// Asks one question after the other; the first that is answered wrongly ends it.
    fn outcome(&self, scenario: &Scenario, declared: Option<Observation>, judged: &mut Judged) -> Result<(), Outcome> {
        let malformed = |faults: Vec<declare::Fault>| {
            let faults: Vec<String> = faults.iter().take(10).map(ToString::to_string).collect();
            Outcome::fault(FaultKind::Scenario, faults.join("; "))
        };
        let profile = profile(scenario).map_err(|message| Outcome::fault(FaultKind::Scenario, message))?;
        let declared = declared.map_or_else(|| declare::declare(&scenario.site), Ok).map_err(malformed)?;
        judged.volumes = declared.volumes.len();

        let no_verdict = || Outcome::fault(FaultKind::Scenario, format!("the oracle knows no profile `{profile}`"));
        let expected = self.oracle.check(&declared, &profile).ok_or_else(no_verdict)?;
        let expected = &*judged.expected.insert(expected);
        if let Some(expectation) = &scenario.expect {
            let differences = compare::with_expectation(expectation, expected)
                .map_err(|message| Outcome::fault(FaultKind::Scenario, format!("in the expectation: {message}")))?;
            if !differences.is_empty() {
                let message = "the expectation and the oracle differ; no validator is blamed".to_owned();
                return Err(Outcome::HarnessFault { kind: FaultKind::Expectation, differences, message });
            }
        }
        let form = form::faults(expected);
        if !form.is_empty() {
            return Err(Outcome::fault(FaultKind::Form, form.join("; ")));
        }

        if let Some(message) = impossible::in_verdict(expected) {
            return Err(Outcome::fault(FaultKind::Impossible, message));
        }

        let mut observed = (self.observe)(&scenario.site, &declared);
        // What was declared is in order; only what is unlike it may lie in another.
        if observed != declared {
            observed.sort();
            if observed != declared {
                return Err(Outcome::fault(FaultKind::World, world_difference(&declared, &observed)));
            }
        }

        let found = self.ask(&observed, &profile)?;
        let differences = self.strict.differences(expected, &found);
        judged.verdict = Some(found);
        if !differences.is_empty() {
            return Err(Outcome::Failed { signature: Signature::Verdict, differences, message: String::new() });
        }
        if self.relations {
            self.relations(&observed, &profile, expected)?;
        }
        Ok(())
    }

    /// The validator's verdict, its panic being its failure.
    fn ask(&self, observation: &Observation, profile: &ProfileName) -> Result<Verdict, Outcome> {
        let failed = |signature, message| Outcome::Failed { signature, differences: Vec::new(), message };
        panics::catch(|| self.validator.check(observation, profile))
            .map_err(|message| failed(Signature::Panic, message))?
            .ok_or_else(|| failed(Signature::NoVerdict, format!("the validator knows no profile `{profile}`")))
    }
}

/// Which list of a world differs from what was declared.
fn world_difference(declared: &Observation, observed: &Observation) -> String {
    let lists = [
        ("systems", declared.systems == observed.systems),
        ("arrays", declared.arrays == observed.arrays),
        ("volumes", declared.volumes == observed.volumes),
        ("units", declared.units == observed.units),
        ("relations", declared.relations == observed.relations),
        ("mirror pairs", declared.mirrors == observed.mirrors),
        ("IMS systems", declared.ims == observed.ims),
        ("catalogs", declared.catalogs == observed.catalogs),
        ("data sets", declared.data_sets == observed.data_sets),
        ("authority", declared.authority == observed.authority),
        ("policy", declared.policy == observed.policy),
        ("profiles", declared.profiles == observed.profiles),
    ];
    let differ: Vec<&str> = lists.iter().filter(|(_, same)| !same).map(|(name, _)| *name).collect();
    format!("the world shows other {} than the site declares", differ.join(", "))
}

/// A finding as reports name it.
#[must_use]
pub fn finding_name(finding: &dasdlab_model::finding::Finding) -> FindingName {
    FindingName { reason: finding.reason, severity: finding.severity, subjects: finding.subjects.clone() }
}

impl Serialize for Signature {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl Serialize for FaultKind {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
