//! The list of a pool's app clients.

use cabana_model::{ListUserPoolClientsRequest, UserPoolClientType, op};

use crate::desk::Desk;
use crate::halt::Halt;
use crate::pool_head::PoolHead;
use crate::settings::panel::{Cell, Panel};
use crate::settings::update;

/// Clients per page: the most that ListUserPoolClients returns at once.
pub const PAGE: i32 = 60;

/// A page of the clients, and the token of the next page.
///
/// # Errors
/// If there is no such pool.
pub async fn page(
    desk: &Desk,
    pool: &str,
) -> Result<(Vec<UserPoolClientType>, Option<String>), Halt> {
    let input = ListUserPoolClientsRequest {
        user_pool_id: pool.to_owned(),
        max_results: Some(PAGE),
        next_token: desk.query.get("clients").map(str::to_owned),
        ..ListUserPoolClientsRequest::default()
    };
    let listed = desk.call::<op::ListUserPoolClients>(&input).await?;
    let mut clients = Vec::new();
    for client in listed.user_pool_clients.into_iter().flatten() {
        let id = client.client_id.unwrap_or_default();
        // The client may have been deleted since it was listed.
        match update::client(desk, pool, &id).await {
            Err(halt) if halt.status == http::StatusCode::NOT_FOUND => {}
            found => clients.push(found?),
        }
    }
    Ok((clients, listed.next_token))
}

pub fn panel(desk: &Desk, head: &PoolHead, clients: Vec<UserPoolClientType>) -> Panel {
    let lines = clients.into_iter().map(|client| line(head, client));
    Panel::new("clients", "App client list")
        .main_action(
            !desk.operator.read_only,
            "Create app client",
            head.url("/clients/new"),
        )
        .table(
            &["App client name", "Client ID", "Type", "Hosted UI", "Created"],
            lines.collect(),
            "No app clients yet. An app needs one to sign people in: create it and give its client ID to the app.",
        )
        .hide_when_narrow(&["Client ID", "Hosted UI", "Created"])
}

fn line(head: &PoolHead, client: UserPoolClientType) -> Vec<Cell> {
    let id = client
        .client_id
        .map(|id| id.into_inner())
        .unwrap_or_default();
    let kind = match client.client_secret {
        Some(_) => "Confidential",
        None => "Public",
    };
    vec![
        Cell::Link {
            text: client.client_name.unwrap_or_default(),
            url: head.url(&format!("/clients/{id}")),
        },
        Cell::Copied(id, "client ID"),
        kind.into(),
        status(client.allowed_oauth_flows_user_pool_client),
        Cell::at(client.creation_date),
    ]
}

/// Whether the hosted pages serve a client.
pub fn status(allowed: Option<bool>) -> Cell {
    if allowed == Some(true) {
        Cell::Tag("good", "Available".to_owned())
    } else {
        Cell::Tag("", "Not available".to_owned())
    }
}

/// Panel with the link to the next page of the list.
pub fn further(head: &PoolHead, token: &str) -> Panel {
    let token: String = form_urlencoded::byte_serialize(token.as_bytes()).collect();
    let url = head.url(&format!("/integration?clients={token}#clients"));
    Panel::new("further", "More app clients").action(true, "Next page", url)
}
