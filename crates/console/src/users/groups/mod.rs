//! `/console/pools/{id}/groups`: the groups of a pool and their members.

mod delete;
mod edit;
mod list;
mod page;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};
use cabana_model::{GetGroupRequest, GroupType, op};

use crate::Console;
use crate::desk::Desk;
use crate::halt::Halt;
use crate::users::name::Name;

pub fn routes() -> Router<Arc<Console>> {
    const GROUP: &str = "/console/pools/{id}/groups/{name}";
    let below = |rest: &str| format!("{GROUP}/{rest}");
    Router::new()
        .route("/console/pools/{id}/groups", get(list::show))
        .route(
            "/console/pools/{id}/groups/new",
            get(edit::blank).post(edit::create),
        )
        .route(GROUP, get(page::show))
        .route(&below("edit"), get(edit::show).post(edit::save))
        .route(&below("members/add"), post(page::add))
        .route(&below("members/remove"), post(page::remove))
        .route(&below("delete"), post(delete::delete))
}

/// Path of a group's page.
fn url(pool: &str, name: &Name) -> String {
    format!("/console/pools/{pool}/groups/{}", name.segment())
}

/// Calls GetGroup.
///
/// # Errors
/// If there is no such pool or group.
async fn find(desk: &Desk, pool: &str, name: &Name) -> Result<GroupType, Halt> {
    let input = GetGroupRequest {
        user_pool_id: pool.to_owned(),
        group_name: name.as_str().to_owned(),
    };
    let found = desk.call::<op::GetGroup>(&input).await?;
    found
        .group
        .ok_or_else(|| Halt::not_found("There is no such group."))
}
