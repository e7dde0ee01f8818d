//! AdminSetUserSettings: sets codes by text message as a user's second factor, in the legacy form. Resets the count of
//! wrong second factors.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminSetUserSettings.html>

use cabana_domain::event::EventKind;
use cabana_domain::guesses::FactorGuesses;
use cabana_model::{AdminSetUserSettingsRequest, AdminSetUserSettingsResponse};
use cabana_store::Change;

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::{mfa, users};

pub async fn admin_set_user_settings(
    cx: &Cx<'_>,
    input: AdminSetUserSettingsRequest,
) -> Result<AdminSetUserSettingsResponse, Fault> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let mut user = users::get(cx, &pool, &input.username).await?;
    mfa::preference::set_options(&pool, &mut user, &input.mfa_options)?;
    user.factor_guesses = FactorGuesses::default();
    let event = cx.emit(&user, EventKind::ChangeMfa);
    let update = Change::UpdateUser {
        user: Box::new(user),
        names: None,
    };
    cx.commit([update, event]).await?;
    Ok(AdminSetUserSettingsResponse {})
}
