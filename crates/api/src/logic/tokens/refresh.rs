//! Redeeming a refresh token: one read of the family, one of the user, one of the groups; a write only with
//! rotation, and in a pool that tracks sessions once a minute.
//!
//! A rotated token stays valid for its grace period, so that a client that lost the response can retry, and
//! concurrent tabs each get a token of their own. A use after that means that two parties hold it: the whole family
//! is revoked.
//!
//! A family of a sign-in on a device is bound to it: a refresh has to name the device, which has to be confirmed.

use cabana_domain::client::Client;
use cabana_domain::event::EventKind;
use cabana_domain::pool::Pool;
use cabana_domain::tokens::{TokenFamily, Use};
use cabana_domain::trigger::Occasion;
use cabana_domain::user::User;
use cabana_model::UserStatusType;
use cabana_store::Change;

use crate::Boxed;
use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults::{self, devices as refusals};
use crate::logic::sessions;
use crate::logic::tokens::{self, Tokens};
use crate::logic::told;
use crate::logic::triggers::pre_token_generation;
use crate::turns::Turn;

/// A valid refresh token, with its family and user.
pub struct Redeemed {
    pub family: TokenFamily,
    pub user: User,
    /// SHA-256 of the token.
    hash: [u8; 32],
    /// Held until the rotation is written, so that concurrent tabs do not conflict with each other.
    turn: Option<Turn>,
}

/// Judges a refresh token.
///
/// # Errors
/// NotAuthorizedException; RefreshTokenReuseException for a token that was rotated away, after its family has been
/// revoked. `device` is the key of the device that the caller names.
pub fn find<'a>(
    cx: &'a Cx<'a>,
    client: &'a Client,
    pool: &'a Pool,
    token: &'a str,
    device: Option<&'a str>,
) -> Boxed<'a, Result<Redeemed, Fault>> {
    Box::pin(async move {
        let id = tokens::family_of(cx, token).ok_or_else(faults::refresh_token_invalid)?;
        // No turn is held while a function runs.
        let turn = match client.rotation_grace() {
            Some(_) if !pre_token_generation::is_set(pool) => cx.api.turns.wait(&id).await,
            _ => None,
        };
        let family = cx
            .store()
            .family(&id)
            .await?
            .ok_or_else(faults::refresh_token_invalid)?;
        if family.client != client.id || family.pool != pool.id {
            return Err(faults::refresh_token_invalid());
        }
        let bound = bound_device(pool, &family);
        if bound.is_some() && bound != device {
            return Err(refused(cx, &family, refusals::refresh_without_device()).await?);
        }
        let hash = tokens::hash(token);
        if family.revoked {
            return Err(refused(cx, &family, faults::refresh_token_revoked()).await?);
        }
        if family.expires <= cx.now() {
            return Err(refused(cx, &family, faults::refresh_token_expired()).await?);
        }
        if family.judge(&hash, cx.now()) == Use::Stolen {
            return Err(stolen(cx, client, family).await?);
        }
        let user = cx
            .store()
            .user(&pool.id, &family.sub)
            .await?
            .ok_or_else(faults::refresh_token_invalid)?;
        if family.issued < user.tokens_not_before {
            return Err(refused(cx, &family, faults::refresh_token_revoked()).await?);
        }
        if !user.enabled {
            return Err(refused(cx, &family, faults::user_disabled()).await?);
        }
        if user.status == UserStatusType::ResetRequired {
            return Err(refused(cx, &family, faults::password_reset_required()).await?);
        }
        if let Some(key) = bound
            && !is_confirmed(cx, &family, key).await?
        {
            return Err(refused(cx, &family, refusals::refresh_on_unknown_device()).await?);
        }
        Ok(Redeemed {
            family,
            user,
            hash,
            turn,
        })
    })
}

/// The device that a refresh has to name. None if the pool no longer tracks devices.
fn bound_device<'f>(pool: &Pool, family: &'f TokenFamily) -> Option<&'f str> {
    pool.device_configuration()?;
    family.authentication.device.as_deref()
}

async fn is_confirmed(cx: &Cx<'_>, family: &TokenFamily, key: &str) -> Result<bool, Fault> {
    let device = cx.store().device(&family.pool, &family.sub, key).await?;
    Ok(device.is_some_and(|device| device.is_confirmed()))
}

/// Revokes a family of which two parties hold tokens. Cannot happen without rotation.
async fn stolen(cx: &Cx<'_>, client: &Client, family: TokenFamily) -> Result<Fault, Fault> {
    if client.rotation_grace().is_none() || family.earlier.is_empty() {
        return Ok(faults::refresh_token_invalid());
    }
    let fault = faults::refresh_token_reused();
    let event = cx.event_of_family(&family, EventKind::Refresh);
    let event = event.refused(fault.reason.as_str());
    cx.commit([Change::RevokeFamily { id: family.id }, event.into()])
        .await?;
    Ok(fault)
}

/// Emits an event for a refusal, once an hour per family and reason: holders of such a token can repeat the request
/// without limit.
async fn refused(cx: &Cx<'_>, family: &TokenFamily, fault: Fault) -> Result<Fault, Fault> {
    let event = cx.event_of_family(family, EventKind::Refresh);
    let event = event.refused(fault.reason.as_str());
    let of = [
        b"refresh refused",
        family.id.as_bytes(),
        fault.reason.as_str().as_bytes(),
    ];
    told::hourly(cx, event, &of).await?;
    Ok(fault)
}

/// Issues new tokens, with a new refresh token if the client rotates them.
///
/// # Errors
/// If the pool's keys cannot be used; a conflict if the token was rotated concurrently.
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
            hash,
            turn,
        } = redeemed;
        let groups = cx.store().groups_of(&pool.id, &user.sub).await?;
        let bearer = tokens::Bearer {
            pool,
            client,
            user: &user,
            groups: &groups,
        };
        let occasion = Occasion::RefreshTokens;
        let issued = tokens::sign(cx, &bearer, &family, occasion, None).await;
        let mut issued = match issued {
            Err(fault) if !fault.is_internal() => return Err(refused(cx, &family, fault).await?),
            issued => issued?,
        };
        let Some(grace) = client.rotation_grace() else {
            cx.commit(sessions::used(cx, pool, &family)).await?;
            return Ok(issued);
        };
        let token = tokens::new_refresh_token(cx, &family.id)?;
        if let Some(from) = family.refresh_hash {
            family.rotate(&hash, tokens::hash(&token), cx.now(), grace);
            let used = sessions::rotated(cx, pool, &mut family);
            let rotation = Change::RotateFamily { from, to: family };
            cx.commit([rotation].into_iter().chain(used)).await?;
        }
        drop(turn);
        issued.refresh_token = Some(token);
        Ok(issued)
    })
}
