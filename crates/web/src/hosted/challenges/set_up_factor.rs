//! The page of MFA_SETUP: registers an authenticator app.

use std::collections::BTreeMap;

use cabana_api::Fault;
use cabana_domain::totp;
use cabana_model::Secret;

use super::totp::FIELD;
use super::{Draft, Pending, need};
use crate::hosted::operations;
use crate::pages::{Problem, TotpSetup};
use crate::visit::Visit;

/// Path of its form.
pub(super) const PATH: &str = "/mfa/setup";

/// Begins the registration: the app's key, and the session that goes with it.
///
/// # Errors
/// Faults of AssociateSoftwareToken.
pub(super) async fn begin(visit: &Visit, pending: &mut Pending) -> Result<(), Fault> {
    let (key, session) = operations::associate(visit, &pending.session).await?;
    pending.totp_key = Some(key);
    pending.session = session;
    Ok(())
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

/// Reads the form. The code is not part of the answer to the challenge: [`verify`] sends it.
///
/// # Errors
/// The problem, if the code is missing.
pub(super) fn responses(visit: &Visit) -> Result<BTreeMap<String, Secret>, Problem> {
    need(visit, FIELD)?;
    Ok(BTreeMap::new())
}
