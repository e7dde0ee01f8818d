//! The pages of recovery codes: new ones, to be kept, and the entry of one in place of a second factor.

use cabana_api::logic::sign_in::{self, Outcome};
use cabana_api::{Cx, Fault};
use cabana_model::Secret;

use super::{Draft, Kind, Pending, need};
use crate::authorize::Authorization;
use crate::pages::{CodeChallenge, CodeKind, Problem, RecoveryCodes};
use crate::visit::Visit;

/// Path of the form with new codes.
pub(super) const CODES_PATH: &str = "/mfa/codes";
/// Path of the form for a code.
pub(super) const PATH: &str = "/mfa/recovery";
/// Field of the code.
pub(super) const FIELD: &str = "recovery_code";
/// The choice of a recovery code among the factors.
pub(super) const CHOICE: &str = "RECOVERY_CODE";

/// The page with new codes.
pub(super) fn codes(codes: Vec<String>, draft: Draft) -> RecoveryCodes {
    RecoveryCodes {
        frame: draft.frame,
        post: draft.post,
        codes,
    }
}

/// The page that asks for a code.
pub(super) fn view(draft: Draft) -> CodeChallenge {
    CodeChallenge {
        frame: draft.frame,
        post: draft.post,
        kind: CodeKind::Recovery,
        other_url: draft.other_url,
    }
}

/// Reads the form of a code.
///
/// # Errors
/// The problem, if it is missing.
pub(super) fn code(visit: &Visit) -> Result<Secret, Problem> {
    need(visit, FIELD)
}

/// Takes either form on.
///
/// # Errors
/// As for the sign-in driver.
pub(super) async fn submit(
    cx: &Cx<'_>,
    visit: &Visit,
    request: &Authorization,
    pending: &Pending,
) -> Result<Outcome, Fault> {
    let (client, pool, session) = (&request.client, visit.pool(), &pending.session);
    let name = pending.real_name();
    match pending.kind {
        Kind::RecoveryCodes => {
            let kept = visit.form.get("go") != Some("later");
            sign_in::keep_recovery_codes(cx, client, pool, session, name, kept).await
        }
        _ => {
            let code = visit.form.get(FIELD).unwrap_or_default();
            sign_in::recover(cx, client, pool, session, name, code).await
        }
    }
}
