//! Passkeys of a pool.

use askama::Template;
use axum::extract::Path;
use cabana_api::faults::reason;
use cabana_api::logic::passkeys::default_relying_party;
use cabana_domain::PoolId;
use cabana_model::{
    AuthFactorType, GetUserPoolMfaConfigResponse, SetUserPoolMfaConfigRequest, UserPoolMfaType,
    UserPoolType, UserVerificationType, WebAuthnConfigurationType,
    WebAuthnFactorConfigurationType as Factor, op,
};

use super::{first_factors, mfa};
use crate::about::About;
use crate::desk::{Answer, Desk};
use crate::form::{Form, Group};
use crate::halt::Halt;
use crate::pool_head;
use crate::settings::panel::{Cell, Panel};
use crate::settings::sheet::{Sheet, blame, may_change};

const VERIFICATION: [(UserVerificationType, &str, &str); 2] = [
    (
        UserVerificationType::Preferred,
        "Preferred",
        "Authenticators verify the person if they can.",
    ),
    (
        UserVerificationType::Required,
        "Required",
        "Authenticators must verify the person, by a PIN, a fingerprint or a face.",
    ),
];

const FACTORS: [(Factor, &str, &str); 2] = [
    (
        Factor::SingleFactor,
        "Single factor",
        "People with a second factor sign in with their password.",
    ),
    (
        Factor::MultiFactorWithUserVerification,
        "Multi-factor with user verification",
        "A passkey whose authenticator verified the person is both factors, for people who turn it on.",
    ),
];

const FIELDS: [(About<'static>, &str); 2] = [
    (About::Reason(reason::bad_relying_party), "relying_party"),
    (About::Reason(reason::single_factor_passkeys), "factor"),
];

fn settings(factors: &GetUserPoolMfaConfigResponse) -> WebAuthnConfigurationType {
    factors.web_authn_configuration.clone().unwrap_or_default()
}

fn verification(settings: &WebAuthnConfigurationType) -> UserVerificationType {
    settings
        .user_verification
        .unwrap_or(UserVerificationType::Preferred)
}

fn factor(settings: &WebAuthnConfigurationType) -> Factor {
    settings
        .factor_configuration
        .unwrap_or(Factor::SingleFactor)
}

/// The relying party of a pool that sets none.
async fn default(desk: &Desk, pool: &UserPoolType) -> Result<Option<String>, Halt> {
    let id = PoolId::new(pool.id.clone().unwrap_or_default());
    Ok(default_relying_party(&desk.cx(), &id).await?)
}

/// The panel of the tab.
///
/// # Errors
/// If the store fails.
pub async fn panel(
    desk: &Desk,
    pool: &UserPoolType,
    factors: &GetUserPoolMfaConfigResponse,
    edit: String,
) -> Result<Panel, Halt> {
    let settings = settings(factors);
    let on = first_factors::allowed(pool).contains(&AuthFactorType::WebAuthn);
    let own = settings.relying_party_id.clone();
    let relying_party = match own {
        Some(own) => Some(own),
        None => default(desk, pool).await?,
    };
    let verified = VERIFICATION
        .iter()
        .find(|(it, ..)| *it == verification(&settings));
    let taken = FACTORS.iter().find(|(it, ..)| *it == factor(&settings));
    Ok(Panel::new("passkey", "Passkey")
        .action(!desk.operator.read_only, "Edit", edit)
        .row(
            "Sign-in with a passkey",
            if on { "Allowed" } else { "Not allowed" },
        )
        .row(
            "Domain for relying party ID",
            relying_party.map_or_else(|| Cell::from("None"), Cell::from),
        )
        .maybe("User verification", verified.map(|(_, words, _)| *words))
        .maybe("Factor", taken.map(|(_, words, _)| *words)))
}

#[derive(Template)]
#[template(path = "settings/passkey.html")]
struct Controls<'a> {
    form: &'a Form,
    /// The relying party if the field is empty.
    default: Option<String>,
}

impl Controls<'_> {
    fn hint(&self) -> String {
        let default = match &self.default {
            Some(default) => format!("If empty: {default}."),
            None => "If empty, there is none: the server is reached by an IP address.".to_owned(),
        };
        format!(
            "The domain of your app, or one above it. {default} Passkeys belong to one domain: after a change, people \
             cannot sign in with those they have."
        )
    }

    fn verification(&self) -> Group {
        let options = VERIFICATION.map(|(value, words, meaning)| (value.as_str(), words, meaning));
        let group = self.form.choice("verification", "User verification");
        group.explained(options)
    }

    fn factor(&self) -> Group {
        let options = FACTORS.map(|(value, words, meaning)| (value.as_str(), words, meaning));
        self.form.choice("factor", "Factor").explained(options)
    }
}

fn sheet(pool: &UserPoolType) -> Sheet {
    Sheet::of_pool(pool, "/sign-in", "Edit passkey")
}

pub async fn edit(Path(id): Path<String>, desk: Desk) -> Answer {
    let pool = pool_head::describe(&desk, &id).await?;
    let settings = settings(&mfa::factors(&desk, &id).await?);
    let filled = || {
        Form::new(&desk)
            .with(
                "relying_party",
                settings.relying_party_id.clone().unwrap_or_default(),
            )
            .with("verification", verification(&settings).as_str())
            .with("factor", factor(&settings).as_str())
    };
    let form = Form::resumed(&desk, filled).await?;
    let controls = Controls {
        form: &form,
        default: default(&desk, &pool).await?,
    };
    sheet(&pool).page(&desk, &form, &controls)
}

pub async fn save(Path(id): Path<String>, desk: Desk) -> Answer {
    may_change(&desk)?;
    let pool = pool_head::describe(&desk, &id).await?;
    let before = mfa::factors(&desk, &id).await?;
    let mut form = Form::sent(&desk);
    let relying_party = form.get("relying_party").to_owned();
    let chosen = WebAuthnConfigurationType {
        relying_party_id: Some(relying_party).filter(|it| !it.is_empty()),
        user_verification: form.get("verification").parse().ok(),
        factor_configuration: form.get("factor").parse().ok(),
    };
    match desk
        .call::<op::SetUserPoolMfaConfig>(&with(before, chosen, id))
        .await
    {
        Ok(_) => return desk.done(sheet(&pool).back(), "The passkey settings have been saved."),
        Err(fault) => blame(&mut form, fault, &FIELDS)?,
    }
    desk.refused(&form).await
}

/// The request that changes the settings of passkeys and keeps the second factors.
fn with(
    before: GetUserPoolMfaConfigResponse,
    passkeys: WebAuthnConfigurationType,
    pool: String,
) -> SetUserPoolMfaConfigRequest {
    // A pool that has set nothing goes on without these settings.
    let usual = WebAuthnConfigurationType {
        relying_party_id: None,
        user_verification: Some(UserVerificationType::Preferred),
        factor_configuration: Some(Factor::SingleFactor),
    };
    let is_set = before.web_authn_configuration.is_some();
    let off = before.mfa_configuration.unwrap_or(UserPoolMfaType::Off) == UserPoolMfaType::Off;
    SetUserPoolMfaConfigRequest {
        user_pool_id: pool,
        mfa_configuration: before.mfa_configuration,
        software_token_mfa_configuration: before.software_token_mfa_configuration.filter(|_| !off),
        sms_mfa_configuration: before.sms_mfa_configuration.filter(|_| !off),
        email_mfa_configuration: before.email_mfa_configuration.filter(|_| !off),
        web_authn_configuration: Some(passkeys).filter(|it| is_set || *it != usual),
    }
}
