//! Drafts: what came in a form and counts only after a redirect. What an operator has entered in a form of the console,
//! until the page shows it again; what a SAML provider's form has brought, until the browser that began comes for it.

use cabana_model::Secret;

use crate::Time;

/// What came in a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// HMAC-SHA256, under a key that is not in the database, of the draft's ID, its owner and its page, or of an assertion
    /// and the attempt that it answers.
    pub hash: [u8; 32],
    pub version: i64,
    /// JSON in the shape of who keeps it.
    pub content: Secret,
    pub expires: Time,
}
