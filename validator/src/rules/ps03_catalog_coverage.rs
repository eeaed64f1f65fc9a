//! PS03: the user catalogs of the data sets in scope are in the backup.

use dasdlab_model::reasons::{Reason, Rule};
use dasdlab_model::states::CatalogKind;

use super::{CatalogPart, ReasonDoc, RuleDoc, RuleEntry};
use crate::findings::{Findings, Subject};
use crate::inventory::facts::data_set as fact;
use crate::inventory::{CatalogRow, Inventory};

const DOC: RuleDoc = RuleDoc {
    protects: "Restored data sets are found through their catalog. A catalog of another time points to extents that are not there; a \
        catalog that is restored takes the entries of everybody else's data sets back with it.",
    fires: "A user catalog that names data sets in scope is not wholly on sources, or is, in part, and also names non-IMS data \
        sets that are not; or the master catalog names data sets in scope.",
    passing: "UCAT.IMSP names all data sets of IMSP and lies on IMS001, a source.",
    failing: "UCAT.IMSP lies on SYS005, which is no source: `missing`, with unit and data sets in evidence.",
    fine_print: &[
        "A catalog is asked if it names at least one data set in scope, migrated and on tape included; all of those are in \
         evidence.",
        "`missing`: one of its labels means no volume, or means any volume that is no source.",
        "`foreign-entries`: at least one of its volumes is a source, and of a non-IMS data set on disk that it names some label \
         means no volume or any volume that is no source. A non-IMS data set without a label is on no volume and does not count. Both \
         reasons can hold for one catalog.",
        "A master catalog gives `master-catalog` and nothing else, wherever it lies.",
    ],
    reasons: &[
        ReasonDoc {
            reason: Reason::Ps03Missing,
            when: "A volume of a user catalog of data sets in scope is no source, or is unknown.",
            remedy: &[
                "Add units {devices} to the sources of the profile, and the volumes {unknown_volsers} once they are online; or move \
                 catalog {catalog} to a source.",
                "Add units {devices} to the sources of the profile, or move catalog {catalog} to a source.",
                "Bring the volumes {unknown_volsers} online and add them to the sources of the profile, or move catalog {catalog} \
                 to a source.",
            ],
        },
        ReasonDoc {
            reason: Reason::Ps03ForeignEntries,
            when: "A user catalog in the backup also names non-IMS data sets that are not, or not wholly, in it.",
            remedy: &[
                "Move the entries of {data_sets} out of {catalog} to a catalog outside the backup (IDCAMS REPRO MERGECAT).",
            ],
        },
        ReasonDoc {
            reason: Reason::Ps03MasterCatalog,
            when: "The master catalog names data sets in scope.",
            remedy: &["Define an alias that leads to a user catalog and move the entries of {data_sets} there from {catalog}."],
        },
    ],
};

/// The rule.
pub(super) static RULE: RuleEntry =
    RuleEntry { catalogs: Some(CatalogPart { concerns, visit }), ..RuleEntry::new(Rule::PS03, &DOC) };

fn concerns(inventory: &Inventory, id: u32) -> bool {
    let Some(catalog) = inventory.data.catalogs.get(id as usize).filter(|catalog| catalog.facts & fact::IN_SCOPE != 0) else {
        return false;
    };
    let place = Place::new(inventory, inventory.data.entries.catalog_labels.of(id));
    catalog.kind == CatalogKind::Master || place.is_missed() || place.takes_along(catalog)
}

fn visit<'a>(inventory: &'a Inventory, id: u32, findings: &mut Findings<'a>) {
    let data = &inventory.data;
    let Some(catalog) = data.catalogs.get(id as usize).filter(|catalog| catalog.facts & fact::IN_SCOPE != 0) else { return };
    let subject = || [Subject::Catalog(&catalog.name)];
    let in_scope = || data.names(data.entries.named.of(id), fact::IN_SCOPE);
    if catalog.kind == CatalogKind::Master {
        let facts = [findings.list(in_scope())];
        return findings.add(Reason::Ps03MasterCatalog, subject(), facts);
    }
    let place = Place::new(inventory, data.entries.catalog_labels.of(id));
    let takes_along = place.takes_along(catalog);
    if place.is_missed() {
        let facts = [findings.list(inventory.devices(place.outside)), findings.list(place.unknown), findings.list(in_scope())];
        findings.add(Reason::Ps03Missing, subject(), facts);
    }
    if takes_along {
        let stray = findings.list(data.names(data.entries.named.of(id), fact::STRAY));
        let facts = [findings.list(inventory.devices(place.sources)), stray];
        findings.add(Reason::Ps03ForeignEntries, subject(), facts);
    }
}

/// Where a catalog lies.
#[derive(Default)]
struct Place {
    /// Volumes that are sources.
    sources: Vec<u32>,
    /// Volumes that are none.
    outside: Vec<u32>,
    /// Labels that mean no volume.
    unknown: Vec<dasdlab_model::name::Volser>,
}

impl Place {
    fn new(inventory: &Inventory, labels: &[u32]) -> Self {
        let mut this = Self::default();
        for &label in labels {
            let means = inventory.labels.means(label);
            if means.is_empty() {
                this.unknown.extend(inventory.labels.name(label));
            }
            for &volume in means {
                let is_source = inventory.mapping.source_set.contains(volume);
                if is_source { &mut this.sources } else { &mut this.outside }.push(volume);
            }
        }
        this
    }

    /// Whether a volume of the catalog is no source, or unknown.
    fn is_missed(&self) -> bool {
        !self.outside.is_empty() || !self.unknown.is_empty()
    }

    /// Whether a restore of the catalog takes entries back of data sets that stay where they are.
    fn takes_along(&self, catalog: &CatalogRow) -> bool {
        !self.sources.is_empty() && catalog.facts & fact::STRAY != 0
    }
}
