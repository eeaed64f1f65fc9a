//! Tokens: a line of text that generates a scenario again, anywhere.
//!
//! `g1-00000000deadbeef-42` is scenario 42 of seed deadbeef by version 1 of the generator; options follow after commas:
//! `g1-00000000deadbeef-42,only=PS06:too-small,method=bcv,without=0`. Stories have tokens of their own:
//! `s1-00000000deadbeef-42,fault=split:pair-failed,method=bcv`.

use std::fmt;
use std::str::FromStr;

use dasdlab_model::states::Method;

use crate::defects::{self, Defect};
use crate::factors::{FactorError, NO_DEFECT, constraints, defect_code};
use crate::rng::GENERATOR;
use crate::steer::Wanted;
use crate::stories::{self, Aim};

/// How a scenario is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Mode {
    /// A clean world with named defects, and the findings that they cause.
    #[default]
    Directed,
    /// Arbitrary states without an expectation.
    Undirected,
    /// A site that lives, with steps and faults, without an expectation.
    Story,
}

/// Names one generated scenario for ever.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Token {
    seed: u64,
    index: u64,
    mode: Mode,
    only: Option<Selector>,
    wanted: Wanted,
    without: Option<usize>,
    aim: Option<Aim>,
}

/// Which defects are asked for: a rule (`PS06`), a reason (`PS06:too-small`) or one defect (`PS06:too-small/half`),
/// or `none`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Selector(String);

/// A text that is no token, or a token that names nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// The text is not written as a token is.
    #[error("`{0}` is not a token such as g1-00000000deadbeef-42, or s1-00000000deadbeef-42 for a story")]
    Syntax(String),
    /// Another release made the token.
    #[error("`{token}` was made by version {found} of the generator: this release has version {known}")]
    Generator {
        /// The token.
        token: String,
        /// The version that it names.
        found: u32,
        /// The version of this release.
        known: u32,
    },
    /// A number that no token is written with, so that one scenario would have several tokens.
    #[error("`{0}` is not a number of a token: expected no leading zero")]
    LeadingZero(String),
    /// An option that is given twice.
    #[error("`{0}` is given twice: expected each option of a token at most once")]
    Twice(String),
    /// An option that tokens do not have.
    #[error(
        "`{0}` is not an option of a token: expected undirected, only=, method=, type=, generations=, topology=, status=, level= or without="
    )]
    Option(String),
    /// A story has other options.
    #[error("`{0}` is not an option of the token of a story: expected fault= or method=")]
    StoryOption(String),
    /// No fault or no phase has this name.
    #[error("{0}")]
    Aim(#[from] stories::AimError),
    /// The fault cannot meet the phase.
    #[error("{aim} is impossible{}: {why}", .method.map(|method| format!(" in a {method} profile")).unwrap_or_default())]
    Impossible {
        /// What was asked for.
        aim: Aim,
        /// The method that was asked for.
        method: Option<Method>,
        /// Why it cannot be.
        why: &'static str,
    },
    /// No defect has this name.
    #[error("there is no defect `{0}`: expected a rule, a reason or a defect such as PS06:too-small/one-cylinder")]
    Defect(String),
    /// The defects of this name do not occur with this method.
    #[error("`{defect}` cannot be planted in a {method} profile")]
    Method {
        /// The defects that were asked for.
        defect: String,
        /// The method that was asked for.
        method: Method,
    },
    /// A value of a factor that does not exist.
    #[error("{0}")]
    Factor(#[from] FactorError),
    /// The defects of this name do not occur in this setting.
    #[error("`{defect}` cannot be planted with {}", .wanted.trim_start_matches(','))]
    Setting {
        /// The defects that were asked for.
        defect: String,
        /// The setting that was asked for.
        wanted: String,
    },
    /// An undirected scenario has no planted defects to choose or leave out.
    #[error("an undirected scenario has no planted defects: `only`, `method` and `without` do not apply")]
    Undirected,
}

impl Token {
    /// Scenario `index` of this seed.
    #[must_use]
    pub fn new(seed: u64, index: u64) -> Self {
        Self { seed, index, mode: Mode::Directed, only: None, wanted: Wanted::default(), without: None, aim: None }
    }

    /// Undirected scenario `index` of this seed.
    #[must_use]
    pub fn undirected(seed: u64, index: u64) -> Self {
        Self { mode: Mode::Undirected, ..Self::new(seed, index) }
    }

    /// Story `index` of this seed.
    #[must_use]
    pub fn story(seed: u64, index: u64) -> Self {
        Self { mode: Mode::Story, ..Self::new(seed, index) }
    }

    /// The same story with a fault chosen that it is about, with a method chosen, or both.
    ///
    /// # Errors
    /// No such profile can meet the fault.
    pub fn aimed(self, aim: Option<Aim>, method: Option<Method>) -> Result<Self, TokenError> {
        let token = Self { aim, wanted: Wanted { method, ..self.wanted }, ..self };
        token.check()?;
        Ok(token)
    }

    /// The same with a defect chosen and nothing else planted, with a method chosen, or both.
    ///
    /// # Errors
    /// There is no such defect, or it does not occur with this method.
    pub fn restricted(self, only: Option<Selector>, method: Option<Method>) -> Result<Self, TokenError> {
        let token = Self { only, wanted: Wanted { method, ..self.wanted }, ..self };
        token.check()?;
        Ok(token)
    }

    /// The same in a setting that is asked for, as far as it can be had.
    ///
    /// # Errors
    /// It cannot be with what else is asked for.
    pub fn wanting(self, wanted: Wanted) -> Result<Self, TokenError> {
        let token = Self { wanted, ..self };
        token.check()?;
        Ok(token)
    }

    /// The same scenario with the `ordinal`th of its defects left out.
    #[must_use]
    pub fn without(self, ordinal: usize) -> Self {
        Self { without: Some(ordinal), ..self }
    }

    fn check(&self) -> Result<(), TokenError> {
        if let Some(aim) = self.aim {
            aim.possible(self.wanted.method).map_err(|why| TokenError::Impossible { aim, method: self.wanted.method, why })?;
        }
        if self.mode == Mode::Undirected && (self.only.is_some() || !self.wanted.is_any() || self.without.is_some()) {
            return Err(TokenError::Undirected);
        }
        if let Some(only) = &self.only {
            let matching = only.matching();
            if matching.is_empty() && !only.is_none() {
                return Err(TokenError::Defect(only.0.clone()));
            }
            if let Some(method) = self.wanted.method
                && !only.is_none()
                && !matching.iter().any(|defect| defect.needs.allows(method))
            {
                return Err(TokenError::Method { defect: only.0.clone(), method });
            }
        }
        // Where several defects are meant, one of them may do.
        let mut codes = self.only.as_ref().map(Selector::codes).unwrap_or_default();
        codes.retain(|&code| constraints::why(&self.wanted.values(code)).is_none());
        if self.only.is_some() && codes.is_empty() {
            let only = self.only.as_ref().map(ToString::to_string).unwrap_or_default();
            return Err(TokenError::Setting { defect: only, wanted: self.wanted.to_string() });
        }
        Ok(())
    }

    /// The seed.
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// Which scenario of the seed.
    #[must_use]
    pub fn index(&self) -> u64 {
        self.index
    }

    /// Whether defects are planted in a clean world, or states are mixed.
    #[must_use]
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// The fault that a story is about, where one was asked for.
    #[must_use]
    pub fn aim(&self) -> Option<Aim> {
        self.aim
    }

    /// The defects that were asked for.
    #[must_use]
    pub fn only(&self) -> Option<&Selector> {
        self.only.as_ref()
    }

    /// The method that was asked for.
    #[must_use]
    pub fn method(&self) -> Option<Method> {
        self.wanted.method
    }

    /// The setting that was asked for.
    #[must_use]
    pub fn wanted(&self) -> Wanted {
        self.wanted
    }

    /// The ordinal of the defect that is left out.
    #[must_use]
    pub fn left_out(&self) -> Option<usize> {
        self.without
    }
}

impl Selector {
    /// Every defect that it names, in the order of the table.
    #[must_use]
    pub fn matching(&self) -> Vec<&'static Defect> {
        defects::all().filter(|defect| self.selects(defect.name)).collect()
    }

    /// Whether nothing is to be planted.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.0 == NO_DEFECT
    }

    /// Every value of the factor defect that it names; none for a defect that is not counted.
    fn codes(&self) -> Vec<Option<usize>> {
        if self.is_none() {
            return vec![Some(0)];
        }
        self.matching().iter().map(|defect| defect_code(defect.name)).collect()
    }

    fn selects(&self, name: &str) -> bool {
        name.strip_prefix(self.0.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/']))
    }
}

impl FromStr for Selector {
    type Err = TokenError;

    fn from_str(text: &str) -> Result<Self, TokenError> {
        let selector = Self(text.to_owned());
        if selector.matching().is_empty() && !selector.is_none() {
            Err(TokenError::Defect(text.to_owned()))
        } else {
            Ok(selector)
        }
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (letter, version) = if self.mode == Mode::Story { ('s', stories::VERSION) } else { ('g', GENERATOR) };
        write!(f, "{letter}{version}-{:016x}-{}", self.seed, self.index)?;
        if self.mode == Mode::Undirected {
            f.write_str(",undirected")?;
        }
        if let Some(only) = &self.only {
            write!(f, ",only={only}")?;
        }
        if let Some(aim) = self.aim {
            write!(f, ",fault={aim}")?;
        }
        write!(f, "{}", self.wanted)?;
        if let Some(without) = self.without {
            write!(f, ",without={without}")?;
        }
        Ok(())
    }
}

impl FromStr for Token {
    type Err = TokenError;

    fn from_str(text: &str) -> Result<Self, TokenError> {
        let shown: String = text.chars().take(100).collect();
        let syntax = || TokenError::Syntax(shown.clone());
        let mut parts = text.split(',');
        let mut head = parts.next().unwrap_or_default().splitn(3, '-');
        let (Some(version), Some(seed), Some(index)) = (head.next(), head.next(), head.next()) else {
            return Err(syntax());
        };
        let (version, known, mode) = match version.strip_prefix('s') {
            Some(version) => (version, stories::VERSION, Mode::Story),
            None => (version.strip_prefix('g').ok_or_else(syntax)?, GENERATOR, Mode::Directed),
        };
        let version: u32 = decimal(version, syntax)?;
        if version != known {
            return Err(TokenError::Generator { token: shown, found: version, known });
        }
        if seed.len() != 16 || !seed.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(syntax());
        }
        let seed = u64::from_str_radix(seed, 16).map_err(|_| syntax())?;
        let mut token = Self { mode, ..Self::new(seed, decimal(index, syntax)?) };
        let mut seen: Vec<&str> = Vec::new();
        for part in parts {
            let name = part.split('=').next().unwrap_or(part);
            if seen.contains(&name) {
                return Err(TokenError::Twice(part.split_inclusive('=').next().unwrap_or(part).to_owned()));
            }
            seen.push(name);
            let story = mode == Mode::Story;
            let option = || if story { TokenError::StoryOption(part.to_owned()) } else { TokenError::Option(part.to_owned()) };
            match part.split_once('=') {
                Some(("fault", aim)) if story => token.aim = Some(aim.parse()?),
                Some(("method", name)) => token.wanted.method = Some(name.parse().map_err(|_| option())?),
                _ if story => return Err(option()),
                None if part == "undirected" => token.mode = Mode::Undirected,
                Some(("only", name)) => token.only = Some(name.parse()?),
                Some(("type", name)) => token.wanted.backup_type = Some(name.parse().map_err(|_| option())?),
                Some(("generations", name)) => token.wanted.generations = Some(name.parse()?),
                Some(("topology", name)) => token.wanted.topology = Some(name.parse()?),
                Some(("status", name)) => token.wanted.status = Some(name.parse()?),
                Some(("level", name)) => token.wanted.level = Some(name.parse()?),
                Some(("without", ordinal)) => token.without = Some(decimal(ordinal, option)?),
                _ => return Err(option()),
            }
        }
        token.check()?;
        Ok(token)
    }
}

/// A number in decimal digits and nothing else, as it is written in the token of a scenario.
fn decimal<T: FromStr>(text: &str, other: impl FnOnce() -> TokenError) -> Result<T, TokenError> {
    match text.parse() {
        Ok(number) if text.bytes().all(|byte| byte.is_ascii_digit()) => {
            if text.len() > 1 && text.starts_with('0') {
                Err(TokenError::LeadingZero(text.to_owned()))
            } else {
                Ok(number)
            }
        }
        _ => Err(other()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str) {
        let token: Token = text.parse().unwrap();
        assert_eq!(token.to_string(), text);
    }

    #[test]
    fn a_token_reads_back_what_it_wrote() {
        for text in [
            "g1-00000000deadbeef-42",
            "g1-ffffffffffffffff-18446744073709551615",
            "g1-0000000000000000-7,undirected",
            "g1-0000000000000000-7,only=PS08:different-lss,without=0",
            "g1-0000000000000000-7,only=PS08,method=flashcopy",
            "g1-0000000000000000-7,method=bcv",
            "s1-00000000deadbeef-42",
            "s1-0000000000000000-7,fault=pair-failed",
            "s1-0000000000000000-7,fault=split:pair-failed,method=bcv",
        ] {
            check(text);
        }
    }

    #[track_caller]
    fn check_refused(text: &str, message: &str) {
        let error = text.parse::<Token>().unwrap_err().to_string();
        assert!(error.contains(message), "{text}: {error}");
    }

    #[test]
    fn what_is_no_token_is_refused_with_the_cause() {
        for text in ["", "42", "g1-deadbeef-1", "g1-00000000deadbeef-", "g1-00000000deadbeef--1", "x1-00000000deadbeef-1"] {
            check_refused(text, "is not a token");
        }
        check_refused("g2-00000000deadbeef-1", "made by version 2 of the generator");
        check_refused("s2-00000000deadbeef-1", "made by version 2 of the generator");
        check_refused("s1-00000000deadbeef-1,undirected", "is not an option of the token of a story");
        check_refused("s1-00000000deadbeef-1,only=PS08", "is not an option of the token of a story");
        check_refused("g1-00000000deadbeef-1,fault=vary", "is not an option of a token");
        check_refused("s1-00000000deadbeef-1,fault=varry", "there is no fault `varry`");
        check_refused("s1-00000000deadbeef-1,fault=splot:vary", "there is no phase `splot`");
        check_refused("s1-00000000deadbeef-1,fault=check:lose", "impossible: no command is given in this phase");
        check_refused("s1-00000000deadbeef-1,fault=split:vary,method=flashcopy", "impossible in a flashcopy profile");
        check_refused("g1-00000000deadbeef-1,fast", "is not an option");
        check_refused("g1-00000000deadbeef-1,only=PS99:never", "there is no defect");
        check_refused("g1-00000000deadbeef-1,only=PS08,method=bcv", "cannot be planted in a bcv profile");
        check_refused("g1-00000000deadbeef-1,undirected,without=0", "no planted defects");
        check_refused("g1-00000000deadbeef-1,without=x", "is not an option");
        check_refused("g1-00000000deadbeef-1,without=", "is not an option");
    }

    #[test]
    fn one_scenario_has_one_token() {
        check_refused("g01-00000000deadbeef-1", "`01` is not a number of a token: expected no leading zero");
        check_refused("g1-00000000deadbeef-00001", "`00001` is not a number");
        check_refused("g1-00000000deadbeef-1,without=00", "`00` is not a number");
        check_refused("g1-00000000deadbeef-1,only=PS08,only=PS06", "`only=` is given twice");
        check_refused("g1-00000000deadbeef-1,method=bcv,method=bcv", "`method=` is given twice");
        check_refused("g1-00000000deadbeef-1,without=0,method=bcv,without=1", "`without=` is given twice");
        check_refused("g1-00000000deadbeef-1,undirected,undirected", "`undirected` is given twice");
    }
}
