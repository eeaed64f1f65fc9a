//! Clean worlds: sites in which profile setup finds nothing, or nothing but what is good to know.
//!
//! A shape is drawn first (method, sizes, policy), then the world is laid out in that shape: arrays, the volumes of the
//! profile, the data on them, and around it everything that must *not* matter: other systems that use the same unit
//! numbers, arrays whose addresses and labels are all alike, other profiles, foreign data.

mod arrays;
mod data;
pub(crate) mod levels;
mod others;
mod shape;
mod volumes;

pub use shape::Needs;
pub(crate) use shape::Shape;

use dasdlab_model::name::ImsSsid;
use dasdlab_model::site::Policy;
use dasdlab_model::states::ProfileState;

use crate::draft::{Draft, Profile};
use crate::rng::Rng;

/// The clean world of this shape.
pub(crate) fn build(shape: &Shape, rng: &Rng) -> Option<Draft> {
    let mut draft = start(shape, &mut rng.child("names"))?;
    levels::policy(&mut draft, shape, &mut rng.child("policy"));
    arrays::lay_out(&mut draft, shape, &mut rng.child("arrays"))?;
    let outside = volumes::lay_out(&mut draft, shape, &mut rng.child("volumes"))?;
    let foreign = others::lay_out(&mut draft, outside, &mut rng.child("others"))?;
    data::lay_out(&mut draft, shape, foreign, &mut rng.child("data"))?;
    volumes::copies(&mut draft, shape, &mut rng.child("copies"));
    Some(draft)
}

/// Names, systems and IMS systems; nothing on disk yet.
fn start(shape: &Shape, rng: &mut Rng) -> Option<Draft> {
    let systems = [["SYSA", "SYSB", "SYSC"], ["PROD", "TEST", "DR"], ["MVS1", "MVS2", "MVS3"]];
    let systems = rng.one(systems).into_iter().take(shape.systems).map(|name| name.parse().ok()).collect::<Option<Vec<_>>>()?;
    let family = rng.one(["IMS", "IM", "P", "X#"]);
    let member = |nth: u32| -> Option<ImsSsid> { format!("{family}{}", rng_digit(nth)).parse().ok() };
    let own = member(1)?;
    let stranger = "IMSX".parse().ok()?;
    let group = "IPLEX".parse().ok()?;
    let mut ims = vec![(own, (shape.members > 1).then_some(group))];
    let mut fellows = vec![own];
    for nth in 2..=shape.members {
        let ssid = member(nth)?;
        ims.push((ssid, Some(group)));
        if shape.log_scope == dasdlab_model::states::LogScope::Group {
            fellows.push(ssid);
        }
    }
    ims.push((stranger, rng.chance(1, 3).then_some("JPLEX".parse().ok()?)));
    let denied = if rng.chance(1, 8) { vec![stranger] } else { Vec::new() };
    let home = if rng.chance(2, 3) { 0 } else { rng.index(shape.systems) };
    let profile = Profile {
        name: rng.one(["FULL DAILY", "SLB", "IMSP.BACKUP", "WEEKLY-1", "P1"]).parse().ok()?,
        system: home,
        ims_ssid: own,
        backup_type: shape.backup_type,
        method: shape.method,
        generations: shape.generations,
        state: rng.one([ProfileState::SetupNeeded, ProfileState::SetupNeeded, ProfileState::Ready]),
        reason: None,
        locked_by: None,
        sources: Vec::with_capacity(shape.sources),
        pairs: Vec::with_capacity(shape.sources * usize::from(shape.generations)),
    };
    let policy = Policy {
        lss_scope: shape.lss_scope,
        log_scope: shape.log_scope,
        migrated: shape.migrated,
        report_non_ims_data: shape.report_non_ims_data,
        ..Policy::default()
    };
    let prefix = rng.one(["IMSP", "IMS1.PROD", "I", "DBT0$X"]).to_owned();
    let mut draft = Draft::new(systems, home, ims, fellows, stranger, denied, policy, profile, prefix);
    draft.detailed = rng.chance(1, 4);
    Some(draft)
}

/// The last character of a member's id.
fn rng_digit(nth: u32) -> char {
    char::from_digit(nth, 36).map_or('0', |digit| digit.to_ascii_uppercase())
}
