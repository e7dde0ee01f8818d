//! The answer to a challenge: a new password, a code, a choice or a new authenticator app.

use std::collections::BTreeMap;

use axum::response::Response;
use cabana_api::limits::Who;
use cabana_api::logic::sign_in::{self, Answer, answers_of};
use cabana_api::{Fault, again};
use cabana_model::{ChallengeNameType as Name, Secret};

use super::{PASSWORD_FIELD, Pending, code_field, draw, responses, set_up_factor};
use crate::authorize::frame::check_csrf;
use crate::authorize::{self, Authorization, Halt, answered};
use crate::hosted::problems::{self, Fields};
use crate::hosted::{finish, login, operations};
use crate::pages::{Problem, Wrong};
use crate::visit::Visit;

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
    // Counted per user, whichever name the sign-in began with.
    let owner = sign_in::session_owner(&visit.web.api, &pending.session);
    let name = Who::Name(&pending.username);
    visit.count_sign_in(owner.as_ref().map_or(name, |(_, sub)| Who::User(sub)))?;
    let responses = match responses(visit, &pending) {
        Ok(responses) => responses,
        Err(problem) => return Ok(draw(visit, &request, &pending, vec![problem])?),
    };
    if pending.name == Name::MfaSetup
        && let Err(fault) = set_up_factor::verify(visit, &mut pending).await
    {
        return refused(visit, &request, &pending, fault);
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
    again(&visit.web.api, |run| async {
        let cx = visit.cx().in_run(run);
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

/// The same page with the problem, or the sign-in page if the session has ended.
fn refused(
    visit: &Visit,
    request: &Authorization,
    pending: &Pending,
    fault: Fault,
) -> Result<Response, Halt> {
    let fields = Fields {
        code: Some(code_field(pending.name)),
        password: Some(PASSWORD_FIELD),
        username: None,
    };
    let Some(problem) = problems::problem(&fault, fields) else {
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
