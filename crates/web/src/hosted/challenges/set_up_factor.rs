//! The page of MFA_SETUP: registers an authenticator app.

use std::collections::BTreeMap;

use cabana_api::logic::mfa::set_up;
use cabana_api::{Cx, Fault};
use cabana_domain::totp;
use cabana_model::{Blob, Secret};
use http::HeaderValue;

use super::totp::FIELD;
use super::{Draft, Pending, need};
use crate::hosted::operations;
use crate::memory::Cookie;
use crate::pages::{Problem, TotpSetup};
use crate::steps;
use crate::visit::Visit;

/// Path of its form.
pub(super) const PATH: &str = "/mfa/setup";

/// The key, for a person who has to sign in again before the app is installed.
const KEY: Cookie<'_> = Cookie {
    name: steps::SET_UP,
    life: set_up::LIFE,
};

/// Begins the registration: a session with the app's key. Returns the cookie that brings the same key back.
///
/// # Errors
/// NotAuthorizedException if the session does not await it.
pub(super) async fn begin(
    cx: &Cx<'_>,
    visit: &Visit,
    pending: &mut Pending,
) -> Result<HeaderValue, Fault> {
    let memory = steps::memory(visit);
    let earlier: Option<String> = memory.recall(&visit.headers, KEY);
    let begun = set_up::begin(cx, &pending.session, earlier.as_deref()).await?;
    pending.session = begun.session;
    memory.keep(KEY, &begun.ticket)
}

/// Verifies the app's first code, before the challenge is answered.
///
/// # Errors
/// Faults of VerifySoftwareToken.
pub(super) async fn verify(visit: &Visit, pending: &mut Pending) -> Result<(), Fault> {
    let code = visit.form.get(FIELD).unwrap_or_default();
    pending.session = operations::verify(visit, &pending.session, code.trim()).await?;
    Ok(())
}

/// The page.
pub(super) fn view(pending: &Pending, key: &Blob, draft: Draft) -> TotpSetup {
    let uri = totp::otpauth_uri(&draft.frame.brand.name, &pending.username, &key.0);
    TotpSetup {
        frame: draft.frame,
        post: draft.post,
        secret: totp::base32(&key.0),
        uri,
        other_url: draft.other_url,
    }
}

/// Reads the form. The code is not part of the answer to the challenge: [`verify`] sends it.
///
/// # Errors
/// The problem, if the code is missing.
pub(super) fn responses(visit: &Visit) -> Result<BTreeMap<String, Secret>, Problem> {
    need(visit, FIELD)?;
    Ok(BTreeMap::new())
}
