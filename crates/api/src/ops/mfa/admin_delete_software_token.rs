//! AdminDeleteSoftwareToken: deletes a user's authenticator app, and resets the count of wrong second factors.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminDeleteSoftwareToken.html>

use cabana_domain::event::EventKind;
use cabana_domain::guesses::FactorGuesses;
use cabana_model::{AdminDeleteSoftwareTokenRequest, AdminDeleteSoftwareTokenResponse};
use cabana_store::Change;

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::users;

pub async fn admin_delete_software_token(
    cx: &Cx<'_>,
    input: AdminDeleteSoftwareTokenRequest,
) -> Result<AdminDeleteSoftwareTokenResponse, Fault> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let mut user = users::get(cx, &pool, &input.username).await?;
    user.remove_totp();
    user.factor_guesses = FactorGuesses::default();
    let event = cx.emit(&user, EventKind::ChangeMfa);
    let update = Change::UpdateUser {
        user: Box::new(user),
        names: None,
    };
    cx.commit([update, event]).await?;
    Ok(AdminDeleteSoftwareTokenResponse {})
}
