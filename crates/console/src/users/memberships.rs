//! Memberships of users in groups, as the user's page and the group's change them.

use axum::extract::Path;
use cabana_api::Fault;
use cabana_model::{
    AdminAddUserToGroupRequest, AdminListGroupsForUserRequest, AdminRemoveUserFromGroupRequest, op,
};

use crate::desk::{Answer, Desk};
use crate::form::Form;
use crate::news::News;
use crate::users::name::Name;
use crate::users::user::url;

const CHOOSE: &str = "Choose a group.";
/// Most pages of a user's groups that are read; more than any user has.
const MOST_PAGES: usize = 20;

/// Names of a user's groups.
///
/// # Errors
/// If there is no such pool or user.
pub async fn groups_of(desk: &Desk, pool: &str, user: &str) -> Result<Vec<String>, Fault> {
    let mut names = Vec::new();
    let mut input = AdminListGroupsForUserRequest {
        user_pool_id: pool.to_owned(),
        username: user.into(),
        ..AdminListGroupsForUserRequest::default()
    };
    for _ in 0..MOST_PAGES {
        let page = desk.call::<op::AdminListGroupsForUser>(&input).await?;
        let groups = page.groups.into_iter().flatten();
        names.extend(groups.filter_map(|group| group.group_name));
        input.next_token = page.next_token;
        if input.next_token.is_none() {
            break;
        }
    }
    Ok(names)
}

async fn is_member(desk: &Desk, pool: &str, user: &str, group: &str) -> Result<bool, Fault> {
    let groups = groups_of(desk, pool, user).await?;
    Ok(groups.iter().any(|it| it == group))
}

/// Adds a user to a group. Returns whether the user was not in it before: only then there is something to undo.
///
/// # Errors
/// The operation's fault.
pub async fn join(desk: &Desk, pool: &str, user: &str, group: &str) -> Result<bool, Fault> {
    let was_member = is_member(desk, pool, user, group).await?;
    let input = AdminAddUserToGroupRequest {
        user_pool_id: pool.to_owned(),
        username: user.into(),
        group_name: group.to_owned(),
    };
    desk.call::<op::AdminAddUserToGroup>(&input).await?;
    Ok(!was_member)
}

/// Removes a user from a group. Returns whether the user was in it before.
///
/// # Errors
/// The operation's fault.
pub async fn leave(desk: &Desk, pool: &str, user: &str, group: &str) -> Result<bool, Fault> {
    let was_member = is_member(desk, pool, user, group).await?;
    let input = AdminRemoveUserFromGroupRequest {
        user_pool_id: pool.to_owned(),
        username: user.into(),
        group_name: group.to_owned(),
    };
    desk.call::<op::AdminRemoveUserFromGroup>(&input).await?;
    Ok(was_member)
}

/// Path of the user's page, and the group that the form names.
fn read(desk: &Desk, pool: &str, name: &Name) -> (String, Option<String>) {
    (url(pool, name), Form::sent(desk).given("group"))
}

pub async fn add(Path((pool, name)): Path<(String, Name)>, desk: Desk) -> Answer {
    let (page, group) = read(&desk, &pool, &name);
    let Some(group) = group else {
        return desk.problem_at(&page, CHOOSE).await;
    };
    let joined = join(&desk, &pool, name.as_str(), &group).await;
    let news = match joined {
        Ok(false) => format!("The user was in the group \u{201c}{group}\u{201d} already.").into(),
        _ => News::from(format!(
            "The user is now in the group \u{201c}{group}\u{201d}."
        ))
        .undone_by(format!("{page}/groups/remove"), &[("group", &group)]),
    };
    desk.acted(joined, &page, news).await
}

pub async fn remove(Path((pool, name)): Path<(String, Name)>, desk: Desk) -> Answer {
    let (page, group) = read(&desk, &pool, &name);
    let Some(group) = group else {
        return desk.problem_at(&page, CHOOSE).await;
    };
    let left = leave(&desk, &pool, name.as_str(), &group).await;
    let news = match left {
        Ok(false) => format!("The user was not in the group \u{201c}{group}\u{201d}.").into(),
        _ => News::from(format!(
            "The user is no longer in the group \u{201c}{group}\u{201d}."
        ))
        .undone_by(format!("{page}/groups/add"), &[("group", &group)]),
    };
    desk.acted(left, &page, news).await
}
