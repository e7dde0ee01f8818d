//! AdminDeleteUser: an administrator deletes a user.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminDeleteUser.html>

use cabana_model::{AdminDeleteUserRequest, Nothing};
use cabana_store::Change;

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::users;

pub async fn admin_delete_user(
    cx: &Cx<'_>,
    input: AdminDeleteUserRequest,
) -> Result<Nothing, Fault> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let user = users::get(cx, &pool, &input.username).await?;
    cx.commit([Change::DeleteUser {
        pool: user.pool,
        sub: user.sub,
    }])
    .await?;
    Ok(Nothing)
}
