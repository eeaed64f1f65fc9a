//! What a world knows and an observation does not show, so that a site saved in the middle goes on as if it had not been:
//! the clock, how far copies have come, what differs between split pairs, what IMS has written, whose data volumes hold.
//!
//! The section is written by machines. A site that people write has none of it: everything then begins as it is declared.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::declare::advance;
use crate::name::{DataSetName, ImsSsid, NameError, ProfileName, Serial, text_type};
use crate::site::{is_default, is_one, one};
use crate::states::words;
use crate::unit::VolumeId;

/// How a world stood when the site was saved.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Alive {
    /// The instant, in milliseconds of virtual time.
    pub now_ms: u64,
    /// How many copies and splits were under way; the next one is given the number after it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub arranged: u64,
    /// Whether the product's repository cannot be written.
    #[serde(default, skip_serializing_if = "is_default")]
    pub repository_unavailable: bool,
    /// IMS systems whose logs are suspended.
    #[serde(default, skip_serializing_if = "is_default")]
    pub suspended: Vec<ImsSsid>,
    /// Profiles of which it is known since when setup is needed.
    #[serde(default, skip_serializing_if = "is_default")]
    pub setup_needed: Vec<NeededSince>,
    /// How often each IMS system has written, counted from the first image on; 0 where left out.
    #[serde(default, skip_serializing_if = "is_default")]
    pub written: Vec<WrittenBy>,
    /// Data sets whose catalog entries were changed.
    #[serde(default, skip_serializing_if = "is_default")]
    pub entries: Vec<EntryChanged>,
    /// How the arrays in which copies run share their rates.
    #[serde(default, skip_serializing_if = "is_default")]
    pub sharing: Vec<Sharing>,
    /// Mirror pairs of which more is known than their states.
    #[serde(default, skip_serializing_if = "is_default")]
    pub mirrors: Vec<MirrorAlive>,
    /// FlashCopy relations of which more is known than their states.
    #[serde(default, skip_serializing_if = "is_default")]
    pub relations: Vec<RelationAlive>,
    /// What volumes hold that copies were made to.
    #[serde(default, skip_serializing_if = "is_default")]
    pub images: Vec<ImageAlive>,
}

/// Since when setup of a profile is needed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NeededSince {
    /// The profile.
    pub profile: ProfileName,
    /// The instant, in milliseconds of virtual time.
    pub since_ms: u64,
}

/// How often an IMS system has written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WrittenBy {
    /// The IMS system.
    pub ims: ImsSsid,
    /// How often.
    pub times: u64,
}

/// A catalog entry that was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EntryChanged {
    /// The data set.
    pub data_set: DataSetName,
    /// The number of its last change among the changes of all entries, from 1.
    pub change: u64,
}

/// How an array shares its copy rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sharing {
    /// The array.
    pub array: Serial,
    /// When it was last counted what each copy had been given, in milliseconds of virtual time.
    pub at_ms: u64,
    /// What each copy had been given then, in parts of a track.
    pub given: u64,
}

/// A copy that runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Running {
    /// Its number among all that was arranged; of a range that of the first.
    pub number: u64,
    /// What the array had given to each copy when this one came as far as `owed` says, in parts of a track.
    #[serde(default, skip_serializing_if = "is_default")]
    pub from: u64,
}

/// A split that runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Splitting {
    /// Its number among all that was arranged; of a range that of the first.
    pub number: u64,
    /// When it ends, in milliseconds of virtual time.
    pub ends_ms: u64,
}

/// A mirror pair, or `count` of them between consecutive volumes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MirrorAlive {
    /// The volume that is or was mirrored.
    pub standard: VolumeId,
    /// The BCV.
    pub bcv: VolumeId,
    /// How many.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub count: u32,
    /// The copy that runs between them.
    #[serde(default, skip_serializing_if = "is_default")]
    pub copy: Option<Running>,
    /// The split that runs.
    #[serde(default, skip_serializing_if = "is_default")]
    pub split: Option<Splitting>,
    /// Tracks still to be copied.
    #[serde(default, skip_serializing_if = "is_default")]
    pub owed: Vec<TrackRange>,
    /// Tracks that were written on the standard volume since the split.
    #[serde(default, skip_serializing_if = "is_default")]
    pub standard_changed: Vec<TrackRange>,
    /// Tracks that were written on the BCV since the split.
    #[serde(default, skip_serializing_if = "is_default")]
    pub bcv_changed: Vec<TrackRange>,
}

/// A FlashCopy relation, or `count` of them between consecutive volumes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RelationAlive {
    /// The volume copied from.
    pub source: VolumeId,
    /// The volume copied to.
    pub target: VolumeId,
    /// How many.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub count: u32,
    /// The copy that runs between them.
    #[serde(default, skip_serializing_if = "is_default")]
    pub copy: Option<Running>,
    /// Tracks still to be copied.
    #[serde(default, skip_serializing_if = "is_default")]
    pub owed: Vec<TrackRange>,
    /// Tracks that were written on either side since the relation was made or renewed.
    #[serde(default, skip_serializing_if = "is_default")]
    pub changed: Vec<TrackRange>,
    /// Whether it is gone as soon as its last track is copied, instead of staying until it is withdrawn.
    #[serde(default, skip_serializing_if = "is_default")]
    pub ends_when_copied: bool,
}

/// What a volume holds, or `count` consecutive ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ImageAlive {
    /// The volume.
    pub volume: VolumeId,
    /// The volume whose data they are.
    pub origin: VolumeId,
    /// How many.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub count: u32,
    /// When the image was fixed, in milliseconds of virtual time.
    pub at_ms: u64,
    /// The last change of a catalog entry that it can hold.
    #[serde(default, skip_serializing_if = "is_default")]
    pub change: u64,
    /// What each IMS system had written by then; 0 where left out.
    #[serde(default, skip_serializing_if = "is_default")]
    pub written: Vec<WrittenBy>,
    /// Whether something of it is missing.
    #[serde(default, skip_serializing_if = "is_default")]
    pub unusable: bool,
    /// What is done with it; `kept` where left out.
    #[serde(default, skip_serializing_if = "is_default")]
    pub stage: ImageStage,
}

words!(
    /// What is done with the image that a volume was given.
    #[derive(Default)]
    ImageStage, "what is done with an image: kept, returning or returned" {
        /// It is kept as it is.
        #[default]
        Kept = "kept",
        /// It is being copied back; the volume is live as soon as that has ended.
        Returning = "returning",
        /// It was copied back, and the volume has been live since.
        Returned = "returned",
    }
);

/// The `count` things from this one on: two volumes that advance together, and the place of each.
fn together(from: VolumeId, to: VolumeId, count: u32) -> impl Iterator<Item = (VolumeId, VolumeId, u32)> {
    (0..count).map_while(move |nth| Some((advance(from, nth)?, advance(to, nth)?, nth)))
}

impl MirrorAlive {
    /// Standard volume and BCV of each pair, and its place in the range.
    pub fn each(&self) -> impl Iterator<Item = (VolumeId, VolumeId, u32)> + use<> {
        together(self.standard, self.bcv, self.count)
    }
}

impl RelationAlive {
    /// Source and target of each relation, and its place in the range.
    pub fn each(&self) -> impl Iterator<Item = (VolumeId, VolumeId, u32)> + use<> {
        together(self.source, self.target, self.count)
    }
}

impl ImageAlive {
    /// Each volume, the origin of what it holds, and its place in the range.
    pub fn each(&self) -> impl Iterator<Item = (VolumeId, VolumeId, u32)> + use<> {
        together(self.volume, self.origin, self.count)
    }
}

/// Consecutive tracks of a volume, written `FIRST-LAST`, or `FIRST` for one alone.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TrackRange {
    /// The first, from 0.
    pub first: u32,
    /// The last.
    pub last: u32,
}

impl TrackRange {
    /// The tracks of a range that has one at least.
    #[must_use]
    pub fn new(range: &Range<u32>) -> Option<Self> {
        range.end.checked_sub(1).filter(|&last| range.start <= last).map(|last| Self { first: range.start, last })
    }

    /// The range.
    #[must_use]
    pub const fn range(self) -> Range<u32> {
        self.first..self.last.saturating_add(1)
    }
}

const RANGE_EXPECTED: &str = "a range of tracks such as 0-16694, or one track such as 7";

impl FromStr for TrackRange {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let number = |digits: &str| {
            let legal = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
            legal.then(|| digits.parse::<u32>().ok()).flatten()
        };
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        match (number(first), number(last)) {
            (Some(first), Some(last)) if first <= last => Ok(Self { first, last }),
            _ => Err(NameError::new(text, RANGE_EXPECTED)),
        }
    }
}

impl fmt::Display for TrackRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.first == self.last { write!(f, "{}", self.first) } else { write!(f, "{}-{}", self.first, self.last) }
    }
}

text_type!(TrackRange, RANGE_EXPECTED, "^[0-9]+(-[0-9]+)?$");

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<Range<u32>>) {
        assert_eq!(text.parse::<TrackRange>().ok().map(TrackRange::range), expected, "{text}");
    }

    #[test]
    fn a_range_of_tracks_has_a_first_and_a_last() {
        check("0-9", Some(0..10));
        check("7", Some(7..8));
        for text in ["", "-", "9-0", "1-", "-1", "+1", "1-2-3", "4294967296", " 1"] {
            check(text, None);
        }
        assert_eq!(TrackRange::new(&(3..3)), None);
        assert_eq!(TrackRange::new(&(3..4)).map(|range| range.to_string()).as_deref(), Some("3"));
    }
}
