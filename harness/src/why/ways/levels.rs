//! PS11: code levels and the policy that they are held to.

use dasdlab_model::finding::{Finding, Subject};
use dasdlab_model::level::{Level, LevelFamily};
use dasdlab_model::reasons::Reason;
use dasdlab_model::site::CodeLevelRow;
use dasdlab_model::states::Family;

use super::Here;
use crate::why::edit::{ArrayEdit, Edit};
use crate::why::view::{listed, text};

pub(super) fn ways(here: Here<'_, '_>, finding: &Finding) -> Vec<Vec<Edit>> {
    let Some(Subject::Array(serial)) = finding.subjects.first() else { return Vec::new() };
    let Some(array) = here.view.seen.arrays.iter().find(|array| array.serial == *serial) else { return Vec::new() };
    let level = |level: &str| vec![Edit::Array(*serial, ArrayEdit::Level(level.to_owned()))];
    let rows = || {
        let method = here.view.profile.method;
        here.view.seen.policy.code_levels.iter().filter(move |row| row.method == method && row.family.family() == array.family)
    };
    match finding.reason {
        Reason::Ps11LevelBelowMinimum | Reason::Ps11PatchBelowMinimum => vec![level(text(finding, "required"))],
        Reason::Ps11FixMissing => {
            let missing = listed(finding, "missing").iter().filter_map(|fix| fix.parse().ok()).collect();
            vec![vec![Edit::Array(*serial, ArrayEdit::Fixes(missing))]]
        }
        // Without a row any level will do that can be read; what that brings about is mended next.
        Reason::Ps11Undeterminable if rows().next().is_none() => vec![level(match array.family {
            Family::Ds8000 => "87.30.105.0",
            Family::Symmetrix => "5978.144.144",
        })],
        Reason::Ps11Undeterminable => rows().map(|row| level(&row.minimum)).collect(),
        Reason::Ps11UnsupportedFamily | Reason::Ps11NewerThanPolicy => {
            let row = row(here, array.family, &array.code_level).map(|row| vec![Edit::Row(row)]);
            let found = Level::read(array.family, &array.code_level).and_then(|level| level.components.first().copied());
            let above = |row: &&CodeLevelRow| match (row.family, found) {
                (LevelFamily::Symmetrix(family), Some(found)) => u32::from(family) > found,
                _ => true,
            };
            let upgrades = rows().filter(above).map(|row| level(&row.minimum));
            if finding.reason == Reason::Ps11NewerThanPolicy { row.into_iter().collect() } else { upgrades.chain(row).collect() }
        }
        _ => Vec::new(),
    }
}

/// A row by which the level passes as it is.
fn row(here: Here<'_, '_>, family: Family, found: &str) -> Option<CodeLevelRow> {
    let level = Level::read(family, found)?;
    let family = match family {
        Family::Ds8000 => LevelFamily::Ds8000,
        Family::Symmetrix => LevelFamily::Symmetrix(u16::try_from(*level.components.first()?).ok()?),
    };
    Some(CodeLevelRow { family, method: here.view.profile.method, minimum: found.to_owned(), fixes: Vec::new() })
}
