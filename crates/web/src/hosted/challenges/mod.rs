//! The pages of challenges: one file for each, and the table of them.
//!
//! Each file names the path of its form, builds the page, and translates the form into challenge responses of the API.

mod answer;
mod choose_factor;
mod choose_set_up;
mod new_password;
mod sent_code;
mod set_up_address;
mod set_up_factor;
mod totp;

use std::collections::BTreeMap;

use axum::response::Response;
use cabana_api::logic::mfa::set_up;
use cabana_api::logic::sign_in::Issued;
use cabana_api::{Cx, Fault, faults};
use cabana_model::{Blob, ChallengeNameType as Name, Secret};
use http::StatusCode;
use serde::{Deserialize, Serialize};

use super::login;
use super::step::{self, Page, Step};
use crate::authorize::frame::{csrf, frame, page, post, set_cookie};
use crate::authorize::{self, Authorization, Halt, answered};
use crate::csrf::Csrf;
use crate::pages::{Account, Frame, Medium, Notice, Post, Problem, Resend, Template, Wrong};
use crate::visit::Visit;

pub use answer::{answer, choose, choose_set_up};
pub use new_password::typed as new_password;

/// The field of a new password.
const PASSWORD_FIELD: &str = "new_password";

/// The parameter with the factors that can be set up.
const CAN_SET_UP: &str = "MFAS_CAN_SETUP";
/// Parameters of challenges that pages read.
const PARAMETERS: [&str; 5] = [
    "USER_ID_FOR_SRP",
    CAN_SET_UP,
    "requiredAttributes",
    "CODE_DELIVERY_DELIVERY_MEDIUM",
    "CODE_DELIVERY_DESTINATION",
];

/// A challenge that has a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    NewPassword,
    Totp,
    Sms,
    Email,
    Choose,
    /// An authenticator app.
    SetUp,
    SetUpText,
    SetUpEmail,
    ChooseSetUp,
}

impl Kind {
    fn of(name: Name) -> Result<Self, Fault> {
        Ok(match name {
            Name::NewPasswordRequired => Self::NewPassword,
            Name::SoftwareTokenMfa => Self::Totp,
            Name::SmsMfa => Self::Sms,
            Name::EmailOtp => Self::Email,
            Name::SelectMfaType => Self::Choose,
            other => return Err(faults::feature_not_built(other.as_str())),
        })
    }

    /// Name of the challenge in the API.
    fn name(self) -> Name {
        match self {
            Self::NewPassword => Name::NewPasswordRequired,
            Self::Totp => Name::SoftwareTokenMfa,
            Self::Sms => Name::SmsMfa,
            Self::Email => Name::EmailOtp,
            Self::Choose => Name::SelectMfaType,
            Self::SetUp | Self::SetUpText | Self::SetUpEmail | Self::ChooseSetUp => Name::MfaSetup,
        }
    }

    /// Path of the page and its form.
    pub fn path(self) -> &'static str {
        match self {
            Self::NewPassword => new_password::PATH,
            Self::Totp => totp::PATH,
            Self::Sms => sent_code::SMS_PATH,
            Self::Email => sent_code::EMAIL_PATH,
            Self::Choose => choose_factor::PATH,
            Self::SetUp => set_up_factor::PATH,
            Self::SetUpText | Self::SetUpEmail => set_up_address::PATH,
            Self::ChooseSetUp => choose_set_up::PATH,
        }
    }

    /// The field that shows a wrong code.
    fn code_field(self) -> Option<&'static str> {
        match self {
            Self::Sms | Self::Email => Some(sent_code::FIELD),
            Self::Totp | Self::SetUp => Some(totp::FIELD),
            Self::NewPassword
            | Self::Choose
            | Self::SetUpText
            | Self::SetUpEmail
            | Self::ChooseSetUp => None,
        }
    }

    /// The choice that sends a new code for it, if one was sent.
    fn resend(self) -> Option<&'static str> {
        match self {
            Self::Sms => Some("SMS_MFA"),
            Self::Email => Some("EMAIL_OTP"),
            _ => None,
        }
    }
}

/// The form of a challenge's page as challenge responses of the API, after the checks that need no call.
fn responses(visit: &Visit, pending: &Pending) -> Result<BTreeMap<String, Secret>, Problem> {
    match pending.kind {
        Kind::NewPassword => new_password::responses(visit, pending),
        Kind::Totp => totp::responses(visit),
        Kind::Sms => sent_code::responses(visit, "SMS_MFA_CODE"),
        Kind::Email => sent_code::responses(visit, "EMAIL_OTP_CODE"),
        // Their forms go to `choose` and `choose_set_up`.
        Kind::Choose | Kind::ChooseSetUp => Ok(BTreeMap::new()),
        Kind::SetUp => set_up_factor::responses(visit),
        Kind::SetUpText => set_up_address::responses(visit, Medium::Sms),
        Kind::SetUpEmail => set_up_address::responses(visit, Medium::Email),
    }
}

pub async fn show(visit: Visit) -> Response {
    let result = open(&visit).await;
    answered(&visit, result)
}

/// The page of the current challenge, or of the choice among the factors it belongs to.
async fn open(visit: &Visit) -> Result<Response, Halt> {
    let request = authorize::read_for_own_users(visit).await?;
    let step = Step::current(visit);
    let Some((pending, step)) = step.as_ref().and_then(|step| Some((step.pending()?, step))) else {
        return Ok(step::elsewhere(visit));
    };
    let kind = match visit.endpoint.as_str() {
        path if path == pending.kind.path() => pending.kind,
        choose_factor::PATH if pending.can_choose() => Kind::Choose,
        choose_set_up::PATH if pending.can_set_up().len() > 1 => Kind::ChooseSetUp,
        _ => return Ok(step::elsewhere(visit)),
    };
    // The key is shown only while it is to be registered.
    let key = match kind {
        Kind::SetUp => match set_up::key(&visit.cx(), &pending.session).await? {
            Some(key) => key,
            None => {
                let problems = vec![Problem::general(Wrong::SessionExpired)];
                return Ok(login::again(visit, &pending.username, problems)?);
            }
        },
        _ => Blob::default(),
    };
    Ok(draw(visit, &request, (pending, kind, &key), step)?)
}

fn draw(
    visit: &Visit,
    request: &Authorization,
    (pending, kind, key): (&Pending, Kind, &Blob),
    step: &Step,
) -> Result<Response, Fault> {
    let csrf = csrf(visit)?;
    let mut frame = frame(visit, Some(&request.client));
    // Those of a code are not the choice's.
    if kind == pending.kind {
        frame.problems.clone_from(&step.problems);
        frame.notice = step.notice;
    }
    frame.account = Some(Account {
        username: pending.username.clone(),
        other_url: login::another_account(visit),
    });
    let another = pending.another_way(kind);
    let draft = Draft {
        frame,
        post: post(visit, &csrf, kind.path(), Vec::new()),
        other_url: another.map(|path| visit.carrying(path)),
        resend: kind.resend().map(|choice| Resend {
            post: post(
                visit,
                &csrf,
                choose_factor::PATH,
                vec![(choose_factor::FIELD, choice.to_owned())],
            ),
            wait: step.wait(visit),
        }),
    };
    match kind {
        Kind::NewPassword => {
            let typed = step.typed();
            finish(
                request,
                &csrf,
                &new_password::view(visit, pending, draft, &typed),
            )
        }
        Kind::Totp => finish(request, &csrf, &totp::view(draft)),
        Kind::Sms | Kind::Email => finish(request, &csrf, &sent_code::view(pending, draft)),
        Kind::Choose => finish(request, &csrf, &choose_factor::view(pending, draft)),
        Kind::SetUp => finish(request, &csrf, &set_up_factor::view(pending, key, draft)),
        Kind::SetUpText | Kind::SetUpEmail => {
            let medium = match kind {
                Kind::SetUpText => Medium::Sms,
                _ => Medium::Email,
            };
            let typed = step.typed();
            finish(request, &csrf, &set_up_address::view(medium, draft, &typed))
        }
        Kind::ChooseSetUp => finish(request, &csrf, &choose_set_up::view(pending, draft)),
    }
}

/// Leads to the page of a challenge that was just issued.
///
/// # Errors
/// If the step cannot be sealed.
pub async fn begin(
    cx: &Cx<'_>,
    visit: &Visit,
    issued: Issued,
    username: &str,
) -> Result<Response, Fault> {
    lead(cx, visit, Pending::of(issued, username)?).await
}

/// Leads to the page of a challenge. Registration of an authenticator app begins here.
///
/// # Errors
/// If the step cannot be sealed.
async fn lead(cx: &Cx<'_>, visit: &Visit, mut pending: Pending) -> Result<Response, Fault> {
    let cookie = match pending.kind {
        Kind::SetUp => Some(set_up_factor::begin(cx, visit, &mut pending).await?),
        _ => None,
    };
    let sent = pending.kind.resend().is_some();
    let mut step = Step::from(Page::Challenge(Box::new(pending)));
    if sent {
        step = step.sent_now(visit);
        if visit.form.has("resend") {
            step = step.saying(Notice::CodeSent);
        }
    }
    let mut response = step.go(visit)?;
    set_cookie(&mut response, cookie);
    Ok(response)
}

/// The parts that every challenge page has.
struct Draft {
    frame: Frame,
    post: Post,
    /// URL of the choice among the factors, if there are others.
    other_url: Option<String>,
    /// The form that requests a new code, if one was sent.
    resend: Option<Resend>,
}

/// A field that must not be empty.
fn need(visit: &Visit, field: &'static str) -> Result<Secret, Problem> {
    let value = visit.form.get(field).map(str::trim);
    value
        .filter(|value| !value.is_empty())
        .map(Secret::from)
        .ok_or_else(|| Problem::at(field, Wrong::Required))
}

fn finish(request: &Authorization, csrf: &Csrf, view: &impl Template) -> Result<Response, Fault> {
    page(Some(&request.client), view, StatusCode::OK, Some(csrf))
}

/// A challenge waiting for its answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Pending {
    pub kind: Kind,
    /// The API's session.
    pub session: String,
    pub parameters: BTreeMap<String, String>,
    /// The user name as typed.
    pub username: String,
    /// The factors that can be chosen, by their names in the API, with the masked addresses of codes.
    #[serde(default)]
    ways: Vec<(String, Option<String>)>,
}

impl Pending {
    /// The challenge that the sign-in driver issued.
    ///
    /// # Errors
    /// If there is no page for it.
    pub fn of(issued: Issued, username: &str) -> Result<Self, Fault> {
        let ways = issued.ways.into_iter();
        let ways = ways.map(|(factor, address)| (factor.setting_name().to_owned(), address));
        // Cookies are small, and the user's attributes are nobody's business there.
        let mut parameters = issued.parameters;
        parameters.retain(|name, _| PARAMETERS.contains(&name.as_str()));
        let kind = match issued.name {
            Name::MfaSetup => choose_set_up::first(&list(&parameters, CAN_SET_UP)),
            other => Kind::of(other)?,
        };
        Ok(Self {
            kind,
            session: issued.session.unwrap_or_default(),
            parameters,
            username: username.to_owned(),
            ways: ways.collect(),
        })
    }

    /// Whether there is more than one factor to choose from.
    fn can_choose(&self) -> bool {
        self.ways.len() > 1
    }

    /// The factors that can be set up, by their names in the API.
    fn can_set_up(&self) -> Vec<String> {
        list(&self.parameters, CAN_SET_UP)
    }

    /// Path of the choice that a page of this kind leads to, if there is one.
    fn another_way(&self, kind: Kind) -> Option<&'static str> {
        match kind {
            Kind::Choose | Kind::ChooseSetUp => None,
            Kind::SetUp | Kind::SetUpText | Kind::SetUpEmail => {
                (self.can_set_up().len() > 1).then_some(choose_set_up::PATH)
            }
            _ => self.can_choose().then_some(choose_factor::PATH),
        }
    }

    /// The user's real name, which the client's secret hash covers.
    pub fn real_name(&self) -> &str {
        self.parameter("USER_ID_FOR_SRP").unwrap_or(&self.username)
    }

    fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.get(name).map(String::as_str)
    }

    /// A parameter that holds a JSON list.
    fn list(&self, name: &str) -> Vec<String> {
        list(&self.parameters, name)
    }
}

fn list(parameters: &BTreeMap<String, String>, name: &str) -> Vec<String> {
    let list = parameters.get(name);
    list.and_then(|list| serde_json::from_str(list).ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_of_earlier_and_later_programs_go_on() {
        let golden = r#"{"kind":"SetUp","session":"s","parameters":{"USER_ID_FOR_SRP":"ada"},"username":"Ada",
            "later":1}"#;
        let pending: Pending = serde_json::from_str(golden).unwrap();
        assert_eq!((pending.kind, pending.real_name()), (Kind::SetUp, "ada"));
        let unknown = golden.replace("SetUp", "Pigeon");
        assert!(serde_json::from_str::<Pending>(&unknown).is_err());
    }
}
