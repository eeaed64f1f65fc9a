//! PS00: what profile setup has to read must be there.

use dasdlab_model::reasons::{Reason, Rule};

use super::{CatalogPart, ReasonDoc, RuleDoc, RuleEntry};
use crate::findings::{Fact, Findings, Subject};
use crate::inventory::facts::data_set as fact;
use crate::inventory::{CatalogRow, Inventory};

const DOC: RuleDoc = RuleDoc {
    protects: "A check that cannot read a catalog or ask an array would call a profile good because it saw nothing.",
    fires: "The IMS system, a catalog, an array, the authority or the profile itself is not there to be checked.",
    passing: "The site has the IMS system of the profile, every catalog and array that the profile needs answers, nothing has \
        the profile locked.",
    failing: "Catalog UCAT.IMSP cannot be read and names IMSP.DB.CUST01: `catalog-unavailable`, return code 12, no other \
        finding and no restore scope.",
    fine_print: &[
        "With a finding of this rule no other rule is asked: return code 12, restore scope absent.",
        "A catalog is asked if it names a data set of the profile's IMS system, migrated or on tape included. If the IMS system \
         itself is unknown, no catalog is.",
        "An array is asked if it owns a source or target that could be resolved; `units` counts them, each once.",
    ],
    reasons: &[
        ReasonDoc {
            reason: Reason::Ps00UnknownImsSystem,
            when: "The site has no IMS system with the profile's IMS SSID.",
            remedy: &[
                "Define IMS system {ims_ssid}, or correct the IMS SSID of profile {profile}; the site knows {known}.",
                "Define IMS system {ims_ssid}, that of profile {profile}; the site knows none yet.",
            ],
        },
        ReasonDoc {
            reason: Reason::Ps00CatalogUnavailable,
            when: "A catalog that names data sets of the profile's IMS system cannot be read.",
            remedy: &["Make catalog {catalog} available (allocate it and check its volume) and run setup again."],
        },
        ReasonDoc {
            reason: Reason::Ps00ArrayUnreachable,
            when: "An array that owns a source or target does not answer.",
            remedy: &["Restore the path to array {array} (control software, gatekeeper devices) and run setup again."],
        },
        ReasonDoc {
            reason: Reason::Ps00NotAuthorized,
            when: "The user may neither back up nor restore the IMS system.",
            remedy: &["Have the user of profile {profile} permitted to back up IMS system {ims_ssid}."],
        },
        ReasonDoc {
            reason: Reason::Ps00ProfileLocked,
            when: "A setup, a build or a backup of this profile is running.",
            remedy: &["Wait until {locked_by} has ended, or release the lock of profile {profile} if it is stale."],
        },
    ],
};

/// The rule.
pub(super) static RULE: RuleEntry = RuleEntry {
    catalogs: Some(CatalogPart { concerns: is_unreadable, visit: catalog }),
    arrays: Some(array),
    once: Some(once),
    ..RuleEntry::new(Rule::PS00, &DOC)
};

fn once<'a>(inventory: &'a Inventory, findings: &mut Findings<'a>) {
    let terms = &inventory.terms;
    let profile = || [Subject::Profile(&terms.name)];
    if !terms.ims_is_known() {
        let facts = [Fact::text(terms.ims_ssid), findings.list(terms.known_ims.iter().copied())];
        findings.add(Reason::Ps00UnknownImsSystem, profile(), facts);
    }
    if terms.denied {
        findings.add(Reason::Ps00NotAuthorized, profile(), [Fact::text(terms.ims_ssid)]);
    }
    if let Some(locked_by) = &terms.locked_by {
        findings.add(Reason::Ps00ProfileLocked, profile(), [Fact::text(locked_by)]);
    }
}

/// Whether this catalog cannot be read and names data sets of the IMS system, if the site has that.
fn is_unreadable(inventory: &Inventory, id: u32) -> bool {
    let unreadable = |catalog: &CatalogRow| !catalog.reachable && catalog.facts & fact::OWN != 0;
    inventory.data.catalogs.get(id as usize).is_some_and(unreadable) && inventory.terms.ims_is_known()
}

fn catalog<'a>(inventory: &'a Inventory, id: u32, findings: &mut Findings<'a>) {
    let data = &inventory.data;
    if let Some(catalog) = data.catalogs.get(id as usize)
        && is_unreadable(inventory, id)
    {
        let facts = [findings.list(data.names(data.entries.named.of(id), fact::OWN))];
        findings.add(Reason::Ps00CatalogUnavailable, [Subject::Catalog(&catalog.name)], facts);
    }
}

fn array<'a>(inventory: &'a Inventory, id: u32, findings: &mut Findings<'a>) {
    let units = inventory.units.get(id as usize).copied().unwrap_or(0);
    if let Some(array) = inventory.volumes.arrays.get(id as usize).filter(|array| units > 0 && !array.reachable) {
        let facts = [Fact::Number(u64::from(units))];
        findings.add(Reason::Ps00ArrayUnreachable, [Subject::Array(&array.serial)], facts);
    }
}
