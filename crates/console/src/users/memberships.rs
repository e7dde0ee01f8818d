//! A user's groups, from the user's page.

use axum::extract::Path;
use cabana_model::{AdminAddUserToGroupRequest, AdminRemoveUserFromGroupRequest, op};

use crate::desk::{Answer, Desk};
use crate::form::Form;
use crate::halt::Halt;
use crate::users::name::Name;
use crate::users::user::url;

fn group(desk: &Desk) -> Result<String, Halt> {
    let given = Form::sent(desk).given("group");
    given.ok_or_else(|| Halt::bad_request("Choose a group."))
}

pub async fn add(Path((pool, name)): Path<(String, Name)>, desk: Desk) -> Answer {
    let group = group(&desk)?;
    let input = AdminAddUserToGroupRequest {
        user_pool_id: pool.clone(),
        username: name.as_str().into(),
        group_name: group.clone(),
    };
    desk.call::<op::AdminAddUserToGroup>(&input).await?;
    let news = format!("The user is now in the group \u{201c}{group}\u{201d}.");
    desk.done(&url(&pool, &name), news)
}

pub async fn remove(Path((pool, name)): Path<(String, Name)>, desk: Desk) -> Answer {
    let group = group(&desk)?;
    let input = AdminRemoveUserFromGroupRequest {
        user_pool_id: pool.clone(),
        username: name.as_str().into(),
        group_name: group.clone(),
    };
    desk.call::<op::AdminRemoveUserFromGroup>(&input).await?;
    let news = format!("The user is no longer in the group \u{201c}{group}\u{201d}.");
    desk.done(&url(&pool, &name), news)
}
