//! ListUsersInGroup: lists the members of a group, in the order they were added.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUsersInGroup.html>

use cabana_model::{ListUsersInGroupRequest, ListUsersInGroupResponse, Operation};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::{groups, paging, users};

pub async fn list_users_in_group(
    cx: &Cx<'_>,
    input: ListUsersInGroupRequest,
) -> Result<ListUsersInGroupResponse, Fault> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let group = groups::get(cx, &pool, &input.group_name).await?;
    let operation = Operation::ListUsersInGroup;
    let bound = [pool.id.as_str(), group.name.as_str()];
    let token = input.next_token.as_deref();
    let page = paging::page(cx, operation, &bound, input.limit, token)?;
    let found = cx.store().members(&pool.id, &group.name, page).await?;
    let users = found.items.into_iter();
    Ok(ListUsersInGroupResponse {
        users: Some(
            users
                .map(|user| users::view::user_type(user, |_| true))
                .collect(),
        ),
        next_token: paging::seal_token(cx, operation, &bound, found.next)?,
    })
}
