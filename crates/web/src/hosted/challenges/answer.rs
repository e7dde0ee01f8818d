//! The answer to a challenge: a new password, a code, a choice or a new authenticator app.

use std::collections::BTreeMap;

use axum::response::Response;
use cabana_api::Fault;
use cabana_api::faults::reason;
use cabana_api::limits::Who;
use cabana_api::logic::sign_in::{self, Answer, Bearer, answers_of};
use cabana_model::{ChallengeNameType as Name, Secret};

use super::{
    Kind, PASSWORD_FIELD, Pending, choose_factor, choose_first as first, lead, recovery_code,
    responses, set_up_factor,
};
use crate::authorize::frame::check_csrf;
use crate::authorize::{self, Authorization, Halt, answered};
use crate::hosted::problems::{self, Fields};
use crate::hosted::step::{self, Page, Step};
use crate::hosted::{finish, login, operations};
use crate::pages::{Problem, Wrong};
use crate::visit::Visit;

pub async fn answer(visit: Visit) -> Response {
    let result = judge(&visit).await;
    answered(&visit, result)
}

/// The challenge that the form of this request belongs to, counted for its user, whichever name the sign-in began with;
/// until a first factor is shown, for that name.
/// If there is none, the redirect to where the person is.
fn counted(visit: &Visit) -> Result<Result<(Pending, Step), Response>, Halt> {
    let Some(step) = Step::current(visit) else {
        return Ok(Err(start_again(visit, "", Wrong::SessionExpired)?));
    };
    let Some(pending) = step.pending().cloned() else {
        return Ok(Err(step::elsewhere(visit)));
    };
    let bearer = sign_in::session_bearer(&visit.web.api, &pending.session);
    visit.count_sign_in(match &bearer {
        Some(Bearer::User(_, sub)) => Who::User(sub),
        Some(Bearer::Name(_, name)) => Who::Name(name),
        None => Who::Name(&pending.username),
    })?;
    Ok(Ok((pending, step)))
}

async fn judge(visit: &Visit) -> Result<Response, Halt> {
    check_csrf(visit).await?;
    let request = authorize::read_for_own_users(visit).await?;
    let (mut pending, step) = match counted(visit)? {
        Ok(counted) => counted,
        Err(elsewhere) => return Ok(elsewhere),
    };
    // A form of an earlier step, in another tab.
    if visit.endpoint != pending.kind.path() {
        return Ok(step::elsewhere(visit));
    }
    let responses = match responses(visit, &pending) {
        Ok(responses) => responses,
        Err(problem) => return Ok(again(visit, &pending, &step, problem)?),
    };
    if pending.kind == Kind::SetUp
        && let Err(fault) = set_up_factor::verify(visit, &mut pending).await
    {
        return refused(visit, &request, &pending, &step, fault).await;
    }
    let challenge = pending.kind.name();
    let done = match pending.kind {
        Kind::RecoveryCodes | Kind::Recovery => recovered(visit, &request, &pending).await,
        _ => submit(visit, &request, &pending, challenge, responses).await,
    };
    match done {
        Ok(response) => Ok(response),
        Err(fault) => refused(visit, &request, &pending, &step, fault).await,
    }
}

pub async fn choose_first(visit: Visit) -> Response {
    let result = begun(&visit).await;
    answered(&visit, result)
}

/// Judges a password, or asks for the chosen first factor, or for a new code of the same.
async fn begun(visit: &Visit) -> Result<Response, Halt> {
    check_csrf(visit).await?;
    let request = authorize::read_for_own_users(visit).await?;
    let (mut pending, step) = match counted(visit)? {
        Ok(counted) => counted,
        Err(elsewhere) => return Ok(elsewhere),
    };
    if !pending.kind.is_first() {
        return Ok(step::elsewhere(visit));
    }
    if visit.form.get("go") == Some("forgot") {
        return Ok(Step::from(Page::forgot(&pending.username)).go(visit)?);
    }
    // A refusal shows where the form was.
    if !visit.form.has("resend") {
        pending.kind = Kind::First;
    }
    let (challenge, responses) = match first::responses(visit) {
        Ok(responses) => responses,
        Err(problem) => return Ok(again(visit, &pending, &step, problem)?),
    };
    match submit(visit, &request, &pending, challenge, responses).await {
        Ok(response) => Ok(response),
        Err(fault) => refused(visit, &request, &pending, &step, fault).await,
    }
}

pub async fn choose(visit: Visit) -> Response {
    let result = chosen(&visit).await;
    answered(&visit, result)
}

/// Asks for the chosen factor, or for a new code of the same.
async fn chosen(visit: &Visit) -> Result<Response, Halt> {
    check_csrf(visit).await?;
    let request = authorize::read_for_own_users(visit).await?;
    let (pending, step) = match counted(visit)? {
        Ok(counted) => counted,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let choice = match choose_factor::choice(visit) {
        Ok(choice) => choice,
        Err(problem) => return Ok(again(visit, &pending, &step, problem)?),
    };
    if choice.expose() == recovery_code::CHOICE && pending.recovers {
        let kind = Kind::Recovery;
        return Ok(lead(&visit.cx(), visit, Pending { kind, ..pending }).await?);
    }
    let done = cabana_api::again(&visit.web.api, |run| async {
        let cx = visit.cx().in_run(run);
        let (client, pool, session) = (&request.client, visit.pool(), &pending.session);
        let (name, choice) = (pending.real_name(), choice.expose());
        let outcome = sign_in::choose(&cx, client, pool, session, name, choice).await?;
        finish::go_on(&cx, visit, &request, &pending.username, outcome).await
    });
    match done.await {
        Ok(response) => Ok(response),
        Err(fault) => refused(visit, &request, &pending, &step, fault).await,
    }
}

pub async fn choose_set_up(visit: Visit) -> Response {
    let result = chosen_set_up(&visit).await;
    answered(&visit, result)
}

/// Leads to the page that sets the chosen factor up.
async fn chosen_set_up(visit: &Visit) -> Result<Response, Halt> {
    check_csrf(visit).await?;
    let request = authorize::read_for_own_users(visit).await?;
    let (mut pending, step) = match counted(visit)? {
        Ok(counted) => counted,
        Err(elsewhere) => return Ok(elsewhere),
    };
    if pending.can_set_up().is_empty() {
        return Ok(step::elsewhere(visit));
    }
    pending.kind = match super::choose_set_up::choice(visit, &pending) {
        Ok(kind) => kind,
        Err(problem) => return Ok(again(visit, &pending, &step, problem)?),
    };
    match lead(&visit.cx(), visit, pending.clone()).await {
        Ok(response) => Ok(response),
        Err(fault) => refused(visit, &request, &pending, &step, fault).await,
    }
}

/// The page again, with this problem.
fn again(
    visit: &Visit,
    pending: &Pending,
    step: &Step,
    problem: Problem,
) -> Result<Response, Fault> {
    let next = Step::from(Page::Challenge(Box::new(pending.clone())));
    let next = next.keeping(visit).waiting_like(Some(step));
    next.with(vec![problem]).go(visit)
}

/// Takes a form of recovery codes on.
async fn recovered(
    visit: &Visit,
    request: &Authorization,
    pending: &Pending,
) -> Result<Response, Fault> {
    cabana_api::again(&visit.web.api, |run| async {
        let cx = visit.cx().in_run(run);
        let outcome = recovery_code::submit(&cx, visit, request, pending).await?;
        finish::go_on(&cx, visit, request, &pending.username, outcome).await
    })
    .await
}

async fn submit(
    visit: &Visit,
    request: &Authorization,
    pending: &Pending,
    challenge: Name,
    mut responses: BTreeMap<String, Secret>,
) -> Result<Response, Fault> {
    let name = pending.real_name();
    responses.insert("USERNAME".to_owned(), name.into());
    if let Some(hash) = operations::secret_hash(&request.client, name) {
        responses.insert("SECRET_HASH".to_owned(), hash);
    }
    let responses = answers_of(Some(responses));
    cabana_api::again(&visit.web.api, |run| async {
        let cx = visit.cx().in_run(run);
        let given = Answer {
            challenge,
            session: &pending.session,
            responses: &responses,
        };
        let outcome = sign_in::answer(&cx, &request.client, visit.pool(), &given).await?;
        finish::go_on(&cx, visit, request, &pending.username, outcome).await
    })
    .await
}

/// The page again, or the sign-in page if the sign-in cannot go on.
async fn refused(
    visit: &Visit,
    request: &Authorization,
    pending: &Pending,
    step: &Step,
    fault: Fault,
) -> Result<Response, Halt> {
    // Sent twice: the first answer has led on, and its step is not to be replaced.
    if fault.reason == reason::session_used {
        return Ok(step::elsewhere(visit));
    }
    // After the first factor the account may say that it is not confirmed, or that its password was reset.
    if pending.kind.is_first() && login::has_page(&fault) {
        return login::refused(visit, request, &pending.username, fault).await;
    }
    let fields = Fields {
        code: pending.kind.code_field(),
        password: Some(PASSWORD_FIELD),
        username: None,
    };
    let Some(problem) = problems::problem(&fault, fields) else {
        return Err(Halt::Fault(fault));
    };
    match problem.wrong {
        Wrong::SessionExpired | Wrong::LockedOut | Wrong::UserDisabled => {
            Ok(start_again(visit, &pending.username, problem.wrong)?)
        }
        _ => Ok(again(visit, pending, step, problem)?),
    }
}

fn start_again(visit: &Visit, username: &str, wrong: Wrong) -> Result<Response, Fault> {
    login::again(visit, username, vec![Problem::general(wrong)])
}
