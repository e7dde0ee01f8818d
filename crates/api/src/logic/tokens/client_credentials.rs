//! Tokens for clients themselves: `client_credentials` and GetClientToken. One signature, nothing stored.

use cabana_domain::client::Client;
use cabana_domain::pool::Pool;
use cabana_domain::trigger::Occasion;
use cabana_domain::trigger::token_generation::Token;
use cabana_model::{ExplicitAuthFlowsType, OAuthFlowType};
use serde_json::{Value, json};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::clients::oauth;
use crate::logic::tokens::standard;
use crate::logic::triggers::pre_token_generation::{self, Wanted};

/// An access token for a client itself.
pub struct ClientToken {
    pub access_token: String,
    /// Validity, in seconds.
    pub expires_in: i64,
    pub scopes: Vec<String>,
}

/// Requires that the client may use the client credentials grant.
///
/// # Errors
/// NotAuthorizedException.
pub fn demand_grant(client: &Client) -> Result<(), Fault> {
    let settings = &client.settings;
    let mut flows = settings.allowed_oauth_flows.iter().flatten();
    let may = settings.allowed_oauth_flows_user_pool_client == Some(true)
        && client.is_confidential()
        && flows.any(|flow| *flow == OAuthFlowType::ClientCredentials);
    may.then_some(())
        .ok_or_else(faults::client_credentials_not_allowed)
}

/// Requires that the client may call GetClientToken.
///
/// # Errors
/// NotAuthorizedException.
pub fn demand_flow(client: &Client) -> Result<(), Fault> {
    let may =
        client.is_confidential() && client.allows_flow(ExplicitAuthFlowsType::AllowClientTokenAuth);
    may.then_some(())
        .ok_or_else(faults::client_token_not_allowed)
}

/// Issues a token with the requested scopes, or with all of the client's. The caller has checked the secret and the
/// client's permission.
///
/// # Errors
/// `refusal` for a scope the client lacks.
pub async fn issue(
    cx: &Cx<'_>,
    client: &Client,
    pool: &Pool,
    asked: Option<&[String]>,
    refusal: fn(&str) -> Fault,
) -> Result<ClientToken, Fault> {
    let allowed = client
        .settings
        .allowed_oauth_scopes
        .clone()
        .unwrap_or_default();
    let scopes = match asked {
        None | Some([]) => allowed,
        Some(asked) => {
            if let Some(scope) = asked.iter().find(|scope| !allowed.contains(scope)) {
                return Err(refusal(scope));
            }
            asked.to_vec()
        }
    };
    let mut scopes = oauth::active(cx, &pool.id, &scopes).await?;
    let wanted = Wanted {
        pool,
        client,
        user: None,
        scopes: &scopes,
        occasion: Occasion::ClientCredentials,
    };
    let changes = pre_token_generation::run(cx, wanted).await?;
    changes.scopes.apply(&mut scopes);
    let life = client.access_token_life();
    let claims = json!({
        "sub": client.id,
        "token_use": "access",
        "scope": scopes.join(" "),
        "auth_time": cx.now().seconds(),
        "iss": pool.issuer(&cx.api.settings.public_url),
        "exp": cx.now().after(life).seconds(),
        "iat": cx.now().seconds(),
        "version": 2,
        "jti": cx.uuid()?,
        "client_id": client.id,
    });
    let Value::Object(mut claims) = claims else {
        return Err(Fault::internal("claims are an object"));
    };
    changes
        .access
        .apply(Token::Access, client.id.as_str(), &mut claims);
    let keys = cx.store().signing_keys(&pool.id).await?;
    let access_token = standard::sign_access(cx, pool, &keys, claims)?;
    Ok(ClientToken {
        access_token,
        expires_in: life.as_seconds(),
        scopes,
    })
}
