//! Small hand-made logs: what a machine was shown and what it did, and what must come of it.

use std::sync::Arc;

use dasdlab_model::command::{Command, Reply};
use dasdlab_model::event::Time;
use dasdlab_model::observation::Observation;
use dasdlab_model::site::Backup;
use dasdlab_model::states::{Consistency, HostStatus, MirrorState, RelationState, RestoreScope};
use dasdlab_model::transitions::{MirrorOrder, Refusal, RelationOrder};
use dasdlab_model::unit::VolumeId;

use super::build::*;
use super::check::line;
use crate::{Following, Must, Work};

/// A wait limit of ten seconds.
pub(crate) const WAIT: u64 = 10_000;

/// The fingerprint of the clean BCV profile.
pub(crate) const BCV: &str = "4eff89414524000a3a84535c25f2d32b";
/// The fingerprint of the clean FlashCopy profile.
pub(crate) const FLASHCOPY: &str = "fa61138bad4fa57c2d3df52683dbcf03";

/// A machine at work on profile P1, told turn by turn.
pub(crate) struct Telling {
    /// What a look shows.
    pub(crate) seen: Observation,
    /// The time in seconds.
    pub(crate) now: u64,
    following: Following,
}

impl Telling {
    pub(crate) fn new(seen: Observation, following: Following) -> Self {
        Self { seen, now: 0, following }
    }

    /// The machine has ended.
    pub(crate) fn end(self) -> Must {
        self.following.end()
    }

    /// The machine looks.
    pub(crate) fn look(&mut self) -> &mut Self {
        self.following.shown(&Arc::new(self.seen.clone()), Time::seconds(self.now));
        self
    }

    /// It commands this, and it is done.
    #[track_caller]
    pub(crate) fn tells(&mut self, command: &str) -> &mut Self {
        self.replied(command, Reply::Done)
    }

    /// It commands this, and it is refused.
    #[track_caller]
    pub(crate) fn refused(&mut self, command: &str, refusal: Refusal) -> &mut Self {
        self.replied(command, Reply::Refused(refusal))
    }

    /// It commands this, and there is nothing to do.
    #[track_caller]
    pub(crate) fn nothing(&mut self, command: &str) -> &mut Self {
        self.replied(command, Reply::Nothing)
    }

    /// It commands this for several pairs; those with a refusal are refused.
    #[track_caller]
    pub(crate) fn each(&mut self, command: &str, refusals: &[Option<Refusal>]) -> &mut Self {
        let replies = refusals.iter().map(|refusal| refusal.map_or(Reply::Done, Reply::Refused));
        self.replied(command, Reply::Each(replies.collect()))
    }

    #[track_caller]
    fn replied(&mut self, text: &str, reply: Reply) -> &mut Self {
        let command = self.command(text);
        self.following.commanding();
        if reply.refusal().is_none() {
            let own = profile(&mut self.seen, "P1");
            match &command {
                Command::Lock { by, .. } => own.locked_by = Some(by.clone()),
                Command::Unlock { .. } => own.locked_by = None,
                Command::SetState { state, reason, .. } => (own.state, own.reason) = (*state, *reason),
                _ => {}
            }
        }
        self.following.answered(&command, &reply);
        self
    }

    /// A mirror pair is in this state from now on.
    pub(crate) fn mirror(&mut self, standard: &str, bcv: &str, state: MirrorState) -> &mut Self {
        let (one, other) = (id(&self.seen, standard), id(&self.seen, bcv));
        self.seen.mirrors.retain(|pair| (pair.standard, pair.bcv) != (one, other));
        mirror(&mut self.seen, standard, bcv, state);
        self
    }

    /// A relation is in this state from now on, or gone.
    pub(crate) fn relation(&mut self, source: &str, target: &str, state: Option<RelationState>) -> &mut Self {
        let (one, other) = (id(&self.seen, source), id(&self.seen, target));
        self.seen.relations.retain(|relation| (relation.source, relation.target) != (one, other));
        if let Some(state) = state {
            relate(&mut self.seen, source, target, state);
        }
        self
    }

    /// A unit is seen so from now on.
    pub(crate) fn status(&mut self, unit: &str, wanted: HostStatus) -> &mut Self {
        status(&mut self.seen, unit, wanted);
        self
    }

    /// The time in seconds from now on.
    pub(crate) fn at(&mut self, now: u64) -> &mut Self {
        self.now = now;
        self
    }

    /// The lock and the look under it.
    pub(crate) fn lock(&mut self) -> &mut Self {
        self.look().tells("lock").look()
    }

    /// `establish-full 1000 1100`, `split 1000-1100 1001-1101`, `state ready`, `record 1 valid array full-and-data`…
    #[track_caller]
    fn command(&mut self, text: &str) -> Command {
        let words: Vec<&str> = text.split(' ').collect();
        let own = n("P1");
        let volume = |word: &str| id(&self.seen, word);
        let pairs = |words: &[&str]| -> Vec<(VolumeId, VolumeId)> {
            words.iter().map(|pair| pair.split_once('-').unwrap()).map(|(one, other)| (volume(one), volume(other))).collect()
        };
        match words.as_slice() {
            ["lock"] => Command::Lock { profile: own, by: "somebody".to_owned() },
            ["unlock"] => Command::Unlock { profile: own },
            ["hold", bcv] => Command::Hold { bcv: volume(bcv), profile: own },
            ["release", bcv] => Command::Release { bcv: volume(bcv) },
            ["suspend"] => Command::SuspendLogs { ims: n("IMSA") },
            ["resume"] => Command::ResumeLogs { ims: n("IMSA") },
            ["split", rest @ ..] => Command::SplitTogether { pairs: pairs(rest) },
            ["copy", rest @ ..] => Command::EstablishTogether { pairs: pairs(rest) },
            ["state", state, rest @ ..] => {
                let (reason, fingerprint) = match rest {
                    ["as", fingerprint] => (None, Some((*fingerprint).to_owned())),
                    [reason] => (Some(n(reason)), None),
                    _ => (None, None),
                };
                Command::SetState { profile: own, state: n(state), reason, fingerprint }
            }
            ["record", generation, word, consistency, rest @ ..] => Command::Record {
                profile: own,
                backup: Backup {
                    generation: generation.parse().unwrap(),
                    taken_at: self.now,
                    valid: *word == "valid",
                    expired: false,
                    consistency: n(consistency),
                    restore_scope: rest.first().map(|scope| n(scope)),
                    why: "told so".to_owned(),
                },
            },
            // What the catalog has of the generation, as expired.
            ["expire", generation] => {
                let backups = &profile(&mut self.seen, "P1").backups;
                let backup = backups.iter().find(|backup| backup.generation.to_string() == *generation).unwrap();
                let backup = Backup { expired: true, why: "told so".to_owned(), ..backup.clone() };
                Command::Record { profile: own, backup }
            }
            [order, one, other] => match order.parse::<MirrorOrder>() {
                Ok(order) => Command::Mirror { standard: volume(one), bcv: volume(other), order },
                Err(_) => {
                    let order: RelationOrder = n(order);
                    Command::FlashCopy { source: volume(one), target: volume(other), order }
                }
            },
            _ => unreachable!("{text}"),
        }
    }
}

/// The catalog has a valid backup of the generation, taken at this second.
pub(crate) fn backup(seen: &mut Observation, generation: u8, taken_at: u64) {
    profile(seen, "P1").backups.push(Backup {
        generation,
        taken_at,
        valid: true,
        expired: false,
        consistency: Consistency::Array,
        restore_scope: Some(RestoreScope::FullAndData),
        why: String::new(),
    });
}

/// What must come of it, line by line: refusal, verdict, findings, what is left of the profile, complaints.
pub(crate) fn lines(must: &Must) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(Some(word)) = &must.refused {
        lines.push(format!("refused: {word}"));
    }
    if let Some(verdict) = &must.said {
        let scope = verdict.restore_scope.map_or("no scope", |scope| scope.as_str());
        lines.push(format!("{} {scope}", verdict.return_code));
        lines.extend(verdict.findings.iter().map(line));
    }
    if let Some(left) = &must.left {
        let reason = left.reason.map_or(String::new(), |reason| format!(" ({reason})"));
        let fingerprint = match left.fingerprint.as_deref() {
            None => "",
            Some(BCV | FLASHCOPY) => ", as set up",
            Some(other) => other,
        };
        lines.push(format!("left {}{reason}{fingerprint}", left.state));
        for backup in &left.backups {
            let word = match (backup.valid, backup.expired) {
                (false, _) => "invalid",
                (true, true) => "expired",
                (true, false) => "valid",
            };
            let scope = backup.restore_scope.map_or("no scope", |scope| scope.as_str());
            lines.push(format!("{} {word} at {} {} {scope}", backup.generation, backup.taken_at, backup.consistency));
        }
    }
    lines.extend(must.complaints.iter().map(|complaint| format!("! {complaint}")));
    lines
}

/// What must come of work on a world after this has been told of it.
#[track_caller]
pub(crate) fn check(work: Work, seen: Observation, told: impl FnOnce(&mut Telling), expected: &[&str]) {
    let following = Following::begin(work, &n("P1"), &seen, Time::default());
    let mut telling = Telling::new(seen, following);
    told(&mut telling);
    let lines = lines(&telling.end());
    assert_eq!(lines, expected, "\n{}", lines.join("\n"));
}
