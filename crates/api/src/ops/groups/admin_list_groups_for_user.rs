//! AdminListGroupsForUser: lists a user's groups, by precedence.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminListGroupsForUser.html>

use cabana_domain::group::Group;
use cabana_model::{AdminListGroupsForUserRequest, AdminListGroupsForUserResponse, Operation};
use cabana_store::Cursor;

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::{groups, paging, users};

pub async fn admin_list_groups_for_user(
    cx: &Cx<'_>,
    input: AdminListGroupsForUserRequest,
) -> Result<AdminListGroupsForUserResponse, Fault> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let user = users::get(cx, &pool, &input.username).await?;
    let operation = Operation::AdminListGroupsForUser;
    let bound = [pool.id.as_str(), user.sub.as_str()];
    let token = input.next_token.as_deref();
    let page = paging::page(cx, operation, &bound, input.limit, token)?;
    // A user is in few groups: all are read at once, and the page is cut here.
    let all = cx.store().groups_of(&pool.id, &user.sub).await?;
    let mut rest = all.iter().filter(|group| match &page.after {
        Some(Cursor(last)) => place(group) > *last,
        None => true,
    });
    let limit = usize::try_from(page.limit).unwrap_or(usize::MAX);
    let shown: Vec<&Group> = rest.by_ref().take(limit).collect();
    let goes_on = rest.next().is_some();
    let next = shown.last().filter(|_| goes_on);
    let next = next.map(|group| Cursor(place(group)));
    Ok(AdminListGroupsForUserResponse {
        groups: Some(shown.into_iter().map(groups::view).collect()),
        next_token: paging::seal_token(cx, operation, &bound, next)?,
    })
}

/// Sort key of the list: by precedence, groups without one last, then by name.
fn place(group: &Group) -> String {
    let precedence = group.precedence.map_or(i64::MAX, i64::from);
    format!("{precedence:020}{}", group.name)
}
