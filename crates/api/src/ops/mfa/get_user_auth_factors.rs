//! GetUserAuthFactors: lists the factors that the bearer can sign in with.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUserAuthFactors.html>

use cabana_model::{GetUserAuthFactorsRequest, GetUserAuthFactorsResponse};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::mfa;
use crate::logic::tokens::access_token;

pub async fn get_user_auth_factors(
    cx: &Cx<'_>,
    input: GetUserAuthFactorsRequest,
) -> Result<GetUserAuthFactorsResponse, Fault> {
    let who = access_token::verify(cx, &input.access_token).await?;
    let (pool, user) = (&who.pool, &who.user);
    Ok(GetUserAuthFactorsResponse {
        configured_user_auth_factors: Some(mfa::preference::auth_factors(cx, pool, user).await?),
        preferred_mfa_setting: mfa::preference::preferred_setting(user),
        user_mfa_setting_list: mfa::preference::setting_list(user),
        username: user.username.clone().into(),
    })
}
