//! `/oauth2/revoke` (RFC 7009): revokes a refresh token and all tokens that came from it.

use axum::response::{IntoResponse, Response};
use cabana_api::again;
use cabana_api::logic::tokens;
use http::StatusCode;

use super::client_auth;
use crate::authorize::errors::{Kind, Refusal};
use crate::authorize::refusals;
use crate::visit::Visit;

pub async fn revoke(visit: Visit) -> Response {
    match end(&visit).await {
        Ok(()) => StatusCode::OK.into_response(),
        Err(refusal) => {
            let client = client_auth::named(&visit);
            refusals::log(&visit, client.as_deref(), &refusal);
            refusal.answer(match refusal.kind {
                Kind::InvalidClient => StatusCode::UNAUTHORIZED,
                _ => StatusCode::BAD_REQUEST,
            })
        }
    }
}

async fn end(visit: &Visit) -> Result<(), Refusal> {
    let client = client_auth::client(visit).await?;
    let token = visit
        .form
        .get("token")
        .ok_or_else(|| Refusal::new(Kind::InvalidRequest, "token is missing"))?;
    again(&visit.web.api, |_| async {
        tokens::revoke::revoke(&visit.cx(), &client, token, false).await
    })
    .await
    .map_err(Refusal::from)
}
