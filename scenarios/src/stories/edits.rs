//! Edits of the scenario's profile: every field, changed or given the value that it has.

use dasdlab_model::states::{BackupType, Method};
use dasdlab_model::story::Edit;

use super::world::Scene;
use crate::rng::Rng;

/// A field that an edit may be about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Field {
    Description,
    Creator,
    ImsSsid,
    Type,
    Method,
    MoreGenerations,
    FewerGenerations,
    Sources,
    SavedLabel,
    Targets,
    Same,
    Order,
}

impl Field {
    const ALL: [Self; 12] = [
        Self::Description,
        Self::Creator,
        Self::ImsSsid,
        Self::Type,
        Self::Method,
        Self::MoreGenerations,
        Self::FewerGenerations,
        Self::Sources,
        Self::SavedLabel,
        Self::Targets,
        Self::Same,
        Self::Order,
    ];
}

/// Any edit.
pub(crate) fn draw(scene: &Scene, rng: &mut Rng) -> Option<Edit> {
    let field = rng.one(Field::ALL);
    of(field, scene, rng).or_else(|| of(Field::Description, scene, rng))
}

/// An edit of this field; none where the profile has nothing that could be changed.
pub(crate) fn of(field: Field, scene: &Scene, rng: &mut Rng) -> Option<Edit> {
    let own = &scene.draft.profile;
    let mut profile = scene.site().profiles.into_iter().next()?;
    let mut edit = Edit::default();
    match field {
        Field::Description => edit.description = Some("edited".to_owned()),
        Field::Creator => edit.creator = Some("OTHERADM".to_owned()),
        Field::ImsSsid => {
            let others: Vec<_> = scene.draft.ims.iter().map(|(ssid, _)| *ssid).filter(|ssid| *ssid != own.ims_ssid).collect();
            edit.ims_ssid = Some(*rng.choose(&others)?);
        }
        Field::Type => {
            edit.backup_type = Some(match own.backup_type {
                BackupType::Full => BackupType::Data,
                BackupType::Data => BackupType::Full,
            });
        }
        Field::Method => {
            edit.method = Some(match own.method {
                Method::FlashCopy => Method::Bcv,
                Method::Bcv => Method::FlashCopy,
            });
        }
        Field::MoreGenerations => edit.generations = Some(own.generations.checked_add(1)?),
        Field::FewerGenerations => edit.generations = Some(own.generations.checked_sub(1)?),
        Field::Sources => {
            if profile.sources.len() < 2 {
                return None;
            }
            let gone = profile.sources.remove(rng.index(profile.sources.len()));
            if rng.chance(3, 4) {
                profile.targets.retain(|range| range.source != gone.unit);
                edit.targets = Some(profile.targets);
            }
            edit.sources = Some(profile.sources);
        }
        Field::SavedLabel => {
            let at = rng.index(profile.sources.len());
            profile.sources.get_mut(at)?.volser = None;
            edit.sources = Some(profile.sources);
        }
        Field::Targets => {
            let at = rng.index(profile.targets.len());
            let spare = scene.draft.volumes[scene.spare[1]].unit?;
            profile.targets.get_mut(at)?.target = spare;
            edit.targets = Some(profile.targets);
        }
        Field::Same => {
            edit.generations = Some(own.generations);
            edit.backup_type = Some(own.backup_type);
            edit.ims_ssid = Some(own.ims_ssid);
            edit.sources = Some(profile.sources);
        }
        Field::Order => {
            rng.shuffle(&mut profile.sources);
            rng.shuffle(&mut profile.targets);
            edit.sources = Some(profile.sources);
            edit.targets = Some(profile.targets);
        }
    }
    Some(edit)
}
