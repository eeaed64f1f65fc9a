//! The fields are greyed out on the panel, and an import comes by no panel.

use dasdlab_model::observation::BackupProfile;
use dasdlab_model::states::ProfileState;

use super::Mutant;
use super::acting::Desk;
use crate::judge::Ours;
use crate::story::actors::Actors;

pub(super) const MUTANT: Mutant =
    Mutant::acts("read-only-fields-are-edited", "lets type and IMS system of a ready profile be edited", make);

fn make() -> Box<dyn Actors> {
    Box::new(Desk {
        edited: |seen, before, wanted| {
            let open = BackupProfile { state: ProfileState::SetupNeeded, ..before.clone() };
            let mut after = Ours.edited(seen, &open, wanted)?;
            if (after.ims_ssid, after.backup_type) == (before.ims_ssid, before.backup_type) {
                return Ours.edited(seen, before, wanted);
            }
            if after.reason == before.reason {
                after.state = before.state;
            }
            Ok(after)
        },
        ..Desk::default()
    })
}
