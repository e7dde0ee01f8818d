//! The pages of challenges: one file for each, and the table of them.
//!
//! Each file names the path of its form, builds the page, and translates the form into challenge responses of the API.

mod answer;
mod choose_factor;
mod choose_first;
mod choose_set_up;
mod kind;
mod new_password;
mod pending;
mod recovery_code;
mod sent_code;
mod set_up_address;
mod set_up_factor;
mod totp;
mod web_authn;

use std::collections::BTreeMap;

use axum::response::Response;
use cabana_api::logic::mfa::{recovery_codes, set_up};
use cabana_api::logic::sign_in::Issued;
use cabana_api::{Cx, Fault};
use cabana_model::{Blob, ErrorKind, Secret};
use http::StatusCode;

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
pub use pending::Pending;

/// The field of a new password.
const PASSWORD_FIELD: &str = "new_password";

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
        // Not sent as an answer: `recovery_code::submit` reads them.
        Kind::RecoveryCodes => Ok(BTreeMap::new()),
        Kind::Recovery => recovery_code::code(visit).map(|_| BTreeMap::new()),
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
        choose_first::PATH if pending.can_choose_first() => Kind::First,
        choose_factor::PATH if pending.can_choose() => Kind::Choose,
        choose_set_up::PATH if pending.can_set_up().len() > 1 => Kind::ChooseSetUp,
        _ => return Ok(step::elsewhere(visit)),
    };
    let Some(shown) = shown(visit, &request, pending, kind).await? else {
        let problems = vec![Problem::general(Wrong::SessionExpired)];
        return Ok(login::again(visit, &pending.username, problems)?);
    };
    Ok(draw(visit, &request, (pending, kind, shown), step)?)
}

/// What a page shows besides its step.
enum Shown {
    Nothing,
    /// The key of an authenticator app.
    Key(Blob),
    /// New recovery codes.
    Codes(Vec<String>),
    /// The options for the browser of a passkey.
    Options(String),
}

/// What this kind of page shows besides its step, only while it is to be registered, kept or asked for; `None` if that
/// is over.
async fn shown(
    visit: &Visit,
    request: &Authorization,
    pending: &Pending,
    kind: Kind,
) -> Result<Option<Shown>, Fault> {
    let (cx, session) = (visit.cx(), &pending.session);
    Ok(match kind {
        Kind::SetUp => set_up::key(&cx, session).await?.map(Shown::Key),
        Kind::RecoveryCodes => recovery_codes::shown(&cx, session).await?.map(Shown::Codes),
        Kind::Passkey => match web_authn::options(visit, request, pending).await {
            Ok(options) => Some(Shown::Options(options)),
            Err(fault) if fault.kind == ErrorKind::NotAuthorizedException => None,
            Err(fault) => return Err(fault),
        },
        _ => Some(Shown::Nothing),
    })
}

fn draw(
    visit: &Visit,
    request: &Authorization,
    (pending, kind, shown): (&Pending, Kind, Shown),
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
        Kind::Choose => finish(request, &csrf, &choose_factor::view(pending, draft)),
        Kind::Recovery => finish(request, &csrf, &recovery_code::view(draft)),
        Kind::SetUp | Kind::RecoveryCodes | Kind::Passkey => match shown {
            Shown::Key(key) => finish(request, &csrf, &set_up_factor::view(pending, &key, draft)),
            Shown::Codes(codes) => finish(request, &csrf, &recovery_code::codes(codes, draft)),
            Shown::Options(options) => finish(request, &csrf, &web_authn::view(&options, draft)?),
            Shown::Nothing => Err(Fault::internal("a page without what it shows")),
        },
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
