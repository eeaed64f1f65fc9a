//! PS14: profiles that do not say where everything goes.

use dasdlab_model::finding::Subject;
use dasdlab_model::reasons::{Reason, Rule};
use dasdlab_model::unit::Unit;

use super::{Company, Defect, Needs, Planting};
use crate::draft::{Draft, Vol, finding};
use crate::rng::Rng;

pub(super) const DEFECTS: &[Defect] = &[
    Defect::new("PS14:no-sources/of-empty-system", Reason::Ps14NoSources, Needs::ANY, of_empty_system).with(Company::None),
    Defect::new("PS14:no-sources/everything-uncovered", Reason::Ps14NoSources, Needs::ANY, everything_uncovered)
        .with(Company::None),
    Defect::new("PS14:no-generations", Reason::Ps14NoGenerations, Needs::ANY, no_generations).with(Company::None),
    Defect::new("PS14:missing-target/one", Reason::Ps14MissingTarget, Needs::ANY, missing_target),
    Defect::new("PS14:missing-target/every-generation", Reason::Ps14MissingTarget, Needs::ANY.generations(2), no_targets),
    Defect::new("PS14:unmapped-source/unknown-unit", Reason::Ps14UnmappedSource, Needs::ANY, |draft, rng| {
        let unit = draft.fresh_unit()?;
        unmapped(draft, rng, unit)
    }),
    Defect::new("PS14:unmapped-source/volume-outside", Reason::Ps14UnmappedSource, Needs::ANY, |draft, rng| {
        let near = draft.choose_volume(rng, |_, _| true)?;
        let vol = draft.plant_volume(near)?;
        let unit = draft.volumes[vol].unit?;
        unmapped(draft, rng, unit)
    }),
    Defect::new("PS14:duplicate-target/two-generations", Reason::Ps14DuplicateTarget, Needs::ANY.generations(2), two_generations),
    Defect::new("PS14:duplicate-target/two-sources", Reason::Ps14DuplicateTarget, Needs::ANY.sources(2), two_sources),
    Defect::new("PS14:duplicate-target/unmapped-source", Reason::Ps14DuplicateTarget, Needs::ANY, duplicate_unmapped),
    Defect::new("PS14:duplicate-target/unknown-unit", Reason::Ps14DuplicateTarget, Needs::ANY.sources(2), duplicate_unknown),
    Defect::near_miss("PS14:near-miss/other-profile-incomplete", Rule::PS14, Needs::ANY, |draft, rng| {
        let other = draft.plant_other_profile(rng)?;
        let (source, target) = (draft.fresh_unit()?, draft.fresh_unit()?);
        draft.others[other].pairs.push((1, source, target));
        Some(Vec::new())
    }),
];

/// The profile lists nothing, and its IMS system has nothing: an empty scope is no finding.
fn of_empty_system(draft: &mut Draft, _: &mut Rng) -> Planting {
    draft.profile.ims_ssid = "IMSN".parse().ok()?;
    draft.ims.push((draft.profile.ims_ssid, None));
    draft.profile.sources.clear();
    draft.profile.pairs.clear();
    draft.known.clear();
    Some(vec![draft.about_profile(Reason::Ps14NoSources)])
}

/// The profile lists nothing, and everything in scope is missing.
fn everything_uncovered(draft: &mut Draft, _: &mut Rng) -> Planting {
    let mut found = vec![draft.about_profile(Reason::Ps14NoSources)];
    for vol in 0..draft.volumes.len() {
        if draft.volumes[vol].is_source() {
            found.extend(draft.uncovered(vol));
        }
    }
    found.sort_by(|a, b| (&a.code, &a.reason, &a.subjects).cmp(&(&b.code, &b.reason, &b.subjects)));
    found.dedup();
    draft.profile.sources.clear();
    draft.profile.pairs.clear();
    draft.known.retain(|known| known.reason != Reason::Ps02LogInDataBackup.slug());
    Some(found)
}

fn no_generations(draft: &mut Draft, _: &mut Rng) -> Planting {
    draft.profile.generations = 0;
    draft.profile.pairs.clear();
    draft.relations.clear();
    draft.mirrors.clear();
    Some(vec![draft.about_profile(Reason::Ps14NoGenerations)])
}

fn missing(draft: &Draft, source: Vol, generation: u8) -> dasdlab_model::scenario::ExpectedFinding {
    finding(Reason::Ps14MissingTarget, [draft.subject(source), Subject::Generation(generation)])
}

fn missing_target(draft: &mut Draft, rng: &mut Rng) -> Planting {
    let (target, source, generation) = draft.claim_pair(rng)?;
    let unit = draft.volumes[source].unit?;
    draft.profile.pairs.retain(|pair| pair.0 != generation || pair.1 != unit);
    draft.retire(target);
    Some(vec![missing(draft, source, generation)])
}

fn no_targets(draft: &mut Draft, rng: &mut Rng) -> Planting {
    let source = draft.claim_whole_where(rng, |_, _| true)?;
    let unit = draft.volumes[source].unit?;
    for generation in 1..=draft.profile.generations {
        let target = draft.target_of(source, generation)?;
        draft.retire(target);
    }
    draft.profile.pairs.retain(|pair| pair.1 != unit);
    // An array that owns no other unit of the profile still owns the source.
    Some((1..=draft.profile.generations).map(|generation| missing(draft, source, generation)).collect())
}

fn some_generation(draft: &Draft, rng: &mut Rng) -> u8 {
    let last = draft.profile.generations;
    if rng.chance(1, 2) { last } else { rng.range(1, u32::from(last)) as u8 }
}

/// A target for a unit that is no source: a target all the same, but half of no pair.
fn unmapped(draft: &mut Draft, rng: &mut Rng, unit: Unit) -> Planting {
    let like = draft.choose_volume(rng, |draft, vol| draft.volumes[vol].is_source())?;
    let generation = some_generation(draft, rng);
    let target = draft.plant_target(like, generation)?;
    draft.profile.pairs.push((generation, unit, draft.volumes[target].unit?));
    Some(vec![finding(Reason::Ps14UnmappedSource, [Subject::Unit(unit), Subject::Generation(generation)])])
}

/// The first generation of a source is its second too.
fn two_generations(draft: &mut Draft, rng: &mut Rng) -> Planting {
    let source = draft.claim_whole_where(rng, |_, _| true)?;
    let last = draft.profile.generations;
    let first = rng.range(1, u32::from(last) - 1) as u8;
    let second = rng.range(u32::from(first) + 1, u32::from(last)) as u8;
    let (kept, retired) = (draft.target_of(source, first)?, draft.target_of(source, second)?);
    draft.retire(retired);
    draft.remap(second, draft.volumes[source].unit?, draft.volumes[kept].unit?);
    Some(vec![draft.about(Reason::Ps14DuplicateTarget, kept)])
}

/// One target for two sources.
fn two_sources(draft: &mut Draft, rng: &mut Rng) -> Planting {
    let (retired, source, generation) = draft.claim_pair(rng)?;
    let (kept, ..) = draft.claim_target_of(rng, |of| of == generation)?;
    draft.retire(retired);
    draft.remap(generation, draft.volumes[source].unit?, draft.volumes[kept].unit?);
    let mut found = draft.pair_findings(source, kept, generation);
    found.push(draft.about(Reason::Ps14DuplicateTarget, kept));
    Some(found)
}

/// A target that is listed again for a unit that is no source.
fn duplicate_unmapped(draft: &mut Draft, rng: &mut Rng) -> Planting {
    let (target, ..) = draft.claim_target(rng)?;
    let (unit, generation) = (draft.fresh_unit()?, some_generation(draft, rng));
    draft.profile.pairs.push((generation, unit, draft.volumes[target].unit?));
    Some(vec![
        draft.about(Reason::Ps14DuplicateTarget, target),
        finding(Reason::Ps14UnmappedSource, [Subject::Unit(unit), Subject::Generation(generation)]),
    ])
}

/// A unit that nobody has, given as target twice: compared by number.
fn duplicate_unknown(draft: &mut Draft, rng: &mut Rng) -> Planting {
    let unit = draft.fresh_unit()?;
    for _ in 0..2 {
        let (target, source, generation) = draft.claim_pair(rng)?;
        draft.retire(target);
        draft.remap(generation, draft.volumes[source].unit?, unit);
    }
    let subject = Subject::Unit(unit);
    Some(vec![finding(Reason::Ps14DuplicateTarget, [subject.clone()]), finding(Reason::Ps06UnknownUnit, [subject])])
}
