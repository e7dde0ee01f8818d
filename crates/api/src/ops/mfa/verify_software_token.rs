//! VerifySoftwareToken: shows that the TOTP generator works; from now on it is the user's.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_VerifySoftwareToken.html>

use cabana_domain::flow::{Challenge, Proof};
use cabana_domain::user::{Factor, User};
use cabana_domain::{Span, totp};
use cabana_model::{
    Blob, VerifySoftwareTokenRequest, VerifySoftwareTokenResponse, VerifySoftwareTokenResponseType,
};
use cabana_store::Change;

use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::{access_token, sign_in};

pub async fn verify_software_token(
    cx: &Cx<'_>,
    input: VerifySoftwareTokenRequest,
) -> Result<VerifySoftwareTokenResponse, Fault> {
    let status = Some(VerifySoftwareTokenResponseType::Success);
    match (input.access_token.as_deref(), input.session.as_deref()) {
        (Some(token), None) => {
            let mut user = access_token::verify(cx, token).await?.user;
            let seed = user
                .secrets
                .pending_totp
                .clone()
                .ok_or_else(faults::totp_not_offered)?;
            let used = check(cx, &user, &seed, &input.user_code).await?;
            user.secrets.pending_totp = None;
            user.secrets.totp = Some(seed);
            commit(cx, user, used).await?;
            Ok(VerifySoftwareTokenResponse {
                status,
                session: None,
            })
        }
        (None, Some(session)) => {
            let mut session = sign_in::open_session(cx, session)?;
            let seed = session
                .totp_seed
                .clone()
                .ok_or_else(faults::session_foreign)?;
            if session.asked != Some(Challenge::SetUpFactor) || session.has(Proof::TotpSetUp) {
                return Err(faults::session_foreign());
            }
            let user = cx.store().user(&session.pool, &session.sub).await?;
            let mut user = user.ok_or_else(faults::session_foreign)?;
            let used = check(cx, &user, &seed, &input.user_code).await?;
            // Set up while signing in: it is switched on and preferred, as nothing else could be.
            user.secrets.totp = Some(seed);
            if !user.mfa.enabled.contains(&Factor::Totp) {
                user.mfa.enabled.push(Factor::Totp);
            }
            user.mfa.preferred = Some(Factor::Totp);
            commit(cx, user, used).await?;
            session.totp_seed = None;
            session.proven.push(Proof::TotpSetUp);
            let session = Some(sign_in::seal_session(cx, &session)?.into());
            Ok(VerifySoftwareTokenResponse { status, session })
        }
        _ => Err(faults::token_or_session()),
    }
}

/// Judges the code; a wrong one is counted. Gives the change that uses the right one up. It forgives no
/// wrong ones: a new generator says nothing of the one that was guessed at.
async fn check(cx: &Cx<'_>, user: &User, seed: &Blob, code: &str) -> Result<Change, Fault> {
    sign_in::admit_factor(cx, user)?;
    let Some(step) = totp::verify(&seed.0, code, cx.now()) else {
        sign_in::wrong_factor(cx, user.clone()).await?;
        return Err(faults::totp_set_up_mismatch());
    };
    Ok(sign_in::totp_use(
        cx,
        user,
        step,
        cx.now().after(Span::minutes(5)),
    ))
}

async fn commit(cx: &Cx<'_>, user: User, used: Change) -> Result<(), Fault> {
    let update = Change::UpdateUser {
        user: Box::new(user),
        names: None,
    };
    cx.try_commit([used, update])
        .await
        .map_err(|error| match error {
            cabana_store::StoreError::Conflict("spent") => faults::totp_set_up_mismatch(),
            other => other.into(),
        })
}
