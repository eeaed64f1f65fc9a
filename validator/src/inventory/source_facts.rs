//! Derives the facts of a source from the volume behind it.

use dasdlab_model::states::{Family, HostStatus, Method, MirrorState};

use super::Inventory;
use super::copies::Partner;
use super::facts::{Facts, source as fact};
use super::volumes::Volume;

/// FlashCopy relations in which one volume can be source: a DS8000 copies a source to at most 12 targets at a time.
pub(crate) const RELATION_LIMIT: u32 = 12;

impl Inventory {
    /// What this volume is as a source, whatever label it was saved with.
    pub(super) fn source_facts(&self, id: u32, volume: &Volume) -> u32 {
        let mut facts = Facts::default();
        facts.note(self.plain_source(volume), true);
        facts.note(fact::DUPLICATE_VOLSER, self.namesakes(id, volume).next().is_some());
        let reserved_by = self.volumes.rare_of(id).reserved_by;
        facts.note(fact::RESERVED, reserved_by.is_some_and(|system| system != self.terms.system));
        facts.note(fact::TARGET_ELSEWHERE, self.claims.targets.contains(id));
        facts.note(fact::CONTROL_DATA, self.sets.control.contains(id));
        facts.note(fact::FOREIGN_DATA, self.policy.report_non_ims_data && self.sets.foreign.contains(id));
        facts.note(fact::LOG_IN_DATA_BACKUP, self.terms.is_data_backup() && self.sets.log_data.contains(id));
        if self.copies.touched.contains(id) {
            let is_target = !self.copies.flashcopy_sources.of(id).is_empty() || self.copies.established_to(id).next().is_some();
            facts.note(fact::COPY_TARGET, is_target);
            facts.note(fact::RESTORING, self.copies.restoring(id).next().is_some());
            match self.terms.method {
                Method::FlashCopy => {
                    let relations = self.foreign_relations(id).saturating_add(self.terms.generations.into());
                    facts.note(fact::RELATION_LIMIT, relations > RELATION_LIMIT);
                }
                Method::Bcv => {
                    facts.note(fact::FOREIGN_BCV, self.foreign_bcvs(id).any(|bcv| bcv.state.is_established()));
                    facts.note(fact::FOREIGN_SPLIT_BCV, self.foreign_bcvs(id).any(|bcv| keeps_history(bcv.state)));
                }
            }
        }
        facts.bits()
    }

    /// What a source is by the marks of its volume and its array alone.
    pub(super) fn plain_source(&self, volume: &Volume) -> u32 {
        let mut facts = Facts::default();
        facts.note(status_fact(volume.status()), true);
        facts.note(fact::COPY_TARGET, volume.is_remote_secondary());
        let array = self.volumes.array_of(volume);
        match self.terms.method {
            Method::FlashCopy => {
                facts.note_flashcopy(volume, array);
                facts.note(fact::RELATION_LIMIT, u32::from(self.terms.generations) > RELATION_LIMIT);
            }
            Method::Bcv => facts.note(fact::METHOD_UNSUPPORTED, array.is_some_and(|array| array.family != Family::Symmetrix)),
        }
        facts.bits()
    }

    /// The other volumes whose base units here have the same label mounted, if this one has it mounted.
    pub(crate) fn namesakes(&self, id: u32, volume: &Volume) -> impl Iterator<Item = &Volume> + use<'_> {
        let carriers = if volume.is_mounted() { self.labels.carriers_like(volume) } else { &[] };
        let others = carriers.iter().filter(move |&&other| other != id).filter_map(|&other| self.volumes.get(other));
        others.filter(|other| other.is_mounted())
    }

    /// How many relations the volume is source of, those to its own mapped targets aside.
    pub(crate) fn foreign_relations(&self, id: u32) -> u32 {
        let targets = self.copies.flashcopy_targets.of(id).iter();
        u32::try_from(targets.filter(|&&target| !self.mapping.is_pair(id, target)).count()).unwrap_or(u32::MAX)
    }

    /// The BCVs paired with this volume that are no targets of the profile.
    pub(crate) fn foreign_bcvs(&self, id: u32) -> impl Iterator<Item = Partner> + '_ {
        self.copies.bcvs.of(id).iter().copied().filter(|bcv| !self.mapping.target_set.contains(bcv.volume))
    }
}

/// The fact that a status is for a source; none where it is usable.
fn status_fact(status: Option<HostStatus>) -> u32 {
    match status {
        None | Some(HostStatus::Online | HostStatus::Allocated) => 0,
        Some(HostStatus::Offline) => fact::OFFLINE,
        Some(HostStatus::PendingOffline) => fact::PENDING_OFFLINE,
        Some(HostStatus::Boxed) => fact::BOXED,
        Some(HostStatus::NotReady) => fact::NOT_READY,
        Some(HostStatus::NoPath) => fact::NO_PATH,
    }
}

/// Whether a split pair keeps the history with which it could be established or restored incrementally.
pub(crate) fn keeps_history(state: MirrorState) -> bool {
    matches!(state, MirrorState::Split | MirrorState::SplitBfrSync | MirrorState::SplitBfrRest)
}
