//! Redeeming a refresh token: one read of the family, one of the user, one of the groups; a write
//! only where tokens rotate.
//!
//! A rotated token stays good for its grace period, so that a client that lost the answer can ask
//! again. After that its use means that two parties hold it: the whole family is revoked.

use cabana_domain::client::Client;
use cabana_domain::pool::Pool;
use cabana_domain::tokens::{PreviousToken, TokenFamily};
use cabana_domain::user::User;
use cabana_model::UserStatusType;
use cabana_store::Change;
use subtle::ConstantTimeEq;

use crate::Boxed;
use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::tokens::{self, Tokens};

/// A refresh token that is good, with all that hangs on it.
pub struct Redeemed {
    pub family: TokenFamily,
    pub user: User,
    /// Whether it is the family's current token, or the one before it in its grace period.
    current: bool,
}

/// Judges a refresh token.
///
/// # Errors
/// NotAuthorizedException; RefreshTokenReuseException for one that was rotated away, after its
/// family has been revoked.
pub fn find<'a>(
    cx: &'a Cx<'a>,
    client: &'a Client,
    pool: &'a Pool,
    token: &'a str,
) -> Boxed<'a, Result<Redeemed, Fault>> {
    Box::pin(async move {
        let id = tokens::family_of(cx, token).ok_or_else(faults::refresh_token_invalid)?;
        let family = cx
            .store()
            .family(&id)
            .await?
            .ok_or_else(faults::refresh_token_invalid)?;
        if family.client != client.id || family.pool != pool.id {
            return Err(faults::refresh_token_invalid());
        }
        let hash = tokens::hash(token);
        let same = |stored: &[u8; 32]| bool::from(stored.ct_eq(&hash));
        let current = family.refresh_hash.as_ref().is_some_and(same);
        let previous = family
            .previous
            .as_ref()
            .filter(|previous| same(&previous.hash));
        if !current && previous.is_none() {
            return Err(stranger(cx, client, &family).await?);
        }
        if family.revoked {
            return Err(faults::refresh_token_revoked());
        }
        if family.expires <= cx.now() {
            return Err(faults::refresh_token_expired());
        }
        if let Some(previous) = previous
            && !current
            && previous.good_until <= cx.now()
        {
            cx.commit([Change::RevokeFamily { id }]).await?;
            return Err(faults::refresh_token_reused());
        }
        let user = cx
            .store()
            .user(&pool.id, &family.sub)
            .await?
            .ok_or_else(faults::refresh_token_invalid)?;
        if family.issued < user.tokens_not_before {
            return Err(faults::refresh_token_revoked());
        }
        if !user.enabled {
            return Err(faults::user_disabled());
        }
        if user.status == UserStatusType::ResetRequired {
            return Err(faults::password_reset_required());
        }
        Ok(Redeemed {
            family,
            user,
            current,
        })
    })
}

/// A token that we made for this family, but neither its current one nor the one before: an older
/// one, long rotated away.
async fn stranger(cx: &Cx<'_>, client: &Client, family: &TokenFamily) -> Result<Fault, Fault> {
    if client.rotation_grace().is_none() || family.previous.is_none() || family.revoked {
        return Ok(faults::refresh_token_invalid());
    }
    cx.commit([Change::RevokeFamily {
        id: family.id.clone(),
    }])
    .await?;
    Ok(faults::refresh_token_reused())
}

/// Issues new tokens, with a new refresh token where they rotate.
///
/// # Errors
/// If the pool's keys cannot be used; a lost race if somebody else rotated it just now.
pub fn redeem<'a>(
    cx: &'a Cx<'a>,
    client: &'a Client,
    pool: &'a Pool,
    redeemed: Redeemed,
) -> Boxed<'a, Result<Tokens, Fault>> {
    Box::pin(async move {
        let Redeemed {
            mut family,
            user,
            current,
        } = redeemed;
        let groups = cx.store().groups_of(&pool.id, &user.sub).await?;
        let bearer = tokens::Bearer {
            pool,
            client,
            user: &user,
            groups: &groups,
        };
        let mut issued = tokens::sign(cx, &bearer, &family, None).await?;
        let Some(grace) = client.rotation_grace() else {
            return Ok(issued);
        };
        let token = tokens::new_refresh_token(cx, &family.id)?;
        if let Some(from) = family.refresh_hash {
            // Within the grace period the previous token may come again; what replaces it then is the
            // current one, while the previous keeps the time it had left.
            if current {
                family.previous = Some(PreviousToken {
                    hash: from,
                    good_until: cx.now().after(grace),
                });
            }
            family.refresh_hash = Some(tokens::hash(&token));
            cx.commit([Change::RotateFamily { from, to: family }])
                .await?;
        }
        issued.refresh_token = Some(token);
        Ok(issued)
    })
}
