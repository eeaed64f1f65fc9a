//! What is the same for all profiles of a system, built once for all of them.

use std::sync::Arc;

use dasdlab_model::name::SystemName;
use dasdlab_model::observation::BackupProfile;
use dasdlab_model::run::Run;
use dasdlab_model::tables::Tables;

use super::Inventory;
use super::claims::Other;
use super::copies::Copies;
use super::data::{Entries, Named};
use super::labels::Carried;
use super::mapping::Mapping;
use super::seen::Seen;
use super::volumes::Volumes;

/// A site as one of its systems sees it.
#[derive(Debug, Clone)]
pub(super) struct Site {
    pub(super) volumes: Arc<Volumes>,
    pub(super) carried: Arc<Carried>,
    pub(super) entries: Arc<Entries>,
    pub(super) copies: Arc<Copies>,
}

impl Site {
    /// Enters everything; `beside` is done once the volumes are there, beside the rest.
    pub(super) fn new<T: Send>(
        seen: &impl Seen,
        system: SystemName,
        run: &impl Run,
        beside: impl FnOnce(&Volumes) -> T + Send,
    ) -> (Self, T) {
        let (volumes, mut entries) = run.both(|| Volumes::new(seen, system, run), || Entries::new(seen));
        let ((beside, copies), (carried, named)) = run.both(
            || (beside(&volumes), Copies::new(seen.few(), &volumes)),
            || {
                let mut carried = Carried::new(&volumes);
                let named = Named::new(seen, &mut carried);
                (carried, named)
            },
        );
        entries.put_labels(named);
        let this = Self { volumes: volumes.into(), carried: carried.into(), entries: entries.into(), copies: copies.into() };
        (this, beside)
    }
}

/// The inventories of all profiles, in their order.
pub(super) fn all_of(tables: &Tables, run: &impl Run) -> Vec<Inventory> {
    let mut profiles: Vec<(u32, &BackupProfile)> = (0..).zip(&tables.few.profiles).collect();
    profiles.sort_by_key(|(_, profile)| profile.system);
    let mut mapped = Vec::new();
    for of_system in profiles.chunk_by(|(_, a), (_, b)| a.system == b.system) {
        let Some(&(_, first)) = of_system.first() else { continue };
        let (site, mappings) = Site::new(tables, first.system, run, |volumes| {
            run.run(of_system.to_vec(), |(number, profile)| (number, profile, Mapping::new(profile, volumes)))
        });
        mapped.extend(mappings.into_iter().map(|(number, profile, mapping)| (number, profile, site.clone(), mapping)));
    }
    mapped.sort_by_key(|(number, ..)| *number);
    let claims: Vec<Arc<Other>> = mapped.iter().map(|(number, _, _, mapping)| Other::of(*number, mapping).into()).collect();
    run.run(mapped, |(_, profile, site, mapping)| {
        let others = claims.iter().zip(&tables.few.profiles).filter(|(_, other)| other.name != profile.name);
        let others = others.map(|(claims, _)| Arc::clone(claims)).collect();
        Inventory::of_site(tables, profile, &site, mapping, others, run)
    })
}
