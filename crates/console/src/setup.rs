//! The single-use link that creates an operator. In the emulator it signs in directly, on its own machine and
//! once there is an operator.
//!
//! The link lets its holder become an administrator, once: the role is assigned in the same write that marks the link
//! as used, so of two people with the same link only one gets the role.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Request, State};
use axum::routing::{get, post};
use cabana_api::logic::operators::{self, ADMINISTRATORS, factor};
use cabana_api::{Caller, Cx, Fault, Operator, RequestInfo, again};
use cabana_domain::event::EventKind;
use cabana_domain::flow::{Methods, Proof};
use cabana_domain::pool::OPERATORS_POOL;
use cabana_domain::user::User;
use cabana_domain::{PoolId, Span, Sub};
use cabana_model::{
    AdminCreateUserRequest, AdminDeleteUserRequest, AdminSetUserPasswordRequest, AttributeType,
    ErrorKind, MessageActionType, OperationMarker, op,
};
use cabana_store::Change;
use cabana_web::csrf::{self, Csrf};
use cabana_web::hosts::Asked;
use cabana_web::info;
use cabana_web::params::Params;
use http::{HeaderMap, StatusCode, header};

use crate::Console;
use crate::desk::{Answer, TOO_OLD, html, memory, place, read_form, see_other};
use crate::drafts::{self, Drafts};
use crate::emulator;
use crate::form::Form;
use crate::frame::Frame;
use crate::halt::Halt;
use crate::session::{SESSION, Tokens};
use crate::sign_in::query;
use crate::users::account;

const PAGE: &str = "/console/setup";
/// Action in the audit log.
const SET_UP: &str = "SetUpOperator";
/// Life of a draft; a link lives no longer.
const DRAFT: Span = Span::minutes(30);

/// Routes for somebody without a session.
pub fn routes() -> Router<Arc<Console>> {
    // A program that checks the link before a person follows it must not use it up.
    let looked_at = || async { StatusCode::OK };
    Router::new()
        .route(PAGE, get(open).head(looked_at).post(create))
        .route(emulator::CONTINUE, post(emulator::go_on))
}

#[derive(Template)]
#[template(path = "setup.html")]
struct Setup {
    frame: Frame,
    form: Form,
}

/// A request of somebody without a session.
pub struct Visit {
    pub console: Arc<Console>,
    pub asked: Asked,
    pub headers: HeaderMap,
    pub info: RequestInfo,
    pub form: Form,
    /// Value of `_csrf`.
    pub csrf: Option<String>,
    /// Token of a setup link.
    token: String,
    /// ID of the draft that the address names.
    draft: Option<String>,
}

impl Visit {
    /// Reads the request.
    ///
    /// # Errors
    /// If the form is too large.
    pub async fn of(console: Arc<Console>, request: Request) -> Result<Self, Halt> {
        let (parts, body) = request.into_parts();
        let sent = read_form(&parts, body).await?;
        let query = Params::parse(parts.uri.query().unwrap_or_default());
        let token = sent.get("token").or_else(|| query.get("token"));
        Ok(Self {
            token: token.unwrap_or_default().to_owned(),
            draft: query.get(drafts::PARAMETER).map(str::to_owned),
            csrf: sent.get("_csrf").map(str::to_owned),
            asked: Asked::of(&parts),
            info: info(&parts),
            form: Form::default().filled(&sent),
            headers: parts.headers,
            console,
        })
    }

    /// Context of the API, without a caller.
    pub fn cx(&self) -> Cx<'_> {
        Cx::new(&self.console.api, Caller::InProcess, self.info.clone())
    }

    async fn call<O: OperationMarker>(&self, input: &O::Input) -> Result<O::Output, Fault> {
        let api = &self.console.api;
        api.call::<O>(Caller::InProcess, self.info.clone(), input)
            .await
    }

    /// Drafts of whoever has the link.
    fn drafts(&self) -> Drafts<'_> {
        Drafts {
            cx: self.cx(),
            owner: &self.token,
            page: PAGE,
        }
    }

    /// Redirects to the form, which shows the problems.
    async fn refused(&self, form: &Form) -> Answer {
        let kept = form.without("token").kept();
        let id = self.drafts().keep(&kept, DRAFT).await?;
        let page = format!("{PAGE}?{}", query(&[("token", &self.token)]));
        Ok(see_other(&drafts::address(&page, &id)))
    }
}

async fn open(State(console): State<Arc<Console>>, request: Request) -> Answer {
    let visit = Visit::of(console, request).await?;
    let spend = redeem(&visit).await?;
    let direct = visit.console.settings.dev
        && (emulator::is_open_to(&visit) || emulator::has_operator(&visit).await?);
    if direct {
        return emulator::sign_in(&visit, Some(spend), SET_UP, crate::PATH).await;
    }
    let mut form = Form::default();
    if let Some(id) = &visit.draft {
        let found = visit.drafts().find(id).await?;
        form = form.having(found.map(|found| found.content));
    }
    let csrf = Csrf::of(&visit.cx(), &visit.headers, place(&visit.asked))?;
    let mut frame = Frame::new(&visit.console, "Set up the console");
    frame.csrf = csrf.field;
    let view = Setup {
        frame,
        form: form.with("token", visit.token.as_str()),
    };
    let mut response = html(view.render()?, StatusCode::OK);
    if let Some(cookie) = csrf.cookie {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// The change that uses up the link.
async fn redeem(visit: &Visit) -> Result<Change, Halt> {
    let spend = operators::redeem_setup_token(&visit.cx(), &visit.token).await;
    spend.map_err(no_good)
}

/// The page for a link that is no good.
fn no_good(fault: Fault) -> Halt {
    Halt {
        link: Some(("Sign in to the console", crate::PATH.to_owned())),
        ..Halt::from(fault)
    }
}

async fn create(State(console): State<Arc<Console>>, request: Request) -> Answer {
    let mut visit = Visit::of(console, request).await?;
    let spend = redeem(&visit).await?;
    let mut form = std::mem::take(&mut visit.form);
    // The answer signs in: another site must not sign somebody in as an operator of its own.
    let place = place(&visit.asked);
    if !csrf::holds(
        &visit.console.api,
        &visit.headers,
        place,
        visit.csrf.as_deref(),
    ) {
        form.add_form_problem(TOO_OLD);
        return visit.refused(&form).await;
    }
    let name = form.demand("username", "Enter a user name.");
    let email = form.demand("email", "Enter an email address.");
    let password = form.raw("password").to_owned();
    if password.is_empty() {
        form.add_problem("password", "Enter a password.");
    } else if password != form.raw("repeated") {
        form.add_problem("repeated", "The passwords do not match.");
    }
    if !form.is_fine() {
        return visit.refused(&form).await;
    }
    match make(&visit, &name, Some(&email), &password).await {
        Ok(()) => {}
        Err(fault) if fault.is_internal() => return Err(fault.into()),
        Err(fault) => {
            let field = match fault.kind {
                ErrorKind::InvalidPasswordException => "password",
                ErrorKind::UsernameExistsException => "username",
                _ => "email",
            };
            form.add_problem(field, fault.message.to_string());
            return visit.refused(&form).await;
        }
    }
    if let Err(fault) = promote(&visit, &name, Some(spend), SET_UP).await {
        remove(&visit, &name).await;
        return Err(no_good(fault));
    }
    enter(&visit, &name, &password).await
}

/// Signs the new operator in with the password that they have just chosen, and offers to set up an authenticator app.
async fn enter(visit: &Visit, name: &str, password: &str) -> Answer {
    let (tokens, sub) = issue(visit, name, Methods::of(&[Proof::Password])).await?;
    let begun = again(&visit.console.api, |_| async {
        factor::begin(&visit.cx(), &sub, password).await
    });
    let memory = memory(&visit.console, &visit.asked);
    let (page, pending) = match begun.await {
        Ok(pending) => (
            account::FIRST,
            Some(memory.keep(account::PENDING, &pending)?),
        ),
        Err(fault) => {
            tracing::warn!(%fault, "a new operator could not be offered an authenticator app");
            (crate::PATH, None)
        }
    };
    let mut response = see_other(page);
    for cookie in [memory.keep(SESSION, &tokens)?].into_iter().chain(pending) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// Tokens of the console for an operator who was authenticated here, and the operator's `sub`.
///
/// # Errors
/// If the store does not answer.
pub async fn issue(visit: &Visit, name: &str, methods: Methods) -> Result<(Tokens, Sub), Fault> {
    let cx = visit.cx();
    let user = user(&cx, name).await?;
    let user = user.ok_or_else(|| Fault::internal("the new operator is gone"))?;
    let (issued, family) = operators::issue(&cx, &user, methods).await?;
    let event = cx.emit(&user, EventKind::SignIn);
    cx.commit([family, event]).await?;
    Ok((issued.into(), user.sub))
}

/// Creates a confirmed user without any role.
///
/// # Errors
/// The operation's fault.
pub async fn make(
    visit: &Visit,
    name: &str,
    email: Option<&str>,
    password: &str,
) -> Result<(), Fault> {
    let attribute = |name: &str, value: &str| AttributeType {
        name: name.to_owned(),
        value: Some(value.into()),
    };
    let attributes = email.map(|email| {
        vec![
            attribute("email", email),
            attribute("email_verified", "true"),
        ]
    });
    let user = AdminCreateUserRequest {
        user_pool_id: OPERATORS_POOL.to_owned(),
        username: name.into(),
        user_attributes: attributes,
        message_action: Some(MessageActionType::Suppress),
        ..AdminCreateUserRequest::default()
    };
    visit.call::<op::AdminCreateUser>(&user).await?;
    let password = AdminSetUserPasswordRequest {
        user_pool_id: OPERATORS_POOL.to_owned(),
        username: name.into(),
        password: password.into(),
        permanent: Some(true),
    };
    let set = visit.call::<op::AdminSetUserPassword>(&password).await;
    if set.is_err() {
        remove(visit, name).await;
    }
    set.map(drop)
}

/// Deletes a user who was created in vain. If even that fails, a user without a role can do nothing.
async fn remove(visit: &Visit, name: &str) {
    let user = AdminDeleteUserRequest {
        user_pool_id: OPERATORS_POOL.to_owned(),
        username: name.into(),
    };
    if let Err(fault) = visit.call::<op::AdminDeleteUser>(&user).await {
        tracing::warn!(%fault, "a half-made operator could not be removed");
    }
}

/// The operator of this name.
///
/// # Errors
/// If the store does not answer.
pub async fn user(cx: &Cx<'_>, name: &str) -> Result<Option<User>, Fault> {
    let pool = cx.pool(OPERATORS_POOL).await?;
    let key = pool.login_key(name);
    Ok(cx.store().user_by_name(&pool.id, &key).await?)
}

/// Makes the user an administrator, marks the link as used, and records the action: all or nothing.
///
/// # Errors
/// If the link was used already, or the store does not answer.
pub async fn promote(
    visit: &Visit,
    name: &str,
    spend: Option<Change>,
    action: &str,
) -> Result<(), Fault> {
    let cx = visit.cx();
    let user = user(&cx, name).await?;
    let user = user.ok_or_else(|| Fault::internal("the new operator is gone"))?;
    let role = [
        Change::AddMember {
            pool: PoolId::new(OPERATORS_POOL),
            group: ADMINISTRATORS.to_owned(),
            sub: user.sub.clone(),
            at: cx.now(),
        },
        entry(visit, &user, action),
    ];
    cx.try_commit(spend.into_iter().chain(role))
        .await
        .map_err(operators::setup_refused)
}

fn entry(visit: &Visit, user: &User, action: &str) -> Change {
    let operator = Operator {
        name: user.username.to_string(),
        sub: user.sub.clone(),
        read_only: false,
    };
    let caller = Caller::Operator(operator);
    let cx = Cx::new(&visit.console.api, caller, visit.info.clone());
    let pool = PoolId::new(OPERATORS_POOL);
    let name = user.username.to_string();
    Change::RecordAudit(Box::new(cx.audit_entry(
        action,
        Some(pool),
        Some(name),
        None,
    )))
}
