//! GetClientToken: issues an access token to a confidential client itself.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetClientToken.html>

use cabana_model::{ClientAuthenticationResultType, GetClientTokenRequest, GetClientTokenResponse};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::clients::secret_hash;
use crate::logic::tokens;

pub async fn get_client_token(
    cx: &Cx<'_>,
    input: GetClientTokenRequest,
) -> Result<GetClientTokenResponse, Fault> {
    let (client, pool) = cx.client(&input.client_id).await?;
    secret_hash::demand_secret(&client, Some(&input.secret), faults::client_secret_wrong)?;
    cx.count_client(&client.id)?;
    tokens::client_credentials::demand_flow(&client)?;
    let issued = tokens::client_credentials::issue(
        cx,
        &client,
        &pool,
        input.scopes.as_deref(),
        faults::scope_not_on_client,
    )
    .await?;
    Ok(GetClientTokenResponse {
        client_authentication_result: Some(ClientAuthenticationResultType {
            access_token: Some(issued.access_token.into()),
            expires_in: i32::try_from(issued.expires_in).ok(),
            token_type: Some("Bearer".to_owned()),
        }),
    })
}
