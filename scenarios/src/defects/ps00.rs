//! PS00: an environment in which nothing can be checked.

use dasdlab_model::reasons::{Reason, Rule};
use dasdlab_model::states::DataSetClass;

use super::{Company, Defect, Needs, Planting};
use crate::draft::{Draft, Side};
use crate::rng::Rng;

pub(super) const DEFECTS: &[Defect] = &[
    // Without an IMS system no catalog is known to be needed, so nothing else of the environment goes with it.
    Defect::new("PS00:unknown-ims-system", Reason::Ps00UnknownImsSystem, Needs::ANY, unknown).with(Company::None),
    Defect::new("PS00:catalog-unavailable/data", Reason::Ps00CatalogUnavailable, Needs::ANY, |draft, rng| {
        unavailable(draft, rng, Side::Data)
    })
    .with(Company::Environment),
    Defect::new("PS00:catalog-unavailable/logs", Reason::Ps00CatalogUnavailable, Needs::ANY, |draft, rng| {
        unavailable(draft, rng, Side::Log)
    })
    .with(Company::Environment),
    Defect::new("PS00:catalog-unavailable/master", Reason::Ps00CatalogUnavailable, Needs::ANY, master_unavailable)
        .with(Company::Environment),
    Defect::new("PS00:array-unreachable", Reason::Ps00ArrayUnreachable, Needs::ANY, unreachable).with(Company::Environment),
    Defect::new("PS00:not-authorized", Reason::Ps00NotAuthorized, Needs::ANY, not_authorized).with(Company::Environment),
    Defect::new("PS00:profile-locked", Reason::Ps00ProfileLocked, Needs::ANY, locked).with(Company::Environment),
    Defect::near_miss("PS00:near-miss/foreign-catalog-unavailable", Rule::PS00, Needs::ANY, foreign_catalog),
    Defect::near_miss("PS00:near-miss/idle-array-unreachable", Rule::PS00, Needs::ANY, idle_array),
    Defect::near_miss("PS00:near-miss/stranger-denied", Rule::PS00, Needs::ANY, stranger_denied),
    Defect::near_miss("PS00:near-miss/other-profile-locked", Rule::PS00, Needs::ANY, other_locked),
];

fn unknown(draft: &mut Draft, _: &mut Rng) -> Planting {
    draft.profile.ims_ssid = "IMSU".parse().ok()?;
    Some(vec![draft.about_profile(Reason::Ps00UnknownImsSystem)])
}

fn unavailable(draft: &mut Draft, rng: &mut Rng, side: Side) -> Planting {
    let catalog = draft.claim_catalog(rng, |draft, at| draft.catalogs[at].side == side && draft.names_ours(at))?;
    draft.catalogs[catalog].reachable = false;
    Some(vec![draft.about_catalog(Reason::Ps00CatalogUnavailable, catalog)])
}

/// The master catalog, once it names a data set of the IMS system.
fn master_unavailable(draft: &mut Draft, rng: &mut Rng) -> Planting {
    let catalog = draft.claim_catalog(rng, |draft, at| draft.catalogs[at].side == Side::Master)?;
    let class = rng.one([DataSetClass::Database, DataSetClass::Log, DataSetClass::System]);
    draft.plant_data_set(class, catalog, Vec::new());
    draft.catalogs[catalog].reachable = false;
    Some(vec![draft.about_catalog(Reason::Ps00CatalogUnavailable, catalog)])
}

fn unreachable(draft: &mut Draft, rng: &mut Rng) -> Planting {
    let array = draft.claim_array(rng)?;
    draft.arrays[array].reachable = false;
    Some(vec![draft.about_array(Reason::Ps00ArrayUnreachable, array)])
}

fn not_authorized(draft: &mut Draft, _: &mut Rng) -> Planting {
    let own = draft.profile.ims_ssid;
    if draft.denied.contains(&own) || draft.profile_claimed {
        return None;
    }
    draft.profile_claimed = true;
    draft.denied.push(own);
    Some(vec![draft.about_profile(Reason::Ps00NotAuthorized)])
}

fn locked(draft: &mut Draft, rng: &mut Rng) -> Planting {
    if draft.policy_claimed {
        return None;
    }
    draft.policy_claimed = true;
    draft.profile.locked_by = Some(rng.one(["SETUP JOB01234", "BACKUP JOB00007", "JOB99999"]).to_owned());
    Some(vec![draft.about_profile(Reason::Ps00ProfileLocked)])
}

fn foreign_catalog(draft: &mut Draft, rng: &mut Rng) -> Planting {
    let catalog = draft.claim_catalog(rng, |draft, at| draft.catalogs[at].side == Side::Foreign && !draft.names_ours(at))?;
    draft.catalogs[catalog].reachable = false;
    Some(Vec::new())
}

fn idle_array(draft: &mut Draft, _: &mut Rng) -> Planting {
    let family = draft.arrays.first()?.family;
    let (array, lss) = draft.plant_array(family)?;
    draft.arrays[array].reachable = false;
    let vol = draft.add_volume(array, lss, crate::draft::Role::Spare)?;
    draft.volumes[vol].claimed = true;
    Some(Vec::new())
}

fn stranger_denied(draft: &mut Draft, _: &mut Rng) -> Planting {
    let stranger = draft.stranger;
    if draft.denied.contains(&stranger) || draft.profile_claimed {
        return None;
    }
    draft.profile_claimed = true;
    draft.denied.push(stranger);
    Some(Vec::new())
}

fn other_locked(draft: &mut Draft, rng: &mut Rng) -> Planting {
    let other = draft.plant_other_profile(rng)?;
    draft.others[other].locked_by = Some("JOB00815".to_owned());
    Some(Vec::new())
}
