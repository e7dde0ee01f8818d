//! `/console/pools/{id}/users/{name}/mfa`: a user's second factors, and the preferred one.

use askama::Template;
use axum::extract::Path;
use cabana_api::Fault;
use cabana_model::{
    AdminSetUserMFAPreferenceRequest, EmailMfaSettingsType, ErrorKind, GetUserPoolMfaConfigRequest,
    SMSMfaSettingsType, SoftwareTokenMfaSettingsType, op,
};

use crate::desk::{Answer, Desk};
use crate::form::{Form, Group};
use crate::frame::Frame;
use crate::halt::Halt;
use crate::users::blame;
use crate::users::name::Name;
use crate::users::person::{Person, factor_text};
use crate::users::user::{frame, url};

const APP: &str = "SOFTWARE_TOKEN_MFA";
const SMS: &str = "SMS_MFA";
const EMAIL: &str = "EMAIL_OTP";

#[derive(Template)]
#[template(path = "users/mfa.html")]
struct Mfa {
    frame: Frame,
    form: Form,
    url: String,
    pool_url: String,
    /// Factors that the pool offers or the user has turned on.
    offered: Vec<&'static str>,
}

impl Mfa {
    fn methods(&self) -> Group {
        let group = self.form.checks("methods", "MFA methods");
        self.offered.iter().fold(group, |group, name| {
            let meaning = match *name {
                APP => {
                    "Only if the user has registered one. Administrators cannot do that for them."
                }
                SMS => "A code by text message to the user's phone number.",
                _ => "A code to the user's email address.",
            };
            group.option(name, factor_text(name)).meaning(meaning)
        })
    }

    fn preferred(&self) -> Group {
        let group = self
            .form
            .choice("preferred", "Preferred MFA method")
            .option("none", "None")
            .meaning("With several methods on, the user chooses at each sign-in.");
        self.offered
            .iter()
            .fold(group, |group, name| group.option(name, factor_text(name)))
    }
}

async fn offered(desk: &Desk, pool: &str, person: &Person) -> Result<Vec<&'static str>, Halt> {
    let input = GetUserPoolMfaConfigRequest {
        user_pool_id: pool.to_owned(),
    };
    let factors = desk.call::<op::GetUserPoolMfaConfig>(&input).await?;
    let apps = factors.software_token_mfa_configuration;
    let all = [
        (APP, apps.is_some_and(|it| it.enabled == Some(true))),
        (SMS, factors.sms_mfa_configuration.is_some()),
        (EMAIL, factors.email_mfa_configuration.is_some()),
    ];
    let is_on = |name: &str| person.factors.iter().any(|it| it == name);
    let offered = all.into_iter().filter(|(name, on)| *on || is_on(name));
    Ok(offered.map(|(name, _)| name).collect())
}

async fn view(desk: &Desk, pool: &str, person: &Person, form: Form) -> Result<Mfa, Halt> {
    desk.cx().demand_write()?;
    let url = url(pool, &person.name);
    let frame = frame(desk, pool, "Edit multi-factor authentication").await?;
    Ok(Mfa {
        frame: frame.below(person.name.as_str(), url.as_str()),
        offered: offered(desk, pool, person).await?,
        pool_url: format!("/console/pools/{pool}"),
        form,
        url,
    })
}

pub async fn show(Path((pool, name)): Path<(String, Name)>, desk: Desk) -> Answer {
    let person = Person::of(&desk, &pool, &name).await?;
    let preferred = person.preferred_factor.as_deref().unwrap_or("none");
    let filled = || {
        let form = Form::new(&desk).with("preferred", preferred);
        let factors = person.factors.iter();
        factors.fold(form, |form, name| form.with("methods", name.as_str()))
    };
    let form = Form::resumed(&desk, filled).await?;
    desk.page(&view(&desk, &pool, &person, form).await?)
}

pub async fn save(Path((pool, name)): Path<(String, Name)>, desk: Desk) -> Answer {
    let person = Person::of(&desk, &pool, &name).await?;
    let view = view(&desk, &pool, &person, Form::sent(&desk)).await?;
    let mut form = view.form.clone();
    let preferred = form.get("preferred");
    if preferred != "none" && !form.has("methods", preferred) {
        form.add_problem("preferred", "Choose one of the methods that are on.");
    } else {
        match set(&desk, &pool, &person, &view).await {
            Ok(()) => {
                return desk.done(&view.url, "Multi-factor authentication has been saved.");
            }
            Err(fault) => blame(
                &mut form,
                fault,
                &[(ErrorKind::InvalidParameterException, "methods")],
            )?,
        }
    }
    desk.refused(&form).await
}

async fn set(desk: &Desk, pool: &str, person: &Person, view: &Mfa) -> Result<(), Fault> {
    let wish = |name: &str| {
        let offered = view.offered.contains(&name);
        let on = view.form.has("methods", name);
        let preferred = on && view.form.has("preferred", name);
        offered.then_some((Some(on), Some(preferred)))
    };
    let input = AdminSetUserMFAPreferenceRequest {
        user_pool_id: pool.to_owned(),
        username: person.name.as_str().into(),
        software_token_mfa_settings: wish(APP).map(|(enabled, preferred_mfa)| {
            SoftwareTokenMfaSettingsType {
                enabled,
                preferred_mfa,
            }
        }),
        sms_mfa_settings: wish(SMS).map(|(enabled, preferred_mfa)| SMSMfaSettingsType {
            enabled,
            preferred_mfa,
        }),
        email_mfa_settings: wish(EMAIL).map(|(enabled, preferred_mfa)| EmailMfaSettingsType {
            enabled,
            preferred_mfa,
        }),
        ..AdminSetUserMFAPreferenceRequest::default()
    };
    desk.call::<op::AdminSetUserMFAPreference>(&input)
        .await
        .map(drop)
}
