//! AdminGetUserAuthFactors: lists the factors that a user can sign in with.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminGetUserAuthFactors.html>

use cabana_model::{AdminGetUserAuthFactorsRequest, AdminGetUserAuthFactorsResponse};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::{mfa, users};

pub async fn admin_get_user_auth_factors(
    cx: &Cx<'_>,
    input: AdminGetUserAuthFactorsRequest,
) -> Result<AdminGetUserAuthFactorsResponse, Fault> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let user = users::get(cx, &pool, &input.username).await?;
    Ok(AdminGetUserAuthFactorsResponse {
        configured_user_auth_factors: Some(mfa::preference::auth_factors(cx, &pool, &user).await?),
        preferred_mfa_setting: mfa::preference::preferred_setting(&user),
        user_mfa_setting_list: mfa::preference::setting_list(&user),
        username: user.username.into(),
    })
}
