//! `/console/pools/{id}/sign-in-page`: leads to the hosted sign-in page of the pool's first app client that has one.

use axum::extract::Path;
use cabana_model::{ListUserPoolClientsRequest, op};

use super::hosted_ui::login_url;
use crate::desk::{Answer, Desk, see_other};
use crate::halt::Halt;
use crate::settings::update;

/// Most clients that are looked at: the most that ListUserPoolClients returns at once.
const MOST: i32 = 60;

pub async fn open(Path(pool): Path<String>, desk: Desk) -> Answer {
    let input = ListUserPoolClientsRequest {
        user_pool_id: pool.clone(),
        max_results: Some(MOST),
        ..ListUserPoolClientsRequest::default()
    };
    let listed = desk.call::<op::ListUserPoolClients>(&input).await?;
    let public_url = &desk.console.api.settings.public_url;
    for described in listed.user_pool_clients.into_iter().flatten() {
        let id = described.client_id.unwrap_or_default();
        match update::client(&desk, &pool, &id).await {
            Ok(client) => {
                if let Some(url) = login_url(public_url, &client) {
                    return Ok(see_other(&url));
                }
            }
            // The client may have been deleted since it was listed.
            Err(halt) if halt.status == http::StatusCode::NOT_FOUND => {}
            Err(halt) => return Err(halt),
        }
    }
    Err(Halt {
        heading: "No sign-in page yet",
        link: Some((
            "App integration",
            format!("/console/pools/{pool}/integration"),
        )),
        ..Halt::not_found(
            "The sign-in page belongs to an app client. Create one, and let the hosted UI serve it.",
        )
    })
}
