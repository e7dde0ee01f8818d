//! AdminSetUserMFAPreference: sets a user's second factors, and resets the count of wrong ones.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminSetUserMFAPreference.html>

use cabana_domain::event::EventKind;
use cabana_domain::guesses::FactorGuesses;
use cabana_model::{AdminSetUserMFAPreferenceRequest, AdminSetUserMFAPreferenceResponse};
use cabana_store::Change;

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::{mfa, passkeys, users};

pub async fn admin_set_user_mfa_preference(
    cx: &Cx<'_>,
    input: AdminSetUserMFAPreferenceRequest,
) -> Result<AdminSetUserMFAPreferenceResponse, Fault> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let mut user = users::get(cx, &pool, &input.username).await?;
    let wishes = mfa::preference::Wishes::new(
        input.software_token_mfa_settings,
        input.sms_mfa_settings,
        input.email_mfa_settings,
    );
    mfa::preference::set(&pool, &mut user, wishes)?;
    let passkey = input.web_authn_mfa_settings.as_ref();
    passkeys::set_second(cx, &pool, &mut user, passkey).await?;
    user.factor_guesses = FactorGuesses::default();
    let event = cx.emit(&user, EventKind::ChangeMfa);
    let update = Change::UpdateUser {
        user: Box::new(user),
        names: None,
    };
    cx.commit([update, event]).await?;
    Ok(AdminSetUserMFAPreferenceResponse {})
}
