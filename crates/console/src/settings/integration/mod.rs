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
    let panels = vec![
        domain::panel(&desk, &head),
        resource_servers::panel(&desk, &head, servers, &list::PARAMETERS),
        list::panel(&desk, &head, &[resource_servers::SORT]).await?,
    ];
    tab::show(&desk, &head, "App integration", panels)
}
