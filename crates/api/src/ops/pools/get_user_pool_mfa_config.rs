//! Shows the second factors that a pool offers, and whether it requires one.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUserPoolMfaConfig.html>

use cabana_model::{GetUserPoolMfaConfigRequest, GetUserPoolMfaConfigResponse};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::pools::mfa;

pub async fn get_user_pool_mfa_config(
    cx: &Cx<'_>,
    input: GetUserPoolMfaConfigRequest,
) -> Result<GetUserPoolMfaConfigResponse, Fault> {
    let shown = mfa::shown(&*cx.pool(&input.user_pool_id).await?);
    Ok(GetUserPoolMfaConfigResponse {
        mfa_configuration: Some(shown.mode),
        software_token_mfa_configuration: shown.software_token,
        sms_mfa_configuration: shown.sms,
        email_mfa_configuration: shown.email,
        web_authn_configuration: shown.web_authn,
    })
}
