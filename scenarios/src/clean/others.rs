//! Other profiles: of a stranger on its own volumes, or of the same IMS system over some of the same sources.

use dasdlab_model::states::{BackupType, HostStatus, Method, ProfileState, RelationState};

use crate::draft::{Draft, Profile, Role, Vol};
use crate::rng::Rng;

/// So many generations leave no room for relations of other profiles.
const MANY: u8 = 9;

/// Gives some of the volumes outside to other profiles; gives back the rest.
pub(super) fn lay_out(draft: &mut Draft, mut outside: Vec<Vol>, rng: &mut Rng) -> Option<Vec<Vol>> {
    let wanted = if outside.len() < 6 { 0 } else { rng.below(4) };
    for nth in 0..wanted {
        let share = rng.chance(1, 3);
        let pairs = 1 + rng.index((outside.len() - 2) / 4);
        if share {
            shared(draft, &mut outside, pairs, nth, rng)?
        } else {
            strangers(draft, &mut outside, pairs, nth, rng)?
        }
        if outside.len() < 6 {
            break;
        }
    }
    draft.clean_others = draft.others.len();
    Some(outside)
}

/// A profile of another IMS system with sources and targets of its own, perhaps on another system.
fn strangers(draft: &mut Draft, outside: &mut Vec<Vol>, pairs: usize, nth: u64, rng: &mut Rng) -> Option<()> {
    let system = rng.index(draft.systems.len());
    let mut profile = other(draft, system, format!("IMSX {nth}"), rng)?;
    for _ in 0..pairs {
        if outside.len() < 4 {
            break;
        }
        let (source, target) = (outside.pop()?, outside.pop()?);
        draft.volumes[source].role = Role::Other;
        draft.volumes[target].role = Role::Other;
        let (Some(from), Some(to)) = (draft.unit_in(source, system), draft.unit_in(target, system)) else { continue };
        profile.sources.push((from, draft.volumes[source].volser));
        profile.pairs.push((1, from, to));
        if system != draft.home && rng.chance(1, 2) {
            draft.detach(source);
            draft.detach(target);
        }
    }
    draft.others.push(profile);
    Some(())
}

/// A profile over some of the same sources, with targets of its own.
fn shared(draft: &mut Draft, outside: &mut Vec<Vol>, pairs: usize, nth: u64, rng: &mut Rng) -> Option<()> {
    let mut profile = other(draft, draft.home, format!("DATA ONLY {nth}"), rng)?;
    profile.ims_ssid = draft.profile.ims_ssid;
    for _ in 0..pairs {
        if outside.len() < 4 {
            break;
        }
        let target = outside.pop()?;
        draft.volumes[target].role = Role::Other;
        let Some(to) = draft.volumes[target].unit else { continue };
        let (from, label) = draft.profile.sources[rng.index(draft.profile.sources.len())];
        if profile.sources.iter().any(|source| source.0 == from) {
            continue;
        }
        let source = *draft.by_unit.get(&from)?;
        profile.sources.push((from, label));
        profile.pairs.push((1, from, to));
        draft.volumes[target].volser = label;
        draft.volumes[target].status = HostStatus::Offline;
        let one_array = draft.volumes[source].array == draft.volumes[target].array;
        // A source has twelve relations at most, its own generations among them.
        let fits = draft.profile.generations < MANY;
        if draft.method() == Method::FlashCopy && one_array && fits && rng.chance(1, 2) {
            draft.relate(source, target, RelationState::Copied);
        }
    }
    draft.others.push(profile);
    Some(())
}

fn other(draft: &Draft, system: usize, name: String, rng: &mut Rng) -> Option<Profile> {
    Some(Profile {
        name: name.parse().ok()?,
        system,
        ims_ssid: draft.stranger,
        backup_type: rng.one([BackupType::Full, BackupType::Data]),
        method: draft.method(),
        generations: 1,
        state: rng.one([ProfileState::SetupNeeded, ProfileState::Ready]),
        reason: None,
        locked_by: rng.chance(1, 8).then(|| "JOB00042".to_owned()),
        sources: Vec::new(),
        pairs: Vec::new(),
    })
}
