//! What must hold in every story: it holds in ours, and each wrong actor breaks exactly the one that it is made to break.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail the test")]

use std::collections::{BTreeMap, BTreeSet};

use dasdlab_harness::drive::Machine;
use dasdlab_harness::judge::{self, Ours};
use dasdlab_harness::story::actors::Actors;
use dasdlab_harness::story::expect;
use dasdlab_harness::story::inspect::Inspector;
use dasdlab_harness::story::invariants::{INVARIANTS, Invariants, same_bytes};
use dasdlab_harness::story::tell;
use dasdlab_harness::story::wrong::WRONG;
use dasdlab_model::command::{Command, Reply};
use dasdlab_model::finding::{Finding, Severity, Verdict};
use dasdlab_model::machine::{Action, Input};
use dasdlab_model::name::ProfileName;
use dasdlab_model::read::{Content, Encoding, parse};
use dasdlab_model::reasons::{Reason, Rule};
use dasdlab_model::scenario::Scenario;
use dasdlab_model::story::{Loss, RestoreKind};
use dasdlab_scenarios::corpus::FILES;
use dasdlab_scenarios::generate::generate;
use dasdlab_scenarios::token::Token;

const BCV: &str = include_str!("common/bcv.toml");
const FLASHCOPY: &str = include_str!("common/flashcopy.toml");
/// How many generated stories are told.
const STORIES: u64 = 150;

/// A site with these lines before it: steps and faults.
fn scenario(story: &str, site: &str) -> Scenario {
    let site = site.replace("[[profiles]]", "[[site.profiles]]");
    let text = format!("format = 1\n{story}\n[site]\n{site}");
    let document = parse("story.toml", text, Encoding::Toml).unwrap_or_else(|error| panic!("{error}"));
    if let Err(faults) = document.declare() {
        panic!("{faults:?}");
    }
    let Content::Scenario(scenario) = document.content else { panic!("a scenario") };
    *scenario
}

/// The invariants that a story shows to be broken, each with what was seen first.
fn broken(scenario: &Scenario, actors: &dyn Actors) -> BTreeMap<u8, String> {
    let mut invariants = Invariants::new(actors);
    tell(scenario, actors, &mut [&mut invariants]).unwrap_or_else(|error| panic!("{error}"));
    let again = same_bytes(|watcher| drop(tell(scenario, actors, &mut [watcher]).unwrap()));
    let mut broken = BTreeMap::new();
    for violation in invariants.violations().iter().cloned().chain(again) {
        broken.entry(violation.invariant.number).or_insert_with(|| violation.to_string());
    }
    broken
}

/// Tells a story with our actors, which break nothing, and with a wrong one.
#[track_caller]
fn check(slug: &str, story: &str, site: &str, seen: &str) {
    let wrong = WRONG.iter().find(|wrong| wrong.slug == slug).unwrap();
    let scenario = scenario(story, site);
    assert_eq!(broken(&scenario, &Ours), BTreeMap::new(), "our own actors");
    let broken = broken(&scenario, (wrong.make)().as_ref());
    let expected: BTreeMap<u8, String> = [(wrong.breaks, seen.to_owned())].into();
    assert_eq!(broken, expected, "{slug}");
}

const SET_UP: &str = "steps = [{ do = { setup = {} } }]";
const BACK_UP: &str = "steps = [{ do = { setup = {} } }, { do = { backup = { alone = true } } }]";

#[test]
fn a_setup_that_does_not_wait_for_its_pairs_is_seen() {
    check(
        "says-ready-too-early",
        SET_UP,
        BCV,
        "ready-means-synchronized at 00:00:00.000 in step 1: IMSP DATA enters ready and generation 1 is not Synchronized",
    );
}

#[test]
fn a_backup_that_does_not_wait_for_its_pairs_is_seen() {
    let mirrors = "mirrors = [{ standard = \"2000\", bcv = \"2080\", count = 2, state = \"SyncInProg\" }]\n\n[[profiles]]\nstate = \"ready\"";
    check(
        "splits-too-early",
        "steps = [{ do = { backup = { alone = true } } }]",
        &BCV.replace("[[profiles]]", mirrors),
        "ready-means-synchronized at 00:00:00.000 in step 1: a backup of IMSP DATA splits generation 1, which is not Synchronized",
    );
}

#[test]
fn a_setup_that_acts_in_spite_of_an_error_is_seen() {
    let edit = "steps = [
        { do = { edit = { sources = [{ unit = \"2000\", volser = \"IMS001\" }], generations = 1, targets = [{ generation = 1, source = \"2000\", target = \"2080\" }] } } },
        { do = { setup = {} } },
    ]";
    check(
        "commands-in-spite-of-errors",
        edit,
        BCV,
        "errors-touch-no-array at 00:00:00.000 in step 2: setup reports PS01E PS01:missing and has given the command establish",
    );
}

#[test]
fn a_backup_that_believes_what_was_refused_is_seen() {
    let fault = "faults = [{ what = { refuse = { code = \"injected\", pair = { generation = 1, nth = 1 } } }, when = { command = { kind = \"split\" } } }]";
    check(
        "records-what-was-refused",
        &format!("{BACK_UP}\n{fault}"),
        BCV,
        "valid-means-one-instant at 00:05:00.510 in step 2: the backup of IMSP DATA in generation 1 is called valid: the pair 000290100001/20/00 000290100001/20/80 was not copied",
    );
}

#[test]
fn a_backup_that_takes_its_time_is_seen() {
    check(
        "splits-one-by-one",
        BACK_UP,
        BCV,
        "valid-means-one-instant at 00:05:00.510 in step 2: the backup of IMSP DATA in generation 1 is called valid: its pairs were copied by 0 commands, not by one",
    );
}

#[test]
fn a_copy_the_wrong_way_round_is_seen() {
    check(
        "swaps-source-and-target",
        BACK_UP,
        FLASHCOPY,
        "no-source-is-a-target at 00:00:00.000 in step 2: 75ABC01/10/00, a source of IMSP DATA, is the target of a copy by IMSP DATA",
    );
}

#[test]
fn a_setup_that_starts_anew_is_seen() {
    check(
        "starts-anew",
        SET_UP,
        BCV,
        "setup-is-idempotent at 00:05:00.510 in step 1: setup of IMSP DATA run again gives 4 commands to arrays, the first a split",
    );
}

#[test]
fn findings_that_follow_the_order_of_lists_are_seen() {
    let steps = "steps = [{ do = { vary = { unit = \"2084\", status = \"online\" } } }, { do = { setup = {} } }]";
    check(
        "goes-by-the-order-of-lists",
        steps,
        BCV,
        "names-and-order-do-not-matter at 00:00:00.000 in step 2: listed in another order, PS06W PS06:online of unit:2084 is gone",
    );
}

#[test]
fn a_change_that_nobody_asked_for_is_seen() {
    check(
        "does-more-than-it-is-told",
        SET_UP,
        BCV,
        "every-change-is-explained at 00:00:00.000 in step 1: nobody is known to have caused this: 00:00:00.000 rate 000290100001: 1000 -> 12345 (a whim)",
    );
}

#[test]
fn a_backup_without_its_logs_is_seen() {
    let logs = "volumes = [
  { array = \"000290100001\", lss = \"20\", ua = \"10\", unit = \"2010\", volser = \"LOG001\", model = \"3390-9\" },";
    let sets = "data_sets = [
  { name = \"IMSP.DFSOLP00\", class = \"log\", catalog = \"UCAT.LOG\", ims = [\"IMSP\"], volumes = [\"LOG001\"] },";
    let catalogs = "catalogs = [{ name = \"UCAT.LOG\", kind = \"user\", volumes = [\"LOG001\"] }, ";
    let site = BCV
        .replace("volumes = [\n", &format!("{logs}\n"))
        .replace("data_sets = [\n", &format!("{sets}\n"))
        .replace("catalogs = [", catalogs)
        .replace("type = \"data\"", "type = \"full\"");
    check(
        "is-blind-to-logs",
        BACK_UP,
        &site,
        "valid-backups-restore at 00:10:01.020 in step 2: a full restore of IMSP DATA from generation 1: data-set-missing data-set:IMSP.DFSOLP00 (its part on unit:2010 was not brought back)",
    );
}

#[test]
fn a_record_that_counts_its_runs_is_seen() {
    check(
        "counts-its-runs",
        BACK_UP,
        BCV,
        "same-seed-same-bytes at 00:05:00.510 in step 2: told again, the story is another from turn 39 on",
    );
}

/// Our actors, but for what a restore does.
struct RestoresAs(fn(Box<dyn Machine>) -> Box<dyn Machine>);

impl Actors for RestoresAs {
    fn setup(&self, profile: &ProfileName, wait_ms: u64, ignoring: &[Reason]) -> Box<dyn Machine> {
        Ours.setup(profile, wait_ms, ignoring)
    }

    fn backup(&self, profile: &ProfileName, wait_ms: u64, ignoring: &[Reason]) -> Box<dyn Machine> {
        Ours.backup(profile, wait_ms, ignoring)
    }

    fn restore(&self, profile: &ProfileName, kind: RestoreKind, generation: u8, wait_ms: u64) -> Box<dyn Machine> {
        self.0(Ours.restore(profile, kind, generation, wait_ms))
    }
}

/// A restore of which the commands that `skips` names are never given, and taken as done.
struct Skips {
    restore: Box<dyn Machine>,
    skips: fn(&Command) -> bool,
}

impl Machine for Skips {
    fn next(&mut self, input: Input) -> Action {
        let mut action = self.restore.next(input);
        while let Action::Command(command) = &action
            && (self.skips)(command)
        {
            action = self.restore.next(Input::Reply(Reply::Done));
        }
        action
    }
}

/// A story in which others have done something that moved no data, and a restore that says that it is done.
#[track_caller]
fn check_restore(restores: fn(Box<dyn Machine>) -> Box<dyn Machine>, why: &str) {
    let story = "steps = [
        { do = { setup = {} } }, { do = { backup = { alone = true } } }, { do = { vary = { unit = \"2084\", status = \"online\" } } },
        { do = { restore = { kind = \"data\", generation = 1 } } },
    ]";
    let scenario = scenario(story, BCV);
    let actors = RestoresAs(restores);
    let mut invariants = Invariants::new(&actors);
    tell(&scenario, &actors, &mut [&mut invariants]).unwrap();
    let said: Vec<String> = invariants.violations().iter().map(ToString::to_string).collect();
    let wanted = |said: &String| said.contains("in step 4: the data restore of IMSP DATA") && said.contains(why);
    assert!(said.iter().any(wanted), "{said:#?}");
}

#[test]
fn a_restore_that_leaves_ims_writing_is_seen_whatever_others_have_done() {
    let restores = |restore| -> Box<dyn Machine> {
        Box::new(Skips { restore, skips: |command| matches!(command, Command::SuspendLogs { .. }) })
    };
    check_restore(restores, "wrong-image unit:2000 (IMS has written to it since it was copied back)");
}

#[test]
fn a_restore_that_copies_nothing_is_seen_whatever_others_have_done() {
    check_restore(|_| Box::new(Claims), "wrong-image unit:2000 (it was not brought back)");
}

/// Says that everything is back.
struct Claims;

impl Machine for Claims {
    fn next(&mut self, _: Input) -> Action {
        Action::Done(Verdict { return_code: 0, restore_scope: None, findings: Vec::new() })
    }
}

/// Tells the corpus story of this name, in which setup passes over a finding.
#[track_caller]
fn check_loss(name: &str, reasons: &[Reason], expected: &[(Loss, &str)]) {
    let (file, text) = FILES.iter().find(|(file, _)| file.strip_suffix(".toml") == Some(name)).unwrap();
    let Content::Scenario(scenario) = parse(file, (*text).to_owned(), Encoding::Toml).unwrap().content else { panic!("{file}") };
    let (mut inspector, mut invariants) = (Inspector::new(), Invariants::new(&Ours));
    let told = tell(&scenario, &Ours, &mut [&mut inspector, &mut invariants]);
    let mut told = told.unwrap_or_else(|error| panic!("{name}: {error}"));
    told.steps.last_mut().unwrap().losses = inspector.losses().to_vec();
    let losses: Vec<(Loss, String)> = inspector.losses().iter().map(|lost| (lost.loss, lost.subject.to_string())).collect();
    let expected: Vec<(Loss, String)> = expected.iter().map(|(loss, subject)| (*loss, (*subject).to_owned())).collect();
    assert_eq!(losses, expected, "{name}: {:#?}", told.steps);
    assert_eq!(invariants.violations(), &[], "{name}");
    for (step, told) in scenario.steps.iter().zip(&told.steps) {
        assert_eq!(expect::differences(step, told), Ok(vec![]), "{name}: {}", told.name);
    }
    // Without the wrong check there is no backup, or none that permits this restore.
    let profile = judge::profile(&scenario).unwrap();
    let verdict = judge::observe(&scenario.site).map(|seen| dasdlab_validator::check(&seen, &profile)).unwrap().unwrap();
    let found: BTreeSet<Reason> = verdict.findings.iter().map(|finding| finding.reason).collect();
    for reason in reasons {
        assert!(found.contains(reason), "{name}: {found:?}");
    }
    let severe = |finding: &&Finding| finding.severity == Severity::E || finding.rule() == Rule::PS04;
    let severe: BTreeSet<Reason> = verdict.findings.iter().filter(severe).map(|finding| finding.reason).collect();
    assert_eq!(severe, reasons.iter().copied().collect(), "{name}: that finding alone stands between the site and the loss");
}

#[test]
fn each_finding_passed_over_ends_in_the_loss_that_its_rule_prevents() {
    use Loss::{CatalogDangling, DataSetMissing, LogRolledBack, Overwritten, RecordRolledBack, UnloggedWrite};
    check_loss("loss-data-set-never-copied", &[Reason::Ps01Missing], &[(DataSetMissing, "data-set:IMSP.DB.STOCK")]);
    check_loss(
        "loss-database-without-its-log",
        &[Reason::Ps01Missing],
        &[(DataSetMissing, "data-set:IMSP.DB.STOCK"), (UnloggedWrite, "data-set:IMSP.DB.STOCK")],
    );
    check_loss("loss-log-never-copied", &[Reason::Ps02Missing], &[(DataSetMissing, "data-set:IMSP.DFSOLP01")]);
    check_loss("loss-catalog-points-nowhere", &[Reason::Ps03Missing], &[(CatalogDangling, "data-set:IMSP.DB.CUST")]);
    check_loss("loss-log-rolled-back-with-the-data", &[Reason::Ps04SharedVolume], &[(LogRolledBack, "data-set:IMSP.DFSOLP01")]);
    check_loss("loss-target-that-held-data", &[Reason::Ps06HoldsData], &[(Overwritten, "data-set:TEST.LEDGER")]);
    check_loss(
        "loss-target-that-is-another-profiles-source",
        &[Reason::Ps09SourceInOtherProfile],
        &[(Overwritten, "data-set:IMSQ.DB.PAYROLL"), (Overwritten, "catalog:UCAT.PAY")],
    );
    check_loss("loss-control-data-rolled-back", &[Reason::Ps10ControlData], &[(RecordRolledBack, "data-set:BACKUP.REPOSIT")]);
    check_loss("loss-bcv-that-mirrored-for-somebody-else", &[Reason::Ps13Established], &[(Overwritten, "unit:2080")]);
}

#[test]
fn every_invariant_has_somebody_who_breaks_it() {
    let broken: BTreeSet<u8> = WRONG.iter().map(|wrong| wrong.breaks).collect();
    assert_eq!(broken, INVARIANTS.iter().map(|invariant| invariant.number).collect());
}

#[test]
fn generated_stories_keep_every_invariant() {
    let many = option_env!("STORIES").and_then(|many| many.parse().ok()).unwrap_or(STORIES);
    let mut broken: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for index in 0..many {
        let token = Token::story(0, index);
        let scenario = generate(&token).unwrap().scenario;
        let mut invariants = Invariants::new(&Ours);
        tell(&scenario, &Ours, &mut [&mut invariants]).unwrap_or_else(|error| panic!("{token}: {error}"));
        for violation in invariants.violations() {
            broken.entry(violation.invariant.slug).or_default().push(format!("{token}: {violation}"));
        }
    }
    let shown: Vec<_> = broken.iter().map(|(slug, all)| (slug, all.len(), &all[..all.len().min(8)])).collect();
    assert!(broken.is_empty(), "{shown:#?}");
}
