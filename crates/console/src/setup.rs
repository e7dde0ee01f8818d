//! The single-use link that creates the first operator. In the emulator it signs in directly.
//!
//! The link lets its holder become an administrator, once: the role is assigned in the same write that marks the link
//! as used, so of two people with the same link only one gets the role.

use cabana_domain::event::EventKind;
use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use cabana_api::logic::operators::{self, ADMINISTRATORS};
use cabana_api::{Caller, Cx, Fault, Operator, RequestInfo};
use cabana_domain::PoolId;
use cabana_domain::flow::Methods;
use cabana_domain::pool::OPERATORS_POOL;
use cabana_domain::user::User;
use cabana_model::{
    AdminCreateUserRequest, AdminDeleteUserRequest, AdminSetUserPasswordRequest, AttributeType,
    ErrorKind, MessageActionType, OperationMarker, op,
};
use cabana_store::Change;
use cabana_web::hosts::Asked;
use cabana_web::info;
use http::{StatusCode, header};

use crate::Console;
use crate::desk::{Answer, html, memory, read_form, see_other};
use crate::form::Form;
use crate::frame::Frame;
use crate::halt::Halt;
use crate::session::{SESSION, Tokens};

/// User name of the emulator's operator.
const EMULATOR: &str = "admin";

pub fn routes() -> Router<Arc<Console>> {
    // A program that checks the link before a person follows it must not use it up.
    let looked_at = || async { StatusCode::OK };
    Router::new().route("/console/setup", get(open).head(looked_at).post(create))
}

#[derive(Template)]
#[template(path = "setup.html")]
struct Setup {
    frame: Frame,
    form: Form,
}

/// A request that came through a setup link.
struct Visit {
    console: Arc<Console>,
    asked: Asked,
    info: RequestInfo,
    form: Form,
    token: String,
}

impl Visit {
    async fn of(console: Arc<Console>, request: Request) -> Result<Self, Halt> {
        let (parts, body) = request.into_parts();
        let sent = read_form(&parts, body).await?;
        let query = cabana_web::params::Params::parse(parts.uri.query().unwrap_or_default());
        let form = Form::default().filled(&sent);
        let token = sent.get("token").or_else(|| query.get("token"));
        Ok(Self {
            token: token.unwrap_or_default().to_owned(),
            asked: Asked::of(&parts),
            info: info(&parts),
            form,
            console,
        })
    }

    fn cx(&self) -> Cx<'_> {
        Cx::new(&self.console.api, Caller::InProcess, self.info.clone())
    }

    async fn call<O: OperationMarker>(&self, input: &O::Input) -> Result<O::Output, Fault> {
        let api = &self.console.api;
        api.call::<O>(Caller::InProcess, self.info.clone(), input)
            .await
    }

    fn page(&self, status: StatusCode, form: Form) -> Answer {
        let view = Setup {
            frame: Frame::new(&self.console, "Set up the console"),
            form: form.with("token", self.token.as_str()),
        };
        Ok(html(view.render()?, status))
    }
}

async fn open(State(console): State<Arc<Console>>, request: Request) -> Answer {
    let visit = Visit::of(console, request).await?;
    let spend = operators::redeem_setup_token(&visit.cx(), &visit.token).await?;
    if visit.console.settings.dev {
        return sign_in_directly(&visit, spend).await;
    }
    visit.page(StatusCode::OK, Form::default())
}

async fn create(State(console): State<Arc<Console>>, request: Request) -> Answer {
    let mut visit = Visit::of(console, request).await?;
    let spend = operators::redeem_setup_token(&visit.cx(), &visit.token).await?;
    let mut form = std::mem::take(&mut visit.form);
    let name = form.demand("username", "Enter a user name.");
    let email = form.demand("email", "Enter an email address.");
    let password = form.raw("password").to_owned();
    if password.is_empty() {
        form.add_problem("password", "Enter a password.");
    } else if password != form.raw("repeated") {
        form.add_problem("repeated", "The passwords do not match.");
    }
    if !form.is_fine() {
        return visit.page(StatusCode::UNPROCESSABLE_ENTITY, without_passwords(&form));
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
            return visit.page(StatusCode::UNPROCESSABLE_ENTITY, without_passwords(&form));
        }
    }
    if let Err(fault) = promote(&visit, &name, spend).await {
        remove(&visit, &name).await;
        return Err(fault.into());
    }
    Ok(see_other(crate::PATH))
}

/// The form to send back to the browser, without secrets.
fn without_passwords(form: &Form) -> Form {
    form.without("password")
        .without("repeated")
        .without("token")
}

/// Creates a confirmed user without any role.
async fn make(visit: &Visit, name: &str, email: Option<&str>, password: &str) -> Result<(), Fault> {
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

async fn user(cx: &Cx<'_>, name: &str) -> Result<Option<User>, Fault> {
    let pool = cx.pool(OPERATORS_POOL).await?;
    let key = pool.login_key(name);
    Ok(cx.store().user_by_name(&pool.id, &key).await?)
}

/// Makes the user an administrator and marks the link as used, both or neither.
async fn promote(visit: &Visit, name: &str, spend: Change) -> Result<(), Fault> {
    let cx = visit.cx();
    let user = user(&cx, name).await?;
    let user = user.ok_or_else(|| Fault::internal("the new operator is gone"))?;
    cx.try_commit([
        spend,
        Change::AddMember {
            pool: PoolId::new(OPERATORS_POOL),
            group: ADMINISTRATORS.to_owned(),
            sub: user.sub.clone(),
            at: cx.now(),
        },
        entry(visit, &user),
    ])
    .await
    .map_err(operators::setup_refused)
}

fn entry(visit: &Visit, user: &User) -> Change {
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
        "SetUpOperator",
        Some(pool),
        Some(name),
        None,
    )))
}

async fn sign_in_directly(visit: &Visit, spend: Change) -> Answer {
    let cx = visit.cx();
    if user(&cx, EMULATOR).await?.is_none() {
        // Nobody knows this password or needs it: the link signs in, and an administrator may set another password.
        let password = hex::encode(cx.random::<24>()?);
        make(visit, EMULATOR, None, &password).await?;
    }
    promote(visit, EMULATOR, spend).await?;
    let tokens = issue(visit).await?;
    let memory = memory(&visit.console, &visit.asked);
    let mut response: Response = see_other(crate::PATH).into_response();
    response
        .headers_mut()
        .append(header::SET_COOKIE, memory.keep(SESSION, &tokens)?);
    Ok(response)
}

async fn issue(visit: &Visit) -> Result<Tokens, Fault> {
    let cx = visit.cx();
    let user = user(&cx, EMULATOR).await?;
    let user = user.ok_or_else(|| Fault::internal("the new operator is gone"))?;
    let (issued, family) = operators::issue(&cx, &user, Methods::default()).await?;
    let event = cx.emit(&user, EventKind::SignIn);
    cx.commit([family, event]).await?;
    Ok(issued.into())
}
