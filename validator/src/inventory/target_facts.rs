//! Derives the facts of a target from the volume behind it.

use dasdlab_model::states::{Family, HostStatus, Method};
use dasdlab_model::tables::Marks;

use super::Inventory;
use super::facts::{Facts, target as fact};
use super::volumes::Volume;

impl Inventory {
    /// What this volume is as a target.
    pub(super) fn target_facts(&self, id: u32, volume: &Volume) -> u32 {
        let mut facts = Facts::default();
        let plain = self.plain_target(volume);
        // Not ready is the normal case of a BCV that mirrors a source of this profile.
        facts.note(if self.mirrors_source(id) { plain & !fact::NOT_READY } else { plain }, true);
        facts.note(fact::RESERVED, self.volumes.rare_of(id).reserved_by.is_some());
        facts.note(fact::HOLDS_DATA, !self.data.sets_on.of(id).is_empty() || !self.data.catalogs_on.of(id).is_empty());
        facts.note(fact::ALSO_SOURCE, self.mapping.source_set.contains(id));
        facts.note(fact::TARGET_ELSEWHERE, self.claims.targets.contains(id) || self.claims.holder(id).is_some());
        facts.note(fact::SOURCE_ELSEWHERE, self.claims.sources.contains(id));
        if self.copies.touched.contains(id) {
            facts.note(fact::FOREIGN_RELATION, self.foreign_copies(id).next().is_some());
            let mut standards = self.copies.established_to(id);
            let mirrors_foreign = standards.any(|standard| !self.mapping.source_set.contains(standard.volume));
            facts.note(fact::MIRRORS_FOREIGN, self.terms.method == Method::Bcv && mirrors_foreign);
        }
        facts.bits()
    }

    /// What a target is by the marks of its volume and its array alone.
    pub(super) fn plain_target(&self, volume: &Volume) -> u32 {
        let mut facts = Facts::default();
        facts.note(status_fact(volume.status()), true);
        facts.note(fact::SPACE_EFFICIENT, volume.marks().has(Marks::THIN));
        facts.note(fact::REMOTE_SECONDARY, volume.is_remote_secondary());
        let array = self.volumes.array_of(volume);
        match self.terms.method {
            Method::FlashCopy => facts.note_flashcopy(volume, array),
            Method::Bcv => {
                facts.note(fact::NOT_BCV, !volume.marks().has(Marks::BCV));
                facts.note(fact::METHOD_UNSUPPORTED, array.is_some_and(|array| array.family != Family::Symmetrix));
            }
        }
        facts.bits()
    }

    /// Whether the target is established as BCV to a source of this profile, of method bcv.
    fn mirrors_source(&self, id: u32) -> bool {
        self.terms.method == Method::Bcv
            && self.copies.touched.contains(id)
            && self.copies.established_to(id).any(|standard| self.mapping.source_set.contains(standard.volume))
    }

    /// The other sides of the target's copies that are none of its mapped sources: FlashCopy relations in either
    /// direction, and for a FlashCopy profile established mirror pairs as well.
    pub(crate) fn foreign_copies(&self, id: u32) -> impl Iterator<Item = u32> + '_ {
        let relations = self.copies.flashcopy_sources.of(id).iter().chain(self.copies.flashcopy_targets.of(id)).copied();
        let mirrors = self.copies.established_to(id).chain(self.copies.established_on(id)).map(|partner| partner.volume);
        let mirrors_count = self.terms.method == Method::FlashCopy;
        let others = relations.chain(mirrors.filter(move |_| mirrors_count));
        others.filter(move |&other| !self.mapping.is_pair(other, id))
    }
}

/// The fact that a status is for a target. Offline is the normal case.
fn status_fact(status: Option<HostStatus>) -> u32 {
    match status {
        None | Some(HostStatus::Offline) => 0,
        Some(HostStatus::Online) => fact::ONLINE,
        Some(HostStatus::Allocated) => fact::IN_USE,
        Some(HostStatus::PendingOffline) => fact::PENDING_OFFLINE,
        Some(HostStatus::Boxed) => fact::BOXED,
        Some(HostStatus::NoPath) => fact::NO_PATH,
        Some(HostStatus::NotReady) => fact::NOT_READY,
    }
}
