//! Second factors of a pool.

use askama::Template;
use axum::extract::Path;
use cabana_api::faults::reason;
use cabana_model::{
    GetUserPoolMfaConfigRequest, GetUserPoolMfaConfigResponse, SetUserPoolMfaConfigRequest,
    SmsMfaConfigType, SoftwareTokenMfaConfigType, UserPoolMfaType, UserPoolType, op,
};

use crate::about::About;
use crate::desk::{Answer, Desk};
use crate::form::{Form, Group};
use crate::halt::Halt;
use crate::pool_head;
use crate::settings::panel::{Cell, Panel};
use crate::settings::sheet::{Sheet, blame, may_change};

const MODES: [(UserPoolMfaType, &str, &str); 3] = [
    (
        UserPoolMfaType::On,
        "Require MFA – Recommended",
        "Everybody sets up a second factor at the next sign-in.",
    ),
    (
        UserPoolMfaType::Optional,
        "Optional MFA",
        "People may set up a second factor.",
    ),
    (
        UserPoolMfaType::Off,
        "No MFA",
        "People sign in with one factor.",
    ),
];

/// Calls GetUserPoolMfaConfig.
///
/// # Errors
/// If there is no such pool.
pub async fn factors(desk: &Desk, pool: &str) -> Result<GetUserPoolMfaConfigResponse, Halt> {
    let input = GetUserPoolMfaConfigRequest {
        user_pool_id: pool.to_owned(),
    };
    Ok(desk.call::<op::GetUserPoolMfaConfig>(&input).await?)
}

fn has_apps(factors: &GetUserPoolMfaConfigResponse) -> bool {
    let apps = factors.software_token_mfa_configuration.as_ref();
    apps.is_some_and(|it| it.enabled == Some(true))
}

fn mode(factors: &GetUserPoolMfaConfigResponse) -> UserPoolMfaType {
    factors.mfa_configuration.unwrap_or(UserPoolMfaType::Off)
}

pub fn panel(factors: &GetUserPoolMfaConfigResponse, may: bool, edit: String) -> Panel {
    let mode = mode(factors);
    let words = MODES.iter().find(|(it, _, _)| *it == mode);
    let methods = [
        (has_apps(factors), "Authenticator apps"),
        (factors.sms_mfa_configuration.is_some(), "SMS message"),
        (factors.email_mfa_configuration.is_some(), "Email message"),
    ];
    let methods = methods.into_iter().filter(|(on, _)| *on);
    let methods = methods.map(|(_, name)| name.to_owned()).collect();
    Panel::new("mfa", "Multi-factor authentication")
        .action(may, "Edit", edit)
        .maybe("MFA enforcement", words.map(|(_, words, _)| *words))
        .row("MFA methods", Cell::list(methods))
}

/// Fields of faults.
const FIELDS: [(About<'static>, &str); 5] = [
    (About::Member("emailMfaConfiguration"), "methods"),
    (About::Reason(reason::email_mfa_without_sender), "methods"),
    (
        About::Reason(reason::email_mfa_without_transport),
        "methods",
    ),
    (
        About::Reason(reason::mail_is_factor_and_recovery),
        "methods",
    ),
    (About::Reason(reason::not_in_tier), "methods"),
];

#[derive(Template)]
#[template(path = "settings/mfa.html")]
struct Controls<'a> {
    form: &'a Form,
    /// Whether the form offers text messages.
    texts: bool,
}

impl Controls<'_> {
    fn modes(&self) -> Group {
        let modes = MODES
            .iter()
            .map(|(mode, words, meaning)| (mode.as_str(), *words, *meaning));
        self.form.choice("mode", "MFA enforcement").explained(modes)
    }

    fn methods(&self) -> Group {
        let group = self
            .form
            .checks("methods", "MFA methods")
            .hint(
                "At least one, unless MFA is off. With optional MFA, people whose only method you turn off sign in \
                 with their password alone.",
            )
            .option("apps", "Authenticator apps")
            .meaning("A code from an app on the phone. No message is sent, so none can be intercepted.")
            .option("email", "Email message")
            .meaning("A code by email, to people with an email address.");
        if self.texts {
            group
                .option("sms", "SMS message")
                .meaning("A code by text message, to people with a phone number.")
        } else {
            group
        }
    }
}

/// Whether to offer text messages: the server can send them, or the pool uses them already.
fn texts(desk: &Desk, factors: &GetUserPoolMfaConfigResponse) -> bool {
    desk.console.api.settings.transports.sms || factors.sms_mfa_configuration.is_some()
}

fn sheet(pool: &UserPoolType) -> Sheet {
    Sheet::of_pool(pool, "/sign-in", "Edit multi-factor authentication")
}

pub async fn edit(Path(id): Path<String>, desk: Desk) -> Answer {
    let pool = pool_head::describe(&desk, &id).await?;
    let factors = factors(&desk, &id).await?;
    let filled = || {
        let form = Form::new(&desk).with("mode", mode(&factors).as_str());
        let methods = [
            (has_apps(&factors), "apps"),
            (factors.sms_mfa_configuration.is_some(), "sms"),
            (factors.email_mfa_configuration.is_some(), "email"),
        ];
        let chosen = methods.into_iter().filter(|(on, _)| *on);
        chosen.fold(form, |form, (_, name)| form.with("methods", name))
    };
    let form = Form::resumed(&desk, filled).await?;
    let texts = texts(&desk, &factors);
    let controls = Controls { form: &form, texts };
    sheet(&pool).page(&desk, &form, &controls)
}

pub async fn save(Path(id): Path<String>, desk: Desk) -> Answer {
    may_change(&desk)?;
    let pool = pool_head::describe(&desk, &id).await?;
    let factors = factors(&desk, &id).await?;
    let mut form = Form::sent(&desk);
    let sheet = sheet(&pool);
    if let Some(input) = read(&mut form, &pool, &factors) {
        match desk.call::<op::SetUserPoolMfaConfig>(&input).await {
            Ok(_) => return desk.done(sheet.back(), "Multi-factor authentication has been saved."),
            Err(fault) => blame(&mut form, fault, &FIELDS)?,
        }
    }
    desk.refused(&form).await
}

/// Reads the form into a request that keeps the texts of messages. Without MFA the request has no methods.
fn read(
    form: &mut Form,
    pool: &UserPoolType,
    before: &GetUserPoolMfaConfigResponse,
) -> Option<SetUserPoolMfaConfigRequest> {
    let Some((mode, _, _)) = MODES
        .iter()
        .find(|(it, _, _)| form.has("mode", it.as_str()))
    else {
        form.add_problem("mode", "Choose whether people need a second factor.");
        return None;
    };
    let is_off = *mode == UserPoolMfaType::Off;
    let wanted = |name: &str| !is_off && form.has("methods", name);
    let sms = wanted("sms").then(|| {
        let sms = before.sms_mfa_configuration.clone();
        sms.unwrap_or_else(|| SmsMfaConfigType {
            sms_configuration: Some(pool.sms_configuration.clone().unwrap_or_default()),
            sms_authentication_message: pool.sms_authentication_message.clone(),
        })
    });
    let email = wanted("email").then(|| {
        let email = before.email_mfa_configuration.clone();
        email.unwrap_or_default()
    });
    let apps = wanted("apps");
    if !is_off && sms.is_none() && before.sms_mfa_configuration.is_some() {
        form.add_problem(
            "methods",
            "SMS message can only be turned off together with MFA: some people may have no other second factor.",
        );
        return None;
    }
    if !is_off && !apps && sms.is_none() && email.is_none() {
        form.add_problem("methods", "Choose at least one method.");
        return None;
    }
    Some(SetUserPoolMfaConfigRequest {
        user_pool_id: pool.id.clone().unwrap_or_default(),
        mfa_configuration: Some(*mode),
        software_token_mfa_configuration: (!is_off).then_some(SoftwareTokenMfaConfigType {
            enabled: Some(apps),
        }),
        sms_mfa_configuration: sms,
        email_mfa_configuration: email,
        // Left out, passkeys would be one factor from now on.
        web_authn_configuration: before.web_authn_configuration.clone(),
    })
}
