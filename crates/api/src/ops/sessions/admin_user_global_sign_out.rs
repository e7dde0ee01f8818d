//! AdminUserGlobalSignOut: revokes all tokens of a user.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminUserGlobalSignOut.html>

use cabana_domain::event::EventKind;
use cabana_model::{AdminUserGlobalSignOutRequest, AdminUserGlobalSignOutResponse};
use cabana_store::Change;

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::users;

pub async fn admin_user_global_sign_out(
    cx: &Cx<'_>,
    input: AdminUserGlobalSignOutRequest,
) -> Result<AdminUserGlobalSignOutResponse, Fault> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let mut user = users::get(cx, &pool, &input.username).await?;
    user.tokens_not_before = cx.now();
    let event = cx.emit(&user, EventKind::GlobalSignOut);
    let update = Change::UpdateUser {
        user: Box::new(user),
        names: None,
    };
    cx.commit([update, event]).await?;
    Ok(AdminUserGlobalSignOutResponse {})
}
