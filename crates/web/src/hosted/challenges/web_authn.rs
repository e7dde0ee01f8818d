//! The page of WEB_AUTHN: a passkey of the user who gave their name. Security keys that keep no list of their passkeys
//! need it, as the sign-in page asks for any passkey of the site.

use std::collections::BTreeMap;

use cabana_api::Fault;
use cabana_api::logic::sign_in;
use cabana_model::Secret;

use super::{Draft, Pending};
use crate::authorize::Authorization;
use crate::hosted::passkeys;
use crate::pages::{Ceremony, Problem, UsePasskey, Wrong};
use crate::visit::Visit;

/// Path of its form.
pub(super) const PATH: &str = "/login/passkey";

/// The options for the browser; they are too long for the cookie of a step.
///
/// # Errors
/// If the session is over.
pub(super) async fn options(
    visit: &Visit,
    request: &Authorization,
    pending: &Pending,
) -> Result<String, Fault> {
    let (cx, client, pool) = (visit.cx(), &request.client, visit.pool());
    let (session, name) = (&pending.session, pending.real_name());
    sign_in::passkey_options(&cx, client, pool, session, name).await
}

/// The page.
///
/// # Errors
/// If a text is missing.
pub(super) fn view(options: &str, draft: Draft) -> Result<UsePasskey, Fault> {
    let ceremony = Ceremony::answer(&draft.frame, draft.post, options.to_owned());
    Ok(UsePasskey {
        frame: draft.frame,
        ceremony: ceremony.map_err(Fault::internal)?,
        other_url: draft.other_url,
    })
}

/// Reads the form.
///
/// # Errors
/// The problem if there is no credential: the browser runs no scripts.
pub(super) fn responses(visit: &Visit) -> Result<BTreeMap<String, Secret>, Problem> {
    let credential = passkeys::credential(visit);
    let credential = credential.ok_or_else(|| Problem::general(Wrong::PasskeyRefused))?;
    Ok([("CREDENTIAL".to_owned(), Secret::from(credential))].into())
}
