//! `/messaging/mfa`: the message with the code of a second factor.

use askama::Template;
use axum::extract::Path;
use cabana_model::{GetUserPoolMfaConfigResponse, SetUserPoolMfaConfigRequest, UserPoolType, op};

use super::texts::{Need, SIGN_IN, SIGN_IN_SMS, SIGN_IN_SUBJECT};
use crate::desk::{Answer, Desk};
use crate::form::Form;
use crate::halt::Halt;
use crate::pool_head;
use crate::settings::sheet::{Sheet, blame, may_change};
use crate::settings::sign_in::mfa::factors;

#[derive(Template)]
#[template(path = "settings/message_mfa.html")]
struct Controls<'a> {
    form: &'a Form,
    email: bool,
    sms: bool,
}

impl<'a> Controls<'a> {
    fn of(form: &'a Form, factors: &GetUserPoolMfaConfigResponse) -> Self {
        Self {
            form,
            email: factors.email_mfa_configuration.is_some(),
            sms: factors.sms_mfa_configuration.is_some(),
        }
    }
}

fn sheet(pool: &UserPoolType) -> Sheet {
    Sheet::of_pool(pool, "/messaging", "Edit MFA message")
}

/// The pool's second factors, if one of them sends messages.
async fn sending(desk: &Desk, pool: &str) -> Result<GetUserPoolMfaConfigResponse, Halt> {
    let factors = factors(desk, pool).await?;
    if factors.email_mfa_configuration.is_none() && factors.sms_mfa_configuration.is_none() {
        return Err(Halt::not_found(
            "No second factor of this user pool sends messages. Turn one on under Sign-in experience first.",
        ));
    }
    Ok(factors)
}

pub async fn edit(Path(id): Path<String>, desk: Desk) -> Answer {
    let pool = pool_head::describe(&desk, &id).await?;
    let factors = sending(&desk, &id).await?;
    let email = factors.email_mfa_configuration.clone().unwrap_or_default();
    let sms = factors.sms_mfa_configuration.clone().unwrap_or_default();
    let filled = || {
        let form = SIGN_IN_SUBJECT.fill(Form::new(&desk), email.subject.as_ref());
        let form = SIGN_IN.fill(form, email.message.as_ref());
        SIGN_IN_SMS.fill(form, sms.sms_authentication_message.as_ref())
    };
    let form = Form::resumed(&desk, filled).await?;
    sheet(&pool).page(&desk, &form, &Controls::of(&form, &factors))
}

pub async fn save(Path(id): Path<String>, desk: Desk) -> Answer {
    may_change(&desk)?;
    let pool = pool_head::describe(&desk, &id).await?;
    let factors = sending(&desk, &id).await?;
    let mut form = Form::sent(&desk);
    let mut wanted = factors.clone();
    if let Some(email) = &mut wanted.email_mfa_configuration {
        email.subject = SIGN_IN_SUBJECT.read(&mut form, &[]);
        email.message = SIGN_IN.read(&mut form, &[Need::Code]);
    }
    if let Some(sms) = &mut wanted.sms_mfa_configuration {
        sms.sms_authentication_message = SIGN_IN_SMS.read(&mut form, &[Need::Code]);
    }
    let sheet = sheet(&pool);
    if form.is_fine() {
        let input = SetUserPoolMfaConfigRequest {
            user_pool_id: id,
            mfa_configuration: wanted.mfa_configuration,
            software_token_mfa_configuration: wanted.software_token_mfa_configuration,
            sms_mfa_configuration: wanted.sms_mfa_configuration,
            email_mfa_configuration: wanted.email_mfa_configuration,
            web_authn_configuration: wanted.web_authn_configuration,
        };
        match desk.call::<op::SetUserPoolMfaConfig>(&input).await {
            Ok(_) => return desk.done(sheet.back(), "The MFA message has been saved."),
            Err(fault) => blame(&mut form, fault, &[])?,
        }
    }
    desk.refused(&form).await
}
