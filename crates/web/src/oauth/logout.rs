//! `/logout` in both dialects: Cognito's (`client_id` with `logout_uri`, or with `redirect_uri` and
//! `response_type` to sign in again), and OpenID Connect's RP-initiated logout
//! (`post_logout_redirect_uri` with `id_token_hint` or `client_id`).
//!
//! The browser is sent only to an address that the client registered. Tokens stay good, as with
//! Cognito; the app has its own.

use std::sync::Arc;

use axum::response::Response;
use cabana_api::Fault;
use cabana_api::logic::jwt;
use cabana_domain::ClientId;
use cabana_domain::client::Client;
use cabana_domain::keys::KeyUse;
use http::StatusCode;

use super::authorize;
use crate::hosted::{self, Halt, answered};
use crate::pages::Mishap;
use crate::visit::Visit;
use crate::{reply, session};

pub async fn logout(visit: Visit) -> Response {
    let result = decide(&visit).await;
    answered(&visit, result)
}

async fn decide(visit: &Visit) -> Result<Response, Halt> {
    let query = &visit.query;
    let client = client(visit).await?;
    let target = query
        .get("logout_uri")
        .or_else(|| query.get("post_logout_redirect_uri"));
    if let Some(target) = target {
        let registered = client.settings.logout_urls.iter().flatten();
        if !registered.into_iter().any(|it| it == target) {
            return Err(refused("redirect_mismatch"));
        }
        let location = reply::with_parameters(target, '?', &[], query.encoded("state"));
        return ended(visit, reply::found(&location)).await;
    }
    if query.get("redirect_uri").is_some() {
        // Judged as a sign-in is, before the old session ends.
        authorize::read(visit).await?;
        return ended(visit, reply::found(&visit.carrying("/login"))).await;
    }
    if query.get("id_token_hint").is_some() {
        let page = hosted::signed_out(visit, &client)?;
        return ended(visit, page).await;
    }
    Err(refused(
        "Required String parameter 'redirect_uri' is not present",
    ))
}

/// The client that `client_id` or the ID token names; both must agree.
async fn client(visit: &Visit) -> Result<Arc<Client>, Halt> {
    let Some(hint) = visit.query.get("id_token_hint") else {
        return authorize::registered_client(visit).await;
    };
    let api = &visit.web.api;
    let keys = api.store.signing_keys(&visit.site.pool.id).await;
    let keys = keys.map_err(|error| Halt::Fault(Fault::from(error)))?;
    // It may have expired: all it has to say is whose session ends.
    let claims = jwt::verify(&api.keys, &keys, KeyUse::IdToken, hint)
        .filter(|claims| {
            let issuer = claims.get("iss").and_then(|iss| iss.as_str());
            issuer == Some(visit.pool().issuer(&api.settings.public_url).as_str())
        })
        .ok_or_else(|| refused("id_token_hint is not an ID token of this user pool"))?;
    let audience = claims
        .get("aud")
        .and_then(|aud| aud.as_str())
        .unwrap_or_default();
    if visit
        .query
        .get("client_id")
        .is_some_and(|id| id != audience)
    {
        return Err(refused("client_id is not the audience of id_token_hint"));
    }
    let client = api.store.client(&ClientId::new(audience)).await;
    client
        .map_err(|error| Halt::Fault(Fault::from(error)))?
        .filter(|client| client.pool == visit.site.pool.id)
        .ok_or_else(|| refused("Client does not exist."))
}

async fn ended(visit: &Visit, mut response: Response) -> Result<Response, Halt> {
    visit
        .cx()
        .commit(session::end(visit))
        .await
        .map_err(Halt::Fault)?;
    hosted::set_cookie(&mut response, session::clear(visit));
    Ok(response)
}

fn refused(detail: &'static str) -> Halt {
    Halt::Page {
        what: Mishap::BadRequest,
        status: StatusCode::BAD_REQUEST,
        detail: Some(detail),
    }
}
