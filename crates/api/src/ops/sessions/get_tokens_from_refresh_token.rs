//! GetTokensFromRefreshToken: refreshes tokens, with rotation if the client has it on.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetTokensFromRefreshToken.html>

use cabana_model::{GetTokensFromRefreshTokenRequest, GetTokensFromRefreshTokenResponse};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::clients::secret_hash;
use crate::logic::sign_in::initiate;
use crate::logic::tokens::refresh;

pub async fn get_tokens_from_refresh_token(
    cx: &Cx<'_>,
    input: GetTokensFromRefreshTokenRequest,
) -> Result<GetTokensFromRefreshTokenResponse, Fault> {
    let (client, pool) = cx.client(&input.client_id).await?;
    secret_hash::demand_secret(
        &client,
        input.client_secret.as_deref(),
        faults::client_secret_wrong,
    )?;
    let device = input.device_key.as_deref();
    let redeemed = refresh::find(cx, &client, &pool, &input.refresh_token, device).await?;
    let tokens = refresh::redeem(cx, &client, &pool, redeemed).await?;
    Ok(GetTokensFromRefreshTokenResponse {
        authentication_result: Some(initiate::result(tokens)),
    })
}
