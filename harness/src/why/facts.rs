//! The facts behind a finding: the entries of the site that it was read from.

use std::collections::BTreeSet;

use dasdlab_model::declare::Step;
use dasdlab_model::finding::{Fact, Finding, Subject};
use dasdlab_model::reasons::{Kind, Reason, Rule};
use dasdlab_model::site::Site;
use dasdlab_model::unit::{Unit, VolumeId};
use serde::Serialize;

use super::apply::{find_data_set, find_pair, find_profile, find_source, find_targets, find_volume};
use super::view::View;

/// The most entries of one kind that are named.
const NAMED: usize = 8;

/// An entry of the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What it is.
    pub what: String,
    /// The way to it from the site.
    pub path: Vec<Step>,
    /// The entry on one line, as a site file has it.
    pub text: String,
}

/// Gathers entries, each once.
struct Gathered<'s, 'v, 'a> {
    site: &'s Site,
    view: &'v View<'a>,
    entries: Vec<Entry>,
    paths: BTreeSet<Vec<Step>>,
}

/// The entries that a finding was read from, in the order in which it names them.
pub(super) fn facts(site: &Site, view: &View<'_>, finding: &Finding) -> Vec<Entry> {
    let mut gathered = Gathered { site, view, entries: Vec::new(), paths: BTreeSet::new() };
    for subject in &finding.subjects {
        gathered.subject(subject, finding);
    }
    gathered.around(finding);
    for (key, fact) in &finding.evidence.0 {
        let kind = finding.reason.info().evidence.iter().find(|(known, _)| known == key).map(|(_, kind)| *kind);
        if let Some(kind) = kind {
            gathered.evidence(kind, fact);
        }
    }
    gathered.policy(finding);
    gathered.entries
}

/// A value of a site as it stands in a file, on one line.
fn inline<T: Serialize>(value: &T) -> String {
    let Ok(value) = toml::Value::try_from(value) else { return String::new() };
    match &value {
        toml::Value::Table(table) => {
            let fields: Vec<String> = table.iter().map(|(key, value)| format!("{key} = {value}")).collect();
            format!("{{ {} }}", fields.join(", "))
        }
        _ => value.to_string(),
    }
}

impl Gathered<'_, '_, '_> {
    fn put<T: Serialize>(&mut self, what: impl Into<String>, path: Vec<Step>, value: &T) {
        if self.paths.insert(path.clone()) {
            self.entries.push(Entry { what: what.into(), path, text: inline(value) });
        }
    }

    fn subject(&mut self, subject: &Subject, finding: &Finding) {
        let site = self.site;
        match subject {
            Subject::Unit(unit) => self.unit(*unit, finding),
            Subject::Volume(id) => self.volume(*id),
            Subject::Array(serial) => {
                if let Some((at, array)) = site.arrays.iter().enumerate().find(|(_, array)| array.serial == *serial) {
                    // Its logical subsystems say nothing here.
                    let shown = dasdlab_model::site::Array { lss: Vec::new(), ..array.clone() };
                    self.put("array", vec![Step::Field("arrays"), Step::Item(at)], &shown);
                }
            }
            Subject::DataSet(name) => {
                if let Some((at, _)) = find_data_set(&site.data_sets, name)
                    && let Some(entry) = site.data_sets.get(at)
                {
                    self.put("data set", vec![Step::Field("data_sets"), Step::Item(at)], entry);
                }
            }
            Subject::Catalog(name) => {
                if let Some((at, catalog)) = site.catalogs.iter().enumerate().find(|(_, catalog)| catalog.name == *name) {
                    self.put("catalog", vec![Step::Field("catalogs"), Step::Item(at)], catalog);
                }
            }
            Subject::Profile(name) => self.profile_head(name, finding),
            Subject::Generation(_) | Subject::Side(_) => {}
        }
    }

    /// What the profile says beside its lists.
    fn profile_head(&mut self, name: &dasdlab_model::name::ProfileName, finding: &Finding) {
        let site = self.site;
        let Some(at) = find_profile(&site.profiles, name) else { return };
        let Some(profile) = site.profiles.get(at) else { return };
        if finding.rule() == Rule::PS09 {
            let Some(id) = finding.subjects.iter().find_map(|subject| self.view.subject(subject)) else { return };
            return self.listed_in(at, id);
        }
        let head =
            dasdlab_model::site::Profile { sources: Vec::new(), targets: Vec::new(), backups: Vec::new(), ..profile.clone() };
        self.put("profile", vec![Step::Field("profiles"), Step::Item(at)], &head);
    }

    /// Where a profile lists a volume.
    fn listed_in(&mut self, at: usize, id: VolumeId) {
        let site = self.site;
        let Some(profile) = site.profiles.get(at) else { return };
        let Some(system) = profile.system.or(site.systems.first().map(|system| system.name)) else { return };
        let view = self.view;
        let is = |unit: Unit| view.volume_of(system, unit) == Some(id);
        let path = |list, item| vec![Step::Field("profiles"), Step::Item(at), Step::Field(list), Step::Item(item)];
        for (item, range) in profile.sources.iter().enumerate() {
            if (0..range.count).filter_map(|nth| range.unit.plus(nth)).any(is) {
                self.put(format!("source of {}", profile.name), path("sources", item), range);
            }
        }
        let found: Vec<usize> =
            find_targets(&profile.targets, |_, _, target| is(target)).map(|(item, _)| item).take(NAMED).collect();
        for item in found {
            if let Some(range) = profile.targets.get(item) {
                self.put(format!("target of {}", profile.name), path("targets", item), range);
            }
        }
    }

    /// A unit: what the profile says of it, and the volume or the alias behind it.
    fn unit(&mut self, unit: Unit, finding: &Finding) {
        let site = self.site;
        let Some(at) = find_profile(&site.profiles, &self.view.profile.name) else { return };
        let Some(profile) = site.profiles.get(at) else { return };
        let path = |list, item| vec![Step::Field("profiles"), Step::Item(at), Step::Field(list), Step::Item(item)];
        if let Some((item, _)) = find_source(&profile.sources, unit)
            && let Some(range) = profile.sources.get(item)
        {
            self.put("source", path("sources", item), range);
        }
        let generation = super::view::generation(finding);
        let wanted = |number: u8, source: Unit, target: Unit| {
            generation.is_none_or(|wanted| wanted == number) && (target == unit || (source == unit && generation.is_some()))
        };
        let found: Vec<usize> = find_targets(&profile.targets, wanted).map(|(item, _)| item).take(NAMED).collect();
        for item in found {
            if let Some(range) = profile.targets.get(item) {
                self.put(format!("target of generation {}", range.generation), path("targets", item), range);
            }
        }
        match self.view.base(unit) {
            Some(id) => self.volume(id),
            None => self.alias(unit),
        }
    }

    fn alias(&mut self, unit: Unit) {
        let site = self.site;
        let home = site.systems.first().map(|system| system.name);
        for (at, range) in site.aliases.iter().enumerate() {
            let here = range.system.or(home) == Some(self.view.profile.system);
            let nth = unit.number().checked_sub(range.unit.number());
            if here && nth.is_some_and(|nth| nth < range.count) {
                self.put("alias", vec![Step::Field("aliases"), Step::Item(at)], range);
            }
        }
    }

    fn volume(&mut self, id: VolumeId) {
        let site = self.site;
        if let Some((at, _)) = find_volume(&site.volumes, id)
            && let Some(range) = site.volumes.get(at)
        {
            self.put("volume", vec![Step::Field("volumes"), Step::Item(at)], range);
        }
    }

    /// Copies that the volumes of a finding take part in, where it is about copies.
    fn around(&mut self, finding: &Finding) {
        let relations =
            matches!(finding.reason, Reason::Ps05CopyTarget | Reason::Ps06ForeignRelation | Reason::Ps07RelationLimit);
        let mirrors = matches!(finding.rule(), Rule::PS12 | Rule::PS13)
            || matches!(
                finding.reason,
                Reason::Ps05CopyTarget | Reason::Ps05Restoring | Reason::Ps06ForeignRelation | Reason::Ps06NotReady
            );
        let (site, view) = (self.site, self.view);
        let volumes: Vec<VolumeId> = finding.subjects.iter().filter_map(|subject| view.subject(subject)).collect();
        let about = |a: VolumeId, b: VolumeId| match volumes.as_slice() {
            [one] => a == *one || b == *one,
            [one, other, ..] => (a, b) == (*one, *other) || (b, a) == (*one, *other),
            [] => false,
        };
        let home = site.systems.first().map(|system| system.name);
        if relations {
            for relation in view.seen.relations.iter().filter(|one| about(one.source, one.target)).take(NAMED) {
                let pair = (relation.source, relation.target);
                if let Some((at, _)) = find_pair(&site.flashcopy, |range| (range.source, range.target), pair, home, view)
                    && let Some(range) = site.flashcopy.get(at)
                {
                    self.put("FlashCopy relation", vec![Step::Field("flashcopy"), Step::Item(at)], range);
                }
            }
        }
        if mirrors {
            for pair in view.seen.mirrors.iter().filter(|one| about(one.standard, one.bcv)).take(NAMED) {
                let sides = (pair.standard, pair.bcv);
                if let Some((at, _)) = find_pair(&site.mirrors, |range| (range.standard, range.bcv), sides, home, view)
                    && let Some(range) = site.mirrors.get(at)
                {
                    self.put("mirror pair", vec![Step::Field("mirrors"), Step::Item(at)], range);
                }
            }
        }
    }

    /// The entries of things that evidence names.
    fn evidence(&mut self, kind: Kind, fact: &Fact) {
        let names: Vec<&str> = match fact {
            Fact::List(names) => names.iter().take(NAMED).map(String::as_str).collect(),
            Fact::Text(name) => vec![name.as_str()],
            Fact::Number(_) => return,
        };
        for name in names {
            match kind {
                Kind::DataSets => {
                    if let Ok(name) = name.parse() {
                        self.named(&Subject::DataSet(name));
                    }
                }
                Kind::Subjects => {
                    if let Ok(subject) = name.parse() {
                        self.named(&subject);
                    }
                }
                Kind::Unit | Kind::Units | Kind::Device | Kind::Devices => {
                    if let Some(id) = self.view.named_device(name) {
                        self.volume(id);
                    }
                }
                Kind::Array => {
                    if let Ok(serial) = name.parse() {
                        self.named(&Subject::Array(serial));
                    }
                }
                _ => {}
            }
        }
    }

    /// A thing that is no unit and no profile.
    fn named(&mut self, subject: &Subject) {
        let none = Finding {
            reason: Reason::Ps01Missing,
            severity: dasdlab_model::finding::Severity::I,
            subjects: Vec::new(),
            evidence: dasdlab_model::finding::Evidence::default(),
        };
        self.subject(subject, &none);
    }

    /// The policy, the IMS systems and the authority, where they decided.
    fn policy(&mut self, finding: &Finding) {
        let site = self.site;
        let policy = |name| vec![Step::Field("policy"), Step::Field(name)];
        match finding.reason {
            Reason::Ps00UnknownImsSystem => {
                for (at, ims) in site.ims.iter().enumerate().take(NAMED) {
                    self.put("IMS system", vec![Step::Field("ims"), Step::Item(at)], ims);
                }
            }
            Reason::Ps00NotAuthorized => {
                self.put("authority", vec![Step::Field("authority"), Step::Field("denied")], &site.authority.denied);
            }
            Reason::Ps01Migrated => self.put("policy: migrated", policy("migrated"), &site.policy.migrated),
            Reason::Ps08DifferentLss => self.put("policy: lss_scope", policy("lss_scope"), &site.policy.lss_scope),
            Reason::Ps15NonImsData => {
                self.put("policy: report_non_ims_data", policy("report_non_ims_data"), &site.policy.report_non_ims_data);
            }
            _ if finding.rule() == Rule::PS11 => {
                let method = self.view.profile.method;
                let serial = finding.subjects.first().map(ToString::to_string);
                let family =
                    site.arrays.iter().find(|array| serial == Some(format!("array:{}", array.serial))).map(|array| array.family);
                for (at, row) in site.policy.code_levels.iter().enumerate() {
                    if row.method == method && Some(row.family.family()) == family {
                        let path = vec![Step::Field("policy"), Step::Field("code_levels"), Step::Item(at)];
                        self.put("policy: minimum level", path, row);
                    }
                }
            }
            _ => {}
        }
    }
}
