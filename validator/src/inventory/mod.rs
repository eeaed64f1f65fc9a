//! The inventory: an observation in columns, seen from one profile.
//!
//! Things have dense ids, names are looked up once while it is built, and what rules ask of each source, target and
//! data set is kept as bits in row order. Strings appear again only in findings.

mod claims;
mod columns;
mod copies;
mod data;
mod label_index;
mod labels;
mod lists;
mod mapping;
mod number_index;
mod ones;
mod paged;
mod records;
mod restore;
mod scope;
mod seen;
mod sets;
mod site;
mod source_facts;
mod target_facts;
mod terms;
mod units;
mod volume_set;

pub(crate) mod facts;
pub(crate) mod volumes;

use std::sync::Arc;

use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::{BackupProfile, Observation};
use dasdlab_model::run::{InTurn, Run};
use dasdlab_model::site::Policy;
use dasdlab_model::states::Method;
use dasdlab_model::tables::Tables;
use dasdlab_model::unit::Unit;

use crate::findings::{Device, Subject};

pub(crate) use claims::Uses;
use claims::{Claims, Other};
pub(crate) use columns::{Columns, LssKey, SizeKey};
use copies::Copies;
pub(crate) use data::{CatalogRow, Data, entry_facts};
pub(crate) use labels::Labels;
pub(crate) use lists::Lists;
use mapping::Mapping;
pub(crate) use mapping::{Pair, SourceRow, TargetRow};
use records::Records;
pub(crate) use scope::Scope;
pub(crate) use seen::{Seen, VolumeEntry};
use sets::Sets;
use site::Site;
pub(crate) use source_facts::{RELATION_LIMIT, keeps_history};
use terms::Terms;
pub(crate) use volume_set::bits;
use volumes::{Volume, Volumes};

/// Volumes below which a second thread costs more than it saves.
const ALONE: usize = 8192;

/// An observation in columns, seen from one profile: all that the rules read.
#[derive(Debug, Clone)]
pub struct Inventory {
    pub(crate) terms: Terms,
    pub(crate) policy: Policy,
    pub(crate) volumes: Arc<Volumes>,
    /// How many units of the profile each array has.
    pub(crate) units: Vec<u32>,
    pub(crate) mapping: Mapping,
    pub(crate) copies: Arc<Copies>,
    pub(crate) claims: Claims,
    pub(crate) labels: Labels,
    pub(crate) data: Data,
    pub(crate) sets: Sets,
    records: Records,
    pub(crate) columns: Columns,
}

/// The policy with the code levels of this method alone: nobody asks for those of the other.
fn policy_for(policy: &Policy, method: Method) -> Policy {
    let Policy { lss_scope, log_scope, migrated, report_non_ims_data, code_levels } = policy;
    Policy {
        lss_scope: *lss_scope,
        log_scope: *log_scope,
        migrated: *migrated,
        report_non_ims_data: *report_non_ims_data,
        code_levels: code_levels.iter().filter(|row| row.method == method).cloned().collect(),
    }
}

/// One end of a pair.
#[derive(Debug, Clone, Copy)]
pub(crate) struct End<'a> {
    /// Its unit.
    pub(crate) unit: Unit,
    /// Its volume.
    pub(crate) volume: &'a Volume,
}

impl Inventory {
    /// Puts the observation into columns for the profile of this name; none if there is no such profile.
    #[must_use]
    pub fn new(seen: &Observation, profile: &ProfileName) -> Option<Self> {
        Self::build(seen, profile, &InTurn)
    }

    /// The same of tables, which are read as they are.
    #[must_use]
    pub fn from_tables(tables: &Tables, profile: &ProfileName) -> Option<Self> {
        Self::build(tables, profile, &InTurn)
    }

    /// The same with what does not depend on each other done at once by `run`, where it is worth it.
    #[must_use]
    pub fn from_tables_on(tables: &Tables, profile: &ProfileName, run: &impl Run) -> Option<Self> {
        if tables.volumes.len() < ALONE { Self::build(tables, profile, &InTurn) } else { Self::build(tables, profile, run) }
    }

    /// The inventories of all profiles, in their order: what is the same for several of them is built once.
    #[must_use]
    pub fn all_of(tables: &Tables, run: &impl Run) -> Vec<Self> {
        let profiles = &tables.few.profiles;
        match profiles.as_slice() {
            [profile] => Self::from_tables_on(tables, &profile.name, run).into_iter().collect(),
            _ if tables.volumes.len() < ALONE => site::all_of(tables, &InTurn),
            _ => site::all_of(tables, run),
        }
    }

    pub(crate) fn build(seen: &impl Seen, profile: &ProfileName, run: &impl Run) -> Option<Self> {
        let profile = seen.few().profile(profile)?;
        let (site, mapping) = Site::new(seen, profile.system, run, |volumes| Mapping::new(profile, volumes));
        let others = Other::all(seen.few(), &site.volumes, &profile.name);
        Some(Self::of_site(seen, profile, &site, mapping, others, run))
    }

    /// Enters all that depends on the profile.
    fn of_site(
        seen: &impl Seen,
        profile: &BackupProfile,
        site: &Site,
        mapping: Mapping,
        others: Vec<Arc<Other>>,
        run: &impl Run,
    ) -> Self {
        let few = seen.few();
        let scope = Scope::new(few, profile);
        let Site { volumes, carried, entries, copies } = site.clone();
        let (sources, targets) = (&mapping.source_set, &mapping.target_set);
        let claims = Claims::new(others, &volumes, &profile.name, targets);
        let labels = Labels::new(&carried, &volumes, sources, &claims.any_target);
        let (data, sets, holding) = Data::new(seen, &entries, &scope, &labels, &volumes, sources, run);
        let units = volumes.count_units(sources, targets);
        let (terms, policy) = (Terms::new(few, profile), policy_for(&few.policy, profile.method));
        let (records, columns) = Default::default();
        let mut this = Self { terms, policy, volumes, units, mapping, copies, claims, labels, data, sets, records, columns };
        this.records = Records::new(&this, &holding, run);
        this.rejoin_on(run);
        this
    }

    /// Joins sources, targets and pairs with their volumes once more: what a check takes that is asked for once, of rows that
    /// name their volumes by id.
    pub fn rejoin(&mut self) {
        self.rejoin_on(&InTurn);
    }

    /// The same on the threads that there are.
    pub fn rejoin_on(&mut self, run: &impl Run) {
        self.columns.join(&self.mapping, &self.records, run);
    }

    /// Joins this source row with its volume again; its facts.
    pub(crate) fn rejoin_source(&mut self, row: u32) -> u32 {
        let facts = self.mapping.source(row).map_or(0, |source| self.records.of_source(source));
        self.columns.put_source(row, facts);
        facts
    }

    /// Joins this target row with its volume again; its facts.
    pub(crate) fn rejoin_target(&mut self, row: u32) -> u32 {
        let facts = self.mapping.target(row).map_or(0, |target| self.records.of_target(target));
        self.columns.put_target(row, facts);
        facts
    }

    /// Joins this pair with the volumes of both sides again; what is compared of them, source first.
    pub(crate) fn rejoin_pair(&mut self, row: u32) -> [(LssKey, SizeKey); 2] {
        let ends = self
            .mapping
            .pairs
            .get(row as usize)
            .map(|pair| self.records.of_pair(self.mapping.source(pair.source), self.mapping.target(pair.target)));
        let ends = ends.unwrap_or_default();
        self.columns.put_pair(row, ends);
        ends
    }

    /// How many pairs the profile has over all its generations.
    #[must_use]
    pub fn pairs(&self) -> usize {
        self.mapping.pairs.len()
    }

    /// The source of this row, and its volume if it has one.
    pub(crate) fn source(&self, row: u32) -> Option<(&SourceRow, Option<(u32, &Volume)>)> {
        let source = self.mapping.source(row)?;
        let id = source.device.volume();
        Some((source, id.and_then(|id| Some((id, self.volumes.get(id)?)))))
    }

    /// The target of this row, and its volume if it has one.
    pub(crate) fn target(&self, row: u32) -> Option<(&TargetRow, Option<(u32, &Volume)>)> {
        let target = self.mapping.target(row)?;
        let id = target.device.volume();
        Some((target, id.and_then(|id| Some((id, self.volumes.get(id)?)))))
    }

    /// The facts of this source row.
    pub(crate) fn source_facts_of(&self, row: u32) -> u32 {
        self.columns.source_facts.get(row as usize).copied().unwrap_or(0)
    }

    /// The facts of this target row.
    pub(crate) fn target_facts_of(&self, row: u32) -> u32 {
        self.columns.target_facts.get(row as usize).copied().unwrap_or(0)
    }

    /// The pair of this row with both its ends; none if one of its units has no volume.
    pub(crate) fn pair(&self, row: u32) -> Option<(Pair, End<'_>, End<'_>)> {
        let pair = *self.mapping.pairs.get(row as usize)?;
        let (source, source_volume) = self.source(pair.source)?;
        let (target, target_volume) = self.target(pair.target)?;
        let source = End { unit: source.unit, volume: source_volume?.1 };
        let target = End { unit: target.unit, volume: target_volume?.1 };
        Some((pair, source, target))
    }

    /// How a finding names this volume: by its unit in the profile's system, or by identity where it has none there.
    pub(crate) fn subject(&self, volume: u32) -> Option<Subject<'_>> {
        let volume = self.volumes.get(volume)?;
        if let Some((unit, _)) = volume.host() {
            return Some(Subject::Unit(unit));
        }
        let (array, lss, ua) = self.volumes.identity(volume)?;
        Some(Subject::Volume(array, lss, ua))
    }

    /// Names of these volumes.
    pub(crate) fn devices(&self, volumes: impl IntoIterator<Item = u32>) -> impl Iterator<Item = Device<'_>> {
        volumes.into_iter().filter_map(|volume| self.subject(volume)).map(Device)
    }
}
