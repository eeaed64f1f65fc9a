//! The corpus: scenarios written by hand, compiled in.
//!
//! One file shows one thing, with everything that profile setup must say about it. `corpus/README.md` maps faults to files.

/// The description of the corpus as a suite.
pub const SUITE: &str = include_str!("../corpus/suite.toml");

/// Pairs each file name with the text of the file.
macro_rules! files {
    ($($name:literal,)+) => {
        /// The scenarios: file name and text, in the order of names.
        pub const FILES: &[(&str, &str)] = &[$(($name, include_str!(concat!("../corpus/", $name)))),+];
    };
}

files! {
    "bcv-foreign-held-on-a-source.toml",
    "bcv-foreign-split-before-restored.toml",
    "bcv-foreign-split-before-sync.toml",
    "bcv-foreign-synchronized-on-a-source.toml",
    "bcv-foreign-synchronizing-with-a-source.toml",
    "bcv-foreign-with-split-history.toml",
    "bcv-foreign-without-a-unit.toml",
    "bcv-foreign-without-history.toml",
    "bcv-held-target-taken-by-a-foreign-job.toml",
    "bcv-hold-is-no-reserve.toml",
    "bcv-method-on-a-ds8000.toml",
    "bcv-profile-with-a-source-on-a-ds8000.toml",
    "bcv-target-already-synchronized.toml",
    "bcv-target-established-to-another-listed-source.toml",
    "bcv-target-held-for-another-profile.toml",
    "bcv-target-in-a-flashcopy-relation.toml",
    "bcv-target-invalid.toml",
    "bcv-target-listed-and-held-for-another-profile.toml",
    "bcv-target-not-ready-and-established-elsewhere.toml",
    "bcv-target-of-the-last-generation-established-elsewhere.toml",
    "bcv-target-split-before-sync.toml",
    "catalog-coverage-catalog-of-a-migrated-data-set.toml",
    "catalog-coverage-foreign-entries-need-the-catalog-in-the-backup.toml",
    "catalog-coverage-foreign-entries-of-another-ims.toml",
    "catalog-coverage-foreign-entries-without-volume.toml",
    "catalog-coverage-foreign-entries.toml",
    "catalog-coverage-foreign-entry-on-a-source.toml",
    "catalog-coverage-foreign-entry-on-an-unknown-volume.toml",
    "catalog-coverage-log-catalog-in-a-data-backup.toml",
    "catalog-coverage-log-catalog-in-a-full-backup.toml",
    "catalog-coverage-master-catalog.toml",
    "catalog-coverage-on-an-ambiguous-label.toml",
    "catalog-coverage-volume-missing.toml",
    "catalog-coverage-volume-unknown.toml",
    "clean-bcv-data.toml",
    "clean-bcv-full.toml",
    "clean-flashcopy-data.toml",
    "clean-flashcopy-full.toml",
    "combination-coverage-shared-target-and-level.toml",
    "combination-of-warnings-only.toml",
    "control-recon-is-not-control-data.toml",
    "control-repository-on-a-source.toml",
    "control-repository-outside-the-sources.toml",
    "coverage-catalog-entry-without-data-set.toml",
    "coverage-cataloged-to-an-unknown-volume.toml",
    "coverage-data-set-on-no-volume.toml",
    "coverage-database-on-tape.toml",
    "coverage-database-volume-missing.toml",
    "coverage-ims-without-databases.toml",
    "coverage-log-cataloged-to-an-unknown-volume.toml",
    "coverage-migrated-fail.toml",
    "coverage-migrated-ignore.toml",
    "coverage-migrated-log-in-a-full-backup.toml",
    "coverage-migrated-recall.toml",
    "coverage-migrated-user-included.toml",
    "coverage-more-sources-than-needed.toml",
    "coverage-one-data-set-both-unknown-and-absent.toml",
    "coverage-partition-added-after-save.toml",
    "coverage-second-volume-of-a-data-set-missing.toml",
    "coverage-stripe-volume-missing.toml",
    "coverage-system-data-set-missing.toml",
    "coverage-system-data-sets-not-in-a-data-backup.toml",
    "coverage-ten-data-sets-on-one-volume.toml",
    "coverage-user-included-data-set-missing.toml",
    "environment-array-of-the-targets-unreachable.toml",
    "environment-array-unreachable.toml",
    "environment-catalog-of-a-fellow-member.toml",
    "environment-catalog-unavailable.toml",
    "environment-everything-at-once.toml",
    "environment-faults-that-do-not-concern-the-profile.toml",
    "environment-not-authorized.toml",
    "environment-profile-locked.toml",
    "environment-unknown-ims-system.toml",
    "flashcopy-eleven-relations-and-one-generation.toml",
    "flashcopy-eleven-relations-and-two-generations.toml",
    "flashcopy-every-cause-of-not-capable.toml",
    "flashcopy-inhibited-by-an-operator.toml",
    "flashcopy-not-licensed.toml",
    "flashcopy-own-relations-are-not-counted-twice.toml",
    "flashcopy-source-and-target-not-capable.toml",
    "flashcopy-source-with-a-bcv.toml",
    "flashcopy-target-is-a-bcv-of-its-own-source.toml",
    "flashcopy-target-is-a-mirroring-bcv.toml",
    "flashcopy-target-of-an-unlisted-source-inhibited.toml",
    "flashcopy-target-of-another-source-counts.toml",
    "flashcopy-twelve-relations-taken.toml",
    "flashcopy-version-1-active-on-a-source.toml",
    "flashcopy-version-1-active-on-a-target.toml",
    "foreign-data-of-another-ims.toml",
    "foreign-data-on-a-source.toml",
    "foreign-data-switched-off.toml",
    "host-software-too-old-for-a-consistent-split.toml",
    "identity-equal-unit-numbers-on-two-systems-seen-from-the-other.toml",
    "identity-equal-unit-numbers-on-two-systems.toml",
    "identity-faults-of-the-twin-array.toml",
    "identity-subchannel-sets.toml",
    "identity-twin-array.toml",
    "identity-units-of-two-subchannel-sets-in-order.toml",
    "label-carried-by-a-target-of-another-profile.toml",
    "label-carried-by-a-target-only.toml",
    "label-carried-by-two-offline-volumes.toml",
    "label-carried-by-two-online-volumes.toml",
    "label-carried-online-and-offline.toml",
    "label-of-a-boxed-source-and-its-target.toml",
    "label-online-to-another-system-only.toml",
    "label-twice-online-means-the-source.toml",
    "label-unknown-to-the-profiles-system.toml",
    "level-above-with-a-lower-patch.toml",
    "level-blank.toml",
    "level-equal-to-the-minimum.toml",
    "level-hundred-is-above-99.toml",
    "level-lmc-where-a-bundle-is-asked.toml",
    "level-lmc-where-an-lmc-is-asked.toml",
    "level-nine-is-below-ten.toml",
    "level-of-a-bundle-below-the-minimum.toml",
    "level-of-a-bundle-equal-to-the-minimum.toml",
    "level-of-a-family-between-the-rows.toml",
    "level-of-a-newer-family.toml",
    "level-of-an-older-family.toml",
    "level-of-four-numbers-on-a-symmetrix.toml",
    "level-of-one-array-of-two-too-low.toml",
    "level-of-the-target-array-too-low.toml",
    "level-of-three-digits-on-a-symmetrix.toml",
    "level-patch-one-below.toml",
    "level-too-low-with-a-fix-missing.toml",
    "level-unreadable.toml",
    "level-with-a-fix-missing.toml",
    "level-with-leading-zeros.toml",
    "level-without-a-patch.toml",
    "level-without-a-row-for-the-method.toml",
    "level-without-the-patch-that-is-asked.toml",
    "life-a-locked-profile-is-not-edited.toml",
    "life-a-locked-profile-that-needs-setup.toml",
    "life-a-saved-label-is-edited.toml",
    "life-a-source-goes-and-comes-back.toml",
    "life-an-edit-to-the-same-value-is-none.toml",
    "life-an-import-over-a-ready-profile.toml",
    "life-an-import-under-a-new-name.toml",
    "life-another-system-with-other-volumes.toml",
    "life-another-system-with-the-same-volumes.toml",
    "life-edits-of-a-ready-profile.toml",
    "life-edits-of-a-synchronizing-profile.toml",
    "life-edits-while-setup-is-needed.toml",
    "life-generations-take-their-targets-with-them.toml",
    "life-host-and-copy-states-are-no-change.toml",
    "life-of-several-changes-one-is-shown.toml",
    "life-targets-exchanged-between-generations.toml",
    "life-targets-exchanged-between-sources.toml",
    "life-the-order-of-entries-is-no-change.toml",
    "life-units-of-a-synchronizing-profile.toml",
    "life-units-that-are-not-there.toml",
    "log-coverage-not-asked-of-a-data-backup.toml",
    "log-coverage-second-member-olds-missing.toml",
    "log-coverage-secondary-olds-missing.toml",
    "log-coverage-slds-on-tape.toml",
    "log-coverage-spare-recon-missing.toml",
    "log-coverage-spare-wads-missing.toml",
    "log-coverage-tape-not-reported-in-a-data-backup.toml",
    "log-volumes-in-a-data-backup.toml",
    "loss-bcv-that-mirrored-for-somebody-else.toml",
    "loss-catalog-points-nowhere.toml",
    "loss-control-data-rolled-back.toml",
    "loss-data-set-never-copied.toml",
    "loss-database-without-its-log.toml",
    "loss-log-never-copied.toml",
    "loss-log-rolled-back-with-the-data.toml",
    "loss-target-that-held-data.toml",
    "loss-target-that-is-another-profiles-source.toml",
    "mapping-left-over-target-serves-a-source-too.toml",
    "mapping-target-for-a-unit-that-is-no-source.toml",
    "mapping-target-missing-in-the-last-generation.toml",
    "mapping-targets-missing-in-two-of-ten-generations.toml",
    "mapping-without-generations.toml",
    "mapping-without-sources.toml",
    "pair-across-logical-subsystems-allowed.toml",
    "pair-across-logical-subsystems.toml",
    "pair-on-two-arrays-with-any-lss-allowed.toml",
    "pair-with-equal-lss-ids-on-two-arrays.toml",
    "scope-another-group-is-not-asked-for.toml",
    "scope-group-counts-databases-too.toml",
    "scope-member-keeps-shared-data-sets.toml",
    "scope-member-leaves-fellow-members-out.toml",
    "scope-other-ims-is-not-asked-for.toml",
    "separation-catalog-shared-by-a-tape-log.toml",
    "separation-in-a-data-backup.toml",
    "separation-log-catalog-beside-a-database.toml",
    "separation-master-catalog-is-on-no-side.toml",
    "separation-olds-beside-a-database.toml",
    "separation-one-catalog-for-both-sides.toml",
    "separation-outside-the-sources.toml",
    "separation-recon-beside-a-database.toml",
    "separation-system-data-sets-are-on-no-side.toml",
    "shared-target-in-several-generations.toml",
    "shared-target-of-a-profile-not-set-up.toml",
    "shared-target-of-another-ims.toml",
    "shared-volumes-under-other-unit-numbers.toml",
    "source-allocated-to-ims.toml",
    "source-being-restored-by-flashcopy.toml",
    "source-being-restored-from-a-foreign-bcv.toml",
    "source-boxed-beside-an-online-namesake.toml",
    "source-boxed-reserved-and-relabelled.toml",
    "source-boxed.toml",
    "source-half-restored.toml",
    "source-is-a-bcv-being-copied-back.toml",
    "source-is-a-bcv-of-another-volume.toml",
    "source-is-a-flashcopy-target.toml",
    "source-is-a-remote-primary.toml",
    "source-is-a-remote-secondary.toml",
    "source-is-a-target-of-another-profile.toml",
    "source-label-moved-to-another-unit.toml",
    "source-label-twice-but-one-offline.toml",
    "source-label-twice-online-on-another-array.toml",
    "source-label-twice-online.toml",
    "source-no-path.toml",
    "source-not-ready.toml",
    "source-offline.toml",
    "source-pending-offline.toml",
    "source-reserved-by-another-system.toml",
    "source-reserved-by-its-own-system.toml",
    "source-saved-without-a-label.toml",
    "source-unit-is-an-alias-of-another-system.toml",
    "source-unit-is-an-alias.toml",
    "source-unit-unknown.toml",
    "story-a-sync-that-never-ends.toml",
    "story-a-sync-that-stalls-for-a-while.toml",
    "story-abend-after-the-split.toml",
    "story-an-import-over-a-profile-is-an-edit-of-every-field.toml",
    "story-answer-comes-late.toml",
    "story-array-unreachable-while-synchronizing.toml",
    "story-backup-cannot-be-recorded.toml",
    "story-backup-refused-while-synchronizing.toml",
    "story-bcv-fails-at-60-percent.toml",
    "story-catalog-down-leaves-the-state.toml",
    "story-code-level-falls-between-setup-and-backup.toml",
    "story-command-is-lost.toml",
    "story-data-restore-refused-for-scope.toml",
    "story-data-set-extended-after-setup.toml",
    "story-edits-while-setup-is-needed.toml",
    "story-establish-fails-on-one-relation.toml",
    "story-establish-next-error-on-pair-37-of-80.toml",
    "story-everything-is-refused-while-the-profile-is-locked.toml",
    "story-expired-backup-is-not-restored.toml",
    "story-fingerprint-differs-and-setup-comes-first.toml",
    "story-fingerprint-differs-when-the-job-is-built.toml",
    "story-flashcopy-orders-refused.toml",
    "story-flashcopy-slots-go-round.toml",
    "story-foreign-bcv-leaves-the-array-untouched.toml",
    "story-foreign-job-splits-a-pair-while-it-synchronizes.toml",
    "story-foreign-withdraw-while-the-copy-runs.toml",
    "story-generations-from-three-to-two.toml",
    "story-held-bcv-taken-between-setup-and-backup.toml",
    "story-invalid-target-is-refused.toml",
    "story-logs-cannot-be-suspended.toml",
    "story-logs-suspended-below-05-05.toml",
    "story-logs-suspended-by-another-job.toml",
    "story-mirror-orders-refused-for-the-devices.toml",
    "story-mirror-orders-refused-for-the-state.toml",
    "story-no-backup-after-a-failed-setup.toml",
    "story-one-generation-and-two-backups.toml",
    "story-one-of-100-establishes-refused.toml",
    "story-pair-synchronizes-again-before-the-backup.toml",
    "story-profile-is-unknown-to-the-repository.toml",
    "story-profile-without-generations.toml",
    "story-repository-unavailable-for-a-minute.toml",
    "story-restore-run-again-after-an-abend-bcv.toml",
    "story-restore-run-again-after-an-abend-flashcopy.toml",
    "story-setup-again-changes-nothing.toml",
    "story-setup-by-a-second-machine-is-locked-out.toml",
    "story-setup-only-takes-no-backup.toml",
    "story-slot-reused-while-its-copy-still-runs.toml",
    "story-source-boxed-between-check-and-establish.toml",
    "story-space-efficient-target-runs-full.toml",
    "story-split-before-sync-continues.toml",
    "story-split-by-the-array-from-05-05.toml",
    "story-split-error-on-pair-37-of-80.toml",
    "story-target-of-another-listed-source-is-split-first.toml",
    "story-three-generations-one-mirrors-and-two-are-held.toml",
    "story-three-rules-at-once-and-no-command.toml",
    "story-two-setups-of-one-profile-at-once.toml",
    "story-type-and-ssid-are-read-only-while-ready.toml",
    "story-units-edited-behind-the-product.toml",
    "story-warnings-only-and-ready.toml",
    "target-alias-or-unknown.toml",
    "target-bcv-not-ready-and-unpaired.toml",
    "target-bcv-on-another-array-in-the-last-generation.toml",
    "target-bcv-on-another-array.toml",
    "target-boxed-and-no-path.toml",
    "target-copied-from-another-source-of-the-profile.toml",
    "target-holds-data.toml",
    "target-in-remote-mirroring.toml",
    "target-in-use.toml",
    "target-is-a-source-of-a-foreign-flashcopy.toml",
    "target-is-a-source-of-another-profile.toml",
    "target-is-also-a-source.toml",
    "target-labelled-like-its-source.toml",
    "target-larger-flashcopy.toml",
    "target-not-of-the-bcv-class.toml",
    "target-not-ready-for-flashcopy.toml",
    "target-of-a-failed-foreign-flashcopy.toml",
    "target-of-a-foreign-flashcopy.toml",
    "target-of-an-unlisted-source-holds-data.toml",
    "target-of-another-device-type.toml",
    "target-of-another-size-bcv.toml",
    "target-of-the-same-size-but-another-model.toml",
    "target-of-two-generations.toml",
    "target-of-two-sources.toml",
    "target-offline.toml",
    "target-one-cylinder-short.toml",
    "target-online-and-idle.toml",
    "target-pending-offline.toml",
    "target-reserved-by-another-system.toml",
    "target-reserved-by-its-own-system.toml",
    "target-space-efficient.toml",
    "target-still-copying-the-last-backup.toml",
    "target-unknown-unit-given-twice.toml",
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use dasdlab_model::finding::{Side, Subject};
    use dasdlab_model::read::{Content, Encoding, parse};
    use dasdlab_model::reasons::{Reason, Rule};
    use dasdlab_model::scenario::Scenario;

    use super::*;

    fn folder() -> std::path::PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")
    }

    #[track_caller]
    fn read(name: &str, text: &str) -> Scenario {
        let document = parse(name, text.to_owned(), Encoding::Toml).unwrap_or_else(|error| panic!("{error}"));
        if let Err(errors) = document.declare() {
            panic!("{}", errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"));
        }
        match document.content {
            Content::Scenario(scenario) => *scenario,
            Content::Site(_) => panic!("{name} is a site: expected a scenario"),
        }
    }

    fn scenarios() -> impl Iterator<Item = (&'static str, Scenario)> {
        FILES.iter().map(|(name, text)| (*name, read(name, text)))
    }

    #[test]
    fn the_table_lists_the_folder_in_name_order() {
        let mut found: Vec<String> = std::fs::read_dir(folder())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.ends_with(".toml") && name != "suite.toml")
            .collect();
        found.sort();
        let listed: Vec<&str> = FILES.iter().map(|(name, _)| *name).collect();
        let first = listed.iter().zip(&found).find(|(listed, found)| *listed != *found);
        assert_eq!((first, listed.len()), (None, found.len()));
    }

    #[test]
    fn the_readme_names_every_file_and_no_other() {
        let readme = std::fs::read_to_string(folder().join("README.md")).unwrap();
        let named: BTreeSet<&str> = readme.split("](").skip(1).filter_map(|rest| Some(rest.split_once(')')?.0)).collect();
        let files: BTreeSet<&str> = FILES.iter().map(|(name, _)| *name).collect();
        assert_eq!(named.symmetric_difference(&files).collect::<Vec<_>>(), Vec::<&&str>::new());
    }

    #[test]
    fn every_file_says_what_it_shows_why_and_what_is_expected() {
        for (name, scenario) in scenarios() {
            assert!(!scenario.title.is_empty() && !scenario.why.is_empty(), "{name}");
            assert!(scenario.expect.is_some() || scenario.is_story(), "{name}");
        }
    }

    #[test]
    fn no_two_files_have_one_title() {
        let mut titles = BTreeSet::new();
        for (name, scenario) in scenarios() {
            assert!(titles.insert(scenario.title), "{name}");
        }
    }

    #[test]
    fn every_reason_of_a_check_is_expected_on_every_side() {
        let expected: BTreeSet<(Reason, Option<Side>)> = scenarios()
            .filter_map(|(_, scenario)| scenario.expect)
            .flat_map(|expect| expect.findings)
            .map(|finding| {
                let side = finding.subjects.iter().find_map(|subject| match subject {
                    Subject::Side(side) => Some(*side),
                    _ => None,
                });
                (finding.parse().unwrap().0, side)
            })
            .collect();
        for &reason in Reason::ALL.iter().filter(|reason| reason.rule() < Rule::PS16) {
            let sides = reason.sides().iter().copied().map(Some).chain(reason.sides().is_empty().then_some(None));
            for side in sides {
                assert!(expected.contains(&(reason, side)), "{reason} {side:?}");
            }
        }
    }
}
