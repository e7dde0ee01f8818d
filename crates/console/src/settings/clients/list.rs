//! The list of a pool's app clients.

use std::cmp::Ordering;

use cabana_domain::PoolId;
use cabana_model::{
    ListUserPoolClientsRequest, UserPoolClientDescription as Listed, UserPoolClientType, op,
};
use cabana_store::Counted;

use crate::desk::Desk;
use crate::halt::Halt;
use crate::pager::{List, PAGE};
use crate::pool_head::PoolHead;
use crate::settings::panel::{Cell, Panel};
use crate::settings::update;
use crate::sort::{self, Lines, Sort, folded};

/// Parameters of this list in the address of its page.
pub const PARAMETERS: [&str; 4] = ["sort", "next", "page", "back"];

/// The panel with the clients of a pool. Its links keep the parameters of these names, too.
///
/// # Errors
/// If there is no such pool.
pub async fn panel(desk: &Desk, head: &PoolHead, kept: &[&'static str]) -> Result<Panel, Halt> {
    let path = head.url("/integration#clients");
    let total = sort::count(desk, Counted::ClientsOf(&PoolId::new(head.id.as_str()))).await?;
    // Only these are in the list; for the rest each client is read by itself.
    let sort = Sort::of(&desk.query, path.as_str(), &["created", "name"])
        .keeping(&desk.query, kept)
        .only_if(total.is_some());
    let (listed, next) = sort
        .page(
            &desk.query,
            PAGE,
            |token| page(desk, &head.id, token),
            by_name,
        )
        .await?;
    let list = List {
        path: &path,
        kept: &sort.parameters(),
        limit: PAGE,
        total,
    };
    let pager = list.pager(&desk.query, listed.len(), next.as_deref());
    let lines = described(desk, &head.id, listed).await?;
    let lines = lines.into_iter().map(|client| line(head, client));
    Ok(Panel::new("clients", "App client list")
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
        .sorted(sort, &[("App client name", "name"), ("Created", "created")])
        .hide_when_narrow(&["Client ID", "Hosted UI", "Created"])
        .pager(pager))
}

async fn page(desk: &Desk, pool: &str, token: Option<String>) -> Result<Lines<Listed>, Halt> {
    let input = ListUserPoolClientsRequest {
        user_pool_id: pool.to_owned(),
        max_results: Some(PAGE.into()),
        next_token: token,
        ..ListUserPoolClientsRequest::default()
    };
    let listed = desk.call::<op::ListUserPoolClients>(&input).await?;
    Ok((
        listed.user_pool_clients.unwrap_or_default(),
        listed.next_token,
    ))
}

fn by_name(_: &str, a: &Listed, b: &Listed) -> Ordering {
    let name = |it: &Listed| folded(it.client_name.as_deref().unwrap_or_default());
    name(a).cmp(&name(b))
}

async fn described(
    desk: &Desk,
    pool: &str,
    listed: Vec<Listed>,
) -> Result<Vec<UserPoolClientType>, Halt> {
    let mut clients = Vec::new();
    for client in listed {
        let id = client.client_id.unwrap_or_default();
        // The client may have been deleted since it was listed.
        match update::client(desk, pool, &id).await {
            Err(halt) if halt.status == http::StatusCode::NOT_FOUND => {}
            found => clients.push(found?),
        }
    }
    Ok(clients)
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
