//! PS00 and PS11.

use dasdlab_model::level::LevelFamily;
use dasdlab_model::site::CodeLevelRow;
use dasdlab_model::states::{Family, HostStatus, Method, Storage};

use crate::lab::{Bcv, FlashCopy, Full, catalog, check, map, name, remap, status, store};

#[test]
fn a_finding_of_the_environment_stands_alone() {
    let verdict = check(
        FlashCopy,
        Full,
        |seen| {
            seen.profiles[0].locked_by = Some("JOB00042".to_owned());
            seen.authority.denied.push(name("IMSP"));
            status(seen, "1000", HostStatus::Boxed);
        },
        &["PS00E not-authorized profile:DAILY ims_ssid=IMSP", "PS00E profile-locked profile:DAILY locked_by=JOB00042"],
    );
    assert_eq!((verdict.return_code, verdict.restore_scope), (12, None));
}

#[test]
fn an_unknown_ims_system_leaves_catalogs_unasked() {
    check(
        FlashCopy,
        Full,
        |seen| {
            seen.ims.remove(0);
            catalog(seen, "UCAT.DB").reachable = false;
        },
        &["PS00E unknown-ims-system profile:DAILY ims_ssid=IMSP known=IMSQ,IMSX"],
    );
}

#[test]
fn a_catalog_must_be_readable_if_it_names_a_data_set_even_a_migrated_one() {
    check(
        FlashCopy,
        Full,
        |seen| {
            store(seen, "IMSP.LIB", Storage::Migrated);
            catalog(seen, "UCAT.DB").reachable = false;
            catalog(seen, "MCAT").reachable = false;
        },
        &["PS00E catalog-unavailable catalog:UCAT.DB data_sets=IMSP.DB,IMSP.LIB"],
    );
}

#[test]
fn an_array_must_answer_if_it_owns_a_unit_of_the_profile() {
    check(FlashCopy, Full, |seen| seen.arrays[1].reachable = false, &[]);
    check(FlashCopy, Full, |seen| seen.arrays[0].reachable = false, &["PS00E array-unreachable array:BOX1 units=12"]);
}

#[track_caller]
fn check_level(family: Family, level: &str, rows: &[(LevelFamily, Method, &str)], expected: &[&str]) {
    check(
        FlashCopy,
        Full,
        |seen| {
            seen.arrays[0].family = family;
            seen.arrays[0].code_level = level.to_owned();
            seen.policy.code_levels = rows
                .iter()
                .map(|&(family, method, minimum)| CodeLevelRow { family, method, minimum: minimum.to_owned(), fixes: vec![] })
                .collect();
        },
        expected,
    );
}

const V58: LevelFamily = LevelFamily::Symmetrix(5876);
const V59: LevelFamily = LevelFamily::Symmetrix(5978);

#[test]
fn levels_compare_with_the_row_of_their_family() {
    let rows = [(V58, FlashCopy, "5876.82.57"), (V59, FlashCopy, "5978.144.144"), (V59, Bcv, "5978.999")];
    check_level(Family::Symmetrix, "5978.144.144", &rows, &[]);
    let below = "PS11E level-below-minimum array:BOX1 found=5876.9 required=5876.82.57 units=12";
    check_level(Family::Symmetrix, "5876.9", &rows, &[below]);
    let patch = "PS11E patch-below-minimum array:BOX1 found=5876.082.56 required=5876.82.57 units=12";
    check_level(Family::Symmetrix, "5876.082.56", &rows, &[patch]);
    let unread = "PS11E undeterminable array:BOX1 found=5876.x required= units=12";
    check_level(Family::Symmetrix, "5876.x", &rows, &[unread]);
}

#[test]
fn a_family_without_a_row_is_newer_or_unsupported() {
    let rows = [(V58, FlashCopy, "5876.82.57"), (V59, FlashCopy, "5978.144.144"), (LevelFamily::Ds8000, Bcv, "87.1")];
    let newer = "PS11I newer-than-policy array:BOX1 found=5979.1 required=5876,5978 units=12";
    check_level(Family::Symmetrix, "5979.1", &rows, &[newer]);
    let between = "PS11E unsupported-family array:BOX1 found=5977.1 required=5876,5978 units=12";
    check_level(Family::Symmetrix, "5977.1", &rows, &[between]);
    let none = "PS11E unsupported-family array:BOX1 found=87.31.16.0 required= units=12";
    check_level(Family::Ds8000, "87.31.16.0", &rows, &[none]);
    let no_method = "PS11E unsupported-family array:BOX1 found=5979.1 required= units=12";
    check_level(Family::Symmetrix, "5979.1", &[(V59, Bcv, "5978.1")], &[no_method]);
}

#[test]
fn bundles_and_lmc_levels_do_not_compare() {
    let rows = [(LevelFamily::Ds8000, FlashCopy, "87.31.16.0")];
    check_level(Family::Ds8000, "87.31.16", &rows, &[]);
    let scale = "PS11E undeterminable array:BOX1 found=7.7.31.32 required=87.31.16.0 units=12";
    check_level(Family::Ds8000, "7.7.31.32", &rows, &[scale]);
    let below = "PS11E level-below-minimum array:BOX1 found=87.31.2.2 required=87.31.16.0 units=12";
    check_level(Family::Ds8000, "87.31.2.2", &rows, &[below]);
}

#[test]
fn required_fixes_count_at_any_level() {
    check(
        FlashCopy,
        Full,
        |seen| {
            seen.arrays[0].code_level = "5978.1".to_owned();
            seen.arrays[0].fixes = vec![7, 90_001];
            for row in &mut seen.policy.code_levels {
                row.fixes = vec![7, 90_002, 11];
            }
        },
        &[
            "PS11E fix-missing array:BOX1 found=7,90001 required=11,7,90002 missing=11,90002 units=12",
            "PS11E level-below-minimum array:BOX1 found=5978.1 required=5978.144.144 units=12",
        ],
    );
}

#[test]
fn a_unit_counts_once_for_its_array() {
    check(
        FlashCopy,
        Full,
        |seen| {
            seen.arrays[0].code_level = String::new();
            remap(seen, 2, "1003", "2003");
            map(seen, 2, "9999", "3003");
        },
        &[
            "PS11E undeterminable array:BOX1 found= required= units=12",
            "PS14E duplicate-target unit:2003 sources=1003 generations=1,2",
            "PS14E unmapped-source unit:9999 generation:2 target=3003",
        ],
    );
}
