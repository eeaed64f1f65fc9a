//! What an administrator would do about a finding: changes, those that come to mind first in front.
//!
//! Nothing here is sure to help. Each change is tried, and what it brings about is judged.

mod data;
mod environment;
mod levels;
mod mapping;
mod mirrors;
mod profiles;
mod sources;
mod targets;

use std::collections::BTreeSet;

use dasdlab_model::finding::Finding;
use dasdlab_model::reasons::Rule;
use dasdlab_model::site::Site;
use dasdlab_model::unit::{Unit, VolumeId};

use super::edit::{Edit, ProfileEdit};
use super::spare::{Spares, Use, in_profile, new_source};
use super::view::View;

/// Where changes are thought of.
#[derive(Clone, Copy)]
pub(super) struct Here<'v, 'a> {
    pub(super) view: &'v View<'a>,
    pub(super) site: &'v Site,
}

/// The changes that come into question, each a list of edits.
pub(super) fn ways(here: Here<'_, '_>, finding: &Finding) -> Vec<Vec<Edit>> {
    let mut ways = match finding.rule() {
        Rule::PS00 => environment::ways(here, finding),
        Rule::PS01 | Rule::PS02 | Rule::PS03 | Rule::PS04 | Rule::PS10 | Rule::PS15 => data::ways(here, finding),
        Rule::PS05 => sources::ways(here, finding),
        Rule::PS06 | Rule::PS07 | Rule::PS08 => targets::ways(here, finding),
        Rule::PS09 => profiles::ways(here, finding),
        Rule::PS11 => levels::ways(here, finding),
        Rule::PS12 | Rule::PS13 => mirrors::ways(here, finding),
        Rule::PS14 => mapping::ways(here, finding),
        Rule::PS16 => Vec::new(),
    };
    ways.retain(|edits| !edits.is_empty());
    ways
}

impl<'v, 'a> Here<'v, 'a> {
    fn spares(&self) -> Spares<'v, 'a> {
        Spares::new(self.view, self.site)
    }

    fn own(&self, edit: ProfileEdit) -> Edit {
        in_profile(&self.view.profile.name, edit)
    }

    /// The volume that a finding is about.
    fn volume(&self, finding: &Finding) -> Option<VolumeId> {
        finding.subjects.iter().find_map(|subject| self.view.subject(subject))
    }

    /// The unit that a finding is about, there or not.
    fn unit(finding: &Finding) -> Option<Unit> {
        finding.subjects.iter().find_map(|subject| match subject {
            dasdlab_model::finding::Subject::Unit(unit) => Some(*unit),
            _ => None,
        })
    }

    /// Another target in place of this one, wherever the profile names it.
    fn retarget(&self, unit: Unit, generation: Option<u8>, source: Option<Unit>, which: Use) -> Vec<Edit> {
        let profile = self.view.profile;
        let mut spares = self.spares();
        let mut edits = Vec::new();
        let wanted = profile.targets.iter().filter(|mapping| {
            mapping.target == unit
                && generation.is_none_or(|wanted| wanted == mapping.generation)
                && source.is_none_or(|wanted| wanted == mapping.source)
        });
        for mapping in wanted {
            let like = self.view.base(mapping.source).or_else(|| self.view.base(unit)).or_else(|| self.any_source());
            let Some((to, before)) = like.and_then(|like| spares.target(profile, like, which)) else { return Vec::new() };
            edits.extend(before);
            edits.push(self.own(ProfileEdit::Remap(mapping.generation, mapping.source, unit, to)));
        }
        edits
    }

    /// The sources that have this target leave the profile.
    fn without_sources_of(&self, target: Unit) -> Vec<Edit> {
        let profile = self.view.profile;
        let listed = |unit: Unit| profile.sources.iter().any(|source| source.unit == unit);
        let mapped: BTreeSet<Unit> =
            profile.targets.iter().filter(|mapping| mapping.target == target).map(|mapping| mapping.source).collect();
        let strays = profile.targets.iter().filter(|mapping| mapping.target == target && !listed(mapping.source));
        let strays = strays.map(|one| self.own(ProfileEdit::Unmap(one.generation, one.source, one.target)));
        let removed = mapped.iter().filter(|unit| listed(**unit)).map(|unit| self.own(ProfileEdit::Remove(*unit)));
        removed.chain(strays).collect()
    }

    fn any_source(&self) -> Option<VolumeId> {
        self.view.sources.keys().next().or_else(|| self.view.here.keys().next()).copied()
    }

    /// The unit as a source, with targets.
    fn new_source(&self, unit: Unit, which: Use) -> Vec<Edit> {
        new_source(self.view, &mut self.spares(), unit, which).unwrap_or_default()
    }
}
