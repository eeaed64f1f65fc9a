//! PS09: volumes that several profiles make use of.

use dasdlab_model::finding::{Finding, Subject};
use dasdlab_model::observation::BackupProfile;
use dasdlab_model::reasons::Reason;
use dasdlab_model::unit::VolumeId;

use super::Here;
use crate::why::edit::{Edit, ProfileEdit, Turn};
use crate::why::spare::{Spares, Use, in_profile};
use crate::why::view::listed;

pub(super) fn ways(here: Here<'_, '_>, finding: &Finding) -> Vec<Vec<Edit>> {
    let other = finding.subjects.iter().find_map(|subject| match subject {
        Subject::Profile(name) => here.view.seen.profile(name),
        _ => None,
    });
    let (Some(unit), Some(id)) = (Here::unit(finding), here.volume(finding)) else { return Vec::new() };
    let retarget = |which| here.retarget(unit, None, None, which);
    match finding.reason {
        Reason::Ps09TargetInOtherProfile => {
            let how = listed(finding, "how");
            let held = how.iter().all(|how| how == "held");
            let release = vec![Edit::Turn(here.view.at(id), Turn::Unheld)];
            let mut ways = vec![retarget(Use::There)];
            if held {
                ways.insert(0, release);
            }
            ways.push(retarget(Use::New));
            if let Some(other) = other {
                // The other profile goes without the target, and the product without its hold.
                let held = how.iter().any(|how| how == "held").then(|| Edit::Turn(here.view.at(id), Turn::Unheld));
                ways.push(unmapped(here, other, id).into_iter().chain(held).collect());
            }
            ways.push(here.without_sources_of(unit));
            ways
        }
        Reason::Ps09SourceInOtherProfile => vec![retarget(Use::Any), retarget(Use::New), here.without_sources_of(unit)],
        Reason::Ps09SourceIsTargetElsewhere => {
            let Some(other) = other else { return Vec::new() };
            let mut ways = vec![elsewhere(here, other, id)];
            ways.push(unmapped(here, other, id));
            ways.push(vec![here.own(ProfileEdit::Remove(unit))]);
            ways
        }
        _ => Vec::new(),
    }
}

/// The other profile loses the target.
fn unmapped(here: Here<'_, '_>, other: &BackupProfile, id: VolumeId) -> Vec<Edit> {
    let named = other.targets.iter().filter(|one| here.view.volume_of(other.system, one.target) == Some(id));
    named.map(|one| in_profile(&other.name, ProfileEdit::Unmap(one.generation, one.source, one.target))).collect()
}

/// Another target for the other profile, in its own system.
fn elsewhere(here: Here<'_, '_>, other: &BackupProfile, id: VolumeId) -> Vec<Edit> {
    if other.system != here.view.profile.system {
        return Vec::new();
    }
    let mut spares = Spares::new(here.view, here.site);
    let mut edits = Vec::new();
    for mapping in other.targets.iter().filter(|one| here.view.volume_of(other.system, one.target) == Some(id)) {
        let like = here.view.volume_of(other.system, mapping.source).unwrap_or(id);
        let Some((to, before)) = spares.target(other, like, Use::Any) else { return Vec::new() };
        edits.extend(before);
        edits.push(in_profile(&other.name, ProfileEdit::Remap(mapping.generation, mapping.source, mapping.target, to)));
    }
    edits
}
