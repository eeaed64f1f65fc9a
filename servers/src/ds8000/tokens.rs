//! Tokens: who has logged in, and has not been silent for too long. They end with the server.

use std::time::Duration;

use parking_lot::Mutex;
use subtle::Choice;
use tokio::time::Instant;

use crate::auth::same;

/// How long a token may go unused.
pub const MAX_IDLE: Duration = Duration::from_secs(30 * 60);

/// The most tokens at once; a further login ends the one that has gone unused for longest.
pub const MAX_TOKENS: usize = 1_024;

/// Bytes of chance in a token.
const BYTES: usize = 16;

/// What a token is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It lets in.
    Good,
    /// It did so once.
    Expired,
    /// Nobody was given it.
    Unknown,
}

struct Token {
    secret: String,
    used: Instant,
}

/// The tokens of one face.
#[derive(Default)]
pub struct Tokens(Mutex<Vec<Token>>);

impl Tokens {
    /// Makes a token; none where the machine has no chance to give.
    #[must_use]
    pub fn make(&self) -> Option<String> {
        let mut bytes = [0; BYTES];
        getrandom::fill(&mut bytes).ok()?;
        let secret: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let used = Instant::now();
        let mut tokens = self.0.lock();
        tokens.retain(|token| !is_expired(token, used));
        if tokens.len() >= MAX_TOKENS
            && let Some(idlest) = (0..tokens.len()).min_by_key(|&place| tokens.get(place).map(|token| token.used))
        {
            tokens.swap_remove(idlest);
        }
        tokens.push(Token { secret: secret.clone(), used });
        Some(secret)
    }

    /// What a token is good for; one that is good is good for as long again. The time that this takes does not tell how
    /// much of a token is right.
    pub fn ask(&self, given: &str) -> Standing {
        let now = Instant::now();
        let mut standing = Standing::Unknown;
        for token in self.0.lock().iter_mut() {
            let is_it: Choice = same(given, &token.secret);
            if bool::from(is_it) {
                if is_expired(token, now) {
                    standing = Standing::Expired;
                } else {
                    token.used = now;
                    standing = Standing::Good;
                }
            }
        }
        standing
    }
}

fn is_expired(token: &Token, now: Instant) -> bool {
    now.saturating_duration_since(token.used) >= MAX_IDLE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_token_is_good_until_it_has_not_been_used_for_half_an_hour() {
        let tokens = Tokens::default();
        let token = tokens.make().unwrap();
        for wait in [MAX_IDLE / 2, MAX_IDLE - Duration::from_millis(1)] {
            tokio::time::advance(wait).await;
            assert_eq!(tokens.ask(&token), Standing::Good);
        }
        tokio::time::advance(MAX_IDLE).await;
        assert_eq!(tokens.ask(&token), Standing::Expired);
        // The next login clears it away.
        assert!(tokens.make().is_some());
        assert_eq!(tokens.ask(&token), Standing::Unknown);
    }

    #[tokio::test(start_paused = true)]
    async fn a_login_too_many_ends_the_token_that_went_unused_for_longest() {
        let tokens = Tokens::default();
        let mut made = Vec::new();
        for _ in 0..MAX_TOKENS {
            made.push(tokens.make().unwrap());
            tokio::time::advance(Duration::from_millis(1)).await;
        }
        assert_eq!(tokens.ask(&made[0]), Standing::Good);
        let last = tokens.make().unwrap();
        let standing = [&made[0], &made[1], &made[2], &last].map(|token| tokens.ask(token));
        assert_eq!(standing, [Standing::Good, Standing::Unknown, Standing::Good, Standing::Good]);
        assert_eq!(tokens.0.lock().len(), MAX_TOKENS);
    }

    #[test]
    fn no_two_tokens_are_alike_and_a_part_of_one_is_none() {
        let tokens = Tokens::default();
        let (one, other) = (tokens.make().unwrap(), tokens.make().unwrap());
        assert_ne!(one, other);
        assert_eq!(one.len(), 2 * BYTES);
        assert_eq!(tokens.ask(&one[1..]), Standing::Unknown);
        assert_eq!(tokens.ask(""), Standing::Unknown);
    }
}
