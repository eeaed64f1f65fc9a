//! Mutants: our validator with one believable mistake each, on which a suite of scenarios is measured.
//!
//! A mutant wraps the validator from outside and knows nothing of its inside: it changes what is seen, what is said, or
//! what a machine does. The product's own code knows nothing of mutants.

pub mod score;
pub mod worn;

mod a_later_cause_is_not_known;
mod a_source_is_no_target;
mod acting;
mod alias_is_base;
mod allocated_is_online;
mod array_is_enough;
mod array_of_targets_may_be_unreachable;
mod asks_twice;
mod authority_is_not_asked;
mod backup_after_a_failed_setup;
mod backup_without_setup;
mod bcv_on_a_ds8000_passes;
mod boxed_is_offline;
mod builds_while_synchronizing;
mod bundle_and_lmc_are_compared;
mod check_before_the_backup_is_left_out;
mod consistency_is_not_told;
mod control_data_are_system_data;
mod control_data_may_be_copied;
mod copied_relations_are_over;
mod copies_on_though_logs_were_not_suspended;
mod copying_is_synchronized;
mod descriptions_in_capitals;
mod does_not_hold_other_generations;
mod does_not_hold_what_it_splits;
mod duplicate_target_twice;
mod duplicate_target_within_a_generation;
mod environment_makes_setup_needed;
mod environment_with_everything_else;
mod equal_is_too_low;
mod errors_end_with_4;
mod errors_leave_the_state;
mod establishes_before_it_checks;
mod establishes_in_full;
mod every_edit_needs_setup;
mod evidence_ends_at_eight;
mod evidence_in_reverse;
mod expiry_is_not_recorded;
mod failed_backups_are_not_recorded;
mod failed_backups_keep_their_relations;
mod failed_relations_are_over;
mod findings_by_reason;
mod fingerprint_is_not_compared_at_build;
mod fingerprint_is_not_written;
mod first_carrier_of_a_label;
mod first_generation_only;
mod first_volume_of_a_data_set;
mod fixes_are_asked_last;
mod fixes_are_forgotten;
mod foreign_bcv_in_sync_is_missed;
mod foreign_data_are_always_reported;
mod foreign_data_beside_own_pass;
mod foreign_data_by_their_first_volume;
mod foreign_group_is_own;
mod foreign_relation_of_a_mapped_source_passes;
mod generations_are_not_compared;
mod generations_are_sorted_as_text;
mod hold_of_a_removed_profile_is_ignored;
mod holds_are_forgotten;
mod holds_the_first_generation;
mod host_level_is_not_read;
mod imports_stay_ready;
mod information_is_a_warning;
mod inhibited_targets_pass;
mod invalid_is_split;
mod labels_of_offline_units_are_not_compared;
mod larger_is_refused;
mod last_pair_is_skipped;
mod level_05_05_is_too_old;
mod levels;
mod levels_as_text;
mod lists_are_read_backwards;
mod lists_are_sorted;
mod lock_stays_after_an_error;
mod locked_profiles_are_edited;
mod logs_are_not_resumed_after_an_error;
mod logs_are_not_suspended;
mod logs_may_be_left_out;
mod logs_of_members_are_forgotten;
mod lss_without_its_array;
mod master_catalog_is_a_user_catalog;
mod migrated_is_missing;
mod namesakes_on_other_arrays_are_missed;
mod never_releases_a_hold;
mod newer_family_is_unsupported;
mod not_ready_bcv_may_mirror_anything;
mod not_ready_is_offline;
mod numbers_across_systems;
mod old_relations_are_not_withdrawn;
mod one_error_of_a_unit;
mod one_generation_stays_ready;
mod own_relations_count_too;
mod pairs_are_not_checked_again;
mod patch_is_always_compared;
mod pending_offline_is_offline;
mod pending_offline_is_online;
mod pools_are_not_read;
mod profiles_not_set_up_are_ignored;
mod profiles_of_other_ims_are_ignored;
mod profiles_of_other_systems_are_ignored;
mod read_only_fields_are_edited;
mod ready_after_a_split_error;
mod ready_with_the_first_pair;
mod reason_of_another_end;
mod recall_is_not_known;
mod recon_is_no_log;
mod recorded_before_the_split;
mod remote_primary_is_refused;
mod reserve_of_the_own_system_counts;
mod restored_is_split;
mod restored_profile_stays_ready;
mod restores_beyond_the_scope;
mod restores_expired_backups;
mod restores_invalid_backups;
mod restores_without_resuming_logs;
mod rotation_of_two;
mod saved_labels_are_not_compared;
mod saved_without_a_label_passes;
mod scope_by_the_type_alone;
mod scope_by_volumes_alone;
mod scope_is_always_group;
mod scope_is_always_member;
mod scope_is_not_recorded;
mod separation_on_sources_only;
mod sight;
mod sizes_by_model;
mod slot_by_number;
mod space_efficient_is_forgotten;
mod split_before_restored_is_split;
mod split_before_sync_is_split;
mod split_history_is_forgotten;
mod split_in_progress_is_split;
mod split_while_the_last_pair_copies;
mod splits_in_two_commands;
mod splits_what_it_should_keep;
mod status_of_another_system;
mod subchannel_set_is_ignored;
mod tape_is_disk;
mod tape_is_not_mentioned;
mod target_bcv_of_a_later_generation_is_free;
mod targets_copied_elsewhere_are_free;
mod the_lock_of_another_is_ignored;
mod thirteen_relations_pass;
mod timeout_is_ready;
mod tries_again_what_was_refused;
mod twelve_relations_fail;
mod two_numbers_of_a_level;
mod units_are_sorted_as_text;
mod unknown_is_never_established;
mod user_catalogs_are_never_looked_at;
mod valid_after_a_split_error;
mod version_1_is_asked_of_sources_only;
mod vtoc_is_not_read;
mod waits_for_the_limit;
mod warnings_are_errors;
mod words;
mod works_without_a_lock;

use dasdlab_model::finding::Verdict;
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;

use crate::story::actors::Actors;

/// Changes what is seen.
pub type Sees = fn(&mut Observation, &ProfileName);

/// Changes what is said of a profile.
pub type Says = fn(&Observation, &ProfileName, &mut Verdict);

/// A wrong validator.
#[derive(Debug)]
pub struct Mutant {
    /// Its name.
    pub slug: &'static str,
    /// What it does, in a line.
    pub text: &'static str,
    /// Whether that makes no difference, so that nothing can find it out.
    pub equivalent: bool,
    /// How it differs from ours.
    pub deviation: Deviation,
}

/// How a mutant differs from our validator.
#[derive(Debug, Clone, Copy)]
pub enum Deviation {
    /// What is seen is changed, before every check and every look of a machine.
    Sees(Sees),
    /// What is said is changed after the check. Return code and restore scope follow from the findings unless they are
    /// changed themselves; setups and backups go by what is said.
    Says(Says),
    /// The machines do something else, or profiles are edited and jobs are built otherwise.
    Acts(fn() -> Box<dyn Actors>),
}

impl Deviation {
    /// The word as it stands in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sees(_) => "sees",
            Self::Says(_) => "says",
            Self::Acts(_) => "acts",
        }
    }
}

impl Mutant {
    /// A mutant that sees something else.
    const fn sees(slug: &'static str, text: &'static str, sees: Sees) -> Self {
        Self { slug, text, equivalent: false, deviation: Deviation::Sees(sees) }
    }

    /// A mutant that says something else.
    const fn says(slug: &'static str, text: &'static str, says: Says) -> Self {
        Self { slug, text, equivalent: false, deviation: Deviation::Says(says) }
    }

    /// A mutant that does something else.
    const fn acts(slug: &'static str, text: &'static str, make: fn() -> Box<dyn Actors>) -> Self {
        Self { slug, text, equivalent: false, deviation: Deviation::Acts(make) }
    }

    /// The same as one that makes no difference.
    const fn equivalent(self) -> Self {
        Self { equivalent: true, ..self }
    }
}

/// The mutant of this name.
#[must_use]
pub fn named(slug: &str) -> Option<&'static Mutant> {
    ALL.iter().copied().find(|mutant| mutant.slug == slug)
}

/// All of them, by name.
pub const ALL: &[&Mutant] = &[
    &a_later_cause_is_not_known::MUTANT,
    &a_source_is_no_target::MUTANT,
    &alias_is_base::MUTANT,
    &allocated_is_online::MUTANT,
    &array_is_enough::MUTANT,
    &array_of_targets_may_be_unreachable::MUTANT,
    &asks_twice::MUTANT,
    &authority_is_not_asked::MUTANT,
    &backup_after_a_failed_setup::MUTANT,
    &backup_without_setup::MUTANT,
    &bcv_on_a_ds8000_passes::MUTANT,
    &boxed_is_offline::MUTANT,
    &builds_while_synchronizing::MUTANT,
    &bundle_and_lmc_are_compared::MUTANT,
    &check_before_the_backup_is_left_out::MUTANT,
    &consistency_is_not_told::MUTANT,
    &control_data_are_system_data::MUTANT,
    &control_data_may_be_copied::MUTANT,
    &copied_relations_are_over::MUTANT,
    &copies_on_though_logs_were_not_suspended::MUTANT,
    &copying_is_synchronized::MUTANT,
    &descriptions_in_capitals::MUTANT,
    &does_not_hold_other_generations::MUTANT,
    &does_not_hold_what_it_splits::MUTANT,
    &duplicate_target_twice::MUTANT,
    &duplicate_target_within_a_generation::MUTANT,
    &environment_makes_setup_needed::MUTANT,
    &environment_with_everything_else::MUTANT,
    &equal_is_too_low::MUTANT,
    &errors_end_with_4::MUTANT,
    &errors_leave_the_state::MUTANT,
    &establishes_before_it_checks::MUTANT,
    &establishes_in_full::MUTANT,
    &every_edit_needs_setup::MUTANT,
    &evidence_ends_at_eight::MUTANT,
    &evidence_in_reverse::MUTANT,
    &expiry_is_not_recorded::MUTANT,
    &failed_backups_are_not_recorded::MUTANT,
    &failed_backups_keep_their_relations::MUTANT,
    &failed_relations_are_over::MUTANT,
    &findings_by_reason::MUTANT,
    &fingerprint_is_not_compared_at_build::MUTANT,
    &fingerprint_is_not_written::MUTANT,
    &first_carrier_of_a_label::MUTANT,
    &first_generation_only::MUTANT,
    &first_volume_of_a_data_set::MUTANT,
    &fixes_are_asked_last::MUTANT,
    &fixes_are_forgotten::MUTANT,
    &foreign_bcv_in_sync_is_missed::MUTANT,
    &foreign_data_are_always_reported::MUTANT,
    &foreign_data_beside_own_pass::MUTANT,
    &foreign_data_by_their_first_volume::MUTANT,
    &foreign_group_is_own::MUTANT,
    &foreign_relation_of_a_mapped_source_passes::MUTANT,
    &generations_are_not_compared::MUTANT,
    &generations_are_sorted_as_text::MUTANT,
    &hold_of_a_removed_profile_is_ignored::MUTANT,
    &holds_are_forgotten::MUTANT,
    &holds_the_first_generation::MUTANT,
    &host_level_is_not_read::MUTANT,
    &imports_stay_ready::MUTANT,
    &information_is_a_warning::MUTANT,
    &inhibited_targets_pass::MUTANT,
    &invalid_is_split::MUTANT,
    &labels_of_offline_units_are_not_compared::MUTANT,
    &larger_is_refused::MUTANT,
    &last_pair_is_skipped::MUTANT,
    &level_05_05_is_too_old::MUTANT,
    &levels_as_text::MUTANT,
    &lists_are_read_backwards::MUTANT,
    &lists_are_sorted::MUTANT,
    &lock_stays_after_an_error::MUTANT,
    &locked_profiles_are_edited::MUTANT,
    &logs_are_not_resumed_after_an_error::MUTANT,
    &logs_are_not_suspended::MUTANT,
    &logs_may_be_left_out::MUTANT,
    &logs_of_members_are_forgotten::MUTANT,
    &lss_without_its_array::MUTANT,
    &master_catalog_is_a_user_catalog::MUTANT,
    &migrated_is_missing::MUTANT,
    &namesakes_on_other_arrays_are_missed::MUTANT,
    &never_releases_a_hold::MUTANT,
    &newer_family_is_unsupported::MUTANT,
    &not_ready_bcv_may_mirror_anything::MUTANT,
    &not_ready_is_offline::MUTANT,
    &numbers_across_systems::MUTANT,
    &old_relations_are_not_withdrawn::MUTANT,
    &one_error_of_a_unit::MUTANT,
    &one_generation_stays_ready::MUTANT,
    &own_relations_count_too::MUTANT,
    &pairs_are_not_checked_again::MUTANT,
    &patch_is_always_compared::MUTANT,
    &pending_offline_is_offline::MUTANT,
    &pending_offline_is_online::MUTANT,
    &pools_are_not_read::MUTANT,
    &profiles_not_set_up_are_ignored::MUTANT,
    &profiles_of_other_ims_are_ignored::MUTANT,
    &profiles_of_other_systems_are_ignored::MUTANT,
    &read_only_fields_are_edited::MUTANT,
    &ready_after_a_split_error::MUTANT,
    &ready_with_the_first_pair::MUTANT,
    &reason_of_another_end::MUTANT,
    &recall_is_not_known::MUTANT,
    &recon_is_no_log::MUTANT,
    &recorded_before_the_split::MUTANT,
    &remote_primary_is_refused::MUTANT,
    &reserve_of_the_own_system_counts::MUTANT,
    &restored_is_split::MUTANT,
    &restored_profile_stays_ready::MUTANT,
    &restores_beyond_the_scope::MUTANT,
    &restores_expired_backups::MUTANT,
    &restores_invalid_backups::MUTANT,
    &restores_without_resuming_logs::MUTANT,
    &rotation_of_two::MUTANT,
    &saved_labels_are_not_compared::MUTANT,
    &saved_without_a_label_passes::MUTANT,
    &scope_by_the_type_alone::MUTANT,
    &scope_by_volumes_alone::MUTANT,
    &scope_is_always_group::MUTANT,
    &scope_is_always_member::MUTANT,
    &scope_is_not_recorded::MUTANT,
    &separation_on_sources_only::MUTANT,
    &sizes_by_model::MUTANT,
    &slot_by_number::MUTANT,
    &space_efficient_is_forgotten::MUTANT,
    &split_before_restored_is_split::MUTANT,
    &split_before_sync_is_split::MUTANT,
    &split_history_is_forgotten::MUTANT,
    &split_in_progress_is_split::MUTANT,
    &split_while_the_last_pair_copies::MUTANT,
    &splits_in_two_commands::MUTANT,
    &splits_what_it_should_keep::MUTANT,
    &status_of_another_system::MUTANT,
    &subchannel_set_is_ignored::MUTANT,
    &tape_is_disk::MUTANT,
    &tape_is_not_mentioned::MUTANT,
    &target_bcv_of_a_later_generation_is_free::MUTANT,
    &targets_copied_elsewhere_are_free::MUTANT,
    &the_lock_of_another_is_ignored::MUTANT,
    &thirteen_relations_pass::MUTANT,
    &timeout_is_ready::MUTANT,
    &tries_again_what_was_refused::MUTANT,
    &twelve_relations_fail::MUTANT,
    &two_numbers_of_a_level::MUTANT,
    &units_are_sorted_as_text::MUTANT,
    &unknown_is_never_established::MUTANT,
    &user_catalogs_are_never_looked_at::MUTANT,
    &valid_after_a_split_error::MUTANT,
    &version_1_is_asked_of_sources_only::MUTANT,
    &vtoc_is_not_read::MUTANT,
    &waits_for_the_limit::MUTANT,
    &warnings_are_errors::MUTANT,
    &works_without_a_lock::MUTANT,
];
