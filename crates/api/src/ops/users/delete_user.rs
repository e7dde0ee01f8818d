//! DeleteUser: the bearer of an access token deletes their own account.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteUser.html>

use cabana_model::{DeleteUserRequest, Nothing};
use cabana_store::Change;

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::tokens::access_token;

pub async fn delete_user(cx: &Cx<'_>, input: DeleteUserRequest) -> Result<Nothing, Fault> {
    let user = access_token::verify(cx, &input.access_token).await?.user;
    cx.commit([Change::DeleteUser {
        pool: user.pool,
        sub: user.sub,
    }])
    .await?;
    Ok(Nothing)
}
