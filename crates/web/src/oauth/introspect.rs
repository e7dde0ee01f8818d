//! `/oauth2/introspect` (RFC 7662), in the standard dialect: whether a token is good and what it says, for confidential
//! clients.

use axum::response::Response;
use cabana_api::logic::tokens;
use http::StatusCode;
use serde_json::{Map, Value};

use super::client_auth;
use crate::authorize::errors::{Kind, Refusal};
use crate::authorize::{not_found, refusals};
use crate::reply;
use crate::visit::Visit;

pub async fn introspect(visit: Visit) -> Response {
    if !visit.pool().speaks_standard() {
        return not_found(visit).await;
    }
    match look(&visit).await {
        Ok(found) => {
            let is_good = found.is_some();
            let mut answer = found.unwrap_or_default();
            answer.insert("active".into(), is_good.into());
            reply::json(StatusCode::OK, &answer)
        }
        Err(refusal) => {
            let client = client_auth::named(&visit);
            refusals::log(&visit, client.as_deref(), &refusal);
            client_auth::refused(&refusal)
        }
    }
}

async fn look(visit: &Visit) -> Result<Option<Map<String, Value>>, Refusal> {
    super::demand_form(visit)?;
    let client = client_auth::client(visit).await?;
    // Anybody could ask in the name of a public client.
    if !client.is_confidential() {
        let refusal = Refusal::new(Kind::InvalidClient, "the app client has no secret");
        return Err(refusal);
    }
    let token = visit.form.get("token");
    let token = token.ok_or_else(|| Refusal::new(Kind::InvalidRequest, "token is missing"))?;
    let found = tokens::introspect::introspect(&visit.cx(), visit.pool(), &client, token).await;
    found.map_err(Refusal::from)
}
