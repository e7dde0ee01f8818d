//! Responses that must lead nowhere. Each is an accepted one with a single change; the same test sees the unchanged one
//! accepted, and why the other was refused.

mod claims;
mod documents;
mod forms;
mod sign_outs;
mod signatures;
mod wrapping;

use cabana_testkit::saml::SamlClaims;

use super::{Hall, flaw};
use crate::shop::code_of;

/// A right response in parts.
struct Scene<'a> {
    hall: &'a Hall,
    claims: &'a SamlClaims,
    /// The response, of which the assertion is signed.
    right: &'a str,
}

/// From the first `start` to the last `end`.
pub fn between<'t>(text: &'t str, start: &str, end: &str) -> &'t str {
    let from = text.find(start).unwrap();
    let until = text.rfind(end).unwrap() + end.len();
    &text[from..until]
}

impl Scene<'_> {
    fn assertion(&self) -> &str {
        between(self.right, "<saml:Assertion", "</saml:Assertion>")
    }

    fn signature(&self) -> &str {
        between(self.right, "<ds:Signature ", "</ds:Signature>")
    }

    /// The signed assertion without its signature.
    fn bare(&self) -> String {
        self.assertion().replace(self.signature(), "")
    }

    /// An assertion of the attacker's, not signed.
    fn evil(&self) -> String {
        let bare = self.bare();
        bare.replace("Ann-1", "Admin-1")
            .replace(&self.claims.id, "_evil")
    }

    /// The response with something else in place of its assertion.
    fn with(&self, within: &str) -> String {
        self.right.replace(self.assertion(), within)
    }

    /// The response with something before its status.
    fn with_first(&self, first: &str) -> String {
        let status = "<samlp:Status>";
        self.right.replace(status, &format!("{first}{status}"))
    }

    /// A signed response, and its signature.
    fn signed_response(&self) -> (String, String) {
        let plain = self.claims.response(&self.claims.assertion());
        let signed = self.hall.saml.signed(&plain, "_response-1");
        let signature = between(&signed, "<ds:Signature ", "</ds:Signature>").to_owned();
        (signed, signature)
    }
}

/// Brings a changed response, which is refused for this reason, then the right one.
async fn attack(hall: &Hall, why: &str, change: impl Fn(&Scene<'_>) -> String) {
    let users = hall.users().await;
    let begun = hall.begin().await;
    let claims = hall.claims(&begun.request);
    let right = hall.response(&claims);
    let scene = Scene {
        hall,
        claims: &claims,
        right: &right,
    };
    let changed = change(&scene);
    assert_ne!(changed, right, "{why}: nothing was changed");
    let page = hall.bring(&begun, &changed).await;
    assert_eq!(flaw(&page), why);
    assert_eq!(hall.users().await, users, "{why}");
    code_of(&hall.bring(&begun, &right).await);
}

/// What is said of a form of signature that is not allowed.
fn form(what: &str) -> String {
    format!("SAML Response has a signature with {what}, which is not allowed")
}

/// What is said of something in a response that is not allowed.
fn forbidden(what: &str) -> String {
    format!("SAML Response has {what}, which is not allowed")
}

/// What is said of something that is missing.
fn misplaced(what: &str) -> String {
    format!("SAML Response has no {what}, or one that is out of place")
}

const OTHER: &str = "a Reference to something else than what it is in";
