//! PS06 to PS08: targets that cannot be copied to, and volumes that FlashCopy cannot copy.

use dasdlab_model::finding::{Finding, Side, Subject};
use dasdlab_model::reasons::Reason;
use dasdlab_model::states::{DeviceType, HostStatus, Method, MirrorState, Model};
use dasdlab_model::unit::{Unit, VolumeId};

use super::{Here, data};
use crate::why::edit::{ArrayEdit, Edit, ProfileEdit, Turn};
use crate::why::spare::{Define, Use};
use crate::why::view::{generation, listed, number};

pub(super) fn ways(here: Here<'_, '_>, finding: &Finding) -> Vec<Vec<Edit>> {
    match finding.reason {
        Reason::Ps08DifferentArray | Reason::Ps08DifferentLss => return pair(here, finding),
        Reason::Ps06DeviceType
        | Reason::Ps06TooSmall
        | Reason::Ps06SizeMismatch
        | Reason::Ps06Larger
        | Reason::Ps06DifferentArray => return pair(here, finding),
        Reason::Ps07RelationLimit => return relations(here, finding),
        _ => {}
    }
    let Some(unit) = Here::unit(finding) else { return Vec::new() };
    let others = |which| here.retarget(unit, None, None, which);
    let Some(id) = here.view.base(unit) else {
        let mut ways = vec![others(Use::Any), others(Use::New)];
        if let (Reason::Ps06UnknownUnit, Some(like)) = (finding.reason, here.any_source()) {
            let bcv = here.view.profile.method == Method::Bcv;
            let wanted = Define { bcv, label: None, status: HostStatus::Offline, unit: Some(unit) };
            ways.extend(here.spares().define(like, wanted).map(|(_, define)| vec![define]));
        }
        ways.push(here.without_sources_of(unit));
        return ways;
    };
    let is_source_side = finding.subjects.contains(&Subject::Side(Side::Source));
    let system = here.view.profile.system;
    let turn = |turn| vec![Edit::Turn(here.view.at(id), turn)];
    let offline = || vec![Edit::Vary(here.view.at(id), system, HostStatus::Offline)];
    let (first, last): (Vec<Vec<Edit>>, Vec<Vec<Edit>>) = match finding.reason {
        Reason::Ps06Boxed
        | Reason::Ps06NoPath
        | Reason::Ps06NotReady
        | Reason::Ps06InUse
        | Reason::Ps06Online
        | Reason::Ps06PendingOffline => (vec![offline()], Vec::new()),
        Reason::Ps06Reserved => (vec![turn(Turn::Released)], Vec::new()),
        Reason::Ps06HoldsData => (vec![others(Use::There), offline()], data::emptied(here, finding, id)),
        Reason::Ps06AlsoSource => (Vec::new(), vec![vec![here.own(ProfileEdit::Remove(unit))]]),
        Reason::Ps06NotBcv => (vec![others(Use::There), turn(Turn::Bcv)], Vec::new()),
        Reason::Ps06ForeignRelation => (foreign(here, finding, id), Vec::new()),
        Reason::Ps06SpaceEfficient => (vec![others(Use::There), turn(Turn::FullyProvisioned)], Vec::new()),
        Reason::Ps06RemoteSecondary => (vec![turn(Turn::Local)], Vec::new()),
        Reason::Ps06MethodUnsupported => (Vec::new(), vec![vec![here.own(ProfileEdit::Method(Method::FlashCopy))]]),
        Reason::Ps07NotLicensed => (vec![vec![Edit::Array(id.array, ArrayEdit::License)]], Vec::new()),
        Reason::Ps07NotCapable => (vec![turn(Turn::Capable)], Vec::new()),
        Reason::Ps07Inhibited => (vec![turn(Turn::Permitted)], Vec::new()),
        Reason::Ps07V1Active => (vec![turn(Turn::WithoutVersion1)], Vec::new()),
        _ => (Vec::new(), Vec::new()),
    };
    let mut ways = first;
    if is_source_side {
        ways.push(vec![here.own(ProfileEdit::Remove(unit))]);
    } else {
        ways.extend([others(Use::Any), others(Use::New)]);
    }
    ways.extend(last);
    if !is_source_side {
        ways.push(here.without_sources_of(unit));
    }
    ways
}

/// The two sides of a pair that a finding is about: source and target.
fn sides(finding: &Finding) -> Option<(Unit, Unit)> {
    let role = |wanted: &str| {
        let roles = finding.reason.info().subjects.iter().zip(&finding.subjects);
        roles.into_iter().find_map(|(role, subject)| match subject {
            Subject::Unit(unit) if *role == wanted => Some(*unit),
            _ => None,
        })
    };
    Some((role("source")?, role("target")?))
}

/// Another target for the pair, or a target that is made to fit.
fn pair(here: Here<'_, '_>, finding: &Finding) -> Vec<Vec<Edit>> {
    let Some((source, target)) = sides(finding) else { return Vec::new() };
    let retarget = |which| here.retarget(target, generation(finding), Some(source), which);
    let view = here.view;
    let mut ways = vec![retarget(Use::There)];
    let standard = view.base(source).and_then(|id| view.volume(id));
    if let (Some(standard), Some(id)) = (standard, view.base(target)) {
        let fixed = Model::ALL
            .iter()
            .copied()
            .find(|model| model.device_type() == standard.device_type && model.cylinders() == Some(standard.cylinders));
        let model = fixed.or((standard.device_type == DeviceType::T3380).then_some(Model::M3380K));
        let resized = || vec![Edit::Resize(view.at(id), model, standard.cylinders)];
        match finding.reason {
            Reason::Ps06TooSmall | Reason::Ps06SizeMismatch | Reason::Ps06Larger | Reason::Ps06DeviceType => ways.push(resized()),
            _ => {}
        }
    }
    ways.push(retarget(Use::New));
    if finding.reason == Reason::Ps08DifferentLss {
        ways.push(vec![Edit::SameArray]);
    }
    ways.push(vec![here.own(ProfileEdit::Remove(source))]);
    ways
}

/// The copies with volumes that are not its source are ended.
fn foreign(here: Here<'_, '_>, finding: &Finding, id: VolumeId) -> Vec<Vec<Edit>> {
    let view = here.view;
    let others: Vec<VolumeId> = listed(finding, "others").iter().filter_map(|name| view.named_device(name)).collect();
    let between = |a: VolumeId, b: VolumeId| (a == id && others.contains(&b)) || (b == id && others.contains(&a));
    let relations = view.seen.relations.iter().filter(|one| between(one.source, one.target));
    let withdrawn: Vec<Edit> = relations.map(|one| Edit::Withdraw(view.at(one.source), view.at(one.target))).collect();
    let split = |to: Option<MirrorState>| {
        let pairs = view.seen.mirrors.iter().filter(|pair| between(pair.standard, pair.bcv) && pair.state.is_established());
        let pairs = pairs.map(|pair| Edit::Pair(view.at(pair.standard), view.at(pair.bcv), to));
        let bcv = view.profile.method == Method::Bcv;
        withdrawn.iter().cloned().chain(pairs.filter(|_| !bcv)).collect::<Vec<Edit>>()
    };
    let mut ways = vec![split(Some(MirrorState::Split)), split(Some(MirrorState::SplitNoInc)), split(None)];
    ways.dedup();
    ways
}

/// As many relations are withdrawn as are too many, or generations given up.
fn relations(here: Here<'_, '_>, finding: &Finding) -> Vec<Vec<Edit>> {
    let view = here.view;
    let count = |key| number(finding, key).unwrap_or(0);
    let (relations, generations, limit) = (count("relations"), count("generations"), count("limit"));
    let excess = usize::try_from((relations + generations).saturating_sub(limit)).unwrap_or(usize::MAX);
    let Some(id) = here.volume(finding) else { return Vec::new() };
    let mapped: Vec<VolumeId> = view
        .profile
        .targets
        .iter()
        .filter(|mapping| view.base(mapping.source) == Some(id))
        .filter_map(|mapping| view.base(mapping.target))
        .collect();
    let foreign = view.seen.relations.iter().filter(|one| one.source == id && !mapped.contains(&one.target));
    let withdrawn = foreign.take(excess).map(|one| Edit::Withdraw(view.at(one.source), view.at(one.target))).collect();
    let fewer = limit.checked_sub(relations).filter(|left| *left > 0).and_then(|left| u8::try_from(left).ok());
    let fewer = fewer.map(|left| vec![here.own(ProfileEdit::Generations(left))]);
    let mut ways: Vec<Vec<Edit>> = std::iter::once(withdrawn).chain(fewer).collect();
    ways.extend(Here::unit(finding).map(|unit| vec![here.own(ProfileEdit::Remove(unit))]));
    ways
}
