//! The forms of what is sent and what is answered.

use dasdlab_model::command::Reply;
use dasdlab_model::event::{Event, Time};
use dasdlab_model::name::{ProfileName, SystemName};
use dasdlab_model::states::{HostStatus, MirrorState, RelationState};
use dasdlab_model::story::{Duration, RestoreKind};
use dasdlab_model::transitions::{MirrorOrder, Refusal, RelationOrder};
use dasdlab_model::unit::{Unit, VolumeId, VolumeRef};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::problem::Problem;

/// The most rows of one answer.
pub const MAX_ROWS: u64 = 10_000;

/// The rows of an answer, where nothing else is asked for.
pub(super) const ROWS: u64 = 1_000;

/// Who orders, where nobody is named.
const CONTROL: &str = "CONTROL";

/// How long a step waits for its pairs, where nothing else is said: two hours.
const WAIT: Duration = Duration::of_ms(2 * 3_600_000);

/// The name of a foreign job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(super) struct JobName(#[schemars(regex(pattern = r"^[A-Z@#$][A-Z0-9@#$]{0,7}$"))] pub String);

impl Default for JobName {
    fn default() -> Self {
        Self(CONTROL.to_owned())
    }
}

impl JobName {
    /// The name, if it is one.
    pub(super) fn checked(self) -> Result<String, Problem> {
        let letter = |c: char| c.is_ascii_uppercase() || matches!(c, '@' | '#' | '$');
        let mut characters = self.0.chars();
        let is_name = characters.next().is_some_and(letter) && characters.clone().count() < 8;
        if is_name && characters.all(|c| letter(c) || c.is_ascii_digit()) {
            return Ok(self.0);
        }
        let said = super::ask::shown(&self.0);
        Err(Problem::bad(format!("`{said}` is no job name")).at("body, `by`").expected("1 to 8 of A-Z 0-9 @ # $, no digit first"))
    }
}

/// An order to a mirror pair. `hold` asks for a profile, and like `release` for no standard volume.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OrderMirror {
    /// The volume that is or was mirrored.
    #[serde(default)]
    pub standard: Option<VolumeRef>,
    /// The BCV.
    pub bcv: VolumeRef,
    /// What to do.
    pub order: MirrorOrder,
    /// The profile for which a BCV is held.
    #[serde(default)]
    pub profile: Option<ProfileName>,
    /// The foreign job that orders; `CONTROL` where left out.
    #[serde(default)]
    pub by: JobName,
}

/// A pair of volumes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct StandardAndBcv {
    /// The volume that is mirrored.
    pub standard: VolumeRef,
    /// The BCV.
    pub bcv: VolumeRef,
}

/// Pairs that are split at one instant, with consistency by the array.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SplitTogether {
    /// The pairs.
    #[schemars(length(min = 1))]
    pub pairs: Vec<StandardAndBcv>,
    /// The foreign job that orders; `CONTROL` where left out.
    #[serde(default)]
    pub by: JobName,
}

/// An order to a FlashCopy relation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OrderRelation {
    /// The volume copied from.
    pub source: VolumeRef,
    /// The volume copied to.
    pub target: VolumeRef,
    /// What to do.
    pub order: RelationOrder,
    /// The foreign job that orders; `CONTROL` where left out.
    #[serde(default)]
    pub by: JobName,
}

/// A pair of volumes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SourceAndTarget {
    /// The volume copied from.
    pub source: VolumeRef,
    /// The volume copied to.
    pub target: VolumeRef,
}

/// Relations that are established in one consistency window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct EstablishTogether {
    /// The pairs.
    #[schemars(length(min = 1))]
    pub pairs: Vec<SourceAndTarget>,
    /// The foreign job that orders; `CONTROL` where left out.
    #[serde(default)]
    pub by: JobName,
}

/// What came back of an order that was not refused, or not as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(super) struct Replied {
    /// What came back.
    pub reply: Word,
    /// For each pair of an order for several, in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replies: Vec<OneReply>,
}

/// A reply in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Word {
    /// It was accepted and something changed.
    Done,
    /// It was accepted and changed nothing.
    Nothing,
    /// It was refused and changed nothing.
    Refused,
    /// One reply for each pair.
    Each,
}

/// The reply for one pair.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(super) struct OneReply {
    /// What came back.
    pub reply: Word,
    /// Why it was refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<Refusal>,
}

impl From<&Reply> for OneReply {
    fn from(reply: &Reply) -> Self {
        let reply_word = match reply {
            Reply::Done => Word::Done,
            Reply::Nothing => Word::Nothing,
            Reply::Refused(_) => Word::Refused,
            Reply::Each(_) => Word::Each,
        };
        Self { reply: reply_word, refusal: reply.refusal() }
    }
}

/// Some of many.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(super) struct Rows<T> {
    /// How many there are.
    pub total: u64,
    /// The number of the first one here, from 0.
    pub offset: u64,
    /// The `offset` of the next answer; none at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<u64>,
    /// Those of this answer.
    pub rows: Vec<T>,
}

impl<T> Rows<T> {
    /// So many at most from an offset on.
    pub(super) fn of(all: impl Iterator<Item = T>, offset: u64, limit: u64) -> Self {
        let mut total = 0;
        let mut rows = Vec::new();
        for row in all {
            if total >= offset && (rows.len() as u64) < limit {
                rows.push(row);
            }
            total += 1;
        }
        let end = offset.saturating_add(rows.len() as u64);
        Self { total, offset, next: (end < total).then_some(end), rows }
    }

    pub(super) fn map<U>(self, each: impl FnMut(T) -> U) -> Rows<U> {
        Rows { total: self.total, offset: self.offset, next: self.next, rows: self.rows.into_iter().map(each).collect() }
    }
}

/// A mirror pair.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(super) struct MirrorRow {
    /// The volume that is or was mirrored.
    pub standard: VolumeId,
    /// The BCV.
    pub bcv: VolumeId,
    /// State of the pair.
    pub state: MirrorState,
    /// The profile for which the BCV is held.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub held_for: Option<ProfileName>,
    /// Tracks that are still to be copied, or differ.
    pub tracks_left: Option<u32>,
    /// Tracks of the volume.
    pub tracks: Option<u32>,
}

/// A FlashCopy relation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(super) struct RelationRow {
    /// The volume copied from.
    pub source: VolumeId,
    /// The volume copied to.
    pub target: VolumeId,
    /// Its state.
    pub state: RelationState,
    /// Tracks that are still to be copied.
    pub tracks_left: Option<u32>,
    /// Tracks of the volume.
    pub tracks: Option<u32>,
}

/// A unit of a system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(super) struct UnitRow {
    /// The system.
    pub system: SystemName,
    /// Its number there.
    pub unit: Unit,
    /// The address behind it.
    pub volume: VolumeId,
    /// How the system sees it; none of an alias.
    pub status: Option<HostStatus>,
}

/// A status.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Vary {
    /// How the system sees the unit from now on.
    pub status: HostStatus,
}

/// The clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(super) struct ClockRow {
    /// Virtual time, in milliseconds.
    pub now_ms: Time,
    /// The same for people.
    pub now: String,
    /// How it follows real time.
    #[schemars(regex(pattern = r"^(instant|hand|[1-9][0-9]{0,6}x)$"))]
    pub pace: String,
    /// When something happens by itself next: a copy ends, a fault is due, a piece of work goes on.
    pub next_ms: Option<Time>,
}

/// A pace of the clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SetClock {
    /// `1x` to `1000000x`: so many virtual milliseconds in one of real time; `instant`: what an order begins has ended when it
    /// is answered; `hand`: time stands still until somebody moves it.
    #[schemars(regex(pattern = r"^(instant|hand|[1-9][0-9]{0,5}x|1000000x)$"))]
    pub pace: String,
}

/// How far the clock is moved.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Advance {
    /// By how much; to the next thing that happens by itself where left out.
    #[serde(default)]
    pub by: Option<Duration>,
}

/// A wait.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RunSetup {
    /// How long it waits for its pairs at most.
    #[serde(default = "wait")]
    pub wait: Duration,
}

/// The job that takes a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RunJob {
    /// Setup alone, needed or not.
    #[serde(default)]
    pub setup_only: bool,
    /// How long a step waits for its pairs at most.
    #[serde(default = "wait")]
    pub wait: Duration,
}

/// A restore.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RunRestore {
    /// Every source, or those that held data.
    pub kind: RestoreKind,
    /// The generation that is restored from.
    #[schemars(range(min = 1, max = 99))]
    pub generation: u8,
    /// How long it waits for its copies at most.
    #[serde(default = "wait")]
    pub wait: Duration,
}

pub(super) const fn wait() -> Duration {
    WAIT
}

impl Default for RunSetup {
    fn default() -> Self {
        Self { wait: WAIT }
    }
}

impl Default for RunJob {
    fn default() -> Self {
        Self { setup_only: false, wait: WAIT }
    }
}

/// Events that are kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(super) struct Events {
    /// Tells the numbers of this server from those of one before it.
    pub epoch: String,
    /// The number of the newest event.
    pub newest: u64,
    /// How many behind the number that was given are no longer kept.
    pub lost: u64,
    /// The events.
    pub events: Vec<EventRow>,
}

/// A change of state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(super) struct EventRow {
    /// Its number, from 1.
    pub number: u64,
    /// When it happened, in milliseconds of virtual time.
    pub at: Time,
    /// What changed.
    pub object: String,
    /// Its state before.
    pub from: String,
    /// Its state after.
    pub to: String,
    /// The command or the happening that caused it.
    pub cause: String,
}

impl EventRow {
    pub(super) fn new(number: u64, event: &Event) -> Self {
        let Event { at, object, from, to, cause } = event.clone();
        Self { number, at, object, from, to, cause }
    }
}

/// What a load brought in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(super) struct Loaded {
    /// How many arrays.
    pub arrays: usize,
    /// How many volumes.
    pub volumes: usize,
    /// The profiles.
    pub profiles: Vec<ProfileName>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_say_how_many_there_are_and_where_the_next_begin() {
        let rows = |offset, limit| Rows::of(0..5, offset, limit);
        let said = |rows: Rows<i32>| (rows.total, rows.rows, rows.next);
        assert_eq!(said(rows(0, 2)), (5, vec![0, 1], Some(2)));
        assert_eq!(said(rows(4, 2)), (5, vec![4], None));
        assert_eq!(said(rows(9, 2)), (5, vec![], None));
        assert_eq!(said(rows(3, 2)), (5, vec![3, 4], None));
    }

    #[test]
    fn a_job_name_is_one_to_eight_characters() {
        for (name, is_name) in [("CONTROL", true), ("$A1", true), ("1A", false), ("", false), ("ABCDEFGHI", false), ("a", false)]
        {
            assert_eq!(JobName(name.to_owned()).checked().is_ok(), is_name, "{name}");
        }
    }
}
