//! The app's answer for a signed-in user: an authorization code, or tokens at once (implicit grant).

use cabana_api::logic::sessions;
use cabana_api::logic::tokens::{self, Grant};
use cabana_api::{Cx, Fault};
use cabana_domain::Span;
use cabana_domain::code::AuthorizationCode;
use cabana_domain::flow::Authentication;
use cabana_domain::pool::Pool;
use cabana_domain::tokens::TokenSource;
use cabana_domain::trigger::Occasion;
use cabana_domain::user::User;
use cabana_store::Change;

use super::errors::Kind;
use super::{Authorization, ResponseType, pushed};

/// Lifetime of an authorization code.
pub const CODE_LIFE: Span = Span::minutes(5);

/// A grant whose changes are not written yet.
pub struct Granted {
    pub changes: Vec<Change>,
    /// URL for the browser once they are.
    pub location: String,
}

/// Grants a request to a signed-in user. `origin` is the tracked browser session.
///
/// # Errors
/// If the system has no randomness, or tokens cannot be signed.
pub async fn grant(
    cx: &Cx<'_>,
    pool: &Pool,
    request: &Authorization,
    user: &User,
    authentication: &Authentication,
    origin: Option<String>,
) -> Result<Granted, Fault> {
    if let Some(kind) = request.unmet(pool, user, authentication) {
        return Ok(Granted {
            changes: Vec::new(),
            location: request.refused(&kind.into()),
        });
    }
    if let Some(key) = &request.pushed
        && cx.store().is_spent(key).await?
    {
        return Ok(Granted {
            changes: Vec::new(),
            location: request.refused(&Kind::InvalidRequestUri.into()),
        });
    }
    let mut granted = match request.response_type {
        ResponseType::Code => code(cx, request, user, authentication, origin)?,
        ResponseType::Token => implicit(cx, pool, request, user, authentication, origin).await?,
    };
    let spent = request.pushed.map(|key| pushed::spend(cx, key));
    granted.changes.extend(spent);
    Ok(granted)
}

fn code(
    cx: &Cx<'_>,
    request: &Authorization,
    user: &User,
    authentication: &Authentication,
    origin: Option<String>,
) -> Result<Granted, Fault> {
    let code = cx.uuid()?;
    let stored = AuthorizationCode {
        hash: tokens::hash(&code),
        pool: user.pool.clone(),
        client: request.client.id.clone(),
        sub: user.sub.clone(),
        redirect_uri: request.redirect_uri.clone(),
        scopes: request.scopes.clone(),
        code_challenge: request.code_challenge.clone(),
        nonce: request.nonce.clone(),
        resource: request.resource.clone(),
        authentication: authentication.clone(),
        level_asked: request.asks_level(),
        claims: request.claims.asked_by_name(),
        origin,
        expires: cx.now().after(CODE_LIFE),
    };
    Ok(Granted {
        changes: vec![Change::InsertAuthorizationCode(stored)],
        location: request.granted(&[("code", &code)]),
    })
}

async fn implicit(
    cx: &Cx<'_>,
    pool: &Pool,
    request: &Authorization,
    user: &User,
    authentication: &Authentication,
    origin: Option<String>,
) -> Result<Granted, Fault> {
    let grant = Grant {
        source: TokenSource::OAuth,
        scopes: request.scopes.clone(),
        authentication: authentication.clone(),
        nonce: request.nonce.clone(),
        resource: request.resource.clone(),
        refreshable: false,
        family: None,
        level_asked: request.asks_level(),
        claims: request.claims.asked_by_name(),
        origin,
        occasion: Occasion::HostedAuth,
    };
    let (issued, family) = tokens::issue(cx, pool, &request.client, user, grant).await?;
    let seconds = issued.expires_in.to_string();
    let mut parameters = Vec::new();
    if let Some(id_token) = issued.id_token.as_deref() {
        parameters.push(("id_token", id_token));
    }
    parameters.push(("access_token", issued.access_token.as_str()));
    parameters.push(("token_type", "Bearer"));
    parameters.push(("expires_in", seconds.as_str()));
    Ok(Granted {
        changes: sessions::begun(cx, pool, family).collect(),
        location: request.granted(&parameters),
    })
}
