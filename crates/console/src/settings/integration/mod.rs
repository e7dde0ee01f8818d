//! `/integration`: settings for apps: domains, scopes of APIs, and app clients.

pub mod custom_domain;
pub mod domain;
pub mod resource_servers;

use axum::extract::Path;

use super::clients::list;
use super::tab;
use crate::desk::{Answer, Desk};
use crate::pool_head::PoolHead;

pub async fn show(Path(id): Path<String>, desk: Desk) -> Answer {
    let head = PoolHead::of(&desk, &id).await?;
    let servers = resource_servers::all(&desk, &id).await?;
    let (clients, further) = list::page(&desk, &id).await?;
    let mut panels = vec![
        domain::panel(&desk, &head),
        resource_servers::panel(&desk, &head, servers),
        list::panel(&desk, &head, clients),
    ];
    panels.extend(further.map(|token| list::further(&head, &token)));
    tab::show(&desk, &head, "App integration", panels)
}
