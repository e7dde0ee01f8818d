//! Registration of an authenticator app in the middle of a sign-in.

use cabana_domain::factor::Factor;
use cabana_domain::flow::Challenge;
use cabana_domain::{PoolId, Span, Sub, Time};
use cabana_model::Blob;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::sign_in::{self, ticket};
use crate::logic::users::credentials;

const KIND: &str = "totp-set-up";
/// Time to install an app and scan the key.
pub const LIFE: Span = Span::minutes(30);

/// A key that was issued and awaits its first code.
pub struct Begun {
    pub key: Blob,
    /// The session with the key, for VerifySoftwareToken and [`key`].
    pub session: String,
    /// Brings the same key back if the user has to sign in again: see [`begin`].
    pub ticket: String,
}

/// A key in the hands of a user.
#[derive(Serialize, Deserialize)]
struct Kept {
    pool: PoolId,
    sub: Sub,
    /// The credentials that the user had signed in with: after a change of them the key is not used again, as somebody
    /// else may have seen it.
    #[serde(with = "cabana_domain::digest")]
    credentials: [u8; 32],
    key: Blob,
    expires: Time,
}

/// Issues a key to the user of a session; the key of an earlier ticket, if that is the user's own, their credentials are
/// the same, and it is less than [`LIFE`] old. An app that has scanned the key then stays good.
///
/// # Errors
/// NotAuthorizedException if the session does not await MFA_SETUP; SoftwareTokenMFANotFoundException if the pool does not
/// offer authenticator apps.
pub async fn begin(cx: &Cx<'_>, session: &str, earlier: Option<&str>) -> Result<Begun, Fault> {
    let (mut session, user) = sign_in::open_session(cx, session).await?;
    let pool = cx.pool(session.pool.as_str()).await?;
    if !pool.offers(Factor::Totp) {
        return Err(faults::totp_not_offered());
    }
    sign_in::demand(cx, &session, &pool, &user, Challenge::SetUpFactor)?;
    let credentials = credentials::mark(cx, &user);
    let own = |kept: &Kept| {
        kept.pool == pool.id
            && kept.sub == user.sub
            && kept.expires > cx.now()
            && bool::from(kept.credentials.ct_eq(&credentials))
    };
    let kept: Option<Kept> = earlier.and_then(|earlier| ticket::open(cx.api, KIND, earlier));
    let kept = match kept.filter(own) {
        Some(kept) => kept,
        None => Kept {
            pool: pool.id.clone(),
            sub: user.sub.clone(),
            credentials,
            key: Blob(cx.random::<32>()?.to_vec()),
            expires: cx.now().after(LIFE),
        },
    };
    session.totp_seed = Some(kept.key.clone());
    Ok(Begun {
        session: sign_in::seal_session(cx, session, &user)?,
        ticket: ticket::seal(cx.api, KIND, &kept)?,
        key: kept.key,
    })
}

/// The key of a session that still awaits its first code: not once the user has registered an app, or their credentials
/// changed.
///
/// # Errors
/// A failure of the store.
pub async fn key(cx: &Cx<'_>, session: &str) -> Result<Option<Blob>, Fault> {
    let (session, user) = match sign_in::open_session(cx, session).await {
        Ok(opened) => opened,
        Err(fault) if fault.is_internal() => return Err(fault),
        Err(_) => return Ok(None),
    };
    let pool = cx.pool(session.pool.as_str()).await?;
    let is_due = sign_in::demand(cx, &session, &pool, &user, Challenge::SetUpFactor).is_ok();
    Ok(session.totp_seed.filter(|_| is_due))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tickets_of_earlier_and_later_programs_are_read() {
        let golden = format!(
            r#"{{"pool":"us-east-1_a","sub":"s","credentials":{:?},"key":"AQID","expires":9,"later":1}}"#,
            [7; 32]
        );
        let kept: Kept = serde_json::from_str(&golden).unwrap();
        assert_eq!((kept.key, kept.credentials), (Blob(vec![1, 2, 3]), [7; 32]));
    }
}
