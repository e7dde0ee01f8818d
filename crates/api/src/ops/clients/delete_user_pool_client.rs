//! Deletes an app client and its tokens.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteUserPoolClient.html>

use cabana_model::{DeleteUserPoolClientRequest, Nothing};
use cabana_store::Change;

use crate::cx::Cx;
use crate::fault::Fault;

pub async fn delete_user_pool_client(
    cx: &Cx<'_>,
    input: DeleteUserPoolClientRequest,
) -> Result<Nothing, Fault> {
    let (client, pool) = cx
        .pool_client(&input.user_pool_id, &input.client_id)
        .await?;
    cx.commit([Change::DeleteClient {
        pool: pool.id.clone(),
        client: client.id.clone(),
    }])
    .await?;
    Ok(Nothing)
}
