//! `/confirm` and `/resendcode`: the code that verifies a new account's address.
//!
//! A person who has just chosen or typed the password is signed in afterwards. The step, valid for an hour and for this
//! account only, records that they know it; the password itself is not stored.

use axum::response::Response;
use cabana_api::Fault;
use cabana_api::logic::sign_in::{self, Attempt};
use cabana_api::logic::users::credentials;
use cabana_domain::flow::Proof;
use cabana_domain::user::User;
use cabana_domain::{ClientId, PoolId, Span, Sub, Time, digest};
use cabana_model::ErrorKind as K;
use http::StatusCode;
use serde::{Deserialize, Serialize};

use super::problems::{self, Fields};
use super::step::{self, Page, Step};
use super::{finish, login, operations};
use crate::authorize::frame::{check_csrf, csrf, frame, page, post};
use crate::authorize::{self, Authorization, Halt, answered};
use crate::pages::{Account, Confirm, Delivery, Medium, Notice, Problem, Resend, Wrong};
use crate::visit::Visit;

const CODE: &str = "verification_code";
const LIFE: Span = Span::hours(1);

/// An account waiting for its code.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Unconfirmed {
    pool: PoolId,
    client: ClientId,
    username: String,
    /// The user whose password was typed in this browser just now, with a fingerprint of the password and the other
    /// credentials they will sign in with.
    knows_password: Option<Known>,
    /// Medium (`true` for SMS) and masked address of the code.
    sent_to: Option<(bool, String)>,
    expires: Time,
}

/// A user whose password was typed, with a mark of the credentials.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Known(Sub, #[serde(with = "digest")] [u8; 32]);

impl Unconfirmed {
    /// An account; with its user if the person has shown the password.
    pub fn new(
        visit: &Visit,
        request: &Authorization,
        username: &str,
        knows_password: Option<&User>,
    ) -> Self {
        let cx = visit.cx();
        let mark = |user: &User| {
            Known(
                user.sub.clone(),
                credentials::mark_once_confirmed(&cx, user),
            )
        };
        Self {
            pool: visit.site.pool.id.clone(),
            client: request.client.id.clone(),
            username: username.to_owned(),
            knows_password: knows_password.map(mark),
            sent_to: None,
            expires: cx.now().after(LIFE),
        }
    }

    /// Records the code's destination.
    pub fn sent_to(mut self, delivery: Option<Delivery>) -> Self {
        self.sent_to = delivery.map(|it| (it.medium == Medium::Sms, it.destination));
        self
    }

    /// The user name as typed.
    pub fn username(&self) -> &str {
        &self.username
    }

    /// The account of the current step, with the step.
    fn current(visit: &Visit, request: &Authorization) -> Option<(Self, Step)> {
        let step = Step::current(visit)?;
        let Page::Confirm(waiting) = &step.page else {
            return None;
        };
        let waiting = waiting.clone();
        let here = waiting.pool == visit.site.pool.id
            && waiting.client == request.client.id
            && waiting.expires > visit.cx().now();
        here.then_some((waiting, step))
    }

    fn delivery(&self) -> Option<Delivery> {
        let (by_text, destination) = self.sent_to.clone()?;
        Some(Delivery {
            medium: if by_text { Medium::Sms } else { Medium::Email },
            destination,
        })
    }
}

pub async fn show(visit: Visit) -> Response {
    let result = open(&visit).await;
    answered(&visit, result)
}

async fn open(visit: &Visit) -> Result<Response, Halt> {
    let request = authorize::read_for_own_users(visit).await?;
    match Unconfirmed::current(visit, &request) {
        Some((waiting, step)) => Ok(form(visit, &request, &waiting, &step)?),
        None => Ok(step::elsewhere(visit)),
    }
}

fn form(
    visit: &Visit,
    request: &Authorization,
    waiting: &Unconfirmed,
    step: &Step,
) -> Result<Response, Fault> {
    let csrf = csrf(visit)?;
    let mut frame = frame(visit, Some(&request.client));
    frame.problems.clone_from(&step.problems);
    frame.notice = step.notice;
    frame.account = Some(Account {
        username: waiting.username.clone(),
        other_url: login::another_account(visit),
    });
    let view = Confirm {
        frame,
        post: post(visit, &csrf, "/confirm", Vec::new()),
        delivery: waiting.delivery(),
        resend: Resend {
            post: post(visit, &csrf, "/resendcode", Vec::new()),
            wait: step.wait(visit),
        },
        sign_in_url: visit.carrying("/login"),
    };
    page(Some(&request.client), &view, StatusCode::OK, Some(&csrf))
}

/// The form again, with this problem.
fn again(
    visit: &Visit,
    (waiting, step): (Unconfirmed, Step),
    problem: Problem,
) -> Result<Response, Fault> {
    let next = Step::from(Page::Confirm(waiting)).waiting_like(Some(&step));
    next.with(vec![problem]).go(visit)
}

/// The sign-in page, because the step is over.
fn expired(visit: &Visit) -> Result<Response, Fault> {
    login::again(visit, "", vec![Problem::general(Wrong::SessionExpired)])
}

pub async fn confirm(visit: Visit) -> Response {
    let result = submitted(&visit).await;
    answered(&visit, result)
}

async fn submitted(visit: &Visit) -> Result<Response, Halt> {
    check_csrf(visit).await?;
    let request = authorize::read_for_own_users(visit).await?;
    let Some((waiting, step)) = Unconfirmed::current(visit, &request) else {
        return Ok(expired(visit)?);
    };
    let code = visit.form.get(CODE).unwrap_or_default().trim();
    if code.is_empty() {
        let problem = Problem::at(CODE, Wrong::Required);
        return Ok(again(visit, (waiting, step), problem)?);
    }
    let confirmed =
        operations::confirm_sign_up(visit, &request.client, &waiting.username, code).await;
    if let Err(fault) = confirmed {
        return refused(visit, (waiting, step), fault);
    }
    let signed_in = match &waiting.knows_password {
        Some(knows) => sign_in_confirmed(visit, &request, &waiting.username, knows).await,
        None => Ok(None),
    };
    match signed_in {
        Ok(Some(response)) => Ok(response),
        // The account is confirmed nevertheless; the person can sign in as usual.
        Ok(None) | Err(_) => {
            let step = Step::from(Page::sign_in(&waiting.username));
            Ok(step.saying(Notice::Confirmed).go(visit)?)
        }
    }
}

/// Continues the sign-in of a person who has shown the password and now the code, unless their credentials changed in
/// between.
async fn sign_in_confirmed(
    visit: &Visit,
    request: &Authorization,
    username: &str,
    Known(sub, mark): &Known,
) -> Result<Option<Response>, Fault> {
    cabana_api::again(&visit.web.api, |run| async {
        let cx = visit.cx().in_run(run);
        let user = cx.store().user(&visit.site.pool.id, sub).await?;
        let Some(user) = user.filter(|user| credentials::mark(&cx, user) == *mark) else {
            return Ok(None);
        };
        let mut attempt = Attempt::begin(&cx, &request.client, visit.pool(), user)?;
        attempt.session.goal = request.goal();
        attempt.prove(Proof::Password);
        let outcome = sign_in::proceed(&cx, attempt).await?;
        finish::go_on_from_sign_up(&cx, visit, request, username, outcome)
            .await
            .map(Some)
    })
    .await
}

fn refused(
    visit: &Visit,
    (waiting, step): (Unconfirmed, Step),
    fault: Fault,
) -> Result<Response, Halt> {
    // Already confirmed, for example by the link in another tab.
    if fault.kind == K::NotAuthorizedException {
        return Ok(login::again(visit, &waiting.username, Vec::new())?);
    }
    let fields = Fields {
        code: Some(CODE),
        ..Fields::default()
    };
    match problems::problem(&fault, fields) {
        Some(problem) => Ok(again(visit, (waiting, step), problem)?),
        None => Err(Halt::Fault(fault)),
    }
}

pub async fn resend(visit: Visit) -> Response {
    let result = send_again(&visit).await;
    answered(&visit, result)
}

async fn send_again(visit: &Visit) -> Result<Response, Halt> {
    check_csrf(visit).await?;
    let request = authorize::read_for_own_users(visit).await?;
    let Some((waiting, step)) = Unconfirmed::current(visit, &request) else {
        return Ok(expired(visit)?);
    };
    match operations::resend_code(visit, &request.client, &waiting.username).await {
        Ok(delivery) => {
            // The address as typed says more than the masked one.
            let waiting = match waiting.sent_to {
                Some(_) => waiting,
                None => waiting.sent_to(delivery),
            };
            let step = Step::from(Page::Confirm(waiting));
            let step = step.sent_now(visit).saying(Notice::CodeSent);
            Ok(step.go(visit)?)
        }
        Err(fault) => refused(visit, (waiting, step), fault),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_earlier_and_later_programs_go_on() {
        let golden = format!(
            r#"{{"pool":"us-east-1_a","client":"c","username":"ada","knows_password":["s",{:?}],
                "sent_to":[true,"+*******00"],"expires":9,"later":1}}"#,
            [7; 32]
        );
        let waiting: Unconfirmed = serde_json::from_str(&golden).unwrap();
        assert_eq!(waiting.knows_password, Some(Known(Sub::new("s"), [7; 32])));
        assert!(waiting.delivery().unwrap().medium == Medium::Sms);
    }
}
