//! Which sources a restore of the data brings back.

use std::collections::BTreeSet;

use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::states::{CatalogKind, DataSetClass};
use dasdlab_model::unit::{Unit, VolumeId};

use crate::facts::{Base, Facts, Listed, Placed};

/// The sources on which database or user-included data sets of the IMS system lie, or user catalogs of those, as the
/// catalogs say it now. None where logs or RECON, or a user catalog of those, lie on one of them too.
pub(super) fn sources_of_data(seen: &Observation, profile: &ProfileName) -> Option<BTreeSet<Unit>> {
    let facts = Facts::gather(seen, profile)?;
    let data = volumes(&facts, &[DataSetClass::Database, DataSetClass::UserIncluded]);
    let logs = volumes(&facts, &[DataSetClass::Log, DataSetClass::Recon]);
    let mut sources = BTreeSet::new();
    for (source, listed) in &facts.source_units {
        let Listed::Base(base) = listed else { continue };
        if data.contains(&base.id()) {
            if logs.contains(&base.id()) {
                return None;
            }
            sources.insert(source.unit);
        }
    }
    Some(sources)
}

/// The volumes of the IMS system's data sets of these classes, and of the user catalogs that name them.
fn volumes(facts: &Facts, classes: &[DataSetClass]) -> BTreeSet<VolumeId> {
    let mut volumes = BTreeSet::new();
    let wanted = |placed: &Placed| placed.belongs && classes.contains(&placed.data_set.class);
    for (Placed { data_set, .. }, on) in facts.data_sets().filter(|(placed, _)| wanted(placed)) {
        volumes.extend(on.iter().map(Base::id));
        for catalog in &facts.seen.catalogs {
            if catalog.name == data_set.catalog && catalog.kind == CatalogKind::User {
                volumes.extend(catalog.volumes.iter().flat_map(|volser| facts.means(*volser)).map(|base| base.id()));
            }
        }
    }
    volumes
}
