//! `--until covered`: what is generated next, so that it falls where the map of coverage is empty.
//!
//! Rounds follow one another; what a round asks for depends on the seed and on what everything before it has covered, and
//! on nothing else. Each scenario has a token by which it is made again alone.

use std::collections::BTreeMap;

use dasdlab_scenarios::factors::constraints;
use dasdlab_scenarios::factors::space::{FACTORS, Partial, Space};
use dasdlab_scenarios::factors::{Factor, NO_DEFECT};
use dasdlab_scenarios::steer::Wanted;
use dasdlab_scenarios::stories::Cell;
use dasdlab_scenarios::token::Token;

use super::event::Counted;
use crate::coverage::REQUIRED;
use crate::coverage::story::StoryKey;
use crate::coverage::tuples::TupleMap;

/// How many scenarios a round has at most.
const ROUND: usize = 500;

/// How often a tuple is aimed at before it is given up.
const TRIES: u8 = 4;

/// The place of the defect among the factors.
const DEFECT: usize = FACTORS - 1;

/// What was aimed at so far.
#[derive(Debug)]
pub struct Search {
    seed: u64,
    /// How many scenarios may still be generated.
    left: u64,
    given: u64,
    /// How often each triple was aimed at.
    triples: BTreeMap<usize, u8>,
    /// How often each key and each fault was.
    named: BTreeMap<String, u32>,
}

impl Search {
    /// A search by a seed for so many scenarios at most.
    #[must_use]
    pub const fn new(seed: u64, budget: u64) -> Self {
        Self { seed, left: budget, given: 0, triples: BTreeMap::new(), named: BTreeMap::new() }
    }

    /// What is generated next; empty when everything is covered, nothing more can be done, or the budget is used up.
    #[must_use]
    pub fn round(&mut self, map: &TupleMap, counted: &Counted) -> Vec<Token> {
        let room = usize::try_from(self.left).unwrap_or(ROUND).min(ROUND);
        let mut tokens = Vec::new();
        self.tuples(map, room, &mut tokens);
        self.keys(counted, room, &mut tokens);
        self.faults(counted, room, &mut tokens);
        self.left -= tokens.len() as u64;
        tokens
    }

    fn index(&mut self) -> u64 {
        self.given += 1;
        self.given - 1
    }

    /// One setup for each triple that is missing, filled up with values that cover as many others as it easily takes.
    fn tuples(&mut self, map: &TupleMap, room: usize, tokens: &mut Vec<Token>) {
        let space = Space::triples();
        let mut missing = vec![false; space.len()];
        let all: Vec<usize> = map.missing_triples().collect();
        all.iter().for_each(|&index| set(&mut missing, index, true));
        for index in all {
            let tries = self.triples.get(&index).copied().unwrap_or(0);
            if tokens.len() >= room || tries >= TRIES || missing.get(index) != Some(&true) {
                continue;
            }
            self.triples.insert(index, tries + 1);
            let Some(values) = filled(space.values(index), space, &missing) else { continue };
            let seed = self.seed;
            let Some(token) = aimed(seed, self.index(), &values) else { continue };
            space.of_partial(values).for_each(|index| set(&mut missing, index, false));
            tokens.push(token);
        }
    }

    /// Setups for keys that were seen too seldom.
    fn keys(&mut self, counted: &Counted, room: usize, tokens: &mut Vec<Token>) {
        for row in counted.coverage.rows() {
            let seen = row.present.min(row.absent);
            let name = row.key.reason.to_string();
            let tries = self.named.get(&name).copied().unwrap_or(0);
            let wanted = REQUIRED.saturating_sub(seen);
            if wanted == 0 || tries >= u32::from(TRIES) * REQUIRED {
                continue;
            }
            for _ in 0..wanted {
                let only = name.parse().ok();
                let token = Token::new(self.seed, self.index()).restricted(only, None);
                if tokens.len() < room {
                    tokens.extend(token);
                }
            }
            self.named.insert(name, tries + wanted);
        }
    }

    /// Stories about faults that none met in their phase, where stories are told at all.
    fn faults(&mut self, counted: &Counted, room: usize, tokens: &mut Vec<Token>) {
        if counted.unmet.is_empty() {
            return;
        }
        for key in counted.stories.misses() {
            let StoryKey::Fault(phase, word) = key else { continue };
            let aim = Cell { phase, word }.to_string();
            let tries = self.named.get(&aim).copied().unwrap_or(0);
            if tokens.len() >= room || tries >= u32::from(TRIES) {
                continue;
            }
            tokens.extend(Token::story(self.seed, self.index()).aimed(aim.parse().ok(), None));
            self.named.insert(aim, tries + 1);
        }
    }
}

fn set(flags: &mut [bool], index: usize, to: bool) {
    if let Some(flag) = flags.get_mut(index) {
        *flag = to;
    }
}

/// A value for every factor, these among them; none where no other goes with them.
fn filled(values: Partial, space: &Space, missing: &[bool]) -> Option<Partial> {
    let gain = |values: &Partial| space.of_partial(*values).filter(|&index| missing.get(index) == Some(&true)).count();
    let mut values = values;
    // The defect first: everything else depends on it.
    for factor in Factor::ALL.into_iter().rev() {
        let at = factor as usize;
        if values.get(at).copied().flatten().is_some() {
            continue;
        }
        let with = |code: usize| {
            let mut with = values;
            if let Some(value) = with.get_mut(at) {
                *value = Some(code);
            }
            with
        };
        let allowed = (0..factor.size()).map(with).filter(|values| constraints::why(values).is_none());
        values = if at == DEFECT {
            // One defect is as good as another for what asks for none.
            allowed.into_iter().next()?
        } else {
            allowed.max_by_key(|values| (gain(values), std::cmp::Reverse(*values)))?
        };
    }
    Some(values)
}

/// The setup with these values.
fn aimed(seed: u64, index: u64, values: &Partial) -> Option<Token> {
    let code = values.get(DEFECT).copied().flatten()?;
    let name = if code == 0 { NO_DEFECT } else { Factor::Defect.values().get(code).copied()? };
    let token = Token::new(seed, index).restricted(name.parse().ok(), None).ok()?;
    token.wanting(Wanted::of(values)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coverage::tuples::FactorsRow;
    use crate::results::totals::Totals;

    /// What would have to be generated if everything came out as it is asked for.
    fn tokens(budget: u64) -> Vec<Token> {
        let (mut search, mut map, mut all) = (Search::new(7, budget), TupleMap::default(), Vec::new());
        let counted = Totals::default().counted(true, 100);
        loop {
            let round = search.round(&map, &counted);
            if round.is_empty() {
                return all;
            }
            for token in &round {
                let defects = token.only().filter(|only| !only.is_none()).map(ToString::to_string);
                let wanted = token.wanted();
                if let Some(setting) = wanted.setting() {
                    map.add(all.len() as u64, &FactorsRow { setting, defects: defects.into_iter().collect() });
                }
                all.push(token.clone());
            }
        }
    }

    #[test]
    fn a_budget_is_kept_and_every_token_is_another_that_reads_back() {
        let all = tokens(1_200);
        assert_eq!(all.len(), 1_200);
        let texts: std::collections::BTreeSet<String> = all.iter().map(ToString::to_string).collect();
        assert_eq!(texts.len(), all.len());
        for token in all.iter().step_by(11) {
            assert_eq!(token.to_string().parse().as_ref(), Ok(token));
        }
        assert_eq!(tokens(1_200), all);
    }
}
