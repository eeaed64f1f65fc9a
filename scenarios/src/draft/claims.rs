//! Who touches what: choices among what is free, and claims on what was chosen.

use dasdlab_model::name::Volser;
use dasdlab_model::states::{DataSetClass, Storage};

use super::{Content, DataSet, Draft, Role, Side, Vol};
use crate::rng::Rng;

impl Draft {
    /// Claims a volume; none if it was claimed before.
    pub(crate) fn claim(&mut self, vol: Vol) -> Option<Vol> {
        if self.volumes[vol].claimed {
            return None;
        }
        self.volumes[vol].claimed = true;
        Some(vol)
    }

    /// Claims a source together with all its targets, its data sets and its catalogs; none if any was claimed before.
    pub(crate) fn claim_whole(&mut self, source: Vol) -> Option<Vol> {
        let targets: Vec<Vol> =
            (1..=self.profile.generations).filter_map(|generation| self.target_of(source, generation)).collect();
        let (data_sets, catalogs) = (self.data_sets_on(source), self.catalogs_at(source));
        let taken = self.volumes[source].claimed
            || targets.iter().any(|&vol| self.volumes[vol].claimed)
            || data_sets.iter().any(|&at| self.data_sets[at].claimed)
            || catalogs.iter().any(|&at| self.catalogs[at].claimed);
        if taken {
            return None;
        }
        self.volumes[source].claimed = true;
        targets.iter().for_each(|&vol| self.volumes[vol].claimed = true);
        data_sets.iter().for_each(|&at| self.data_sets[at].claimed = true);
        catalogs.iter().for_each(|&at| self.catalogs[at].claimed = true);
        Some(source)
    }

    /// One of the free volumes for which `wanted` holds: often the first or the last, else any.
    pub(crate) fn choose_volume(&self, rng: &mut Rng, wanted: impl Fn(&Self, Vol) -> bool) -> Option<Vol> {
        let free: Vec<Vol> = (0..self.volumes.len()).filter(|&vol| !self.volumes[vol].claimed && wanted(self, vol)).collect();
        place(rng, &free)
    }

    /// A free source, claimed.
    pub(crate) fn claim_source(&mut self, rng: &mut Rng) -> Option<Vol> {
        self.claim_source_where(rng, |_, _| true)
    }

    /// A free source for which `wanted` holds, claimed.
    pub(crate) fn claim_source_where(&mut self, rng: &mut Rng, wanted: impl Fn(&Self, Vol) -> bool) -> Option<Vol> {
        let vol = self.choose_volume(rng, |draft, vol| draft.volumes[vol].is_source() && wanted(draft, vol))?;
        self.claim(vol)
    }

    /// A free source of this content, claimed.
    pub(crate) fn claim_source_with(&mut self, rng: &mut Rng, content: Content) -> Option<Vol> {
        self.claim_source_where(rng, |draft, vol| draft.volumes[vol].role == Role::Source(content))
    }

    /// A free source that can be taken away with everything that hangs on it, claimed with all of that.
    pub(crate) fn claim_whole_where(&mut self, rng: &mut Rng, wanted: impl Fn(&Self, Vol) -> bool) -> Option<Vol> {
        let vol =
            self.choose_volume(rng, |draft, vol| draft.volumes[vol].is_source() && wanted(draft, vol) && draft.is_whole(vol))?;
        self.claim_whole(vol)
    }

    /// Whether nothing that hangs on a source is claimed.
    fn is_whole(&self, source: Vol) -> bool {
        let volume = &self.volumes[source];
        let targets = self.profile.pairs.iter().filter(|pair| volume.unit == Some(pair.1)).map(|pair| pair.2);
        !volume.loosened
            && targets.filter_map(|target| self.by_unit.get(&target)).all(|&vol| !self.volumes[vol].claimed)
            && !volume.volser.is_some_and(|label| self.holds_claimed(label))
    }

    /// Whether a volume of this label holds a data set or catalog that is claimed. Few are: where they lie is asked last.
    fn holds_claimed(&self, label: Volser) -> bool {
        let data_sets = self.data_sets.iter().filter(|data_set| data_set.claimed && data_set.storage == Storage::Disk);
        let catalogs = self.catalogs.iter().filter(|catalog| catalog.claimed);
        data_sets
            .flat_map(|data_set| &data_set.volumes)
            .chain(catalogs.flat_map(|catalog| &catalog.volumes))
            .any(|at| *at == label)
    }

    /// A free target, its source and generation; the target is claimed. First, last and middle generations alike.
    pub(crate) fn claim_target(&mut self, rng: &mut Rng) -> Option<(Vol, Vol, u8)> {
        let generations = self.profile.generations;
        let wanted = match rng.below(3) {
            0 => 1,
            1 => generations,
            _ => rng.range(1, u32::from(generations.max(1))) as u8,
        };
        self.claim_target_of(rng, |generation| generation == wanted).or_else(|| self.claim_target_of(rng, |_| true))
    }

    /// A free target of a generation for which `wanted` holds, claimed, with its source and generation.
    pub(crate) fn claim_target_of(&mut self, rng: &mut Rng, wanted: impl Fn(u8) -> bool) -> Option<(Vol, Vol, u8)> {
        let vol = self.choose_volume(
            rng,
            |draft, vol| matches!(draft.volumes[vol].role, Role::Target { generation, .. } if wanted(generation)),
        )?;
        let Role::Target { generation, source } = self.volumes[vol].role else { return None };
        self.claim(vol)?;
        Some((vol, source, generation))
    }

    /// A free target without copies, and a source of its array that it is not mapped to, both claimed; a source is added
    /// where none is free.
    pub(crate) fn claim_target_and_other_source(&mut self, rng: &mut Rng) -> Option<(Vol, Vol)> {
        let (target, mapped, _) = self.claim_target(rng)?;
        let array = self.volumes[target].array;
        let other = match self.claim_source_where(rng, |draft, vol| vol != mapped && draft.volumes[vol].array == array) {
            Some(found) => found,
            None => self.plant_source(mapped)?,
        };
        self.forget_copies(target);
        Some((target, other))
    }

    /// A free target and its free source, both claimed, and the generation.
    pub(crate) fn claim_pair(&mut self, rng: &mut Rng) -> Option<(Vol, Vol, u8)> {
        let vol = self.choose_volume(
            rng,
            |draft, vol| matches!(draft.volumes[vol].role, Role::Target { source, .. } if !draft.volumes[source].claimed),
        )?;
        let Role::Target { generation, source } = self.volumes[vol].role else { return None };
        self.claim(vol)?;
        self.claim(source)?;
        Some((vol, source, generation))
    }

    /// A free array with units of the profile, claimed together with one source on it and that source's targets, so that
    /// the array stays one of the profile's whatever else is planted.
    pub(crate) fn claim_array(&mut self, rng: &mut Rng) -> Option<usize> {
        let free: Vec<usize> =
            (0..self.arrays.len()).filter(|&at| self.arrays[at].in_profile && !self.arrays[at].claimed).collect();
        let array = place(rng, &free)?;
        self.claim_whole_where(rng, |draft, vol| draft.volumes[vol].array == array)?;
        self.arrays[array].claimed = true;
        Some(array)
    }

    /// A free data set for which `wanted` holds, claimed.
    pub(crate) fn claim_data_set(&mut self, rng: &mut Rng, wanted: impl Fn(&Self, &DataSet) -> bool) -> Option<usize> {
        let free: Vec<usize> =
            (0..self.data_sets.len()).filter(|&at| !self.data_sets[at].claimed && wanted(self, &self.data_sets[at])).collect();
        let at = place(rng, &free)?;
        self.data_sets[at].claimed = true;
        Some(at)
    }

    /// A free data set of this class on disk that belongs to the profile's IMS system, claimed.
    pub(crate) fn claim_ours(&mut self, rng: &mut Rng, class: DataSetClass) -> Option<usize> {
        self.claim_data_set(rng, |draft, data_set| {
            data_set.class == class && data_set.storage == Storage::Disk && draft.is_ours(data_set)
        })
    }

    /// A free catalog for which `wanted` holds, claimed.
    pub(crate) fn claim_catalog(&mut self, rng: &mut Rng, wanted: impl Fn(&Self, usize) -> bool) -> Option<usize> {
        let free: Vec<usize> = (0..self.catalogs.len()).filter(|&at| !self.catalogs[at].claimed && wanted(self, at)).collect();
        let at = place(rng, &free)?;
        self.catalogs[at].claimed = true;
        Some(at)
    }

    /// Any catalog of this side, claimed or not: a data set added to it changes nothing else.
    pub(crate) fn some_catalog(&self, side: Side) -> Option<usize> {
        self.catalogs.iter().position(|catalog| catalog.side == side)
    }

    /// Takes over what an edit claimed and used up, and nothing else: the world is as if it had not been made, and every
    /// later edit finds the same places free.
    pub(crate) fn adopt_claims(&mut self, edited: Self) {
        for (mine, theirs) in self.volumes.iter_mut().zip(&edited.volumes) {
            mine.claimed |= theirs.claimed;
            mine.loosened |= theirs.loosened;
        }
        for (mine, theirs) in self.data_sets.iter_mut().zip(&edited.data_sets) {
            mine.claimed |= theirs.claimed;
        }
        for (mine, theirs) in self.catalogs.iter_mut().zip(&edited.catalogs) {
            mine.claimed |= theirs.claimed;
        }
        for (mine, theirs) in self.arrays.iter_mut().zip(edited.arrays.take()) {
            mine.claimed |= theirs.claimed;
            mine.sealed |= theirs.sealed;
            mine.touched |= theirs.touched;
            mine.lss = theirs.lss;
        }
        self.profile_claimed |= edited.profile_claimed;
        self.policy_claimed |= edited.policy_claimed;
        self.systems = edited.systems;
        self.counters = edited.counters;
    }
}

/// One of these: often the first or the last, else any.
pub(crate) fn place<T: Copy>(rng: &mut Rng, from: &[T]) -> Option<T> {
    match rng.below(4) {
        0 => from.first().copied(),
        1 => from.last().copied(),
        _ => rng.choose(from).copied(),
    }
}
