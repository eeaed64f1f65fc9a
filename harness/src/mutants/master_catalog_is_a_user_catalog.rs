//! Catalogs are catalogs.

use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::states::CatalogKind;

use super::Mutant;

pub(super) const MUTANT: Mutant =
    Mutant::sees("master-catalog-is-a-user-catalog", "takes the master catalog for a user catalog", sees);

fn sees(seen: &mut Observation, _: &ProfileName) {
    seen.catalogs.iter_mut().for_each(|catalog| catalog.kind = CatalogKind::User);
}
