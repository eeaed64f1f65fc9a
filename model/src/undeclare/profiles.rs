//! Backup profiles.

use super::{Range, follow_optional, ranges};
use crate::name::SystemName;
use crate::observation::BackupProfile;
use crate::pattern::NamePattern;
use crate::site::{Profile, Sources, Targets};
use crate::states::{ProfileState, SetupReason};

pub(super) fn profile(seen: &BackupProfile, home: Option<SystemName>) -> Profile {
    Profile {
        name: seen.name.clone(),
        creator: seen.creator.clone(),
        description: seen.description.clone(),
        system: (Some(seen.system) != home).then_some(seen.system),
        ims_ssid: seen.ims_ssid,
        backup_type: seen.backup_type,
        method: seen.method,
        generations: seen.generations,
        // A new profile is what goes without saying.
        state: (seen.state != ProfileState::SetupNeeded).then_some(seen.state),
        reason: seen.reason.filter(|&reason| reason != SetupReason::New),
        fingerprint: seen.fingerprint.clone(),
        locked_by: seen.locked_by.clone(),
        sources: ranges(seen.sources.iter().map(|source| Sources {
            unit: source.unit,
            count: 1,
            volser: source.volser.map(|volser| NamePattern::one(volser.as_str())),
        })),
        targets: ranges(seen.targets.iter().map(|mapping| Targets {
            generation: mapping.generation,
            source: mapping.source,
            target: mapping.target,
            count: 1,
        })),
        backups: seen.backups.clone(),
    }
}

impl Range for Sources {
    fn take(&mut self, next: &Self) -> bool {
        if self.unit.plus(self.count) != Some(next.unit) {
            return false;
        }
        let Some(volser) = follow_optional(self.volser.as_ref(), self.count, next.volser.as_ref()) else { return false };
        self.volser = volser;
        self.count += 1;
        true
    }
}

impl Range for Targets {
    fn take(&mut self, next: &Self) -> bool {
        let follows = self.generation == next.generation
            && self.source.plus(self.count) == Some(next.source)
            && self.target.plus(self.count) == Some(next.target);
        self.count += u32::from(follows);
        follows
    }
}
