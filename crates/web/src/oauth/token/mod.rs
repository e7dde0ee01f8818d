//! `/oauth2/token`: exchanges codes, refresh tokens and client credentials for tokens. One file per grant.

mod authorization_code;
mod client_credentials;
mod refresh_token;

use axum::response::Response;
use cabana_api::logic::tokens::Tokens;
use http::StatusCode;
use serde::Serialize;

use super::{client_auth, demand_form};
use crate::authorize::errors::{Kind, Refusal};
use crate::authorize::refusals;
use crate::reply;
use crate::visit::Visit;

/// The response, in Cognito's order.
#[derive(Serialize)]
struct Answer {
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<String>,
    access_token: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    expires_in: i64,
    token_type: &'static str,
    /// Said in the standard dialect.
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
}

impl From<Tokens> for Answer {
    fn from(tokens: Tokens) -> Self {
        Self {
            id_token: tokens.id_token,
            access_token: tokens.access_token,
            refresh_token: tokens.refresh_token,
            expires_in: tokens.expires_in,
            token_type: "Bearer",
            scope: Some(tokens.scopes.join(" ")),
        }
    }
}

pub async fn token(visit: Visit) -> Response {
    match answer(&visit).await {
        Ok(mut answer) => {
            if !visit.pool().speaks_standard() {
                answer.scope = None;
            }
            reply::json(StatusCode::OK, &answer)
        }
        Err(refusal) => {
            let client = client_auth::named(&visit);
            refusals::log(&visit, client.as_deref(), &refusal);
            match visit.pool().speaks_standard() {
                true => client_auth::refused(&refusal),
                false => refusal.answer(StatusCode::BAD_REQUEST),
            }
        }
    }
}

async fn answer(visit: &Visit) -> Result<Answer, Refusal> {
    demand_form(visit)?;
    let grant = visit
        .form
        .get("grant_type")
        .ok_or_else(|| missing("grant_type"))?;
    let client = client_auth::client(visit).await?;
    match grant {
        "authorization_code" => authorization_code::redeem(visit, &client).await,
        "refresh_token" => refresh_token::redeem(visit, &client).await,
        "client_credentials" => client_credentials::issue(visit, &client).await,
        _ => Err(Refusal::from(Kind::UnsupportedGrantType).blaming("grant_type", grant)),
    }
}

fn missing(name: &str) -> Refusal {
    Refusal::new(Kind::InvalidRequest, format!("{name} is missing"))
}
