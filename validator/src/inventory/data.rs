//! Data sets and catalogs: what they are to the profile, and where their labels lead.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use dasdlab_model::name::{CatalogName, ImsSsid, Volser};
use dasdlab_model::observation::CatalogSeen;
use dasdlab_model::run::Run;
use dasdlab_model::states::{CatalogKind, DataSetClass, Storage};
use dasdlab_model::tables::Texts;
use rustc_hash::{FxHashMap, FxHashSet};

use super::facts::{Facts, any_of, data_set as fact};
use super::labels::{Carried, Labels};
use super::lists::{Filling, Lists};
use super::scope::{Scope, Users, is_data_side, is_log_side};
use super::seen::Seen;
use super::sets::Sets;
use super::volume_set::VolumeSet;
use super::volumes::Volumes;
use crate::findings::{Subject, Text};

/// A catalog.
#[derive(Debug, Clone)]
pub(crate) struct CatalogRow {
    /// Its name.
    pub(crate) name: CatalogName,
    /// Master or user.
    pub(crate) kind: CatalogKind,
    /// Whether it can be read.
    pub(crate) reachable: bool,
    /// The facts of all its data sets taken together.
    pub(crate) facts: u32,
}

impl CatalogRow {
    fn new(seen: &CatalogSeen) -> Self {
        Self { name: seen.name.clone(), kind: seen.kind, reachable: seen.reachable, facts: 0 }
    }

    /// Whether it is a user catalog and names data sets with any of these facts.
    pub(crate) fn serves(&self, facts: u32) -> bool {
        self.kind == CatalogKind::User && self.facts & facts != 0
    }

    /// Whether it is a user catalog of both the log and the data side.
    pub(crate) fn serves_both_sides(&self) -> bool {
        self.serves(fact::LOG_SIDE) && self.serves(fact::DATA_SIDE)
    }
}

/// The entries of all data sets and catalogs as they are: the same for all profiles.
#[derive(Debug, Clone, Default)]
pub(crate) struct Entries {
    /// Names of the data sets by id.
    names: Arc<Texts>,
    /// What each data set is to IMS.
    pub(crate) classes: Vec<DataSetClass>,
    /// For each data set, the labels that it names.
    pub(crate) set_labels: Lists<u32>,
    /// For each catalog, the labels of its volumes.
    pub(crate) catalog_labels: Lists<u32>,
    /// For each catalog, the data sets that it names.
    pub(crate) named: Lists<u32>,
    /// How many catalogs there are.
    catalogs: usize,
}

impl Entries {
    /// Enters data sets and catalogs without their labels.
    pub(super) fn new(seen: &impl Seen) -> Self {
        let count = seen.data_sets(0).len();
        let mut this = Self { names: seen.names(), catalogs: seen.few().catalogs.len(), ..Self::default() };
        let mut named = Filling::with_room(this.catalogs, count);
        this.classes.reserve_exact(count);
        for (id, data_set) in (0..).zip(seen.data_sets(0)) {
            data_set.catalog.into_iter().for_each(|catalog| named.push(catalog, id));
            this.classes.push(data_set.class);
        }
        this.named = named.finish();
        this
    }

    /// Follows the labels of these data sets once they mean something.
    fn follow(&self, seen: &impl Seen, sets: Range<usize>, place: &Places<'_>) -> Followed {
        let Places { scope, labels, sources, vtocs, volumes } = *place;
        let (mut facts, mut not_found) = (Vec::with_capacity(sets.len()), BTreeMap::new());
        let mut on = Sets::new(volumes);
        let mut alike = Alike::default();
        let [from, to] = [sets.start, sets.end].map(|number| u32::try_from(number).unwrap_or(u32::MAX));
        for (id, data_set) in (from..to).zip(seen.data_sets(sets.start)) {
            let entry = alike.facts(scope, data_set.class, data_set.storage, data_set.ims);
            let named = self.set_labels.of(id);
            let mut found = entry;
            // Most are on one volume.
            if let &[label] = named {
                found |= place_facts(entry, std::iter::once(labels.means(label)), sources);
            } else {
                found |= place_facts(entry, labels.meant_by(named), sources);
            }
            if found & fact::IN_SCOPE != 0 && vtocs.concern(named, labels) {
                let denied = self.denied(id, labels, |volume, name| vtocs.deny(volume, name));
                if !denied.is_empty() {
                    found |= fact::NOT_ON_VOLUME;
                    not_found.insert(id, denied);
                }
            }
            facts.push(found);
            for &volume in labels.meant_by(named).flatten() {
                on.enter_data_set(volume, data_set.class, found);
            }
        }
        Followed { facts, not_found, sets: on }
    }

    /// Follows the labels of the catalogs, given the facts of all data sets.
    fn follow_catalogs(&self, seen: &impl Seen, labels: &Labels, followed: &mut Followed) -> Vec<CatalogRow> {
        let Followed { facts, sets, .. } = followed;
        let mut catalogs: Vec<CatalogRow> = seen.few().catalogs.iter().map(CatalogRow::new).collect();
        for (id, catalog) in (0..).zip(&mut catalogs) {
            catalog.facts = self.named.of(id).iter().fold(0, |all, &set| all | facts.get(set as usize).copied().unwrap_or(0));
            for &volume in labels.meant_by(self.catalog_labels.of(id)).flatten() {
                sets.enter_catalog(volume, catalog);
            }
        }
        catalogs
    }

    /// For each volume, what lies on it.
    fn lying(&self, labels: &Labels, volumes: usize) -> Lying {
        let mut holding = VolumeSet::new(volumes);
        let sets_on = reach(volumes, self.classes.len(), &self.set_labels, labels, &mut holding);
        let catalogs_on = reach(volumes, self.catalogs, &self.catalog_labels, labels, &mut holding);
        Lying { sets_on, catalogs_on, holding }
    }

    /// The facts that follow from where the labels of a data set lead, given those of its entry.
    pub(crate) fn place_facts(&self, set: u32, entry: u32, labels: &Labels, sources: &VolumeSet) -> u32 {
        place_facts(entry, labels.meant_by(self.set_labels.of(set)), sources)
    }

    fn denied(&self, set: u32, labels: &Labels, deny: impl Fn(u32, &str) -> bool) -> Vec<Volser> {
        let name = self.names.get(set).unwrap_or_default();
        let is_denied = |&&label: &&u32| {
            let means = labels.means(label);
            !means.is_empty() && means.iter().all(|&volume| deny(volume, name))
        };
        let denied = self.set_labels.of(set).iter().filter(is_denied);
        denied.filter_map(|&label| labels.name(label)).collect()
    }

    /// Says where data sets and catalogs lie.
    pub(super) fn put_labels(&mut self, labels: Named) {
        (self.set_labels, self.catalog_labels) = (labels.by_sets, labels.by_catalogs);
    }
}

/// All data sets and catalogs, and the volumes on which they lie by their catalog entries.
#[derive(Debug, Clone)]
pub(crate) struct Data {
    /// Their entries.
    pub(crate) entries: Arc<Entries>,
    /// Facts of each data set.
    pub(crate) facts: Vec<u32>,
    /// Catalogs by id.
    pub(crate) catalogs: Vec<CatalogRow>,
    /// For each volume, the data sets on it.
    pub(crate) sets_on: Lists<u32>,
    /// For each volume, the catalogs on it.
    pub(crate) catalogs_on: Lists<u32>,
    /// For data sets that are not where their catalog entry says: the labels under which they are not found.
    pub(crate) not_found: BTreeMap<u32, Vec<Volser>>,
}

impl Data {
    /// Follows the labels of all data sets and catalogs: what is to be known of them, and of volumes by what lies on them; the
    /// volumes on which there is anything.
    pub(super) fn new(
        seen: &impl Seen,
        entries: &Arc<Entries>,
        scope: &Scope,
        labels: &Labels,
        volumes: &Volumes,
        sources: &VolumeSet,
        run: &impl Run,
    ) -> (Self, Sets, VolumeSet) {
        let vtocs = Vtocs::new(seen, volumes);
        let place = Places { scope, labels, sources, vtocs: &vtocs, volumes: volumes.len() };
        let count = entries.classes.len();
        // To say what lies on the volumes takes half as long as to follow the labels.
        let first = if run.pieces(count) > 1 { count / 4 * 3 } else { count };
        let (mut followed, (lying, rest)) = run.both(
            || entries.follow(seen, 0..first, &place),
            || (entries.lying(labels, volumes.len()), (first < count).then(|| entries.follow(seen, first..count, &place))),
        );
        rest.into_iter().for_each(|rest| followed.append(rest));
        let catalogs = entries.follow_catalogs(seen, labels, &mut followed);
        let Followed { facts, not_found, sets } = followed;
        let Lying { sets_on, catalogs_on, holding } = lying;
        let entries = Arc::clone(entries);
        (Self { entries, facts, catalogs, sets_on, catalogs_on, not_found }, sets, holding)
    }

    /// Looks for a data set in the VTOCs of the volumes that its labels mean, enters under which labels it is not found, and
    /// says whether there is one; `deny` says whether the VTOC of a volume is stated and does not have this name.
    pub(crate) fn find(&mut self, set: u32, labels: &Labels, deny: impl Fn(u32, &str) -> bool) -> u32 {
        let not_found = self.entries.denied(set, labels, deny);
        if not_found.is_empty() {
            self.not_found.remove(&set);
            return 0;
        }
        self.not_found.insert(set, not_found);
        fact::NOT_ON_VOLUME
    }

    /// Enters a data set that was not there, as one of which nothing is known but its name; its number.
    pub(crate) fn add(&mut self, name: &str) -> u32 {
        let entries = Arc::make_mut(&mut self.entries);
        Arc::make_mut(&mut entries.names).push(name);
        entries.classes.push(DataSetClass::NonIms);
        self.facts.push(0);
        u32::try_from(self.facts.len() - 1).unwrap_or(u32::MAX)
    }

    /// The facts of this data set.
    pub(crate) fn facts_of(&self, set: u32) -> u32 {
        self.facts.get(set as usize).copied().unwrap_or(0)
    }

    /// The name of this data set.
    pub(crate) fn name(&self, set: u32) -> Option<&str> {
        self.entries.names.get(set)
    }

    /// What this data set is to IMS.
    pub(crate) fn class(&self, set: u32) -> Option<DataSetClass> {
        self.entries.classes.get(set as usize).copied()
    }

    /// How a finding names this data set.
    pub(crate) fn subject(&self, set: u32) -> Option<Subject<'_>> {
        ((set as usize) < self.entries.names.len()).then(|| Subject::DataSet(&self.entries.names, set))
    }

    /// The name of this data set as a finding states it.
    pub(crate) fn text(&self, set: u32) -> Option<Text<'_>> {
        ((set as usize) < self.entries.names.len()).then(|| Text::DataSet(&self.entries.names, set))
    }

    /// Names of those of these data sets that have any of these facts.
    pub(crate) fn names<'a>(&'a self, sets: &'a [u32], facts: u32) -> impl Iterator<Item = Text<'a>> + 'a {
        self.with(sets, facts).filter_map(|set| self.text(set))
    }

    /// Names of those of these data sets that have any of these facts and a class that is asked for.
    pub(crate) fn with_class<'a>(
        &'a self,
        sets: &'a [u32],
        facts: u32,
        asked: impl Fn(DataSetClass) -> bool + 'a,
    ) -> impl Iterator<Item = Text<'a>> + 'a {
        let sets = self.with(sets, facts).filter(move |&set| self.class(set).is_some_and(&asked));
        sets.filter_map(|set| self.text(set))
    }

    /// Those of these data sets that have any of these facts.
    pub(crate) fn with<'a>(&'a self, sets: &'a [u32], facts: u32) -> impl Iterator<Item = u32> + 'a {
        sets.iter().copied().filter(move |&set| self.facts_of(set) & facts != 0)
    }
}

/// The facts that follow from the entry of a data set alone.
#[inline]
pub(crate) fn entry_facts(class: DataSetClass, storage: Storage, users: Users, scope: &Scope) -> u32 {
    let mut facts = Facts::default();
    let own = users.is_own(class);
    let in_scope = own && scope.asks_for(class);
    facts.note(fact::OWN, own);
    facts.note(fact::IN_SCOPE, in_scope);
    facts.note(fact::LOG_SIDE, own && is_log_side(class));
    facts.note(fact::DATA_SIDE, own && is_data_side(class));
    facts.note(fact::FOREIGN, users.is_foreign(class));
    facts.note(fact::MIGRATED, in_scope && storage == Storage::Migrated);
    facts.note(fact::LOG_ON_TAPE, in_scope && is_log_side(class) && storage == Storage::Tape);
    facts.note(fact::ON_DISK, storage == Storage::Disk);
    facts.bits()
}

/// The facts of a data set that follow from its entry and from the volumes that each of its labels means.
#[inline]
fn place_facts<'l>(entry: u32, mut places: impl Iterator<Item = &'l [u32]> + Clone, sources: &VolumeSet) -> u32 {
    let mut facts = Facts::default();
    let nowhere = places.clone().any(<[u32]>::is_empty);
    if entry & fact::FOREIGN != 0 {
        let outside = || places.clone().flatten().any(|&volume| !sources.contains(volume));
        facts.note(fact::STRAY, nowhere || outside());
    }
    let asked = any_of(&[fact::IN_SCOPE, fact::ON_DISK]);
    facts.note(fact::UNKNOWN_VOLUME, entry & asked == asked && (nowhere || places.next().is_none()));
    facts.bits()
}

/// Where labels lead, and whom that concerns.
#[derive(Clone, Copy)]
struct Places<'a> {
    scope: &'a Scope,
    labels: &'a Labels,
    sources: &'a VolumeSet,
    vtocs: &'a Vtocs<'a>,
    /// How many volumes there are.
    volumes: usize,
}

/// What follows from where the labels of data sets lead.
struct Followed {
    facts: Vec<u32>,
    not_found: BTreeMap<u32, Vec<Volser>>,
    sets: Sets,
}

impl Followed {
    /// Adds the data sets that come behind.
    fn append(&mut self, mut rest: Self) {
        self.facts.append(&mut rest.facts);
        self.not_found.append(&mut rest.not_found);
        self.sets.add(rest.sets);
    }
}

/// For each volume, the data sets and catalogs on it; and the volumes on which there is any.
struct Lying {
    sets_on: Lists<u32>,
    catalogs_on: Lists<u32>,
    holding: VolumeSet,
}

/// For each data set and each catalog, the labels that it names.
pub(super) struct Named {
    by_sets: Lists<u32>,
    by_catalogs: Lists<u32>,
}

impl Named {
    /// Enters the labels of all data sets and catalogs.
    pub(super) fn new(seen: &impl Seen, labels: &mut Carried) -> Self {
        let catalogs = &seen.few().catalogs;
        let mut by_catalogs = Filling::with_room(catalogs.len(), catalogs.iter().map(|catalog| catalog.volumes.len()).sum());
        for (id, catalog) in (0..).zip(catalogs) {
            catalog.volumes.iter().for_each(|label| by_catalogs.push(id, labels.enter(label.packed())));
        }
        let count = seen.data_sets(0).len();
        let mut by_sets = Filling::with_room(count, count);
        // Neighbours often lie on one volume.
        let mut last = (0, 0);
        for (id, data_set) in (0..).zip(seen.data_sets(0)) {
            // Off disk a data set is on no volume, whatever labels its entry still carries.
            if data_set.storage == Storage::Disk {
                for word in data_set.labels {
                    if last.0 != word {
                        last = (word, labels.enter(word));
                    }
                    by_sets.push(id, last.1);
                }
            }
        }
        Self { by_sets: by_sets.finish(), by_catalogs: by_catalogs.finish() }
    }
}

/// For each volume, the things whose labels mean it, each once; the volumes of which there are any.
fn reach(volumes: usize, things: usize, named: &Lists<u32>, labels: &Labels, holding: &mut VolumeSet) -> Lists<u32> {
    let mut on = Filling::with_room(volumes, named.items());
    let mut of_thing: Vec<u32> = Vec::new();
    for thing in 0..u32::try_from(things).unwrap_or(u32::MAX) {
        // Most things are on one volume.
        if let &[label] = named.of(thing)
            && let &[volume] = labels.means(label)
        {
            on.push(volume, thing);
            holding.insert(volume);
            continue;
        }
        of_thing.clear();
        for &volume in named.of(thing).iter().flat_map(|&label| labels.means(label)) {
            if !of_thing.contains(&volume) {
                of_thing.push(volume);
                on.push(volume, thing);
                holding.insert(volume);
            }
        }
    }
    on.finish()
}

/// The facts of entries like those before: neighbours often share one list of IMS systems, and their class and storage.
#[derive(Default)]
struct Alike<'a> {
    ims: Option<(&'a [ImsSsid], Users)>,
    last: Option<(DataSetClass, Storage, u32)>,
}

impl<'a> Alike<'a> {
    #[inline]
    fn facts(&mut self, scope: &Scope, class: DataSetClass, storage: Storage, ims: &'a [ImsSsid]) -> u32 {
        let users = match self.ims {
            Some((last, users)) if std::ptr::eq(last, ims) || last == ims => users,
            _ => {
                let users = scope.users(ims);
                (self.ims, self.last) = (Some((ims, users)), None);
                users
            }
        };
        match self.last {
            Some((of_class, of_storage, facts)) if (of_class, of_storage) == (class, storage) => facts,
            _ => {
                let facts = entry_facts(class, storage, users, scope);
                self.last = Some((class, storage, facts));
                facts
            }
        }
    }
}

/// The VTOCs that differ from the catalogs.
struct Vtocs<'a> {
    held: FxHashMap<u32, FxHashSet<&'a str>>,
    /// The volumes of which one is stated.
    stated: VolumeSet,
}

impl<'a> Vtocs<'a> {
    fn new(seen: &'a impl Seen, volumes: &Volumes) -> Self {
        let mut this = Self { held: FxHashMap::default(), stated: VolumeSet::new(volumes.len()) };
        for (volume, names) in seen.vtocs() {
            let Some(id) = volumes.find(volume) else { continue };
            this.held.insert(id, names.iter().map(dasdlab_model::name::DataSetName::as_str).collect());
            this.stated.insert(id);
        }
        this
    }

    /// Whether one is stated of a volume that one of these labels means.
    #[inline]
    fn concern(&self, named: &[u32], labels: &Labels) -> bool {
        !self.held.is_empty() && labels.meant_by(named).flatten().any(|&volume| self.stated.contains(volume))
    }

    /// Whether the VTOC of this volume is stated and does not have this name.
    fn deny(&self, volume: u32, name: &str) -> bool {
        self.held.get(&volume).is_some_and(|held| !held.contains(name))
    }
}
