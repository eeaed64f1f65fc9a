//! PS04: logs and data are apart.

use dasdlab_model::reasons::{Reason, Rule};

use super::{CatalogPart, ReasonDoc, RuleDoc, RuleEntry, VolumePart};
use crate::findings::{Fact, Findings, Subject};
use crate::inventory::facts::data_set as fact;
use crate::inventory::{CatalogRow, Inventory};

const DOC: RuleDoc = RuleDoc {
    protects: "A volume comes back whole. Where logs and data share one, restoring the data takes the logs back too, and with them \
        what forward recovery needs: only a full restore is left.",
    fires: "A volume holds something of the log side (log and RECON data sets and their user catalogs) and something of the data \
        side (database and user-included data sets and their user catalogs), or one user catalog serves both sides.",
    passing: "Logs on IMS010 with UCAT.IMSP.LOG, databases on IMS001 with UCAT.IMSP.DB.",
    failing: "IMSP.OLDS01 and IMSP.DB.CUST01 are both on IMS001: unit 1000 is a `shared-volume`, and a full profile permits \
        only full restores.",
    fine_print: &[
        "Asked whatever the type of the backup and of every volume, source or not. A finding limits the restore scope: full-only for \
         a full profile, none (data-set level recovery) for a data profile.",
        "`system` data sets are on neither side, and the master catalog is on no side.",
        "A user catalog serves the sides of all data sets of the IMS system that it names, migrated and on tape included. One of \
         both sides is a `shared-catalog` and then left out when volumes are compared.",
    ],
    reasons: &[
        ReasonDoc {
            reason: Reason::Ps04SharedVolume,
            when: "A volume holds both sides.",
            remedy: &["Move {log_side}, or {data_side}, from unit {unit} (VOLSER {volser}) to a volume of its own side."],
        },
        ReasonDoc {
            reason: Reason::Ps04SharedCatalog,
            when: "A user catalog names data sets of both sides.",
            remedy: &[
                "Move the entries of {log_side} from catalog {catalog} to a user catalog for logs (IDCAMS REPRO MERGECAT).",
            ],
        },
    ],
};

/// The rule.
pub(super) static RULE: RuleEntry = RuleEntry {
    volumes: Some(VOLUMES),
    catalogs: Some(CatalogPart { concerns: serves_both_sides, visit: shared_catalog }),
    ..RuleEntry::new(Rule::PS04, &DOC)
};

/// Volumes that hold both sides.
const VOLUMES: VolumePart = VolumePart {
    concerns: |inventory, volume| inventory.sets.log_side.contains(volume) && inventory.sets.data_side.contains(volume),
    visit: shared_volume,
    all: |inventory, findings| {
        let shared = inventory.sets.log_side.both(&inventory.sets.data_side);
        shared.for_each(|volume| shared_volume(inventory, volume, findings));
    },
};

fn shared_volume<'a>(inventory: &'a Inventory, volume: u32, findings: &mut Findings<'a>) {
    let (Some(subject), Some(seen)) = (inventory.subject(volume), inventory.volumes.get(volume)) else { return };
    let mut side = |facts| findings.list(things(inventory, volume, facts));
    let facts = [Fact::Label(&seen.label), side(fact::LOG_SIDE), side(fact::DATA_SIDE)];
    findings.add(Reason::Ps04SharedVolume, [subject], facts);
}

fn serves_both_sides(inventory: &Inventory, id: u32) -> bool {
    inventory.data.catalogs.get(id as usize).is_some_and(CatalogRow::serves_both_sides)
}

fn shared_catalog<'a>(inventory: &'a Inventory, id: u32, findings: &mut Findings<'a>) {
    let data = &inventory.data;
    let Some(catalog) = data.catalogs.get(id as usize).filter(|catalog| catalog.serves_both_sides()) else { return };
    let mut side = |facts| findings.list(data.names(data.entries.named.of(id), facts));
    let facts = [side(fact::LOG_SIDE), side(fact::DATA_SIDE)];
    findings.add(Reason::Ps04SharedCatalog, [Subject::Catalog(&catalog.name)], facts);
}

/// What lies on the volume of the side with these facts.
fn things(inventory: &Inventory, volume: u32, facts: u32) -> impl Iterator<Item = Subject<'_>> {
    let data = &inventory.data;
    let sets = data.with(data.sets_on.of(volume), facts).filter_map(|set| data.subject(set));
    let catalogs = data.catalogs_on.of(volume).iter().filter_map(|&id| data.catalogs.get(id as usize));
    let catalogs = catalogs.filter(move |catalog| catalog.serves(facts) && !catalog.serves_both_sides());
    sets.chain(catalogs.map(|catalog| Subject::Catalog(&catalog.name)))
}
