//! AdminDeleteUser: deletes a user.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminDeleteUser.html>

use cabana_domain::event::EventKind;
use cabana_model::{AdminDeleteUserRequest, Nothing};
use cabana_store::Change;

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::{operators::power, users};

pub async fn admin_delete_user(
    cx: &Cx<'_>,
    input: AdminDeleteUserRequest,
) -> Result<Nothing, Fault> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let user = users::get(cx, &pool, &input.username).await?;
    let guard = power::give_up(cx, &user).await?;
    let event = cx.emit(&user, EventKind::Delete);
    let change = Change::DeleteUser {
        pool: user.pool,
        sub: user.sub,
    };
    cx.commit([change, event].into_iter().chain(guard)).await?;
    Ok(Nothing)
}
