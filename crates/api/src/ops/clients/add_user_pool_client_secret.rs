//! Adds a second secret to a confidential client.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AddUserPoolClientSecret.html>

use cabana_domain::client::Client;
use cabana_model::{
    AddUserPoolClientSecretRequest, AddUserPoolClientSecretResponse, ClientSecretDescriptorType,
};
use cabana_store::Change;

use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::clients::secrets;

/// Maximum number of secrets of a client.
const MOST: usize = 2;

pub async fn add_user_pool_client_secret(
    cx: &Cx<'_>,
    input: AddUserPoolClientSecretRequest,
) -> Result<AddUserPoolClientSecretResponse, Fault> {
    let (before, _) = cx
        .pool_client(&input.user_pool_id, &input.client_id)
        .await?;
    if !before.is_confidential() {
        return Err(faults::public_client_secret());
    }
    if before.secrets.len() >= MOST {
        return Err(faults::too_many_secrets());
    }
    let generated = input.client_secret.is_none();
    let secret = secrets::new(cx, &before.id, input.client_secret, &before.secrets)?;
    // Returned only if generated: a caller who chose the value knows it.
    let client_secret_value = generated.then(|| secret.value.clone());
    let shown = ClientSecretDescriptorType {
        client_secret_value,
        ..secrets::describe(&secret)
    };
    let mut client = Client {
        modified: cx.now(),
        ..(*before).clone()
    };
    client.secrets.push(secret);
    cx.commit([Change::UpdateClient(Box::new(client))]).await?;
    Ok(AddUserPoolClientSecretResponse {
        client_secret_descriptor: Some(shown),
    })
}
