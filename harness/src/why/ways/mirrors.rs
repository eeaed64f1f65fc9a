//! PS12 and PS13: mirror pairs that are not the profile's.

use dasdlab_model::finding::Finding;
use dasdlab_model::reasons::Reason;
use dasdlab_model::states::MirrorState;

use super::Here;
use crate::why::edit::{Edit, ProfileEdit};
use crate::why::spare::Use;

pub(super) fn ways(here: Here<'_, '_>, finding: &Finding) -> Vec<Vec<Edit>> {
    let view = here.view;
    let mut volumes = finding.subjects.iter().filter_map(|subject| view.subject(subject));
    let (Some(first), Some(second)) = (volumes.next(), volumes.next()) else { return Vec::new() };
    // PS12 names the source first, PS13 the BCV.
    let target = finding.reason == Reason::Ps13Established;
    let (standard, bcv) = if target { (second, first) } else { (first, second) };
    let end = |to| vec![Edit::Pair(view.at(standard), view.at(bcv), to)];
    let mut ways = match finding.reason {
        Reason::Ps12SplitHistory => vec![end(None)],
        _ => vec![end(Some(MirrorState::Split)), end(Some(MirrorState::SplitNoInc)), end(None)],
    };
    if let Some(unit) = Here::unit(finding) {
        if target {
            ways.extend([here.retarget(unit, None, None, Use::Any), here.retarget(unit, None, None, Use::New)]);
            ways.push(here.without_sources_of(unit));
        } else {
            ways.push(vec![here.own(ProfileEdit::Remove(unit))]);
        }
    }
    ways
}
