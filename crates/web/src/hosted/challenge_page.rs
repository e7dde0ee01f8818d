//! The page of a challenge: what it shows, and what it must carry to the answer.

use std::collections::BTreeMap;

use axum::response::Response;
use cabana_api::Fault;
use cabana_api::logic::sign_in::{self, Issued};
use cabana_domain::totp;
use cabana_model::ChallengeNameType as Name;
use http::StatusCode;
use serde::{Deserialize, Serialize};

use super::complaint::password_rules;
use super::operations;
use crate::authorize::Authorization;
use crate::authorize::frame::{csrf, page, post, with_problems};
use crate::csrf::Csrf;
use crate::pages::{
    Asked, ChooseFactor, CodeChallenge, CodeKind, Delivery, Factor, Frame, Medium, NewPassword,
    Post, Problem, Purpose, Template, TotpSetup,
};
use crate::visit::Visit;

const KIND: &str = "page-challenge";
/// The hidden field that carries a [`Pending`], sealed.
const FIELD: &str = "state";

/// A challenge that waits for its answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Pending {
    /// The API's name of the challenge.
    pub name: Name,
    /// The API's session.
    pub session: String,
    pub parameters: BTreeMap<String, String>,
    /// What the person typed.
    pub username: String,
    /// The key of an authenticator app that is being set up, in base 32.
    pub totp_key: Option<String>,
}

impl Pending {
    /// A challenge that the driver issued.
    pub fn of(issued: Issued, username: &str) -> Self {
        Self {
            name: issued.name,
            session: issued.session.unwrap_or_default(),
            parameters: issued.parameters,
            username: username.to_owned(),
            totp_key: None,
        }
    }

    /// The one that a form carries, if it is ours.
    pub fn carried(visit: &Visit) -> Option<Self> {
        sign_in::ticket::open(&visit.web.api, KIND, visit.form.get(FIELD)?)
    }

    /// The user's real name, over which the client's secret hash goes.
    pub fn real_name(&self) -> &str {
        self.parameter("USER_ID_FOR_SRP").unwrap_or(&self.username)
    }

    fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.get(name).map(String::as_str)
    }

    /// A parameter that is a list in JSON.
    fn list(&self, name: &str) -> Vec<String> {
        let list = self.parameter(name);
        list.and_then(|list| serde_json::from_str(list).ok())
            .unwrap_or_default()
    }

    /// Names of the required attributes that are still missing.
    pub fn missing_attributes(&self) -> Vec<String> {
        let names = self.list("requiredAttributes").into_iter();
        let plain = |name: String| name.strip_prefix("userAttributes.").map(str::to_owned);
        names.filter_map(plain).collect()
    }

    /// Where its form goes.
    fn path(&self) -> &'static str {
        match self.name {
            Name::NewPasswordRequired => "/newPassword",
            Name::SoftwareTokenMfa => "/mfa/totp",
            Name::SmsMfa => "/mfa/sms",
            Name::EmailOtp => "/mfa/email",
            Name::MfaSetup => "/mfa/setup",
            _ => "/mfa",
        }
    }
}

/// The page of a challenge that was just issued. Setting up an authenticator app begins here.
///
/// # Errors
/// If the page cannot be made.
pub async fn begin(
    visit: &Visit,
    request: &Authorization,
    mut pending: Pending,
) -> Result<Response, Fault> {
    if pending.name == Name::MfaSetup {
        let (key, session) = operations::associate(visit, &pending.session).await?;
        pending.totp_key = Some(key);
        pending.session = session;
    }
    draw(visit, request, &pending, Vec::new())
}

/// The page, with what was wrong before.
///
/// # Errors
/// If the page cannot be made.
pub fn draw(
    visit: &Visit,
    request: &Authorization,
    pending: &Pending,
    problems: Vec<Problem>,
) -> Result<Response, Fault> {
    let csrf = csrf(visit)?;
    let sealed = sign_in::ticket::seal(&visit.web.api, KIND, pending)?;
    let post = post(visit, &csrf, pending.path(), vec![(FIELD, sealed)]);
    let frame = with_problems(visit, &request.client, problems);
    match pending.name {
        Name::NewPasswordRequired => {
            let view = new_password(visit, pending, frame, post);
            finish(request, &csrf, &view)
        }
        Name::SoftwareTokenMfa => {
            let kind = CodeKind::Totp;
            finish(request, &csrf, &code(frame, post, kind))
        }
        Name::SmsMfa | Name::EmailOtp => {
            let kind = CodeKind::Sent(delivery(pending), None);
            finish(request, &csrf, &code(frame, post, kind))
        }
        Name::SelectMfaType => {
            let view = ChooseFactor {
                frame,
                post,
                purpose: Purpose::SignIn,
                factors: factors(pending),
            };
            finish(request, &csrf, &view)
        }
        Name::MfaSetup => finish(request, &csrf, &set_up(pending, frame, post)),
        other => Err(cabana_api::faults::feature_not_built(other.as_str())),
    }
}

fn finish(request: &Authorization, csrf: &Csrf, view: &impl Template) -> Result<Response, Fault> {
    page(Some(&request.client), view, StatusCode::OK, Some(csrf))
}

fn code(frame: Frame, post: Post, kind: CodeKind) -> CodeChallenge {
    CodeChallenge {
        frame,
        post,
        kind,
        other_url: None,
    }
}

fn new_password(visit: &Visit, pending: &Pending, frame: Frame, post: Post) -> NewPassword {
    let typed = |name: &str| {
        let field = format!("requiredAttributes[{name}]");
        visit.form.get(&field).unwrap_or_default().to_owned()
    };
    let attributes = pending.missing_attributes().into_iter();
    NewPassword {
        frame,
        post,
        username: pending.username.clone(),
        rules: password_rules(visit.pool()),
        attributes: attributes
            .map(|name| Asked {
                value: typed(&name),
                identifies: false,
                name,
            })
            .collect(),
    }
}

fn delivery(pending: &Pending) -> Delivery {
    let medium = match pending.parameter("CODE_DELIVERY_DELIVERY_MEDIUM") {
        Some("SMS") => Medium::Sms,
        _ => Medium::Email,
    };
    let destination = pending.parameter("CODE_DELIVERY_DESTINATION");
    Delivery {
        medium,
        destination: destination.unwrap_or_default().to_owned(),
    }
}

fn factors(pending: &Pending) -> Vec<Factor> {
    let names = pending.list("MFAS_CAN_CHOOSE");
    let factor = |name: &String| match name.as_str() {
        "SOFTWARE_TOKEN_MFA" => Some(Factor::Totp),
        "SMS_MFA" => Some(Factor::Sms(None)),
        "EMAIL_OTP" => Some(Factor::Email(None)),
        _ => None,
    };
    names.iter().filter_map(factor).collect()
}

fn set_up(pending: &Pending, frame: Frame, post: Post) -> TotpSetup {
    let secret = pending.totp_key.clone().unwrap_or_default();
    let key = totp::from_base32(&secret).unwrap_or_default();
    let uri = totp::otpauth_uri(&frame.brand.name, &pending.username, &key);
    TotpSetup {
        frame,
        post,
        secret,
        uri,
    }
}
