//! DeleteUser: deletes the bearer's account.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteUser.html>

use cabana_domain::event::EventKind;
use cabana_model::{DeleteUserRequest, Nothing};
use cabana_store::Change;

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::tokens::access_token;

pub async fn delete_user(cx: &Cx<'_>, input: DeleteUserRequest) -> Result<Nothing, Fault> {
    let user = access_token::verify(cx, &input.access_token).await?.user;
    let event = cx.emit(&user, EventKind::Delete);
    let change = Change::DeleteUser {
        pool: user.pool,
        sub: user.sub,
    };
    cx.commit([change, event]).await?;
    Ok(Nothing)
}
