//! Who may ask: one user and one password for all faces.

use std::fmt;

use subtle::ConstantTimeEq;

/// The user and the password that every face asks for. Neither is ever written anywhere.
#[derive(Clone, PartialEq, Eq)]
pub struct Access {
    user: String,
    password: String,
}

impl Access {
    /// This user with this password.
    #[must_use]
    pub fn new(user: impl Into<String>, password: impl Into<String>) -> Self {
        Self { user: user.into(), password: password.into() }
    }

    /// The user.
    #[must_use]
    pub fn user(&self) -> &str {
        &self.user
    }

    /// Whether these are the user and the password, in a time that does not tell how much of them is right.
    #[must_use]
    pub fn permits(&self, user: &str, password: &str) -> bool {
        bool::from(same(user, &self.user) & same(password, &self.password))
    }
}

impl fmt::Debug for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Access").field("user", &self.user).finish_non_exhaustive()
    }
}

/// Whether two secrets are the same, in a time that depends on their lengths alone.
#[must_use]
pub fn same(given: &str, wanted: &str) -> subtle::Choice {
    given.as_bytes().ct_eq(wanted.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_user_with_the_password_is_let_in_and_the_password_is_never_shown() {
        let access = Access::new("qa", "secret");
        let tries = [("qa", "secret"), ("qa", "secret "), ("qa", ""), ("QA", "secret"), ("", "secret")];
        assert_eq!(tries.map(|(user, password)| access.permits(user, password)), [true, false, false, false, false]);
        assert!(!format!("{access:?}").contains("secret"));
    }
}
