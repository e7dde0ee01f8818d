//! Deletes one of a client's two secrets; the last one cannot be deleted.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteUserPoolClientSecret.html>

use cabana_domain::client::Client;
use cabana_model::{DeleteUserPoolClientSecretRequest, DeleteUserPoolClientSecretResponse};
use cabana_store::Change;

use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;

pub async fn delete_user_pool_client_secret(
    cx: &Cx<'_>,
    input: DeleteUserPoolClientSecretRequest,
) -> Result<DeleteUserPoolClientSecretResponse, Fault> {
    let (before, _) = cx
        .pool_client(&input.user_pool_id, &input.client_id)
        .await?;
    let mut client = Client {
        modified: cx.now(),
        ..(*before).clone()
    };
    client.secrets.retain(|it| it.id != input.client_secret_id);
    if client.secrets.len() == before.secrets.len() {
        return Err(faults::no_such_secret(&input.client_secret_id));
    }
    if client.secrets.is_empty() {
        return Err(faults::last_secret());
    }
    cx.commit([Change::UpdateClient(Box::new(client))]).await?;
    Ok(DeleteUserPoolClientSecretResponse {})
}
