//! RevokeToken: revokes a refresh token and every token of the same sign-in.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RevokeToken.html>

use cabana_model::{RevokeAssociatedSessionsType, RevokeTokenRequest, RevokeTokenResponse};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::clients::secret_hash;
use crate::logic::tokens;

pub async fn revoke_token(
    cx: &Cx<'_>,
    input: RevokeTokenRequest,
) -> Result<RevokeTokenResponse, Fault> {
    let (client, _) = cx
        .client(&input.client_id)
        .await
        .map_err(|fault| fault.or_refusal(faults::client_not_proven))?;
    secret_hash::demand_secret(
        &client,
        input.client_secret.as_deref(),
        faults::client_not_proven,
    )?;
    let linked = input.revoke_associated_sessions == Some(RevokeAssociatedSessionsType::Linked);
    tokens::revoke::revoke(cx, &client, &input.token, linked).await?;
    Ok(RevokeTokenResponse {})
}
