//! PS00: the environment must be there.

use dasdlab_model::finding::{Fact, Subject};
use dasdlab_model::reasons::Reason;

use crate::facts::{Facts, names};
use crate::saying::Findings;

pub(crate) fn ask(facts: &Facts, say: &mut Findings) {
    let profile = facts.profile;
    let subject = || [Subject::Profile(profile.name.clone())];
    let known = facts.seen.ims.iter().any(|ims| ims.ssid == profile.ims_ssid);

    // unknown-ims-system: the site has no IMS system of this name.
    if !known {
        say.error(
            Reason::Ps00UnknownImsSystem,
            subject(),
            [("ims_ssid", Fact::text(profile.ims_ssid)), ("known", Fact::list(facts.seen.ims.iter().map(|ims| ims.ssid)))],
        );
    }
    // catalog-unavailable: a catalog that names a data set of the IMS system cannot be read.
    for catalog in facts.seen.catalogs.iter().filter(|catalog| known && !catalog.reachable) {
        let named: Vec<_> =
            facts.data_sets().filter(|(placed, _)| placed.belongs && placed.data_set.catalog == catalog.name).collect();
        if !named.is_empty() {
            say.error(
                Reason::Ps00CatalogUnavailable,
                [Subject::Catalog(catalog.name.clone())],
                [("data_sets", names(named.into_iter().map(|(placed, _)| placed.data_set)))],
            );
        }
    }
    // array-unreachable: an array that owns a source or target does not answer.
    for (serial, (array, units)) in facts.units_by_array() {
        if !array.reachable {
            say.error(Reason::Ps00ArrayUnreachable, [Subject::Array(serial)], [("units", Fact::Number(units))]);
        }
    }
    // not-authorized: the user may not back up this IMS system.
    if facts.seen.authority.denied.contains(&profile.ims_ssid) {
        say.error(Reason::Ps00NotAuthorized, subject(), [("ims_ssid", Fact::text(profile.ims_ssid))]);
    }
    // profile-locked: something else works with the profile.
    if let Some(holder) = &profile.locked_by {
        say.error(Reason::Ps00ProfileLocked, subject(), [("locked_by", Fact::text(holder))]);
    }
}
