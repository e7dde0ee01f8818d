//! Lists the identity providers of a pool by name.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListIdentityProviders.html>

use cabana_model::{ListIdentityProvidersRequest, ListIdentityProvidersResponse, Operation};
use cabana_store::Page;

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::{federation, paging};

pub async fn list_identity_providers(
    cx: &Cx<'_>,
    input: ListIdentityProvidersRequest,
) -> Result<ListIdentityProvidersResponse, Fault> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let operation = Operation::ListIdentityProviders;
    let bound = [pool.id.as_str()];
    let token = input.next_token.as_deref();
    let page: Page = paging::page(cx, operation, &bound, input.max_results, token)?;
    let found = cx.store().identity_providers(&pool.id, page).await?;
    Ok(ListIdentityProvidersResponse {
        providers: found.items.into_iter().map(federation::summary).collect(),
        next_token: paging::seal_token(cx, operation, &bound, found.next)?,
    })
}
