//! ListGroups: lists the groups of a pool, by name.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListGroups.html>

use cabana_model::{ListGroupsRequest, ListGroupsResponse, Operation};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::{groups, paging};

pub async fn list_groups(
    cx: &Cx<'_>,
    input: ListGroupsRequest,
) -> Result<ListGroupsResponse, Fault> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let operation = Operation::ListGroups;
    let bound = [pool.id.as_str()];
    let token = input.next_token.as_deref();
    let page = paging::page(cx, operation, &bound, input.limit, token)?;
    let found = cx.store().groups(&pool.id, page).await?;
    Ok(ListGroupsResponse {
        groups: Some(found.items.iter().map(groups::view).collect()),
        next_token: paging::seal_token(cx, operation, &bound, found.next)?,
    })
}
