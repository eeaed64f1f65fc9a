//! PS01, PS02, PS10 and PS15: which data lie on which volumes, and whether those are sources.

use std::collections::BTreeMap;

use dasdlab_model::finding::{Fact, Severity, Subject};
use dasdlab_model::observation::DataSet;
use dasdlab_model::reasons::Reason;
use dasdlab_model::states::{BackupType, DataSetClass, MigratedPolicy, Storage};
use dasdlab_model::unit::VolumeId;

use crate::facts::{Base, Facts, Placed, names};
use crate::saying::Findings;

pub(crate) fn ask(facts: &Facts, say: &mut Findings) {
    volume_coverage(facts, say);
    log_coverage(facts, say);
    // PS10 control-data: the recovery product's own repository is on a source.
    for (id, data_sets) in residents(facts, true, |placed| placed.data_set.class == DataSetClass::Control) {
        say.error(Reason::Ps10ControlData, [facts.subject(id)], [("volser", facts.volser(id)), ("data_sets", names(data_sets))]);
    }
    // PS15 non-ims-data: data that are not the IMS system's are on a source.
    if facts.seen.policy.report_non_ims_data {
        for (id, data_sets) in residents(facts, true, |placed| placed.non_ims) {
            say.warning(
                Reason::Ps15NonImsData,
                [facts.subject(id)],
                [("volser", facts.volser(id)), ("data_sets", names(data_sets))],
            );
        }
    }
}

/// Volume by volume, of those that are sources or of those that are none, the chosen data sets that the catalogs place
/// there.
fn residents<'a>(facts: &Facts<'a>, sources: bool, chosen: impl Fn(&Placed) -> bool) -> BTreeMap<VolumeId, Vec<&'a DataSet>> {
    let mut residents: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (placed, volumes) in facts.data_sets().filter(|(placed, _)| chosen(placed)) {
        for id in volumes.iter().filter(|base| base.is_source == sources).map(Base::id) {
            residents.entry(id).or_default().push(placed.data_set);
        }
    }
    residents
}

fn is_log(data_set: &DataSet) -> bool {
    matches!(data_set.class, DataSetClass::Log | DataSetClass::Recon)
}

fn volume_coverage(facts: &Facts, say: &mut Findings) {
    // missing: a volume that holds data to back up is no source.
    for (id, data_sets) in residents(facts, false, |placed| placed.in_scope && !is_log(placed.data_set)) {
        say.error(Reason::Ps01Missing, [facts.subject(id)], [("volser", facts.volser(id)), ("data_sets", names(data_sets))]);
    }
    for (Placed { data_set, .. }, _) in facts.data_sets().filter(|(placed, _)| placed.in_scope) {
        let subject = || [Subject::DataSet(data_set.name.clone())];
        let class = || ("class", Fact::text(data_set.class));
        if data_set.storage == Storage::Disk {
            let (mut unknown, mut astray) = (Vec::new(), Vec::new());
            for volser in &data_set.volumes {
                let mut meant = facts.means(*volser).peekable();
                if meant.peek().is_none() {
                    unknown.push(volser);
                } else if !meant.any(|base| base.vtoc_names(&data_set.name)) {
                    astray.push(volser);
                }
            }
            // unknown-volume: it is on no volume, or on one that the site does not have.
            if data_set.volumes.is_empty() || !unknown.is_empty() {
                say.error(Reason::Ps01UnknownVolume, subject(), [class(), ("volsers", Fact::list(unknown))]);
            }
            // not-on-volume: no volume that a label means has the data set in its VTOC.
            if !astray.is_empty() {
                say.error(Reason::Ps01NotOnVolume, subject(), [class(), ("volsers", Fact::list(astray))]);
            }
        }
        // migrated: it is on no volume now; the policy says how bad that is.
        if data_set.storage == Storage::Migrated {
            let policy = facts.seen.policy.migrated;
            let severity = match policy {
                _ if data_set.class == DataSetClass::UserIncluded => Severity::I,
                MigratedPolicy::Fail => Severity::E,
                MigratedPolicy::Recall => Severity::I,
                MigratedPolicy::Ignore => Severity::W,
            };
            say.say(Reason::Ps01Migrated, severity, subject(), [class(), ("policy", Fact::text(policy))]);
        }
    }
}

fn log_coverage(facts: &Facts, say: &mut Findings) {
    let logs = |sources| residents(facts, sources, |placed| placed.belongs && is_log(placed.data_set));
    match facts.profile.backup_type {
        BackupType::Full => {
            // missing: a volume that holds logs or RECONs is no source.
            for (id, data_sets) in logs(false) {
                say.error(
                    Reason::Ps02Missing,
                    [facts.subject(id)],
                    [("volser", facts.volser(id)), ("data_sets", names(data_sets))],
                );
            }
            // on-tape: a log or RECON is on tape, where no volume copy reaches it.
            for (Placed { data_set, belongs, .. }, _) in facts.data_sets() {
                if *belongs && is_log(data_set) && data_set.storage == Storage::Tape {
                    say.info(
                        Reason::Ps02OnTape,
                        [Subject::DataSet(data_set.name.clone())],
                        [("class", Fact::text(data_set.class))],
                    );
                }
            }
        }
        BackupType::Data => {
            // log-in-data-backup: logs or RECONs are on a source of a backup of the data only.
            for (id, data_sets) in logs(true) {
                say.info(
                    Reason::Ps02LogInDataBackup,
                    [facts.subject(id)],
                    [("volser", facts.volser(id)), ("data_sets", names(data_sets))],
                );
            }
        }
    }
}
