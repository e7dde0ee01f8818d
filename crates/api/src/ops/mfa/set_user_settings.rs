//! SetUserSettings: sets codes by text message as the bearer's second factor, in the legacy form.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SetUserSettings.html>

use cabana_domain::event::EventKind;
use cabana_model::{SetUserSettingsRequest, SetUserSettingsResponse};
use cabana_store::Change;

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::mfa;
use crate::logic::tokens::access_token;

pub async fn set_user_settings(
    cx: &Cx<'_>,
    input: SetUserSettingsRequest,
) -> Result<SetUserSettingsResponse, Fault> {
    let who = access_token::verify(cx, &input.access_token).await?;
    let mut user = who.user;
    mfa::preference::set_options(&who.pool, &mut user, &input.mfa_options)?;
    let event = cx.emit(&user, EventKind::ChangeMfa);
    let update = Change::UpdateUser {
        user: Box::new(user),
        names: None,
    };
    cx.commit([update, event]).await?;
    Ok(SetUserSettingsResponse {})
}
