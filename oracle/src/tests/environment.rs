//! PS00.

use dasdlab_model::states::HostStatus;

use super::build::*;

cases! {
    a_clean_flashcopy_profile_has_no_finding: flashcopy, |_| {} => ["0 full-and-data"];
    a_clean_data_profile_has_no_finding: flashcopy_data, |_| {} => ["0 data-only"];
    a_clean_bcv_profile_has_no_finding: bcv, |_| {} => ["0 full-and-data"];

    an_ims_system_that_the_site_does_not_have_ends_the_check: flashcopy, |seen| {
        profile(seen, "P1").ims_ssid = n("IMSX");
        catalog(seen, "UCAT.LOG").reachable = false;
    } => ["12 no scope", "PS00E unknown-ims-system profile:P1 ims_ssid=IMSX known=[IMSA,IMSB,IMSC]"];

    a_catalog_of_the_ims_system_that_cannot_be_read_ends_the_check: flashcopy, |seen| {
        catalog(seen, "UCAT.LOG").reachable = false;
        status(seen, "1000", HostStatus::Boxed);
    } => ["12 no scope", "PS00E catalog-unavailable catalog:UCAT.LOG data_sets=[IMSP.OLDS,IMSP.RECON]"];

    a_catalog_of_others_that_cannot_be_read_does_not_matter: flashcopy, |seen| {
        catalog(seen, "UCAT.OTH").reachable = false;
    } => ["0 full-and-data"];

    an_array_of_the_profile_that_does_not_answer_ends_the_check: flashcopy, |seen| {
        array(seen, "ARR1").reachable = false;
    } => ["12 no scope", "PS00E array-unreachable array:ARR1 units=6"];

    an_array_without_a_unit_of_the_profile_need_not_answer: flashcopy, |seen| {
        array(seen, "ARR2").reachable = false;
    } => ["0 full-and-data"];

    all_that_is_wrong_with_the_environment_is_said: flashcopy, |seen| {
        seen.authority.denied.push(n("IMSA"));
        profile(seen, "P1").locked_by = Some("JOB00042".to_owned());
    } => [
        "12 no scope",
        "PS00E not-authorized profile:P1 ims_ssid=IMSA",
        "PS00E profile-locked profile:P1 locked_by=JOB00042",
    ];

    a_lock_on_another_profile_does_not_matter: flashcopy, |seen| {
        seen.authority.denied.push(n("IMSC"));
        profile(seen, "P2").locked_by = Some("JOB00042".to_owned());
    } => ["0 full-and-data"];
}

#[test]
fn a_profile_that_is_not_there_is_not_judged() {
    assert_eq!(crate::judge(&flashcopy(), &n("P9")), None);
}
