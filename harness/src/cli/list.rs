//! `list`: everything that has a name.

use clap::{Args, ValueEnum};
use dasdlab_model::reasons::{Reason, Rule};
use dasdlab_model::schema;
use dasdlab_model::states::Method;
use dasdlab_model::transitions::{MirrorOrder, Refusal, RelationOrder};
use dasdlab_scenarios::defects::{self, Defect, Shows};
use dasdlab_scenarios::factors::{Factor, constraints};
use dasdlab_scenarios::matrix::Place;
use dasdlab_scenarios::stories::{self, Cell};
use serde::Serialize;

use super::{Context, Problem, transitions};
use crate::config::Config;
use crate::exit::Exit;
use crate::mutants;
use crate::story::invariants::INVARIANTS;
use crate::suite;

/// List rules, reasons, defects, scenarios, suites, transitions of copies, or the words of a site file
#[derive(Debug, Args)]
pub struct ListArgs {
    /// What to list
    #[arg(value_enum)]
    what: What,
    /// Of faults: every fault in every phase, for which profiles it is possible, and why it is not for others
    #[arg(long)]
    matrix: bool,
}

/// What can be listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum What {
    /// The rules of profile setup
    Rules,
    /// The reasons that findings give, rule by rule: severities and what they are about
    Reasons,
    /// The defects that `generate` and `run` plant
    Defects,
    /// Factors of setups and their values: coverage asks for pairs and triples of them
    Factors,
    /// Which values of factors never stand together, and why
    Constraints,
    /// What can go wrong in a story
    Faults,
    /// What a setup, a backup or a restore is about while it runs
    Phases,
    /// What fires a fault of a story
    Triggers,
    /// Where the faults of a matrix strike
    Places,
    /// What the steps of a story do
    Steps,
    /// What must hold in every story, after every step
    Invariants,
    /// Wrong validators on which a suite is measured
    Mutants,
    /// The hand-written scenarios that are built in
    Scenarios,
    /// The suites that are built in
    Suites,
    /// Presets of `run`, built in and of dasdlab.toml in this folder
    Presets,
    /// What a copy does when it is told to: every state and every order
    Transitions,
    /// What a mirror pair can be told
    MirrorOrders,
    /// What a FlashCopy relation can be told
    RelationOrders,
    /// Why a command is refused
    Refusals,
    /// How a system sees a unit
    Statuses,
    /// Volume models
    Models,
    /// Product lines of arrays
    Families,
    /// Licensed functions of arrays
    Features,
    /// Causes for which a volume cannot take part in FlashCopy
    Causes,
    /// States of FlashCopy relations
    RelationStates,
    /// States of mirror pairs
    MirrorStates,
    /// Roles in remote mirroring
    RemoteRoles,
    /// What a data set is to IMS
    Classes,
    /// Where a data set is kept
    Storages,
    /// Master and user catalogs
    CatalogKinds,
    /// Backup types
    Types,
    /// Backup methods
    Methods,
    /// Policy: how far apart pairs may be
    LssScopes,
    /// Policy: whose data sets count
    LogScopes,
    /// Policy: what a migrated data set means
    MigratedPolicies,
    /// Where a profile stands
    ProfileStates,
    /// Why setup is needed
    SetupReasons,
    /// What a backup permits to restore
    RestoreScopes,
}

impl What {
    /// The words of a file that are meant, by their name in the schema; none for what is no word of a file.
    fn words(self) -> Option<&'static str> {
        Some(match self {
            Self::Rules | Self::Reasons | Self::Defects | Self::Scenarios | Self::Suites | Self::Presets => return None,
            Self::Factors | Self::Constraints => return None,
            Self::Faults | Self::Triggers | Self::Places | Self::Steps | Self::Invariants | Self::Mutants => return None,
            Self::Phases => "Phase",
            Self::Transitions | Self::MirrorOrders | Self::RelationOrders | Self::Refusals => return None,
            Self::Statuses => "HostStatus",
            Self::Models => "Model",
            Self::Families => "Family",
            Self::Features => "Feature",
            Self::Causes => "Incapable",
            Self::RelationStates => "RelationState",
            Self::MirrorStates => "MirrorState",
            Self::RemoteRoles => "RemoteRole",
            Self::Classes => "DataSetClass",
            Self::Storages => "Storage",
            Self::CatalogKinds => "CatalogKind",
            Self::Types => "BackupType",
            Self::Methods => "Method",
            Self::LssScopes => "LssScope",
            Self::LogScopes => "LogScope",
            Self::MigratedPolicies => "MigratedPolicy",
            Self::ProfileStates => "ProfileState",
            Self::SetupReasons => "SetupReason",
            Self::RestoreScopes => "RestoreScope",
        })
    }
}

/// One line of a list.
#[derive(Debug, Serialize)]
struct Entry {
    name: String,
    description: String,
}

/// Prints the list.
///
/// # Errors
/// What is compiled in cannot be read: this program is at fault.
pub fn run(args: &ListArgs, ctx: &Context) -> Result<Exit, Problem> {
    if args.matrix && args.what != What::Faults {
        return Err(Problem::usage("`--matrix` is about faults").help("`dasdlab list faults --matrix`"));
    }
    if args.what == What::Transitions {
        let told = if ctx.is_json() {
            ctx.json(&transitions::tables(), Exit::Good)
        } else {
            ctx.result(&transitions::reference(), Exit::Good)
        };
        return Ok(told);
    }
    let entries = match (args.what, args.what.words()) {
        (_, Some(name)) => words(name),
        (What::Rules, _) => rules(),
        (What::Reasons, _) => reasons(),
        (What::Defects, _) => defects::all().map(defect).collect(),
        (What::Factors, _) => factors(),
        (What::Constraints, _) => constraints::rows().map(|(never, why)| entry(never, why)).collect(),
        (What::Faults, _) if args.matrix => stories::cells().map(cell).collect(),
        (What::Faults, _) => kinds("What"),
        (What::Triggers, _) => kinds("When"),
        (What::Steps, _) => kinds("Do"),
        (What::Places, _) => Place::ALL.iter().map(|place| entry(place.as_str(), place.describe())).collect(),
        (What::Invariants, _) => INVARIANTS.iter().map(|invariant| entry(invariant.slug, invariant.text)).collect(),
        (What::Mutants, _) => mutants::ALL.iter().map(|mutant| entry(mutant.slug, mutant.text)).collect(),
        (What::Scenarios, _) => scenarios()?,
        (What::Presets, _) => Config::read(None)?.presets().into_iter().map(|(name, about)| entry(name, about)).collect(),
        (What::MirrorOrders, _) => described(schema::words::<MirrorOrder>()),
        (What::RelationOrders, _) => described(schema::words::<RelationOrder>()),
        (What::Refusals, _) => described(schema::words::<Refusal>()),
        (_, None) => suite::BUILT_IN.iter().map(|suite| entry(suite.name, suite.description)).collect(),
    };
    if ctx.is_json() {
        return Ok(ctx.json(&entries, Exit::Good));
    }
    Ok(ctx.result(&table(&entries), Exit::Good))
}

fn entry(name: impl Into<String>, description: impl Into<String>) -> Entry {
    Entry { name: name.into(), description: description.into() }
}

fn rules() -> Vec<Entry> {
    Rule::ALL.iter().map(|rule| entry(rule.code(), rule.slug())).collect()
}

fn reasons() -> Vec<Entry> {
    let describe = |reason: &Reason| {
        let info = reason.info();
        let severities: String = info.severities.iter().map(|severity| severity.letter()).collect();
        entry(reason.to_string(), format!("{severities:<3}  {}", info.subjects.join(", ")))
    };
    Reason::ALL.iter().map(describe).collect()
}

fn defect(defect: &Defect) -> Entry {
    match defect.shows {
        Shows::Key(reason, Some(side)) => entry(defect.name, format!("causes {reason} on the {} side", side.as_str())),
        Shows::Key(reason, None) => entry(defect.name, format!("causes {reason}")),
        Shows::NearMiss(rule) => entry(defect.name, format!("a near miss of {rule}: causes nothing")),
    }
}

/// Every value of every factor; of defects, how many there are.
fn factors() -> Vec<Entry> {
    let words = |factor: Factor| {
        let describe = move |word: &str| factor.meaning(word).unwrap_or_else(|| factor.describe());
        factor.values().into_iter().map(move |word| entry(format!("{factor}={word}"), describe(word)))
    };
    let defects = entry(format!("{}=…", Factor::Defect), "what was planted, each defect by itself; none in a clean world");
    Factor::ALL.into_iter().filter(|&factor| factor != Factor::Defect).flat_map(words).chain([defects]).collect()
}

fn scenarios() -> Result<Vec<Entry>, Problem> {
    let corpus = suite::corpus()?;
    Ok(corpus.entries.into_iter().map(|known| entry(known.id, known.scenario.title)).collect())
}

/// For which profiles a fault in a phase is possible.
fn cell(cell: Cell) -> Entry {
    const MOST: u8 = 2;
    let least = |method| (1..=MOST).find(|&count| stories::possible(cell.word, cell.phase, method, count).is_ok());
    let methods = Method::ALL.iter().filter_map(|&method| match least(method)? {
        1 => Some(method.to_string()),
        count => Some(format!("{method} with {count} generations or more")),
    });
    let methods: Vec<String> = methods.collect();
    match cell.possible() {
        Ok(()) => entry(cell.to_string(), methods.join(", ")),
        Err(why) => entry(cell.to_string(), format!("impossible: {why}")),
    }
}

/// The kinds of a thing that is a table with one key, as the schema has them.
fn kinds(name: &str) -> Vec<Entry> {
    let schema = schema::scenario();
    let kinds = schema.pointer(&format!("/$defs/{name}/oneOf")).and_then(serde_json::Value::as_array);
    let describe = |kind: &serde_json::Value| {
        let name = kind.pointer("/required/0").and_then(serde_json::Value::as_str).unwrap_or_default();
        let text = kind.get("description").and_then(serde_json::Value::as_str).unwrap_or_default();
        entry(name, text.split_whitespace().collect::<Vec<_>>().join(" "))
    };
    kinds.into_iter().flatten().map(describe).collect()
}

fn described(words: Vec<(String, String)>) -> Vec<Entry> {
    words.into_iter().map(|(word, description)| entry(word, description)).collect()
}

/// The words of a kind with their descriptions, as the schema has them.
fn words(name: &str) -> Vec<Entry> {
    let schema = schema::scenario();
    let words = schema.pointer(&format!("/$defs/{name}/oneOf")).and_then(serde_json::Value::as_array);
    let field = |word: &serde_json::Value, key: &str| word.get(key).and_then(|text| text.as_str()).unwrap_or_default().to_owned();
    words.into_iter().flatten().map(|word| entry(field(word, "const"), field(word, "description"))).collect()
}

/// Two columns.
fn table(entries: &[Entry]) -> String {
    let width = entries.iter().map(|entry| entry.name.chars().count()).max().unwrap_or(0);
    let line = |entry: &Entry| format!("{:<width$}  {}", entry.name, entry.description).trim_end().to_owned() + "\n";
    entries.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_word_has_words_and_each_says_what_it_means() {
        for what in What::value_variants() {
            let Some(name) = what.words() else { continue };
            let words = words(name);
            assert!(!words.is_empty(), "{name}");
            assert!(words.iter().all(|word| !word.name.is_empty() && !word.description.is_empty()), "{words:?}");
        }
    }

    #[test]
    fn every_kind_of_fault_trigger_and_step_is_listed_under_its_own_word() {
        use dasdlab_model::story::{Do, What as Fault, When};
        let check = |name: &str, expected: &[&str]| {
            let kinds = kinds(name);
            assert_eq!(kinds.iter().map(|kind| kind.name.as_str()).collect::<Vec<_>>(), expected);
            assert!(kinds.iter().all(|kind| !kind.description.is_empty()), "{kinds:?}");
        };
        check("What", &Fault::WORDS);
        check("When", &When::WORDS);
        check("Do", &Do::WORDS);
    }
}
