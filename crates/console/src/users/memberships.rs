//! A user's groups, from the user's page.

use axum::extract::Path;
use cabana_model::{AdminAddUserToGroupRequest, AdminRemoveUserFromGroupRequest, op};

use crate::desk::{Answer, Desk};
use crate::form::Form;
use crate::users::name::Name;
use crate::users::user::url;

const CHOOSE: &str = "Choose a group.";

/// Path of the user's page, and the group that the form names.
fn read(desk: &Desk, pool: &str, name: &Name) -> (String, Option<String>) {
    (url(pool, name), Form::sent(desk).given("group"))
}

pub async fn add(Path((pool, name)): Path<(String, Name)>, desk: Desk) -> Answer {
    let (page, group) = read(&desk, &pool, &name);
    let Some(group) = group else {
        return desk.problem_at(&page, CHOOSE).await;
    };
    let input = AdminAddUserToGroupRequest {
        user_pool_id: pool,
        username: name.as_str().into(),
        group_name: group.clone(),
    };
    let added = desk.call::<op::AdminAddUserToGroup>(&input).await;
    let news = format!("The user is now in the group \u{201c}{group}\u{201d}.");
    desk.acted(added, &page, news).await
}

pub async fn remove(Path((pool, name)): Path<(String, Name)>, desk: Desk) -> Answer {
    let (page, group) = read(&desk, &pool, &name);
    let Some(group) = group else {
        return desk.problem_at(&page, CHOOSE).await;
    };
    let input = AdminRemoveUserFromGroupRequest {
        user_pool_id: pool,
        username: name.as_str().into(),
        group_name: group.clone(),
    };
    let removed = desk.call::<op::AdminRemoveUserFromGroup>(&input).await;
    let news = format!("The user is no longer in the group \u{201c}{group}\u{201d}.");
    desk.acted(removed, &page, news).await
}
