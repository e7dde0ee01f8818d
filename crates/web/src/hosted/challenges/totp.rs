//! The page of SOFTWARE_TOKEN_MFA: a code from an authenticator app.

use std::collections::BTreeMap;

use cabana_model::Secret;

use super::{Draft, need};
use crate::pages::{CodeChallenge, CodeKind, Problem};
use crate::visit::Visit;

/// Path of its form.
pub(super) const PATH: &str = "/mfa/totp";
/// Field of the code.
pub(super) const FIELD: &str = "software_token_mfa_code";

/// The page.
pub(super) fn view(draft: Draft) -> CodeChallenge {
    CodeChallenge {
        frame: draft.frame,
        post: draft.post,
        kind: CodeKind::Totp,
        other_url: draft.other_url,
    }
}

/// Reads the form.
///
/// # Errors
/// The problem, if the code is missing.
pub(super) fn responses(visit: &Visit) -> Result<BTreeMap<String, Secret>, Problem> {
    let code = need(visit, FIELD)?;
    Ok([("SOFTWARE_TOKEN_MFA_CODE".to_owned(), code)].into())
}
