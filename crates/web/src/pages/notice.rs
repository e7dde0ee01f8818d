//! Notices at the top of a page.

use serde::{Deserialize, Serialize};

/// Good news at the top of a page.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Notice {
    /// A new code was sent.
    CodeSent,
    /// The account is confirmed; sign in now.
    Confirmed,
    /// The password was changed; sign in with it.
    PasswordChanged,
    /// The owner of a provider's address has to prove that it is them.
    JoinAccount,
}

impl Notice {
    /// The key of its text.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::CodeSent => "notice-code-sent",
            Self::Confirmed => "notice-confirmed",
            Self::PasswordChanged => "notice-password-changed",
            Self::JoinAccount => "notice-join-account",
        }
    }
}
