//! What a run consists of: scenarios from files, setups and stories to generate, in a fixed order.

use dasdlab_model::reasons::Reason;
use dasdlab_model::scenario::Scenario;
use dasdlab_model::states::Method;
use dasdlab_scenarios::stories::Aim;
use dasdlab_scenarios::token::{Mode, Selector, Token};

use super::digest::{Hash, Hasher};
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

    /// Whether it makes this scenario, or one that this is again without a defect.
    fn makes(&self, token: &Token) -> bool {
        let own = Some(token.index()).filter(|&index| index < self.count).and_then(|index| self.token(index));
        own.is_some_and(|own| match token.left_out() {
            Some(ordinal) => own.without(ordinal) == *token,
            None => own == *token,
        })
    }

    /// Whether it makes scenarios whose ids may begin so.
    fn may_begin(&self, text: &str) -> bool {
        let Some(first) = Some(0).filter(|&first| first < self.count).and_then(|first| self.token(first)) else { return false };
        let first = first.to_string();
        // What all of its ids have in common: version and seed.
        let common = first.match_indices('-').nth(1).map_or(first.as_str(), |(at, _)| first.get(..=at).unwrap_or(&first));
        let Some(rest) = text.strip_prefix(common) else { return common.starts_with(text) };
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let (index, options) = rest.split_at(digits);
        if rest.is_empty() {
            return true;
        }
        // Of all numbers that begin with some digits, these digits alone are the lowest.
        let own = index.parse().ok().filter(|&index| index < self.count).and_then(|index| self.token(index));
        own.is_some_and(|own| {
            let own = own.to_string();
            options.is_empty() || own.starts_with(text) || text.starts_with(&own)
        })
    }
}

/// Whether a text is written as tokens are, whoever has made it.
fn is_like_a_token(text: &str) -> bool {
    let mut parts = text.splitn(3, '-');
    let version = parts.next().and_then(|version| version.strip_prefix(['g', 's']));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_seed = |text: &str| text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    version.is_some_and(is_number) && parts.next().is_some_and(is_seed)
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
    /// Setups and stories to generate that are named one by one.
    pub tokens: Vec<Token>,
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
    /// Not those that the expression selects.
    pub skip: Option<Expr>,
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

impl Item<'_> {
    /// What a token names.
    #[must_use]
    pub fn of(token: Token) -> Self {
        if token.mode() == Mode::Story { Self::Story(token) } else { Self::Setup(token) }
    }
}

impl Plan {
    /// How many pieces of work there are.
    #[must_use]
    pub fn len(&self) -> u64 {
        let named = (self.entries.len() + self.tokens.len()) as u64;
        self.batches.iter().fold(named, |sum, batch| sum.saturating_add(batch.count))
    }

    /// Whether there is nothing to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The digest of everything that decides what is judged: each scenario of a file, what is generated by which version of
    /// the generators, and what is selected.
    #[must_use]
    pub fn digest(&self) -> Hash {
        let mut hasher = Hasher::default();
        let mut part = |text: &str| {
            hasher.write(text.as_bytes());
            hasher.write(&[0]);
        };
        for entry in &self.entries {
            part(&entry.id);
            // A scenario is plain data and can be written.
            part(&serde_json::to_string(&entry.scenario).unwrap_or_default());
        }
        for batch in &self.batches {
            // A token names the version of its generator.
            let tokens = [Token::new(0, 0), Token::undirected(0, 0), Token::story(0, 0)].map(|token| token.to_string());
            part(&format!("{tokens:?} {batch:?}"));
        }
        self.tokens.iter().for_each(|token| part(&token.to_string()));
        part(&format!("{:?}", self.filter));
        Hash(hasher.finish())
    }

    /// Whether a scenario of this id, in which `*` stands for any characters, would have to be in the plan: it is named as
    /// those of a suite or a seed that is run. What is told by the id of another suite or seed is not looked for.
    #[must_use]
    pub fn could_hold(&self, id: &str) -> bool {
        let (begins, any) = id.split_once('*').map_or((id, false), |(begins, _)| (begins, true));
        let of_suite = |suite: &String| {
            let own = format!("{suite}/");
            begins.starts_with(&own) || (any && own.starts_with(begins))
        };
        if self.suites.iter().any(of_suite) {
            return true;
        }
        if any {
            return self.batches.iter().any(|batch| batch.may_begin(begins));
        }
        match id.parse::<Token>() {
            Ok(token) => self.batches.iter().any(|batch| batch.makes(&token)),
            // No release makes it, or not this one.
            Err(_) => is_like_a_token(id),
        }
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
                return batch.token(index).map(Item::of);
            }
            index -= batch.count;
        }
        usize::try_from(index).ok().and_then(|at| self.tokens.get(at)).cloned().map(Item::of)
    }
}

/// Whether a scenario is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// It is judged.
    Yes,
    /// It is left out by name.
    Skip,
    /// It does not fit.
    No,
}

impl Filter {
    /// Whether a scenario is asked for.
    #[must_use]
    pub fn asked(&self, id: &str, scenario: &Scenario) -> Asked {
        if self.only.is_none() && self.method.is_none() && self.skip.is_none() {
            return Asked::Yes;
        }
        let profile = judge::profile(scenario).ok();
        let profile = profile.and_then(|name| scenario.site.profiles.iter().find(|profile| profile.name == name));
        // A scenario without a profile is at fault: it is run, so that somebody hears of it.
        let Some(profile) = profile else { return Asked::Yes };
        if self.method.is_some_and(|method| method != profile.method) {
            return Asked::No;
        }
        let asks_findings = [&self.only, &self.skip].into_iter().flatten().any(Expr::asks_findings);
        let traits = Traits {
            id: id.to_owned(),
            reasons: if asks_findings { reasons(scenario) } else { Vec::new() },
            defects: scenario.defects.clone(),
            method: profile.method,
            backup_type: profile.backup_type,
            generations: profile.generations,
        };
        if self.only.as_ref().is_some_and(|only| !only.selects(&traits)) {
            return Asked::No;
        }
        if self.skip.as_ref().is_some_and(|skip| skip.selects(&traits)) { Asked::Skip } else { Asked::Yes }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn plan() -> Plan {
        let defect = Some("PS05:boxed".parse().unwrap());
        Plan {
            suites: vec!["corpus".to_owned(), "50 setups of seed 0".to_owned(), "my/case.toml".to_owned()],
            batches: vec![
                Batch { count: 50, ..Batch::default() },
                Batch { seed: 1, count: 5, mode: Mode::Story, ..Batch::default() },
                Batch { seed: 2, count: 5, only: defect, ..Batch::default() },
                Batch { seed: 3, ..Batch::default() },
            ],
            ..Plan::default()
        }
    }

    #[track_caller]
    fn check(id: &str, could_hold: bool) {
        assert_eq!(plan().could_hold(id), could_hold, "{id}");
    }

    #[test]
    fn what_is_of_another_suite_or_seed_is_not_looked_for() {
        check("corpus/no-such-scenario", true);
        check("ours/no-such-scenario", false);
        check("my/other.toml", false);
        check("g1-0000000000000000-49", true);
        check("g1-0000000000000000-49,without=1", true);
        check("g1-0000000000000000-50", false);
        check("g1-0000000000000000-49,method=bcv", false);
        check("g1-0000000000000001-4", false);
        check("s1-0000000000000001-4", true);
        check("s1-0000000000000001-5", false);
        check("g1-0000000000000002-4,only=PS05:boxed", true);
        check("g1-0000000000000002-4", false);
        check("g1-0000000000000003-0", false);
    }

    #[test]
    fn what_no_release_makes_any_more_is_looked_for_in_vain() {
        check("g0-0000000000000000-49", true);
        check("g1-0000000000000000-049", true);
        check("g1-0000000000000000-1,only=PS99", true);
        check("g0-case-1", false);
    }

    #[test]
    fn a_pattern_is_looked_for_where_something_may_begin_like_it() {
        check("*", true);
        check("corp*", true);
        check("corpus/bcv-*", true);
        check("corpse*", false);
        check("g1-*", true);
        check("g1-0000000000000000-*", true);
        check("g1-0000000000000000-4*", true);
        check("g1-0000000000000000-49,*", true);
        check("g1-0000000000000000-51*", false);
        check("g1-0000000000000000-x*", false);
        check("g1-0000000000000003-*", false);
        check("s1-0000000000000000-*", false);
    }
}
