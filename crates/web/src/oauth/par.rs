//! `/oauth2/par` (RFC 9126), in the standard dialect: a client pushes its authorization request and gets a name for it,
//! which it puts into the browser's address. No query, no write.

use axum::response::Response;
use http::StatusCode;
use serde::Serialize;

use super::client_auth;
use crate::authorize::errors::{Kind, Refusal};
use crate::authorize::{self, not_found, pushed, refusals};
use crate::params::Params;
use crate::reply;
use crate::visit::Visit;

#[derive(Serialize)]
struct Answer {
    request_uri: String,
    expires_in: i64,
}

pub async fn push(visit: Visit) -> Response {
    if !visit.pool().speaks_standard() {
        return not_found(visit).await;
    }
    match named(&visit).await {
        Ok(request_uri) => {
            let expires_in = pushed::LIFE.as_seconds();
            let answer = Answer {
                request_uri,
                expires_in,
            };
            reply::json(StatusCode::CREATED, &answer)
        }
        Err(refusal) => {
            let client = client_auth::named(&visit);
            refusals::log(&visit, client.as_deref(), &refusal);
            client_auth::refused(&refusal)
        }
    }
}

/// The name for the pushed request, if it would be granted.
async fn named(visit: &Visit) -> Result<String, Refusal> {
    super::demand_form(visit)?;
    let client = client_auth::client(visit).await?;
    let refused = |why| Refusal::new(Kind::InvalidRequest, why);
    if visit.form.has(pushed::PARAMETER) {
        return Err(refused("request_uri cannot be pushed"));
    }
    // The secret is no part of the request.
    let mut query = visit.form.without("client_secret");
    if !query.has("client_id") {
        let own = Params::of(&[("client_id".to_owned(), client.id.to_string())]);
        query = Params::parse(&format!("{}&{}", query.as_sent(), own.as_sent()));
    }
    if !pushed::fits(&query) {
        return Err(refused("the request is too long"));
    }
    let address = authorize::registered(&query, &client).map_err(|asked| match asked {
        Some(asked) => refused("redirect_uri is not registered").blaming("redirect_uri", asked),
        None => refused("redirect_uri is missing"),
    })?;
    let checked = authorize::begin(visit, &query, client.clone(), address);
    checked.map_err(|(_, refusal)| refusal)?;
    Ok(pushed::seal(&visit.cx(), &client, &query)?)
}
