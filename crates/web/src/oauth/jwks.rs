//! `/.well-known/jwks.json`: the public halves of the pool's signing keys.

use axum::response::Response;
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use http::StatusCode;
use serde::Serialize;

use super::discovery::kept;
use crate::reply;
use crate::visit::Visit;

#[derive(Serialize)]
struct KeySet<'k> {
    keys: Vec<Key<'k>>,
}

#[derive(Serialize)]
struct Key<'k> {
    alg: &'static str,
    e: String,
    kid: &'k str,
    kty: &'static str,
    n: String,
    #[serde(rename = "use")]
    usage: &'static str,
}

pub async fn jwks(visit: Visit) -> Response {
    let keys = match visit.web.api.store.signing_keys(&visit.site.pool.id).await {
        Ok(keys) => keys,
        Err(error) => {
            tracing::error!(?error, "signing keys could not be read");
            return reply::unavailable(visit.texts());
        }
    };
    let set = KeySet {
        keys: keys
            .iter()
            .map(|key| Key {
                alg: "RS256",
                e: BASE64_URL_SAFE_NO_PAD.encode(&key.exponent),
                kid: &key.kid,
                kty: "RSA",
                n: BASE64_URL_SAFE_NO_PAD.encode(&key.modulus),
                usage: "sig",
            })
            .collect(),
    };
    kept(reply::json(StatusCode::OK, &set), false)
}
