//! Derives the facts of a target from the volume behind it.

use dasdlab_model::states::{Family, HostStatus, Method};

use super::Inventory;
use super::claims::Use;
use super::facts::{Facts, target as fact};
use super::volumes::Volume;

impl Inventory {
    /// What this volume is as a target.
    #[inline]
    pub(super) fn target_facts(&self, id: u32, volume: &Volume) -> u32 {
        let mut facts = Facts::default();
        facts.note(self.target_status(id, volume.status()), true);
        facts.note(fact::RESERVED, volume.reserved_by.is_some());
        facts.note(fact::HOLDS_DATA, !self.data.sets_on.of(id).is_empty() || !self.data.catalogs_on.of(id).is_empty());
        facts.note(fact::ALSO_SOURCE, self.mapping.source_set.contains(id));
        let copied = !self.copies.are_none() && self.copies.touch(id);
        facts.note(fact::FOREIGN_RELATION, copied && self.foreign_copies(id).next().is_some());
        facts.note(fact::SPACE_EFFICIENT, volume.thin);
        facts.note(fact::REMOTE_SECONDARY, volume.remote_secondary);
        let claims = self.claims.on.of(id);
        facts.note(fact::TARGET_ELSEWHERE, claims.iter().any(|claim| matches!(claim.by, Use::Target | Use::Held)));
        facts.note(fact::SOURCE_ELSEWHERE, claims.iter().any(|claim| claim.by == Use::Source));
        let array = self.volumes.array_of(volume);
        match self.terms.method {
            Method::FlashCopy => facts.note_flashcopy(volume, array),
            Method::Bcv => {
                facts.note(fact::NOT_BCV, !volume.bcv);
                facts.note(fact::METHOD_UNSUPPORTED, array.is_some_and(|array| array.family != Family::Symmetrix));
                let mut standards = self.copies.established_to(id);
                facts.note(
                    fact::MIRRORS_FOREIGN,
                    copied && standards.any(|standard| !self.mapping.source_set.contains(standard.volume)),
                );
            }
        }
        facts.bits()
    }

    /// The fact that a status is for a target. Offline is the normal case, and so is not ready for a BCV that
    /// mirrors a source of this profile.
    fn target_status(&self, id: u32, status: Option<HostStatus>) -> u32 {
        match status {
            None | Some(HostStatus::Offline) => 0,
            Some(HostStatus::Online) => fact::ONLINE,
            Some(HostStatus::Allocated) => fact::IN_USE,
            Some(HostStatus::PendingOffline) => fact::PENDING_OFFLINE,
            Some(HostStatus::Boxed) => fact::BOXED,
            Some(HostStatus::NoPath) => fact::NO_PATH,
            Some(HostStatus::NotReady) => {
                let mut standards = self.copies.established_to(id);
                let mirrors_source = standards.any(|standard| self.mapping.source_set.contains(standard.volume));
                if self.terms.method == Method::Bcv && mirrors_source { 0 } else { fact::NOT_READY }
            }
        }
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
