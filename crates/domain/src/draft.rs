//! Drafts: what came in a form and counts only after a redirect. What an operator has entered in a form of the console,
//! until the page shows it again; what a SAML provider's form has brought, until the browser that began comes for it.

use cabana_model::Secret;

use crate::Time;

/// What came in a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// HMAC-SHA256 of the draft's ID, its owner and its page under a key that is not in the database; or a random value
    /// that travels sealed.
    pub hash: [u8; 32],
    pub version: i64,
    /// JSON in the shape of who keeps it.
    pub content: Secret,
    pub expires: Time,
}
