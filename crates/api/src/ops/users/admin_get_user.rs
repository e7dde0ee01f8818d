//! AdminGetUser: shows a user.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminGetUser.html>

use cabana_model::{AdminGetUserRequest, AdminGetUserResponse, Secret};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::users;

pub async fn admin_get_user(
    cx: &Cx<'_>,
    input: AdminGetUserRequest,
) -> Result<AdminGetUserResponse, Fault> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let user = users::get_summary(cx, &pool, &input.username).await?;
    Ok(AdminGetUserResponse {
        enabled: Some(user.enabled),
        mfa_options: users::view::mfa_options(&user.mfa),
        preferred_mfa_setting: users::view::preferred_mfa(&user.mfa),
        user_attributes: Some(users::view::attributes(&user.sub, user.attributes, |_| {
            true
        })),
        user_create_date: Some(user.created.into()),
        user_last_modified_date: Some(user.modified.into()),
        user_mfa_setting_list: users::view::mfa_settings(&user.mfa),
        user_status: Some(user.status),
        username: Secret::from(user.username),
    })
}
