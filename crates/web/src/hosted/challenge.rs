//! The answer to a challenge: a new password, a code, a choice, an authenticator app set up.

use std::collections::BTreeMap;

use axum::response::Response;
use cabana_api::limits::Who;
use cabana_api::logic::sign_in::{self, Answer, answers_of};
use cabana_api::{Fault, again};
use cabana_model::{ChallengeNameType as Name, Secret};

use super::challenge_page::{Pending, draw};
use super::complaint::{self, Fields, password_problem};
use super::{finish, login, operations};
use crate::authorize::frame::check_csrf;
use crate::authorize::{self, Authorization, Halt, answered};
use crate::pages::{Problem, Wrong};
use crate::visit::Visit;

const SENT_CODE: &str = "authentication_code";
const TOTP_CODE: &str = "software_token_mfa_code";
const NEW_PASSWORD: &str = "new_password";

pub async fn answer(visit: Visit) -> Response {
    let result = judge(&visit).await;
    answered(&visit, result)
}

async fn judge(visit: &Visit) -> Result<Response, Halt> {
    check_csrf(visit).await?;
    let request = authorize::read(visit).await?;
    let Some(mut pending) = Pending::carried(visit) else {
        return start_again(visit, &request, "", Wrong::SessionExpired);
    };
    // Counted for the user, by whatever name they began.
    let owner = sign_in::session_owner(&visit.web.api, &pending.session);
    let name = Who::Name(&pending.username);
    visit.count_sign_in(owner.as_ref().map_or(name, |(_, sub)| Who::User(sub)))?;
    let responses = match responses(visit, &pending) {
        Ok(responses) => responses,
        Err(problem) => return Ok(draw(visit, &request, &pending, vec![problem])?),
    };
    if pending.name == Name::MfaSetup {
        let code = visit.form.get(TOTP_CODE).unwrap_or_default();
        match operations::verify(visit, &pending.session, code.trim()).await {
            Ok(session) => pending.session = session,
            Err(fault) => return refused(visit, &request, &pending, fault),
        }
    }
    match submit(visit, &request, &pending, responses).await {
        Ok(response) => Ok(response),
        Err(fault) => refused(visit, &request, &pending, fault),
    }
}

async fn submit(
    visit: &Visit,
    request: &Authorization,
    pending: &Pending,
    mut responses: BTreeMap<String, Secret>,
) -> Result<Response, Fault> {
    let name = pending.real_name();
    responses.insert("USERNAME".to_owned(), name.into());
    if let Some(hash) = operations::secret_hash(&request.client, name) {
        responses.insert("SECRET_HASH".to_owned(), hash);
    }
    let responses = answers_of(Some(responses));
    again(&visit.web.api, |_| async {
        let cx = visit.cx();
        let given = Answer {
            challenge: pending.name,
            session: &pending.session,
            responses: &responses,
        };
        let outcome = sign_in::answer(&cx, &request.client, visit.pool(), &given).await?;
        finish::go_on(&cx, visit, request, &pending.username, outcome).await
    })
    .await
}

/// What the form says, in the API's words; what can be judged at once is judged here.
fn responses(visit: &Visit, pending: &Pending) -> Result<BTreeMap<String, Secret>, Problem> {
    let mut responses = BTreeMap::new();
    let mut say = |name: &str, value: &str| {
        responses.insert(name.to_owned(), Secret::from(value));
    };
    let need = |field: &'static str| {
        let value = visit.form.get(field).map(str::trim);
        value
            .filter(|value| !value.is_empty())
            .ok_or_else(|| Problem::at(field, Wrong::Required))
    };
    match pending.name {
        Name::NewPasswordRequired => {
            let password = new_password(visit)?;
            say("NEW_PASSWORD", password);
            for name in pending.missing_attributes() {
                let field = format!("requiredAttributes[{name}]");
                let Some(value) = visit.form.get(&field) else {
                    return Err(Problem::at(field, Wrong::Required));
                };
                say(&format!("userAttributes.{name}"), value);
            }
        }
        Name::SoftwareTokenMfa => say("SOFTWARE_TOKEN_MFA_CODE", need(TOTP_CODE)?),
        Name::SmsMfa => say("SMS_MFA_CODE", need(SENT_CODE)?),
        Name::EmailOtp => say("EMAIL_OTP_CODE", need(SENT_CODE)?),
        Name::SelectMfaType => say("ANSWER", need("mfa_choice")?),
        Name::MfaSetup => {
            need(TOTP_CODE)?;
        }
        _ => {}
    }
    Ok(responses)
}

/// A new password, typed twice and within the pool's rules.
///
/// # Errors
/// What is wrong with it.
pub fn new_password(visit: &Visit) -> Result<&str, Problem> {
    let password = visit.form.get(NEW_PASSWORD).unwrap_or_default();
    if password.is_empty() {
        return Err(Problem::at(NEW_PASSWORD, Wrong::Required));
    }
    if let Some(problem) = password_problem(visit.pool(), NEW_PASSWORD, password) {
        return Err(problem);
    }
    match visit.form.get("confirm_password") == Some(password) {
        true => Ok(password),
        false => Err(Problem::at("confirm_password", Wrong::PasswordsDiffer)),
    }
}

/// The page again, or where the sign-in is at its end, the first one.
fn refused(
    visit: &Visit,
    request: &Authorization,
    pending: &Pending,
    fault: Fault,
) -> Result<Response, Halt> {
    let code = match pending.name {
        Name::SmsMfa | Name::EmailOtp => SENT_CODE,
        _ => TOTP_CODE,
    };
    let fields = Fields {
        code: Some(code),
        password: Some(NEW_PASSWORD),
        username: None,
    };
    let Some(problem) = complaint::problem(&fault, fields) else {
        return Err(Halt::Fault(fault));
    };
    match problem.wrong {
        Wrong::SessionExpired | Wrong::LockedOut | Wrong::UserDisabled => {
            start_again(visit, request, &pending.username, problem.wrong)
        }
        _ => Ok(draw(visit, request, pending, vec![problem])?),
    }
}

fn start_again(
    visit: &Visit,
    request: &Authorization,
    username: &str,
    wrong: Wrong,
) -> Result<Response, Halt> {
    let problems = vec![Problem::general(wrong)];
    Ok(login::form(visit, request, username, problems, None)?)
}
