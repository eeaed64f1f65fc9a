//! Profile setup judges the very state that clients of Unisphere left: a session counts as what its state counts as.

use dasdlab_model::reasons::Rule;
use dasdlab_validator::check;

use super::clones::act;
use super::lab::{Lab, run};

/// What profile setup says of the copies that the profile's volumes are in, each rule and reason once.
async fn findings(lab: &Lab) -> Vec<String> {
    let verdict = lab.desk.read(|core| check(&core.engine.look(), &"NIGHTLY".parse().unwrap()).unwrap()).await.unwrap();
    let about = [Rule::PS05, Rule::PS06, Rule::PS12, Rule::PS13];
    let mut said: Vec<String> = verdict
        .findings
        .iter()
        .filter(|finding| about.contains(&finding.rule()))
        .map(|finding| format!("{}{} {}", finding.rule(), finding.severity.letter(), finding.reason.slug()))
        .collect();
    said.dedup();
    said
}

#[test]
fn a_session_counts_for_profiles_as_what_its_state_counts_as() {
    run(async {
        let lab = Lab::by_hand();
        let steps: [(&str, &[&str]); 16] = [
            ("wait", &[]),
            // To BCVs of nobody.
            ("create IMSP FOREIGN_BCV", &["PS12E established"]),
            ("wait", &["PS12E established"]),
            ("restore IMSP FOREIGN_BCV", &["PS12E established"]),
            ("split IMSP FOREIGN_BCV", &["PS12I split-history"]),
            ("establish IMSP FOREIGN_BCV", &["PS12E established"]),
            ("terminate IMSP FOREIGN_BCV", &[]),
            // From others to the profile's own.
            ("create SPARES IMSP_BCV", &["PS06E not-ready", "PS13E established"]),
            ("force SPARES IMSP_BCV", &[]),
            // To devices that are no BCVs: only what comes back concerns the sources.
            ("create IMSP SPARES", &[]),
            ("wait", &[]),
            ("restore IMSP SPARES", &["PS05E copy-target"]),
            ("split IMSP SPARES", &[]),
            ("terminate IMSP SPARES", &[]),
            // From the profile's targets.
            ("create IMSP_BCV SPARES", &["PS06E foreign-relation"]),
            ("force IMSP_BCV SPARES", &[]),
        ];
        for (step, expected) in steps {
            if step == "wait" {
                lab.wait(600_000).await;
            } else {
                let status = act(&lab, step).await;
                assert!(status < 300, "{step}: {status}");
            }
            assert_eq!(findings(&lab).await, expected, "after {step}");
        }
    });
}
