//! Orders to FlashCopy relations: what the array asks before it obeys, and what it does.

use dasdlab_model::command::{Issuer, Reply};
use dasdlab_model::observation::VolumeSeen;
use dasdlab_model::states::{Feature, RelationState, RemoteRole};
use dasdlab_model::transitions::{Cell, Refusal, RelationEvent, RelationOrder, relation, relation_event};
use dasdlab_model::unit::VolumeId;

use crate::World;
use crate::copies::CopyKey;
use crate::journal::{object, ordered};
use crate::tracks::TrackTable;

/// The most relations of one source that an array holds at once.
pub const MAX_RELATIONS: usize = 12;

impl World {
    /// Carries out an order to a FlashCopy relation.
    pub(crate) fn order_flash(&mut self, by: &Issuer, source: VolumeId, target: VolumeId, order: RelationOrder) -> Reply {
        let cause = ordered(order.as_str(), by);
        match self.flash_permitted(by, source, target, order) {
            Err(refusal) => return Reply::Refused(refusal),
            Ok(Cell::Gone) => self.withdraw(source, target, &cause),
            Ok(Cell::To(next)) => self.flash(source, target, order, next, &cause),
            Ok(Cell::Stays | Cell::Refused(_)) => return Reply::Nothing,
        }
        Reply::Done
    }

    /// What becomes of a relation by an order, or why it is refused.
    fn flash_permitted(
        &self,
        by: &Issuer,
        source: VolumeId,
        target: VolumeId,
        order: RelationOrder,
    ) -> Result<Cell<RelationState>, Refusal> {
        let (from, to) = self.ends(source, target)?;
        let subsystem = self.subsystems.get(&source.array).ok_or(Refusal::UnknownVolume)?;
        let present = subsystem.relation(target).filter(|flash| flash.source == source).map(|flash| flash.state);
        let cell = match relation(present, order) {
            Cell::Refused(refusal) => Err(refusal),
            cell => Ok(cell),
        };
        if order == RelationOrder::Withdraw {
            return cell;
        }
        for volume in [source, target] {
            self.answers(by, volume)?;
            if self.is_mirroring(volume) {
                return Err(Refusal::DeviceNotReady);
            }
        }
        if from.device_type != to.device_type {
            return Err(Refusal::DeviceType);
        }
        if to.cylinders < from.cylinders {
            return Err(Refusal::Size);
        }
        if !subsystem.facts.features.contains(&Feature::FlashCopy) {
            return Err(Refusal::NotLicensed);
        }
        let unfit = |volume: &VolumeSeen| volume.inhibited || volume.v1_active || volume.incapable.is_some();
        let receiver = if order == RelationOrder::Reverse { from } else { to };
        if unfit(from) || unfit(to) || receiver.remote == Some(RemoteRole::Secondary) {
            return Err(Refusal::NotCapable);
        }
        match order {
            RelationOrder::Establish | RelationOrder::EstablishNoCopy => {
                // Without background copy a space-efficient target takes what it has room for.
                if to.thin && order == RelationOrder::Establish {
                    return Err(Refusal::SpaceEfficient);
                }
                if subsystem.relation(target).is_some() {
                    return Err(Refusal::TargetInUse);
                }
                if subsystem.targets_of(target).next().is_some() {
                    return Err(Refusal::TargetIsSource);
                }
                if subsystem.relation(source).is_some() {
                    return Err(Refusal::SourceIsTarget);
                }
                if subsystem.targets_of(source).count() >= MAX_RELATIONS {
                    return Err(Refusal::RelationLimit);
                }
            }
            RelationOrder::Reverse => {
                cell?;
                if to.cylinders != from.cylinders {
                    return Err(Refusal::CannotReverse);
                }
                // The source becomes a target and can be no source of others.
                if subsystem.targets_of(source).any(|other| other != target) {
                    return Err(Refusal::TargetIsSource);
                }
            }
            RelationOrder::EstablishIncremental | RelationOrder::Withdraw => {}
        }
        cell
    }

    /// Establishes, renews or reverses a relation. The target is used at once as if all of it were there: it carries
    /// the label of its source from now on.
    fn flash(&mut self, source: VolumeId, target: VolumeId, order: RelationOrder, next: RelationState, cause: &str) {
        let now = self.clock.now();
        let sequence = self.clock.sequence();
        let Some(subsystem) = self.subsystems.get_mut(&source.array) else { return };
        let reverse = order == RelationOrder::Reverse;
        let (from, to) = if reverse { (target, source) } else { (source, target) };
        let before = subsystem.relation(target).map(|flash| flash.state);
        if before.is_none() {
            subsystem.relate(source, target, next);
        } else if reverse {
            subsystem.turn(source, target);
        }
        let key = CopyKey::Relation(to);
        let Some((flash, service)) = subsystem.relation_mut(to) else { return };
        flash.state = next;
        flash.owe(before.is_none());
        if next == RelationState::Copying {
            flash.work.start(service, now, sequence, key);
        }
        let owed = flash.work.owed.clone();
        self.overwritten(to, &owed, key);
        self.contents.flashed(now, from, to, reverse);
        if reverse {
            self.log_relation(source, target, before, None, cause);
            self.log_relation(from, to, None, Some(next), cause);
        } else {
            self.log_relation(source, target, before, Some(next), cause);
        }
        self.copy_contents(from, to, cause);
    }

    fn overwritten(&mut self, volume: VolumeId, tracks: &TrackTable, by: CopyKey) {
        let now = self.clock.now();
        if let Some(subsystem) = self.subsystems.get_mut(&volume.array) {
            subsystem.written(now, volume, tracks, Some(by));
        }
    }

    fn withdraw(&mut self, source: VolumeId, target: VolumeId, cause: &str) {
        let now = self.clock.now();
        let Some(subsystem) = self.subsystems.get_mut(&target.array) else { return };
        if let Some(flash) = subsystem.withdraw(now, target) {
            if flash.work.owed.count() > 0 {
                self.contents.broken_off(now, target);
            }
            self.log_relation(source, target, Some(flash.state), None, cause);
        }
    }

    /// Lets something happen to the relation of a target; says whether it could.
    pub(crate) fn happen_to_relation(&mut self, target: VolumeId, event: RelationEvent, cause: &str) -> bool {
        let now = self.clock.now();
        let Some((flash, service)) = self.subsystems.get_mut(&target.array).and_then(|subsystem| subsystem.relation_mut(target))
        else {
            return false;
        };
        let before = flash.state;
        let Some(next) = relation_event(before, event) else { return false };
        flash.work.stop(service, now, CopyKey::Relation(target));
        flash.state = next;
        let (source, ends) = (flash.source, flash.ends_when_copied && next == RelationState::Copied);
        self.contents.relation_event(now, target, event);
        if ends && let Some(subsystem) = self.subsystems.get_mut(&target.array) {
            subsystem.withdraw(now, target);
        }
        self.log_relation(source, target, Some(before), (!ends).then_some(next), cause);
        true
    }

    /// Lets the relation of a target be gone as soon as its last track is copied: a relation that nobody asked to persist.
    /// One that is copied is withdrawn at once. Says whether there is a relation.
    pub fn end_when_copied(&mut self, target: VolumeId) -> bool {
        let Some((flash, _)) = self.subsystems.get_mut(&target.array).and_then(|subsystem| subsystem.relation_mut(target)) else {
            return false;
        };
        let source = flash.source;
        if flash.state == RelationState::Copied {
            self.withdraw(source, target, "copied");
        } else {
            flash.ends_when_copied = true;
        }
        true
    }

    /// Whether the relation of a target is gone as soon as its last track is copied.
    #[must_use]
    pub fn ends_when_copied(&self, target: VolumeId) -> bool {
        let relation = self.subsystems.get(&target.array).and_then(|subsystem| subsystem.relation(target));
        relation.is_some_and(|flash| flash.ends_when_copied)
    }

    fn log_relation(
        &mut self,
        source: VolumeId,
        target: VolumeId,
        from: Option<RelationState>,
        to: Option<RelationState>,
        cause: &str,
    ) {
        let text = |state: Option<RelationState>| state.map_or("none", RelationState::as_str);
        self.journal.log(self.clock.now(), object("flashcopy", &[source, target]), text(from), text(to), cause);
    }
}
