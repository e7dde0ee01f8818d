//! Verification of ID tokens.

use cabana_api::logic::tokens::jwt;
use cabana_domain::keys::KeyUse;
use serde_json::Value;

use super::{DemoApp, Failed};

/// The claims of a valid token: signed by the demo pool for the demo client, not expired, and with `nonce` if one is
/// given.
pub async fn check(app: &DemoApp, token: &str, nonce: Option<&str>) -> Result<Value, Failed> {
    let store = &app.api.store;
    let keys = store
        .signing_keys(&app.pool)
        .await
        .map_err(|error| error.to_string())?;
    let pool = store
        .pool(&app.pool)
        .await
        .map_err(|error| error.to_string())?
        .ok_or("the demo pool is gone")?;
    let claims = jwt::verify(&app.api.keys, &keys, KeyUse::IdToken, token)
        .ok_or("the ID token is not signed by the pool")?;
    let issuer = pool.issuer(&app.api.settings.public_url);
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    let expires = claims
        .get("exp")
        .and_then(Value::as_i64)
        .unwrap_or_default();
    let wrong = if text("iss") != Some(issuer.as_str()) {
        Some("it has another issuer")
    } else if text("aud") != Some(app.client.as_str()) {
        Some("it is for another client")
    } else if text("token_use") != Some("id") {
        Some("it is not an ID token")
    } else if expires <= app.api.clock.now().seconds() {
        Some("it has expired")
    } else if nonce.is_some() && text("nonce") != nonce {
        Some("its nonce is not the one sent")
    } else {
        None
    };
    match wrong {
        None => Ok(claims),
        Some(why) => Err(format!("the ID token is refused: {why}")),
    }
}
