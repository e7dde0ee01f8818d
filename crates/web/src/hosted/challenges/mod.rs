//! The pages of challenges: one file for each, and the table of them.
//!
//! Each file names the path of its form, builds the page, and translates the form into challenge responses of the API.

mod answer;
mod choose_factor;
mod choose_first;
mod choose_set_up;
mod kind;
mod new_password;
mod sent_code;
mod set_up_address;
mod set_up_factor;
mod totp;
mod web_authn;

use std::collections::BTreeMap;

use axum::response::Response;
use cabana_api::logic::mfa::set_up;
use cabana_api::logic::sign_in::Issued;
use cabana_api::{Cx, Fault};
use cabana_model::{Blob, ChallengeNameType as Name, ErrorKind, Secret};
use http::StatusCode;
use serde::{Deserialize, Serialize};

use super::login;
use super::step::{self, Page, Step};
use crate::authorize::frame::{csrf, frame, page, post, set_cookie};
use crate::authorize::{self, Authorization, Halt, answered};
use crate::csrf::Csrf;
use crate::pages::{Account, Frame, Medium, Notice, Post, Problem, Resend, Template, Wrong};
use crate::visit::Visit;

pub use answer::{answer, choose, choose_first, choose_set_up};
pub use kind::Kind;
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

/// The form of a challenge's page as challenge responses of the API, after the checks that need no call.
fn responses(visit: &Visit, pending: &Pending) -> Result<BTreeMap<String, Secret>, Problem> {
    match pending.kind {
        Kind::NewPassword => new_password::responses(visit, pending),
        Kind::Totp => totp::responses(visit),
        Kind::Sms => sent_code::responses(visit, "SMS_MFA_CODE"),
        Kind::FirstSms => sent_code::responses(visit, "SMS_OTP_CODE"),
        Kind::Email | Kind::FirstEmail => sent_code::responses(visit, "EMAIL_OTP_CODE"),
        Kind::Passkey => web_authn::responses(visit),
        // Their forms go to `choose`, `choose_first` and `choose_set_up`.
        Kind::Choose | Kind::First | Kind::ChooseSetUp => Ok(BTreeMap::new()),
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
    let request = authorize::read(visit).await?;
    let step = Step::current(visit);
    let Some((pending, step)) = step.as_ref().and_then(|step| Some((step.pending()?, step))) else {
        return Ok(step::elsewhere(visit));
    };
    let kind = match visit.endpoint.as_str() {
        path if path == pending.kind.path() => pending.kind,
        choose_first::PATH if pending.can_choose_first() => Kind::First,
        choose_factor::PATH if pending.can_choose() => Kind::Choose,
        choose_set_up::PATH if pending.can_set_up().len() > 1 => Kind::ChooseSetUp,
        _ => return Ok(step::elsewhere(visit)),
    };
    match current(visit, &request, pending, kind).await? {
        Some(more) => Ok(draw(visit, &request, (pending, kind, &more), step)?),
        None => {
            let problems = vec![Problem::general(Wrong::SessionExpired)];
            Ok(login::again(visit, &pending.username, problems)?)
        }
    }
}

/// What a page shows besides its step.
#[derive(Default)]
struct More {
    /// The key of an authenticator app; only while it is to be registered.
    key: Blob,
    /// The options for the browser of a passkey that is asked for.
    options: String,
}

/// What the page shows besides its step; `None` if the sign-in is over.
async fn current(
    visit: &Visit,
    request: &Authorization,
    pending: &Pending,
    kind: Kind,
) -> Result<Option<More>, Fault> {
    let mut more = More::default();
    match kind {
        Kind::SetUp => match set_up::key(&visit.cx(), &pending.session).await? {
            Some(key) => more.key = key,
            None => return Ok(None),
        },
        Kind::Passkey => match web_authn::options(visit, request, pending).await {
            Ok(options) => more.options = options,
            Err(fault) if fault.kind == ErrorKind::NotAuthorizedException => return Ok(None),
            Err(fault) => return Err(fault),
        },
        _ => {}
    }
    Ok(Some(more))
}

fn draw(
    visit: &Visit,
    request: &Authorization,
    (pending, kind, more): (&Pending, Kind, &More),
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
    let (choice, field) = kind.choice();
    let draft = Draft {
        frame,
        post: post(visit, &csrf, kind.path(), Vec::new()),
        other_url: another.map(|path| visit.carrying(path)),
        resend: kind.resend().map(|factor| Resend {
            post: post(visit, &csrf, choice, vec![(field, factor.to_owned())]),
            wait: step.wait(visit),
        }),
    };
    match kind {
        Kind::First => finish(request, &csrf, &choose_first::view(visit, pending, draft)),
        Kind::NewPassword => {
            let typed = step.typed();
            finish(
                request,
                &csrf,
                &new_password::view(visit, pending, draft, &typed),
            )
        }
        Kind::Totp => finish(request, &csrf, &totp::view(draft)),
        Kind::Sms | Kind::Email | Kind::FirstSms | Kind::FirstEmail => {
            finish(request, &csrf, &sent_code::view(pending, draft))
        }
        Kind::Passkey => finish(request, &csrf, &web_authn::view(&more.options, draft)?),
        Kind::Choose => finish(request, &csrf, &choose_factor::view(pending, draft)),
        Kind::SetUp => finish(
            request,
            &csrf,
            &set_up_factor::view(pending, &more.key, draft),
        ),
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
    /// The first factors that can be chosen, by their names in the API.
    #[serde(default)]
    first: Vec<String>,
}

impl Pending {
    /// The challenge that the sign-in driver issued.
    ///
    /// # Errors
    /// If there is no page for it.
    pub fn of(issued: Issued, username: &str) -> Result<Self, Fault> {
        let kind = match issued.name {
            Name::MfaSetup => choose_set_up::first(&list(&issued.parameters, CAN_SET_UP)),
            _ => Kind::of(&issued)?,
        };
        let first = choose_first::names(&issued);
        let ways = issued.ways.into_iter();
        let ways = ways.map(|(factor, address)| (factor.setting_name().to_owned(), address));
        // Cookies are small, and the user's attributes are nobody's business there.
        let mut parameters = issued.parameters;
        parameters.retain(|name, _| PARAMETERS.contains(&name.as_str()));
        Ok(Self {
            kind,
            session: issued.session.unwrap_or_default(),
            parameters,
            username: username.to_owned(),
            ways: ways.collect(),
            first,
        })
    }

    /// Whether there is more than one factor to choose from.
    fn can_choose(&self) -> bool {
        self.ways.len() > 1
    }

    /// Whether there is more than one first factor to choose from.
    fn can_choose_first(&self) -> bool {
        self.first.len() > 1
    }

    /// The factors that can be set up, by their names in the API.
    fn can_set_up(&self) -> Vec<String> {
        list(&self.parameters, CAN_SET_UP)
    }

    /// Path of the choice that a page of this kind leads to, if there is one.
    fn another_way(&self, kind: Kind) -> Option<&'static str> {
        match kind {
            Kind::First | Kind::Choose | Kind::ChooseSetUp => None,
            Kind::FirstSms | Kind::FirstEmail | Kind::Passkey => {
                self.can_choose_first().then_some(choose_first::PATH)
            }
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
