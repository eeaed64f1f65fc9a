//! The fault of a cell in a site: the same kind always in the same form, so that cells can be compared.

use dasdlab_model::finding::Side;
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::{BackupProfile, DataSet, Device, MirrorPair, Observation, VolumeSeen};
use dasdlab_model::states::{CatalogKind, HostStatus, RelationState, Storage};
use dasdlab_model::story::place::{self as places, PairPlace};
use dasdlab_model::story::{Duration, PairRef, Phase, RivalWork, UnitRef, What};
use dasdlab_model::transitions::Refusal;
use dasdlab_model::unit::{VolumeId, VolumeRef};

use super::place::Place;

/// How late a delayed reply is: a long time, but not longer than works wait.
const LATE_MS: u64 = 600_000;
/// A level that no table of minimum levels permits.
const OLD_LEVEL: &str = "1.0";

/// Where a fault strikes.
pub(super) struct Target<'a> {
    pub(super) seen: &'a Observation,
    pub(super) profile: &'a BackupProfile,
    pub(super) phase: Phase,
    pub(super) place: Place,
    pub(super) generation: u8,
    /// The pair, by its number.
    pub(super) nth: u32,
}

impl Target<'_> {
    pub(super) fn reference(&self) -> PairRef {
        PairRef { generation: self.generation, nth: Some(self.nth), ..PairRef::default() }
    }

    fn pair(&self) -> Result<PairPlace, String> {
        places::pair(self.seen, &self.profile.name, &self.reference())
    }

    fn unit(&self) -> UnitRef {
        let side = if matches!(self.place, Place::Target(_)) { Side::Target } else { Side::Source };
        UnitRef { system: None, unit: None, pair: Some(self.reference()), side: Some(side) }
    }

    /// What breaks.
    ///
    /// # Errors
    /// The site has nothing of the kind.
    pub(super) fn what(&self, word: &str) -> Result<What, String> {
        let pair = matches!(self.place, Place::Pair(_)).then(|| self.reference());
        let array = || self.pair().map(|pair| pair.standard.array);
        Ok(match word {
            "vary" => What::Vary { unit: self.unit(), status: HostStatus::Boxed },
            "pair-failed" => What::PairFailed { pair: self.reference() },
            "out-of-space" => What::OutOfSpace { target: VolumeRef::Volume(self.thin()?) },
            "refuse" => What::Refuse { code: Refusal::Injected, pair },
            "lose" => What::Lose { pair },
            "delay" => What::Delay { by: Duration::of_ms(LATE_MS), pair },
            "rate" => What::Rate { array: array()?, tracks: 0 },
            "unreachable" => What::Unreachable { array: array()? },
            "code-level" => What::CodeLevel { array: array()?, level: OLD_LEVEL.to_owned() },
            "foreign-establish" => {
                let pair = self.pair()?;
                let bcv = self.free_bcv(&pair)?;
                What::ForeignEstablish { standard: VolumeRef::Volume(pair.standard), bcv: VolumeRef::Volume(bcv.id) }
            }
            "foreign-split" => {
                let pair = self.pair()?;
                What::ForeignSplit { standard: VolumeRef::Volume(pair.standard), bcv: VolumeRef::Volume(pair.bcv) }
            }
            "foreign-release" => What::ForeignRelease { bcv: VolumeRef::Volume(self.pair()?.bcv) },
            "foreign-withdraw" => {
                let pair = self.pair()?;
                // Copies run back in this phase.
                let target = if self.phase == Phase::CopyBack { pair.standard } else { pair.bcv };
                What::ForeignWithdraw { target: VolumeRef::Volume(target) }
            }
            "extend" => self.extend()?,
            "take-target" => What::TakeTarget { unit: self.unit(), by: self.other_profile()? },
            "lock" => What::Lock { profile: None },
            "rival" => What::Rival { profile: None, work: RivalWork::Setup },
            "suspend-logs" => What::SuspendLogs { ims: self.profile.ims_ssid },
            "catalog" => {
                let catalogs = self.data_sets().filter(|data_set| self.is_user_catalog(data_set));
                let name = catalogs.map(|data_set| &data_set.catalog).min();
                What::Catalog { name: name.ok_or("no user catalog names a data set of the profile's IMS system")?.clone() }
            }
            "repository" => What::Repository {},
            "abend" => What::Abend {},
            _ => return Err(format!("there is no fault `{word}`")),
        })
    }

    /// A BCV of nobody that could mirror the source of a pair.
    fn free_bcv(&self, pair: &PairPlace) -> Result<&VolumeSeen, String> {
        let volumes = &self.seen.volumes;
        let standard = volumes.iter().find(|volume| volume.id == pair.standard).ok_or("the source is no volume")?;
        let mirrors = |mirror: &MirrorPair, volume: &VolumeSeen| mirror.bcv == volume.id && mirror.state.is_established();
        let is_target = |volume: &VolumeSeen| {
            self.seen.profiles.iter().any(|profile| {
                let units = profile.targets.iter().map(|mapping| mapping.target);
                units.into_iter().any(|target| {
                    self.seen.units.iter().any(|unit| {
                        (unit.system, unit.unit) == (profile.system, target)
                            && matches!(unit.device, Device::Base(id, _) if id == volume.id)
                    })
                })
            })
        };
        let free = volumes.iter().find(|volume| {
            volume.bcv
                && volume.id.array == standard.id.array
                && (volume.cylinders, volume.device_type) == (standard.cylinders, standard.device_type)
                && volume.held_for.is_none()
                && !self.seen.mirrors.iter().any(|mirror| mirrors(mirror, volume))
                && !is_target(volume)
        });
        free.ok_or_else(|| "the site has no free BCV of the size of the pair".to_owned())
    }

    /// A space-efficient target to which not all has been copied.
    fn thin(&self) -> Result<VolumeId, String> {
        let thin = |id: VolumeId| self.seen.volumes.iter().any(|volume| volume.id == id && volume.thin);
        let has_room = |state| matches!(state, RelationState::Idle | RelationState::Copying);
        let mut relations = self.seen.relations.iter();
        let relation = relations.find(|relation| has_room(relation.state) && thin(relation.target));
        relation.map(|relation| relation.target).ok_or_else(|| "the site has no relation to a space-efficient target".to_owned())
    }

    /// The data sets of the profile's IMS system.
    fn data_sets(&self) -> impl Iterator<Item = &DataSet> {
        self.seen.data_sets.iter().filter(|data_set| data_set.ims.contains(&self.profile.ims_ssid))
    }

    fn is_user_catalog(&self, data_set: &DataSet) -> bool {
        let catalog = self.seen.catalogs.iter().find(|catalog| catalog.name == data_set.catalog);
        catalog.is_some_and(|catalog| catalog.kind == CatalogKind::User)
    }

    /// The first data set grows onto the first volume that is mounted and no source.
    fn extend(&self) -> Result<What, String> {
        let own = |id| {
            self.profile.sources.iter().any(|source| {
                self.seen.units.iter().any(|unit| {
                    (unit.system, unit.unit) == (self.profile.system, source.unit)
                        && matches!(unit.device, Device::Base(volume, _) if volume == id)
                })
            })
        };
        let mounted = self.seen.units.iter().filter(|unit| unit.system == self.profile.system);
        let mut outside = mounted.filter_map(|unit| match unit.device {
            Device::Base(id, status) if status.is_mounted() && !own(id) => {
                self.seen.volumes.iter().find(|volume| volume.id == id)?.volser
            }
            _ => None,
        });
        let on_disk = self.data_sets().filter(|data_set| data_set.storage == Storage::Disk);
        let data_set = on_disk.min_by_key(|data_set| &data_set.name).ok_or("the profile's IMS system has no data set on disk")?;
        let volser = outside.find(|label| !data_set.volumes.contains(label)).ok_or("every mounted volume is a source")?;
        Ok(What::Extend { data_set: data_set.name.clone(), volser })
    }

    /// Another profile that has a source.
    fn other_profile(&self) -> Result<ProfileName, String> {
        let others = self.seen.profiles.iter().filter(|other| other.name != self.profile.name && !other.sources.is_empty());
        others.map(|other| other.name.clone()).min().ok_or_else(|| "the site has no other profile".to_owned())
    }
}
