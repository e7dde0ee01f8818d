//! The page of MFA_SETUP: an authenticator app is set up.

use std::collections::BTreeMap;

use cabana_api::Fault;
use cabana_domain::totp;
use cabana_model::Secret;

use super::totp::FIELD;
use super::{Draft, Pending, need};
use crate::hosted::operations;
use crate::pages::{Problem, TotpSetup};
use crate::visit::Visit;

/// Where its form goes.
pub(super) const PATH: &str = "/mfa/setup";

/// Begins it: the app's key, and the session that goes with it.
///
/// # Errors
/// In the API's words.
pub(super) async fn begin(visit: &Visit, pending: &mut Pending) -> Result<(), Fault> {
    let (key, session) = operations::associate(visit, &pending.session).await?;
    pending.totp_key = Some(key);
    pending.session = session;
    Ok(())
}

/// Has the app's first code judged, before the answer.
///
/// # Errors
/// In the API's words.
pub(super) async fn verify(visit: &Visit, pending: &mut Pending) -> Result<(), Fault> {
    let code = visit.form.get(FIELD).unwrap_or_default();
    pending.session = operations::verify(visit, &pending.session, code.trim()).await?;
    Ok(())
}

/// The page.
pub(super) fn view(pending: &Pending, draft: Draft) -> TotpSetup {
    let secret = pending.totp_key.clone().unwrap_or_default();
    let key = totp::from_base32(&secret).unwrap_or_default();
    let uri = totp::otpauth_uri(&draft.frame.brand.name, &pending.username, &key);
    TotpSetup {
        frame: draft.frame,
        post: draft.post,
        secret,
        uri,
    }
}

/// Reads the form. The code is no answer to the challenge: [`verify`] sends it.
///
/// # Errors
/// What is missing.
pub(super) fn responses(visit: &Visit) -> Result<BTreeMap<String, Secret>, Problem> {
    need(visit, FIELD)?;
    Ok(BTreeMap::new())
}
