//! `/confirm` and `/resendcode`: the code that verifies a new account's address.
//!
//! A person who has just chosen or typed the password is signed in afterwards. A sealed field, valid for an hour and
//! for this account only, records that they know it; the password itself is not stored.

use axum::response::Response;
use cabana_api::logic::sign_in::{self, Attempt};
use cabana_api::logic::users::credentials;
use cabana_api::{Fault, again};
use cabana_domain::flow::Proof;
use cabana_domain::user::User;
use cabana_domain::{ClientId, PoolId, Span, Sub, Time};
use cabana_model::ErrorKind as K;
use http::StatusCode;
use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer, Serialize};

use super::problems::{self, Fields};
use super::{finish, login, operations};
use crate::authorize::frame::{check_csrf, csrf, page, post, with_problems};
use crate::authorize::{self, Authorization, Halt, answered};
use crate::pages::{Confirm, Delivery, Medium, Notice, Problem, Resend, Wrong};
use crate::visit::Visit;

const KIND: &str = "page-confirm";
const FIELD: &str = "state";
const CODE: &str = "verification_code";
const LIFE: Span = Span::hours(1);
/// Seconds before another code can be requested.
pub const WAIT: u32 = 30;

/// An account waiting for its code.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Unconfirmed {
    pool: PoolId,
    client: ClientId,
    username: String,
    /// The user whose password was typed in this browser just now, with a fingerprint of the password and the other
    /// credentials they will sign in with.
    #[serde(default, deserialize_with = "with_mark")]
    knows_password: Option<(Sub, [u8; 32])>,
    /// Medium (`true` for SMS) and masked address of the code.
    sent_to: Option<(bool, String)>,
    expires: Time,
}

/// Reads who has typed the password. Programs of schema 3 kept no fingerprint of it: then nobody has.
fn with_mark<'de, D: Deserializer<'de>>(of: D) -> Result<Option<(Sub, [u8; 32])>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Known {
        Marked(Sub, [u8; 32]),
        Unmarked(IgnoredAny),
    }
    Ok(match Option::deserialize(of)? {
        Some(Known::Marked(sub, mark)) => Some((sub, mark)),
        Some(Known::Unmarked(_)) | None => None,
    })
}

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
            (
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

    fn carried(visit: &Visit, request: &Authorization) -> Option<Self> {
        let carried: Self = sign_in::ticket::open(&visit.web.api, KIND, visit.form.get(FIELD)?)?;
        let here = carried.pool == visit.site.pool.id
            && carried.client == request.client.id
            && carried.expires > visit.cx().now();
        here.then_some(carried)
    }

    fn delivery(&self) -> Option<Delivery> {
        let (by_text, destination) = self.sent_to.clone()?;
        Some(Delivery {
            medium: if by_text { Medium::Sms } else { Medium::Email },
            destination,
        })
    }
}

/// The form.
///
/// # Errors
/// If the page cannot be made.
pub fn form(
    visit: &Visit,
    request: &Authorization,
    waiting: &Unconfirmed,
    problems: Vec<Problem>,
    notice: Option<Notice>,
    wait: u32,
) -> Result<Response, Fault> {
    let csrf = csrf(visit)?;
    let sealed = sign_in::ticket::seal(&visit.web.api, KIND, waiting)?;
    let mut frame = with_problems(visit, &request.client, problems);
    frame.notice = notice;
    let view = Confirm {
        frame,
        post: post(visit, &csrf, "/confirm", vec![(FIELD, sealed.clone())]),
        delivery: waiting.delivery(),
        code: visit.form.get(CODE).unwrap_or_default().to_owned(),
        resend: Resend {
            post: post(visit, &csrf, "/resendcode", vec![(FIELD, sealed)]),
            wait,
        },
        sign_in_url: visit.carrying("/login"),
    };
    page(Some(&request.client), &view, StatusCode::OK, Some(&csrf))
}

pub async fn confirm(visit: Visit) -> Response {
    let result = submitted(&visit).await;
    answered(&visit, result)
}

async fn submitted(visit: &Visit) -> Result<Response, Halt> {
    check_csrf(visit).await?;
    let request = authorize::read(visit).await?;
    let Some(waiting) = Unconfirmed::carried(visit, &request) else {
        let problem = Problem::general(Wrong::SessionExpired);
        return Ok(login::form(visit, &request, "", vec![problem], None)?);
    };
    let code = visit.form.get(CODE).unwrap_or_default().trim();
    if code.is_empty() {
        let problem = Problem::at(CODE, Wrong::Required);
        return Ok(form(visit, &request, &waiting, vec![problem], None, 0)?);
    }
    let confirmed =
        operations::confirm_sign_up(visit, &request.client, &waiting.username, code).await;
    if let Err(fault) = confirmed {
        return refused(visit, &request, &waiting, fault);
    }
    let signed_in = match &waiting.knows_password {
        Some(knows) => sign_in_confirmed(visit, &request, &waiting.username, knows).await,
        None => Ok(None),
    };
    match signed_in {
        Ok(Some(response)) => Ok(response),
        // The account is confirmed nevertheless; the person can sign in as usual.
        Ok(None) | Err(_) => {
            let notice = Some(Notice::Confirmed);
            Ok(login::form(
                visit,
                &request,
                &waiting.username,
                Vec::new(),
                notice,
            )?)
        }
    }
}

/// Continues the sign-in of a person who has shown the password and now the code, unless their credentials changed in
/// between.
async fn sign_in_confirmed(
    visit: &Visit,
    request: &Authorization,
    username: &str,
    (sub, mark): &(Sub, [u8; 32]),
) -> Result<Option<Response>, Fault> {
    again(&visit.web.api, |_| async {
        let cx = visit.cx();
        let user = cx.store().user(&visit.site.pool.id, sub).await?;
        let Some(user) = user.filter(|user| credentials::mark(&cx, user) == *mark) else {
            return Ok(None);
        };
        let mut attempt = Attempt::begin(&cx, &request.client, visit.pool(), user)?;
        attempt.prove(Proof::Password);
        let outcome = sign_in::proceed(&cx, attempt).await?;
        finish::go_on(&cx, visit, request, username, outcome)
            .await
            .map(Some)
    })
    .await
}

fn refused(
    visit: &Visit,
    request: &Authorization,
    waiting: &Unconfirmed,
    fault: Fault,
) -> Result<Response, Halt> {
    // Already confirmed, for example by the link in another tab.
    if fault.kind == K::NotAuthorizedException {
        return Ok(login::form(
            visit,
            request,
            &waiting.username,
            Vec::new(),
            None,
        )?);
    }
    let fields = Fields {
        code: Some(CODE),
        ..Fields::default()
    };
    match problems::problem(&fault, fields) {
        Some(problem) => Ok(form(visit, request, waiting, vec![problem], None, 0)?),
        None => Err(Halt::Fault(fault)),
    }
}

pub async fn resend(visit: Visit) -> Response {
    let result = send_again(&visit).await;
    answered(&visit, result)
}

async fn send_again(visit: &Visit) -> Result<Response, Halt> {
    check_csrf(visit).await?;
    let request = authorize::read(visit).await?;
    let Some(waiting) = Unconfirmed::carried(visit, &request) else {
        let problem = Problem::general(Wrong::SessionExpired);
        return Ok(login::form(visit, &request, "", vec![problem], None)?);
    };
    match operations::resend_code(visit, &request.client, &waiting.username).await {
        Ok(delivery) => {
            let waiting = waiting.sent_to(delivery);
            let notice = Some(Notice::CodeSent);
            Ok(form(visit, &request, &waiting, Vec::new(), notice, WAIT)?)
        }
        Err(fault) => refused(visit, &request, &waiting, fault),
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
        assert_eq!(waiting.knows_password, Some((Sub::new("s"), [7; 32])));
        assert!(waiting.delivery().unwrap().medium == Medium::Sms);
        for of_schema_3 in [r#""s""#, "null"] {
            let form = format!(
                r#"{{"pool":"us-east-1_a","client":"c","username":"ada","knows_password":{of_schema_3},
                    "sent_to":null,"expires":9}}"#
            );
            let waiting: Unconfirmed = serde_json::from_str(&form).unwrap();
            assert_eq!(
                (waiting.username.as_str(), waiting.knows_password),
                ("ada", None)
            );
        }
    }
}
