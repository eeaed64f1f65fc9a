//! What is measured: inventories of generated sites, got by the same calls as `dasdlab check` makes, and held against the
//! oracle before any clock runs; and a day of copying.

pub mod counts;
pub mod day;
pub mod fields;
pub mod peers;

use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::site::Site;
use dasdlab_scenarios::large::{self, LargeOptions};
use dasdlab_simulator::World;
use dasdlab_validator::Inventory;

/// Numbers of pairs that every check is measured at: an LSS or two, an array, an installation.
pub const PAIRS: [u32; 3] = [1_024, 65_280, 1_048_576];

/// Faulty volumes in a million: none, and one in a hundred.
pub const FAULTY: [u32; 2] = [0, 10_000];

/// The site of a measurement, so many pairs over as few profiles as hold them.
///
/// # Errors
/// Numbers that no site can have.
pub fn site(pairs: u32, faulty: u32) -> Result<Site, String> {
    large::site(&LargeOptions { faulty, seed: 1, ..LargeOptions::pairs(pairs) })
}

/// What can be seen of the site, and its profiles.
///
/// # Errors
/// A site that is malformed.
pub fn observe(site: &Site) -> Result<(Observation, Vec<ProfileName>), String> {
    let world = World::boot(site).map_err(|faults| faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))?;
    let seen = world.observe();
    let profiles = seen.profiles.iter().map(|profile| profile.name.clone()).collect();
    Ok((seen, profiles))
}

/// Inventories of all profiles of a site: together they have `pairs` pairs (but for faulty ones), and their findings are the oracle's.
///
/// # Errors
/// A number of pairs, or a finding, that differs from what it must be.
pub fn inventories(pairs: u32, faulty: u32) -> Result<Vec<Inventory>, String> {
    let (seen, profiles) = observe(&site(pairs, faulty)?)?;
    let mut inventories = Vec::new();
    for profile in &profiles {
        let inventory = Inventory::new(&seen, profile).ok_or_else(|| format!("no profile {profile}"))?;
        let found = inventory.check().findings.len();
        let expected = dasdlab_oracle::judge(&seen, profile).map(|verdict| verdict.findings.len());
        if expected != Some(found) {
            return Err(format!("{profile}: {found} findings, the oracle has {expected:?}"));
        }
        if (faulty == 0) != (found == 0) {
            return Err(format!("{profile}: {found} findings at {faulty} faulty volumes in a million"));
        }
        inventories.push(inventory);
    }
    let total: usize = inventories.iter().map(Inventory::pairs).sum();
    // A faulty source may have lost its target, and then forms no pair.
    let least = pairs as usize * 98 / 100;
    if (least..=pairs as usize).contains(&total) { Ok(inventories) } else { Err(format!("{total} pairs instead of {pairs}")) }
}

/// The size as it stands in the names of benchmarks: `65280/1%`.
#[must_use]
pub fn name(pairs: u32, faulty: u32) -> String {
    format!("{pairs}/{}%", faulty / 10_000)
}
