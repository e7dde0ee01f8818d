//! Drafts: what an operator has entered in a form of the console, kept until the page shows it again.

use cabana_model::Secret;

use crate::Time;

/// What was entered in a form, with its problems.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// HMAC-SHA256 of the draft's ID, its owner and its page under a key that is not in the database.
    pub hash: [u8; 32],
    pub version: i64,
    /// JSON in the console's own shape.
    pub content: Secret,
    pub expires: Time,
}
