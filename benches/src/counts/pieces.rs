//! The pieces of work that are counted by the gate.

use std::hint::black_box;
use std::rc::Rc;

use dasdlab_harness::judge::{Ours, judge, profile};
use dasdlab_harness::suite;
use dasdlab_import::{Asked, ColumnMap, Export, Input, Inputs};
use dasdlab_model::declare::Fault;
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::read::{Content, Document, Encoding, parse};
use dasdlab_model::reasons::Rule;
use dasdlab_model::run::InTurn;
use dasdlab_model::scenario::Scenario;
use dasdlab_model::site::Site;
use dasdlab_model::states::Method;
use dasdlab_model::tables::{Tables, pack, unpack};
use dasdlab_model::write::write;
use dasdlab_scenarios::generate::generate;
use dasdlab_scenarios::large::{self, LargeOptions};
use dasdlab_scenarios::token::Token;
use dasdlab_simulator::World;
use dasdlab_validator::rules::{REGISTRY, RuleEntry};
use dasdlab_validator::{Findings, Inventory};

use super::standing;

/// Pairs of the sites that the gate counts on: an array's worth.
pub const PAIRS: u32 = 65_280;

/// Pairs of the sites that are read and built: the work is the same for each volume, and is done under callgrind.
const LOADED: u32 = 8_192;

/// Faulty volumes in a million.
pub const FAULTY: u32 = 10_000;

/// Generated setups and stories of one piece.
const GENERATED: u64 = 32;

/// A hand-written setup and a hand-written story.
const SETUP: &str = "combination-coverage-shared-target-and-level";
const STORY: &str = "story-restore-run-again-after-an-abend-bcv";

/// A piece of work that is counted: what was needed for it is there already.
pub struct Piece {
    /// Its name.
    pub name: String,
    /// Whether it can be done again.
    pub repeats: bool,
    /// What is done.
    pub work: Box<dyn FnMut()>,
}

impl Piece {
    /// Work that can be repeated.
    pub fn new<T>(name: impl Into<String>, mut work: impl FnMut() -> T + 'static) -> Self {
        Self { name: name.into(), repeats: true, work: Box::new(move || drop(black_box(work()))) }
    }
}

/// A large site, each volume of which was copied before where the rule asks what is left of copies.
///
/// # Errors
/// Numbers that no site can have.
pub fn site(pairs: u32, faulty: u32, method: Method) -> Result<Site, String> {
    large::site(&LargeOptions { faulty, seed: 1, method, copied: method == Method::Bcv, ..LargeOptions::pairs(pairs) })
}

/// What can be seen of a site.
///
/// # Errors
/// A site that is malformed.
pub fn observe(site: &Site) -> Result<Observation, String> {
    let text = |faults: Vec<Fault>| faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    Ok(World::boot(site).map_err(text)?.observe())
}

/// The inventories of all profiles.
#[must_use]
pub fn inventories(seen: &Observation) -> Vec<Inventory> {
    let names: Vec<&ProfileName> = seen.profiles.iter().map(|profile| &profile.name).collect();
    names.into_iter().filter_map(|name| Inventory::new(seen, name)).collect()
}

/// The inventories of all profiles of tables, one after the other.
#[must_use]
pub fn tables_in(tables: &Tables) -> Vec<Inventory> {
    tables.few.profiles.iter().filter_map(|profile| Inventory::from_tables(tables, &profile.name)).collect()
}

/// A site as an installation exports it.
pub struct Csv {
    /// The table of volumes, that of pairs and that of data sets.
    pub texts: [String; 3],
    /// What is not in them.
    pub rest: Document,
}

impl Csv {
    /// The tables of what can be seen.
    ///
    /// # Errors
    /// What is not in them cannot be written or read.
    pub fn new(seen: &Observation) -> Result<Self, String> {
        let Export { volumes, pairs, data_sets, rest } = dasdlab_import::export(seen);
        let rest = write(&Content::Site(Box::new(rest)), Encoding::Toml).map_err(|error| error.to_string())?;
        let rest = parse("rest.toml", rest, Encoding::Toml).map_err(|error| error.to_string())?;
        Ok(Self { texts: [volumes, pairs, data_sets], rest })
    }

    /// Reads them on one thread.
    ///
    /// # Errors
    /// Something in them is malformed.
    pub fn read(&self) -> Result<Tables, String> {
        let [volumes, pairs, data_sets] = &self.texts;
        let inputs = Inputs {
            volumes: Input { file: "volumes.csv", bytes: volumes.as_bytes() },
            pairs: Input { file: "pairs.csv", bytes: pairs.as_bytes() },
            data_sets: Input { file: "data-sets.csv", bytes: data_sets.as_bytes() },
            map: &ColumnMap::default(),
            rest: Some(&self.rest),
            asked: &Asked::default(),
        };
        let loaded = dasdlab_import::load(&inputs, &InTurn);
        Ok(loaded.map_err(|errors| errors.first().map_or_else(String::new, ToString::to_string))?.tables)
    }
}

/// The method of the profiles on which a rule is counted: the rules of mirror pairs are asked of no other.
#[must_use]
pub fn method_of(rule: &RuleEntry) -> Method {
    rule.method.unwrap_or(match rule.rule {
        Rule::PS12 | Rule::PS13 => Method::Bcv,
        _ => Method::FlashCopy,
    })
}

/// Evaluates one rule.
pub fn evaluated<'a>(rule: &RuleEntry, inventories: &'a [Inventory]) -> Findings<'a> {
    let mut findings = Findings::default();
    inventories.iter().for_each(|inventory| rule.evaluate(inventory, &mut findings));
    findings
}

/// Every piece that the gate counts.
///
/// # Errors
/// A site, a scenario or a token that is not as it must be: a fault of this program.
pub fn gate() -> Result<Vec<Piece>, String> {
    let mut pieces = checks()?;
    pieces.extend(loads()?);
    pieces.extend(scenarios()?);
    pieces.extend(standing::pieces()?);
    Ok(pieces)
}

fn checks() -> Result<Vec<Piece>, String> {
    let built = |faulty, method| Ok::<_, String>(Rc::new(inventories(&observe(&site(PAIRS, faulty, method)?)?)));
    let clean = built(0, Method::FlashCopy)?;
    let faulty = built(FAULTY, Method::FlashCopy)?;
    let bcv = built(FAULTY, Method::Bcv)?;
    let mut pieces = Vec::new();
    for (share, inventories) in [("0%", &clean), ("1%", &faulty)] {
        let of = |inventories: &Rc<Vec<Inventory>>| Rc::clone(inventories);
        let (floor, fused, judged, check) = (of(inventories), of(inventories), of(inventories), of(inventories));
        let name = |what: &str| format!("{what}/{PAIRS}/{share}");
        pieces.push(Piece::new(name("floor"), move || floor.iter().fold(0_u64, |sum, one| sum.wrapping_add(one.floor()))));
        pieces.push(Piece::new(name("fused"), move || fused.iter().map(|one| one.scan().len()).sum::<usize>()));
        pieces.push(Piece::new(name("judged"), move || judged.iter().for_each(|one| drop(black_box(one.judge())))));
        pieces.push(Piece::new(name("check"), move || check.iter().map(Inventory::check).collect::<Vec<_>>()));
    }
    for &rule in REGISTRY {
        let inventories = Rc::clone(match method_of(rule) {
            Method::FlashCopy => &faulty,
            Method::Bcv => &bcv,
        });
        let name = format!("{}/{PAIRS}/1%", rule.rule.code());
        pieces.push(Piece::new(name, move || drop(black_box(evaluated(rule, &inventories)))));
    }
    Ok(pieces)
}

fn loads() -> Result<Vec<Piece>, String> {
    let site = site(LOADED, FAULTY, Method::FlashCopy)?;
    let text = write(&Content::Site(Box::new(site.clone())), Encoding::Toml).map_err(|error| error.to_string())?;
    let seen = observe(&site)?;
    let csv = Csv::new(&seen)?;
    let tables = Rc::new(Tables::new(seen.clone()));
    let packed = pack(&tables).map_err(|error| error.to_string())?;
    let name = |what: &str| format!("{what}/{LOADED}/1%");
    Ok(vec![
        Piece::new(name("import"), move || csv.read()),
        Piece::new(name("unpack"), move || unpack(&packed)),
        Piece::new(name("inventory of tables"), move || tables_in(&tables)),
        Piece::new(name("read"), move || parse("site.toml", text.clone(), Encoding::Toml)),
        Piece::new(name("observe"), move || observe(&site)),
        Piece::new(name("inventory"), move || inventories(&seen)),
    ])
}

fn scenarios() -> Result<Vec<Piece>, String> {
    let setup = entry(SETUP)?;
    let story = entry(STORY)?;
    let drawn =
        |token: fn(u64, u64) -> Token| move || (0..GENERATED).map(|at| generate(&token(1, at)).is_ok()).collect::<Vec<_>>();
    let profile = profile(&setup)?;
    let (checked, judged) = (setup.clone(), setup);
    Ok(vec![
        Piece::new(format!("setup checked/{SETUP}"), move || {
            let seen = observe(&checked.site)?;
            Ok::<_, String>(dasdlab_validator::check(&seen, &profile))
        }),
        Piece::new(format!("setup judged/{SETUP}"), move || judge(&judged, &Ours)),
        Piece::new(format!("story judged/{STORY}"), move || judge(&story, &Ours)),
        Piece::new(format!("generate/{GENERATED} setups"), drawn(Token::new)),
        Piece::new(format!("generate/{GENERATED} stories"), drawn(Token::story)),
    ])
}

/// A scenario of the hand-written suite that passes.
fn entry(name: &str) -> Result<Scenario, String> {
    let entry = suite::corpus_entry(name).map_err(|problem| format!("{name}: {}", problem.message))?;
    let scenario = entry.ok_or_else(|| format!("there is no corpus/{name}"))?.scenario;
    let outcome = judge(&scenario, &Ours).outcome;
    if outcome.passed() { Ok(scenario) } else { Err(format!("corpus/{name} does not pass: {outcome:?}")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_take_at_most_a_hundred_bytes_a_volume_with_its_pairs_and_data_sets() {
        /// The limit.
        const MOST: usize = 100;
        for method in [Method::FlashCopy, Method::Bcv] {
            let seen = observe(&site(LOADED, FAULTY, method).unwrap()).unwrap();
            let tables = Csv::new(&seen).unwrap().read().unwrap();
            assert_eq!(tables.volumes.len(), seen.volumes.len());
            let bytes = tables.bytes() / tables.volumes.len();
            assert!((40..=MOST).contains(&bytes), "{bytes} bytes a volume, {method}");
        }
    }
}
