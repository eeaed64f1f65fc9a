//! PS00: what the environment lacks.

use std::collections::BTreeMap;

use dasdlab_model::finding::{Finding, Subject};
use dasdlab_model::name::ImsSsid;
use dasdlab_model::reasons::Reason;

use super::Here;
use crate::why::edit::{ArrayEdit, Edit, ProfileEdit};

pub(super) fn ways(here: Here<'_, '_>, finding: &Finding) -> Vec<Vec<Edit>> {
    match (finding.reason, finding.subjects.first()) {
        (Reason::Ps00UnknownImsSystem, _) => unknown(here),
        (Reason::Ps00CatalogUnavailable, Some(Subject::Catalog(name))) => vec![vec![Edit::Reach(name.clone())]],
        (Reason::Ps00ArrayUnreachable, Some(Subject::Array(serial))) => vec![vec![Edit::Array(*serial, ArrayEdit::Answers)]],
        (Reason::Ps00NotAuthorized, _) => vec![vec![Edit::Permit(here.view.profile.ims_ssid)]],
        (Reason::Ps00ProfileLocked, _) => vec![vec![here.own(ProfileEdit::Unlock)]],
        _ => Vec::new(),
    }
}

/// The IMS systems of the site, those first of which most lies on the sources; then the one that is named, as a new one.
fn unknown(here: Here<'_, '_>) -> Vec<Vec<Edit>> {
    let mut lies: BTreeMap<ImsSsid, usize> = here.view.seen.ims.iter().map(|ims| (ims.ssid, 0)).collect();
    let labels: Vec<_> = here.view.sources.keys().filter_map(|id| here.view.label(*id)).collect();
    for data_set in here.view.seen.data_sets.iter().filter(|one| one.volumes.iter().any(|label| labels.contains(label))) {
        for ssid in &data_set.ims {
            if let Some(count) = lies.get_mut(ssid) {
                *count += 1;
            }
        }
    }
    let mut known: Vec<(ImsSsid, usize)> = lies.into_iter().collect();
    known.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let renamed = known.into_iter().map(|(ssid, _)| vec![here.own(ProfileEdit::Ims(ssid))]);
    renamed.chain([vec![Edit::DeclareIms(here.view.profile.ims_ssid)]]).collect()
}
