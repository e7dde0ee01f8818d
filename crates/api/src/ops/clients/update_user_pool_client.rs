//! Replaces an app client's settings. Omitted members get their defaults, except for the rotation of refresh tokens.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateUserPoolClient.html>

use cabana_domain::client::Client;
use cabana_model::{UpdateUserPoolClientRequest, UpdateUserPoolClientResponse};
use cabana_store::Change;

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::clients::settings::Verb;
use crate::logic::clients::{oauth, settings, view};
use crate::logic::federation;

pub async fn update_user_pool_client(
    cx: &Cx<'_>,
    input: UpdateUserPoolClientRequest,
) -> Result<UpdateUserPoolClientResponse, Fault> {
    let (before, pool) = cx
        .pool_client(&input.user_pool_id, &input.client_id)
        .await?;
    let before = Client {
        modified: cx.now(),
        ..(*before).clone()
    };
    let client = settings::replaced(before, &pool, input, Verb::Updating)?;
    oauth::check_scopes(cx, &client).await?;
    let providers = client.settings.supported_identity_providers.as_deref();
    federation::check_names(cx, &pool, providers).await?;
    let shown = view::as_sent(&client);
    cx.commit([Change::UpdateClient(Box::new(client))]).await?;
    Ok(UpdateUserPoolClientResponse {
        user_pool_client: Some(shown),
    })
}
