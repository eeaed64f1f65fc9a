//! What a restore was worth: the world is looked through for what is gone.
//!
//! Nothing here knows a rule or asks what setup found. Each kind of loss is asked of the volumes themselves: whose data they
//! hold, as of when, and what the catalogs say of them.

mod back;
mod images;
mod inspector;
mod losses;
mod view;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use dasdlab_model::event::Time;
use dasdlab_model::finding::Subject;
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::story::{Loss, RestoreKind};
use dasdlab_model::unit::VolumeId;
use dasdlab_simulator::World;
use serde::Serialize;

pub use back::Back;
pub use inspector::Inspector;

use images::Images;
use view::View;

/// Something that a restore has lost.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Lost {
    /// The kind of loss.
    pub loss: Loss,
    /// What is lost, or what it is lost from.
    pub subject: Subject,
    /// What a person has to know of it.
    pub message: String,
}

/// What a backup was made of.
#[derive(Debug, Clone)]
pub struct Taken {
    /// Everything as it was seen at the instant of the copy.
    pub seen: Arc<Observation>,
    /// That instant; none where the backup was there before the story began.
    pub at: Option<Time>,
    /// The sources that held something else than themselves by then, or not all of it: whose data they held, and whether
    /// all of them. A copy of such a volume is no better.
    odd: BTreeMap<VolumeId, (VolumeId, bool)>,
    /// The sources that were images of others by then, split from what they were copied from: no writes of theirs are
    /// counted, so nothing is known of the order of those in them.
    uncounted: BTreeSet<VolumeId>,
}

impl Taken {
    /// What a copy of a profile's sources would be made of at this instant.
    #[must_use]
    pub fn now(world: &World, profile: &ProfileName) -> Self {
        let seen = Arc::new(world.observe());
        let (mut odd, mut uncounted) = (BTreeMap::new(), BTreeSet::new());
        for &volume in View::new(&seen, profile).iter().flat_map(View::sources) {
            let Some(content) = world.content(volume) else { continue };
            if content.origin != volume || !content.usable {
                odd.insert(volume, (content.origin, content.usable));
            }
            if content.written.is_some() {
                uncounted.insert(volume);
            }
        }
        Self { seen, at: Some(world.now()), odd, uncounted }
    }

    /// Whose data a volume held, and whether all of them.
    fn held(&self, volume: VolumeId) -> (VolumeId, bool) {
        self.odd.get(&volume).copied().unwrap_or((volume, true))
    }
}

/// Looks through a world after a restore.
///
/// `back` is what was copied back, and `overwritten` is what setups and backups of the profile have copied
/// over that was somebody else's. The losses are in order, and none is named twice.
#[must_use]
pub fn inspect(
    taken: &Taken,
    profile: &ProfileName,
    kind: RestoreKind,
    (world, back): (&World, &Back),
    overwritten: &BTreeMap<Subject, String>,
) -> Vec<Lost> {
    let Some(view) = View::new(&taken.seen, profile) else { return Vec::new() };
    let images = Images::new(world, back);
    let mut found = losses::all(&view, &images, kind, taken);
    found.extend(overwritten.iter().map(|(subject, message)| Lost {
        loss: Loss::Overwritten,
        subject: subject.clone(),
        message: message.clone(),
    }));
    found.sort_unstable();
    found.dedup_by(|a, b| (a.loss, &a.subject) == (b.loss, &b.subject));
    found
}
