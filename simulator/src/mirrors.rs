//! Orders to mirror pairs: what the array asks before it obeys, and what it does.

use dasdlab_model::command::{Issuer, Reply};
use dasdlab_model::name::ProfileName;
use dasdlab_model::states::{HostStatus, MirrorState};
use dasdlab_model::transitions::{Cell, MirrorEvent, MirrorOrder, Refusal, mirror, mirror_event};
use dasdlab_model::unit::VolumeId;

use crate::World;
use crate::copies::CopyKey;
use crate::copies::mirror::Mirror;
use crate::journal::{object, ordered};

/// How long a normal split shows as SplitInProg, in milliseconds.
pub const SPLIT_TIME: u64 = 1_000;

impl World {
    /// Carries out an order to a mirror pair.
    pub(crate) fn order_mirror(&mut self, by: &Issuer, standard: VolumeId, bcv: VolumeId, order: MirrorOrder) -> Reply {
        let done = match (order, by) {
            (MirrorOrder::Hold, Issuer::Profile(profile)) => self.hold(by, bcv, profile),
            // Holds are kept for profiles; there is nobody to keep this one for.
            (MirrorOrder::Hold, Issuer::Foreign(_)) => Ok(Reply::Nothing),
            (MirrorOrder::Release, _) => self.release(by, bcv),
            _ => self.permitted(by, standard, bcv, order).map(|cell| match cell {
                Cell::To(next) => {
                    self.obey(standard, bcv, order, next, &ordered(order.as_str(), by));
                    Reply::Done
                }
                Cell::Stays | Cell::Gone | Cell::Refused(_) => Reply::Nothing,
            }),
        };
        done.unwrap_or_else(Reply::Refused)
    }

    /// What becomes of a pair by an order, or why it is refused.
    fn permitted(
        &self,
        by: &Issuer,
        standard: VolumeId,
        bcv: VolumeId,
        order: MirrorOrder,
    ) -> Result<Cell<MirrorState>, Refusal> {
        use MirrorOrder::{Cancel, CancelForced, EstablishFull, EstablishIncremental, RestoreFull, RestoreIncremental};
        let (from, to) = self.ends(standard, bcv)?;
        if !matches!(order, Cancel | CancelForced) {
            self.answers(by, standard)?;
            self.answers(by, bcv)?;
        }
        if !to.bcv {
            return Err(Refusal::NotBcv);
        }
        let subsystem = self.subsystems.get(&standard.array).ok_or(Refusal::UnknownVolume)?;
        let pair = subsystem.mirror(standard, bcv).map(|pair| pair.state);
        let establish = matches!(order, EstablishFull | EstablishIncremental);
        let restore = matches!(order, RestoreFull | RestoreIncremental);
        if establish || restore {
            if from.device_type != to.device_type {
                return Err(Refusal::DeviceType);
            }
            if from.cylinders != to.cylinders {
                return Err(Refusal::Size);
            }
            if establish && to.held_for.as_ref().is_some_and(|held| !matches!(by, Issuer::Profile(own) if own == held)) {
                return Err(Refusal::Held);
            }
            if subsystem.standards_of(bcv).any(|(other, state)| other != standard && state.is_established()) {
                return Err(Refusal::EstablishedElsewhere);
            }
        }
        if pair.is_none() && !establish {
            return Err(Refusal::NotPaired);
        }
        let cell = mirror(pair.unwrap_or(MirrorState::NeverEstab), order);
        match cell {
            Cell::Refused(refusal) => return Err(refusal),
            Cell::To(_) if establish => self.may_be_copied_to(standard, bcv)?,
            Cell::To(_) if restore => {
                // The other mirrors of the volume would have to follow while it is copied back.
                if subsystem.bcvs_of(standard).any(|(other, state)| other != bcv && state.is_established()) {
                    return Err(Refusal::SplitFirst);
                }
                if subsystem.relation(standard).is_some() {
                    return Err(Refusal::TargetInUse);
                }
                self.takes_writes(standard)?;
            }
            _ => {}
        }
        Ok(cell)
    }

    /// Whether a BCV may give up what it holds for a copy of this volume, and whether that volume is worth copying.
    fn may_be_copied_to(&self, standard: VolumeId, bcv: VolumeId) -> Result<(), Refusal> {
        let subsystem = self.subsystems.get(&standard.array).ok_or(Refusal::UnknownVolume)?;
        // The pairing with another volume is cancelled, so it must be one that can be.
        for (_, state) in subsystem.standards_of(bcv).filter(|(other, _)| *other != standard) {
            if let Cell::Refused(refusal) = mirror(state, MirrorOrder::Cancel) {
                return Err(refusal);
            }
        }
        for (_, state) in subsystem.bcvs_of(standard).filter(|(other, _)| *other != bcv) {
            match state {
                MirrorState::RestInProg => return Err(Refusal::Restoring),
                MirrorState::SplitBfrRest => return Err(Refusal::StandardUnusable),
                _ => {}
            }
        }
        if subsystem.relation(bcv).is_some() {
            return Err(Refusal::TargetInUse);
        }
        if subsystem.targets_of(bcv).next().is_some() {
            return Err(Refusal::TargetIsSource);
        }
        self.takes_writes(bcv)?;
        if self.is_mirroring(standard) { Err(Refusal::DeviceNotReady) } else { Ok(()) }
    }

    /// Does what was permitted.
    fn obey(&mut self, standard: VolumeId, bcv: VolumeId, order: MirrorOrder, next: MirrorState, cause: &str) {
        let key = CopyKey::Mirror { bcv, standard };
        let now = self.clock.now();
        if next == MirrorState::SyncInProg {
            self.part_from_others(standard, bcv, cause);
        }
        let sequence = self.clock.sequence();
        let Some(subsystem) = self.subsystems.get_mut(&standard.array) else { return };
        let (pair, service) = subsystem.mirror_mut(standard, bcv);
        let before = pair.state;
        match next {
            MirrorState::SyncInProg | MirrorState::RestInProg => {
                pair.owe(matches!(order, MirrorOrder::EstablishFull | MirrorOrder::RestoreFull));
                pair.work.start(service, now, sequence, key);
            }
            MirrorState::SplitBfrSync | MirrorState::SplitBfrRest => pair.work.stop(service, now, key),
            MirrorState::NeverEstab => *pair = Mirror::new(before, pair.work.owed.tracks()),
            MirrorState::SplitInProg => pair.split = Some(self.clock.arrange(SPLIT_TIME, key)),
            _ => {}
        }
        // The label lies on the first track: it is there as soon as that one has been copied.
        let labelled = !pair.work.owed.contains(0);
        if next == MirrorState::RestInProg {
            let owed = pair.work.owed.clone();
            subsystem.written(now, standard, &owed, Some(key));
        }
        self.contents.mirror_ordered(now, (standard, bcv), before, next);
        self.enter(standard, bcv, next, cause);
        match (before, next) {
            (MirrorState::SyncInProg | MirrorState::Synchronized, _) if labelled => self.copy_contents(standard, bcv, cause),
            // A volume that is copied back is used at once as if all of it were there.
            (_, MirrorState::RestInProg) => self.copy_contents(bcv, standard, cause),
            _ => {}
        }
    }

    /// A BCV remembers nothing of other volumes once it mirrors this one.
    fn part_from_others(&mut self, standard: VolumeId, bcv: VolumeId, cause: &str) {
        let Some(subsystem) = self.subsystems.get(&standard.array) else { return };
        let others: Vec<_> = subsystem
            .standards_of(bcv)
            .filter(|&(other, state)| other != standard && state != MirrorState::NeverEstab)
            .map(|(other, _)| other)
            .collect();
        for other in others {
            self.obey(other, bcv, MirrorOrder::Cancel, MirrorState::NeverEstab, cause);
        }
    }

    /// Gives a pair its next state, as its hosts see it too.
    fn enter(&mut self, standard: VolumeId, bcv: VolumeId, next: MirrorState, cause: &str) {
        let now = self.clock.now();
        let Some(subsystem) = self.subsystems.get_mut(&standard.array) else { return };
        let (pair, _) = subsystem.mirror_mut(standard, bcv);
        let before = std::mem::replace(&mut pair.state, next);
        self.journal.log(now, object("mirror", &[standard, bcv]), before.as_str(), next.as_str(), cause);
        if next.is_established() && !before.is_established() {
            let mirroring = |status: HostStatus| match status {
                HostStatus::Boxed | HostStatus::NoPath => status,
                _ => HostStatus::NotReady,
            };
            self.see(bcv, cause, mirroring);
        } else if before.is_established() && !next.is_established() && next != MirrorState::Invalid {
            self.see(bcv, cause, |status| if status == HostStatus::NotReady { HostStatus::Offline } else { status });
        }
    }

    /// Lets something happen to a pair; says whether it could.
    pub(crate) fn happen_to_mirror(&mut self, standard: VolumeId, bcv: VolumeId, event: MirrorEvent, cause: &str) -> bool {
        let now = self.clock.now();
        let Some(subsystem) = self.subsystems.get_mut(&standard.array) else { return false };
        let Some(before) = subsystem.mirror(standard, bcv).map(|pair| pair.state) else { return false };
        let Some(next) = mirror_event(before, event) else { return false };
        let (pair, service) = subsystem.mirror_mut(standard, bcv);
        pair.work.stop(service, now, CopyKey::Mirror { bcv, standard });
        if let Some(due) = pair.split.take() {
            self.clock.cancel(due);
        }
        self.contents.mirror_event(now, (standard, bcv), before, event);
        self.enter(standard, bcv, next, cause);
        true
    }

    /// Keeps a BCV for a profile.
    pub(crate) fn hold(&mut self, by: &Issuer, bcv: VolumeId, profile: &ProfileName) -> Result<Reply, Refusal> {
        let volume = self.volume(bcv).ok_or(Refusal::UnknownVolume)?;
        if !volume.bcv {
            return Err(Refusal::NotBcv);
        }
        match &volume.held_for {
            Some(held) if held == profile => return Ok(Reply::Nothing),
            Some(_) => return Err(Refusal::Held),
            None => {}
        }
        self.set_hold(bcv, Some(profile), &ordered("hold", by));
        Ok(Reply::Done)
    }

    /// Gives a BCV free, whoever asks.
    pub(crate) fn release(&mut self, by: &Issuer, bcv: VolumeId) -> Result<Reply, Refusal> {
        if self.volume(bcv).ok_or(Refusal::UnknownVolume)?.held_for.is_none() {
            return Ok(Reply::Nothing);
        }
        self.set_hold(bcv, None, &ordered("release", by));
        Ok(Reply::Done)
    }

    fn set_hold(&mut self, bcv: VolumeId, profile: Option<&ProfileName>, cause: &str) {
        let now = self.clock.now();
        let Some(volume) = self.subsystems.get_mut(&bcv.array).and_then(|subsystem| subsystem.volume_mut(bcv)) else { return };
        let before = std::mem::replace(&mut volume.held_for, profile.cloned());
        let text = |held: Option<&ProfileName>| held.map_or("free", |name| name.as_str()).to_owned();
        self.journal.log(now, object("hold", &[bcv]), text(before.as_ref()), text(profile), cause);
    }
}
