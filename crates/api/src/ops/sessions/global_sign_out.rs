//! GlobalSignOut: revokes all of the bearer's tokens.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GlobalSignOut.html>

use cabana_domain::event::EventKind;
use cabana_model::{GlobalSignOutRequest, GlobalSignOutResponse};
use cabana_store::Change;

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::tokens::access_token;

pub async fn global_sign_out(
    cx: &Cx<'_>,
    input: GlobalSignOutRequest,
) -> Result<GlobalSignOutResponse, Fault> {
    let mut user = access_token::verify(cx, &input.access_token).await?.user;
    user.tokens_not_before = cx.now();
    let event = cx.emit(&user, EventKind::GlobalSignOut);
    let update = Change::UpdateUser {
        user: Box::new(user),
        names: None,
    };
    cx.commit([update, event]).await?;
    Ok(GlobalSignOutResponse {})
}
