//! First factors: the ways to begin a sign-in.

use serde::{Deserialize, Serialize};

use crate::factor::Factor;

/// A first factor. They are listed in the order of this declaration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum FirstFactor {
    /// The password, proven by SRP.
    PasswordSrp,
    /// The password in plain.
    Password,
    /// A code sent by mail.
    Email,
    /// A code sent by text message.
    Sms,
    /// A passkey.
    Passkey,
}

impl FirstFactor {
    /// The way its codes are sent; `None` if it needs none.
    pub fn sent_as(self) -> Option<Factor> {
        match self {
            FirstFactor::PasswordSrp | FirstFactor::Password | FirstFactor::Passkey => None,
            FirstFactor::Email => Some(Factor::Email),
            FirstFactor::Sms => Some(Factor::Sms),
        }
    }

    /// Whether it is the user's password.
    pub fn is_password(self) -> bool {
        matches!(self, FirstFactor::PasswordSrp | FirstFactor::Password)
    }
}
