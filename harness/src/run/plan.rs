//! What a run consists of: scenarios from files, setups and stories to generate, in a fixed order.

use dasdlab_model::reasons::Reason;
use dasdlab_model::scenario::Scenario;
use dasdlab_model::states::Method;
use dasdlab_scenarios::stories::Aim;
use dasdlab_scenarios::token::{Mode, Selector, Token};

use super::select::{Expr, Traits};
use crate::judge;
use crate::suite::Entry;

/// Scenarios to generate: 0 to `count` - 1 of a seed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Batch {
    /// The seed.
    pub seed: u64,
    /// How many.
    pub count: u64,
    /// Setups with planted defects or with arbitrary states, or stories.
    pub mode: Mode,
    /// Only setups with these defects.
    pub only: Option<Selector>,
    /// Only stories about this fault.
    pub aim: Option<Aim>,
    /// Only profiles of this method.
    pub method: Option<Method>,
}

impl Batch {
    /// The token of scenario `index`; none where what is asked for does not occur with the method.
    fn token(&self, index: u64) -> Option<Token> {
        match self.mode {
            Mode::Directed => Token::new(self.seed, index).restricted(self.only.clone(), self.method).ok(),
            Mode::Undirected => Some(Token::undirected(self.seed, index)),
            Mode::Story => Token::story(self.seed, index).aimed(self.aim, self.method).ok(),
        }
    }
}

/// What a run consists of.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// Names of what is run.
    pub suites: Vec<String>,
    /// Scenarios from files.
    pub entries: Vec<Entry>,
    /// Setups and stories to generate.
    pub batches: Vec<Batch>,
    /// Which of all these to run.
    pub filter: Filter,
}

/// Which scenarios to run.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Those that the expression selects.
    pub only: Option<Expr>,
    /// Those whose profile has this method.
    pub method: Option<Method>,
}

/// One piece of work.
#[derive(Debug, Clone)]
pub enum Item<'a> {
    /// A scenario from a file.
    File(&'a Entry),
    /// A setup to generate, together with its counterpart.
    Setup(Token),
    /// A story to generate.
    Story(Token),
}

impl Plan {
    /// How many pieces of work there are.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.batches.iter().fold(self.entries.len() as u64, |sum, batch| sum.saturating_add(batch.count))
    }

    /// Whether there is nothing to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// One piece of work; none past the end.
    #[must_use]
    pub fn item(&self, index: u64) -> Option<Item<'_>> {
        let mut index = index;
        if let Some(entry) = usize::try_from(index).ok().and_then(|at| self.entries.get(at)) {
            return Some(Item::File(entry));
        }
        index -= self.entries.len() as u64;
        for batch in &self.batches {
            if index < batch.count {
                let item = if batch.mode == Mode::Story { Item::Story } else { Item::Setup };
                return batch.token(index).map(item);
            }
            index -= batch.count;
        }
        None
    }
}

impl Filter {
    /// Whether a scenario is selected.
    #[must_use]
    pub fn selects(&self, id: &str, scenario: &Scenario) -> bool {
        if self.only.is_none() && self.method.is_none() {
            return true;
        }
        let profile = judge::profile(scenario).ok();
        let profile = profile.and_then(|name| scenario.site.profiles.iter().find(|profile| profile.name == name));
        // A scenario without a profile is at fault: it is run, so that somebody hears of it.
        let Some(profile) = profile else { return true };
        if self.method.is_some_and(|method| method != profile.method) {
            return false;
        }
        self.only.as_ref().is_none_or(|expr| {
            expr.selects(&Traits {
                id: id.to_owned(),
                reasons: if expr.asks_findings() { reasons(scenario) } else { Vec::new() },
                defects: scenario.defects.clone(),
                method: profile.method,
                backup_type: profile.backup_type,
                generations: profile.generations,
            })
        })
    }
}

/// The reasons that a scenario must give: as expected, or as the oracle says where nothing is expected.
fn reasons(scenario: &Scenario) -> Vec<Reason> {
    if let Some(expect) = &scenario.expect {
        return expect.findings.iter().filter_map(|finding| finding.parse().ok()).map(|(reason, _)| reason).collect();
    }
    let verdict = judge::profile(scenario).ok().and_then(|profile| {
        let declared = dasdlab_model::declare::declare(&scenario.site).ok()?;
        dasdlab_oracle::judge(&declared, &profile)
    });
    verdict.map(|verdict| verdict.findings.iter().map(|finding| finding.reason).collect()).unwrap_or_default()
}
