//! Profiles as users enter and edit them.

use std::fmt::Display;

use dasdlab_model::command::Reply;
use dasdlab_model::event::Time;
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::BackupProfile;
use dasdlab_model::transitions::Refusal;

use crate::World;
use crate::repository::state_text;

impl World {
    /// The profile of this name, as the repository has it.
    #[must_use]
    pub fn profile(&self, name: &ProfileName) -> Option<&BackupProfile> {
        self.repository.profile(name)
    }

    /// Whether the repository can be written.
    #[must_use]
    pub const fn repository_is_available(&self) -> bool {
        self.repository.available
    }

    /// Since when setup of this profile is needed; none where it is not, or was before the world began.
    #[must_use]
    pub fn setup_needed_since(&self, name: &ProfileName) -> Option<Time> {
        self.repository.needed_since(name)
    }

    /// Removes a profile, locked or not; what is held for it stays held.
    pub fn remove_profile(&mut self, name: &ProfileName, cause: &str) -> Reply {
        if !self.repository.available {
            return Reply::Refused(Refusal::RepositoryUnavailable);
        }
        let Some(place) = self.repository.profiles.iter().position(|profile| profile.name == *name) else {
            return Reply::Refused(Refusal::UnknownProfile);
        };
        let removed = self.repository.profiles.remove(place);
        self.repository.removed(name);
        let state = state_text(removed.state, removed.reason);
        self.journal.log(self.clock.now(), format!("profile {name}"), state, "none", cause);
        Reply::Done
    }

    /// Puts a profile in place of the one of its name, or enters it where there is none. Every field that changes is a
    /// line of the event log. Whether the change is permitted is not asked here; the repository must be there to be
    /// written.
    pub fn put_profile(&mut self, profile: BackupProfile, cause: &str) -> Reply {
        if !self.repository.available {
            return Reply::Refused(Refusal::RepositoryUnavailable);
        }
        let name = profile.name.clone();
        let (at, journal) = (self.clock.now(), &mut self.journal);
        let Some(held) = self.repository.profiles.iter_mut().find(|held| held.name == name) else {
            let state = state_text(profile.state, profile.reason);
            journal.log(at, format!("profile {name}"), "none", state, cause);
            self.repository.entered(&name, None, profile.state, at);
            self.repository.profiles.push(profile);
            return Reply::Done;
        };
        if *held == profile {
            return Reply::Nothing;
        }
        let mut changed = |field: &str, is_same: bool, from: &dyn Display, to: &dyn Display| {
            if !is_same {
                journal.log(at, format!("field {name} {field}"), from, to, cause);
            }
        };
        let (before, after) = (&*held, &profile);
        changed("creator", before.creator == after.creator, &before.creator, &after.creator);
        changed("description", before.description == after.description, &before.description, &after.description);
        changed("system", before.system == after.system, &before.system, &after.system);
        changed("ims_ssid", before.ims_ssid == after.ims_ssid, &before.ims_ssid, &after.ims_ssid);
        changed("type", before.backup_type == after.backup_type, &before.backup_type, &after.backup_type);
        changed("method", before.method == after.method, &before.method, &after.method);
        changed("generations", before.generations == after.generations, &before.generations, &after.generations);
        let units = |profile: &BackupProfile| format!("{} units", profile.sources.len());
        changed("sources", before.sources == after.sources, &units(before), &units(after));
        let pairs = |profile: &BackupProfile| format!("{} pairs", profile.targets.len());
        changed("targets", before.targets == after.targets, &pairs(before), &pairs(after));
        let backups = |profile: &BackupProfile| format!("{} backups", profile.backups.len());
        changed("backups", before.backups == after.backups, &backups(before), &backups(after));
        let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "none".to_owned());
        let (from, to) = (text(&before.fingerprint), text(&after.fingerprint));
        changed("fingerprint", from == to, &from, &to);
        let (from, to) = (state_text(before.state, before.reason), state_text(after.state, after.reason));
        if from != to {
            journal.log(at, format!("profile {name}"), from, to, cause);
        }
        let (before, now) = (held.state, profile.state);
        *held = profile;
        self.repository.entered(&name, Some(before), now, at);
        Reply::Done
    }
}
