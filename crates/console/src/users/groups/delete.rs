//! Deletes a group; its members stay users.

use axum::extract::Path;
use cabana_model::{DeleteGroupRequest, op};

use crate::desk::{Answer, Desk};
use crate::users::groups::url;
use crate::users::name::Name;

pub async fn delete(Path((pool, name)): Path<(String, Name)>, desk: Desk) -> Answer {
    let input = DeleteGroupRequest {
        user_pool_id: pool.clone(),
        group_name: name.as_str().to_owned(),
    };
    if let Err(fault) = desk.call::<op::DeleteGroup>(&input).await {
        return desk.fault_at(&url(&pool, &name), fault).await;
    }
    let news = format!("Group \u{201c}{}\u{201d} has been deleted.", name.as_str());
    desk.done(&format!("/console/pools/{pool}/groups"), news)
}
