//! Orders of the control face that change the world at once: host states, profiles, another site.

use dasdlab_model::command::Reply;
use dasdlab_model::event::Event;
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::{BackupProfile, Device};
use dasdlab_model::site::{Profile, Site};
use dasdlab_model::story::profile::imported;
use dasdlab_servers::control::order::{ControlOrder, Refused, RefusedKind};
use dasdlab_servers::engine::Engine;
use dasdlab_simulator::{Happening, World};
use dasdlab_validator::machines::{edited, entered};
use serde_json::{Value, json};

use super::engine::Living;
use super::refused;

/// Who changes profiles and host states by the control face, as the event log calls it.
const CAUSE: &str = "control";

/// Carries out an order.
///
/// # Errors
/// Why it was refused; then nothing has changed.
pub(super) fn carry_out(living: &mut Living, order: &ControlOrder) -> Result<Value, Refused> {
    match order {
        // Those are the engine's own.
        ControlOrder::Advance { .. }
        | ControlOrder::Fault(_)
        | ControlOrder::Forget { .. }
        | ControlOrder::Setup { .. }
        | ControlOrder::Job { .. }
        | ControlOrder::Restore { .. } => Err(refused(RefusedKind::Broken, "this order is carried out elsewhere")),
        &ControlOrder::Vary { system, unit, status } => {
            let found = living.world.look().units.iter().find(|entry| entry.system == system && entry.unit == unit).copied();
            match found.map(|entry| entry.device) {
                Some(Device::Base(..)) => {
                    let changed = living.world.happen(&Happening::Vary { system, unit, status }, CAUSE);
                    Ok(json!({ "changed": changed }))
                }
                Some(Device::Alias(_)) => {
                    Err(refused(RefusedKind::Conflict, format!("unit {unit} of {system} is an alias and has no status")))
                }
                None => Err(refused(RefusedKind::NotFound, format!("system {system} has no unit {unit}"))),
            }
        }
        ControlOrder::Profile(profile) => put(&mut living.world, profile),
        ControlOrder::RemoveProfile { profile } => remove(&mut living.world, profile),
        ControlOrder::Load(site) => load(living, site),
    }
}

/// Enters a profile, or edits the one of its name in every field, as an import over it does.
fn put(world: &mut World, profile: &Profile) -> Result<Value, Refused> {
    let seen = world.look();
    // The systems are all that a profile needs to be read beside.
    let systems = seen
        .systems
        .iter()
        .map(|system| dasdlab_model::site::System { name: system.name, host_software_level: system.host_software_level.clone() });
    let beside = Site { systems: systems.collect(), ..Site::default() };
    let mut profile = profile.clone();
    if profile.system.is_none() {
        // Not the first of the site, whose order a look does not show: the only one, or it must be said.
        match seen.systems.as_slice() {
            [only] => profile.system = Some(only.name),
            _ => return Err(refused(RefusedKind::Invalid, "system: the profile names none: expected one of the site's")),
        }
    }
    let wanted = imported(&beside, &profile).map_err(|faults| {
        let text = faults.first().map_or_else(|| "the profile is malformed".to_owned(), ToString::to_string);
        let more = if faults.len() > 1 { format!(" (and {} more)", faults.len() - 1) } else { String::new() };
        refused(RefusedKind::Invalid, text + &more)
    })?;
    let (after, is_new): (BackupProfile, bool) = match seen.profile(&wanted.name) {
        Some(before) => (edited(&seen, before, &wanted).map_err(|why| refused(RefusedKind::Conflict, why.to_string()))?, false),
        None => (entered(&wanted), true),
    };
    drop(seen);
    match world.put_profile(after, CAUSE) {
        Reply::Refused(refusal) => Err(refused(RefusedKind::Conflict, format!("the profile cannot be written: {refusal}"))),
        reply => Ok(json!({ "entered": is_new, "changed": reply == Reply::Done })),
    }
}

fn remove(world: &mut World, name: &ProfileName) -> Result<Value, Refused> {
    let Some(profile) = world.profile(name) else {
        return Err(refused(RefusedKind::NotFound, format!("there is no profile {name}")));
    };
    if let Some(by) = &profile.locked_by {
        return Err(refused(RefusedKind::Conflict, format!("profile-locked: the profile is locked by {by}")));
    }
    match world.remove_profile(name, CAUSE) {
        Reply::Refused(refusal) => Err(refused(RefusedKind::Conflict, format!("the profile cannot be removed: {refusal}"))),
        _ => Ok(json!({ "removed": true })),
    }
}

fn load(living: &mut Living, site: &Site) -> Result<Value, Refused> {
    let world = World::boot(site).map_err(|faults| {
        let text = faults.first().map_or_else(|| "the site is malformed".to_owned(), ToString::to_string);
        refused(RefusedKind::Invalid, text)
    })?;
    let mut before = living.take_events();
    // Whoever follows the events must know that what they add up to is another world now.
    let (from, to) = (living.description.clone(), site.description.clone());
    before.push(Event { at: world.now(), object: "site".to_owned(), from, to, cause: format!("load by {CAUSE}") });
    *living = Living::new(world, site.description.clone());
    living.before = before;
    Ok(json!({ "loaded": true }))
}
