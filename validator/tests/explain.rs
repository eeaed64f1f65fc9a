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
