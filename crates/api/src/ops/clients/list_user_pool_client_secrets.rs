//! Lists the secrets of a client, oldest first and without their values.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUserPoolClientSecrets.html>

use cabana_model::{ListUserPoolClientSecretsRequest, ListUserPoolClientSecretsResponse};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::clients::secrets;

pub async fn list_user_pool_client_secrets(
    cx: &Cx<'_>,
    input: ListUserPoolClientSecretsRequest,
) -> Result<ListUserPoolClientSecretsResponse, Fault> {
    let (client, _) = cx
        .pool_client(&input.user_pool_id, &input.client_id)
        .await?;
    // There are at most two secrets, so no page ever had a next token.
    if input.next_token.is_some() {
        return Err(faults::bad_paging_token());
    }
    Ok(ListUserPoolClientSecretsResponse {
        client_secrets: Some(client.secrets.iter().map(secrets::describe).collect()),
        next_token: None,
    })
}
