//! How virtual time follows real time.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The most things that happen by themselves after one order where copies are instantaneous.
pub const MAX_SETTLING: usize = 1_000_000;

/// The fastest that virtual time runs, in virtual milliseconds for one of real time.
pub const MAX_SPEED: u32 = 1_000_000;

/// How virtual time follows real time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pace {
    /// So many virtual milliseconds pass in one of real time.
    Times(u32),
    /// Everything that an order begins has ended when the order is answered.
    Instant,
    /// Time stands still until somebody moves it.
    Hand,
}

impl FromStr for Pace {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let times = |text: &str| text.parse().ok().filter(|times| (1..=MAX_SPEED).contains(times)).map(Self::Times);
        match text {
            "instant" => Ok(Self::Instant),
            "hand" => Ok(Self::Hand),
            _ => text
                .strip_suffix('x')
                .and_then(times)
                .ok_or_else(|| format!("`{text}` is no speed: expected instant, hand, or 1x to {MAX_SPEED}x")),
        }
    }
}

impl fmt::Display for Pace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Times(times) => write!(f, "{times}x"),
            Self::Instant => f.write_str("instant"),
            Self::Hand => f.write_str("hand"),
        }
    }
}
