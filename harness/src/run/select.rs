//! `--only`: which scenarios to run, as an expression such as `rule=PS08 & method=flashcopy`.
//!
//! A comparison asks for one thing that a scenario has; `!=` asks that it has no such thing. `&` binds closer than `|`,
//! parentheses group. Names that do not exist are refused, so that a slip does not select nothing.

use std::fmt;

use dasdlab_model::reasons::{Reason, Rule};
use dasdlab_model::states::{BackupType, Method};

/// The most parentheses inside each other.
const MAX_DEPTH: usize = 32;

/// The most characters of an expression.
const MAX_LENGTH: usize = 4_096;

/// What an expression can ask of a scenario.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Traits {
    /// The scenario's id.
    pub id: String,
    /// Reasons of the findings that it must give.
    pub reasons: Vec<Reason>,
    /// Defects that were planted in it.
    pub defects: Vec<String>,
    /// Method of its profile.
    pub method: Method,
    /// Type of its profile.
    pub backup_type: BackupType,
    /// Generations of its profile.
    pub generations: u8,
}

/// An expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expr {
    /// Both hold.
    And(Box<Self>, Box<Self>),
    /// One of both holds, or both.
    Or(Box<Self>, Box<Self>),
    /// The scenario has it, or has not.
    Has(Ask, bool),
}

/// One thing to ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// A finding of this rule, or a planted defect of it.
    Rule(Rule),
    /// A finding with one of these reasons.
    Reason(Vec<Reason>),
    /// This planted defect, or one of this rule or reason.
    Defect(String),
    /// This method.
    Method(Method),
    /// This type.
    Type(BackupType),
    /// So many generations.
    Generations(u8),
    /// This id; `*` stands for any characters.
    Id(String),
}

/// An expression that cannot be read, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SelectError {
    /// Character at fault, from 0.
    pub at: usize,
    /// How many characters are at fault.
    pub width: usize,
    /// What is wrong and what was expected.
    pub message: String,
}

impl fmt::Display for SelectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at character {}: {}", self.at + 1, self.message)
    }
}

impl std::error::Error for SelectError {}

impl Expr {
    /// Reads an expression; `defects` are the names of defects that exist.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn parse(text: &str, defects: &[&str]) -> Result<Self, SelectError> {
        let length = text.chars().count();
        if length > MAX_LENGTH {
            let message = format!("the expression is longer than {MAX_LENGTH} characters");
            return Err(SelectError { at: MAX_LENGTH, width: 1, message });
        }
        let mut parser = Parser { tokens: tokens(text)?, at: 0, end: length, defects, depth: 0 };
        let expr = parser.or()?;
        match parser.peek() {
            None => Ok(expr),
            Some(token) => Err(token.error("expected `&`, `|` or the end")),
        }
    }

    /// Whether a scenario is selected.
    #[must_use]
    pub fn selects(&self, traits: &Traits) -> bool {
        match self {
            Self::And(first, second) => first.selects(traits) && second.selects(traits),
            Self::Or(first, second) => first.selects(traits) || second.selects(traits),
            Self::Has(ask, wanted) => ask.holds(traits) == *wanted,
        }
    }

    /// Whether it asks about findings, which must then be known.
    #[must_use]
    pub fn asks_findings(&self) -> bool {
        match self {
            Self::And(first, second) | Self::Or(first, second) => first.asks_findings() || second.asks_findings(),
            Self::Has(ask, _) => matches!(ask, Ask::Rule(_) | Ask::Reason(_)),
        }
    }
}

impl Ask {
    fn holds(&self, traits: &Traits) -> bool {
        match self {
            Self::Rule(rule) => {
                let planted = |name: &String| name.split(':').next() == Some(rule.code());
                traits.reasons.iter().any(|reason| reason.rule() == *rule) || traits.defects.iter().any(planted)
            }
            Self::Reason(reasons) => traits.reasons.iter().any(|reason| reasons.contains(reason)),
            Self::Defect(wanted) => traits.defects.iter().any(|name| is_defect(name, wanted)),
            Self::Method(method) => traits.method == *method,
            Self::Type(backup_type) => traits.backup_type == *backup_type,
            Self::Generations(generations) => traits.generations == *generations,
            Self::Id(pattern) => glob(pattern, &traits.id),
        }
    }
}

/// Whether a defect is the one wanted or one of those wanted: `PS06` and `PS06:too-small` mean
/// `PS06:too-small/one-cylinder` too.
#[must_use]
pub fn is_defect(name: &str, wanted: &str) -> bool {
    name.strip_prefix(wanted).is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/']))
}

/// Whether a text fits a pattern in which `*` stands for any characters.
pub(crate) fn glob(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        let Some((_, after)) = rest.split_once(part) else { return false };
        rest = after;
    }
    rest.ends_with(last)
}

/// A word or a sign, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Token {
    text: String,
    at: usize,
    sign: bool,
    width: usize,
}

impl Token {
    fn error(&self, message: impl Into<String>) -> SelectError {
        SelectError { at: self.at, width: self.width, message: message.into() }
    }

    fn is(&self, sign: &str) -> bool {
        self.sign && self.text == sign
    }
}

fn tokens(text: &str) -> Result<Vec<Token>, SelectError> {
    let chars: Vec<char> = text.chars().collect();
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(&first) = chars.get(at) {
        let rest = || chars.iter().skip(at).copied();
        if first.is_whitespace() {
            at += 1;
            continue;
        }
        let token = match first {
            '!' if rest().nth(1) == Some('=') => Token { text: "!=".to_owned(), at, sign: true, width: 2 },
            '=' | '&' | '|' | '(' | ')' => Token { text: first.to_string(), at, sign: true, width: 1 },
            '"' => {
                let value: String = rest().skip(1).take_while(|&c| c != '"').collect();
                let width = value.chars().count() + 2;
                if chars.get(at + width - 1) != Some(&'"') {
                    return Err(SelectError { at, width: width - 1, message: "the quotation has no end".to_owned() });
                }
                Token { text: value, at, sign: false, width }
            }
            _ => {
                let word: String = rest().take_while(|&c| !c.is_whitespace() && !"=&|()!\"".contains(c)).collect();
                if word.is_empty() {
                    return Err(SelectError { at, width: 1, message: format!("`{first}` alone means nothing: expected `!=`") });
                }
                Token { width: word.chars().count(), text: word, at, sign: false }
            }
        };
        at += token.width;
        out.push(token);
    }
    Ok(out)
}

struct Parser<'a> {
    tokens: Vec<Token>,
    at: usize,
    end: usize,
    defects: &'a [&'a str],
    depth: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn take(&mut self, expected: &str) -> Result<Token, SelectError> {
        let end = SelectError { at: self.end, width: 1, message: format!("the expression ends here: expected {expected}") };
        let token = self.peek().cloned().ok_or(end)?;
        self.at += 1;
        Ok(token)
    }

    fn sign(&mut self, sign: &str) -> bool {
        let is = self.peek().is_some_and(|token| token.is(sign));
        self.at += usize::from(is);
        is
    }

    fn or(&mut self) -> Result<Expr, SelectError> {
        let mut expr = self.and()?;
        while self.sign("|") {
            expr = Expr::Or(Box::new(expr), Box::new(self.and()?));
        }
        Ok(expr)
    }

    fn and(&mut self) -> Result<Expr, SelectError> {
        let mut expr = self.term()?;
        while self.sign("&") {
            expr = Expr::And(Box::new(expr), Box::new(self.term()?));
        }
        Ok(expr)
    }

    fn term(&mut self) -> Result<Expr, SelectError> {
        let first = self.take(KEYS)?;
        if first.is("(") {
            self.depth += 1;
            if self.depth > MAX_DEPTH {
                return Err(first.error(format!("more than {MAX_DEPTH} parentheses inside each other")));
            }
            let expr = self.or()?;
            let close = self.take("`)`")?;
            self.depth -= 1;
            return if close.is(")") { Ok(expr) } else { Err(close.error("expected `)`")) };
        }
        if first.sign {
            return Err(first.error(format!("expected {KEYS}")));
        }
        let sign = self.take("`=` or `!=`")?;
        if !sign.is("=") && !sign.is("!=") {
            return Err(sign.error("expected `=` or `!=`"));
        }
        let value = self.take("a value")?;
        if value.sign {
            return Err(value.error("expected a value"));
        }
        Ok(Expr::Has(self.ask(&first, &value)?, sign.is("=")))
    }

    fn ask(&self, key: &Token, value: &Token) -> Result<Ask, SelectError> {
        let text = value.text.as_str();
        let named = |error: dasdlab_model::name::NameError| value.error(error.to_string());
        Ok(match key.text.as_str() {
            "rule" => Ask::Rule(text.parse().map_err(named)?),
            "reason" => Ask::Reason(reasons(text).ok_or_else(|| {
                value.error(format!(
                    "`{text}` is not a reason: expected a key such as boxed, or PS05:boxed (`dasdlab list reasons`)"
                ))
            })?),
            "defect" => {
                if !self.defects.iter().any(|name| is_defect(name, text)) {
                    return Err(value.error(format!("there is no defect `{text}`: `dasdlab list defects` shows all")));
                }
                Ask::Defect(text.to_owned())
            }
            "method" => Ask::Method(text.parse().map_err(named)?),
            "type" => Ask::Type(text.parse().map_err(named)?),
            "generations" => {
                let number = text.parse().map_err(|_| value.error(format!("`{text}` is not a number from 0 to 99")))?;
                Ask::Generations(number)
            }
            "id" => Ask::Id(text.to_owned()),
            other => return Err(key.error(format!("`{other}` cannot be asked: expected {KEYS}"))),
        })
    }
}

const KEYS: &str = "rule, reason, defect, method, type, generations, id or `(`";

/// The reasons with this key, of all rules or of one.
fn reasons(text: &str) -> Option<Vec<Reason>> {
    let found: Vec<Reason> = match text.parse::<Reason>() {
        Ok(reason) => vec![reason],
        Err(_) => Reason::ALL.iter().copied().filter(|reason| reason.slug() == text).collect(),
    };
    (!found.is_empty()).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEFECTS: &[&str] = &["PS05:boxed", "PS06:too-small/one-cylinder", "PS06:too-small/half"];

    fn traits() -> Traits {
        Traits {
            id: "g1-0000000000000000-42".to_owned(),
            reasons: vec![Reason::Ps05Boxed, Reason::Ps08DifferentLss],
            defects: vec!["PS06:too-small/one-cylinder".to_owned()],
            method: Method::FlashCopy,
            backup_type: BackupType::Full,
            generations: 3,
        }
    }

    #[track_caller]
    fn check(text: &str, selected: bool) {
        assert_eq!(Expr::parse(text, DEFECTS).unwrap().selects(&traits()), selected, "{text}");
    }

    #[track_caller]
    fn check_error(text: &str, at: usize, message: &str) {
        let error = Expr::parse(text, DEFECTS).unwrap_err();
        assert!(error.at == at && error.message.contains(message), "{text}: {error:?}");
    }

    #[test]
    fn comparisons_ask_what_a_scenario_has() {
        check("rule=PS08", true);
        check("rule=code-level", false);
        check("rule=flashcopy-same-lss & method=flashcopy", true);
        check("rule=PS06", true);
        check("rule!=PS08", false);
        check("reason=boxed", true);
        check("reason=PS06:boxed", false);
        check("defect=PS06:too-small", true);
        check("defect=PS06:too-small/half", false);
        check("type=full & generations=3", true);
        check("id=g1-*-42", true);
        check("id=g1-*-4", false);
        check("id = \"g1-0000000000000000-42\"", true);
    }

    #[test]
    fn and_binds_closer_than_or_and_parentheses_group() {
        check("method=bcv & rule=PS01 | rule=PS08", true);
        check("method=bcv & (rule=PS01 | rule=PS08)", false);
        check("rule=PS08|rule=PS01&method=bcv", true);
    }

    #[test]
    fn an_error_says_where() {
        check_error("", 0, "ends here");
        check_error("rule=PS08 &", 11, "ends here");
        check_error("rule=PS99", 5, "PS99");
        check_error("ruel=PS08", 0, "cannot be asked");
        check_error("rule PS08", 5, "expected `=`");
        check_error("(rule=PS08", 10, "`)`");
        check_error("rule=PS08)", 9, "the end");
        check_error("method=tape", 7, "tape");
        check_error("defect=PS05:box", 7, "no defect");
        check_error("id=\"x", 3, "no end");
        check_error("! rule=PS08", 0, "!=");
        check_error(&"(".repeat(40), 32, "parentheses");
        check_error(&"x".repeat(5_000), 4_096, "longer");
    }
}
