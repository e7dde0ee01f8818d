//! `/logout` in both dialects: Cognito's (`client_id` with `logout_uri`, or with `redirect_uri` and `response_type` to
//! sign in again), and OpenID Connect's RP-initiated logout (`post_logout_redirect_uri` with `id_token_hint` or
//! `client_id`, all optional).
//!
//! The browser is redirected only to a URL that the client registered. If there is none, or no client is named, a page
//! offers to sign out: the person decides. Tokens stay valid, as with Cognito; revoking them is up to the app.

use std::sync::Arc;

use axum::response::Response;
use cabana_api::Fault;
use cabana_api::logic::clients::addresses::AddressList;
use cabana_api::logic::tokens::jwt;
use cabana_domain::client::Client;
use cabana_domain::keys::KeyUse;

use crate::authorize::errors::{Kind, Refusal};
use crate::authorize::frame::SIGN_OUT;
use crate::authorize::refusals;
use crate::authorize::session;
use crate::authorize::{self, Failure, Halt, RefusedAddress, answered, bad_request};
use crate::federation;
use crate::hosted::sign_out;
use crate::pages::Detail;
use crate::reply;
use crate::visit::Visit;

pub async fn logout(visit: Visit) -> Response {
    let result = decide(&visit).await;
    answered(&visit, result)
}

/// Handles a form: ours ends the session; an app's is redirected to itself as a query, because browsers send our
/// cookies with the redirect but not with another site's form.
pub async fn post(visit: Visit) -> Response {
    if !visit.form.has(SIGN_OUT) {
        let asked = visit.all_parameters();
        return reply::see_other(&format!("{}?{asked}", visit.path("/logout")));
    }
    let result = confirmed(&visit).await;
    answered(&visit, result)
}

async fn confirmed(visit: &Visit) -> Result<Response, Halt> {
    let client = visit.named_client().await;
    sign_out::check_csrf(visit, client.as_ref())?;
    // Asked again without a session, the page says that it is over; what was refused before is left out.
    let page = visit.path("/logout");
    let page = match client {
        Some(client) => format!("{page}?client_id={}", client.id),
        None => page,
    };
    ended(visit, reply::see_other(&page)).await
}

async fn decide(visit: &Visit) -> Result<Response, Halt> {
    let query = &visit.query;
    let target = ["logout_uri", "post_logout_redirect_uri"]
        .into_iter()
        .find_map(|name| Some((name, query.get(name)?)));
    let (back, hint) = (query.get("redirect_uri"), query.get("id_token_hint"));
    if target.is_none() && back.is_none() && hint.is_none() && query.get("client_id").is_none() {
        return sign_out::ask(visit, None).await;
    }
    let client = client(visit).await.map_err(Halt::or_sign_out)?;
    if let Some((name, target)) = target {
        let mut registered = client.settings.logout_urls.iter().flatten();
        if !registered.any(|it| it == target) {
            return Err(unlisted(visit, client, name, target));
        }
        let location = reply::with_parameters(target, '?', &[], query.encoded("state"));
        return ended(visit, reply::found(&location)).await;
    }
    if back.is_some() {
        // Checked as for a sign-in, before the old session ends.
        authorize::read(visit).await.map_err(Halt::or_sign_out)?;
        return ended(visit, reply::found(&visit.carrying("/login"))).await;
    }
    if hint.is_some() {
        let page = sign_out::signed_out(visit, Some(&client))?;
        return ended(visit, page).await;
    }
    sign_out::ask(visit, Some(&client)).await
}

/// The client that `client_id` or the ID token names; both must agree.
async fn client(visit: &Visit) -> Result<Arc<Client>, Halt> {
    let Some(hint) = visit.query.get("id_token_hint") else {
        return authorize::registered_client(visit).await;
    };
    let api = &visit.web.api;
    let keys = api.store.signing_keys(&visit.site.pool.id).await;
    let keys = keys.map_err(|error| Halt::Fault(Fault::from(error)))?;
    let named = visit.query.get("client_id");
    // An expired token is accepted: it only tells whose session ends.
    let claims = jwt::verify(&api.keys, &keys, KeyUse::IdToken, hint)
        .filter(|claims| {
            let issuer = claims.get("iss").and_then(|iss| iss.as_str());
            issuer == Some(visit.pool().issuer(&api.settings.public_url).as_str())
        })
        .ok_or_else(|| bad_request(visit, named, Detail::HintOfAnotherPool))?;
    let audience = claims
        .get("aud")
        .and_then(|aud| aud.as_str())
        .unwrap_or_default();
    if named.is_some_and(|id| id != audience) {
        return Err(bad_request(visit, named, Detail::HintOfAnotherClient).into());
    }
    visit
        .client(audience)
        .await?
        .ok_or_else(|| bad_request(visit, Some(audience), Detail::UnknownClient).into())
}

async fn ended(visit: &Visit, mut response: Response) -> Result<Response, Halt> {
    visit
        .cx()
        .commit(session::end(visit))
        .await
        .map_err(Halt::Fault)?;
    session::forget(visit, &mut response);
    Ok(federation::on_the_way(visit, response).await)
}

/// Refuses a URL that is not among the client's sign-out URLs, as Cognito does.
fn unlisted(visit: &Visit, client: Arc<Client>, name: &'static str, url: &str) -> Halt {
    let refusal = Refusal::from(Kind::RedirectMismatch).blaming(name, url);
    refusals::log(visit, Some(client.id.as_str()), &refusal);
    let address = RefusedAddress {
        client,
        list: AddressList::SignOut,
        url: url.to_owned(),
    };
    let detail = Detail::quoted(Kind::RedirectMismatch.as_str());
    let failure = Failure::bad_request(detail).about(address);
    failure.or_sign_out().into()
}
