//! VerifySoftwareToken: confirms an authenticator app with a code; from then on it is the user's.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_VerifySoftwareToken.html>

use cabana_domain::event::EventKind;
use cabana_domain::factor::Factor;
use cabana_domain::flow::{Challenge, Proof};
use cabana_domain::totp;
use cabana_domain::user::User;
use cabana_model::{
    Blob, ErrorKind, VerifySoftwareTokenRequest, VerifySoftwareTokenResponse,
    VerifySoftwareTokenResponseType,
};
use cabana_store::Change;

use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::sign_in;
use crate::logic::tokens::access_token;

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
            user.secrets.set_totp(seed);
            commit(cx, user, [used]).await?;
            Ok(VerifySoftwareTokenResponse {
                status,
                session: None,
            })
        }
        (None, Some(session)) => {
            let (mut session, mut user) = sign_in::open_session(cx, session).await?;
            let seed = session.totp_seed.take();
            let seed = seed.ok_or_else(faults::session_foreign)?;
            let pool = cx.pool(session.pool.as_str()).await?;
            sign_in::demand(cx, &session, &pool, &user, Challenge::SetUpFactor)?;
            let used = check(cx, &user, &seed, &input.user_code).await?;
            // Set up during sign-in: it is enabled and preferred, as there is no other factor.
            user.secrets.set_totp(seed);
            if !user.mfa.enabled.contains(&Factor::Totp) {
                user.mfa.enabled.push(Factor::Totp);
            }
            user.mfa.preferred = Some(Factor::Totp);
            let spent = sign_in::spend_session(cx, &session);
            commit(cx, user.clone(), [spent, used]).await?;
            session.id = cx.uuid()?;
            session.proven.push(Proof::TotpSetUp);
            let session = Some(sign_in::seal_session(cx, session, &user)?.into());
            Ok(VerifySoftwareTokenResponse { status, session })
        }
        _ => Err(faults::token_or_session()),
    }
}

/// Judges the code and counts a wrong one. Returns the change that uses up a right one. The count is not reset: a new
/// authenticator app says nothing about attempts at the previous one.
async fn check(cx: &Cx<'_>, user: &User, seed: &Blob, code: &str) -> Result<Change, Fault> {
    sign_in::admit_factor(cx, user)?;
    let Some(step) = totp::verify(&seed.0, code, cx.now()) else {
        let event = cx.event(user, EventKind::ChangeMfa);
        sign_in::wrong_factor(cx, user.clone(), event).await?;
        return Err(faults::totp_set_up_mismatch());
    };
    Ok(sign_in::totp_use(cx, user, step))
}

async fn commit(
    cx: &Cx<'_>,
    user: User,
    used: impl IntoIterator<Item = Change>,
) -> Result<(), Fault> {
    let event = cx.emit(&user, EventKind::ChangeMfa);
    let update = Change::UpdateUser {
        user: Box::new(user),
        names: None,
    };
    let changes = used.into_iter().chain([update, event]).collect();
    let committed = sign_in::commit(cx, changes).await;
    committed.map_err(|fault| match fault.kind {
        // A code of the same authenticator app that was used before.
        ErrorKind::ExpiredCodeException => faults::totp_set_up_mismatch(),
        _ => fault,
    })
}
