//! What is written beside a picture: steps, faults, ends of pieces of work, and the findings of each.

use std::collections::BTreeMap;

use dasdlab_model::event::Time;
use dasdlab_model::finding::{Severity, Subject, Verdict};
use dasdlab_model::name::ProfileName;
use dasdlab_model::story::{PlannedFault, StoryStep};
use dasdlab_model::unit::VolumeId;
use serde::Serialize;

use super::Said;
use super::glyph::Tone;
use super::state::State;
use crate::story::timeline::names::Names;
use crate::story::timeline::{Standing, words};
use crate::story::watch::{Ended, Work};

/// A step of a story, and the moments that it has.
#[derive(Debug, Clone, Serialize)]
pub struct StepSpan {
    /// Its number, from 1.
    pub number: usize,
    /// Its name, where it has one.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// What it does, in words.
    pub what: String,
    /// Its kind.
    pub word: &'static str,
    /// When it begins.
    #[serde(rename = "began_ms")]
    pub began: Time,
    /// When it ends.
    #[serde(rename = "finished_ms")]
    pub finished: Time,
    /// Its first moment.
    pub first_slot: Option<usize>,
    /// Its last moment.
    pub last_slot: usize,
    /// Where the profile stands in the end, in words.
    pub stands: String,
}

impl StepSpan {
    pub(super) fn new(index: usize, step: &StoryStep, profile: &ProfileName, at: Time, names: &Names) -> Self {
        Self {
            number: index + 1,
            name: step.name.clone(),
            what: words::step(step, profile, |volume| names.reference(volume)),
            word: step.action.word(),
            began: at,
            finished: at,
            first_slot: None,
            last_slot: 0,
            stands: String::new(),
        }
    }

    pub(super) fn ends(&mut self, at: Time, standing: &Standing, names: &Names) {
        self.finished = at;
        let stands = standing.state.map_or_else(|| "is gone".to_owned(), |(state, reason)| words::state(state, reason));
        self.stands = format!("{} {stands}", standing.profile);
        if let Some(losses) = &standing.losses {
            let lost = |lost: &crate::story::inspect::Lost| format!("{} of {}", lost.loss, names.subject(&lost.subject));
            self.stands += &match losses.as_slice() {
                [] => ", nothing is lost".to_owned(),
                [one] => format!(", lost: {}", lost(one)),
                [first, more @ ..] => format!(", lost: {} and {} more", lost(first), more.len()),
            };
        }
    }
}

/// What a note is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Noted {
    /// A fault of the plan fires.
    Fault,
    /// A fault that lasted is over.
    Over,
    /// A piece of work has ended.
    End,
}

/// Something that belongs to a moment of a story.
#[derive(Debug, Clone, Serialize)]
pub struct Note {
    /// What it is about.
    pub what: Noted,
    /// The moment.
    pub slot: usize,
    /// The instant.
    #[serde(rename = "at_ms")]
    pub at: Time,
    /// The name of the fault.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// In words.
    pub text: String,
    /// How loudly.
    #[serde(skip)]
    pub tone: Tone,
    /// What was said in the end, where something was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub said: Option<Said>,
}

impl Note {
    pub(super) fn fault(slot: usize, at: Time, fault: &PlannedFault, names: &Names) -> Self {
        let text = words::fault(fault, |volume| names.reference(volume));
        Self { what: Noted::Fault, slot, at, name: fault.name.clone(), text, tone: Tone::Warn, said: None }
    }

    pub(super) fn over(slot: usize, at: Time, fault: &PlannedFault) -> Self {
        let text = "is over".to_owned();
        Self { what: Noted::Over, slot, at, name: fault.name.clone(), text, tone: Tone::Warn, said: None }
    }

    /// How a piece of work ended, where that is news.
    pub(super) fn end(slot: usize, at: Time, (work, second): (&Work, bool), ended: &Ended, names: &Names) -> Option<Self> {
        let who = if second { format!("the second {}", work.word()) } else { work.word().to_owned() };
        let (text, tone) = match (ended, work) {
            (Ended::Said { verdict, refused }, _) => {
                let refused = refused.as_ref().map(|word| format!(", refused ({word})")).unwrap_or_default();
                (format!("{who}: return code {}{refused}", verdict.return_code), tone(verdict.return_code))
            }
            (Ended::Refused(word), Work::Other) => (format!("refused ({word})"), Tone::Bad),
            (Ended::Refused(word), Work::Build) => (format!("no job is built ({word})"), Tone::Bad),
            (Ended::Refused(word), _) => (format!("{who} refused ({word})"), Tone::Bad),
            (Ended::Abended, _) => (format!("{who} is gone with the host"), Tone::Bad),
            (Ended::Done, Work::Edit(_) | Work::Enter(_)) => (format!("{who} accepted"), Tone::Good),
            (Ended::Done, _) => return None,
        };
        let said = ended.verdict().map(|verdict| Said::new(verdict, names));
        Some(Self { what: Noted::End, slot, at, name: String::new(), text, tone, said })
    }
}

/// How loudly a return code speaks.
pub(super) const fn tone(return_code: u8) -> Tone {
    match return_code {
        0 => Tone::Good,
        4 => Tone::Warn,
        _ => Tone::Bad,
    }
}

/// The worst that a verdict says of each volume.
pub(super) fn marks(verdict: &Verdict, state: &State) -> BTreeMap<VolumeId, Severity> {
    let mut marks = BTreeMap::new();
    for finding in &verdict.findings {
        for subject in &finding.subjects {
            let volume = match subject {
                Subject::Unit(unit) => state.volume(*unit),
                Subject::Volume(volume) => Some(*volume),
                _ => None,
            };
            if let Some(volume) = volume {
                let mark = marks.entry(volume).or_insert(finding.severity);
                *mark = finding.severity.max(*mark);
            }
        }
    }
    marks
}
