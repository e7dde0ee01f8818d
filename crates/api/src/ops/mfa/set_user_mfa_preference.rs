//! SetUserMFAPreference: sets the bearer's second factors.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SetUserMFAPreference.html>

use cabana_domain::event::EventKind;
use cabana_model::{SetUserMFAPreferenceRequest, SetUserMFAPreferenceResponse};
use cabana_store::Change;

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::tokens::access_token;
use crate::logic::{mfa, passkeys};

pub async fn set_user_mfa_preference(
    cx: &Cx<'_>,
    input: SetUserMFAPreferenceRequest,
) -> Result<SetUserMFAPreferenceResponse, Fault> {
    let who = access_token::verify(cx, &input.access_token).await?;
    let mut user = who.user;
    let wishes = mfa::preference::Wishes::new(
        input.software_token_mfa_settings,
        input.sms_mfa_settings,
        input.email_mfa_settings,
    );
    mfa::preference::set(&who.pool, &mut user, wishes)?;
    let passkey = input.web_authn_mfa_settings.as_ref();
    passkeys::set_second(cx, &who.pool, &mut user, passkey).await?;
    let event = cx.emit(&user, EventKind::ChangeMfa);
    let update = Change::UpdateUser {
        user: Box::new(user),
        names: None,
    };
    cx.commit([update, event]).await?;
    Ok(SetUserMFAPreferenceResponse {})
}
