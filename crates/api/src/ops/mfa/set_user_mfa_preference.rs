//! SetUserMFAPreference: sets the bearer's second factors.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SetUserMFAPreference.html>

use cabana_domain::event::EventKind;
use cabana_model::{SetUserMFAPreferenceRequest, SetUserMFAPreferenceResponse};
use cabana_store::Change;

use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::mfa;
use crate::logic::tokens::access_token;

pub async fn set_user_mfa_preference(
    cx: &Cx<'_>,
    input: SetUserMFAPreferenceRequest,
) -> Result<SetUserMFAPreferenceResponse, Fault> {
    if input.web_authn_mfa_settings.is_some() {
        return Err(faults::feature_not_built("WebAuthnMfaSettings"));
    }
    let who = access_token::verify(cx, &input.access_token).await?;
    let mut user = who.user;
    let wishes = mfa::preference::Wishes::new(
        input.software_token_mfa_settings,
        input.sms_mfa_settings,
        input.email_mfa_settings,
    );
    mfa::preference::set(&who.pool, &mut user, wishes)?;
    let event = cx.emit(&user, EventKind::ChangeMfa);
    let update = Change::UpdateUser {
        user: Box::new(user),
        names: None,
    };
    cx.commit([update, event]).await?;
    Ok(SetUserMFAPreferenceResponse {})
}
