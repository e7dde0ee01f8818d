//! Lists the resource servers of a pool by identifier.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListResourceServers.html>

use cabana_model::{ListResourceServersRequest, ListResourceServersResponse, Operation};
use cabana_store::Page;

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::{paging, resource_servers};

/// Default and maximum size of a page.
const MOST: u32 = 50;

pub async fn list_resource_servers(
    cx: &Cx<'_>,
    input: ListResourceServersRequest,
) -> Result<ListResourceServersResponse, Fault> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let operation = Operation::ListResourceServers;
    let bound = [pool.id.as_str()];
    let after = paging::open_token(cx, operation, &bound, input.next_token.as_deref())?;
    let page = Page {
        limit: paging::limit(input.max_results, MOST),
        after,
    };
    let found = cx.store().resource_servers(&pool.id, page).await?;
    Ok(ListResourceServersResponse {
        resource_servers: found
            .items
            .into_iter()
            .map(resource_servers::describe)
            .collect(),
        next_token: paging::seal_token(cx, operation, &bound, found.next)?,
    })
}
