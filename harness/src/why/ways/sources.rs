//! PS05: sources that cannot be backed up as they are.

use dasdlab_model::finding::Finding;
use dasdlab_model::name::Volser;
use dasdlab_model::reasons::Reason;
use dasdlab_model::states::{HostStatus, Method, MirrorState, RemoteRole};
use dasdlab_model::unit::{Unit, VolumeId};

use super::Here;
use crate::why::edit::{Edit, ProfileEdit, Turn};
use crate::why::spare::Define;
use crate::why::view::listed;

pub(super) fn ways(here: Here<'_, '_>, finding: &Finding) -> Vec<Vec<Edit>> {
    let Some(unit) = Here::unit(finding) else { return Vec::new() };
    if matches!(finding.reason, Reason::Ps05UnknownUnit | Reason::Ps05AliasDevice) {
        return absent(here, unit, finding.reason);
    }
    let Some(id) = here.view.base(unit) else { return Vec::new() };
    let system = here.view.profile.system;
    let at = here.view.at(id);
    let mut ways = match finding.reason {
        Reason::Ps05VolserMismatch => labels(here, unit, id),
        Reason::Ps05DuplicateVolser => namesakes(here, finding),
        Reason::Ps05Offline | Reason::Ps05PendingOffline | Reason::Ps05Boxed | Reason::Ps05NotReady | Reason::Ps05NoPath => {
            vec![vec![Edit::Vary(at, system, HostStatus::Online)]]
        }
        Reason::Ps05Reserved => vec![vec![Edit::Turn(at, Turn::Released)]],
        Reason::Ps05CopyTarget => copies(here, id),
        Reason::Ps05Restoring => restores(here, id),
        Reason::Ps05MethodUnsupported => vec![vec![here.own(ProfileEdit::Method(Method::FlashCopy))]],
        _ => Vec::new(),
    };
    ways.push(vec![here.own(ProfileEdit::Remove(unit))]);
    ways
}

/// A unit that is none: the volume that was meant, by its label.
fn absent(here: Here<'_, '_>, unit: Unit, reason: Reason) -> Vec<Vec<Edit>> {
    let view = here.view;
    let saved = view.profile.sources.iter().find(|source| source.unit == unit).and_then(|source| source.volser);
    let mut ways = Vec::new();
    if let Some(label) = saved {
        for id in view.carriers.get(&label).into_iter().flatten().filter(|id| !view.claimed.contains(id)) {
            if let Some((other, _)) = view.here.get(id) {
                ways.push(vec![here.own(ProfileEdit::Renumber(unit, *other))]);
            }
        }
        if reason == Reason::Ps05UnknownUnit {
            let without = |id: &VolumeId| !view.here.contains_key(id) && !view.claimed.contains(id);
            let labelled = view.seen.volumes.iter().filter(|volume| volume.volser == Some(label) && without(&volume.id));
            ways.extend(labelled.map(|volume| vec![Edit::Attach(view.at(volume.id), view.profile.system, unit)]));
        }
    }
    ways.push(vec![here.own(ProfileEdit::Remove(unit))]);
    if reason == Reason::Ps05UnknownUnit
        && let (Some(like), Some(label)) = (here.any_source(), saved)
    {
        let wanted = Define { bcv: false, label: Some(label), status: HostStatus::Online, unit: Some(unit) };
        ways.extend(here.spares().define(like, wanted).map(|(_, define)| vec![define]));
    }
    ways
}

/// The label as it is now is saved, or the volume gets the one that was saved.
fn labels(here: Here<'_, '_>, unit: Unit, id: VolumeId) -> Vec<Vec<Edit>> {
    let view = here.view;
    let saved = view.profile.sources.iter().find(|source| source.unit == unit).and_then(|source| source.volser);
    let save = view.label(id).map(|found| vec![here.own(ProfileEdit::Save(unit, found))]);
    let relabel = saved.map(|saved| vec![Edit::Relabel(view.at(id), saved)]);
    let mut ways: Vec<Vec<Edit>> = save.into_iter().chain(relabel).collect();
    if ways.is_empty()
        && let Some(new) = here.spares().label()
    {
        ways.push(vec![Edit::Relabel(view.at(id), new), here.own(ProfileEdit::Save(unit, new))]);
    }
    ways
}

/// The others with the label go offline, or are labelled otherwise.
fn namesakes(here: Here<'_, '_>, finding: &Finding) -> Vec<Vec<Edit>> {
    let view = here.view;
    let others: Vec<VolumeId> = listed(finding, "units").iter().filter_map(|unit| view.named_device(unit)).collect();
    let offline = others.iter().map(|id| Edit::Vary(view.at(*id), view.profile.system, HostStatus::Offline)).collect();
    let mut spares = here.spares();
    let saved = |id: &VolumeId| -> Option<Volser> {
        let unit = view.sources.get(id)?;
        view.profile.sources.iter().find(|source| source.unit == *unit)?.volser.filter(|saved| view.label(*id) != Some(*saved))
    };
    let relabel = others.iter().filter_map(|id| Some(Edit::Relabel(view.at(*id), saved(id).or_else(|| spares.label())?)));
    let relabel: Vec<Edit> = relabel.collect();
    // Another source must stay mounted: it gets a label of its own, and is saved with it.
    let kept = relabel.iter().flat_map(|edit| match edit {
        Edit::Relabel(at, label) => {
            let save = view.sources.get(&at.id).map(|unit| here.own(ProfileEdit::Save(*unit, *label)));
            [Some(edit.clone()), save]
        }
        _ => [None, None],
    });
    let kept: Vec<Edit> = kept.flatten().collect();
    vec![offline, relabel.clone(), kept]
}

/// Whatever is copied onto the source is ended.
fn copies(here: Here<'_, '_>, id: VolumeId) -> Vec<Vec<Edit>> {
    let view = here.view;
    let withdrawn = view.seen.relations.iter().filter(|relation| relation.target == id);
    let withdrawn: Vec<Edit> = withdrawn.map(|one| Edit::Withdraw(view.at(one.source), view.at(one.target))).collect();
    let remote = view.volume(id).is_some_and(|volume| volume.remote == Some(RemoteRole::Secondary));
    let local = remote.then(|| Edit::Turn(view.at(id), Turn::Local));
    let ended = |to: Option<MirrorState>| {
        let pairs = view.seen.mirrors.iter().filter(|pair| pair.bcv == id && pair.standard != id && pair.state.is_established());
        let pairs = pairs.map(|pair| Edit::Pair(view.at(pair.standard), view.at(pair.bcv), to));
        withdrawn.iter().cloned().chain(local.clone()).chain(pairs).collect::<Vec<Edit>>()
    };
    let mut ways = vec![ended(Some(MirrorState::Split)), ended(Some(MirrorState::SplitNoInc)), ended(None)];
    ways.dedup();
    ways
}

/// Restores that run or were broken off are brought to an end.
fn restores(here: Here<'_, '_>, id: VolumeId) -> Vec<Vec<Edit>> {
    let view = here.view;
    let pairs: Vec<_> = view
        .seen
        .mirrors
        .iter()
        .filter(|pair| pair.bcv == id || pair.standard == id)
        .filter(|pair| matches!(pair.state, MirrorState::RestInProg | MirrorState::SplitBfrRest))
        .collect();
    let brought = |to: Option<MirrorState>| -> Vec<Edit> {
        pairs.iter().map(|pair| Edit::Pair(view.at(pair.standard), view.at(pair.bcv), to)).collect()
    };
    let ends = [Some(MirrorState::Split), Some(MirrorState::SplitNoInc), None];
    ends.into_iter().map(brought).collect()
}
