//! GetUser: shows the bearer's account.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUser.html>

use cabana_model::{GetUserRequest, GetUserResponse, Secret};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::tokens::{access_token, claims};
use crate::logic::users;

pub async fn get_user(cx: &Cx<'_>, input: GetUserRequest) -> Result<GetUserResponse, Fault> {
    let who = access_token::verify(cx, &input.access_token).await?;
    let visible = |name: &str| name == "sub" || claims::may_read(&who.client, name);
    Ok(GetUserResponse {
        mfa_options: users::view::mfa_options(&who.user.mfa),
        preferred_mfa_setting: users::view::preferred_mfa(&who.user.mfa),
        user_attributes: users::view::attributes(&who.user.sub, who.user.attributes, visible),
        user_mfa_setting_list: users::view::mfa_settings(&who.user.mfa),
        username: Secret::from(who.user.username.as_str()),
    })
}
