//! The worlds of stories: small and clean, so that a story is told in a moment and what goes wrong is its own doing.

use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Mapping;
use dasdlab_model::site::Site;
use dasdlab_model::states::{
    BackupType, Family, HostStatus, LogScope, LssScope, Method, MigratedPolicy, Model, ProfileState, RelationState,
    TRACKS_PER_CYLINDER,
};
use dasdlab_model::story::PairRef;
use dasdlab_model::unit::{Unit, VolumeRef};

use super::path::Kind;
use crate::clean::{self, Shape};
use crate::defects::{self, Company};
use crate::draft::{Draft, Profile, Role, Vol};
use crate::rng::Rng;

/// What a story needs of its world.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Demand {
    pub(crate) method: Option<Method>,
    /// The generations that will do.
    pub(crate) generations: Option<(u8, u8)>,
    pub(crate) sources: usize,
    /// Whether logs are suspended around a split.
    pub(crate) suspends: Option<bool>,
    /// Nothing was copied before, nothing is wrong.
    pub(crate) calm: bool,
    /// Another profile over the same sources, with targets of its own.
    pub(crate) twin: bool,
    /// Somebody's copy on a space-efficient target, in this state.
    pub(crate) thin: Option<RelationState>,
    /// Nothing is left to chance: so many sources, all of one size, on one array and one system.
    pub(crate) plain: bool,
}

/// A world, and who is who in it.
#[derive(Debug, Clone)]
pub(crate) struct Scene {
    pub(crate) draft: Draft,
    /// A profile over the same sources.
    pub(crate) twin: Option<ProfileName>,
    /// Volumes of nobody: the first is like a source, the others like its targets; of the BCV class where there are BCVs.
    pub(crate) spare: [Vol; 3],
    pub(crate) defects: Vec<String>,
    pub(crate) suspends: bool,
    /// What the last setup is said to have passed.
    pub(crate) fingerprint: Option<String>,
    level: Option<&'static str>,
    rate: Option<u32>,
}

/// A pair of the scenario's profile.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pair {
    pub(crate) generation: u8,
    pub(crate) source: Unit,
    /// Its place in its generation, from 1.
    pub(crate) nth: u32,
    pub(crate) standard: Vol,
    pub(crate) bcv: Vol,
}

/// The size of volumes of which nothing is left to chance.
const PLAIN_CYLINDERS: u32 = 100;
/// Volumes that a subsystem gets at most.
const LSS_FILL: usize = 120;

/// The name of a twin.
const TWIN: &str = "TWIN";

/// A world that meets a demand.
pub(crate) fn build(demand: &Demand, rng: &Rng) -> Option<Scene> {
    let mut choose = rng.child("choose");
    let mut shape = shape(demand, &mut choose);
    let generations = shape.generations;
    let twin = demand.twin || (!demand.calm && choose.chance(1, 4));
    shape.generations += u8::from(twin);
    let mut draft = clean::build(&shape, rng)?;
    if demand.plain {
        draft.volumes.iter_mut().for_each(|volume| (volume.model, volume.cylinders) = (None, PLAIN_CYLINDERS));
    } else {
        sizes(&mut draft, &mut rng.child("sizes"));
    }
    let copied = !demand.calm && choose.chance(1, 3);
    let twin = if twin { Some(split_off(&mut draft, generations)?) } else { None };
    if !copied {
        quieten(&mut draft);
    }
    let mut planted = Vec::new();
    if !demand.calm && choose.chance(1, 5) {
        planted.extend(break_it(&mut draft, &shape, &mut rng.child("defect")));
    }
    let like = (0..draft.volumes.len()).find(|&vol| draft.volumes[vol].is_source())?;
    let spare = [spare(&mut draft, like, false)?, spare(&mut draft, like, true)?, spare(&mut draft, like, true)?];
    if let Some(state) = demand.thin.or_else(|| chance_of_thin(demand, shape.method, &mut rng.child("thin"))) {
        let target = self::spare(&mut draft, like, true)?;
        draft.volumes[target].thin = true;
        draft.relate(spare[0], target, state);
    }
    let suspends = demand.suspends.unwrap_or_else(|| choose.chance(1, 4));
    let level = if suspends { choose.one(["05.04", "04.99"]) } else { choose.one(["05.05", "05.10", "06.01"]) };
    let level = if suspends || choose.chance(2, 3) { Some(level) } else { None };
    let rate = choose.one([None, Some(500), Some(2_000), Some(5_000), Some(20_000)]);
    let (level, rate) = if demand.plain { (level.or(Some("05.05")), Some(1_000)) } else { (level, rate) };
    Some(Scene { draft, twin, spare, defects: planted, suspends, fingerprint: None, level, rate })
}

/// Now and then somebody copies to a space-efficient target beside a flashcopy profile.
fn chance_of_thin(demand: &Demand, method: Method, rng: &mut Rng) -> Option<RelationState> {
    let may = !demand.calm && !demand.plain && method == Method::FlashCopy;
    (may && rng.chance(1, 6)).then(|| rng.one([RelationState::Idle, RelationState::Copying]))
}

fn shape(demand: &Demand, rng: &mut Rng) -> Shape {
    let method = demand.method.unwrap_or_else(|| rng.one([Method::Bcv, Method::Bcv, Method::FlashCopy]));
    let family = match method {
        Method::Bcv => Family::Symmetrix,
        Method::FlashCopy => rng.one([Family::Ds8000, Family::Ds8000, Family::Symmetrix]),
    };
    let (least, most) = demand.generations.unwrap_or((1, 3));
    let sources = demand.sources.max(1 + rng.index(4));
    if demand.plain {
        let total = demand.sources * (2 + usize::from(most)) + 2;
        return Shape {
            method,
            backup_type: BackupType::Full,
            family,
            migrated: MigratedPolicy::Recall,
            lss_scope: LssScope::SameArray,
            log_scope: LogScope::Group,
            report_non_ims_data: true,
            members: 1,
            systems: 1,
            sources: demand.sources,
            generations: least,
            outside: 2,
            arrays: 1,
            idle_arrays: 0,
            lss: total.div_ceil(LSS_FILL),
            across: None,
            status: None,
            level: None,
        };
    }
    let arrays = if sources > 1 && !demand.calm && rng.chance(1, 4) { 2 } else { 1 };
    Shape {
        method,
        backup_type: rng.one([BackupType::Full, BackupType::Full, BackupType::Data]),
        family,
        migrated: rng.one([MigratedPolicy::Fail, MigratedPolicy::Recall, MigratedPolicy::Ignore]),
        lss_scope: rng.one([LssScope::SameLss, LssScope::SameLss, LssScope::SameArray]),
        log_scope: rng.one([LogScope::Group, LogScope::Group, LogScope::Member]),
        report_non_ims_data: rng.chance(7, 8),
        members: if rng.chance(2, 3) { 1 } else { 2 },
        systems: 1 + usize::from(rng.chance(1, 4)),
        sources,
        generations: rng.range(u32::from(least), u32::from(most)).try_into().unwrap_or(least),
        outside: if !demand.calm && rng.chance(1, 8) { 8 } else { 2 + rng.index(3) },
        arrays,
        idle_arrays: usize::from(rng.chance(1, 6)),
        lss: 1 + usize::from(rng.chance(1, 4)),
        across: None,
        status: None,
        level: None,
    }
}

/// Volumes so small that they are copied in seconds or minutes; targets are of their source's size.
fn sizes(draft: &mut Draft, rng: &mut Rng) {
    let mut size = || match rng.below(6) {
        0 => (Some(Model::M3390x1), 1_113),
        1 => (Some(Model::M3390x3), 3_339),
        2 => (Some(Model::M3380D), 885),
        _ => (None, 20 * rng.range(2, 30)),
    };
    for vol in 0..draft.volumes.len() {
        if !draft.volumes[vol].is_target() {
            (draft.volumes[vol].model, draft.volumes[vol].cylinders) = size();
        }
    }
    for vol in 0..draft.volumes.len() {
        if let Role::Target { source, .. } = draft.volumes[vol].role {
            (draft.volumes[vol].model, draft.volumes[vol].cylinders) =
                (draft.volumes[source].model, draft.volumes[source].cylinders);
        }
    }
}

/// Makes the last generation the targets of another profile.
fn split_off(draft: &mut Draft, generations: u8) -> Option<ProfileName> {
    let name: ProfileName = TWIN.parse().ok()?;
    let own = &mut draft.profile;
    own.generations = generations;
    let (kept, given): (Vec<_>, Vec<_>) = own.pairs.drain(..).partition(|pair| pair.0 <= generations);
    own.pairs = kept;
    let twin = Profile {
        name: name.clone(),
        generations: 1,
        state: ProfileState::SetupNeeded,
        reason: None,
        locked_by: None,
        pairs: given.iter().map(|&(_, source, target)| (1, source, target)).collect(),
        ..(**own).clone()
    };
    for (_, _, target) in given {
        let vol = *draft.by_unit.get(&target)?;
        draft.forget_copies(vol);
        draft.volumes[vol].held_for = None;
        draft.volumes[vol].role = Role::Other;
    }
    draft.others.push(twin);
    draft.clean_others = draft.others.len();
    Some(name)
}

/// Nothing has been copied to the targets yet.
fn quieten(draft: &mut Draft) {
    for vol in 0..draft.volumes.len() {
        if draft.volumes[vol].is_target() {
            draft.forget_copies(vol);
            draft.volumes[vol].held_for = None;
        }
    }
    draft.profile.state = ProfileState::SetupNeeded;
}

/// Plants any defect that finds a place.
fn break_it(draft: &mut Draft, shape: &Shape, rng: &mut Rng) -> Option<String> {
    const TRIES: u32 = 8;
    let fitting: Vec<_> =
        defects::all().filter(|defect| defect.needs.met_by(shape) && defect.company != Company::Environment).collect();
    for _ in 0..TRIES {
        let defect = *rng.choose(&fitting)?;
        let mut edited = draft.clone();
        if (defect.plant)(&mut edited, rng).is_some() {
            *draft = edited;
            return Some(defect.name.to_owned());
        }
    }
    None
}

/// A volume of nobody beside another and of its size, as a source would be or as a target would be.
fn spare(draft: &mut Draft, like: Vol, target: bool) -> Option<Vol> {
    let vol = draft.plant_volume(like)?;
    if target {
        draft.volumes[vol].bcv = draft.arrays[draft.volumes[vol].array].family == Family::Symmetrix;
        draft.volumes[vol].status = HostStatus::Offline;
    }
    Some(vol)
}

impl Scene {
    /// What decides through which phases the profile goes.
    pub(crate) fn kind(&self) -> Kind {
        let profile = &self.draft.profile;
        Kind {
            method: profile.method,
            generations: profile.generations,
            sources: u32::try_from(profile.sources.len()).unwrap_or(u32::MAX),
            suspends: self.suspends,
        }
    }

    pub(crate) fn is_bcv(&self) -> bool {
        self.draft.method() == Method::Bcv
    }

    /// Every pair of the profile both ends of which are volumes, in the order by which pairs are counted.
    pub(crate) fn pairs(&self) -> Vec<Pair> {
        let draft = &self.draft;
        let mut mappings: Vec<Mapping> =
            draft.profile.pairs.iter().map(|&(generation, source, target)| Mapping { generation, source, target }).collect();
        mappings.sort_unstable();
        let mut pairs = Vec::with_capacity(mappings.len());
        let mut nth = 0;
        let mut last = 0;
        for Mapping { generation, source, target } in mappings {
            nth = if generation == last { nth + 1 } else { 1 };
            last = generation;
            if let (Some(&standard), Some(&bcv)) = (draft.by_unit.get(&source), draft.by_unit.get(&target)) {
                pairs.push(Pair { generation, source, nth, standard, bcv });
            }
        }
        pairs
    }

    /// Any pair, of this generation where one is given; one of the whole profile where that generation has none.
    pub(crate) fn pair(&self, generation: Option<u8>, rng: &mut Rng) -> Option<Pair> {
        let all = self.pairs();
        let wanted: Vec<Pair> =
            all.iter().copied().filter(|pair| generation.is_none_or(|generation| pair.generation == generation)).collect();
        rng.choose(&wanted).or_else(|| all.first()).copied()
    }

    /// How a story names a pair: by its source, or by its number.
    pub(crate) fn pair_ref(&self, pair: &Pair, rng: &mut Rng) -> PairRef {
        let by_number = rng.chance(1, 2);
        PairRef {
            profile: None,
            generation: pair.generation,
            source: (!by_number).then_some(pair.source),
            nth: by_number.then_some(pair.nth),
        }
    }

    /// How a story names a volume: by its identity, or by its unit where it has one.
    pub(crate) fn volume_ref(&self, vol: Vol, rng: &mut Rng) -> VolumeRef {
        match self.draft.volumes[vol].unit {
            Some(unit) if self.draft.by_unit.get(&unit) == Some(&vol) && rng.chance(1, 2) => {
                if self.draft.home == 0 {
                    VolumeRef::Unit(unit)
                } else {
                    VolumeRef::UnitOf(self.draft.home_system(), unit)
                }
            }
            _ => VolumeRef::Volume(self.draft.id(vol)),
        }
    }

    /// Whether two volumes are of one size and device type, on one array.
    pub(crate) fn are_alike(&self, a: Vol, b: Vol) -> bool {
        let (a, b) = (&self.draft.volumes[a], &self.draft.volumes[b]);
        (a.array, a.cylinders, a.device_type()) == (b.array, b.cylinders, b.device_type())
    }

    /// Tracks of a volume.
    pub(crate) fn tracks(&self, vol: Vol) -> u32 {
        self.draft.volumes[vol].cylinders.saturating_mul(TRACKS_PER_CYLINDER)
    }

    /// The site of this world.
    pub(crate) fn site(&self) -> Site {
        let home = self.draft.home_system();
        let mut site = self.draft.clone().into_site(String::new());
        for system in &mut site.systems {
            system.host_software_level =
                if system.name == home { self.level.map(str::to_owned) } else { Some("05.05".to_owned()) };
        }
        for array in &mut site.arrays {
            array.copy_rate = self.rate;
        }
        if let Some(own) = site.profiles.first_mut() {
            own.fingerprint.clone_from(&self.fingerprint);
        }
        site
    }
}
