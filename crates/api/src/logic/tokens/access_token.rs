//! Verification of access tokens: the caller of self-service operations and userInfo.

use std::sync::Arc;

use cabana_domain::client::Client;
use cabana_domain::flow::Authentication;
use cabana_domain::keys::KeyUse;
use cabana_domain::pool::{OPERATORS_POOL, Pool};
use cabana_domain::user::User;
use cabana_domain::{Sub, Time};
use cabana_model::{Secret, UserStatusType};
use serde_json::Value;

use crate::caller::Caller;
use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::tokens;
use crate::logic::tokens::jwt::Unverified;

/// The bearer of an access token.
pub struct Who {
    pub user: User,
    pub pool: Arc<Pool>,
    pub client: Arc<Client>,
    pub scopes: Vec<String>,
    /// The token's family, if it names one.
    pub family: Option<String>,
    /// The ID of its tracked session, if there is one.
    pub session: Option<String>,
    /// The sign-in, as far as it is known.
    pub authentication: Authentication,
    /// The claims for userInfo that the app asked for by name.
    pub asked: Vec<String>,
    pub expires: Time,
}

/// Verifies a token whose bearer may manage their own account (`aws.cognito.signin.user.admin`). At most one
/// signature check and two queries. Operators do that at the console only, which requires more than a token and keeps
/// an audit log of the changes.
///
/// # Errors
/// NotAuthorizedException and similar, in Cognito's words; TooManyRequestsException over the rate limit.
pub async fn verify(cx: &Cx<'_>, token: &str) -> Result<Who, Fault> {
    let who = verify_any(cx, token).await?;
    if who.pool.id.as_str() == OPERATORS_POOL && cx.caller != Caller::InProcess {
        return Err(faults::operators_use_the_console());
    }
    cx.count_bearer(&who.pool.id, &who.user.sub)?;
    if !who.scopes.iter().any(|scope| scope == tokens::SELF_SERVICE) {
        return Err(faults::access_token_scope());
    }
    if who.user.status == UserStatusType::ResetRequired {
        return Err(faults::password_reset_required());
    }
    Ok(who)
}

/// The same for operations whose model does not require the token.
///
/// # Errors
/// As for [`verify`]; InvalidParameterException without a token.
pub async fn verify_given(cx: &Cx<'_>, token: Option<&Secret>) -> Result<Who, Fault> {
    let token = token.ok_or_else(|| faults::missing_parameter("AccessToken"))?;
    verify(cx, token.expose()).await
}

/// An access token of which signature, issuer and time are right. Nothing is known yet of its user, nor whether it was
/// revoked.
pub struct Verified {
    pub pool: Arc<Pool>,
    pub client: Arc<Client>,
    pub claims: Value,
    pub expires: Time,
}

impl Verified {
    /// Whether it is a client's own token (client credentials), which has no user.
    pub fn is_of_a_client(&self) -> bool {
        let claim = |name| text(&self.claims, name);
        claim("username").is_none() && claim("sub") == Some(self.client.id.as_str())
    }
}

/// Verifies any access token of a user.
///
/// # Errors
/// As for [`verify`], except for the scope.
pub async fn verify_any(cx: &Cx<'_>, token: &str) -> Result<Who, Fault> {
    bearer(cx, verified(cx, token).await?).await
}

/// Verifies what an access token itself shows. One signature check and no query.
///
/// # Errors
/// As for [`verify_any`].
pub async fn verified(cx: &Cx<'_>, token: &str) -> Result<Verified, Fault> {
    let unverified = Unverified::read(token).ok_or_else(faults::access_token_invalid)?;
    let client_id =
        text(unverified.claims(), "client_id").ok_or_else(faults::access_token_invalid)?;
    let (client, pool) = cx
        .client(client_id)
        .await
        .map_err(|fault| fault.or_refusal(faults::access_token_invalid))?;
    let keys = cx.store().signing_keys(&pool.id).await?;
    let claims = unverified
        .verify(&cx.api.keys, &keys, KeyUse::AccessToken)
        .ok_or_else(faults::access_token_invalid)?;
    if text(&claims, "token_use") != Some("access")
        || text(&claims, "iss") != Some(pool.issuer(&cx.api.settings.public_url).as_str())
    {
        return Err(faults::access_token_invalid());
    }
    let expires = seconds(&claims, "exp").filter(|exp| *exp > cx.now());
    let expires = expires.ok_or_else(faults::access_token_expired)?;
    Ok(Verified {
        pool,
        client,
        claims,
        expires,
    })
}

/// The bearer of a verified token. Two queries at most.
///
/// # Errors
/// As for [`verify_any`].
pub async fn bearer(cx: &Cx<'_>, token: Verified) -> Result<Who, Fault> {
    let Verified {
        pool,
        client,
        claims,
        expires,
    } = token;
    let family = text(&claims, "origin_jti").map(str::to_owned);
    let sub = text(&claims, "sub").ok_or_else(faults::access_token_invalid)?;
    let user = cx.store().user(&pool.id, &Sub::new(sub)).await?;
    let user = user.ok_or_else(faults::no_such_user)?;
    let (issued, authentication, asked, session) = match &family {
        // A missing family was revoked and swept, or never existed.
        Some(id) => match cx.store().family(id).await? {
            Some(family) if !family.revoked => {
                let asked = family.claims.map(|it| it.userinfo);
                let session = family.session.map(|track| track.id);
                (family.issued, family.authentication, asked, session)
            }
            _ => return Err(faults::access_token_revoked()),
        },
        None => {
            let issued = seconds(&claims, "iat").ok_or_else(faults::access_token_invalid)?;
            (issued, authentication(&claims), None, None)
        }
    };
    if issued < user.tokens_not_before {
        return Err(faults::access_token_revoked());
    }
    if !user.enabled {
        return Err(faults::user_disabled());
    }
    let scopes = text(&claims, "scope")
        .unwrap_or_default()
        .split(' ')
        .map(str::to_owned)
        .collect();
    Ok(Who {
        user,
        pool,
        client,
        scopes,
        family,
        session,
        authentication,
        asked: asked.unwrap_or_default(),
        expires,
    })
}

/// The sign-in of a token without a family, as its claims have it.
fn authentication(claims: &Value) -> Authentication {
    let methods = claims.get("amr").cloned().unwrap_or_default();
    Authentication {
        at: seconds(claims, "auth_time").unwrap_or_default(),
        methods: serde_json::from_value(methods).unwrap_or_default(),
        device: text(claims, "device_key").map(str::to_owned),
        provider: None,
        app: None,
        vouched: None,
    }
}

fn text<'c>(claims: &'c Value, name: &str) -> Option<&'c str> {
    claims.get(name)?.as_str()
}

fn seconds(claims: &Value, name: &str) -> Option<Time> {
    claims.get(name)?.as_i64().map(Time::from_seconds)
}
