//! What is measured: a site, and what is made of it.

use std::path::PathBuf;

use dasdlab_model::observation::Observation;
use dasdlab_model::read::{self, Content, Document, Encoding};
use dasdlab_model::site::Site;
use dasdlab_model::write::write;
use dasdlab_scenarios::generate::generate;
use dasdlab_scenarios::large::{self, LargeOptions};
use dasdlab_scenarios::token::Token;
use dasdlab_simulator::World;
use dasdlab_validator::rules::REGISTRY;
use dasdlab_validator::{Findings, Inventory};

use super::SCENARIOS;
use super::memory;
use super::turns::Work;
use crate::cli::{Problem, load};
use crate::judge::{observe, profile};

/// Faulty volumes of a generated site, in a million.
const FAULTY: u32 = 10_000;

/// Where the text of the site is.
#[derive(Debug, Clone)]
pub enum Text {
    /// In a file.
    File(PathBuf),
    /// Generated, with so many pairs.
    Generated {
        /// How many.
        pairs: u32,
        /// The site in TOML.
        text: String,
    },
}

impl Text {
    /// A generated site with so many pairs, one volume in a hundred faulty.
    ///
    /// # Errors
    /// A number of pairs that no site can have.
    pub fn generated(pairs: u32) -> Result<Self, Problem> {
        let site = large::site(&LargeOptions { faulty: FAULTY, seed: 1, ..LargeOptions::pairs(pairs) });
        let site = site.map_err(|message| Problem::usage(format!("{pairs} pairs: {message}")))?;
        let text = write(&Content::Site(Box::new(site)), Encoding::Toml).map_err(|error| Problem::fault(error.to_string()))?;
        Ok(Self::Generated { pairs, text })
    }

    /// What it is called.
    pub(super) fn name(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::Generated { pairs, .. } => format!("a generated site of {pairs} pairs, 1 % of its volumes faulty"),
        }
    }

    fn read(&self) -> Result<Document, Problem> {
        match self {
            Self::File(path) => load::document(path),
            Self::Generated { text, .. } => {
                read::parse("site.toml", text.clone(), Encoding::Toml).map_err(|error| load::problem(&error))
            }
        }
    }
}

/// A site, and what is made of it on the way to findings.
pub struct Subject {
    pub(super) text: Text,
    site: Site,
    seen: Observation,
    inventories: Vec<Inventory>,
    pub(super) findings: usize,
}

impl Subject {
    /// Loads the site; says how many bytes that took at the peak, beyond what the process had before, where the system says it.
    ///
    /// # Errors
    /// It cannot be read or is malformed.
    pub(super) fn new(text: Text) -> Result<(Self, Option<u64>), Problem> {
        let counts = memory::forget_peak();
        let before = memory::seen();
        let document = text.read()?;
        let seen = load::world(&document)?.observe();
        let site = document.site().clone();
        drop(document);
        let inventories = inventories(&seen);
        let after = memory::seen().filter(|_| counts);
        let memory = before.zip(after).map(|(before, after)| after.peak.saturating_sub(before.now));
        let findings = inventories.iter().map(|inventory| inventory.check().findings.len()).sum();
        let subject = Self { text, site, seen, inventories, findings };
        if subject.pairs() == 0 {
            return Err(Problem::usage("no profile of the site has a pair to measure"));
        }
        Ok((subject, memory))
    }

    /// Pairs of all its profiles.
    pub(super) fn pairs(&self) -> usize {
        self.inventories.iter().map(Inventory::pairs).sum()
    }

    /// Its volumes.
    pub(super) fn volumes(&self) -> usize {
        self.seen.volumes.len()
    }

    /// How many bytes a check reads of the columns of all profiles.
    pub(super) fn bytes_read(&self) -> usize {
        self.inventories.iter().map(Inventory::bytes_read).sum()
    }

    /// From the text to the inventories; and scenarios, which are made and checked one after the other.
    pub(super) fn loads(&self) -> Vec<Work<'_>> {
        vec![
            Work::new("read", || self.text.read().is_ok()),
            Work::new("observe", || World::boot(&self.site).map(|world| world.observe())),
            Work::new("inventory", || inventories(&self.seen)),
            Work::new("scenarios", || (0..SCENARIOS).filter_map(checked).count()),
        ]
    }

    /// The floor, the checks, and each rule alone.
    pub(super) fn checks(&self) -> Vec<Work<'_>> {
        let each = |visit: fn(&Inventory) -> usize| move || self.inventories.iter().map(visit).sum::<usize>();
        let mut works = vec![
            Work::new("floor", || self.inventories.iter().fold(0_u64, |sum, one| sum.wrapping_add(one.floor()))),
            Work::new("fused", each(|one| one.scan().len())),
            Work::new("check", each(|one| one.check().findings.len())),
        ];
        for rule in REGISTRY {
            works.push(Work::new(rule.rule.code(), || {
                let mut findings = Findings::default();
                self.inventories.iter().for_each(|one| rule.evaluate(one, &mut findings));
                findings
            }));
        }
        works
    }
}

fn inventories(seen: &Observation) -> Vec<Inventory> {
    seen.profiles.iter().filter_map(|profile| Inventory::new(seen, &profile.name)).collect()
}

/// Generates a setup and checks it; none where there is no such setup.
fn checked(index: u64) -> Option<usize> {
    let scenario = generate(&Token::new(1, index)).ok()?.scenario;
    let seen = observe(&scenario.site).ok()?;
    Some(dasdlab_validator::check(&seen, &profile(&scenario).ok()?)?.findings.len())
}
