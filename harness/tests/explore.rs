//! The explorer: the smallest systems as they were counted by hand, and machines that are wrong.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests fail the test")]

mod common;

use common::say;
use dasdlab_harness::drive::Machine;
use dasdlab_harness::explore::{Bounds, Broken, Explored, Job, Report, Work, explore};
use dasdlab_model::command::{Command, Reply};
use dasdlab_model::finding::{Finding, Severity, Verdict};
use dasdlab_model::machine::{Action, Input};
use dasdlab_model::name::ProfileName;
use dasdlab_model::reasons::Reason;
use dasdlab_model::states::{Method, ProfileState};
use dasdlab_model::transitions::MirrorOrder;
use dasdlab_model::unit::VolumeId;

fn explored(bounds: Bounds) -> Report {
    explore(bounds, &Job::new).unwrap()
}

/// States, transitions and depth of a system in which everything holds.
#[track_caller]
fn check(bounds: Bounds, expected: (u64, u64, u32)) {
    let report = explored(bounds);
    assert_eq!(report.violations, []);
    assert_eq!((report.states, report.transitions, report.depth), expected);
    assert!(!report.limit_reached);
}

/// Transitions by kind of move.
fn by_move(report: &Report) -> Vec<(&str, u64)> {
    report.moves.iter().map(|count| (count.kind, count.transitions)).collect()
}

#[test]
fn one_pair_of_one_generation_is_as_large_as_it_was_drawn_by_hand() {
    check(Bounds::new(1, 1, 0), (67, 77, 42));
    assert_eq!(by_move(&explored(Bounds::new(1, 1, 0))), [("start", 6), ("look", 26), ("command", 35), ("copy-ends", 10)]);
}

#[test]
fn with_one_fault_it_is_as_large_as_it_was_counted_by_hand() {
    check(Bounds::new(1, 1, 1), (1_244, 1_905, 56));
    let report = explored(Bounds::new(1, 1, 1));
    assert_eq!(report.by_faults, [67, 1_177]);
    let moves = by_move(&report);
    let looks_and_commands: u64 =
        moves.iter().filter(|(kind, _)| ["look", "command"].contains(kind)).map(|(_, count)| count).sum();
    assert_eq!(looks_and_commands, 1_304);
    let others: Vec<_> = moves.into_iter().filter(|(kind, _)| !["look", "command"].contains(kind)).collect();
    assert_eq!(
        others,
        [
            ("start", 109),
            ("copy-ends", 210),
            ("second-job", 10),
            ("refused", 29),
            ("abend", 63),
            ("boxed", 67),
            ("pair-fails", 46),
            ("foreign-establish", 12),
            ("foreign-split", 46),
            ("foreign-release", 9),
        ]
    );
}

#[test]
fn pairs_told_apart_or_not_the_verdict_is_the_same() {
    let told_apart = |symmetry| explored(Bounds { symmetry, ..Bounds::new(2, 1, 1) });
    let (with, without) = (told_apart(true), told_apart(false));
    assert_eq!(with.violations, without.violations);
    assert!(with.merged > 0 && without.merged == 0);
    assert!(with.states + with.merged <= without.states, "{} and {} of {}", with.states, with.merged, without.states);
    check(Bounds::new(2, 1, 0), (95, 130, 51));
    check(Bounds { symmetry: false, ..Bounds::new(2, 1, 0) }, (95, 130, 51));
}

#[test]
fn generations_flashcopy_and_restores_hold_too() {
    for bounds in [
        Bounds::new(1, 2, 1),
        Bounds { restores: true, ..Bounds::new(1, 1, 1) },
        Bounds { method: Method::FlashCopy, ..Bounds::new(1, 2, 1) },
        Bounds { method: Method::FlashCopy, restores: true, ..Bounds::new(1, 1, 1) },
    ] {
        let report = explored(bounds);
        assert_eq!((report.violations.as_slice(), report.limit_reached), ([].as_slice(), false), "{bounds:?}");
    }
}

#[test]
fn what_is_said_is_the_same_every_time() {
    let bounds = Bounds::new(2, 1, 1);
    let said = |report: &Report| serde_json::to_string(report).unwrap();
    assert_eq!(said(&explored(bounds)), said(&explored(bounds)));
}

#[test]
fn a_limit_ends_the_search_and_is_said() {
    let report = explored(Bounds { limit: 50, ..Bounds::new(1, 1, 1) });
    assert_eq!((report.states, report.limit_reached), (50, true));
    assert!(report.left_out[0].contains("50 states"), "{:?}", report.left_out);
}

/// A setup that, as soon as it has established a BCV to the first source, establishes it to the second one as well.
#[derive(Debug, Clone, Hash)]
struct DoubleEstablish {
    inner: Job,
    second: VolumeId,
    /// The BCV that the order before was about.
    established: Option<VolumeId>,
    /// The reply to that order, kept from the machine inside until the planted one has been answered.
    kept: Option<Reply>,
}

impl Machine for DoubleEstablish {
    fn next(&mut self, input: Input) -> Action {
        let input = match (self.kept.take(), self.established.take(), input) {
            (Some(kept), _, _) => Input::Reply(kept),
            (None, Some(bcv), Input::Reply(reply)) => {
                self.kept = Some(reply);
                return Action::Command(Command::Mirror { standard: self.second, bcv, order: MirrorOrder::EstablishFull });
            }
            (None, _, input) => input,
        };
        let action = self.inner.next(input);
        if let Action::Command(Command::Mirror { standard, bcv, order: MirrorOrder::EstablishFull }) = &action {
            self.established = (*standard != self.second).then_some(*bcv);
        }
        action
    }
}

#[test]
fn a_planted_double_establish_is_found_with_the_shortest_story() {
    let second: VolumeId = "000197800001/10/01".parse().unwrap();
    let start =
        |work, profile: &ProfileName| DoubleEstablish { inner: Job::new(work, profile), second, established: None, kept: None };
    let report = explore(Bounds::new(2, 2, 1), &start).unwrap();
    let [violation] = report.violations.as_slice() else { panic!("{:?}", report.violations) };
    assert_eq!(violation.broken, Broken::NotItsOwnPair);
    assert_eq!(
        violation.story,
        [
            "setup starts",
            "setup: lock",
            "setup: looks",
            "setup: looks",
            "setup: establish-full 1000 1020",
            "setup: establish-full 1001 1020, refused: established-elsewhere",
        ]
    );
}

/// A machine that wants something else than the one inside.
#[derive(Debug, Clone, Hash)]
struct Wrong {
    inner: Job,
    instead: fn(Action) -> Action,
}

impl Machine for Wrong {
    fn next(&mut self, input: Input) -> Action {
        (self.instead)(self.inner.next(input))
    }
}

fn wrong(instead: fn(Action) -> Action) -> impl Fn(Work, &ProfileName) -> Wrong + Sync {
    move |work, profile| Wrong { inner: Job::new(work, profile), instead }
}

/// Every invariant that machines break in a system of one pair, and the last move of the story about the first of them.
#[track_caller]
fn check_broken<M: Explored>(start: &(dyn Fn(Work, &ProfileName) -> M + Sync), expected: &[Broken], last: &str) {
    let report = explore(Bounds::new(1, 1, 0), start).unwrap();
    let broken: Vec<Broken> = report.violations.iter().map(|violation| violation.broken).collect();
    assert_eq!(broken, expected);
    assert_eq!(report.violations[0].story.last().map(String::as_str), Some(last));
}

#[test]
fn a_machine_that_is_ready_too_early_is_found() {
    let start = wrong(|action| match action {
        Action::Command(Command::SetState { profile, state: ProfileState::Synchronizing, reason, fingerprint }) => {
            Action::Command(Command::SetState { profile, state: ProfileState::Ready, reason, fingerprint })
        }
        other => other,
    });
    check_broken(&start, &[Broken::ReadyTooEarly], "setup: set ready");
}

#[test]
fn a_machine_that_copies_the_wrong_way_is_found() {
    let start = wrong(|action| match action {
        Action::Command(Command::Mirror { standard, bcv, order }) => {
            Action::Command(Command::Mirror { standard: bcv, bcv: standard, order })
        }
        other => other,
    });
    check_broken(&start, &[Broken::SourceCopiedTo, Broken::NotItsOwnPair], "setup: establish-full 1020 1000, refused: not-bcv");
}

/// A machine that takes no lock and believes that it has one.
#[derive(Debug, Clone, Hash)]
struct Unlocked(Job);

impl Machine for Unlocked {
    fn next(&mut self, input: Input) -> Action {
        match self.0.next(input) {
            Action::Command(Command::Lock { .. }) => self.0.next(Input::Reply(Reply::Done)),
            other => other,
        }
    }
}

#[test]
fn a_machine_without_a_lock_is_found() {
    let start = |work, profile: &ProfileName| Unlocked(Job::new(work, profile));
    check_broken(&start, &[Broken::NotLocked], "setup: establish-full 1000 1020");
}

#[test]
fn a_backup_that_splits_its_pairs_one_by_one_is_found() {
    let start = wrong(|action| match action {
        Action::Command(Command::SplitTogether { pairs }) if pairs.len() == 1 => {
            let (standard, bcv) = pairs[0];
            Action::Command(Command::Mirror { standard, bcv, order: MirrorOrder::SplitInstant })
        }
        other => other,
    });
    check_broken(&start, &[Broken::CalledValid], "backup: record generation 1 as valid");
}

#[test]
fn a_backup_that_does_not_split_every_pair_is_found() {
    let start = wrong(|action| match action {
        Action::Command(Command::SplitTogether { pairs }) => {
            Action::Command(Command::SplitTogether { pairs: pairs.into_iter().skip(1).collect() })
        }
        other => other,
    });
    check_broken(&start, &[Broken::SplitTooEarly], "backup: split together");
}

#[test]
fn a_setup_that_finds_an_error_of_its_checks_after_commands_is_found() {
    let start = wrong(|action| match action {
        Action::Done(verdict) => Action::Done(Verdict {
            findings: vec![Finding {
                reason: Reason::Ps05Boxed,
                severity: Severity::E,
                subjects: Vec::new(),
                evidence: Default::default(),
            }],
            return_code: 8,
            ..verdict
        }),
        other => other,
    });
    check_broken(&start, &[Broken::ReadyAfterError, Broken::CommandedDespiteError], "setup: unlock; it ends with return code 8");
}

#[test]
fn the_command_tells_what_was_looked_at() {
    let folder = tempfile::TempDir::new().unwrap();
    let args = ["explore", "--pairs", "1", "--generations", "1", "--faults", "1"];
    let said = say(folder.path(), &args);
    assert_eq!((said.code, said.stderr.as_str()), (Some(0), ""));
    for part in [
        "bcv, 1 pair, 1 generation, 1 fault\n",
        "1244  (67 after 0 faults, 1177 after 1 fault)",
        "  abend                      63 ",
        "not looked at\n  restores\n",
        "\neverything holds\n",
    ] {
        assert!(said.stdout.contains(part), "{part}: {}", said.stdout);
    }
    let json = say(folder.path(), &[args.as_slice(), &["--message-format", "json"]].concat());
    let report: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!((&report["states"], &report["violations"]), (&1_244.into(), &serde_json::json!([])));
}

#[test]
fn bounds_have_bounds() {
    let folder = tempfile::TempDir::new().unwrap();
    for args in
        [["--pairs", "0"], ["--pairs", "5"], ["--generations", "5"], ["--faults", "9"], ["--limit", "0"], ["--method", "tape"]]
    {
        assert_eq!(say(folder.path(), &[&["explore"], args.as_slice()].concat()).code, Some(2), "{args:?}");
    }
}
