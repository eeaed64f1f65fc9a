//! What the product and the IMS systems know: profiles, their locks and backups, and whose logs are suspended.

use std::collections::{BTreeMap, BTreeSet};

use dasdlab_model::alive::Alive;
use dasdlab_model::command::Reply;
use dasdlab_model::event::Time;
use dasdlab_model::name::{ImsSsid, ProfileName};
use dasdlab_model::observation::{BackupProfile, Mapping};
use dasdlab_model::site::{Backup, Ims};
use dasdlab_model::states::{ProfileState, SetupReason};
use dasdlab_model::transitions::Refusal;
use dasdlab_model::unit::Unit;

use crate::journal::Journal;
use crate::tracked::Tracked;

/// The product's repository and the IMS systems beside it.
#[derive(Debug, Clone)]
pub(crate) struct Repository {
    pub(crate) profiles: Tracked<Vec<BackupProfile>>,
    pub(crate) ims: Vec<Ims>,
    /// Whether it can be written.
    pub(crate) available: bool,
    suspended: BTreeSet<ImsSsid>,
    /// Since when profiles need setup, where that is known.
    needed_since: BTreeMap<ProfileName, Time>,
}

/// The book to write in, the instant and the cause of what is written.
pub(crate) struct Entry<'a> {
    pub(crate) journal: &'a mut Journal,
    pub(crate) at: Time,
    pub(crate) cause: &'a str,
}

impl Entry<'_> {
    fn log(&mut self, object: String, from: impl std::fmt::Display, to: impl std::fmt::Display) {
        self.journal.log(self.at, object, from, to, self.cause);
    }

    /// Gives something another value and logs it; says whether it is another.
    pub(crate) fn turn<T: PartialEq, Text: std::fmt::Display>(
        &mut self,
        value: &mut T,
        to: T,
        object: String,
        text: impl Fn(&T) -> Text,
    ) -> bool {
        if *value == to {
            return false;
        }
        let (from, next) = (text(value), text(&to));
        self.log(object, from, next);
        *value = to;
        true
    }
}

/// A state of a profile as one word, with its reason.
pub(crate) fn state_text(state: ProfileState, reason: Option<SetupReason>) -> String {
    reason.map_or_else(|| state.to_string(), |reason| format!("{state} ({reason})"))
}

/// A backup as one word.
fn backup_text(backup: Option<&Backup>) -> String {
    let Some(backup) = backup else { return "none".to_owned() };
    let word = match (backup.valid, backup.expired) {
        (false, _) => "invalid",
        (true, true) => "expired",
        (true, false) => "valid",
    };
    format!("{word}, taken at {}", backup.taken_at)
}

impl Repository {
    pub(crate) fn new(profiles: Vec<BackupProfile>, ims: Vec<Ims>) -> Self {
        let profiles = Tracked::new(profiles);
        Self { profiles, ims, available: true, suspended: BTreeSet::new(), needed_since: BTreeMap::new() }
    }

    pub(crate) fn profile(&self, name: &ProfileName) -> Option<&BackupProfile> {
        self.profiles.iter().find(|profile| profile.name == *name)
    }

    /// Since when this profile needs setup.
    pub(crate) fn needed_since(&self, name: &ProfileName) -> Option<Time> {
        self.needed_since.get(name).copied()
    }

    /// The profiles that need setup, with the instants since which they do, where those are known.
    pub(crate) fn all_needed_since(&self) -> impl Iterator<Item = (&ProfileName, Time)> {
        self.needed_since.iter().map(|(name, &since)| (name, since))
    }

    /// Forgets what was known of a profile that is gone.
    pub(crate) fn removed(&mut self, name: &ProfileName) {
        self.needed_since.remove(name);
    }

    /// Takes note of a state that a profile has entered: need of setup begins once, whatever reasons are added to it.
    pub(crate) fn entered(&mut self, name: &ProfileName, before: Option<ProfileState>, now: ProfileState, at: Time) {
        match (before, now) {
            (Some(ProfileState::SetupNeeded), ProfileState::SetupNeeded) => {}
            (_, ProfileState::SetupNeeded) => {
                self.needed_since.insert(name.clone(), at);
            }
            _ => {
                self.needed_since.remove(name);
            }
        }
    }

    /// The profile to be written.
    fn open(&mut self, name: &ProfileName) -> Result<&mut BackupProfile, Refusal> {
        if !self.available {
            return Err(Refusal::RepositoryUnavailable);
        }
        self.profiles.iter_mut().find(|profile| profile.name == *name).ok_or(Refusal::UnknownProfile)
    }

    pub(crate) fn lock(&mut self, mut entry: Entry<'_>, name: &ProfileName, by: &str) -> Result<Reply, Refusal> {
        let profile = self.open(name)?;
        if profile.locked_by.is_some() {
            return Err(Refusal::ProfileLocked);
        }
        profile.locked_by = Some(by.to_owned());
        entry.log(format!("lock {name}"), "free", by);
        Ok(Reply::Done)
    }

    pub(crate) fn unlock(&mut self, mut entry: Entry<'_>, name: &ProfileName) -> Result<Reply, Refusal> {
        let Some(by) = self.open(name)?.locked_by.take() else { return Ok(Reply::Nothing) };
        entry.log(format!("lock {name}"), by, "free");
        Ok(Reply::Done)
    }

    /// Locks a profile that is free, whether the repository can be written or not; says whether it was.
    pub(crate) fn seize(&mut self, mut entry: Entry<'_>, name: &ProfileName, by: &str) -> bool {
        let Some(profile) = self.profiles.iter_mut().find(|profile| profile.name == *name) else { return false };
        if profile.locked_by.is_some() {
            return false;
        }
        profile.locked_by = Some(by.to_owned());
        entry.log(format!("lock {name}"), "free", by);
        true
    }

    /// Frees a profile that is locked, whether the repository can be written or not; says whether it was.
    pub(crate) fn set_free(&mut self, entry: &mut Entry<'_>, name: &ProfileName) -> bool {
        let profile = self.profiles.iter_mut().find(|profile| profile.name == *name);
        let Some(by) = profile.and_then(|profile| profile.locked_by.take()) else { return false };
        entry.log(format!("lock {name}"), by, "free");
        true
    }

    /// Makes a unit the generation 1 target of a profile's first source; says whether it was another. Nobody edits a
    /// profile that is locked.
    pub(crate) fn take_target(&mut self, mut entry: Entry<'_>, name: &ProfileName, target: Unit) -> bool {
        let Some(profile) = self.profiles.iter_mut().find(|profile| profile.name == *name) else { return false };
        let Some(source) = profile.sources.iter().map(|source| source.unit).min() else { return false };
        if profile.generations == 0 || profile.locked_by.is_some() {
            return false;
        }
        let taken = Mapping { generation: 1, source, target };
        let held = profile.targets.iter_mut().find(|mapping| (mapping.generation, mapping.source) == (1, source));
        let before = match held {
            Some(mapping) if *mapping == taken => return false,
            Some(mapping) => std::mem::replace(mapping, taken).target.to_string(),
            None => {
                profile.targets.push(taken);
                "none".to_owned()
            }
        };
        entry.log(format!("target {name} 1 {source}"), before, target);
        let needed = (ProfileState::SetupNeeded, Some(SetupReason::Units));
        let from = state_text(profile.state, profile.reason);
        let before = profile.state;
        if (profile.state, profile.reason) != needed {
            (profile.state, profile.reason) = needed;
            entry.log(format!("profile {name}"), from, state_text(needed.0, needed.1));
        }
        self.entered(name, Some(before), needed.0, entry.at);
        true
    }

    pub(crate) fn set_state(
        &mut self,
        mut entry: Entry<'_>,
        name: &ProfileName,
        (state, reason): (ProfileState, Option<SetupReason>),
        fingerprint: Option<&String>,
    ) -> Result<Reply, Refusal> {
        let profile = self.open(name)?;
        let before = profile.state;
        let mut reply = Reply::Nothing;
        if (profile.state, profile.reason) != (state, reason) {
            let from = state_text(profile.state, profile.reason);
            (profile.state, profile.reason) = (state, reason);
            entry.log(format!("profile {name}"), from, state_text(state, reason));
            reply = Reply::Done;
        }
        if fingerprint.is_some() && profile.fingerprint.as_ref() != fingerprint {
            let from = std::mem::replace(&mut profile.fingerprint, fingerprint.cloned());
            let text = |fingerprint: Option<&str>| fingerprint.unwrap_or("none").to_owned();
            entry.log(format!("fingerprint {name}"), text(from.as_deref()), text(fingerprint.map(String::as_str)));
            reply = Reply::Done;
        }
        self.entered(name, Some(before), state, entry.at);
        Ok(reply)
    }

    pub(crate) fn record(&mut self, mut entry: Entry<'_>, name: &ProfileName, backup: &Backup) -> Result<Reply, Refusal> {
        let profile = self.open(name)?;
        if profile.backups.contains(backup) {
            return Ok(Reply::Nothing);
        }
        // A backup that could still be restored gives way to its own expiry or to the next one, not to a failed attempt.
        let stands = |held: &Backup| !backup.valid && held.valid && !held.expired;
        let gives_way = |held: &Backup| held.generation == backup.generation && !stands(held);
        let held = profile.backups.iter().find(|held| gives_way(held));
        entry.log(format!("backup {name} {}", backup.generation), backup_text(held), backup_text(Some(backup)));
        profile.backups.retain(|held| !gives_way(held));
        profile.backups.push(backup.clone());
        Ok(Reply::Done)
    }

    /// The members that share a RECON with this IMS system, itself included; none where it is not known.
    fn members(&self, ims: ImsSsid) -> Vec<ImsSsid> {
        let Some(own) = self.ims.iter().find(|system| system.ssid == ims) else { return Vec::new() };
        let shares = |system: &&Ims| system.ssid == ims || (own.group.is_some() && system.group == own.group);
        self.ims.iter().filter(shares).map(|system| system.ssid).collect()
    }

    pub(crate) fn is_suspended(&self, ims: ImsSsid) -> bool {
        self.suspended.contains(&ims)
    }

    /// The IMS systems whose logs are suspended.
    pub(crate) fn suspended(&self) -> impl Iterator<Item = ImsSsid> {
        self.suspended.iter().copied()
    }

    /// Takes over what was known when a world was saved.
    pub(crate) fn recall(&mut self, alive: &Alive) {
        self.available = !alive.repository_unavailable;
        self.suspended = alive.suspended.iter().copied().collect();
        self.needed_since = alive.setup_needed.iter().map(|entry| (entry.profile.clone(), Time(entry.since_ms))).collect();
    }

    pub(crate) fn suspend(&mut self, mut entry: Entry<'_>, ims: ImsSsid) -> Result<Reply, Refusal> {
        let members = self.members(ims);
        if members.is_empty() {
            return Err(Refusal::CannotSuspend);
        }
        if members.iter().any(|member| self.suspended.contains(member)) {
            return Err(Refusal::AlreadySuspended);
        }
        for member in members {
            self.suspended.insert(member);
            entry.log(format!("logs {member}"), "running", "suspended");
        }
        Ok(Reply::Done)
    }

    pub(crate) fn resume(&mut self, mut entry: Entry<'_>, ims: ImsSsid) -> Reply {
        let mut reply = Reply::Nothing;
        for member in self.members(ims) {
            if self.suspended.remove(&member) {
                entry.log(format!("logs {member}"), "suspended", "running");
                reply = Reply::Done;
            }
        }
        reply
    }
}
