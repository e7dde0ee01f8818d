//! Lists the user pools, oldest first.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUserPools.html>

use cabana_domain::pool::Pool;
use cabana_model::{
    ListUserPoolsRequest, ListUserPoolsResponse, Operation, UserPoolDescriptionType,
};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::paging;

pub async fn list_user_pools(
    cx: &Cx<'_>,
    input: ListUserPoolsRequest,
) -> Result<ListUserPoolsResponse, Fault> {
    let operation = Operation::ListUserPools;
    let page = paging::page(
        cx,
        operation,
        &[],
        Some(input.max_results),
        input.next_token.as_deref(),
    )?;
    let found = cx.store().pools(page).await?;
    Ok(ListUserPoolsResponse {
        user_pools: Some(found.items.into_iter().map(describe).collect()),
        next_token: paging::seal_token(cx, operation, &[], found.next)?,
    })
}

fn describe(pool: Pool) -> UserPoolDescriptionType {
    UserPoolDescriptionType {
        id: Some(pool.id.to_string()),
        name: pool.settings.name,
        lambda_config: pool.settings.lambda_config,
        creation_date: Some(pool.created.into()),
        last_modified_date: Some(pool.modified.into()),
        replica_regions: None,
        status: None,
    }
}
