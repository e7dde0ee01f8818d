//! Lists the app clients of a pool, oldest first.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUserPoolClients.html>

use cabana_domain::client::Client;
use cabana_model::{
    ClientTypeType, ListUserPoolClientsRequest, ListUserPoolClientsResponse, Operation,
    UserPoolClientDescription,
};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::paging;

pub async fn list_user_pool_clients(
    cx: &Cx<'_>,
    input: ListUserPoolClientsRequest,
) -> Result<ListUserPoolClientsResponse, Fault> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let operation = Operation::ListUserPoolClients;
    let wanted = input.client_type;
    let bound = [pool.id.as_str(), wanted.map_or("", ClientTypeType::as_str)];
    let page = paging::page(
        cx,
        operation,
        &bound,
        input.max_results,
        input.next_token.as_deref(),
    )?;
    let found = cx.store().clients(&pool.id, page).await?;
    // A page may be short: the type is filtered after the page was read.
    let suits = |client: &Client| wanted.is_none_or(|it| client.settings.client_type == Some(it));
    Ok(ListUserPoolClientsResponse {
        user_pool_clients: Some(
            found
                .items
                .into_iter()
                .filter(suits)
                .map(describe)
                .collect(),
        ),
        next_token: paging::seal_token(cx, operation, &bound, found.next)?,
    })
}

fn describe(client: Client) -> UserPoolClientDescription {
    UserPoolClientDescription {
        client_id: Some(client.id.as_str().into()),
        client_name: client.settings.client_name,
        user_pool_id: Some(client.pool.to_string()),
    }
}
