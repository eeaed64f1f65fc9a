//! The order of findings, against a list written by hand.

use dasdlab_model::finding::{Severity, Subject};

use crate::saying::Findings;

/// In order: rule, then subject by subject, then reason.
const ORDERED: &[&str] = &[
    "PS01:unknown-volume data-set:IMSP.DB",
    "PS02:missing unit:9000",
    "PS02:on-tape data-set:A.LOG",
    "PS05:boxed unit:0FFF",
    "PS05:volser-mismatch unit:0FFF",
    "PS05:boxed unit:1000",
    "PS05:boxed unit:F000",
    "PS05:boxed unit:10000",
    "PS05:boxed unit:1F000",
    "PS05:boxed unit:21000",
    "PS05:boxed volume:75A/0A/00",
    "PS05:boxed volume:75A/10/00",
    "PS05:boxed volume:75B/00/FF",
    "PS07:inhibited unit:1000 side:source",
    "PS07:v1-active unit:1000 side:source",
    "PS07:inhibited unit:1000 side:target",
    "PS08:different-lss unit:1000 unit:2000 generation:2",
    "PS08:different-array unit:1000 unit:2000 generation:10",
    "PS08:different-array unit:1000 unit:2001 generation:1",
    "PS09:target-in-other-profile unit:2000 profile:P",
    "PS09:source-in-other-profile unit:2000 profile:PAYROLL",
    "PS09:source-in-other-profile unit:2000 profile:Z",
    "PS12:established unit:1000 unit:F000",
    "PS12:split-history unit:1000 unit:10000",
    "PS12:established unit:1000 volume:75A/00/00",
    "PS14:no-generations profile:P",
    // No rule has all kinds as its subjects; their order is the same for each.
    "PS15:non-ims-data unit:1F000",
    "PS15:non-ims-data volume:A/01/00",
    "PS15:non-ims-data array:75A",
    "PS15:non-ims-data array:9",
    "PS15:non-ims-data data-set:A.B",
    "PS15:non-ims-data data-set:A.C",
    "PS15:non-ims-data catalog:A",
    "PS15:non-ims-data profile:A",
    "PS15:non-ims-data generation:2",
    "PS15:non-ims-data generation:10",
    "PS15:non-ims-data side:source",
    "PS15:non-ims-data side:target",
];

/// Steps that reach every line, whatever the number of lines that they are no divisors of.
const STEPS: &[usize] = &[1, 5, 7, 11, 13, 17, 23];

#[test]
fn findings_said_in_any_turn_come_out_in_one_order() {
    for &step in STEPS {
        let mut findings = Findings::default();
        for nth in 0..ORDERED.len() {
            let line = ORDERED[(nth * step + 3) % ORDERED.len()];
            let (reason, subjects) = line.split_once(' ').unwrap();
            let subjects: Vec<Subject> = subjects.split(' ').map(|subject| subject.parse().unwrap()).collect();
            match &subjects[..] {
                [a] => findings.say(reason.parse().unwrap(), Severity::E, [a.clone()], []),
                [a, b] => findings.say(reason.parse().unwrap(), Severity::E, [a.clone(), b.clone()], []),
                [a, b, c] => findings.say(reason.parse().unwrap(), Severity::E, [a.clone(), b.clone(), c.clone()], []),
                _ => panic!("{line}"),
            }
        }
        let said: Vec<String> = findings
            .in_order()
            .iter()
            .map(|finding| {
                let subjects: String = finding.subjects.iter().map(|subject| format!(" {subject}")).collect();
                format!("{}{subjects}", finding.reason)
            })
            .collect();
        assert_eq!(said, ORDERED, "step {step}");
    }
}
