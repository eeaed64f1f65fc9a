//! What `explain` prints of a rule and of a finding.

use dasdlab_model::finding::{Evidence, Fact, Finding, Severity};
use dasdlab_model::reasons::{Reason, Rule};
use dasdlab_validator::explain;

// Marked as a test, so that the lints for tests cover the helper.
#[cfg(test)]
#[track_caller]
fn check(reason: Reason, subjects: &[&str], evidence: &[(&'static str, Fact)], expected: &str) {
    let finding = Finding {
        reason,
        severity: Severity::E,
        subjects: subjects.iter().map(|subject| subject.parse().unwrap()).collect(),
        evidence: Evidence(evidence.to_vec()),
    };
    assert_eq!(explain::remedy(&finding), expected);
}

#[test]
fn a_remedy_names_the_units_of_its_finding() {
    check(Reason::Ps05Offline, &["unit:13A10"], &[], "VARY 13A10,ONLINE");
}

#[test]
fn a_remedy_names_what_the_evidence_lists_or_says_that_there_is_none() {
    let units = |units: &[&str]| [("volser", Fact::text("IMS001")), ("units", Fact::list(units))];
    check(
        Reason::Ps05DuplicateVolser,
        &["unit:1000"],
        &units(&["5001", "5000"]),
        "VARY (5000, 5001),OFFLINE, or give those volumes another label (ICKDSF REFORMAT): only one may be mounted as IMS001.",
    );
    check(
        Reason::Ps15NonImsData,
        &["unit:1000"],
        &[("volser", Fact::text("")), ("data_sets", Fact::list(["A.B"]))],
        "Move A.B from unit 1000 (VOLSER (none)) to a volume outside the profile, or set policy report_non_ims_data to false if \
         that is meant.",
    );
}

/// The subject is `unit:1000`, `data-set:A.B` and so on; an empty text is an empty fact.
#[cfg(test)]
#[track_caller]
fn wording(reason: Reason, subject: &str, texts: &[(&'static str, &str)], lists: &[(&'static str, &[&str])], expected: &str) {
    let texts = texts.iter().map(|(key, text)| (*key, Fact::text(text)));
    let lists = lists.iter().map(|(key, list)| (*key, Fact::list(*list)));
    let evidence: Vec<_> = texts.chain(lists).collect();
    check(reason, &[subject], &evidence, expected);
}

#[test]
fn a_site_without_ims_systems_has_a_wording_of_its_own() {
    let known = |known, expected| {
        wording(Reason::Ps00UnknownImsSystem, "profile:P", &[("ims_ssid", "IMSP")], &[("known", known)], expected);
    };
    known(&["IMSQ"], "Define IMS system IMSP, or correct the IMS SSID of profile P; the site knows IMSQ.");
    known(&[], "Define IMS system IMSP, that of profile P; the site knows none yet.");
}

#[test]
fn a_data_set_on_no_volume_has_a_wording_of_its_own() {
    let volsers = |volsers, expected| wording(Reason::Ps01UnknownVolume, "data-set:A.B", &[], &[("volsers", volsers)], expected);
    volsers(
        &["IMS9"],
        "Correct the catalog entry of A.B (IDCAMS DELETE NOSCRATCH and DEFINE RECATALOG), or bring the volumes it names online: \
         IMS9.",
    );
    volsers(&[], "Correct the catalog entry of A.B (IDCAMS DELETE NOSCRATCH and DEFINE RECATALOG): it names no volume.");
}

#[test]
fn a_catalog_on_volumes_outside_unknown_or_both_has_three_wordings() {
    let on = |devices, unknown, expected| {
        wording(Reason::Ps03Missing, "catalog:UCAT", &[], &[("devices", devices), ("unknown_volsers", unknown)], expected);
    };
    on(
        &["1005"],
        &["IMS9"],
        "Add units 1005 to the sources of the profile, and the volumes IMS9 once they are online; or move catalog UCAT to a source.",
    );
    on(&["1005"], &[], "Add units 1005 to the sources of the profile, or move catalog UCAT to a source.");
    on(
        &[],
        &["IMS9"],
        "Bring the volumes IMS9 online and add them to the sources of the profile, or move catalog UCAT to a source.",
    );
}

#[test]
fn a_label_that_is_missing_on_either_side_has_a_wording_of_its_own() {
    let labels = |saved, found, expected| {
        wording(Reason::Ps05VolserMismatch, "unit:1000", &[("saved", saved), ("found", found)], &[], expected);
    };
    labels(
        "IMS1",
        "IMS2",
        "If IMS2 is the volume to back up, save unit 1000 in the profile again; otherwise name the unit that carries IMS1 now.",
    );
    labels(
        "",
        "IMS2",
        "If IMS2 is the volume to back up, save unit 1000 in the profile again, now with this label; otherwise name another unit.",
    );
    labels(
        "IMS1",
        "",
        "Name the unit that carries IMS1 now, or label the volume of unit 1000 (ICKDSF REFORMAT): it has no label.",
    );
    labels("", "", "Label the volume of unit 1000 (ICKDSF REFORMAT) and save it in the profile again, or name another unit.");
}

#[test]
fn a_remote_secondary_has_a_wording_of_its_own() {
    let copy = |roles, from, expected| {
        wording(Reason::Ps05CopyTarget, "unit:1000", &[], &[("roles", roles), ("copied_from", from)], expected);
    };
    copy(&["bcv"], &["5000"], "Withdraw or split the copy from 5000 onto 1000 (bcv), or take the unit out of the sources.");
    copy(
        &["remote-secondary"],
        &[],
        "CDELPAIR the remote pair of 1000 (remote-secondary), or name its primary as source instead.",
    );
}

#[test]
fn a_level_that_cannot_be_judged_has_a_wording_for_each_cause() {
    let levels = |found, required, expected| {
        wording(Reason::Ps11Undeterminable, "array:75A", &[("found", found), ("required", required)], &[], expected);
    };
    levels(
        "7.1",
        "87.0",
        "Read the code level of array 75A again (7.1 cannot be compared with minimum 87.0), or state the minimum on its scale.",
    );
    levels("R8", "", "Read the code level of array 75A again: R8 is none.");
    levels("", "", "Read the code level of array 75A: none is known.");
}

#[test]
fn a_family_that_policy_has_no_rows_beside_has_a_wording_of_its_own() {
    let rows = |required, expected| {
        wording(Reason::Ps11UnsupportedFamily, "array:75A", &[("found", "5771.1")], &[("required", required)], expected);
    };
    rows(
        &["5876"],
        "Use another array or method: 75A is at 5771.1, supported are families 5876. If the family is supported, add its row to \
         policy code_levels.",
    );
    rows(
        &[],
        "Use another array or method: 75A is at 5771.1, and policy code_levels has no row for its product line and the method. If \
         the family is supported, add its row.",
    );
}

#[test]
fn a_finding_of_the_action_has_a_remedy_too() {
    check(
        Reason::Ps16Timeout,
        &["unit:1000", "unit:2000", "generation:1"],
        &[("state", Fact::text("SyncInProg"))],
        "See why the copy from 1000 to 2000 does not end (state SyncInProg), then run setup again; it waits for what is still copying.",
    );
}

#[test]
fn a_rule_is_explained_in_a_fixed_template() {
    insta::assert_snapshot!(explain::rule_text(Rule::PS08), @r#"
    PS08 flashcopy-same-lss (method flashcopy)

    Protects
      An establish between logical subsystems, or between arrays, is refused when the backup runs: part
      of the volumes would be copied and the backup thrown away.

    Fires when
      Both units of a pair of a flashcopy profile have a volume, and the two lie on different arrays, or
      in different logical subsystems of one array.

    Passes
      Source 1000 is 75ABC01/10/00, target 2000 is 75ABC01/10/80: one array, one logical subsystem.

    Fails
      Source 1000 is 75ABC01/10/00, target 2000 is 75XYZ02/10/00: LSS 10 exists on both arrays, but it
      is not the same LSS. The pair has `different-array`.

    Reasons
      E different-array
          The source is on one array, the target on another.
          To clear it: In generation {generation}, map source {source} to a target on array
          {source_array}; {target} is on {target_array}.
      E different-lss
          Source and target are on one array, in different logical subsystems.
          To clear it: In generation {generation}, map source {source} to a target in LSS {source_lss}
          instead of {target} in {target_lss}, or set policy lss_scope to same-array if the array copies
          between logical subsystems.

    Fine print
      - The same LSS means the same array and the same LSS id. The LSS is asked only within one array: a
        pair never has both reasons.
      - With policy `lss_scope = "same-array"` only the array is compared.
      - A pair with a unit that is unknown or an alias is not compared; PS05 or PS06 names that unit.
      - Each pair is compared in each generation, also where a unit is listed more than once.
    "#);
}
